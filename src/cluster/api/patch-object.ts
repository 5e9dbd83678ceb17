import { apply } from './apply/apply.ts';
import { errors } from './errors.ts';
import type { KindDefinition } from './kind.ts';
import { goText, isDict } from './patch/json.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { mergePatch } from './patch/merge-patch.ts';
import { strategicMergePatch } from './patch/strategic-merge.ts';
import type { ServerWriteOptions } from './registry.ts';
import { reportUnknown } from './rest/decode-body.ts';
import type { ApiServer } from './server.ts';
import type { Shelf } from './store.ts';
import type { ApiError, KubeObject, PatchType } from './types.ts';

export interface Patched {
  readonly object: KubeObject;
  /** Whether an apply made the object. */
  readonly created: boolean;
}

export interface PatchOptions extends ServerWriteOptions {
  /** Apply: take fields over that others own. */
  readonly force?: boolean;
  /** What to do about unknown fields: `Ignore`, `Warn` or `Strict`. Undefined: objects are not decoded. */
  readonly validation?: string;
}

/** Patches an object: any patch type, on the object or on one of its subresources. @throws ApiError */
export function patchObject(
  server: ApiServer,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  type: PatchType,
  body: unknown,
  options: PatchOptions,
): Patched {
  if (type === 'application/apply-patch+yaml') return applyObject(server, shelf, name, namespace, body, options);
  const { kind } = shelf;
  const old = server.complete(kind, server.get(shelf, name, namespace));
  let made: unknown;
  if (type === 'application/json-patch+json') made = jsonPatch(old, body);
  else if (type === 'application/merge-patch+json') {
    if (!isDict(body)) throw errors.badRequest(notAMap(body));
    made = mergePatch(old, body);
  } else {
    const types = server.ownership.typed;
    if (types === undefined) throw errors.internal('the types of fields are not loaded');
    made = strategicMergePatch(old, body, kind.kind, types.shapes);
  }
  const strategic = type === 'application/strategic-merge-patch+json';
  const shown = strategic ? goText(body) : JSON.stringify(made);
  const object = decoded(server, kind, made, shown, strategic, options);
  const { managedFields } = object.metadata ?? {};
  // Who patches something else says nothing about managers.
  const own = managedFields !== undefined && managedFields === old.metadata?.managedFields;
  if (own) object.metadata = { ...object.metadata, managedFields: undefined } as unknown as KubeObject['metadata'];
  return { object: server.update(shelf, object, name, namespace, options), created: false };
}

function notAMap(body: unknown): string {
  const what = Array.isArray(body) ? 'array' : typeof body;
  return `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`;
}

/** The patched object in its type. @throws ApiError Invalid about the patch */
function decoded(
  server: ApiServer,
  kind: KindDefinition,
  made: unknown,
  shown: string,
  strategic: boolean,
  { validation, warn = () => {} }: PatchOptions,
): KubeObject {
  const refuse = (detail: string): ApiError =>
    errors.invalid({ group: '', plural: '', kind: '' }, '', [
      { type: 'Invalid value', field: 'patch', value: shown, detail },
    ]);
  if (!isDict(made)) throw refuse('json: cannot unmarshal into Go value');
  if (validation === undefined || server.schema === undefined) return made as KubeObject;
  const { object, unknown, error } = server.schema.decode(kind.kind, made as KubeObject);
  if (error !== undefined) throw refuse(strategic ? converterText(error) : error);
  reportUnknown(unknown, { validation, warn }, refuse);
  return object;
}

/**
 * A strategic merge is decoded by another way than JSON (runtime.DefaultUnstructuredConverter), which says what is wrong in
 * words of its own.
 */
function converterText(error: string): string {
  const match = /^json: cannot unmarshal (\S+)(?: (\S+))? into Go struct field \S+ of type (.+)$/.exec(error);
  if (match === null) return error;
  const [, word = '', number, type = ''] = match;
  const kind =
    { object: 'map', array: 'slice', number: number?.includes('.') === true ? 'float64' : 'int64' }[word] ?? word;
  if (type.startsWith('map[') || type === 'v1.ResourceList') return `cannot restore map from ${kind}`;
  if (type.startsWith('[]')) return `cannot restore slice from ${kind}`;
  const scalar = ['string', 'bool', 'int32', 'int64', 'float64'].includes(type);
  const convertible = kind === 'int64' || kind === 'float64';
  if (convertible && type !== 'bool' && (scalar || kind === 'int64')) return `cannot convert ${kind} to ${type}`;
  return scalar ? `unrecognized type: ${type}` : `cannot restore struct from: ${kind}`;
}

/** Server-side apply: makes the object if it is not there. */
function applyObject(
  server: ApiServer,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  body: unknown,
  options: PatchOptions,
): Patched {
  const { kind } = shelf;
  const { ownership, schema } = server;
  const types = ownership.typed;
  if (types === undefined || schema === undefined) throw errors.internal('the types of fields are not loaded');
  const key = kind.namespaced ? (namespace ?? '') : '';
  const live = shelf.get(name, key);
  const { subresource, force = false, fieldManager = '' } = options;
  if (live === undefined && subresource !== undefined) throw errors.notFound(kind, name);
  const managers = ownership.managers(kind, shelf.place(name, key));
  const made = apply({
    kind,
    live,
    applied: body,
    managers,
    manager: fieldManager,
    subresource,
    force,
    time: server.sim.timestamp(),
    ...types,
  });
  const { object, error } = schema.decode(kind.kind, made.object);
  if (error !== undefined) throw errors.badRequest(error);
  const write = { ...options, applied: made.managers };
  if (live !== undefined) {
    const result = server.update(shelf, object, name, namespace, write);
    return { object: result, created: false };
  }
  const own = object.metadata?.name ?? '';
  if (own !== name)
    throw errors.badRequest(
      own === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${own}) does not match the name on the URL (${name})`,
    );
  if (object.metadata?.uid !== undefined)
    throw errors.conflict(
      kind,
      name,
      `uid mismatch: the provided object specified uid ${object.metadata.uid}, and no existing object was found`,
    );
  return { object: server.create(shelf, object, namespace, write), created: true };
}
