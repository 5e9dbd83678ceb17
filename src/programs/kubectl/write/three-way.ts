import { clone } from '../../../cluster/api/types.ts';

type Json = unknown;
type Dict = Record<string, Json>;

function isDict(value: Json): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `patchMergeKey` tags of k8s.io/api, by the name of the list. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  addresses: 'type',
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  hostIPs: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  podIPs: 'ip',
  resourceClaims: 'name',
  secrets: 'name',
  taints: 'key',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

/** Lists of scalars with patchStrategy merge. */
const SETS = new Set(['finalizers']);

/** Maps with patchStrategy retainKeys: of a volume's sources or a strategy's parts only the named ones stay. */
const RETAIN_KEYS = new Set(['strategy', 'updateStrategy', 'volumes']);

/** The field by which items of a list are told apart, or undefined for a list that is replaced whole. */
export function mergeKeyOf(name: string, ...lists: readonly (readonly Json[])[]): string | undefined {
  if (name !== 'ports') return MERGE_KEYS[name];
  const sample = lists.flat().find((item) => isDict(item) && ('containerPort' in item || 'port' in item));
  return isDict(sample) ? ('containerPort' in sample ? 'containerPort' : 'port') : undefined;
}

/**
 * The strategic merge patch of `kubectl apply`: what differs between the live object and the wanted one, and the removal
 * of what the last applied one had and the wanted one has not. `{}` when there is nothing to do.
 */
export function threeWayStrategicPatch(original: Json, modified: Json, current: Json): Dict {
  return threeWay(
    isDict(original) ? original : {},
    isDict(modified) ? modified : {},
    isDict(current) ? current : {},
    '',
  );
}

function threeWay(original: Dict, modified: Dict, current: Dict, name: string): Dict {
  const patch: Dict = {};
  for (const [key, wanted] of Object.entries(modified)) {
    const live = current[key];
    if (wanted === null) {
      if (live !== undefined && live !== null) patch[key] = null;
      continue;
    }
    if (isDict(wanted) && isDict(live)) {
      const last = original[key];
      const part = threeWay(isDict(last) ? last : {}, wanted, live, key);
      if (Object.keys(part).length > 0) patch[key] = part;
    } else if (Array.isArray(wanted) && Array.isArray(live)) {
      const last = original[key];
      Object.assign(patch, listPatch(key, Array.isArray(last) ? last : [], wanted, live));
    } else if (!equal(wanted, live)) patch[key] = clone(wanted);
  }
  for (const key of Object.keys(original))
    if (!(key in modified) && original[key] !== null) {
      // A deletion of what is gone anyway is sent all the same by the real one; it changes nothing, so it is left out.
      if (key in current) patch[key] = null;
    }
  if (Object.keys(patch).length > 0 && RETAIN_KEYS.has(name)) patch['$retainKeys'] = Object.keys(modified).sort();
  return patch;
}

function listPatch(name: string, original: readonly Json[], modified: readonly Json[], current: readonly Json[]): Dict {
  if (SETS.has(name) && modified.every((item) => !isDict(item))) {
    const added = modified.filter((item) => !current.includes(item));
    const removed = original.filter((item) => !modified.includes(item) && current.includes(item));
    return {
      ...(added.length === 0 ? {} : { [name]: added }),
      ...(removed.length === 0 ? {} : { [`$deleteFromPrimitiveList/${name}`]: removed }),
    };
  }
  const key = mergeKeyOf(name, modified, current);
  if (key === undefined || [...modified, ...current].some((item) => !isDict(item)))
    return equal(modified, current) ? {} : { [name]: clone(modified) };
  const items: Dict[] = [];
  const idOf = (item: Json) => (isDict(item) ? item[key] : undefined);
  const find = (list: readonly Json[], wanted: Dict): Dict | undefined => {
    const found = list.find(
      (item) =>
        isDict(item) &&
        item[key] === wanted[key] &&
        (name !== 'ports' || (item['protocol'] ?? 'TCP') === (wanted['protocol'] ?? 'TCP')),
    );
    return isDict(found) ? found : undefined;
  };
  for (const wanted of modified) {
    if (!isDict(wanted)) continue;
    const live = find(current, wanted);
    if (live === undefined) items.push(clone(wanted));
    else {
      const part = threeWay(find(original, wanted) ?? {}, wanted, live, name);
      if (Object.keys(part).length > 0)
        items.push({
          ...part,
          [key]: wanted[key],
          ...(name === 'ports' && wanted['protocol'] !== undefined ? { protocol: wanted['protocol'] } : {}),
        });
    }
  }
  for (const last of original) {
    if (!isDict(last) || find(modified, last) !== undefined) continue;
    const live = find(current, last);
    if (live !== undefined)
      items.push({
        $patch: 'delete',
        [key]: last[key],
        ...(name === 'ports' && live['protocol'] !== undefined ? { protocol: live['protocol'] } : {}),
      });
  }
  const kept = current.filter((item) => modified.some((wanted) => idOf(wanted) === idOf(item)));
  const common = modified.filter((item) => current.some((live) => idOf(live) === idOf(item)));
  const moved = !equal(kept.map(idOf), common.map(idOf));
  if (items.length === 0 && !moved) return {};
  return {
    [`$setElementOrder/${name}`]: modified.map((item) =>
      isDict(item)
        ? {
            [key]: item[key],
            ...(name === 'ports' && item['protocol'] !== undefined ? { protocol: item['protocol'] } : {}),
          }
        : item,
    ),
    ...(items.length === 0 ? {} : { [name]: items }),
  };
}

/** The JSON merge patch (RFC 7396) of apply, for kinds whose lists have no merge keys known here. */
export function threeWayMergePatch(original: Json, modified: Json, current: Json): Dict {
  const patch: Dict = {};
  const [last, wanted, live] = [original, modified, current].map((value) => (isDict(value) ? value : {})) as [
    Dict,
    Dict,
    Dict,
  ];
  for (const [key, value] of Object.entries(wanted)) {
    if (isDict(value) && isDict(live[key])) {
      const part = threeWayMergePatch(last[key], value, live[key]);
      if (Object.keys(part).length > 0) patch[key] = part;
    } else if (!equal(value, live[key]) && !(value === null && live[key] === undefined)) patch[key] = clone(value);
  }
  for (const key of Object.keys(last)) if (!(key in wanted) && key in live) patch[key] = null;
  return patch;
}

/** What must be merged into `before` to make it `after` (jsonmergepatch.CreateMergePatch). */
export function mergePatchBetween(before: Json, after: Json): Dict {
  return threeWayMergePatch(before, after, before);
}

/** The strategic merge patch that makes `before` to `after`. */
export function strategicPatchBetween(before: Json, after: Json): Dict {
  return threeWayStrategicPatch(before, after, before);
}

/** Deep equality of JSON; the order of keys does not count. */
export function equal(a: Json, b: Json): boolean {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (isDict(a)) {
    if (!isDict(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
  }
  return a === b;
}
