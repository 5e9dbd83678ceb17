import { at, type Family, link } from './cause.ts';

/** A load balancer that lets nobody through. */
export const balancers: Family = {
  'proxy.firewall': (given, step) => [
    link('firewall.source-ranges', {
      object: at(given.trace.service, 'spec.loadBalancerSourceRanges'),
      facts: { ranges: step.facts?.['ranges'] ?? '', client: given.tuple.src },
      evidence: `kubectl get service ${given.trace.service?.name ?? ''} -o yaml`,
    }),
  ],
  'cloud.balance': (given) => [
    link('balancer.no-node', { object: given.trace.service, evidence: 'kubectl get nodes' }),
  ],
};
