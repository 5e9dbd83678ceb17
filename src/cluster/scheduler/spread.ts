import { labelSelector, mapSelector } from '../api/selectors.ts';
import type { LabelSelector, Pod } from '../api/types.ts';
import { matchesNode } from './affinity.ts';
import type { NodeState } from './node-state.ts';

export const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

type Labels = Readonly<Record<string, string>> | undefined;

/** One topology constraint of a pod, ready to be counted. */
export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly hard: boolean;
  /** Whether a pod on a node counts. */
  counts(pod: Pod): boolean;
  /** The same for all pods of a controller, whose number each node knows. */
  readonly owner: string | undefined;
}

/** The constraints that a pod states. */
export function statedConstraints(pod: Pod): Constraint[] {
  return (pod.spec?.topologySpreadConstraints ?? []).map((each) => {
    const selector = labelSelector(withLabelKeys(each.labelSelector, each.matchLabelKeys, pod.metadata?.labels));
    return {
      topologyKey: each.topologyKey,
      maxSkew: each.maxSkew,
      minDomains: each.minDomains ?? 1,
      hard: each.whenUnsatisfiable !== 'ScheduleAnyway',
      owner: undefined,
      counts: (other) => isAlike(other, pod) && selector.matches(other.metadata?.labels),
    };
  });
}

/**
 * The scheduler's own constraints for a pod that states none: pods of one controller, or of one Service, are better apart
 * (systemDefaultConstraints). `services` are the selectors of those that select the pod.
 */
export function defaultConstraints(pod: Pod, services: readonly Labels[]): Constraint[] {
  const owner = pod.metadata?.ownerReferences?.find((each) => each.controller === true);
  const owned = owner !== undefined && ['ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(owner.kind);
  if (!owned && services.length === 0) return [];
  const selectors = services.map((each) => mapSelector(each));
  const counts = (other: Pod) => isAlike(other, pod) && selectors.every((each) => each.matches(other.metadata?.labels));
  const shared = { minDomains: 1, hard: false, counts, owner: owned ? owner.uid : undefined };
  return [
    { ...shared, topologyKey: HOSTNAME, maxSkew: 3 },
    { ...shared, topologyKey: ZONE, maxSkew: 5 },
  ];
}

/** Pods that count by domain of the constraint's topology, on nodes that the pod could go to at all. */
export function spreadCounts(constraint: Constraint, pod: Pod, nodes: readonly NodeState[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.label(constraint.topologyKey);
    if (domain === undefined || !matchesNode(pod, node.node)) continue;
    counts.set(domain, (counts.get(domain) ?? 0) + countOn(constraint, node));
  }
  return counts;
}

export function countOn(constraint: Constraint, node: NodeState): number {
  if (constraint.owner !== undefined) return node.podsOf(constraint.owner);
  let count = 0;
  for (const pod of node.pods.values()) if (constraint.counts(pod)) count++;
  return count;
}

/** Whether another pod can count at all: of the same namespace, and staying. */
function isAlike(other: Pod, pod: Pod): boolean {
  return other.metadata?.namespace === pod.metadata?.namespace && other.metadata?.deletionTimestamp === undefined;
}

function withLabelKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  labels: Labels,
): LabelSelector | undefined {
  if (keys === undefined || selector === undefined) return selector;
  const extra = keys.flatMap((key) => {
    const value = labels?.[key];
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] }];
  });
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...extra] };
}
