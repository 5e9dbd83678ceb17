import type { Pod } from '../api/types.ts';
import { fullImageName } from '../kubelet/image-name.ts';
import { matchesTerm, type PodTerm, podsByDomain } from './affinity.ts';
import { tolerates } from './filters.ts';
import type { NodeState } from './node-state.ts';
import { type Requests, requestsOf } from './requests.ts';
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
  const asked = requestsOf(pod);
  const total: number[] = [];
  for (const node of nodes) total.push(leastAllocated(asked, node) + balance(asked, node));
  const add = (weight: number, part: readonly number[]) => {
    for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + weight * (part[i] ?? 0);
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
  const images = imageScores(pod, nodes, all);
  if (images !== undefined) add(1, images);
  return total;
}

/** NodeResourcesLeastAllocated: the share of CPU and memory that stays free. */
function leastAllocated(asked: Requests, { used, capacity }: NodeState): number {
  return Math.floor(
    (free(capacity.cpu, used.scoreCpu + asked.scoreCpu) + free(capacity.memory, used.scoreMemory + asked.scoreMemory)) /
      2,
  );
}

/** How much of a hundred is free. */
function free(limit: number, taken: number): number {
  return limit === 0 || taken > limit ? 0 : Math.floor(((limit - taken) * 100) / limit);
}

/** NodeResourcesBalancedAllocation: CPU and memory should be used alike. A pod that asks for nothing changes nothing. */
function balance(asked: Requests, { used, capacity }: NodeState): number {
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
  const sums = new Array<number>(nodes.length).fill(0);
  let own: number[] = [];
  let counted: Constraint['counts'] | undefined;
  for (const constraint of constraints) {
    const { topologyKey, maxSkew } = constraint;
    // The default constraints count the same pods, over different domains.
    if (counted !== constraint.counts) {
      own = [];
      for (const node of nodes) own.push(countOn(constraint, node));
      counted = constraint.counts;
    }
    const domains = topologyKey === HOSTNAME ? undefined : domainCounts(nodes, own, topologyKey);
    const weight = Math.log((domains?.size ?? nodes.length) + 2);
    for (let i = 0; i < sums.length; i++) {
      const domain = nodes[i]?.label(topologyKey);
      if (domain === undefined) continue;
      const count = domains === undefined ? (own[i] ?? 0) : (domains.get(domain) ?? 0);
      sums[i] = (sums[i] ?? 0) + count * weight + maxSkew - 1;
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i] = Math.round(sums[i] ?? 0);
  const [least, most] = [lowest(sums), highest(sums)];
  for (let i = 0; i < sums.length; i++)
    sums[i] = most === 0 ? 100 : Math.floor((100 * (most + least - (sums[i] ?? 0))) / most);
  return sums;
}

function domainCounts(nodes: readonly NodeState[], counts: readonly number[], key: string): Map<string, number> {
  const domains = new Map<string, number>();
  for (let i = 0; i < nodes.length; i++) {
    const domain = nodes[i]?.label(key);
    if (domain !== undefined) domains.set(domain, (domains.get(domain) ?? 0) + (counts[i] ?? 0));
  }
  return domains;
}

/** ImageLocality: large images that are there already, less so when only few nodes have them. */
function imageScores(pod: Pod, nodes: readonly NodeState[], all: readonly NodeState[]): number[] | undefined {
  const containers = pod.spec?.containers ?? [];
  let sums: number[] | undefined;
  for (const { image = '' } of containers) {
    const name = fullImageName(image);
    let holders = 0;
    for (const node of all) if (node.images.has(name)) holders++;
    if (holders === 0) continue;
    sums ??= new Array<number>(nodes.length).fill(0);
    for (let i = 0; i < sums.length; i++)
      sums[i] = (sums[i] ?? 0) + Math.floor(((nodes[i]?.images.get(name) ?? 0) * holders) / all.length);
  }
  const limit = LARGE_IMAGE * containers.length;
  return sums?.map((sum) =>
    Math.floor((100 * (Math.min(Math.max(sum, SMALL_IMAGE), limit) - SMALL_IMAGE)) / (limit - SMALL_IMAGE)),
  );
}

function lowest(numbers: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) if (number < least) least = number;
  return least;
}

function highest(numbers: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const number of numbers) if (number > most) most = number;
  return most;
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
