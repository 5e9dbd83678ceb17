import type { Pod, ReplicaSet } from '../api/types.ts';
import { isActive, isReady } from './context.ts';

/**
 * How many pods of a set there are, and how they stand: kept up to date pod by pod, so that a set of thousands costs no
 * more to look at than one of two.
 */
export class PodTally {
  active = 0;
  ready = 0;
  /** Active pods that have all labels of the set's template. */
  labelled = 0;
  private readonly labels: readonly (readonly [string, string])[];

  constructor(set: ReplicaSet | undefined) {
    this.labels = Object.entries(set?.spec?.template?.metadata?.labels ?? {});
  }

  add(pod: Pod): void {
    this.count(pod, 1);
  }

  remove(pod: Pod): void {
    this.count(pod, -1);
  }

  private count(pod: Pod, sign: 1 | -1): void {
    if (!isActive(pod)) return;
    this.active += sign;
    if (isReady(pod)) this.ready += sign;
    const labels = pod.metadata?.labels;
    for (const [key, value] of this.labels) if (labels?.[key] !== value) return;
    this.labelled += sign;
  }
}
