import type { Pod } from '../api/types.ts';
import { fullImageName } from '../kubelet/image-name.ts';
import { matchesTerm, type PodTerm, podsByDomain } from './affinity.ts';
import { tolerates } from './filters.ts';
import type { NodeState } from './node-state.ts';
import { requestsOf } from './requests.ts';
import { type Constraint, countOn, HOSTNAME } from './spread.ts';

/** Image sizes between which locality counts (imagelocality), in bytes. */
const SMALL_IMAGE = 23 * 1024 * 1024;
const LARGE_IMAGE = 1000 * 1024 * 1024;

/**
 * Scores of the nodes for a pod, in their order, as the default plugins give them with the default weights: taints 3, node
 * affinity 2, pod affinity 2, topology spread 2, free resources 1, balance of resources 1, images 1.
 */
export function scores(
  pod: Pod,
  nodes: readonly NodeState[],
  spread: readonly Constraint[],
  all: readonly NodeState[],
): number[] {
  const total = nodes.map((node) => leastAllocated(pod, node) + balance(pod, node));
  const add = (weight: number, part: readonly number[]) => {
    for (const [index, score] of part.entries()) total[index] = (total[index] ?? 0) + weight * score;
  };
  if (nodes.some((node) => node.softTaints.length > 0)) add(3, reversed(nodes.map((node) => intolerable(pod, node))));
  const { nodeAffinity, podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  const preferred = nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  if (preferred.length > 0) {
    const sum = (node: NodeState) =>
      preferred.reduce((weight, term) => weight + (matchesTerm(term.preference, node.node) ? term.weight : 0), 0);
    add(2, normalized(nodes.map(sum)));
  }
  const near = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const apart = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  if (near.length + apart.length > 0)
    add(
      2,
      stretched(
        friendliness(pod, nodes, all, [
          ...near.map(({ weight, podAffinityTerm }) => ({ weight, term: podAffinityTerm })),
          ...apart.map(({ weight, podAffinityTerm }) => ({ weight: -weight, term: podAffinityTerm })),
        ]),
      ),
    );
  if (spread.length > 0) add(2, spreadScores(nodes, spread));
  add(1, imageScores(pod, nodes, all));
  return total;
}

/** NodeResourcesLeastAllocated: the share of CPU and memory that stays free. */
function leastAllocated(pod: Pod, { used, capacity }: NodeState): number {
  const asked = requestsOf(pod);
  const free = (limit: number, taken: number) =>
    limit === 0 || taken > limit ? 0 : Math.floor(((limit - taken) * 100) / limit);
  return Math.floor(
    (free(capacity.cpu, used.scoreCpu + asked.scoreCpu) + free(capacity.memory, used.scoreMemory + asked.scoreMemory)) /
      2,
  );
}

/** NodeResourcesBalancedAllocation: CPU and memory should be used alike. A pod that asks for nothing changes nothing. */
function balance(pod: Pod, { used, capacity }: NodeState): number {
  const asked = requestsOf(pod);
  if ((asked.cpu === 0 && asked.memory === 0) || capacity.cpu === 0 || capacity.memory === 0) return 0;
  const cpu = Math.min(1, (used.cpu + asked.cpu) / capacity.cpu);
  const memory = Math.min(1, (used.memory + asked.memory) / capacity.memory);
  return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
}

function intolerable(pod: Pod, node: NodeState): number {
  return node.softTaints.filter((taint) => !tolerates(pod, taint)).length;
}

function friendliness(
  pod: Pod,
  nodes: readonly NodeState[],
  all: readonly NodeState[],
  terms: readonly { readonly weight: number; readonly term: PodTerm }[],
): number[] {
  const counted = terms.map(({ weight, term }) => ({ weight, term, counts: podsByDomain(term, pod, all) }));
  return nodes.map((node) =>
    counted.reduce(
      (sum, { weight, term, counts }) => sum + weight * (counts.get(node.label(term.topologyKey) ?? '') ?? 0),
      0,
    ),
  );
}

/** PodTopologySpread: fewer pods of the kind in a node's domain are better; domains of which there are many weigh more. */
function spreadScores(nodes: readonly NodeState[], constraints: readonly Constraint[]): number[] {
  const sums = nodes.map(() => 0);
  for (const constraint of constraints) {
    const own = nodes.map((node) => countOn(constraint, node));
    const perHost = constraint.topologyKey === HOSTNAME;
    const domains = new Map<string, number>();
    for (const [index, node] of nodes.entries()) {
      const domain = node.label(constraint.topologyKey);
      if (domain !== undefined) domains.set(domain, (domains.get(domain) ?? 0) + (own[index] ?? 0));
    }
    const weight = Math.log((perHost ? nodes.length : domains.size) + 2);
    for (const [index, node] of nodes.entries()) {
      const domain = node.label(constraint.topologyKey);
      if (domain === undefined) continue;
      const count = perHost ? (own[index] ?? 0) : (domains.get(domain) ?? 0);
      sums[index] = (sums[index] ?? 0) + count * weight + constraint.maxSkew - 1;
    }
  }
  const rounded = sums.map(Math.round);
  const [least, most] = [Math.min(...rounded), Math.max(...rounded)];
  return rounded.map((sum) => (most === 0 ? 100 : Math.floor((100 * (most + least - sum)) / most)));
}

/** ImageLocality: large images that are there already, less so when only few nodes have them. */
function imageScores(pod: Pod, nodes: readonly NodeState[], all: readonly NodeState[]): number[] {
  const containers = pod.spec?.containers ?? [];
  const sums = nodes.map(() => 0);
  for (const { image = '' } of containers) {
    const name = fullImageName(image);
    const holders = all.reduce((count, node) => count + (node.images.has(name) ? 1 : 0), 0);
    if (holders === 0) continue;
    for (const [index, node] of nodes.entries())
      sums[index] = (sums[index] ?? 0) + Math.floor(((node.images.get(name) ?? 0) * holders) / all.length);
  }
  const limit = LARGE_IMAGE * containers.length;
  return sums.map((sum) =>
    Math.floor((100 * (Math.min(Math.max(sum, SMALL_IMAGE), limit) - SMALL_IMAGE)) / (limit - SMALL_IMAGE)),
  );
}

/** DefaultNormalizeScore: the best has 100. */
function normalized(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  return scores.map((score) => (most === 0 ? 0 : Math.floor((100 * score) / most)));
}

/** The same, when less is better. */
function reversed(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  return scores.map((score) => (most === 0 ? 100 : 100 - Math.floor((100 * score) / most)));
}

/** From 0 for the worst to 100 for the best. */
function stretched(scores: readonly number[]): number[] {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (most === least ? 0 : Math.floor((100 * (score - least)) / (most - least))));
}
