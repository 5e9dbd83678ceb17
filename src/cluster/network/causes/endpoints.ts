import { formatLabels } from '../../api/selectors.ts';
import type { KubeObject } from '../../api/types.ts';
import type { SliceObject } from '../proxy/service-port.ts';
import type { CauseLink, TraceStep } from '../trace.ts';
import {
  at,
  type Case,
  closestWord,
  type Family,
  inNamespace,
  link,
  type PodObject,
  refOf,
  type ServiceObject,
  serviceOf,
} from './cause.ts';
import { podLinks } from './readiness.ts';
import { meantBy, ownLabels, selecting, type Workload } from './workloads.ts';

/** The rules of the node turn a Service's packets away because nobody is behind it. */
export const endpoints: Family = {
  'proxy.reject': (given, step) => {
    const { service: ref } = given.trace;
    const chain = [ruleLink('rules.reject', given, step)];
    const service = serviceOf(given);
    if (ref === undefined || service === undefined) return chain;
    return [...chain, ...withoutEndpoints(given, service)];
  },
  'proxy.drop': (given, step) => {
    const { service: ref } = given.trace;
    const internal = step.object?.fieldPath === 'spec.internalTrafficPolicy';
    const node = step.facts?.['node'] ?? '';
    return [
      ruleLink('rules.drop', given, step),
      link('service.no-local-endpoints', {
        object: at(ref, internal ? 'spec.internalTrafficPolicy' : 'spec.externalTrafficPolicy'),
        facts: {
          service: ref?.name ?? '',
          node,
          policy: internal ? 'internalTrafficPolicy' : 'externalTrafficPolicy',
          others: String(nodesWithEndpoints(given).filter((each) => each !== node).length),
        },
        evidence: `kubectl get endpointslices -o yaml -l kubernetes.io/service-name=${ref?.name ?? ''}${inNamespace(ref?.namespace)}`,
      }),
    ];
  },
};

function nodesWithEndpoints(given: Case): string[] {
  const { service: ref } = given.trace;
  if (ref === undefined) return [];
  return slicesOf(given, ref.name, ref.namespace ?? '').flatMap((slice) =>
    (slice.endpoints ?? []).flatMap((each) =>
      each.nodeName === undefined || each.conditions?.ready === false ? [] : each.nodeName,
    ),
  );
}

/** From a Service that has no ready endpoint to what a person can change. */
export function withoutEndpoints(given: Case, service: ServiceObject): CauseLink[] {
  const ref = refOf('Service', service);
  const slices = slicesOf(given, ref.name, ref.namespace ?? '');
  return [
    link('service.no-endpoints', {
      object: ref,
      facts: { service: ref.name, slices: slices.map((slice) => slice.metadata?.name ?? '').join(', ') },
      evidence: `kubectl get endpointslices -l kubernetes.io/service-name=${ref.name}${inNamespace(ref.namespace)}`,
    }),
    ...whyNoEndpoints(given, service),
  ];
}

function ruleLink(code: 'rules.reject' | 'rules.drop', given: Case, step: TraceStep): CauseLink {
  const name = given.trace.service?.name ?? '';
  const node = step.facts?.['node'] ?? '';
  return link(code, {
    object: given.trace.service,
    facts: { node, comment: step.facts?.['comment'] ?? '', rule: step.rule ?? '' },
    evidence: `ssh ${node} sudo iptables-save | grep ${name}`,
  });
}

export function slicesOf(given: Case, service: string, namespace: string): SliceObject[] {
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
  const matches = selecting(selector);
  const matching = pods.filter((pod) => matches(pod.metadata?.labels));
  if (matching.length === 0) return noMatch(given, service, selector, pods);
  return notReady(given, service, matching);
}

/** The selector matches nothing: the workload that was meant says what is wrong. */
function noMatch(
  given: Case,
  service: ServiceObject,
  selector: Readonly<Record<string, string>>,
  pods: readonly PodObject[],
): CauseLink[] {
  const ref = refOf('Service', service);
  const namespace = ref.namespace ?? '';
  const meant = meantBy(given, service, pods);
  if (meant !== undefined && meant.replicas === 0) return [scaledToZero(meant)];
  if (meant !== undefined && selecting(selector)(meant.labels)) {
    const account = meant.spec.serviceAccountName;
    const noPods: CauseLink = link('workload.no-pods', {
      object: meant.ref,
      facts: { workload: meant.ref.name, kind: meant.ref.kind },
      evidence: `kubectl describe ${meant.ref.kind.toLowerCase()} ${meant.ref.name}${inNamespace(namespace)}`,
    });
    if (
      account === undefined ||
      given.network.clients.resource<KubeObject>('serviceaccounts').find(account, namespace) !== undefined
    )
      return [noPods];
    return [
      noPods,
      link('account.missing', {
        object: at(meant.ref, `${meant.specPath}.serviceAccountName`),
        facts: { name: account },
        evidence: `kubectl get serviceaccounts${inNamespace(namespace)}`,
      }),
    ];
  }
  if (pods.length === 0)
    return [
      link('selector.no-pods', {
        object: at(ref, 'spec.selector'),
        facts: { selector: formatLabels(selector), namespace },
        evidence: `kubectl get pods --show-labels${inNamespace(namespace)}`,
      }),
    ];
  const labels = new Set<string>();
  for (const pod of pods.slice(0, 200)) {
    labels.add(formatLabels(ownLabels(pod.metadata?.labels)));
    if (labels.size === 5) break;
  }
  const wrong = meant === undefined ? undefined : wrongTerm(selector, ownLabels(meant.labels));
  return [
    link('selector.no-match', {
      object: at(ref, wrong === undefined ? 'spec.selector' : `spec.selector.${wrong.key}`),
      facts: {
        service: ref.name,
        selector: formatLabels(selector),
        labels: [...labels].join(' | '),
        pods: String(pods.length),
        ...(wrong === undefined ? {} : wrong),
        ...(meant === undefined ? {} : { workload: meant.ref.name, kind: meant.ref.kind }),
      },
      evidence: `kubectl get pods --show-labels${inNamespace(namespace)}`,
    }),
  ];
}

function scaledToZero(meant: Workload): CauseLink {
  return link('deployment.scaled-to-zero', {
    object: at(meant.ref, 'spec.replicas'),
    facts: { deployment: meant.ref.name },
    evidence: `kubectl get ${meant.ref.kind.toLowerCase()}s${inNamespace(meant.ref.namespace)}`,
  });
}

/** The first term of a selector that labels do not satisfy, and what they have in its place. */
export function wrongTerm(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): { key: string; wanted: string; found?: string; similar?: string } | undefined {
  for (const [key, wanted] of Object.entries(selector)) {
    const found = labels[key];
    if (found === wanted) continue;
    if (found !== undefined) return { key, wanted, found };
    const similar =
      closestWord(key, Object.keys(labels)) ?? Object.keys(labels).find((each) => labels[each] === wanted);
    return { key, wanted, ...(similar === undefined ? {} : { similar }) };
  }
  return undefined;
}

/** Pods match, but none takes traffic: a port that they do not name, or containers that are not ready. */
function notReady(given: Case, service: ServiceObject, matching: readonly PodObject[]): CauseLink[] {
  const ref = refOf('Service', service);
  const asked = (service.spec?.ports ?? []).findIndex(
    (each) => each.port === given.tuple.dstPort || each.nodePort === given.tuple.dstPort,
  );
  for (const [index, port] of (service.spec?.ports ?? []).entries()) {
    if (asked >= 0 && index !== asked) continue;
    if (typeof port.targetPort !== 'string' || /^\d+$/.test(port.targetPort)) continue;
    const { protocol = 'TCP' } = port;
    const declared = matching.flatMap((pod) => (pod.spec?.containers ?? []).flatMap((each) => each.ports ?? []));
    const same = declared.filter((each) => (each.protocol ?? 'TCP') === protocol);
    if (same.some((each) => each.name === port.targetPort)) continue;
    const names = [...new Set(same.flatMap((each) => each.name ?? []))];
    return [
      link('target-port.name-unknown', {
        object: at(ref, `spec.ports[${index}].targetPort`),
        facts: { service: ref.name, targetPort: port.targetPort, names: names.join(', '), index: String(index) },
        evidence: `kubectl get pods -o 'custom-columns=NAME:.metadata.name,PORTS:.spec.containers[*].ports[*].name' -l ${formatLabels(service.spec?.selector)}${inNamespace(ref.namespace)}`,
      }),
    ];
  }
  const meant = meantBy(given, service, matching);
  if (meant?.replicas === 0 && matching.every((pod) => pod.metadata?.deletionTimestamp !== undefined))
    return [scaledToZero(meant)];
  const ready = matching.filter((pod) =>
    pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'),
  );
  if (ready.length > 0 && ready.some((pod) => pod.metadata?.deletionTimestamp === undefined))
    return [
      link('rules.late', {
        object: at(ref, 'spec.selector'),
        facts: { service: ref.name, ready: String(ready.length) },
        evidence: `kubectl get endpointslices -l kubernetes.io/service-name=${ref.name}${inNamespace(ref.namespace)}`,
      }),
    ];
  const pod = telling(given, matching);
  if (pod === undefined) return [];
  const bad = (pod.status?.containerStatuses ?? []).find((status) => !status.ready);
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
    ...podLinks(given, pod),
  ];
}

/** The pod that says most about why none is ready: not one that is going, nor one that has just begun. */
function telling(given: Case, pods: readonly PodObject[]): PodObject | undefined {
  const rank = (pod: PodObject) => {
    if (pod.metadata?.deletionTimestamp !== undefined) return 3;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 2;
    return given.network.powered(pod.spec?.nodeName ?? '') || pod.spec?.nodeName === undefined ? 0 : 1;
  };
  // Of those that are alike the newest: it has the template as it is now.
  const born = (pod: PodObject) => Date.parse(String(pod.metadata?.creationTimestamp ?? '')) || 0;
  const revision = (pod: PodObject) => {
    const owner = pod.metadata?.ownerReferences?.find((each) => each.kind === 'ReplicaSet');
    const set =
      owner === undefined
        ? undefined
        : given.network.clients.resource('replicasets', 'apps').find(owner.name, pod.metadata?.namespace);
    return Number(set?.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  };
  const best = Math.min(...pods.map(rank));
  return pods.filter((pod) => rank(pod) === best).sort((a, b) => revision(b) - revision(a) || born(b) - born(a))[0];
}
