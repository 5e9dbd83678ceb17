import { errors } from './errors.ts';
import { clone } from './types.ts';

type Json = unknown;
type Dict = Record<string, Json>;

function isDict(value: Json): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7396. The result shares nothing with the target. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isDict(patch)) return clone(patch);
  const out: Dict = isDict(target) ? (clone(target) as Dict) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}

/** RFC 6902. @throws ApiError in the words of evanphx/json-patch, as the server passes them on */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations))
    throw errors.badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let document = clone(target);
  for (const each of operations) {
    if (!isDict(each)) throw errors.badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation');
    const { op, path, value, from } = each;
    const to = pointer(String(path));
    switch (op) {
      case 'add':
        document = write(document, to, clone(value), 'add', String(path));
        break;
      case 'replace':
        read(document, to, String(path), 'replace');
        document = write(document, to, clone(value), 'replace', String(path));
        break;
      case 'remove':
        document = remove(document, to, String(path));
        break;
      case 'test':
        if (JSON.stringify(sorted(read(document, to, String(path), 'test'))) !== JSON.stringify(sorted(value)))
          throw unprocessable(`testing value ${path} failed: test failed`);
        break;
      case 'copy':
        document = write(
          document,
          to,
          clone(read(document, pointer(String(from)), String(from), 'copy')),
          'add',
          String(path),
        );
        break;
      case 'move': {
        const moved = read(document, pointer(String(from)), String(from), 'move');
        document = write(remove(document, pointer(String(from)), String(from)), to, moved, 'add', String(path));
        break;
      }
      default:
        throw errors.badRequest(`Unexpected kind: ${String(op)}`);
    }
  }
  return document;
}

function unprocessable(message: string) {
  const error = errors.badRequest(`the server rejected our request due to an error in our request: ${message}`);
  error.status.code = 422;
  error.status.reason = 'Invalid';
  error.status.message = 'the server rejected our request due to an error in our request';
  return error;
}

function pointer(path: string): string[] {
  return path === ''
    ? []
    : path
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Json, path: readonly string[], text: string, op: string): Json {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isDict(value)) value = value[part];
    else value = undefined;
    if (value === undefined)
      throw unprocessable(`${op} operation does not apply: doc is missing key: ${text}: missing value`);
  }
  return value;
}

function write(document: Json, path: readonly string[], value: Json, op: 'add' | 'replace', text: string): Json {
  if (path.length === 0) return value;
  const parent = read(document, path.slice(0, -1), text, op);
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index > parent.length)
      throw unprocessable(
        `${op} operation does not apply: error in add for path: '${text}': Unable to access invalid index: ${last}: invalid index referenced`,
      );
    if (op === 'add') parent.splice(index, 0, value);
    else parent[index] = value;
  } else if (isDict(parent)) parent[last] = value;
  return document;
}

function remove(document: Json, path: readonly string[], text: string): Json {
  read(document, path, text, 'remove');
  const parent = read(document, path.slice(0, -1), text, 'remove');
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isDict(parent)) delete parent[last];
  return document;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Merge keys of lists in the built-in kinds, by the field's name and, where one name means different lists, by what it is
 * in (the `patchMergeKey` tags of k8s.io/api). A list that is not here is replaced whole, or merged as a set of scalars.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  conditions: ['type'],
  addresses: ['type'],
  ownerReferences: ['uid'],
  secrets: ['name'],
  podIPs: ['ip'],
  hostIPs: ['ip'],
  resourceClaims: ['name'],
};
/** Lists of scalars that are merged as sets. */
const SETS = new Set(['finalizers']);

function mergeKeyOf(path: readonly string[], patch: readonly Json[], original: readonly Json[]): string | undefined {
  const name = path.at(-1) ?? '';
  if (name === 'ports') {
    const sample = [...patch, ...original].find((item) => isDict(item) && ('containerPort' in item || 'port' in item));
    return isDict(sample) && 'containerPort' in sample ? 'containerPort' : 'port';
  }
  if (name === 'taints') return 'key';
  return MERGE_KEYS[name]?.[0];
}

/** A strategic merge patch, with `$patch`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys`. */
export function strategicMergePatch(target: Json, patch: Json, path: readonly string[] = []): Json {
  if (!isDict(patch)) return clone(patch);
  if (patch['$patch'] === 'replace') {
    const { $patch: _, ...rest } = patch;
    return clone(rest);
  }
  const out: Dict = isDict(target) ? (clone(target) as Dict) : {};
  if (patch['$patch'] === 'delete') return {};
  const retain = patch['$retainKeys'];
  if (Array.isArray(retain)) for (const key of Object.keys(out)) if (!retain.includes(key)) delete out[key];
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$retainKeys' || key === '$patch') continue;
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const field = key.slice('$deleteFromPrimitiveList/'.length);
      const list = out[field];
      if (Array.isArray(list) && Array.isArray(value)) out[field] = list.filter((item) => !value.includes(item));
      continue;
    }
    if (key.startsWith('$setElementOrder/')) continue;
    if (value === null) {
      delete out[key];
      continue;
    }
    const there = out[key];
    if (Array.isArray(value)) out[key] = mergeList(Array.isArray(there) ? there : [], value, [...path, key]);
    else if (isDict(value)) out[key] = strategicMergePatch(there, value, [...path, key]);
    else out[key] = value;
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith('$setElementOrder/') || !Array.isArray(order)) continue;
    const field = key.slice('$setElementOrder/'.length);
    const list = out[field];
    if (Array.isArray(list)) out[field] = reorder(list, order, [...path, field]);
  }
  return out;
}

function mergeList(original: readonly Json[], patch: readonly Json[], path: readonly string[]): Json[] {
  if (patch.some((item) => isDict(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => !(isDict(item) && item['$patch'] === 'replace')).map(clone);
  if (SETS.has(path.at(-1) ?? '')) return [...original, ...patch.filter((item) => !original.includes(item))];
  const mergeKey = mergeKeyOf(path, patch, original);
  if (mergeKey === undefined || patch.some((item) => !isDict(item))) return patch.map(clone);
  const out: Json[] = original.map(clone);
  for (const item of patch) {
    if (!isDict(item)) continue;
    const id = item[mergeKey];
    if (id === undefined && item['$patch'] !== 'delete')
      throw errors.badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    const sameProtocol = (there: Dict) =>
      mergeKey !== 'port' && mergeKey !== 'containerPort'
        ? true
        : item['protocol'] === undefined || there['protocol'] === undefined || there['protocol'] === item['protocol'];
    const at = out.findIndex((there) => isDict(there) && there[mergeKey] === id && sameProtocol(there));
    if (item['$patch'] === 'delete') {
      if (at >= 0) out.splice(at, 1);
    } else if (at >= 0) out[at] = strategicMergePatch(out[at], item, path);
    else out.push(clone(item));
  }
  return out;
}

function reorder(list: readonly Json[], order: readonly Json[], path: readonly string[]): Json[] {
  const mergeKey = mergeKeyOf(path, order, list);
  const idOf = (item: Json) => (isDict(item) && mergeKey !== undefined ? item[mergeKey] : item);
  const wanted = order.map(idOf);
  const ordered: Json[] = [];
  for (const id of wanted) {
    const item = list.find((each) => idOf(each) === id);
    if (item !== undefined) ordered.push(item);
  }
  return [...ordered, ...list.filter((item) => !ordered.includes(item))];
}
