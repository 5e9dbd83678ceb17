import { labelSelector } from '../api/selectors.ts';
import type { LabelSelector, Node, Pod } from '../api/types.ts';
import type { NodeState } from './node-state.ts';

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** One term of node affinity: all of its expressions must hold. */
export interface NodeTerm {
  readonly matchExpressions?: readonly Expression[];
  readonly matchFields?: readonly Expression[];
}

/** One term of pod affinity or anti-affinity. */
export interface PodTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
}

/** nodeSelector and required node affinity. */
export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const { nodeSelector, affinity } = pod.spec ?? {};
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

/** An empty term matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata?.labels ?? {};
  return (
    matchExpressions.every((each) => holds(each, labels[each.key])) &&
    matchFields.every((each) => holds(each, each.key === 'metadata.name' ? node.metadata?.name : undefined))
  );
}

function holds({ operator, values = [] }: Expression, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether a pod is among those that a term of `of` means. */
export function matchesPodTerm(term: PodTerm, of: Pod, pod: Pod): boolean {
  const { namespace = '' } = pod.metadata ?? {};
  const named = term.namespaces ?? [];
  // An empty namespaceSelector means all namespaces; others are by labels of namespaces, of which none are known here.
  const everywhere = term.namespaceSelector !== undefined && Object.keys(term.namespaceSelector).length === 0;
  const own = named.length === 0 && term.namespaceSelector === undefined && namespace === of.metadata?.namespace;
  return (
    (everywhere || own || named.includes(namespace)) && labelSelector(term.labelSelector).matches(pod.metadata?.labels)
  );
}

/** How many pods that a term of `of` means are in each of its topology's domains. */
export function podsByDomain(term: PodTerm, of: Pod, nodes: readonly NodeState[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.label(term.topologyKey);
    if (domain === undefined) continue;
    let count = 0;
    for (const pod of node.pods.values()) if (matchesPodTerm(term, of, pod)) count++;
    if (count > 0) counts.set(domain, (counts.get(domain) ?? 0) + count);
  }
  return counts;
}
