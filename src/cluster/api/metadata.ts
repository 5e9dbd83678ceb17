import type { Random } from '../../sim/random.ts';
import { same } from './equality.ts';
import { GoSyntax } from './errors.ts';
import type { FieldError } from './kind.ts';
import type { KubeObject, OwnerReference } from './types.ts';

/** Characters of generated name suffixes (apimachinery util/rand): no vowels, no digits that look like letters. */
export const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** metadata.generateName's name: the prefix, cut to 58 characters, and five random ones. */
export function generateName(prefix: string, random: Random): string {
  return prefix.slice(0, 58) + random.text(5, SUFFIX_ALPHABET);
}

/** A version 4 UUID from the simulation's chance. */
export function newUid(random: Random): string {
  const hex = random.text(32, '0123456789abcdef');
  const variant = '89ab'.charAt(random.below(4));
  // Joined, as that makes a flat string.
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join(
    '-',
  );
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** The rules of apimachinery's util/validation, each with its own words; an empty list when the value is good. */
export const rules = {
  dns1123Label(value: string): string[] {
    const found: string[] = [];
    if (value.length > 63) found.push('must be no more than 63 characters');
    if (!LABEL.test(value) && SUBDOMAIN.test(value)) found.push('must not contain dots');
    else if (!LABEL.test(value))
      found.push(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      );
    return found;
  },
  dns1123Subdomain(value: string): string[] {
    const found: string[] = [];
    if (value.length > 253) found.push('must be no more than 253 characters');
    if (!SUBDOMAIN.test(value))
      found.push(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      );
    return found;
  },
  dns1035Label(value: string): string[] {
    const found: string[] = [];
    if (value.length > 63) found.push('must be no more than 63 characters');
    if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value))
      found.push(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      );
    return found;
  },
  qualifiedName(value: string): string[] {
    const found: string[] = [];
    const parts = value.split('/');
    const name = parts.at(-1) ?? '';
    if (parts.length > 2)
      return [
        "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      ];
    if (parts.length === 2) {
      if (parts[0] === '') found.push('prefix part must be non-empty');
      else found.push(...rules.dns1123Subdomain(parts[0] ?? '').map((text) => `prefix part ${text}`));
    }
    if (name === '') found.push('name part must be non-empty');
    else if (name.length > 63) found.push('name part must be no more than 63 characters');
    if (!QUALIFIED.test(name))
      found.push(
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      );
    return found;
  },
  labelValue(value: string): string[] {
    const found: string[] = [];
    if (value.length > 63) found.push('must be no more than 63 characters');
    if (!LABEL_VALUE.test(value))
      found.push(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      );
    return found;
  },
} as const;

/** Labels of an object or a template (metav1 validation.ValidateLabels). */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  const found: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const detail of rules.qualifiedName(key)) found.push({ type: 'Invalid value', field, value: key, detail });
    for (const detail of rules.labelValue(value)) found.push({ type: 'Invalid value', field, value, detail });
  }
  return found;
}

/** ObjectMeta as apimachinery's ValidateObjectMeta checks it; `nameRule` is the kind's own. */
export function validateMetadata(
  object: KubeObject,
  namespaced: boolean,
  nameRule: (name: string) => string[],
): FieldError[] {
  const meta = object.metadata ?? {};
  const found: FieldError[] = [];
  const name = meta.name ?? '';
  if (meta.generateName !== undefined && meta.generateName !== '') {
    // maskTrailingDash, which takes one character more than it says.
    const prefix =
      meta.generateName.length > 1 && meta.generateName.endsWith('-')
        ? `${meta.generateName.slice(0, -2)}a`
        : meta.generateName;
    for (const detail of nameRule(prefix))
      found.push({ type: 'Invalid value', field: 'metadata.generateName', value: meta.generateName, detail });
  }
  if (name === '')
    found.push({ type: 'Required value', field: 'metadata.name', detail: 'name or generateName is required' });
  else
    for (const detail of nameRule(name))
      found.push({ type: 'Invalid value', field: 'metadata.name', value: name, detail });
  if (namespaced && meta.namespace !== undefined) {
    for (const detail of rules.dns1123Label(meta.namespace))
      found.push({ type: 'Invalid value', field: 'metadata.namespace', value: meta.namespace, detail });
  }
  if (meta.labels !== undefined) found.push(...validateLabels(meta.labels, 'metadata.labels'));
  if (meta.annotations !== undefined) found.push(...annotationProblems(meta.annotations));
  if (meta.ownerReferences !== undefined) found.push(...ownerProblems(meta.ownerReferences));
  if (meta.finalizers !== undefined) found.push(...finalizerProblems(meta.finalizers));
  return found;
}

function annotationProblems(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  const found: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    size += key.length + value.length;
    for (const detail of rules.qualifiedName(key.toLowerCase()))
      found.push({ type: 'Invalid value', field: 'metadata.annotations', value: key, detail });
  }
  if (size > 262144)
    found.push({ type: 'Too long', field: 'metadata.annotations', detail: 'may not be more than 262144 bytes' });
  return found;
}

/** validateOwnerReference and ValidateOwnerReferences */
function ownerProblems(owners: readonly OwnerReference[]): FieldError[] {
  const found: FieldError[] = [];
  const at = 'metadata.ownerReferences';
  let controller: string | undefined;
  const required = (field: string, value: string | undefined, detail: string) => {
    if ((value ?? '') === '') found.push({ type: 'Invalid value', field: `${at}.${field}`, value: '', detail });
  };
  for (const owner of owners) {
    required('apiVersion', owner.apiVersion?.split('/').at(-1), 'version must not be empty');
    required('kind', owner.kind, 'kind must not be empty');
    required('name', owner.name, 'name must not be empty');
    required('uid', owner.uid, 'uid must not be empty');
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      found.push({
        type: 'Invalid value',
        field: at,
        value: new GoSyntax(goOwner(owner)),
        detail: '/v1, Kind=Event is disallowed from being an owner',
      });
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller !== undefined)
      found.push({
        type: 'Invalid value',
        field: at,
        value: new GoSyntax(`[]v1.OwnerReference{${owners.map(goOwner).join(', ')}}`),
        detail: `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
      });
    else controller = name;
  }
  return found;
}

/** An OwnerReference as Go prints it; where its pointers point is nobody's business. */
function goOwner(owner: OwnerReference): string {
  const pointer = (value: boolean | undefined) => (value === undefined ? '(*bool)(nil)' : '(*bool)(0xc000000000)');
  const text = (value: string | undefined) => JSON.stringify(value ?? '');
  return `v1.OwnerReference{APIVersion:${text(owner.apiVersion)}, Kind:${text(owner.kind)}, Name:${text(owner.name)}, UID:${text(owner.uid)}, Controller:${pointer(owner.controller)}, BlockOwnerDeletion:${pointer(owner.blockOwnerDeletion)}}`;
}

function finalizerProblems(finalizers: readonly string[]): FieldError[] {
  const found: FieldError[] = [];
  for (const finalizer of finalizers)
    for (const detail of rules.qualifiedName(finalizer))
      found.push({ type: 'Invalid value', field: 'metadata.finalizers', value: finalizer, detail });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    found.push({
      type: 'Invalid value',
      field: 'metadata.finalizers',
      value: finalizers,
      detail: 'finalizer orphan and foregroundDeletion cannot be both set',
    });
  return found;
}

/** ValidateObjectMetaAccessorUpdate, as far as an update can break it. */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  if (old.metadata?.deletionTimestamp === undefined) return [];
  const before = new Set(old.metadata.finalizers ?? []);
  const added = (object.metadata?.finalizers ?? []).filter((each) => !before.has(each)).sort();
  if (added.length === 0) return [];
  return [
    {
      type: 'Forbidden',
      field: 'metadata.finalizers',
      detail: `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((each) => JSON.stringify(each)).join(', ')}}`,
    },
  ];
}

/** Owner references without repeated ones, and the uids of those. */
export function dedupOwnerReferences(owners: readonly OwnerReference[]): {
  readonly kept: OwnerReference[];
  readonly duplicates: string[];
} {
  const kept: OwnerReference[] = [];
  const duplicates: string[] = [];
  for (const owner of owners) {
    if (kept.some((each) => same(each, owner))) duplicates.push(owner.uid);
    else kept.push(owner);
  }
  return { kept, duplicates };
}
