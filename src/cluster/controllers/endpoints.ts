import { generateName } from '../api/metadata.ts';
import { mapSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { EndpointSlice, Endpoints, KubeObject, Pod, Service, ServicePort } from '../api/types.ts';
import { type Controller, isReady } from './context.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type PodObject = Pod & KubeObject;
type ServiceObject = Service & KubeObject;
type EndpointsObject = Endpoints & KubeObject;
type SliceObject = EndpointSlice & KubeObject;
type SliceEndpoint = EndpointSlice['endpoints'][number];
type SlicePort = NonNullable<EndpointSlice['ports']>[number];

/** Endpoints per slice (--max-endpoints-per-slice) and addresses per Endpoints object, as in a real cluster. */
const PER_SLICE = 100;
const PER_ENDPOINTS = 1000;

/** One backend of a Service: a pod with an address, and how it stands. */
interface Backend {
  readonly pod: PodObject;
  readonly ip: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/**
 * Index of Services by the pods they select, shared by both controllers: a pod's change must not cost a look at every
 * Service, nor a Service's a look at every pod of the cluster.
 */
function selectedBy(services: Iterable<ServiceObject>, pod: PodObject): ServiceObject[] {
  const found: ServiceObject[] = [];
  for (const service of services) {
    if (service.metadata?.namespace !== pod.metadata?.namespace) continue;
    if (mapSelector(service.spec?.selector).matches(pod.metadata?.labels)) found.push(service);
  }
  return found;
}

function backends(service: ServiceObject, pods: readonly PodObject[]): Backend[] {
  const found: Backend[] = [];
  const selector = mapSelector(service.spec?.selector);
  const early = service.spec?.publishNotReadyAddresses === true;
  for (const pod of pods) {
    const ip = pod.status?.podIP;
    if (
      ip === undefined ||
      pod.status?.phase === 'Succeeded' ||
      pod.status?.phase === 'Failed' ||
      !selector.matches(pod.metadata?.labels)
    )
      continue;
    const serving = isReady(pod);
    const terminating = pod.metadata?.deletionTimestamp !== undefined;
    found.push({ pod, ip, serving, terminating, ready: early || (serving && !terminating) });
  }
  return found;
}

/** The number a Service's targetPort means for a pod (FindPort): undefined when the pod has no port of that name. */
export function targetPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter(
      (each) => (each as { restartPolicy?: string }).restartPolicy === 'Always',
    ),
  ];
  for (const container of containers) {
    for (const each of container.ports ?? [])
      if (each.name === target && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return each.containerPort;
  }
  return undefined;
}

/** pkg/controller/endpoint and endpointslice: both watch the same things, so one file drives both queues. */
export const endpointsController: Controller = ({ sim, clients }) => {
  const services = clients.resource<ServiceObject>('services');
  const pods = clients.resource<PodObject>('pods');
  const endpoints = clients.resource<EndpointsObject>('endpoints');
  const slices = clients.resource<SliceObject>('endpointslices', 'discovery.k8s.io');
  const random = sim.random.stream('endpointslice');
  const selecting = new Map<string, ServiceObject>();

  const sliceQueue = new WorkQueue(sim, { name: 'endpointslice', latency: 40 }, (key) => {
    const { namespace, name } = splitKey(key);
    const service = services.find(name, namespace);
    const existing = slicesOf(namespace, name);
    if (service === undefined || (service.spec?.selector === undefined && existing.length > 0)) {
      if (service === undefined)
        for (const slice of existing) if (managed(slice)) slices.delete(slice.metadata?.name ?? '', namespace);
      return;
    }
    if (service.spec?.selector === undefined || service.spec.type === 'ExternalName') return;
    reconcileSlices(service, existing.filter(managed));
  });

  const endpointsQueue = new WorkQueue(sim, { name: 'endpoints', latency: 45 }, (key) => {
    const { namespace, name } = splitKey(key);
    const service = services.find(name, namespace);
    if (service === undefined) {
      if (endpoints.find(name, namespace) !== undefined) endpoints.delete(name, namespace);
      return;
    }
    if (service.spec?.selector === undefined || service.spec.type === 'ExternalName') return;
    reconcileEndpoints(service);
  });

  function slicesOf(namespace: string, service: string): SliceObject[] {
    return slices.list({ namespace, labelSelector: `kubernetes.io/service-name=${service}` });
  }

  function reconcileSlices(service: ServiceObject, existing: readonly SliceObject[]): void {
    const wanted = new Map<string, { ports: SlicePort[]; endpoints: SliceEndpoint[] }>();
    for (const backend of backends(service, pods.list({ namespace: service.metadata?.namespace ?? '' }))) {
      const ports: SlicePort[] = [];
      for (const port of service.spec?.ports ?? []) {
        const number = targetPort(backend.pod, port);
        if (number !== undefined)
          ports.push({
            name: port.name ?? '',
            port: number,
            protocol: port.protocol ?? 'TCP',
            ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
          });
      }
      const key = JSON.stringify(ports);
      const group = wanted.get(key) ?? { ports, endpoints: [] };
      wanted.set(key, group);
      group.endpoints.push(sliceEndpoint(service, backend));
    }
    if (wanted.size === 0) wanted.set('', { ports: [], endpoints: [] });

    const free = [...existing];
    for (const { ports, endpoints: all } of wanted.values()) {
      // Endpoints stay in the slice they are in; new ones fill what is not full (reconciler.reconcileByPortMapping).
      const mine = free.filter((slice) => same(slice.ports ?? [], ports));
      const placed = new Set<string>();
      const desired = new Map(
        all.map((endpoint) => [endpoint.targetRef?.uid ?? endpoint.addresses[0] ?? '', endpoint]),
      );
      const kept: { slice: SliceObject; endpoints: SliceEndpoint[] }[] = mine.map((slice) => ({
        slice,
        endpoints: (slice.endpoints ?? []).flatMap((endpoint) => {
          const id = endpoint.targetRef?.uid ?? endpoint.addresses[0] ?? '';
          const now = desired.get(id);
          if (now === undefined) return [];
          placed.add(id);
          return [now];
        }),
      }));
      const rest = [...desired].filter(([id]) => !placed.has(id)).map(([, endpoint]) => endpoint);
      for (const slot of kept) {
        while (rest.length > 0 && slot.endpoints.length < PER_SLICE) slot.endpoints.push(rest.shift() as SliceEndpoint);
      }
      for (const { slice, endpoints: now } of kept) {
        free.splice(free.indexOf(slice), 1);
        if (now.length === 0 && (kept.length > 1 || all.length > 0)) {
          slices.delete(slice.metadata?.name ?? '', slice.metadata?.namespace);
          continue;
        }
        if (same(now, slice.endpoints ?? [])) continue;
        slices.update({ ...slice, metadata: stamped(slice.metadata), endpoints: now });
      }
      while (rest.length > 0 || (kept.length === 0 && all.length === 0)) {
        create(service, ports, rest.splice(0, PER_SLICE));
        if (all.length === 0) break;
      }
    }
    for (const slice of free) slices.delete(slice.metadata?.name ?? '', slice.metadata?.namespace);
  }

  function create(service: ServiceObject, ports: SlicePort[], list: SliceEndpoint[]): void {
    const { name = '', namespace } = service.metadata ?? {};
    slices.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: stamped({
        name: generateName(`${name}-`, random),
        ...(namespace === undefined ? {} : { namespace }),
        labels: {
          ...service.metadata?.labels,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': name,
          ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
        },
        generateName: `${name}-`,
        ownerReferences: [
          {
            apiVersion: 'v1',
            blockOwnerDeletion: true,
            controller: true,
            kind: 'Service',
            name,
            uid: service.metadata?.uid ?? '',
          },
        ],
      }),
      addressType: 'IPv4',
      endpoints: list,
      ...(ports.length === 0 ? {} : { ports }),
    });
  }

  function stamped(metadata: KubeObject['metadata']): NonNullable<KubeObject['metadata']> {
    return {
      ...metadata,
      annotations: { ...metadata?.annotations, 'endpoints.kubernetes.io/last-change-trigger-time': sim.timestamp() },
    };
  }

  function reconcileEndpoints(service: ServiceObject): void {
    const { name = '', namespace } = service.metadata ?? {};
    const old = endpoints.find(name, namespace);
    const groups = new Map<
      string,
      { ports: NonNullable<NonNullable<Endpoints['subsets']>[number]['ports']>; ready: Backend[]; notReady: Backend[] }
    >();
    let count = 0;
    for (const backend of backends(service, pods.list({ namespace: namespace ?? '' }))) {
      // v1 Endpoints know no terminating addresses.
      if (backend.terminating && service.spec?.publishNotReadyAddresses !== true) continue;
      const ports = [];
      for (const port of service.spec?.ports ?? []) {
        const number = targetPort(backend.pod, port);
        if (number !== undefined)
          ports.push({
            ...((port.name ?? '') === '' ? {} : { name: port.name ?? '' }),
            port: number,
            protocol: port.protocol ?? 'TCP',
          });
      }
      if (ports.length === 0 && service.spec?.clusterIP !== 'None') continue;
      const key = JSON.stringify(ports);
      const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
      groups.set(key, group);
      (backend.ready ? group.ready : group.notReady).push(backend);
      count++;
    }
    const subsets = [...groups.values()].map(({ ports, ready, notReady }) => ({
      ...(ready.length === 0 ? {} : { addresses: addresses(ready, service) }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: addresses(notReady, service) }),
      ...(ports.length === 0 ? {} : { ports }),
    }));
    const { 'endpoints.kubernetes.io/over-capacity': _, ...annotations } = old?.metadata?.annotations ?? {};
    const metadata = {
      ...old?.metadata,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...service.metadata?.labels,
        'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
        ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
      },
      annotations: {
        ...annotations,
        'endpoints.kubernetes.io/last-change-trigger-time': sim.timestamp(),
        ...(count > PER_ENDPOINTS ? { 'endpoints.kubernetes.io/over-capacity': 'truncated' } : {}),
      },
    };
    const made: EndpointsObject = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata,
      ...(subsets.length === 0 ? {} : { subsets }),
    };
    if (old === undefined) endpoints.create(made);
    else if (!same(old.subsets ?? [], subsets) || !same(old.metadata?.labels, metadata.labels)) endpoints.update(made);
  }

  function addresses(list: readonly Backend[], service: ServiceObject) {
    return list
      .slice(0, PER_ENDPOINTS)
      .map(({ pod, ip }) => ({
        ...hostname(pod, service),
        ip,
        ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
        targetRef: {
          kind: 'Pod',
          name: pod.metadata?.name ?? '',
          namespace: pod.metadata?.namespace ?? '',
          uid: pod.metadata?.uid ?? '',
        },
      }))
      .sort((a, b) => (a.ip < b.ip ? -1 : 1));
  }

  const touch = (key: string) => {
    sliceQueue.add(key);
    endpointsQueue.add(key);
  };

  const stops = [
    services.watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const key = keyOf(event.object);
      if (event.type === 'DELETED' || event.object.spec?.selector === undefined) selecting.delete(key);
      else selecting.set(key, event.object);
      touch(key);
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const relevant = previous === undefined || event.type === 'DELETED' || changed(previous, event.object);
      if (!relevant) return;
      for (const service of selectedBy(selecting.values(), event.object)) touch(keyOf(service));
      if (previous !== undefined && !same(previous.metadata?.labels, event.object.metadata?.labels))
        for (const service of selectedBy(selecting.values(), previous)) touch(keyOf(service));
    }),
  ];
  return () => {
    sliceQueue.stop();
    endpointsQueue.stop();
    for (const stop of stops) stop();
  };
};

function managed(slice: SliceObject): boolean {
  return slice.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io';
}

/** endpointutil.podEndpointsChanged */
function changed(before: PodObject, after: PodObject): boolean {
  return (
    before.status?.podIP !== after.status?.podIP ||
    before.spec?.nodeName !== after.spec?.nodeName ||
    before.status?.phase !== after.status?.phase ||
    isReady(before) !== isReady(after) ||
    before.metadata?.deletionTimestamp !== after.metadata?.deletionTimestamp ||
    !same(before.metadata?.labels, after.metadata?.labels)
  );
}

function hostname(pod: Pod, service: Service): { hostname?: string } {
  const named = pod.spec?.hostname !== undefined && pod.spec.subdomain === service.metadata?.name;
  return named && pod.spec?.hostname !== undefined ? { hostname: pod.spec.hostname } : {};
}

function sliceEndpoint(service: ServiceObject, { pod, ip, ready, serving, terminating }: Backend): SliceEndpoint {
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...hostname(pod, service),
    ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: {
      kind: 'Pod',
      name: pod.metadata?.name ?? '',
      namespace: pod.metadata?.namespace ?? '',
      uid: pod.metadata?.uid ?? '',
    },
  };
}
