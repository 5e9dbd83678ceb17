import type { Clients } from '../api/client.ts';
import type { ConfigMap, KubeObject, Pod, Secret } from '../api/types.ts';
import type { VolumeContent } from './runtime.ts';

type Files = Map<string, { text: string; mode: number }>;

/** A volume that cannot be set up yet: the message of the FailedMount event. */
export class MountError extends Error {}

/** The files of a pod's volume, in memory. */
export class Volume implements VolumeContent {
  readonly kind: VolumeContent['kind'];
  files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
  private readonly listeners = new Set<() => void>();

  constructor(kind: VolumeContent['kind'], files: Files = new Map()) {
    this.kind = kind;
    this.files = files;
  }

  replace(files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>): void {
    this.files = files;
    for (const listener of this.listeners) listener();
  }

  onReplace(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

type VolumeSpec = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

/**
 * The files that a volume has now. @throws MountError in the kubelet's words when a Secret or ConfigMap, or a key, is
 * missing and not optional
 */
export function volumeFiles(clients: Clients, pod: Pod, volume: VolumeSpec): Files {
  const files: Files = new Map();
  const namespace = pod.metadata?.namespace ?? '';
  if (volume.secret !== undefined)
    addSecret(
      clients,
      namespace,
      volume.secret.secretName ?? '',
      volume.secret,
      volume.secret.defaultMode ?? 420,
      files,
    );
  else if (volume.configMap !== undefined)
    addConfigMap(
      clients,
      namespace,
      volume.configMap.name ?? '',
      volume.configMap,
      volume.configMap.defaultMode ?? 420,
      files,
    );
  else if (volume.downwardAPI !== undefined)
    addDownward(pod, volume.downwardAPI.items ?? [], volume.downwardAPI.defaultMode ?? 420, files);
  else if (volume.projected !== undefined) {
    const mode = volume.projected.defaultMode ?? 420;
    for (const source of volume.projected.sources ?? []) {
      if (source.secret !== undefined)
        addSecret(clients, namespace, source.secret.name ?? '', source.secret, mode, files);
      if (source.configMap !== undefined)
        addConfigMap(clients, namespace, source.configMap.name ?? '', source.configMap, mode, files);
      if (source.downwardAPI !== undefined) addDownward(pod, source.downwardAPI.items ?? [], mode, files);
      if (source.serviceAccountToken !== undefined)
        files.set(source.serviceAccountToken.path, { text: token(pod), mode });
    }
  }
  return files;
}

interface Selection {
  readonly items?: { key: string; path: string; mode?: number }[];
  readonly optional?: boolean;
}

function addSecret(
  clients: Clients,
  namespace: string,
  name: string,
  wanted: Selection,
  mode: number,
  files: Files,
): void {
  const secret = clients.resource<Secret & KubeObject>('secrets').find(name, namespace);
  if (secret === undefined) {
    if (wanted.optional === true) return;
    throw new MountError(`secret "${name}" not found`);
  }
  const data = Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, decode(value)]));
  add(data, wanted, mode, files, `references non-existent secret key`);
}

function addConfigMap(
  clients: Clients,
  namespace: string,
  name: string,
  wanted: Selection,
  mode: number,
  files: Files,
): void {
  const map = clients.resource<ConfigMap & KubeObject>('configmaps').find(name, namespace);
  if (map === undefined) {
    if (wanted.optional === true) return;
    throw new MountError(`configmap "${name}" not found`);
  }
  const data = {
    ...map.data,
    ...Object.fromEntries(Object.entries(map.binaryData ?? {}).map(([key, value]) => [key, decode(value)])),
  };
  add(data, wanted, mode, files, `references non-existent config key`);
}

function add(
  data: Readonly<Record<string, string>>,
  wanted: Selection,
  mode: number,
  files: Files,
  missing: string,
): void {
  if (wanted.items === undefined) {
    for (const [key, text] of Object.entries(data)) files.set(key, { text, mode });
    return;
  }
  for (const item of wanted.items) {
    const text = data[item.key];
    if (text === undefined) {
      if (wanted.optional === true) continue;
      throw new MountError(`${missing}: ${item.key}`);
    }
    files.set(item.path, { text, mode: item.mode ?? mode });
  }
}

function addDownward(
  pod: Pod,
  items: readonly { path: string; fieldRef?: { fieldPath: string }; mode?: number }[],
  mode: number,
  files: Files,
): void {
  for (const item of items)
    files.set(item.path, { text: podField(pod, item.fieldRef?.fieldPath ?? ''), mode: item.mode ?? mode });
}

/** A field of a pod as the downward API gives it, for files and for environment variables. */
export function podField(pod: Pod, path: string): string {
  const one = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (one?.[1] !== undefined && one[2] !== undefined) return pod.metadata?.[one[1] as 'labels']?.[one[2]] ?? '';
  switch (path) {
    case 'metadata.labels':
    case 'metadata.annotations': {
      const map = path === 'metadata.labels' ? pod.metadata?.labels : pod.metadata?.annotations;
      return Object.entries(map ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join('\n');
    }
    case 'metadata.name':
      return pod.metadata?.name ?? '';
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata?.uid ?? '';
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return pod.status?.podIP ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return pod.status?.hostIP ?? '';
    default:
      return '';
  }
}

/** Base64 to text; bytes that are no UTF-8 are carried as lone surrogates, as everywhere. */
function decode(value: string): string {
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

function token(pod: Pod): string {
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
  const subject = `system:serviceaccount:${pod.metadata?.namespace}:${pod.spec?.serviceAccountName ?? 'default'}`;
  return `${part({ alg: 'RS256', kid: 'hopscope' })}.${part({ iss: 'https://kubernetes.default.svc.cluster.local', sub: subject })}.c2ltdWxhdGVk`;
}
