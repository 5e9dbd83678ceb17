import type { Node, Pod } from '../api/types.ts';
import { quantityValue } from '../resources/quantity.ts';
import { requests } from './filters.ts';

/** A node as the scheduler sees it: what it has, what is used, which pods are on it. Kept up to date pod by pod. */
export class NodeState {
  object: Node;
  readonly pods = new Map<string, Pod>();
  readonly used = { cpu: 0, memory: 0 };
  readonly capacity = { cpu: 0, memory: 0, pods: 0 };
  readonly hostPorts = new Set<string>();
  /** Pods by the ReplicaSet (or other controller) they belong to: spreading asks for it for every pod. */
  readonly perOwner = new Map<string, number>();
  readonly images = new Set<string>();

  constructor(object: Node) {
    this.object = object;
    this.update(object);
  }

  update(object: Node): void {
    this.object = object;
    const allocatable = object.status?.allocatable ?? {};
    this.capacity.cpu = quantityValue(allocatable['cpu'] as string | undefined);
    this.capacity.memory = quantityValue(allocatable['memory'] as string | undefined);
    this.capacity.pods = quantityValue(allocatable['pods'] as string | undefined);
  }

  add(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const old = this.pods.get(uid);
    if (old !== undefined) {
      this.pods.set(uid, pod);
      return;
    }
    this.pods.set(uid, pod);
    this.count(pod, 1);
  }

  remove(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    if (this.pods.delete(uid)) this.count(pod, -1);
  }

  private count(pod: Pod, sign: 1 | -1): void {
    const wanted = requests(pod);
    this.used.cpu += sign * wanted.cpu;
    this.used.memory += sign * wanted.memory;
    const owner = pod.metadata?.ownerReferences?.find((each) => each.controller === true)?.uid;
    if (owner !== undefined) this.perOwner.set(owner, (this.perOwner.get(owner) ?? 0) + sign);
    for (const container of pod.spec?.containers ?? []) {
      for (const port of container.ports ?? []) {
        if ((port.hostPort ?? 0) === 0) continue;
        const key = `${port.protocol ?? 'TCP'}/${port.hostPort}`;
        if (sign > 0) this.hostPorts.add(key);
        else this.hostPorts.delete(key);
      }
    }
  }
}
