import { formatLabels, mapSelector } from '../../api/selectors.ts';
import type { Deployment, KubeObject } from '../../api/types.ts';
import type { SliceObject } from '../proxy/service-port.ts';
import type { CauseLink, TraceStep } from '../trace.ts';
import {
  at,
  type Case,
  type Family,
  inNamespace,
  link,
  type PodObject,
  refOf,
  type ServiceObject,
  serviceOf,
} from './cause.ts';

/** The rules of the node turn a Service's packets away because nobody is behind it. */
export const endpoints: Family = {
  'proxy.reject': (given, step) => {
    const { service: ref } = given.trace;
    const chain = [ruleLink('rules.reject', given, step)];
    const service = serviceOf(given);
    if (ref === undefined || service === undefined) return chain;
    const slices = slicesOf(given, ref.name, ref.namespace ?? '');
    chain.push(
      link('service.no-endpoints', {
        object: ref,
        facts: { service: ref.name, slices: slices.map((slice) => slice.metadata?.name ?? '').join(', ') },
        evidence: `kubectl get endpointslices -l kubernetes.io/service-name=${ref.name}${inNamespace(ref.namespace)}`,
      }),
    );
    return [...chain, ...whyNoEndpoints(given, service)];
  },
  'proxy.drop': (given, step) => {
    const { service: ref } = given.trace;
    const internal = step.object?.fieldPath === 'spec.internalTrafficPolicy';
    const node = step.facts?.['node'] ?? '';
    return [
      ruleLink('rules.drop', given, step),
      link('service.no-local-endpoints', {
        object: at(ref, internal ? 'spec.internalTrafficPolicy' : 'spec.externalTrafficPolicy'),
        facts: { service: ref?.name ?? '', node, policy: internal ? 'internalTrafficPolicy' : 'externalTrafficPolicy' },
        evidence: `kubectl get pods -o wide --field-selector spec.nodeName=${node}${inNamespace(ref?.namespace)}`,
      }),
    ];
  },
};

function ruleLink(code: 'rules.reject' | 'rules.drop', given: Case, step: TraceStep): CauseLink {
  const name = given.trace.service?.name ?? '';
  return link(code, {
    object: given.trace.service,
    facts: {
      node: step.facts?.['node'] ?? '',
      comment: step.facts?.['comment'] ?? '',
      rule: step.rule ?? '',
    },
    evidence: `sudo iptables-save | grep ${name}`,
  });
}

function slicesOf(given: Case, service: string, namespace: string): SliceObject[] {
  return given.network.clients
    .resource<SliceObject>('endpointslices', 'discovery.k8s.io')
    .list({ namespace, labelSelector: `kubernetes.io/service-name=${service}` });
}

/** From a Service without endpoints to its selector, its pods, or its port's name. */
function whyNoEndpoints(given: Case, service: ServiceObject): CauseLink[] {
  const ref = refOf('Service', service);
  const selector = service.spec?.selector ?? {};
  if (Object.keys(selector).length === 0)
    return [
      link('service.no-selector', {
        object: at(ref, 'spec.selector'),
        facts: { service: ref.name },
        evidence: `kubectl get service ${ref.name} -o yaml${inNamespace(ref.namespace)}`,
      }),
    ];
  const pods = given.network.clients.resource<PodObject>('pods').list({ namespace: ref.namespace ?? '' });
  const { matches } = mapSelector(selector);
  const matching = pods.filter((pod) => matches(pod.metadata?.labels));
  if (matching.length === 0) return noMatch(given, service, selector, pods);
  return notReady(service, matching);
}

/** The selector matches nothing: the label that comes closest says what is wrong. */
function noMatch(
  given: Case,
  service: ServiceObject,
  selector: Readonly<Record<string, string>>,
  pods: readonly PodObject[],
): CauseLink[] {
  const ref = refOf('Service', service);
  const namespace = ref.namespace ?? '';
  const idle = given.network.clients
    .resource<Deployment & KubeObject>('deployments', 'apps')
    .list({ namespace })
    .find(
      (deployment) =>
        mapSelector(selector).matches(deployment.spec?.template.metadata?.labels) && deployment.spec?.replicas === 0,
    );
  if (idle !== undefined)
    return [
      link('deployment.scaled-to-zero', {
        object: at(refOf('Deployment', idle), 'spec.replicas'),
        facts: { deployment: idle.metadata?.name ?? '' },
        evidence: `kubectl get deployments${inNamespace(namespace)}`,
      }),
    ];
  if (pods.length === 0)
    return [
      link('selector.no-pods', {
        object: at(ref, 'spec.selector'),
        facts: { selector: formatLabels(selector), namespace },
        evidence: `kubectl get pods --show-labels${inNamespace(namespace)}`,
      }),
    ];
  const labels = [...new Set(pods.map((pod) => formatLabels(own(pod.metadata?.labels))))].slice(0, 5);
  const near = nearest(selector, pods);
  return [
    link('selector.no-match', {
      object: at(ref, near === undefined ? 'spec.selector' : `spec.selector.${near.key}`),
      facts: {
        selector: formatLabels(selector),
        labels: labels.join(' | '),
        pods: String(pods.length),
        ...(near === undefined ? {} : { key: near.key, wanted: near.wanted, found: near.found }),
      },
      evidence: `kubectl get pods --show-labels${inNamespace(namespace)}`,
    }),
  ];
}

/** The term of the selector that the most pods nearly satisfy: same key, another value. */
function nearest(
  selector: Readonly<Record<string, string>>,
  pods: readonly PodObject[],
): { key: string; wanted: string; found: string } | undefined {
  let best: { key: string; wanted: string; found: string; others: number } | undefined;
  for (const pod of pods) {
    const labels = pod.metadata?.labels ?? {};
    const wrong = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
    const [term] = wrong.filter(([key]) => labels[key] !== undefined);
    if (term === undefined) continue;
    const [key, wanted] = term;
    if (best === undefined || wrong.length < best.others)
      best = { key, wanted, found: labels[key] ?? '', others: wrong.length };
  }
  return best === undefined ? undefined : { key: best.key, wanted: best.wanted, found: best.found };
}

/** Labels that a person wrote. */
function own(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(
      ([key]) => key !== 'pod-template-hash' && key !== 'controller-revision-hash' && key !== 'pod-template-generation',
    ),
  );
}

/** Pods match, but none takes traffic: a port that they do not name, or containers that are not ready. */
function notReady(service: ServiceObject, matching: readonly PodObject[]): CauseLink[] {
  const ref = refOf('Service', service);
  for (const [index, port] of (service.spec?.ports ?? []).entries()) {
    if (typeof port.targetPort !== 'string' || /^\d+$/.test(port.targetPort)) continue;
    const names = matching.flatMap((pod) =>
      (pod.spec?.containers ?? []).flatMap((container) => (container.ports ?? []).flatMap((each) => each.name ?? [])),
    );
    if (names.includes(port.targetPort)) continue;
    return [
      link('target-port.name-unknown', {
        object: at(ref, `spec.ports[${index}].targetPort`),
        facts: { targetPort: port.targetPort, names: [...new Set(names)].join(', ') },
        evidence: `kubectl get pods -o yaml${inNamespace(ref.namespace)} | grep -A 3 ports:`,
      }),
    ];
  }
  const [pod] = matching;
  if (pod === undefined) return [];
  const statuses = pod.status?.containerStatuses ?? [];
  const bad = statuses.find((status) => !status.ready);
  const reason =
    bad?.state?.waiting?.reason ??
    bad?.state?.terminated?.reason ??
    (bad?.state?.running !== undefined ? 'ReadinessProbe' : (pod.status?.phase ?? 'Pending'));
  return [
    link('pods.not-ready', {
      object: at(refOf('Pod', pod), 'status.conditions'),
      facts: { count: String(matching.length), reason, ...(bad === undefined ? {} : { container: bad.name }) },
      evidence: `kubectl get pods -l ${formatLabels(service.spec?.selector)}${inNamespace(ref.namespace)}`,
    }),
  ];
}
