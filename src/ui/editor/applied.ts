import type { ApplyResult } from '../app/store.ts';

/** What `kubectl apply` did, by what it printed: `service/my-nginx created`, `... unchanged`, `error: ...`. */
export function applyResult(output: string): ApplyResult {
  if (/^(error|Error from server|The .* is invalid|Unable to|Error)\b/m.test(output)) return 'failed';
  if (/ (created|configured|serverside-applied)( \(.*\))?\s*$/m.test(output)) return 'applied';
  return / unchanged( \(.*\))?\s*$/m.test(output) ? 'unchanged' : 'failed';
}
