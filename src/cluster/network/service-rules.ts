import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { EndpointSlice, KubeObject, ObjectRef, Service } from '../api/types.ts';
import { keyOf } from '../controllers/workqueue.ts';

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

/** One port of one Service with its backends: what becomes a KUBE-SVC chain. */
export interface ServicePortRule {
  readonly service: ObjectRef;
  /** `default/my-nginx:http`, or without the last part for an unnamed port. */
  readonly name: string;
  readonly portName: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly affinitySeconds: number | undefined;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  readonly endpoints: readonly ProxyEndpoint[];
  /** Endpoints that take traffic: the ready ones, or, when there are none, those that still serve while terminating. */
  readonly usable: readonly ProxyEndpoint[];
}

type ServiceObject = Service & KubeObject;
type SliceObject = EndpointSlice & KubeObject;

/** What one node's kube-proxy has written: the same for all nodes but for the time at which it got there. */
export class NodeRules {
  private readonly services = new Map<string, readonly ServicePortRule[]>();
  private readonly byAddress = new Map<string, ServicePortRule>();
  private readonly byNodePort = new Map<string, ServicePortRule>();
  private readonly addresses = new Map<string, ServicePortRule>();
  /** session affinity: client address to endpoint, by rule name. */
  readonly affinity = new Map<string, { endpoint: ProxyEndpoint; at: number }>();

  /** Replaces the rules of one Service; an empty list removes them. */
  set(key: string, rules: readonly ServicePortRule[]): void {
    for (const rule of this.services.get(key) ?? []) {
      for (const address of addressesOf(rule)) {
        this.byAddress.delete(`${rule.protocol}/${address}/${rule.port}`);
        this.addresses.delete(address);
      }
      if (rule.nodePort !== undefined) this.byNodePort.delete(`${rule.protocol}/${rule.nodePort}`);
    }
    if (rules.length === 0) this.services.delete(key);
    else this.services.set(key, rules);
    for (const rule of rules) {
      for (const address of addressesOf(rule)) {
        this.byAddress.set(`${rule.protocol}/${address}/${rule.port}`, rule);
        this.addresses.set(address, rule);
      }
      if (rule.nodePort !== undefined) this.byNodePort.set(`${rule.protocol}/${rule.nodePort}`, rule);
    }
  }

  find(protocol: string, address: string, port: number): ServicePortRule | undefined {
    return this.byAddress.get(`${protocol}/${address}/${port}`);
  }

  findNodePort(protocol: string, port: number): ServicePortRule | undefined {
    return this.byNodePort.get(`${protocol}/${port}`);
  }

  /** Any rule for this address, whatever the port. */
  forAddress(address: string): ServicePortRule | undefined {
    return this.addresses.get(address);
  }

  all(): ServicePortRule[] {
    return [...this.services.values()].flat();
  }
}

function addressesOf(rule: ServicePortRule): string[] {
  return [rule.clusterIP, ...rule.externalIPs, ...rule.loadBalancerIPs];
}

/** Follows Services and EndpointSlices and writes each node's rules, a moment later on each, as the kube-proxies do. */
export class KubeProxies {
  private readonly nodes = new Map<string, NodeRules>();
  private readonly pending = new Set<string>();
  private readonly services = new Map<string, ServiceObject>();
  private readonly slices = new Map<string, Map<string, SliceObject>>();
  private readonly current = new Map<string, readonly ServicePortRule[]>();
  private readonly sim: Simulation;
  private readonly alive: (node: string) => boolean;
  private readonly random;
  private booting = true;

  constructor(sim: Simulation, clients: Clients, alive: (node: string) => boolean) {
    this.sim = sim;
    this.alive = alive;
    this.random = sim.random.stream('kube-proxy');
    clients.resource<ServiceObject>('services').watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const key = keyOf(event.object);
      if (event.type === 'DELETED') this.services.delete(key);
      else this.services.set(key, event.object);
      this.touch(key);
    });
    clients.resource<SliceObject>('endpointslices', 'discovery.k8s.io').watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const slice = event.object;
      const name = slice.metadata?.labels?.['kubernetes.io/service-name'];
      if (name === undefined) return;
      const key = `${slice.metadata?.namespace}/${name}`;
      let map = this.slices.get(key);
      if (map === undefined) {
        map = new Map();
        this.slices.set(key, map);
      }
      if (event.type === 'DELETED') map.delete(slice.metadata?.name ?? '');
      else map.set(slice.metadata?.name ?? '', slice);
      this.touch(key);
    });
  }

  rules(node: string): NodeRules {
    let rules = this.nodes.get(node);
    if (rules === undefined) {
      rules = new NodeRules();
      for (const [key, list] of this.current) rules.set(key, list);
      this.nodes.set(node, rules);
    }
    return rules;
  }

  /** A node comes back: its kube-proxy starts with all that it missed. */
  resync(node: string): void {
    const rules = new NodeRules();
    for (const [key, list] of this.current) rules.set(key, list);
    this.nodes.set(node, rules);
  }

  /** Everything up to now is in place on every node at once; from here on changes take their time. */
  settle(): void {
    for (const key of this.pending) this.apply(key, true);
    this.booting = false;
  }

  private touch(key: string): void {
    if (this.pending.has(key)) return;
    this.pending.add(key);
    if (!this.booting) this.sim.schedule(12, () => this.apply(key, false));
  }

  private apply(key: string, atOnce: boolean): void {
    this.pending.delete(key);
    const service = this.services.get(key);
    const rules = service === undefined ? [] : rulesOf(service, [...(this.slices.get(key)?.values() ?? [])]);
    if (rules.length === 0) this.current.delete(key);
    else this.current.set(key, rules);
    for (const [node, written] of this.nodes) {
      if (!this.alive(node)) continue;
      if (atOnce) written.set(key, rules);
      else
        this.sim.schedule(this.random.between(8, 60), () => {
          if (this.alive(node)) this.nodes.get(node)?.set(key, this.current.get(key) ?? []);
        });
    }
  }
}

function rulesOf(service: ServiceObject, slices: readonly SliceObject[]): ServicePortRule[] {
  const { spec, metadata, status } = service;
  const clusterIP = spec?.clusterIP;
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None' || spec?.type === 'ExternalName') return [];
  const ref: ObjectRef = {
    kind: 'Service',
    name: metadata?.name ?? '',
    ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ...(metadata?.uid === undefined ? {} : { uid: metadata.uid }),
  };
  return (spec?.ports ?? []).map((port) => {
    const endpoints = new Map<string, ProxyEndpoint>();
    for (const slice of slices) {
      for (const slicePort of slice.ports ?? []) {
        if (
          (slicePort.name ?? '') !== (port.name ?? '') ||
          (slicePort.protocol ?? 'TCP') !== (port.protocol ?? 'TCP') ||
          slicePort.port === undefined
        )
          continue;
        for (const endpoint of slice.endpoints ?? []) {
          const address = endpoint.addresses[0];
          if (address === undefined) continue;
          const target = endpoint.targetRef;
          endpoints.set(`${address}:${slicePort.port}`, {
            address,
            port: slicePort.port,
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
      }
    }
    const all = [...endpoints.values()].sort((a, b) => (`${a.address}:${a.port}` < `${b.address}:${b.port}` ? -1 : 1));
    const ready = all.filter((endpoint) => endpoint.ready);
    const name = `${ref.namespace}/${ref.name}${(port.name ?? '') === '' ? '' : `:${port.name}`}`;
    return {
      service: ref,
      name,
      portName: port.name ?? '',
      protocol: (port.protocol ?? 'TCP') as ServicePortRule['protocol'],
      clusterIP,
      port: port.port,
      nodePort: port.nodePort,
      externalIPs: spec?.externalIPs ?? [],
      loadBalancerIPs: (status?.loadBalancer?.ingress ?? []).flatMap((ingress) => ingress.ip ?? []),
      affinitySeconds:
        spec?.sessionAffinity === 'ClientIP'
          ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800)
          : undefined,
      internalLocal: spec?.internalTrafficPolicy === 'Local',
      externalLocal: spec?.externalTrafficPolicy === 'Local',
      endpoints: all,
      usable: ready.length > 0 ? ready : all.filter((endpoint) => endpoint.serving && endpoint.terminating),
    };
  });
}
