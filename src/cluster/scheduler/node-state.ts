import { same } from '../api/equality.ts';
import type { Node, Pod } from '../api/types.ts';
import { milliValue, quantityValue } from '../resources/quantity.ts';
import { type Requests, requestsOf } from './requests.ts';

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

interface Resident {
  readonly pod: Pod;
  readonly owner: string | undefined;
}

/** A node as the scheduler sees it: what it has, what is used, which pods are on it. Kept up to date pod by pod. */
export class NodeState {
  node: Node;
  /** Taints that keep pods out, and those that only put them off. */
  hardTaints: readonly Taint[] = [];
  softTaints: readonly Taint[] = [];
  readonly pods = new Map<string, Pod>();
  readonly used = { cpu: 0, memory: 0, scoreCpu: 0, scoreMemory: 0 };
  readonly capacity = { cpu: 0, memory: 0, pods: 0 };
  /** Sizes of the images that are there, by each of their names. */
  images: ReadonlyMap<string, number> = new Map();
  private readonly residents = new Map<string, Resident>();
  private readonly hostPorts = new Map<string, number>();
  /** Pods that stay, by their controller's uid: spreading asks for it with every pod. */
  private readonly owned = new Map<string, number>();

  constructor(node: Node) {
    this.node = node;
    this.read();
  }

  get name(): string {
    return this.node.metadata?.name ?? '';
  }

  label(key: string): string | undefined {
    return this.node.metadata?.labels?.[key];
  }

  /** Takes in the node as it is now. True when that may let a pod in that did not fit before. */
  update(node: Node): boolean {
    const before = this.node;
    this.node = node;
    this.read();
    return (
      before.spec?.unschedulable !== node.spec?.unschedulable ||
      !same(before.spec?.taints, node.spec?.taints) ||
      !same(before.metadata?.labels, node.metadata?.labels) ||
      !same(before.status?.allocatable, node.status?.allocatable)
    );
  }

  add(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const before = this.residents.get(uid);
    // One on its way out still takes room, but no longer counts when pods are spread.
    const staying = pod.metadata?.deletionTimestamp === undefined;
    const owner = staying ? pod.metadata?.ownerReferences?.find((each) => each.controller === true)?.uid : undefined;
    this.pods.set(uid, pod);
    if (before?.owner !== owner) {
      this.countOwner(before?.owner, -1);
      this.countOwner(owner, 1);
    }
    if (before === undefined) this.countRequests(requestsOf(pod), 1);
    if (before === undefined || before.owner !== owner) this.residents.set(uid, { pod, owner });
  }

  /** False when the pod was not there. */
  remove(uid: string): boolean {
    const before = this.residents.get(uid);
    if (before === undefined) return false;
    this.residents.delete(uid);
    this.pods.delete(uid);
    this.countOwner(before.owner, -1);
    this.countRequests(requestsOf(before.pod), -1);
    return true;
  }

  podsOf(owner: string): number {
    return this.owned.get(owner) ?? 0;
  }

  hasPort(port: string): boolean {
    return this.hostPorts.has(port);
  }

  private read(): void {
    const { spec, status } = this.node;
    const taints = spec?.taints ?? [];
    this.hardTaints = taints.filter((taint) => taint.effect !== 'PreferNoSchedule');
    this.softTaints = taints.filter((taint) => taint.effect === 'PreferNoSchedule');
    this.capacity.cpu = milliValue(status?.allocatable?.['cpu']);
    this.capacity.memory = quantityValue(status?.allocatable?.['memory']);
    this.capacity.pods = quantityValue(status?.allocatable?.['pods']);
    const images = new Map<string, number>();
    for (const { names = [], sizeBytes = 0 } of status?.images ?? [])
      for (const name of names) images.set(name, sizeBytes);
    this.images = images;
  }

  private countOwner(owner: string | undefined, sign: 1 | -1): void {
    if (owner === undefined) return;
    const count = (this.owned.get(owner) ?? 0) + sign;
    if (count === 0) this.owned.delete(owner);
    else this.owned.set(owner, count);
  }

  private countRequests(asked: Requests, sign: 1 | -1): void {
    this.used.cpu += sign * asked.cpu;
    this.used.memory += sign * asked.memory;
    this.used.scoreCpu += sign * asked.scoreCpu;
    this.used.scoreMemory += sign * asked.scoreMemory;
    for (const port of asked.hostPorts) {
      const count = (this.hostPorts.get(port) ?? 0) + sign;
      if (count === 0) this.hostPorts.delete(port);
      else this.hostPorts.set(port, count);
    }
  }
}
