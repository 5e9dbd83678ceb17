import { jsonPatch } from '../../../cluster/api/patch/json-patch.ts';
import { mergePatch } from '../../../cluster/api/patch/merge-patch.ts';
import { clone, type PatchType } from '../../../cluster/api/types.ts';
import { mergeKeyOf } from './three-way.ts';

type Dict = Record<string, unknown>;

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Patches an object here, without a server: --local, --dry-run=client, --overrides. @throws ApiError */
export function patchedLocally(object: unknown, type: PatchType, patch: unknown): unknown {
  if (type === 'application/json-patch+json') return jsonPatch(object, patch);
  return type === 'application/merge-patch+json' ? mergePatch(object, patch) : merged(object, patch);
}

/** A strategic merge by the merge keys that are known here. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isDict(patch)) return clone(patch);
  const { $patch: directive, $retainKeys: retain, ...fields } = patch;
  if (directive === 'replace') return clone(fields);
  if (directive === 'delete') return {};
  const out: Dict = isDict(target) ? { ...target } : {};
  if (Array.isArray(retain)) for (const key of Object.keys(out)) if (!retain.includes(key)) delete out[key];
  for (const [key, value] of Object.entries(fields)) {
    const there = out[key];
    if (key.startsWith('$')) continue;
    if (value === null) delete out[key];
    else if (Array.isArray(value)) out[key] = mergedList(key, Array.isArray(there) ? there : [], value);
    else out[key] = merged(there, value);
  }
  for (const [key, order] of Object.entries(fields)) {
    const [directiveName, field = ''] = key.split('/');
    const list = out[field];
    if (!Array.isArray(order) || !Array.isArray(list)) continue;
    if (directiveName === '$deleteFromPrimitiveList') out[field] = list.filter((item) => !order.includes(item));
    if (directiveName === '$setElementOrder') out[field] = ordered(field, list, order);
  }
  return out;
}

function mergedList(name: string, target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const key = mergeKeyOf(name, patch, target);
  if (key === undefined || patch.some((item) => !isDict(item)))
    return name === 'finalizers' ? [...new Set([...target, ...patch])] : patch.map(clone);
  const out = [...target];
  for (const item of patch) {
    if (!isDict(item)) continue;
    const at = out.findIndex((there) => isDict(there) && there[key] === item[key]);
    if (item['$patch'] === 'delete') {
      if (at >= 0) out.splice(at, 1);
    } else if (at >= 0) out[at] = merged(out[at], item);
    else out.push(clone(item));
  }
  return out;
}

function ordered(name: string, list: readonly unknown[], order: readonly unknown[]): unknown[] {
  const key = mergeKeyOf(name, order, list);
  const idOf = (item: unknown) => (isDict(item) && key !== undefined ? item[key] : item);
  const first = order.flatMap((wanted) => list.filter((item) => idOf(item) === idOf(wanted)));
  return [...first, ...list.filter((item) => !first.includes(item))];
}
