import type { Pod } from '../api/types.ts';

/**
 * Pods that fit nowhere. When something changes, one pod of each controller is tried again, and the next one only once that
 * has found a node: pods of one controller are alike, and thousands of them need not all be tried in vain.
 */
export class WaitingPods {
  private readonly groups = new Map<string, Set<string>>();
  private readonly groupOf = new Map<string, string>();
  private readonly retry: (key: string) => void;

  constructor(retry: (key: string) => void) {
    this.retry = retry;
  }

  add(key: string, pod: Pod): void {
    const group = groupOf(pod);
    this.groupOf.set(key, group);
    const keys = this.groups.get(group);
    if (keys === undefined) this.groups.set(group, new Set([key]));
    else keys.add(key);
  }

  /** A pod found its node: others like it may, too. */
  bound(key: string, pod: Pod): void {
    const waited = this.groupOf.has(key);
    this.forget(key);
    if (waited) this.wakeOne(groupOf(pod));
  }

  forget(key: string): void {
    const group = this.groupOf.get(key);
    if (group === undefined) return;
    this.groupOf.delete(key);
    const keys = this.groups.get(group);
    keys?.delete(key);
    if (keys?.size === 0) this.groups.delete(group);
  }

  /** Something changed for the better. */
  wake(): void {
    for (const group of this.groups.keys()) this.wakeOne(group);
  }

  private wakeOne(group: string): void {
    const [first] = this.groups.get(group) ?? [];
    if (first !== undefined) this.retry(first);
  }
}

function groupOf(pod: Pod): string {
  return pod.metadata?.ownerReferences?.find((each) => each.controller === true)?.uid ?? pod.metadata?.uid ?? '';
}
