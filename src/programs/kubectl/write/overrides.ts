import type { KubeObject, PatchType } from '../../../cluster/api/types.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { patchedLocally } from './local-patch.ts';

const TYPES: Readonly<Record<string, PatchType>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** The object with --overrides laid over it in the way of --override-type. @throws Failure */
export function overridden(invocation: Invocation, object: KubeObject): KubeObject {
  const { flags } = invocation;
  const text = flags.string('overrides');
  const type = flags.string('override-type');
  if (!(type in TYPES)) throw new Failure(`invalid override type: ${type}`);
  if (text === '') return object;
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch {
    throw new Failure('Invalid JSON Patch');
  }
  return patchedLocally(object, TYPES[type] ?? 'application/merge-patch+json', patch) as KubeObject;
}
