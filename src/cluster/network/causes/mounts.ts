import type { KubeObject, ObjectRef } from '../../api/types.ts';
import { type Case, type PodObject, refOf } from './cause.ts';

/** A file in a container that a ConfigMap or a Secret provides. */
export interface Mounted {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The key whose value the file holds. */
  readonly key: string;
  readonly volume: string;
}

/** Where a file of a container comes from, if from a ConfigMap or a Secret. */
export function mountedAt(pod: PodObject, container: string, path: string): Mounted | undefined {
  const found = pod.spec?.containers.find((each) => each.name === container);
  const mount = (found?.volumeMounts ?? [])
    .filter((each) => path === each.mountPath || path.startsWith(`${each.mountPath.replace(/\/$/, '')}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = pod.spec?.volumes?.find((each) => each.name === mount?.name);
  if (mount === undefined || volume === undefined) return undefined;
  const { configMap, secret } = volume;
  const inside = mount.subPath ?? path.slice(mount.mountPath.replace(/\/$/, '').length + 1);
  const items = configMap?.items ?? secret?.items;
  const key = items?.find((each) => each.path === inside)?.key ?? inside;
  if (configMap?.name !== undefined) return { kind: 'ConfigMap', name: configMap.name, key, volume: volume.name };
  if (secret?.secretName !== undefined) return { kind: 'Secret', name: secret.secretName, key, volume: volume.name };
  return undefined;
}

interface Config extends KubeObject {
  data?: Record<string, string>;
}

export function configOf(
  given: Case,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  namespace: string,
): Config | undefined {
  return given.network.clients.resource<Config>(kind === 'ConfigMap' ? 'configmaps' : 'secrets').find(name, namespace);
}

/** The first text among the ConfigMaps that a pod mounts for which `wanted` holds. */
export function mountedText(
  given: Case,
  pod: PodObject,
  wanted: (text: string) => boolean,
): { ref: ObjectRef; key: string; text: string } | undefined {
  for (const volume of pod.spec?.volumes ?? []) {
    const name = volume.configMap?.name;
    const found = name === undefined ? undefined : configOf(given, 'ConfigMap', name, pod.metadata?.namespace ?? '');
    if (found === undefined) continue;
    for (const [key, text] of Object.entries(found.data ?? {}))
      if (wanted(text)) return { ref: refOf('ConfigMap', found), key, text };
  }
  return undefined;
}
