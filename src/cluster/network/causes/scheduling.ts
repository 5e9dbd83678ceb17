import { formatLabels } from '../../api/selectors.ts';
import type { KubeObject, Node } from '../../api/types.ts';
import type { CauseLink } from '../trace.ts';
import { at, type Case, inNamespace, link, type PodObject, refOf } from './cause.ts';
import { workloadOf } from './workloads.ts';

/** Why the scheduler finds no node for a pod. */
export function scheduling(given: Case, pod: PodObject, evidence: string): CauseLink[] {
  const ref = refOf('Pod', pod);
  const message =
    pod.status?.conditions?.find((each) => each.type === 'PodScheduled' && each.status === 'False')?.message ?? '';
  const made = workloadOf(given, pod);
  const nodes = given.network.clients.resource<Node & KubeObject>('nodes').list();
  const first = link('pod.unschedulable', {
    object: at(ref, 'status.conditions'),
    facts: { pod: ref.name, message },
    evidence,
  });
  const selector = pod.spec?.nodeSelector ?? {};
  const fits = (node: Node) => Object.entries(selector).every(([key, value]) => node.metadata?.labels?.[key] === value);
  if (Object.keys(selector).length > 0 && !nodes.some(fits))
    return [
      first,
      link('node-selector.no-node', {
        object: at(made.ref, `${made.specPath}.nodeSelector`),
        facts: { selector: formatLabels(selector), nodes: String(nodes.length) },
        evidence: 'kubectl get nodes --show-labels',
      }),
    ];
  if (/node affinity/.test(message))
    return [
      first,
      link('affinity.no-node', {
        object: at(made.ref, `${made.specPath}.affinity`),
        facts: { nodes: String(nodes.length) },
        evidence: 'kubectl get nodes --show-labels',
      }),
    ];
  const lacking = /Insufficient (cpu|memory|ephemeral-storage)/.exec(message)?.[1];
  if (lacking !== undefined) {
    const index = Math.max(
      0,
      made.spec.containers.findIndex((each) => each.resources?.requests?.[lacking] !== undefined),
    );
    return [
      first,
      link('requests.too-large', {
        object: at(made.ref, `${made.specPath}.containers[${index}].resources.requests.${lacking}`),
        facts: {
          resource: lacking,
          wanted: String(made.spec.containers[index]?.resources?.requests?.[lacking] ?? ''),
          has: String(nodes[0]?.status?.allocatable?.[lacking] ?? ''),
        },
        evidence: `kubectl describe nodes`,
      }),
    ];
  }
  const cordoned = nodes.filter((node) => node.spec?.unschedulable === true && fits(node));
  const [node] = cordoned;
  if (node !== undefined)
    return [
      first,
      link('node.cordoned', {
        object: { kind: 'Node', name: node.metadata?.name ?? '', fieldPath: 'spec.unschedulable' },
        facts: { node: node.metadata?.name ?? '', nodes: cordoned.map((each) => each.metadata?.name).join(' ') },
        evidence: 'kubectl get nodes',
      }),
    ];
  const dead = nodes.find((each) => !given.network.powered(each.metadata?.name ?? ''));
  if (/untolerated taint/.test(message)) {
    const name = dead?.metadata?.name;
    if (name !== undefined && /not-ready|unreachable/.test(message))
      return [
        first,
        link('node.power', { object: { kind: 'Node', name }, facts: { node: name }, evidence: 'kubectl get nodes' }),
      ];
    const tainted = nodes.find((each) => (each.spec?.taints ?? []).length > 0);
    const taint = tainted?.spec?.taints?.[0];
    if (tainted !== undefined && taint !== undefined)
      return [
        first,
        link('node.tainted', {
          object: { kind: 'Node', name: tainted.metadata?.name ?? '', fieldPath: 'spec.taints' },
          facts: {
            node: tainted.metadata?.name ?? '',
            taint: `${taint.key}${taint.value === undefined ? '' : `=${taint.value}`}:${taint.effect}`,
          },
          evidence: `kubectl describe node ${tainted.metadata?.name}`,
        }),
      ];
  }
  if (pod.spec?.schedulerName !== undefined && pod.spec.schedulerName !== 'default-scheduler')
    return [
      first,
      link('scheduler.unknown', {
        object: at(made.ref, `${made.specPath}.schedulerName`),
        facts: { scheduler: pod.spec.schedulerName },
        evidence: `kubectl get pod ${ref.name} -o yaml${inNamespace(ref.namespace)}`,
      }),
    ];
  return [first];
}
