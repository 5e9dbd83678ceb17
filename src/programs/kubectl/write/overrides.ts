import { jsonPatch, mergePatch, strategicMergePatch } from '../../../cluster/api/patch.ts';
import type { KubeObject } from '../../../cluster/api/types.ts';
import { Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';

/** The object with --overrides laid over it in the way of --override-type. @throws Failure */
export function overridden(invocation: Invocation, object: KubeObject): KubeObject {
  const { flags } = invocation;
  const text = flags.string('overrides');
  const type = flags.string('override-type');
  if (!['json', 'merge', 'strategic'].includes(type)) throw new Failure(`invalid override type: ${type}`);
  if (text === '') return object;
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch {
    throw new Failure(`error parsing overrides ${goQuote(text)}: invalid JSON`);
  }
  if (type === 'json') return jsonPatch(object, patch) as KubeObject;
  return (type === 'merge' ? mergePatch(object, patch) : strategicMergePatch(object, patch)) as KubeObject;
}
