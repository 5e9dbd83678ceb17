import { labelSelector } from '../api/selectors.ts';
import type { Node, Pod } from '../api/types.ts';
import { quantityValue } from '../resources/quantity.ts';
import type { NodeState } from './state.ts';

type Term = {
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
  matchFields?: { key: string; operator: string; values?: string[] }[];
};

/** What a node lacks for a pod, in the words of FailedScheduling; undefined when it fits. In the order of the scheduler's plugins. */
export function unfit(pod: Pod, node: NodeState, all: readonly NodeState[]): string | undefined {
  const { spec } = pod;
  if (
    node.object.spec?.unschedulable === true &&
    !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
  )
    return 'node(s) were unschedulable';
  const name = node.object.metadata?.name ?? '';
  if (spec?.nodeName !== undefined && spec.nodeName !== '' && spec.nodeName !== name)
    return "node(s) didn't match the requested node name";
  for (const taint of node.object.spec?.taints ?? []) {
    if (taint.effect === 'PreferNoSchedule' || taint.key === 'node.kubernetes.io/unschedulable') continue;
    if (!tolerates(pod, taint)) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  }
  if (!matchesNode(pod, node.object)) return "node(s) didn't match Pod's node affinity/selector";
  for (const container of spec?.containers ?? []) {
    for (const port of container.ports ?? [])
      if ((port.hostPort ?? 0) > 0 && node.hostPorts.has(`${port.protocol ?? 'TCP'}/${port.hostPort}`))
        return "node(s) didn't have free ports for the requested pod ports";
  }
  if (node.pods.size + 1 > node.capacity.pods) return 'Too many pods';
  const wanted = requests(pod);
  if (wanted.cpu > 0 && node.used.cpu + wanted.cpu > node.capacity.cpu + 1e-9) return 'Insufficient cpu';
  if (wanted.memory > 0 && node.used.memory + wanted.memory > node.capacity.memory) return 'Insufficient memory';
  const anti = spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const term of anti) if (termPods(term, pod, node, all)) return "node(s) didn't match pod anti-affinity rules";
  const affinity = spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const term of affinity) {
    const selfMatch = labelSelector(term.labelSelector).matches(pod.metadata?.labels);
    const anywhere = all.some((each) => termPods(term, pod, each, all));
    if (!termPods(term, pod, node, all) && !(selfMatch && !anywhere)) return "node(s) didn't match pod affinity rules";
  }
  for (const spread of spec?.topologySpreadConstraints ?? []) {
    if (spread.whenUnsatisfiable === 'ScheduleAnyway') continue;
    const domain = node.object.metadata?.labels?.[spread.topologyKey];
    if (domain === undefined) return "node(s) didn't match pod topology spread constraints (missing required label)";
    const counts = spreadCounts(spread.labelSelector, spread.topologyKey, pod, all);
    if ((counts.get(domain) ?? 0) + 1 - Math.min(...counts.values()) > spread.maxSkew)
      return "node(s) didn't match pod topology spread constraints";
  }
  return undefined;
}

/** Pods that match a selector, by the value of a topology label. */
export function spreadCounts(
  selector: Parameters<typeof labelSelector>[0],
  topologyKey: string,
  pod: Pod,
  all: readonly NodeState[],
): Map<string, number> {
  const counts = new Map<string, number>();
  const matcher = labelSelector(selector);
  for (const each of all) {
    const domain = each.object.metadata?.labels?.[topologyKey];
    if (domain === undefined) continue;
    let count = counts.get(domain) ?? 0;
    for (const other of each.pods.values()) {
      if (
        other.metadata?.namespace === pod.metadata?.namespace &&
        other.metadata?.deletionTimestamp === undefined &&
        matcher.matches(other.metadata?.labels)
      )
        count++;
    }
    counts.set(domain, count);
  }
  return counts;
}

function termPods(
  term: { labelSelector?: Parameters<typeof labelSelector>[0]; topologyKey: string; namespaces?: string[] },
  pod: Pod,
  node: NodeState,
  all: readonly NodeState[],
): boolean {
  const domain = node.object.metadata?.labels?.[term.topologyKey];
  if (domain === undefined) return false;
  const selector = labelSelector(term.labelSelector);
  const namespaces = term.namespaces ?? [pod.metadata?.namespace ?? ''];
  return all.some(
    (each) =>
      each.object.metadata?.labels?.[term.topologyKey] === domain &&
      [...each.pods.values()].some(
        (other) => namespaces.includes(other.metadata?.namespace ?? '') && selector.matches(other.metadata?.labels),
      ),
  );
}

function tolerates(pod: Pod, taint: { key: string; value?: string; effect: string }): boolean {
  return (pod.spec?.tolerations ?? []).some(
    (each) =>
      (each.effect === undefined || each.effect === '' || each.effect === taint.effect) &&
      (each.key === undefined || each.key === '' || each.key === taint.key) &&
      (each.operator === 'Exists' || (each.value ?? '') === (taint.value ?? '')),
  );
}

/** nodeSelector and required node affinity. */
export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => termMatches(term as Term, node));
}

/** One term of node affinity. */
export function termMatches(term: Term, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const expression = (
    { key, operator, values = [] }: { key: string; operator: string; values?: string[] },
    value: string | undefined,
  ) => {
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
        return Number(value) > Number(values[0]);
      case 'Lt':
        return Number(value) < Number(values[0]);
      default:
        return key === '';
    }
  };
  return (
    (term.matchExpressions ?? []).every((each) => expression(each, labels[each.key])) &&
    (term.matchFields ?? []).every((each) =>
      expression(each, each.key === 'metadata.name' ? node.metadata?.name : undefined),
    )
  );
}

/** What a pod asks for: cores and bytes, of all its containers (init containers count by their largest). */
export function requests(pod: Pod): { cpu: number; memory: number } {
  const sum = { cpu: 0, memory: 0 };
  for (const container of pod.spec?.containers ?? []) {
    sum.cpu += quantityValue(container.resources?.requests?.['cpu'] as string | undefined);
    sum.memory += quantityValue(container.resources?.requests?.['memory'] as string | undefined);
  }
  for (const container of pod.spec?.initContainers ?? []) {
    sum.cpu = Math.max(sum.cpu, quantityValue(container.resources?.requests?.['cpu'] as string | undefined));
    sum.memory = Math.max(sum.memory, quantityValue(container.resources?.requests?.['memory'] as string | undefined));
  }
  return sum;
}
