import type { Clients } from '../cluster/api/client.ts';
import type { EndpointSlice, Event, KubeObject, Node, ObjectRef, Pod, Service } from '../cluster/api/types.ts';
import { refOf } from './build-scene.ts';
import { podState, podStatus, readyCount } from './pod-state.ts';
import type { Inspection } from './protocol.ts';

/** Plural and group of the kinds that can be inspected. */
export const RESOURCES: Readonly<Record<string, { plural: string; group: string; short: string }>> = {
  Pod: { plural: 'pods', group: '', short: 'pod' },
  Service: { plural: 'services', group: '', short: 'svc' },
  Node: { plural: 'nodes', group: '', short: 'node' },
  Namespace: { plural: 'namespaces', group: '', short: 'ns' },
  Endpoints: { plural: 'endpoints', group: '', short: 'ep' },
  ConfigMap: { plural: 'configmaps', group: '', short: 'cm' },
  Secret: { plural: 'secrets', group: '', short: 'secret' },
  ServiceAccount: { plural: 'serviceaccounts', group: '', short: 'sa' },
  Deployment: { plural: 'deployments', group: 'apps', short: 'deployment' },
  ReplicaSet: { plural: 'replicasets', group: 'apps', short: 'rs' },
  EndpointSlice: { plural: 'endpointslices', group: 'discovery.k8s.io', short: 'endpointslice' },
};

type Fact = Inspection['facts'][number];

/** The object a reference points at, or undefined. */
export function findObject(clients: Clients, ref: ObjectRef): KubeObject | undefined {
  const resource = RESOURCES[ref.kind];
  if (resource === undefined) return undefined;
  return clients.resource(resource.plural, resource.group).find(ref.name, ref.namespace);
}

/**
 * What the inspector shows of an object: short facts with links, its events, and the command that shows the same in the
 * terminal. `toYaml` prints it as kubectl would. Null when the object does not exist.
 */
export function inspect(
  clients: Clients,
  ref: ObjectRef,
  toYaml: (object: KubeObject) => string,
  epoch: number,
): Inspection | null {
  const object = findObject(clients, ref);
  const resource = RESOURCES[ref.kind];
  if (object === undefined || resource === undefined) return null;
  const namespace = ref.namespace === undefined || ref.namespace === 'default' ? '' : ` -n ${ref.namespace}`;
  return {
    ref: refOf(ref.kind, object),
    yaml: toYaml(object),
    facts: factsOf(ref.kind, object, clients),
    events: eventsOf(clients, ref, epoch),
    command: `kubectl describe ${resource.short} ${ref.name}${namespace}`,
  };
}

function factsOf(kind: string, object: KubeObject, clients: Clients): Fact[] {
  if (kind === 'Pod') return podFacts(object as Pod);
  if (kind === 'Service') return serviceFacts(object as Service, clients);
  if (kind === 'Node') return nodeFacts(object as Node);
  const labels = Object.entries(object.metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? [] : [{ label: 'labels', value: labels.join(', ') }];
}

function podFacts(pod: Pod): Fact[] {
  const facts: Fact[] = [{ label: 'status', value: `${podStatus(pod)} ${readyCount(pod)}`, state: podState(pod) }];
  if (pod.status?.podIP !== undefined) facts.push({ label: 'address', value: pod.status.podIP });
  const node = pod.spec?.nodeName;
  if (node !== undefined) facts.push({ label: 'node', value: node, ref: { kind: 'Node', name: node } });
  const owner = pod.metadata?.ownerReferences?.[0];
  if (owner !== undefined)
    facts.push({
      label: 'owner',
      value: `${owner.kind} ${owner.name}`,
      ref: {
        kind: owner.kind,
        name: owner.name,
        ...(pod.metadata?.namespace === undefined ? {} : { namespace: pod.metadata.namespace }),
      },
    });
  for (const [key, value] of Object.entries(pod.metadata?.labels ?? {}))
    facts.push({ label: 'labels', value: `${key}=${value}` });
  for (const container of pod.spec?.containers ?? []) {
    facts.push({ label: 'image', value: container.image ?? '' });
    for (const port of container.ports ?? [])
      facts.push({ label: 'port', value: `${port.containerPort}/${port.protocol ?? 'TCP'}` });
  }
  const problem = (pod.status?.containerStatuses ?? [])
    .map((status) => status.state?.waiting?.message)
    .find((text) => text !== undefined);
  if (problem !== undefined) facts.push({ label: 'message', value: problem, state: 'failed' });
  return facts;
}

function serviceFacts(service: Service, clients: Clients): Fact[] {
  const { spec } = service;
  const facts: Fact[] = [{ label: 'type', value: spec?.type ?? 'ClusterIP' }];
  if (spec?.clusterIP !== undefined) facts.push({ label: 'address', value: spec.clusterIP });
  for (const port of spec?.ports ?? []) {
    const node = port.nodePort === undefined ? '' : `${port.nodePort} → `;
    facts.push({
      label: 'port',
      value: `${node}${port.port} → ${port.targetPort ?? port.port}/${port.protocol ?? 'TCP'}`,
    });
  }
  const selector = Object.entries(spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  facts.push({ label: 'selector', value: selector.length === 0 ? '<none>' : selector.join(',') });
  const slices = clients.resource<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io').list({
    ...(service.metadata?.namespace === undefined ? {} : { namespace: service.metadata.namespace }),
    labelSelector: `kubernetes.io/service-name=${service.metadata?.name ?? ''}`,
  });
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  for (const endpoint of endpoints.slice(0, 8)) {
    const pod = endpoint.targetRef;
    facts.push({
      label: 'endpoints',
      value: endpoint.addresses[0] ?? '',
      state:
        endpoint.conditions?.terminating === true
          ? 'terminating'
          : endpoint.conditions?.ready === false
            ? 'notready'
            : 'ready',
      ...(pod?.name === undefined
        ? {}
        : {
            ref: { kind: 'Pod', name: pod.name, ...(pod.namespace === undefined ? {} : { namespace: pod.namespace }) },
          }),
    });
  }
  if (endpoints.length === 0) facts.push({ label: 'endpoints', value: '<none>', state: 'failed' });
  if (endpoints.length > 8) facts.push({ label: 'endpoints', value: `+ ${endpoints.length - 8}` });
  facts.push({ label: 'dns', value: `${service.metadata?.name}.${service.metadata?.namespace}.svc.cluster.local` });
  return facts;
}

function nodeFacts(node: Node): Fact[] {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  const facts: Fact[] = [
    {
      label: 'status',
      value: ready?.status === 'True' ? 'Ready' : `NotReady (${ready?.reason ?? 'unknown'})`,
      state: ready?.status === 'True' ? 'ready' : 'failed',
    },
  ];
  for (const address of node.status?.addresses ?? []) {
    if (address.type !== 'Hostname')
      facts.push({ label: address.type === 'InternalIP' ? 'internalIP' : 'externalIP', value: address.address });
  }
  if (node.spec?.podCIDR !== undefined) facts.push({ label: 'podCIDR', value: node.spec.podCIDR });
  for (const taint of node.spec?.taints ?? []) facts.push({ label: 'taints', value: `${taint.key}:${taint.effect}` });
  facts.push({ label: 'kubelet', value: node.status?.nodeInfo?.kubeletVersion ?? '' });
  return facts;
}

function eventsOf(clients: Clients, ref: ObjectRef, epoch: number): Inspection['events'] {
  const time = (event: Event) =>
    Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? '') - epoch;
  return clients
    .resource<Event & KubeObject>('events')
    .list({ ...(ref.namespace === undefined ? { namespace: 'default' } : { namespace: ref.namespace }) })
    .filter((event) => event.involvedObject?.kind === ref.kind && event.involvedObject.name === ref.name)
    .map((event) => ({
      at: time(event),
      type: event.type ?? 'Normal',
      reason: event.reason ?? '',
      message: event.message ?? '',
      count: event.count ?? 1,
    }))
    .sort((a, b) => a.at - b.at);
}

/** What a word of terminal output stands for: an IP of a pod, Service or node, or a name of one of them. */
export function identify(clients: Clients, word: string): ObjectRef | null {
  const text = word.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '');
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    const pod = clients
      .resource<Pod & KubeObject>('pods')
      .list()
      .find((each) => each.status?.podIP === text && each.spec?.hostNetwork !== true);
    if (pod !== undefined) return refOf('Pod', pod);
    const service = clients
      .resource<Service & KubeObject>('services')
      .list()
      .find(
        (each) =>
          each.spec?.clusterIP === text ||
          each.status?.loadBalancer?.ingress?.some((ingress) => ingress.ip === text) === true,
      );
    if (service !== undefined) return refOf('Service', service);
    const node = clients
      .resource<Node & KubeObject>('nodes')
      .list()
      .find((each) => each.status?.addresses?.some((address) => address.address === text) === true);
    return node === undefined ? null : refOf('Node', node);
  }
  const [kind, name] = word.includes('/') ? word.split('/', 2) : [undefined, word];
  if (name === undefined || name === '') return null;
  for (const [each, resource] of Object.entries(RESOURCES)) {
    if (!['Pod', 'Service', 'Node', 'Deployment', 'ReplicaSet'].includes(each)) continue;
    if (kind !== undefined && !resource.plural.startsWith(kind.replace(/\..*$/, '').replace(/s$/, ''))) continue;
    const found = clients
      .resource(resource.plural, resource.group)
      .list()
      .find((object) => object.metadata?.name === name);
    if (found !== undefined) return refOf(each, found);
  }
  return null;
}
