import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { OwnerReference, Pod } from '../api/types.ts';

/** What every controller is started with. */
export interface ControllerContext {
  readonly sim: Simulation;
  readonly clients: Clients;
}

/** A controller: starts watching and reconciling; the result stops it. One file each, registered in `index.ts`. */
export type Controller = (context: ControllerContext) => () => void;

/** The controller among an object's owners. */
export function controllerOf(object: {
  metadata?: { ownerReferences?: OwnerReference[] };
}): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((owner) => owner.controller === true);
}

/** podutil.IsPodReady */
export function isReady(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

/** podutil.IsPodAvailable: ready for at least so many seconds. `now` is calendar time in milliseconds. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (ready?.status !== 'True') return false;
  return minReadySeconds === 0 || now - Date.parse(ready.lastTransitionTime ?? '') >= minReadySeconds * 1000;
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return (
    pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && pod.metadata?.deletionTimestamp === undefined
  );
}
