import { at, type Case, type Family, inNamespace, link } from './cause.ts';
import { lostNode } from './readiness.ts';

/** The node at the end of the way is down. */
export const nodes: Family = {
  'node.dark': (given, step) => {
    const node = step.facts?.['node'] ?? '';
    const rewritten = given.trace.steps.some((each) => each.code === 'proxy.dnat');
    const { endpoint } = given.trace;
    if (rewritten && endpoint?.kind === 'Pod') return [evicted(given, node), ...lostNode(node)];
    return lostNode(node);
  },
};

/** Kubernetes has not yet taken the node's pods out of the Service's endpoints. */
function evicted(given: Case, node: string) {
  const { endpoint, service } = given.trace;
  return link('endpoint.on-dead-node', {
    object: endpoint === undefined ? undefined : at(endpoint, 'spec.nodeName'),
    facts: { pod: endpoint?.name ?? '', node, service: service?.name ?? '' },
    evidence: `kubectl get pods -o wide${inNamespace(endpoint?.namespace)}`,
  });
}
