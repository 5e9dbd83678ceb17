import type { EndpointSlice, KubeObject, ObjectRef, Service } from '../../api/types.ts';

export type ServiceObject = Service & KubeObject;
export type SliceObject = EndpointSlice & KubeObject;

/** One backend of a Service's port, as kube-proxy knows it. */
export interface ProxyEndpoint {
  readonly address: string;
  readonly port: number;
  readonly node: string | undefined;
  readonly pod: ObjectRef | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** Backends that take a node's traffic, split as pkg/proxy/topology.go does (CategorizeEndpoints). */
export interface Reachable {
  /** For policy Cluster. */
  readonly cluster: readonly ProxyEndpoint[];
  /** For policy Local, on this node. */
  readonly local: readonly ProxyEndpoint[];
  /** Whether any endpoint anywhere takes traffic. */
  readonly any: boolean;
}

/** One port of one Service with its backends: what becomes a KUBE-SVC chain. */
export interface ServicePortRule {
  readonly service: ObjectRef;
  /** The Service as it was when the rules were written. */
  readonly source: ServiceObject;
  /** Index in `spec.ports`. */
  readonly index: number;
  /** `default/my-nginx:http`, or without the last part for an unnamed port. */
  readonly name: string;
  readonly portName: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly healthCheckNodePort: number | undefined;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  readonly affinitySeconds: number | undefined;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Reached from outside at all: node port, load balancer or external address. */
  readonly external: boolean;
  /** All endpoints, in kube-proxy's order. */
  readonly endpoints: readonly ProxyEndpoint[];
  /** What takes the traffic of a node. */
  reachable(node: string): Reachable;
}

/** The rules of a Service: one per port; none for headless ones and for ExternalName. */
export function servicePortRules(service: ServiceObject, slices: readonly SliceObject[]): ServicePortRule[] {
  const { spec, metadata, status } = service;
  const clusterIP = spec?.clusterIP;
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None' || spec?.type === 'ExternalName') return [];
  // This label hands a Service to another proxy.
  if (metadata?.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined) return [];
  const ref: ObjectRef = {
    kind: 'Service',
    name: metadata?.name ?? '',
    ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ...(metadata?.uid === undefined ? {} : { uid: metadata.uid }),
  };
  const loadBalancerIPs = (status?.loadBalancer?.ingress ?? []).flatMap((ingress) =>
    ingress.ip === undefined || ingress.ipMode === 'Proxy' ? [] : ingress.ip,
  );
  return (spec?.ports ?? []).map((port, index) => {
    const portName = port.name ?? '';
    const protocol = (port.protocol ?? 'TCP') as ServicePortRule['protocol'];
    const externalIPs = spec?.externalIPs ?? [];
    const external = (port.nodePort ?? 0) !== 0 || externalIPs.length > 0 || loadBalancerIPs.length > 0;
    const internalLocal = spec?.internalTrafficPolicy === 'Local';
    const externalLocal = spec?.externalTrafficPolicy === 'Local';
    const endpoints = endpointsOf(slices, portName, protocol);
    const reachableFrom = new Map<string, Reachable>();
    let cluster: readonly ProxyEndpoint[] | undefined;
    return {
      service: ref,
      source: service,
      index,
      name: `${ref.namespace}/${ref.name}${portName === '' ? '' : `:${portName}`}`,
      portName,
      protocol,
      clusterIP,
      port: port.port,
      nodePort: port.nodePort,
      healthCheckNodePort: spec?.healthCheckNodePort || undefined,
      externalIPs,
      loadBalancerIPs,
      sourceRanges: spec?.loadBalancerSourceRanges ?? [],
      affinitySeconds:
        spec?.sessionAffinity === 'ClientIP'
          ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800)
          : undefined,
      internalLocal,
      externalLocal,
      external,
      endpoints,
      reachable(node) {
        const known = reachableFrom.get(node);
        if (known !== undefined) return known;
        cluster ??= !internalLocal || external ? usable(endpoints) : [];
        const local =
          internalLocal || (externalLocal && external)
            ? usable(endpoints.filter((endpoint) => endpoint.node === node))
            : [];
        const made = { cluster, local, any: (internalLocal && !external ? usable(endpoints) : cluster).length > 0 };
        reachableFrom.set(node, made);
        return made;
      },
    };
  });
}

/** The ready ones, or, when there are none, those that still serve while they terminate (KEP-1669). */
function usable(endpoints: readonly ProxyEndpoint[]): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

/** Endpoints of one slice by port, kept with the slice: a slice object never changes. */
const PARSED = new WeakMap<SliceObject, Map<string, readonly ProxyEndpoint[]>>();

function ofSlice(slice: SliceObject, portName: string, protocol: string): readonly ProxyEndpoint[] {
  let byPort = PARSED.get(slice);
  if (byPort === undefined) {
    byPort = new Map();
    PARSED.set(slice, byPort);
  }
  const key = `${portName}/${protocol}`;
  const known = byPort.get(key);
  if (known !== undefined) return known;
  const port = (slice.ports ?? []).find(
    (each) => (each.name ?? '') === portName && (each.protocol ?? 'TCP') === protocol,
  )?.port;
  const found: ProxyEndpoint[] = [];
  if (port !== undefined && slice.addressType === 'IPv4')
    for (const endpoint of slice.endpoints ?? []) {
      const address = endpoint.addresses[0];
      if (address === undefined) continue;
      const target = endpoint.targetRef;
      found.push({
        address,
        port,
        node: endpoint.nodeName,
        pod:
          target?.kind === 'Pod'
            ? {
                kind: 'Pod',
                name: target.name ?? '',
                ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
                ...(target.uid === undefined ? {} : { uid: target.uid }),
              }
            : undefined,
        ready: endpoint.conditions?.ready ?? true,
        serving: endpoint.conditions?.serving ?? endpoint.conditions?.ready ?? true,
        terminating: endpoint.conditions?.terminating ?? false,
      });
    }
  byPort.set(key, found);
  return found;
}

/** The endpoints of a port from all slices, each address once, in the order in which kube-proxy writes them. */
function endpointsOf(slices: readonly SliceObject[], portName: string, protocol: string): ProxyEndpoint[] {
  const found = new Map<string, ProxyEndpoint>();
  for (const slice of slices) {
    for (const endpoint of ofSlice(slice, portName, protocol)) {
      const key = `${endpoint.address}:${endpoint.port}`;
      const known = found.get(key);
      // The same address in two slices while it moves from one to the other: the one that takes traffic counts.
      if (known === undefined || (!known.ready && endpoint.ready)) found.set(key, endpoint);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, endpoint]) => endpoint);
}
