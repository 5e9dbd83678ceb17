import type { ResourceClient } from '../api/client.ts';
import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { KubeObject, LabelSelector, ObjectMeta, Pod, PodSpec } from '../api/types.ts';
import { controllerOf, controllerReference, isActive, released } from './context.ts';
import { keyOf } from './workqueue.ts';

export type PodObject = Pod & KubeObject;

/** What makes pods by a selector: a DaemonSet or a StatefulSet. */
interface Owner extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector };
}

/** Turns a change of a pod into work for whoever controls it. */
export interface PodWatch {
  /** Pods in a namespace that nobody controls, by name. */
  lonely(namespace: string): ReadonlySet<string>;
  stop(): void;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Watches all pods for the controller of one kind. `wake` gets the key of an owner whose pod came, changed or went; `found`
 * a pod that has no controller, and might be adopted.
 */
export function watchOwnedPods(
  pods: ResourceClient<PodObject>,
  kind: string,
  wake: (key: string, pod: PodObject, gone: boolean) => void,
  found?: (pod: PodObject) => void,
): PodWatch {
  const lonely = new Map<string, Set<string>>();
  const stop = pods.watch((event, previous) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
    const pod = event.object;
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const gone = event.type === 'DELETED';
    const owner = controllerOf(pod);
    const before = previous === undefined ? undefined : controllerOf(previous);
    if (before?.kind === kind && before.uid !== owner?.uid) wake(`${namespace}/${before.name}`, pod, gone);
    if (owner?.kind === kind) wake(`${namespace}/${owner.name}`, pod, gone);
    if (found === undefined) return;
    const names = lonely.get(namespace);
    if (owner !== undefined || gone) {
      names?.delete(name);
      return;
    }
    if (names === undefined) lonely.set(namespace, new Set([name]));
    else names.add(name);
    if (isActive(pod) && (previous === undefined || !same(previous.metadata, pod.metadata))) found(pod);
  });
  return { lonely: (namespace) => lonely.get(namespace) ?? NOBODY, stop };
}

/**
 * The pods of an owner (PodControllerRefManager.ClaimPods): takes over those without a controller that its selector
 * matches, lets go those that it no longer matches. `mayAdopt` can refuse a pod, for its name say.
 */
export function claimPods(
  pods: ResourceClient<PodObject>,
  owner: Owner,
  lonely: Iterable<string>,
  mayAdopt: (pod: PodObject) => boolean = () => true,
): PodObject[] {
  const { namespace = '', uid = '', deletionTimestamp } = owner.metadata ?? {};
  const selector = labelSelector(owner.spec?.selector);
  if (deletionTimestamp === undefined)
    for (const name of [...lonely]) {
      const pod = pods.find(name, namespace);
      if (pod === undefined || !isActive(pod) || !selector.matches(pod.metadata?.labels) || !mayAdopt(pod)) continue;
      const ownerReferences = [...(pod.metadata?.ownerReferences ?? []), controllerReference(owner)];
      pods.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    }
  const claimed: PodObject[] = [];
  for (const pod of pods.ownedBy(uid)) {
    if (controllerOf(pod)?.uid !== uid) continue;
    if (selector.matches(pod.metadata?.labels)) claimed.push(pod);
    else if (deletionTimestamp === undefined && pod.metadata?.deletionTimestamp === undefined)
      pods.update(released(pod, uid));
  }
  return claimed.sort(byName);
}

/** Pods in the order of their names, as lists of the API are. */
export function byName(a: KubeObject, b: KubeObject): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A template of pods, as all workloads have one. */
export interface PodTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec?: PodSpec;
}

/** A pod made from a template (controller.GetPodFromTemplate); `metadata` comes on top of the template's own. */
export function podFrom(
  owner: KubeObject,
  template: PodTemplate | undefined,
  metadata: ObjectMeta,
  spec: PodSpec | undefined = template?.spec,
): PodObject {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const allLabels = { ...labels, ...metadata.labels };
  const allAnnotations = { ...annotations, ...metadata.annotations };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(owner.metadata?.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...metadata,
      ...(Object.keys(allLabels).length === 0 ? {} : { labels: allLabels }),
      ...(Object.keys(allAnnotations).length === 0 ? {} : { annotations: allAnnotations }),
      ownerReferences: [controllerReference(owner)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}
