import type { KubeObject, Pod } from '../api/types.ts';

type PodObject = Pod & KubeObject;

const MIRROR = 'kubernetes.io/config.mirror';

/** The annotations of a mirror pod: what shows a static pod, which a kubelet runs from a file, in the API. */
export function mirrorAnnotations(hash: string, seen: string): Record<string, string> {
  return {
    'kubernetes.io/config.hash': hash,
    [MIRROR]: hash,
    'kubernetes.io/config.seen': seen,
    'kubernetes.io/config.source': 'file',
  };
}

export function isMirror(pod: Pod): boolean {
  return pod.metadata?.annotations?.[MIRROR] !== undefined;
}

/** The mirror pod as it is created anew. */
export function mirrorOf(pod: PodObject): PodObject {
  const { name, namespace, labels, annotations, ownerReferences } = pod.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
    ...(pod.spec === undefined ? {} : { spec: pod.spec }),
  };
}
