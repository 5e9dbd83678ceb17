import type { Case } from '../causes/cause.ts';
import { inNamespace, type PodObject } from '../causes/cause.ts';
import type { CauseLink } from '../trace.ts';
import { askAgain, type Fix, type Propose, run } from './fix.ts';

/** Fixes of causes that lie in a node. */
export const nodes: Readonly<Record<string, Propose>> = {
  'node.power': (given, cause) => {
    const node = cause.facts?.['node'] ?? '';
    const fixes: Fix[] = [
      { code: 'power.on', facts: { node }, object: { kind: 'Node', name: node }, commands: [], power: node },
    ];
    if (given.trace.source.at === 'laptop' && !given.trace.steps.some((step) => step.code === 'proxy.dnat')) {
      const other = given.network.flavour.nodes.find((each) => given.network.powered(each.name));
      const host = other?.externalIP ?? other?.internalIP;
      if (other !== undefined && host !== undefined && given.trace.service === undefined)
        fixes.unshift(askAgain('ask.node', given, { host }, { node: other.name }));
    }
    fixes.push(...moved(given, cause, node));
    return fixes;
  },
  'node.cordoned': (_, { facts, object }) => [
    run(
      'node.uncordon',
      [`kubectl uncordon ${facts?.['nodes'] ?? facts?.['node']}`],
      { node: facts?.['nodes'] ?? '' },
      object,
    ),
  ],
  'node.tainted': (_, { facts, object }) => [
    run(
      'taint.remove',
      [`kubectl taint nodes ${facts?.['node']} ${facts?.['taint']}-`],
      { node: facts?.['node'] ?? '', taint: facts?.['taint'] ?? '' },
      object,
    ),
  ],
};

/** The pods of the dead node are given up at once, so that their owners make others where there is power. */
function moved(given: Case, _: CauseLink, node: string): Fix[] {
  const { service } = given.trace;
  if (service === undefined || !given.network.flavour.nodes.some((each) => given.network.powered(each.name))) return [];
  const pods = given.network.clients
    .resource<PodObject>('pods')
    .onNode(node)
    .filter(
      (pod) =>
        pod.metadata?.namespace === service.namespace &&
        pod.metadata?.ownerReferences?.some((each) => each.kind === 'ReplicaSet') === true,
    );
  if (pods.length === 0 || pods.length > 20) return [];
  const where = inNamespace(service.namespace);
  return [
    run(
      'pods.move',
      [
        `kubectl cordon ${node}`,
        `kubectl delete pod ${pods.map((pod) => pod.metadata?.name).join(' ')}${where} --force --grace-period=0`,
      ],
      { node, count: String(pods.length) },
      { kind: 'Node', name: node },
    ),
  ];
}
