import { same } from '../equality.ts';
import { errors } from '../errors.ts';
import type { ApiError } from '../types.ts';
import { clone } from '../types.ts';
import { type Dict, isDict, type Json } from './json.ts';

/** The most operations of one patch. */
const MOST = 10_000;

/**
 * RFC 6902, with what evanphx/json-patch adds: negative indexes count from the end. Whatever does not apply, the server says
 * nothing about it but that it does not. @throws ApiError BadRequest, Invalid
 */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations))
    throw errors.badRequest(
      `error decoding patch: json: cannot unmarshal ${isDict(operations) ? 'object' : typeof operations} into Go value of type []handlers.jsonPatchOp`,
    );
  if (operations.length > MOST)
    throw errors.tooLarge(`The allowed maximum operations in a JSON patch is ${MOST}, got ${operations.length}`);
  let document = clone(target);
  for (const operation of operations) document = apply(document, isDict(operation) ? operation : {});
  return document;
}

function apply(document: Json, { op, path, value, from }: Dict): Json {
  if (typeof path !== 'string') throw rejected();
  const to = pointer(path);
  switch (op) {
    case 'add':
      return add(document, to, clone(value));
    case 'replace':
      read(document, to);
      return replace(document, to, clone(value));
    case 'remove':
      return remove(document, to);
    case 'test':
      if (!same(readOrNull(document, to), value ?? null)) throw rejected();
      return document;
    case 'copy':
      return add(document, to, clone(read(document, pointer(String(from)))));
    case 'move': {
      const source = pointer(String(from));
      const moved = read(document, source);
      return add(remove(document, source), to, moved);
    }
    default:
      throw rejected();
  }
}

/** NewGenericServerResponse with 422: the reason stays with the server. */
export function rejected(): ApiError {
  const error = errors.badRequest('the server rejected our request due to an error in our request');
  error.status.code = 422;
  error.status.reason = 'Invalid';
  error.status.details = {};
  return error;
}

function pointer(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw rejected();
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexOf(list: readonly Json[], part: string, most: number): number {
  if (!/^-?\d+$/.test(part)) throw rejected();
  const index = Number(part) < 0 ? Number(part) + list.length : Number(part);
  if (index < 0 || index > most) throw rejected();
  return index;
}

function step(value: Json, part: string): Json {
  if (Array.isArray(value)) return value[indexOf(value, part, value.length - 1)];
  if (isDict(value)) return value[part];
  return undefined;
}

function read(document: Json, path: readonly string[]): Json {
  let value = document;
  for (const part of path) value = step(value, part);
  if (value === undefined) throw rejected();
  return value;
}

/** A missing field is equal to null, but its parent must be there. */
function readOrNull(document: Json, path: readonly string[]): Json {
  if (path.length === 0) return document;
  return step(read(document, path.slice(0, -1)), path.at(-1) ?? '') ?? null;
}

function add(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  const parent = read(document, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent))
    parent.splice(last === '-' ? parent.length : indexOf(parent, last, parent.length), 0, value);
  else if (isDict(parent)) parent[last] = value;
  else throw rejected();
  return document;
}

function replace(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  const parent = read(document, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent[indexOf(parent, last, parent.length - 1)] = value;
  else if (isDict(parent)) parent[last] = value;
  return document;
}

function remove(document: Json, path: readonly string[]): Json {
  read(document, path);
  const parent = read(document, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(indexOf(parent, last, parent.length - 1), 1);
  else if (isDict(parent)) delete parent[last];
  return document;
}
