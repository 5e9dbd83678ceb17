import { formatLabels, mapSelector } from '../api/selectors.ts';
import type { KubeObject, Pod, Service } from '../api/types.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import type { CAUSE_CODES } from './codes.ts';
import type { CauseLink, Outcome, Trace, Tuple } from './trace.ts';

type CauseCode = keyof typeof CAUSE_CODES;

function link(code: CauseCode, rest: Omit<CauseLink, 'code'> = {}): CauseLink {
  return { code, ...rest };
}

const SYMPTOMS: Partial<Record<Outcome, CauseCode>> = {
  refused: 'symptom.refused',
  timeout: 'symptom.timeout',
  unreachable: 'symptom.unreachable',
  'no-such-host': 'symptom.name',
  'dns-timeout': 'symptom.name',
};

/** Why an exchange failed: from what the client saw to what a person can change. Looks at the cluster as it is now. */
export function explain(network: ClusterNetwork, trace: Trace, tuple: Tuple): CauseLink[] {
  const symptom = SYMPTOMS[trace.outcome];
  const chain: CauseLink[] = symptom === undefined ? [] : [link(symptom, { facts: { target: trace.target } })];
  switch (trace.code) {
    case 'proxy.reject':
      return [...chain, ...noEndpoints(network, trace)];
    case 'server.refuse':
      return [...chain, ...nobodyListens(network, trace)];
    case 'icmp.unowned':
      return [
        ...chain,
        link('cluster-ip.icmp', {
          ...service(trace, 'spec.clusterIP'),
          evidence: 'sudo iptables-save | grep KUBE-SERVICES',
        }),
      ];
    case 'route.none':
      return [
        ...chain,
        link('outside.no-route', { facts: { address: tuple.dst }, evidence: 'kubectl get nodes -o wide' }),
      ];
    case 'route.lost':
      return [
        ...chain,
        ...(trace.service === undefined
          ? [link('address.unassigned', { facts: { address: tuple.dst } })]
          : [wrongPort(network, trace, tuple)]),
      ];
    case 'node.dark': {
      const node = trace.steps.find((step) => step.code === 'node.dark')?.facts?.['node'] ?? '';
      return [
        ...chain,
        link('node.power', { object: { kind: 'Node', name: node }, facts: { node }, evidence: 'kubectl get nodes' }),
      ];
    }
    case 'host.none':
      return [
        ...chain,
        link('address.unassigned', {
          facts: { address: trace.steps.find((step) => step.code === 'host.none')?.before.dst ?? tuple.dst },
          evidence: 'kubectl get pods -o wide',
        }),
      ];
    case 'dns.nxdomain':
      return [...chain, link('name.unknown', { facts: { name: trace.target }, evidence: 'kubectl get services -A' })];
    default:
      return chain;
  }
}

function service(trace: Trace, fieldPath: string): Pick<CauseLink, 'object'> {
  return trace.service === undefined ? {} : { object: { ...trace.service, fieldPath } };
}

function findService(network: ClusterNetwork, trace: Trace): (Service & KubeObject) | undefined {
  return network.clients
    .resource<Service & KubeObject>('services')
    .find(trace.service?.name ?? '', trace.service?.namespace);
}

function noEndpoints(network: ClusterNetwork, trace: Trace): CauseLink[] {
  const name = trace.service?.name ?? '';
  const node = trace.steps.find((step) => step.code === 'proxy.reject')?.place;
  const chain = [
    link('rules.reject', {
      ...service(trace, 'spec'),
      facts: { node: node !== undefined && 'node' in node ? node.node : '' },
      evidence: `sudo iptables-save | grep ${name}`,
    }),
    link('service.no-endpoints', {
      ...service(trace, 'spec'),
      facts: { service: name },
      evidence: `kubectl get endpointslices -l kubernetes.io/service-name=${name}`,
    }),
  ];
  const found = findService(network, trace);
  if (found === undefined) return chain;
  const selector = found.spec?.selector;
  const pods = network.clients.resource<Pod & KubeObject>('pods').list({ namespace: found.metadata?.namespace ?? '' });
  const matching = pods.filter((pod) => mapSelector(selector).matches(pod.metadata?.labels));
  if (matching.length === 0) {
    const labels = [...new Set(pods.map((pod) => formatLabels(withoutHash(pod.metadata?.labels))))]
      .slice(0, 3)
      .join(' | ');
    return [
      ...chain,
      link('selector.no-match', {
        ...service(trace, 'spec.selector'),
        facts: { selector: formatLabels(selector), labels },
        evidence: 'kubectl get pods --show-labels',
      }),
    ];
  }
  return [
    ...chain,
    link('pods.not-ready', {
      object: {
        kind: 'Pod',
        name: matching[0]?.metadata?.name ?? '',
        ...(found.metadata?.namespace === undefined ? {} : { namespace: found.metadata.namespace }),
        fieldPath: 'status.conditions',
      },
      facts: { count: String(matching.length) },
      evidence: `kubectl get pods -l ${formatLabels(selector)}`,
    }),
  ];
}

function withoutHash(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => key !== 'pod-template-hash'));
}

function nobodyListens(network: ClusterNetwork, trace: Trace): CauseLink[] {
  const step = trace.steps.find((each) => each.code === 'server.refuse');
  const port = step?.facts?.['port'] ?? '';
  const listens = step?.facts?.['listens'] ?? '';
  const first = link('port.nobody-listens', {
    ...(step?.object === undefined ? {} : { object: step.object }),
    facts: { port, listens },
    evidence: 'ss -ltn',
  });
  const found = trace.service === undefined ? undefined : findService(network, trace);
  if (found === undefined) return [first];
  const index = (found.spec?.ports ?? []).findIndex((each) => String(each.targetPort) === port);
  return [
    first,
    link('target-port.wrong', {
      ...service(trace, `spec.ports[${Math.max(index, 0)}].targetPort`),
      facts: { targetPort: port, listens },
      evidence: `kubectl get svc ${found.metadata?.name} -o yaml`,
    }),
  ];
}

function wrongPort(network: ClusterNetwork, trace: Trace, tuple: Tuple): CauseLink {
  const ports = (findService(network, trace)?.spec?.ports ?? []).map((port) => String(port.port)).join(',');
  return link('service.port-unknown', {
    ...service(trace, 'spec.ports'),
    facts: { asked: String(tuple.dstPort), ports },
    evidence: `kubectl get svc ${trace.service?.name ?? ''}`,
  });
}
