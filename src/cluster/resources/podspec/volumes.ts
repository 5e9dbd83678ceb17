import type { PodSpec } from '../../api/types.ts';
import { type Problems, rules } from '../fields.ts';
import { compareQuantities } from '../quantity.ts';
import { checkFieldRef, checkResourceFieldRef } from './environment.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];
type KeyToPath = NonNullable<NonNullable<Volume['configMap']>['items']>[number];

const MODE_RULE = 'must be a number between 0 and 0777 (octal), both inclusive';
const NOT_RELATIVE = 'must be a relative path';
const HAS_BACKSTEPS = "must not contain '..'";

/** Volumes by name, as mounts look them up. */
export type Volumes = ReadonlyMap<string, Volume>;

/** Fields that a downward API volume can show (validVolumeDownwardAPIFieldPathExpressions). */
const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** ValidateVolumes. Volumes that are wrong cannot be mounted, so that a mount of one is Not found too. */
export function checkVolumes(path: string, volumes: readonly Volume[] | undefined, found: Problems): Volumes {
  const good = new Map<string, Volume>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = `${path}[${index}]`;
    const before = found.list.length;
    checkSource(at, volume, found);
    if ((volume.name ?? '') === '') found.required(`${at}.name`);
    else found.check(`${at}.name`, volume.name, rules.dns1123Label);
    if (good.has(volume.name)) found.duplicate(`${at}.name`, volume.name);
    if (found.list.length === before) good.set(volume.name, volume);
  }
  return good;
}

function checkSource(at: string, volume: Volume, found: Problems): void {
  // emptyDir comes first in the real order of types, so that the other one is the surplus.
  const types = Object.keys(volume)
    .filter((key) => key !== 'name')
    .sort((a, b) => Number(b === 'emptyDir') - Number(a === 'emptyDir'));
  if (types.length === 0) found.required(at, 'must specify a volume type');
  for (const type of types.slice(1)) found.forbidden(`${at}.${type}`, 'may not specify more than 1 volume type');
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, persistentVolumeClaim } = volume;
  switch (types[0]) {
    case 'emptyDir':
      if (emptyDir?.sizeLimit !== undefined && compareQuantities(emptyDir.sizeLimit, '0') < 0)
        found.forbidden(`${at}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
      break;
    case 'hostPath':
      if ((hostPath?.path ?? '') === '') found.required(`${at}.hostPath.path`);
      else if (hasBacksteps(hostPath?.path ?? '')) found.invalid(`${at}.hostPath.path`, hostPath?.path, HAS_BACKSTEPS);
      break;
    case 'secret':
      if ((secret?.secretName ?? '') === '') found.required(`${at}.secret.secretName`);
      checkMode(`${at}.secret.defaultMode`, secret?.defaultMode, found);
      checkItems(`${at}.secret.items`, secret?.items, found);
      break;
    case 'configMap':
      if ((configMap?.name ?? '') === '') found.required(`${at}.configMap.name`);
      checkMode(`${at}.configMap.defaultMode`, configMap?.defaultMode, found);
      checkItems(`${at}.configMap.items`, configMap?.items, found);
      break;
    case 'downwardAPI':
      checkMode(`${at}.downwardAPI.defaultMode`, downwardAPI?.defaultMode, found);
      for (const file of downwardAPI?.items ?? []) checkDownward(`${at}.downwardAPI`, file, found);
      break;
    case 'persistentVolumeClaim':
      if ((persistentVolumeClaim?.claimName ?? '') === '') found.required(`${at}.persistentVolumeClaim.claimName`);
      break;
    case 'projected':
      checkMode(`${at}.projected.defaultMode`, projected?.defaultMode, found);
      checkProjections(`${at}.projected`, projected?.sources ?? [], found);
      break;
  }
}

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

/** validateProjectionSources */
function checkProjections(at: string, sources: readonly Projection[], found: Problems): void {
  const paths = new Set<string>();
  const unique = (field: string, path: string) => {
    if (paths.has(path)) found.invalid(field, path, 'conflicting duplicate paths');
    paths.add(path);
  };
  for (const [index, source] of sources.entries()) {
    const where = `${at}.sources[${index}]`;
    const types = Object.keys(source);
    if (types.length === 0) found.required(where, 'must specify a projection source');
    for (const type of types.slice(1))
      found.forbidden(`${where}.${type}`, 'may not specify more than 1 volume type per source');
    for (const type of ['secret', 'configMap'] as const) {
      const named = source[type];
      if (!named) continue;
      if ((named.name ?? '') === '') found.required(`${where}.${type}.name`);
      checkItems(`${where}.${type}.items`, named.items, found);
      for (const item of named.items ?? []) unique(`${at}.sources[${index}].${type}`, item.path);
    }
    for (const file of source.downwardAPI?.items ?? []) {
      checkDownward(`${where}.downwardAPI`, file, found);
      unique(`${where}.downwardAPI`, file.path);
    }
    const token = source.serviceAccountToken;
    if (token) {
      if ((token.path ?? '') === '') found.required(`${where}.path`);
      else checkRelative(`${where}.serviceAccountToken.path`, token.path, found);
      if ((token.expirationSeconds ?? 3600) < 600)
        found.invalid(
          `${where}.expirationSeconds`,
          token.expirationSeconds,
          'may not specify a duration less than 10 minutes',
        );
      if ((token.expirationSeconds ?? 3600) > 2 ** 32)
        found.invalid(
          `${where}.expirationSeconds`,
          token.expirationSeconds,
          'may not specify a duration larger than 2^32 seconds',
        );
    }
  }
}

function checkItems(path: string, items: readonly KeyToPath[] | undefined, found: Problems): void {
  for (const [index, item] of (items ?? []).entries()) {
    const at = `${path}[${index}]`;
    if ((item.key ?? '') === '') found.required(`${at}.key`);
    if ((item.path ?? '') === '') found.required(`${at}.path`);
    checkRelative(`${at}.path`, item.path ?? '', found);
    if ((item.path ?? '').startsWith('..') && !hasBacksteps(item.path))
      found.invalid(`${at}.path`, item.path, "must not start with '..'");
    checkMode(`${at}.mode`, item.mode, found);
  }
}

type DownwardFile = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

function checkDownward(at: string, file: DownwardFile, found: Problems): void {
  if ((file.path ?? '') === '') found.required(`${at}.path`);
  else checkRelative(`${at}.path`, file.path, found);
  if (file.fieldRef) {
    checkFieldRef(`${at}.fieldRef`, file.fieldRef, VOLUME_FIELDS, found);
    if (file.resourceFieldRef)
      found.invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (file.resourceFieldRef) checkResourceFieldRef(`${at}.resourceFieldRef`, file.resourceFieldRef, true, found);
  else found.required(at, 'one of fieldRef and resourceFieldRef is required');
  checkMode(`${at}.mode`, file.mode, found);
}

function checkMode(field: string, mode: number | undefined, found: Problems): void {
  if (mode !== undefined && mode !== null && (mode < 0 || mode > 0o777)) found.invalid(field, mode, MODE_RULE);
}

/** validateLocalDescendingPath: a path below the place where it is used. */
export function checkRelative(field: string, path: string, found: Problems): void {
  if (path.startsWith('/')) found.invalid(field, path, NOT_RELATIVE);
  if (hasBacksteps(path)) found.invalid(field, path, HAS_BACKSTEPS);
}

function hasBacksteps(path: string): boolean {
  return path.split('/').includes('..');
}
