import { policy, type WhyCase, web } from './case.ts';

/** NetworkPolicies. */
export const POLICIES: readonly WhyCase[] = [
  {
    name: 'a NetworkPolicy lets nobody in',
    setup: policy('deny-all', { podSelector: {}, policyTypes: ['Ingress'] }),
    request: web,
    code: 'policy.ingress',
    last: 'policy.ingress-denied',
    field: 'spec.policyTypes',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets only another pod in',
    setup: policy('web-from-shop', {
      podSelector: { matchLabels: { app: 'my-nginx' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'shop' } } }], ports: [{ port: 80 }] }],
    }),
    request: web,
    code: 'policy.ingress',
    last: 'policy.ingress-denied',
    field: 'spec.ingress',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets a pod send to DNS only',
    setup: policy('dns-only', {
      podSelector: { matchLabels: { run: 'client' } },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
    request: web,
    code: 'policy.egress',
    last: 'policy.egress-denied',
    field: 'spec.egress',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets a pod send to the web servers, and not to DNS',
    setup: policy('web-only', {
      podSelector: { matchLabels: { run: 'client' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'my-nginx' } } }] }],
    }),
    request: web,
    code: 'policy.egress',
    last: 'policy.egress-denied',
    field: 'spec.egress',
    fix: 'policy.allow',
  },
];
