import { at, type Family, inNamespace, link, serviceOf } from './cause.ts';
import { withoutEndpoints } from './endpoints.ts';
import { lostNode } from './readiness.ts';

/** A load balancer that lets nobody through. */
export const balancers: Family = {
  'proxy.firewall': (given, step) => [
    link('firewall.source-ranges', {
      object: at(given.trace.service, 'spec.loadBalancerSourceRanges'),
      facts: {
        service: given.trace.service?.name ?? '',
        ranges: step.facts?.['ranges'] ?? '',
        client: given.tuple.src,
      },
      evidence: `kubectl get service ${given.trace.service?.name ?? ''} -o yaml${inNamespace(given.trace.service?.namespace)}`,
    }),
  ],
  'cloud.balance': (given) => {
    const first = link('balancer.no-node', {
      object: given.trace.service,
      facts: { service: given.trace.service?.name ?? '' },
      evidence: 'kubectl get nodes',
    });
    const service = serviceOf(given);
    const dark = given.network.flavour.nodes.filter((node) => !given.network.powered(node.name));
    const [lost] = dark;
    if (lost !== undefined && dark.length === given.network.flavour.nodes.length)
      return [first, ...lostNode(lost.name)];
    return service === undefined ? [first] : [first, ...withoutEndpoints(given, service)];
  },
};
