import type { Node, Pod } from '../api/types.ts';
import { matchesNode, matchesPodTerm, type PodTerm, podsByDomain } from './affinity.ts';
import type { NodeState } from './node-state.ts';
import { type Requests, requestsOf } from './requests.ts';
import { type Constraint, spreadCounts, statedConstraints } from './spread.ts';

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

/** Why a node cannot take a pod, in the words of FailedScheduling. `final`: no preemption could change it. */
export interface Unfit {
  readonly reasons: readonly string[];
  readonly final: boolean;
}

/** What is worked out once for a pod and holds for every node it is tried on. */
export interface Candidate {
  readonly pod: Pod;
  readonly asked: Requests;
  readonly choosy: boolean;
  readonly spread: readonly {
    readonly constraint: Constraint;
    readonly counts: ReadonlyMap<string, number>;
    readonly least: number;
  }[];
  readonly near: readonly {
    readonly term: PodTerm;
    readonly counts: ReadonlyMap<string, number>;
    readonly self: boolean;
  }[];
  readonly apart: readonly { readonly term: PodTerm; readonly counts: ReadonlyMap<string, number> }[];
}

/** PreFilter: counts what the pod's affinities and constraints ask for. */
export function candidate(pod: Pod, nodes: readonly NodeState[]): Candidate {
  const { affinity, nodeSelector } = pod.spec ?? {};
  const terms = (list: readonly PodTerm[] | undefined) =>
    (list ?? []).map((term) => ({
      term,
      counts: podsByDomain(term, pod, nodes),
      self: matchesPodTerm(term, pod, pod),
    }));
  return {
    pod,
    asked: requestsOf(pod),
    choosy: nodeSelector !== undefined || affinity?.nodeAffinity !== undefined,
    near: terms(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    apart: terms(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    spread: statedConstraints(pod)
      .filter((constraint) => constraint.hard)
      .map((constraint) => {
        const counts = spreadCounts(constraint, pod, nodes);
        const least = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
        return { constraint, counts, least };
      }),
  };
}

/** What keeps the pod off the node; undefined when it fits. In the order of the scheduler's plugins: the first one speaks. */
export function unfit(wanted: Candidate, state: NodeState, wary: ReadonlySet<NodeState>): Unfit | undefined {
  const { pod, asked } = wanted;
  const { node, hardTaints } = state;
  if (node.spec?.unschedulable === true && !tolerates(pod, UNSCHEDULABLE)) return final('node(s) were unschedulable');
  const nodeName = pod.spec?.nodeName ?? '';
  if (nodeName !== '' && nodeName !== state.name) return final("node(s) didn't match the requested node name");
  for (const taint of hardTaints)
    if (!tolerates(pod, taint)) return final(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  if (wanted.choosy && !matchesNode(pod, node)) return final("node(s) didn't match Pod's node affinity/selector");
  for (const port of asked.hostPorts)
    if (state.hasPort(port)) return passing("node(s) didn't have free ports for the requested pod ports");
  const short = shortage(asked, state);
  if (short !== undefined) return short;
  return misplaced(wanted, state) ?? unfriendly(wanted, state, wary);
}

/** NodeResourcesFit */
function shortage(asked: Requests, { used, capacity, pods }: NodeState): Unfit | undefined {
  const crowded = pods.size + 1 > capacity.pods;
  const cpu = asked.cpu > 0 && asked.cpu > capacity.cpu - used.cpu;
  const memory = asked.memory > 0 && asked.memory > capacity.memory - used.memory;
  if (!crowded && !cpu && !memory) return undefined;
  const reasons: string[] = [];
  if (crowded) reasons.push('Too many pods');
  if (cpu) reasons.push('Insufficient cpu');
  if (memory) reasons.push('Insufficient memory');
  return { reasons, final: false };
}

/** PodTopologySpread */
function misplaced({ spread, pod }: Candidate, state: NodeState): Unfit | undefined {
  for (const { constraint, counts, least } of spread) {
    const domain = state.label(constraint.topologyKey);
    if (domain === undefined)
      return final("node(s) didn't match pod topology spread constraints (missing required label)");
    const self = constraint.counts(pod) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew)
      return passing("node(s) didn't match pod topology spread constraints");
  }
  return undefined;
}

/** InterPodAffinity */
function unfriendly(
  { pod, near, apart }: Candidate,
  state: NodeState,
  wary: ReadonlySet<NodeState>,
): Unfit | undefined {
  if (near.length > 0) {
    const met = near.every(({ term, counts }) => (counts.get(state.label(term.topologyKey) ?? '') ?? 0) > 0);
    // The first of a group that wants to be together may go anywhere.
    const first = near.every(
      ({ term, counts, self }) => self && counts.size === 0 && state.label(term.topologyKey) !== undefined,
    );
    if (!met && !first) return final("node(s) didn't match pod affinity rules");
  }
  for (const { term, counts } of apart)
    if ((counts.get(state.label(term.topologyKey) ?? '') ?? 0) > 0)
      return passing("node(s) didn't match pod anti-affinity rules");
  for (const other of wary)
    for (const resident of other.pods.values())
      for (const term of antiTerms(resident)) {
        const domain = state.label(term.topologyKey);
        if (domain !== undefined && domain === other.label(term.topologyKey) && matchesPodTerm(term, resident, pod))
          return passing("node(s) didn't satisfy existing pods anti-affinity rules");
      }
  return undefined;
}

/** The required anti-affinity of a pod. */
export function antiTerms(pod: Pod): readonly PodTerm[] {
  return pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** v1helper.TolerationsTolerateTaint */
export function tolerates(pod: Pod, taint: Taint): boolean {
  for (const { effect = '', key = '', operator, value = '' } of pod.spec?.tolerations ?? []) {
    if (effect !== ('' as string) && effect !== taint.effect) continue;
    if (key !== '' && key !== taint.key) continue;
    if (operator === 'Exists' || value === (taint.value ?? '')) return true;
  }
  return false;
}

function final(reason: string): Unfit {
  return { reasons: [reason], final: true };
}

function passing(reason: string): Unfit {
  return { reasons: [reason], final: false };
}
