import type { CauseLink, TraceStep } from '../trace.ts';
import { at, type Case, type Family, inNamespace, link, serviceOf } from './cause.ts';

/** Client and server met, and speak different protocols. */
export const protocols: Family = {
  'tls.plain': (given, step) => [spoken('port.speaks-plain', given, step)],
};

/** The port that the client met, and what it speaks. */
function spoken(code: 'port.speaks-plain' | 'port.speaks-tls', given: Case, step: TraceStep): CauseLink {
  const service = serviceOf(given);
  return link(code, {
    object: service === undefined ? step.object : at(given.trace.service, 'spec.ports'),
    facts: { port: String(given.tuple.dstPort), program: step.facts?.['program'] ?? '' },
    evidence:
      service === undefined
        ? 'kubectl get services -A'
        : `kubectl describe service ${service.metadata?.name}${inNamespace(service.metadata?.namespace)}`,
  });
}

/** What is worth knowing of an exchange that went well: why always this pod, why a 400. */
export function remarks(given: Case): CauseLink[] {
  const { trace } = given;
  const found: CauseLink[] = [];
  for (const step of trace.steps) {
    if (step.code === 'server.answer' && /^400\b/.test(step.facts?.['status'] ?? '') && trace.purpose === 'http')
      found.push(spoken('port.speaks-tls', given, step));
    else if (step.code === 'server.answer' && Number.parseInt(step.facts?.['status'] ?? '', 10) >= 400)
      found.push(
        link('server.error', {
          object: step.object,
          facts: { status: step.facts?.['status'] ?? '', program: step.facts?.['program'] ?? '', target: trace.target },
          evidence:
            step.object?.kind === 'Pod'
              ? `kubectl logs ${step.object.name}${inNamespace(step.object.namespace)} --tail=3`
              : 'kubectl get services -A',
        }),
      );
    if (step.code !== 'proxy.dnat') continue;
    const service = trace.service?.name ?? '';
    const pod = trace.endpoint?.name ?? '';
    if (step.facts?.['affinity'] !== undefined)
      found.push(
        link('affinity.client-ip', {
          object: at(trace.service, 'spec.sessionAffinity'),
          facts: { service, pod, seconds: step.facts['affinity'] },
          evidence: `kubectl get service ${service} -o yaml${inNamespace(trace.service?.namespace)}`,
        }),
      );
    if (step.facts?.['terminating'] !== undefined)
      found.push(
        link('endpoint.terminating', {
          object: trace.endpoint,
          facts: { service, pod },
          evidence: `kubectl get pods${inNamespace(trace.service?.namespace)}`,
        }),
      );
  }
  return found;
}
