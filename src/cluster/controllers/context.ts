import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { KubeObject, ObjectMeta, OwnerReference, Pod } from '../api/types.ts';

/** What every controller is started with. */
export interface ControllerContext {
  readonly sim: Simulation;
  readonly clients: Clients;
}

/** A controller: starts watching and reconciling; the result stops it. One file each, registered in `index.ts`. */
export type Controller = (context: ControllerContext) => () => void;

/** The controller among an object's owners. */
export function controllerOf(object: { metadata?: ObjectMeta }): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((owner) => owner.controller === true);
}

/** metav1.NewControllerRef: the reference by which `owner` controls what it makes. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion ?? '',
    blockOwnerDeletion: true,
    controller: true,
    kind: owner.kind ?? '',
    name: owner.metadata?.name ?? '',
    uid: owner.metadata?.uid ?? '',
  };
}

/** The object without its reference to an owner of this uid. */
export function released<T extends KubeObject>(object: T, uid: string): T {
  const { ownerReferences = [], ...metadata } = object.metadata ?? {};
  const left = ownerReferences.filter((each) => each.uid !== uid);
  return { ...object, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } };
}

/** podutil.IsPodReady */
export function isReady(pod: Pod): boolean {
  const conditions = pod.status?.conditions;
  if (conditions === undefined) return false;
  for (const condition of conditions) if (condition.type === 'Ready') return condition.status === 'True';
  return false;
}

/** podutil.IsPodAvailable: ready for at least so many seconds. `now` is calendar time in milliseconds. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready');
  return now - Date.parse(ready?.lastTransitionTime ?? '') >= minReadySeconds * 1000;
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata?.deletionTimestamp === undefined;
}

/** podutil.IsPodTerminal */
export function isFinished(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}
