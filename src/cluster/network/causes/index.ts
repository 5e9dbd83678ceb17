import type { KnownCauseCode, KnownStepCode } from '../codes.ts';
import type { CauseLink, Outcome } from '../trace.ts';
import { addresses } from './addresses.ts';
import { balancers } from './balancers.ts';
import { type Case, type Family, link } from './cause.ts';
import { certificates } from './certificates.ts';
import { endpoints } from './endpoints.ts';
import { listeners } from './listeners.ts';
import { names } from './names.ts';
import { nodes } from './nodes.ts';
import { policies } from './policies.ts';
import { protocols } from './protocols.ts';

/** Every family of causes. A new one is a file of its own and a word here. */
const FAMILIES: readonly Family[] = [
  endpoints,
  listeners,
  addresses,
  nodes,
  names,
  balancers,
  protocols,
  policies,
  certificates,
];

const EXPLAINED: Family = Object.assign({}, ...FAMILIES);

const SYMPTOMS: Readonly<Record<Outcome, KnownCauseCode | undefined>> = {
  ok: undefined,
  refused: 'symptom.refused',
  timeout: 'symptom.timeout',
  unreachable: 'symptom.unreachable',
  'no-such-host': 'symptom.name',
  'dns-timeout': 'symptom.name',
  'tls-failed': 'symptom.tls',
  'empty-reply': 'symptom.empty',
  'protocol-error': 'symptom.protocol',
};

/**
 * Why an exchange failed: from what the client saw, link by link, to what a person can change. Looks at the cluster as it is when
 * it is called.
 */
export function explain(given: Case): CauseLink[] {
  const { trace } = given;
  const symptom = SYMPTOMS[trace.outcome];
  const decisive = trace.steps.find((step) => step.code === trace.code);
  const reporter = trace.steps.at(-1)?.facts?.['reporter'];
  const lookup = trace.purpose === 'dns' && trace.outcome !== 'no-such-host';
  const first = lookup
    ? [
        link('symptom.name', { facts: { target: trace.asked ?? trace.target } }),
        link('dns.unanswered', {
          facts: { server: given.tuple.dst },
          evidence: 'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
        }),
      ]
    : symptom === undefined
      ? []
      : [link(symptom, { facts: { target: trace.target, ...(reporter === undefined ? {} : { reporter }) } })];
  const explainer = EXPLAINED[trace.code as KnownStepCode];
  return decisive === undefined || explainer === undefined ? first : [...first, ...explainer(given, decisive)];
}
