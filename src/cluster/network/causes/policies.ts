import type { KnownCauseCode } from '../codes.ts';
import type { CauseLink, TraceStep } from '../trace.ts';
import { type Case, type Family, inNamespace, link } from './cause.ts';

/** A NetworkPolicy that lets the packet neither out of its pod nor into another. */
export const policies: Family = {
  'policy.ingress': (given, step) => [denied('policy.ingress-denied', given, step)],
  'policy.egress': (given, step) => [denied('policy.egress-denied', given, step)],
};

function denied(code: KnownCauseCode, _: Case, { object, facts = {} }: TraceStep): CauseLink {
  const { policy = '', pod = '', address = '', port = '', protocol = '' } = facts;
  return link(code, {
    object,
    facts: { policy, pod, address, port, protocol },
    evidence: `kubectl describe networkpolicy ${policy}${inNamespace(object?.namespace)}`,
  });
}
