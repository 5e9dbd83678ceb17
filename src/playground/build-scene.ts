import type { EndpointSlice, Node, ObjectRef, Pod, Service } from '../cluster/api/types.ts';
import { podState, podStatus, readyCount } from './pod-state.ts';
import {
  SCENE_POD_LIMIT,
  type Scene,
  type SceneDockerHost,
  type SceneEndpoint,
  type SceneLoadBalancer,
  type SceneNode,
  type ScenePod,
  type SceneService,
  type SceneShell,
} from './scene.ts';

/** What the scene is made of: lists of API objects, and the few things the API does not know. */
export interface SceneSources {
  readonly at: number;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly powered: (node: string) => boolean;
  /** Virtual time of a node's last heartbeat. */
  readonly heartbeat?: (node: string) => number | undefined;
  readonly shells: readonly SceneShell[];
  readonly dockerHosts?: readonly SceneDockerHost[];
  readonly nodeNetwork: string;
}

/** Labels that controllers add, which tell a reader nothing. */
const MACHINE_LABELS = new Set(['pod-template-hash', 'controller-revision-hash', 'pod-template-generation']);

/** The labels that a Service selects by. */
interface Selector {
  readonly uid: string;
  readonly namespace: string;
  readonly pairs: readonly [string, string][];
}

/** The selectors of the last scene; the same list for as long as no Service changes. */
let lastSelectors: { readonly services: readonly Service[]; readonly selectors: readonly Selector[] } = {
  services: [],
  selectors: [],
};

function selectorsOf(services: readonly Service[]): readonly Selector[] {
  const { services: before, selectors } = lastSelectors;
  if (services.length === before.length && services.every((service, at) => service === before[at])) return selectors;
  lastSelectors = {
    services,
    selectors: services.map((service) => ({
      uid: service.metadata?.uid ?? '',
      namespace: service.metadata?.namespace ?? '',
      pairs: Object.entries(service.spec?.selector ?? {}),
    })),
  };
  return lastSelectors.selectors;
}

/** Pods as they were drawn last: objects of the API never change, so that only those that were replaced are drawn anew. */
const DRAWN = new WeakMap<Pod, { readonly selectors: readonly Selector[]; readonly pod: ScenePod }>();

function drawn(pod: Pod, selectors: readonly Selector[]): ScenePod {
  const known = DRAWN.get(pod);
  if (known?.selectors === selectors) return known.pod;
  const made = scenePod(pod, selectors);
  DRAWN.set(pod, { selectors, pod: made });
  return made;
}

/** Draws up the scene. Pure; a pod that has not changed since the last scene costs next to nothing. */
export function buildScene(sources: SceneSources): Scene {
  const byService = slicesByService(sources.slices);
  const selectors = selectorsOf(sources.services);
  const nodePorts = sources.services.flatMap((service) =>
    (service.spec?.ports ?? []).flatMap((port) => port.nodePort ?? []),
  );
  const perNode = new Map<string, number>();
  for (const pod of sources.pods) {
    const node = pod.spec?.nodeName;
    if (node !== undefined) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const folded = sources.pods.length > SCENE_POD_LIMIT;
  const pods = (folded ? sources.pods.slice(0, SCENE_POD_LIMIT) : sources.pods).filter(
    (pod) => pod.spec?.hostNetwork !== true,
  );
  return {
    at: sources.at,
    nodes: sources.nodes.map((node) => sceneNode(node, sources, perNode, nodePorts)),
    pods: pods.map((pod) => drawn(pod, selectors)),
    services: sources.services.map((service) => sceneService(service, byService.get(key(service)) ?? [])),
    dockerHosts: sources.dockerHosts ?? [],
    shells: sources.shells,
    loadBalancers: sources.services.flatMap((service) => loadBalancer(service, sources.nodes)),
    nodeNetwork: sources.nodeNetwork,
    folded,
  };
}

/** Points at an object of a kind. */
export function refOf(
  kind: string,
  object: { metadata?: { name?: string; namespace?: string; uid?: string } },
): ObjectRef {
  const { name = '', namespace, uid } = object.metadata ?? {};
  return { kind, name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
}

function key(object: { metadata?: { name?: string; namespace?: string } }): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

function slicesByService(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const found = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata?.labels?.['kubernetes.io/service-name'];
    if (service === undefined) continue;
    const at = `${slice.metadata?.namespace ?? ''}/${service}`;
    const list = found.get(at);
    if (list === undefined) found.set(at, [slice]);
    else list.push(slice);
  }
  return found;
}

function sceneNode(
  node: Node,
  sources: SceneSources,
  perNode: ReadonlyMap<string, number>,
  nodePorts: readonly number[],
): SceneNode {
  const name = node.metadata?.name ?? '';
  const address = (type: string) => node.status?.addresses?.find((entry) => entry.type === type)?.address;
  const externalIP = address('ExternalIP');
  const podCIDR = node.spec?.podCIDR ?? '';
  const ready =
    node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
  const powered = sources.powered(name);
  const heartbeat = powered && ready ? undefined : sources.heartbeat?.(name);
  return {
    name,
    ref: refOf('Node', node),
    ready,
    powered,
    schedulable: node.spec?.unschedulable !== true,
    internalIP: address('InternalIP') ?? '',
    ...(externalIP === undefined ? {} : { externalIP }),
    podCIDR,
    bridgeIP: podCIDR.replace(/\.0\/\d+$/, '.1'),
    podCount: perNode.get(name) ?? 0,
    nodePorts,
    ...(heartbeat === undefined ? {} : { silentSince: heartbeat }),
  };
}

function scenePod(pod: Pod, selectors: readonly Selector[]): ScenePod {
  const name = pod.metadata?.name ?? '';
  const namespace = pod.metadata?.namespace ?? '';
  const labels = pod.metadata?.labels ?? {};
  const controller = pod.metadata?.ownerReferences?.find((owner) => owner.controller === true);
  const cut = name.lastIndexOf('-');
  const node = pod.spec?.nodeName;
  const ip = pod.status?.podIP;
  return {
    uid: pod.metadata?.uid ?? '',
    name,
    suffix: controller !== undefined && cut > 0 ? name.slice(cut + 1) : name,
    namespace,
    ref: refOf('Pod', pod),
    ...(node === undefined ? {} : { node }),
    ...(ip === undefined ? {} : { ip }),
    state: podState(pod),
    status: podStatus(pod),
    ready: readyCount(pod),
    restarts: (pod.status?.containerStatuses ?? []).reduce((sum, status) => sum + status.restartCount, 0),
    labels: Object.entries(labels)
      .filter(([label]) => !MACHINE_LABELS.has(label))
      .map(([label, value]) => `${label}=${value}`),
    ...(controller === undefined
      ? {}
      : { owner: { kind: controller.kind, name: controller.name, namespace, uid: controller.uid } }),
    services: selectors
      .filter(
        (selector) =>
          selector.namespace === namespace &&
          selector.pairs.length > 0 &&
          selector.pairs.every(([label, value]) => labels[label] === value),
      )
      .map((selector) => selector.uid),
    image: pod.spec?.containers[0]?.image ?? '',
    system: namespace === 'kube-system',
    mounts: mountsOf(pod),
  };
}

function mountsOf(pod: Pod): ScenePod['mounts'] {
  const mounts: ScenePod['mounts'][number][] = [];
  for (const container of pod.spec?.containers ?? []) {
    for (const mount of container.volumeMounts ?? []) {
      const volume = pod.spec?.volumes?.find((each) => each.name === mount.name);
      if (volume === undefined || volume.projected !== undefined) continue;
      if (volume.secret !== undefined)
        mounts.push({ kind: 'Secret', name: volume.secret.secretName ?? '', path: mount.mountPath });
      else if (volume.configMap !== undefined)
        mounts.push({ kind: 'ConfigMap', name: volume.configMap.name ?? '', path: mount.mountPath });
      else
        mounts.push({
          kind: volume.emptyDir === undefined ? 'other' : 'emptyDir',
          name: volume.name,
          path: mount.mountPath,
        });
    }
  }
  return mounts;
}

function sceneService(service: Service, slices: readonly EndpointSlice[]): SceneService {
  const { spec } = service;
  const selector = Object.entries(spec?.selector ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  const external = spec?.type === 'LoadBalancer' ? (ingress?.ip ?? ingress?.hostname ?? 'pending') : undefined;
  return {
    uid: service.metadata?.uid ?? '',
    name: service.metadata?.name ?? '',
    namespace: service.metadata?.namespace ?? '',
    ref: refOf('Service', service),
    type: (spec?.type ?? 'ClusterIP') as SceneService['type'],
    ...(spec?.clusterIP === undefined ? {} : { clusterIP: spec.clusterIP }),
    ...(selector === '' ? {} : { selector }),
    ports: (spec?.ports ?? []).map((port) => ({
      ...(port.name === undefined ? {} : { name: port.name }),
      port: port.port,
      targetPort: String(port.targetPort ?? port.port),
      ...(port.nodePort === undefined ? {} : { nodePort: port.nodePort }),
      protocol: port.protocol ?? 'TCP',
    })),
    endpoints: endpointsOf(slices),
    ...(spec?.externalName === undefined ? {} : { externalName: spec.externalName }),
    ...(external === undefined ? {} : { external }),
    system:
      service.metadata?.namespace === 'kube-system' ||
      (service.metadata?.namespace === 'default' && service.metadata.name === 'kubernetes'),
  };
}

function endpointsOf(slices: readonly EndpointSlice[]): SceneEndpoint[] {
  const found = new Map<string, SceneEndpoint>();
  for (const slice of slices) {
    const ports = (slice.ports ?? []).flatMap((port) => port.port ?? []);
    for (const endpoint of slice.endpoints ?? []) {
      const address = endpoint.addresses[0];
      if (address === undefined || found.has(address)) continue;
      const pod = endpoint.targetRef?.kind === 'Pod' ? endpoint.targetRef.name : undefined;
      found.set(address, {
        address,
        ports,
        ready: endpoint.conditions?.ready ?? true,
        terminating: endpoint.conditions?.terminating ?? false,
        ...(pod === undefined ? {} : { pod }),
        ...(endpoint.nodeName === undefined ? {} : { node: endpoint.nodeName }),
      });
    }
  }
  return [...found.values()];
}

function loadBalancer(service: Service, nodes: readonly Node[]): SceneLoadBalancer[] {
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  const address = ingress?.ip ?? ingress?.hostname;
  if (address === undefined) return [];
  const cloudId = service.metadata?.annotations?.['service.kubernetes.io/loadbalance-id'];
  return [
    {
      service: refOf('Service', service),
      address,
      ...(cloudId === undefined ? {} : { cloudId }),
      healthyNodes: nodes
        .filter((node) =>
          node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
        )
        .map((node) => node.metadata?.name ?? ''),
    },
  ];
}
