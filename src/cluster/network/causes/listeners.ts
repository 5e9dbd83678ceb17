import type { CauseLink, TraceStep } from '../trace.ts';
import { at, type Case, type Family, inNamespace, link, serviceOf } from './cause.ts';

/** The packet arrived, but no program accepts it. */
export const listeners: Family = {
  'server.refuse': (given, step) => {
    const facts = step.facts ?? {};
    const port = facts['port'] ?? '';
    const listens = facts['listens'] ?? '';
    const pod = step.object?.kind === 'Pod' ? step.object : undefined;
    const evidence = pod === undefined ? 'ss -ltn' : `kubectl exec ${pod.name}${inNamespace(pod.namespace)} -- ss -ltn`;
    const bound = facts['bound'];
    if (bound !== undefined)
      return [link('port.loopback-only', { object: step.object, facts: { port, bound }, evidence })];
    const other = facts['other'];
    if (other !== undefined) {
      const service = given.trace.service;
      return [
        link('port.other-protocol', {
          object: service === undefined ? step.object : at(service, 'spec.ports'),
          facts: { port, other },
          evidence,
        }),
      ];
    }
    const first = link('port.nobody-listens', { object: step.object, facts: { port, listens }, evidence });
    return [first, ...targetPort(given, step, port, listens)];
  },
};

/** When a Service sent it there, its targetPort is what a person can change. */
function targetPort(given: Case, step: TraceStep, port: string, listens: string): CauseLink[] {
  const service = serviceOf(given);
  const { service: ref } = given.trace;
  if (service === undefined || ref === undefined || step.object?.kind !== 'Pod') return [];
  const ports = service.spec?.ports ?? [];
  const index = ports.findIndex((each) => String(each.targetPort ?? each.port) === port);
  return [
    link('target-port.wrong', {
      object: at(ref, `spec.ports[${Math.max(index, 0)}].targetPort`),
      facts: { targetPort: String(ports[Math.max(index, 0)]?.targetPort ?? port), listens },
      evidence: `kubectl describe service ${ref.name}${inNamespace(ref.namespace)}`,
    }),
  ];
}
