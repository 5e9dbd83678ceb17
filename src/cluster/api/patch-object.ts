import { errors } from './errors.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import type { ServerWriteOptions } from './registry.ts';
import type { ApiServer } from './server.ts';
import type { Shelf } from './store.ts';
import type { KubeObject, PatchType } from './types.ts';

export interface Patched {
  readonly object: KubeObject;
  /** Whether an apply made the object. */
  readonly created: boolean;
}

/** Patches an object: any patch type, on the object or on one of its subresources. @throws ApiError */
export function patchObject(
  server: ApiServer,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  type: PatchType,
  body: unknown,
  options: ServerWriteOptions & { readonly force?: boolean; readonly validation?: string },
): Patched {
  const old = server.get(shelf, name, namespace);
  let made: unknown;
  if (type === 'application/json-patch+json') made = jsonPatch(old, body);
  else if (type === 'application/merge-patch+json') made = mergePatch(old, body);
  else made = strategicMergePatch(old, body);
  if (typeof made !== 'object' || made === null || Array.isArray(made))
    throw errors.badRequest('the patched object is no object');
  return { object: server.update(shelf, made as KubeObject, name, namespace, options), created: false };
}
