import type { Clients } from '../api/client.ts';
import type { ConfigMap, KubeObject, Pod, Secret } from '../api/types.ts';
import { podField, resourceField } from './downward-api.ts';
import type { VolumeContent } from './runtime.ts';

type Files = ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
type FileMap = Map<string, { text: string; mode: number }>;
type VolumeSpec = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

/** Adds files to a volume when somebody looks. */
type Part = (files: FileMap) => void;

const MODE = 420;

/** A volume that cannot be set up yet: the message of the FailedMount event. */
export class MountError extends Error {}

/** The files of a pod's volume, in memory. They are put together when first looked at. */
export class Volume implements VolumeContent {
  readonly kind: VolumeContent['kind'];
  private content: Files | undefined;
  private readonly read: () => Files;
  private readonly listeners = new Set<() => void>();

  constructor(kind: VolumeContent['kind'], read: () => Files = () => new Map()) {
    this.kind = kind;
    this.read = read;
  }

  get files(): Files {
    this.content ??= this.read();
    return this.content;
  }

  set files(files: Files) {
    this.content = files;
  }

  replace(files: Files): void {
    this.content = files;
    for (const listener of this.listeners) listener();
  }

  onReplace(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Whether a volume is made of a Secret or ConfigMap of this name, or of the downward API (any name). */
export function refersTo(spec: VolumeSpec, kind: 'secret' | 'configMap' | 'downwardAPI', name: string): boolean {
  for (const source of [spec, ...(spec.projected?.sources ?? [])]) {
    if (kind === 'downwardAPI' && source.downwardAPI !== undefined) return true;
    if (kind === 'configMap' && source.configMap?.name === name) return true;
    const secret = source.secret as { name?: string; secretName?: string } | undefined;
    if (kind === 'secret' && secret !== undefined && (secret.secretName ?? secret.name) === name) return true;
  }
  return false;
}

/**
 * The files that a volume has at this moment, to be put together by the result. @throws MountError in the kubelet's words
 * when a Secret or ConfigMap, or a key, is missing and not optional
 */
export function volumeFiles(clients: Clients, pod: Pod, spec: VolumeSpec): () => Files {
  const parts: Part[] = [];
  const { secret, configMap, downwardAPI, projected } = spec;
  if (secret !== undefined)
    parts.push(secretPart(clients, pod, secret.secretName ?? '', secret, secret.defaultMode ?? MODE));
  if (configMap !== undefined)
    parts.push(configMapPart(clients, pod, configMap.name ?? '', configMap, configMap.defaultMode ?? MODE));
  if (downwardAPI !== undefined)
    parts.push(downwardPart(pod, downwardAPI.items ?? [], downwardAPI.defaultMode ?? MODE));
  const mode = projected?.defaultMode ?? MODE;
  for (const source of projected?.sources ?? []) {
    if (source.secret !== undefined)
      parts.push(secretPart(clients, pod, source.secret.name ?? '', source.secret, mode));
    if (source.configMap !== undefined)
      parts.push(configMapPart(clients, pod, source.configMap.name ?? '', source.configMap, mode));
    if (source.downwardAPI !== undefined) parts.push(downwardPart(pod, source.downwardAPI.items ?? [], mode));
    const { path } = source.serviceAccountToken ?? {};
    if (path !== undefined) parts.push((files) => files.set(path, { text: token(pod), mode }));
  }
  return () => {
    const files: FileMap = new Map();
    for (const part of parts) part(files);
    return files;
  };
}

interface Selection {
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
  readonly optional?: boolean;
}

function secretPart(clients: Clients, pod: Pod, name: string, wanted: Selection, mode: number): Part {
  const found = clients.resource<Secret & KubeObject>('secrets').find(name, pod.metadata?.namespace);
  if (found === undefined) return absent(wanted, `secret "${name}" not found`);
  const data = found.data ?? {};
  return selected(Object.keys(data), (key) => decode(data[key] ?? ''), wanted, mode, 'secret');
}

function configMapPart(clients: Clients, pod: Pod, name: string, wanted: Selection, mode: number): Part {
  const found = clients.resource<ConfigMap & KubeObject>('configmaps').find(name, pod.metadata?.namespace);
  if (found === undefined) return absent(wanted, `configmap "${name}" not found`);
  const { data = {}, binaryData = {} } = found;
  const read = (key: string) => data[key] ?? decode(binaryData[key] ?? '');
  return selected([...Object.keys(data), ...Object.keys(binaryData)], read, wanted, mode, 'config');
}

function absent(wanted: Selection, message: string): Part {
  if (wanted.optional === true) return () => {};
  throw new MountError(message);
}

function selected(
  keys: readonly string[],
  read: (key: string) => string,
  { items, optional }: Selection,
  mode: number,
  what: 'secret' | 'config',
): Part {
  const there = new Set(keys);
  for (const { key } of items ?? [])
    if (!there.has(key) && optional !== true) throw new MountError(`references non-existent ${what} key: ${key}`);
  return (files) => {
    if (items === undefined) for (const key of keys) files.set(key, { text: read(key), mode });
    for (const item of items ?? [])
      if (there.has(item.key)) files.set(item.path, { text: read(item.key), mode: item.mode ?? mode });
  };
}

type DownwardItem = NonNullable<NonNullable<VolumeSpec['downwardAPI']>['items']>[number];

function downwardPart(pod: Pod, items: readonly DownwardItem[], mode: number): Part {
  return (files) => {
    for (const item of items) {
      const { containerName = '', resource = '' } = item.resourceFieldRef ?? {};
      const container = pod.spec?.containers.find((each) => each.name === containerName);
      const text =
        item.fieldRef !== undefined
          ? podField(pod, item.fieldRef.fieldPath)
          : container === undefined
            ? ''
            : resourceField(container, resource, item.resourceFieldRef?.divisor);
      files.set(item.path, { text, mode: item.mode ?? mode });
    }
  };
}

/** Base64 to text; bytes that are no UTF-8 are carried as lone surrogates, as everywhere. */
export function decode(value: string): string {
  const binary = atob(value.replace(/\s/g, ''));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    let out = '';
    for (const byte of bytes) out += byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte);
    return out;
  }
}

/** A service account's token: a JWT in form, with a signature that is none. */
function token(pod: Pod): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const account = pod.spec?.serviceAccountName ?? 'default';
  const header = { alg: 'RS256', kid: 'hopscope' };
  const claims = {
    aud: ['https://kubernetes.default.svc.cluster.local'],
    iss: 'https://kubernetes.default.svc.cluster.local',
    'kubernetes.io': { namespace, pod: { name, uid }, serviceaccount: { name: account } },
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  return `${part(header)}.${part(claims)}.c2ltdWxhdGVk`;
}
