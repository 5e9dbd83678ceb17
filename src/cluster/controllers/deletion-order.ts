import type { Pod } from '../api/types.ts';
import { isReady } from './context.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods that are missed least come first (controller.ActivePodsWithRanks): without a node, pending, not ready, of lower
 * deletion cost, on a node with more pods of the set, ready for a shorter time, restarted more often, younger.
 * `related` are all active pods of the set's Deployment, by which nodes are judged crowded.
 */
export function byDeletionOrder<T extends Pod>(pods: readonly T[], related: readonly Pod[]): T[] {
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName ?? '';
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, rank: rank(pod, perNode) }));
  ranked.sort((a, b) => compare(a.rank, b.rank));
  return ranked.map(({ pod }) => pod);
}

/** Numbers to compare one after the other, the smaller going first. */
function rank(pod: Pod, perNode: ReadonlyMap<string, number>): number[] {
  const node = pod.spec?.nodeName ?? '';
  const ready = isReady(pod);
  const since = ready
    ? Date.parse(pod.status?.conditions?.find((each) => each.type === 'Ready')?.lastTransitionTime ?? '') || 0
    : 0;
  let restarts = 0;
  for (const status of pod.status?.containerStatuses ?? []) restarts = Math.max(restarts, status.restartCount);
  return [
    node === '' ? 0 : 1,
    PHASES[pod.status?.phase ?? ''] ?? 0,
    ready ? 1 : 0,
    Number(pod.metadata?.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    -(perNode.get(node) ?? 0),
    -since,
    -restarts,
    -(Date.parse(pod.metadata?.creationTimestamp ?? '') || 0),
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
