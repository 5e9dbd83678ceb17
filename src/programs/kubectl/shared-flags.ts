import type { Flag } from './flags.ts';

/** Groups of flags that several verbs have, as cmdutil and genericclioptions add them. */

/** -f, -k, -R */
export const FILENAME_FLAGS: readonly Flag[] = [
  { name: 'filename', short: 'f', type: 'strings' },
  { name: 'kustomize', short: 'k', type: 'string' },
  { name: 'recursive', short: 'R', type: 'bool' },
];

/** -f, -R of the verbs that look into folders within folders unless told not to. */
export const DEEP_FILENAME_FLAGS: readonly Flag[] = [
  { name: 'filename', short: 'f', type: 'strings' },
  { name: 'recursive', short: 'R', type: 'bool', default: 'true' },
];

/** -o and what belongs to it (genericclioptions.PrintFlags). */
export const PRINT_FLAGS: readonly Flag[] = [
  { name: 'output', short: 'o', type: 'string' },
  { name: 'show-managed-fields', type: 'bool' },
  { name: 'template', type: 'string' },
  { name: 'allow-missing-template-keys', type: 'bool', default: 'true' },
];

export const LABEL_SELECTOR_FLAG: Flag = { name: 'selector', short: 'l', type: 'string' };
export const FIELD_SELECTOR_FLAG: Flag = { name: 'field-selector', type: 'string' };
export const ALL_NAMESPACES_FLAG: Flag = { name: 'all-namespaces', short: 'A', type: 'bool' };
export const CHUNK_SIZE_FLAG: Flag = { name: 'chunk-size', type: 'int64', default: '500' };
export const SUBRESOURCE_FLAG: Flag = { name: 'subresource', type: 'string' };
export const DRY_RUN_FLAG: Flag = { name: 'dry-run', type: 'string', default: 'none', bare: 'unchanged' };
export const VALIDATE_FLAG: Flag = { name: 'validate', type: 'string', default: 'strict', bare: 'strict' };
