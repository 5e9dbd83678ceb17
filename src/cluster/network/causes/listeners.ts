import { mapSelector } from '../../api/selectors.ts';
import type { ObjectRef } from '../../api/types.ts';
import type { CauseLink, TraceStep } from '../trace.ts';
import {
  askedPort,
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
import { slicesOf } from './endpoints.ts';
import { mountedText } from './mounts.ts';
import { liveness } from './probes.ts';
import { meantBy, openPorts, ownLabels, podsOf, type Workload, workloadOf, workloadsIn } from './workloads.ts';

/** The packet arrived, but no program accepts it. */
export const listeners: Family = {
  'server.refuse': (given, step) => {
    const facts = step.facts ?? {};
    const port = facts['port'] ?? '';
    const listens = facts['listens'] ?? '';
    const ref = step.object?.kind === 'Pod' ? step.object : undefined;
    const node = 'node' in step.place ? step.place.node : undefined;
    const address = step.before.dst;
    const evidence = ref !== undefined && node !== undefined ? `ssh ${node} curl -sS ${address}:${port}` : undefined;
    const pod =
      ref === undefined
        ? undefined
        : given.network.clients.resource<PodObject>('pods').find(ref.name, ref.namespace ?? '');
    const leaving = pod?.metadata?.deletionTimestamp !== undefined || (ref !== undefined && pod === undefined);
    if (leaving && given.trace.service !== undefined && ref !== undefined)
      return [
        link('pod.terminating', {
          object: at(ref, 'metadata.deletionTimestamp'),
          facts: {
            pod: ref.name,
            node: given.trace.steps.find((each) => each.code === 'proxy.dnat')?.facts?.['node'] ?? '',
          },
          evidence: `kubectl get pods${inNamespace(ref.namespace)}`,
        }),
      ];
    const bound = facts['bound'];
    if (bound !== undefined)
      return [
        link('port.loopback-only', {
          object: step.object,
          facts: { port, bound },
          ...(evidence === undefined ? {} : { evidence }),
        }),
        ...(pod === undefined ? [] : bindsIn(given, pod, port)),
      ];
    const other = facts['other'];
    if (other !== undefined) {
      const { service } = given.trace;
      const found = serviceOf(given);
      const asked = found === undefined ? undefined : askedPort(given, found);
      return [
        link('port.other-protocol', {
          object: service === undefined ? step.object : at(service, `spec.ports[${asked?.index ?? 0}].protocol`),
          facts: { port, other },
          evidence:
            service === undefined
              ? 'kubectl get pods -A -o wide'
              : `kubectl describe service ${service.name}${inNamespace(service.namespace)}`,
        }),
      ];
    }
    if (ref === undefined) return [nothingOnNode(given, step, port)];
    const first = link('port.nobody-listens', {
      object: step.object,
      facts: { port, listens, pod: ref.name },
      ...(evidence === undefined ? {} : { evidence }),
    });
    return [first, ...whose(given, pod, port, listens)];
  },
};

/** A port of a node that is no Service's. */
function nothingOnNode(given: Case, step: TraceStep, port: string): CauseLink {
  const node = step.place.at === 'node' ? step.place.node : '';
  if (node === '')
    return link('port.nobody-listens', {
      facts: { port, listens: step.facts?.['listens'] ?? '' },
      evidence: 'ss -ltn',
    });
  const wanted = Number(port);
  const open = given.network.clients
    .resource<ServiceObject>('services')
    .list()
    .flatMap((service) =>
      (service.spec?.ports ?? []).flatMap((each, index) =>
        each.nodePort === undefined || each.nodePort === 0
          ? []
          : { service, nodePort: each.nodePort, port: each, index },
      ),
    )
    .sort((x, y) => Math.abs(x.nodePort - wanted) - Math.abs(y.nodePort - wanted));
  const spoken = step.facts?.['protocol'] ?? 'TCP';
  const exact = open.find((each) => each.nodePort === wanted);
  if (exact !== undefined && (exact.port.protocol ?? 'TCP') !== spoken)
    return link('service.port-protocol', {
      object: at(refOf('Service', exact.service), `spec.ports[${exact.index}].protocol`),
      facts: {
        service: exact.service.metadata?.name ?? '',
        port,
        protocol: exact.port.protocol ?? 'TCP',
        asked: spoken,
      },
      evidence: 'kubectl get services -A',
    });
  if (open.length === 0) {
    const left = unserved(given);
    if (left !== undefined)
      return link('service.missing', {
        object: left.ref,
        facts: { name: left.ref.name, namespace: left.ref.namespace ?? '', kind: left.ref.kind, nodePort: port },
        evidence: 'kubectl get services -A',
      });
  }
  const meant = open.find((each) => each.port.port === wanted) ?? open[0];
  return link('node-port.wrong', {
    object:
      meant === undefined
        ? { kind: 'Node', name: node }
        : at(refOf('Service', meant.service), `spec.ports[${meant.index}].nodePort`),
    facts: {
      port,
      node,
      ...(meant === undefined ? {} : { service: meant.service.metadata?.name ?? '', nodePort: String(meant.nodePort) }),
    },
    evidence: 'kubectl get services -A',
  });
}

/** The file in a mounted ConfigMap that binds the port to the loopback address. */
function bindsIn(given: Case, pod: PodObject, port: string): CauseLink[] {
  const found = mountedText(given, pod, (text) => new RegExp(`(127\\.0\\.0\\.1|localhost):${port}\\b`).test(text));
  if (found === undefined) return [];
  const line = found.text
    .split('\n')
    .findIndex((each) => new RegExp(`(127\\.0\\.0\\.1|localhost):${port}\\b`).test(each));
  return [
    link('config.loopback', {
      object: at(found.ref, `data.${found.key}`),
      facts: { port, key: found.key, line: String(line + 1), text: found.text.split('\n')[line]?.trim() ?? '' },
      evidence: `kubectl get configmap ${found.ref.name} -o yaml${inNamespace(found.ref.namespace)}`,
    }),
  ];
}

/** When a Service sent it there: its selector, its targetPort, or addresses written by hand are what a person can change. */
function whose(given: Case, pod: PodObject | undefined, port: string, listens: string): CauseLink[] {
  const service = serviceOf(given) ?? headlessOf(given);
  if (service === undefined || pod === undefined) return direct(given, pod, port, listens);
  const ref = refOf('Service', service);
  const selector = service.spec?.selector ?? {};
  const evidence = `kubectl describe service ${ref.name}${inNamespace(ref.namespace)}`;
  if (service.spec?.clusterIP === 'None') {
    const target = (service.spec.ports ?? []).find((each) => each.port === given.tuple.dstPort)?.targetPort;
    return [
      link('headless.no-translation', {
        object: at(ref, 'spec.clusterIP'),
        facts: { service: ref.name, port, listens: String(target ?? listens) },
        evidence,
      }),
    ];
  }
  if (Object.keys(selector).length === 0) {
    const [slice] = slicesOf(given, ref.name, ref.namespace ?? '');
    const target: ObjectRef | undefined = slice === undefined ? ref : at(refOf('EndpointSlice', slice), 'ports');
    return [
      link('endpoints.manual', {
        object: target,
        facts: { service: ref.name, address: pod.status?.podIP ?? '', port, listens },
        evidence: `kubectl get endpointslices -o yaml -l kubernetes.io/service-name=${ref.name}${inNamespace(ref.namespace)}`,
      }),
    ];
  }
  const ready = pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
  if (!ready && service.spec?.publishNotReadyAddresses === true)
    return [
      link('service.publishes-not-ready', {
        object: at(ref, 'spec.publishNotReadyAddresses'),
        facts: { service: ref.name, pod: pod.metadata?.name ?? '' },
        evidence: `kubectl get service ${ref.name} -o yaml${inNamespace(ref.namespace)}`,
      }),
    ];
  const wrong = wrongPods(given, service, pod, port);
  if (wrong !== undefined) return [wrong];
  const asked = askedPort(given, service);
  const index = asked?.index ?? 0;
  const targetPort = String(asked?.port.targetPort ?? asked?.port.port ?? port);
  if (listens === '') {
    const made = workloadOf(given, pod);
    const [container] = pod.spec?.containers ?? [];
    const path = `${made.specPath}.containers[0]`;
    const describe = `kubectl describe pod ${pod.metadata?.name}${inNamespace(ref.namespace)}`;
    return (
      liveness(given, pod, made, container?.name ?? '', path, describe) ?? [
        link('container.listens-nowhere', {
          object: at(made.ref, path),
          facts: { pod: pod.metadata?.name ?? '', image: container?.image ?? '' },
          evidence: describe,
        }),
      ]
    );
  }
  return [
    link('target-port.wrong', {
      object: at(ref, `spec.ports[${index}].targetPort`),
      facts: { service: ref.name, targetPort, listens, index: String(index) },
      evidence,
    }),
  ];
}

/** Nobody but the request itself named the port. */
function direct(given: Case, pod: PodObject | undefined, port: string, listens: string): CauseLink[] {
  if (pod === undefined || listens === '') return [];
  return [
    link('request.wrong-port', {
      facts: { port, listens, address: given.tuple.dst },
      evidence: `kubectl describe pod ${pod.metadata?.name}${inNamespace(pod.metadata?.namespace)}`,
    }),
  ];
}

/** The headless Service whose name was looked up before the request: its addresses are the pods' own. */
function headlessOf(given: Case): ServiceObject | undefined {
  const asked = given.network
    .recent()
    .find((trace) => trace.group === given.trace.group && trace.purpose === 'dns' && trace.outcome === 'ok');
  const match = asked === undefined ? null : /^([^.]+)\.([^.]+)\.svc\.cluster\.local\.?$/.exec(asked.target);
  if (match === null) return undefined;
  const service = given.network.clients.resource<ServiceObject>('services').find(match[1] ?? '', match[2]);
  return service?.spec?.clusterIP === 'None' ? service : undefined;
}

/** The selector leads to pods of another workload than the Service is meant for. */
function wrongPods(given: Case, service: ServiceObject, pod: PodObject, port: string): CauseLink | undefined {
  const ref = refOf('Service', service);
  const reached = workloadOf(given, pod);
  const pods = given.network.clients.resource<PodObject>('pods').list({ namespace: ref.namespace ?? '' });
  const meant = meantBy(given, service, pods, (made) => made.ref.uid === reached.ref.uid);
  if (meant === undefined) return undefined;
  const protocol = askedPort(given, service)?.port.protocol ?? 'TCP';
  const [other] = podsOf(meant, pods);
  const serves = other !== undefined && openPorts(given, other, protocol).includes(Number(port));
  const selects = mapSelector(service.spec?.selector ?? {}).matches(meant.labels);
  const named = meant.ref.name === ref.name && reached.ref.name !== ref.name;
  if (!named && !serves) return undefined;
  if (!named && reached.ref.name === ref.name) return undefined;
  const selector = Object.entries(service.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return link(selects ? 'selector.too-wide' : 'selector.wrong-pods', {
    object: at(ref, 'spec.selector'),
    facts: {
      service: ref.name,
      selector,
      reached: reached.ref.name,
      workload: meant.ref.name,
      kind: meant.ref.kind,
      labels: Object.entries(ownLabels(meant.labels))
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
    evidence: `kubectl get pods --show-labels -l ${selector}${inNamespace(ref.namespace)}`,
  });
}

/** A workload of the default namespace that serves something, and that no Service leads to. */
function unserved(given: Case): Workload | undefined {
  const namespace = 'default';
  const pods = given.network.clients.resource<PodObject>('pods').list({ namespace });
  const selectors = given.network.clients
    .resource<ServiceObject>('services')
    .list({ namespace })
    .flatMap((service) => (service.spec?.selector === undefined ? [] : mapSelector(service.spec.selector)));
  return workloadsIn(given, namespace, pods).find((made) => {
    return (
      made.ref.kind !== 'Pod' &&
      podsOf(made, pods).some((pod) => openPorts(given, pod, 'TCP').length > 0) &&
      !selectors.some((each) => each.matches(made.labels))
    );
  });
}
