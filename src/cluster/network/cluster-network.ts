import type { Random } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { KubeObject, ObjectRef, Pod, Service } from '../api/types.ts';
import type { DockerHostSpec, Flavour, NodeSpec } from '../flavours/flavour.ts';
import type { Case } from './causes/cause.ts';
import { explain } from './causes/index.ts';
import { DockerHost } from './docker-host.ts';
import { dockerTables } from './docker-rules.ts';
import { connect, echo, type Finished } from './exchange.ts';
import { AddressBook, type Host } from './hosts.ts';
import { balancerAddress, CLOUD_RESOLVER, HOME_RESOLVER, internet } from './internet.ts';
import { AddressRange, Cidr } from './ipam.ts';
import { type DnsType, NetworkNamespace, type ResolverConfig } from './namespace.ts';
import type { ConnectRequest, Exchange, ExchangeOptions, Lookup, Network } from './network.ts';
import { NetworkPolicies } from './policy.ts';
import { saveText } from './proxy/iptables-text.ts';
import { KubeProxies } from './proxy/kube-proxy.ts';
import type { NodeRules } from './proxy/node-rules.ts';
import { type Table, tablesOf } from './proxy/tables.ts';
import { lookup } from './resolver.ts';
import { routesOf } from './routes.ts';
import type { Place, Trace } from './trace.ts';
import type { Terrain } from './way/way.ts';

/** Traces that are kept. */
const RING = 500;

/** How long the address of a pod that is gone rests, in virtual milliseconds. */
const ADDRESS_REST = 60_000;

export interface NetworkOptions {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly flavour: Flavour;
  /** The flavour's, unless the cluster is to have others. */
  readonly nodes?: readonly NodeSpec[];
}

/** The network of a cluster: its nodes, their pods, the laptop on the internet, and kube-proxy's rules in between. */
export class ClusterNetwork implements Network {
  readonly laptop: NetworkNamespace;
  readonly proxies: KubeProxies;
  readonly flavour: Flavour;
  readonly clients: Clients;
  readonly sim: Simulation;
  /** Plain Docker hosts beside the cluster, by name. */
  readonly dockerHosts: ReadonlyMap<string, DockerHost>;
  private readonly policies: NetworkPolicies;
  private readonly book = new AddressBook();
  private readonly byId = new Map<string, NetworkNamespace>();
  private readonly random: Random;
  private readonly terrain: Terrain;
  private readonly listeners = new Set<{ listener: (trace: Trace) => void; probes: boolean }>();
  private readonly ring: Trace[] = [];
  /** What containers wrote; the cluster puts its kubelets' logs here. */
  logs: (pod: Pod & KubeObject, container: string) => readonly string[] = () => [];
  private nextTrace = 1;
  private nextGroup = 1;
  private mac = 1;

  constructor(options: NetworkOptions) {
    const { sim, clients, flavour } = options;
    this.sim = sim;
    this.flavour = flavour;
    this.clients = clients;
    this.random = sim.random.stream('network');
    const nodes = options.nodes ?? flavour.nodes;
    for (const spec of nodes) this.addNode(spec, nodes);
    this.dockerHosts = new Map((flavour.dockerHosts ?? []).map((spec) => [spec.name, this.addDocker(spec, nodes)]));
    this.laptop = new NetworkNamespace(
      'laptop',
      { at: 'laptop' },
      {
        hostname: 'laptop',
        interfaces: [{ name: 'wlan0', address: '198.51.100.23', prefixLength: 24, mac: this.newMac() }],
        resolver: { nameservers: [HOME_RESOLVER], search: [], ndots: 1 },
        hosts: new Map([
          ...nodes.map((node): [string, string] => [node.name, node.externalIP ?? node.internalIP]),
          ...(flavour.dockerHosts ?? []).map((host): [string, string] => [host.name, host.address]),
        ]),
      },
    );
    this.add(this.laptop);
    for (const each of internet(sim, (name) => this.balancerByName(name)).values()) this.add(each);
    this.proxies = new KubeProxies(sim, clients, (node) => this.powered(node));
    for (const node of nodes) this.proxies.rules(node.name);
    this.policies = new NetworkPolicies(clients, (address) => this.book.ownerOf(address));
    this.terrain = {
      sim,
      flavour,
      book: this.book,
      proxies: this.proxies,
      random: this.random,
      podRange: new Cidr(flavour.podCIDR),
      policies: this.policies,
      docker: new Map(
        [...this.dockerHosts.values()].flatMap((host) => [
          [host.spec.name, host],
          [host.spec.address, host],
        ]),
      ),
      balancer: (address) => this.balancerByAddress(address),
    };
  }

  namespace(id: string): NetworkNamespace | undefined {
    return this.byId.get(id);
  }

  nodeNamespace(node: string): NetworkNamespace {
    return this.host(node).namespace;
  }

  powered(node: string): boolean {
    return this.book.hosts.get(node)?.power ?? false;
  }

  /** Cuts a node's power, or gives it back: its kube-proxy then reads what it missed. */
  setPower(node: string, on: boolean): void {
    const host = this.book.hosts.get(node);
    if (host === undefined || host.power === on) return;
    host.power = on;
    host.namespace.up = on;
    if (on) this.proxies.resync(node);
    else host.darkSince = this.sim.now();
  }

  /** Joins another machine to the network: a plain Docker host, the control plane. Its interfaces' addresses become known. */
  add(namespace: NetworkNamespace): void {
    this.byId.set(namespace.id, namespace);
    for (const each of namespace.interfaces) this.book.assign(each.address, namespace);
  }

  /**
   * The pod's network namespace, made on first use; a hostNetwork pod gets its node's. `keep`: with the address in its status,
   * if that is free; else with the next address of the node's range.
   */
  attachPod(pod: Pod, node: string, keep: boolean): NetworkNamespace {
    const host = this.host(node);
    if (pod.spec?.hostNetwork === true) return host.namespace;
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const id = podId(pod);
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const kept = keep ? pod.status?.podIP : undefined;
    const address = kept !== undefined && host.range.take(kept) ? kept : host.range.allocate();
    const made = new NetworkNamespace(
      id,
      { at: 'pod', namespace, pod: name, node },
      {
        hostname: hostnameOf(pod),
        interfaces:
          address === undefined
            ? []
            : [
                {
                  name: 'eth0',
                  address,
                  prefixLength: Number(host.spec.podCIDR.split('/')[1]),
                  mac: podMac(address),
                },
              ],
        resolver: this.resolverOf(pod, host),
        hosts: new Map(
          (pod.spec?.hostAliases ?? []).flatMap((alias) =>
            (alias.hostnames ?? []).map((each): [string, string] => [each, alias.ip ?? '']),
          ),
        ),
      },
    );
    this.add(made);
    return made;
  }

  /** Takes the pod's namespace away; its address rests for a while before another pod gets it. */
  detachPod(pod: Pod): void {
    const known = this.byId.get(podId(pod));
    if (known === undefined) return;
    this.byId.delete(known.id);
    known.up = false;
    const { address, place } = known;
    if (address === undefined || place.at !== 'pod') return;
    this.book.release(address, known);
    this.sim.schedule(ADDRESS_REST, () => this.book.hosts.get(place.node)?.range.release(address));
  }

  /** Whose address it is, if anybody's. */
  ownerOf(address: string): NetworkNamespace | undefined {
    return this.book.ownerOf(address);
  }

  rulesOf(node: string): NodeRules {
    return this.proxies.rules(node);
  }

  tables(node: string): readonly Table[] {
    const docker = this.dockerHosts.get(node);
    if (docker !== undefined) return dockerTables(docker);
    return tablesOf(this.proxies.rules(node), { node, podCIDR: this.flavour.podCIDR });
  }

  iptablesSave(node: string, options: { counters?: boolean; table?: string } = {}): string {
    const tables = this.tables(node).filter((table) => options.table === undefined || table.name === options.table);
    return saveText(tables, this.sim.calendar(), options.counters);
  }

  routes(from: NetworkNamespace): readonly string[] {
    return routesOf(from, [...this.book.hosts.values()]);
  }

  newGroup(): number {
    return this.nextGroup++;
  }

  onTrace(listener: (trace: Trace) => void, options: { probes?: boolean } = {}): () => void {
    const entry = { listener, probes: options.probes ?? false };
    this.listeners.add(entry);
    return () => this.listeners.delete(entry);
  }

  recent(): readonly Trace[] {
    return this.ring.slice(-RING);
  }

  lookup(
    from: NetworkNamespace,
    name: string,
    options: ExchangeOptions & { type?: DnsType; server?: string; attempts?: number },
  ): Lookup {
    const group = options.group ?? this.newGroup();
    return lookup((...ask) => this.connect(...ask), from, name, { ...options, group });
  }

  /** What explaining an exchange looks at (see `causes/diagnosis.ts`). Undefined when its sender is gone. */
  caseOf(trace: Trace): Case | undefined {
    const from = this.byId.get(placeId(trace.source)) ?? this.senderOf(trace);
    const tuple = trace.steps[0]?.before;
    return from === undefined || tuple === undefined ? undefined : { network: this, trace, tuple, from };
  }

  private senderOf({ source }: Trace): NetworkNamespace | undefined {
    if (source.at !== 'pod') return undefined;
    for (const each of this.byId.values())
      if (each.place.at === 'pod' && each.place.pod === source.pod && each.place.namespace === source.namespace)
        return each;
    return undefined;
  }

  ping(from: NetworkNamespace, address: string, options: ExchangeOptions): Exchange {
    return echo(this.terrain, from, address, options, this.record);
  }

  connect(from: NetworkNamespace, request: ConnectRequest, options: ExchangeOptions): Exchange {
    return connect(this.terrain, from, request, options, this.record);
  }

  /** Stops following the API. */
  stop(): void {
    this.proxies.stop();
    this.policies.stop();
  }

  private readonly record = (finished: Finished, from: NetworkNamespace, options: ExchangeOptions): Trace => {
    const { builder, outcome, purpose, service, endpoint } = finished;
    const probe = purpose === 'probe';
    const trace: Trace = builder.finish(
      {
        id: this.nextTrace++,
        at: this.sim.now(),
        group: options.group ?? this.nextGroup++,
        purpose,
        target: options.target,
        asked: options.asked,
        argv: options.argv,
        source: from.place,
        program: options.program,
        service,
        endpoint,
      },
      outcome,
      finished.duration,
      () => explain({ network: this, trace, tuple: finished.tuple, from }),
    );
    if (!probe) {
      this.ring.push(trace);
      if (this.ring.length >= 2 * RING) this.ring.splice(0, RING);
    }
    for (const { listener, probes } of this.listeners) if (!probe || probes) listener(trace);
    return trace;
  };

  private host(node: string): Host {
    const host = this.book.hosts.get(node);
    if (host === undefined) throw new RangeError(`no node is called "${node}"`);
    return host;
  }

  private addNode(spec: NodeSpec, all: readonly NodeSpec[]): void {
    const range = new AddressRange(spec.podCIDR);
    const { gateway } = range;
    const namespace = new NetworkNamespace(
      `node/${spec.name}`,
      { at: 'node', node: spec.name },
      {
        hostname: spec.name,
        interfaces: [
          { name: 'eth0', address: spec.internalIP, prefixLength: 16, mac: podMac(spec.internalIP, '42:01') },
          {
            name: 'cbr0',
            address: gateway,
            prefixLength: Number(spec.podCIDR.split('/')[1]),
            mac: podMac(gateway),
          },
        ],
        resolver: { nameservers: [CLOUD_RESOLVER], search: [], ndots: 1 },
        hosts: new Map([
          ...all.map((node): [string, string] => [node.name, node.internalIP]),
          ...(this.flavour.dockerHosts ?? []).map((each): [string, string] => [each.name, each.address]),
        ]),
      },
    );
    const podRange = new Cidr(spec.podCIDR);
    this.book.addHost({ spec, namespace, range, podRange, gateway, power: true, darkSince: 0 });
    this.byId.set(namespace.id, namespace);
    openNodeServices(namespace);
  }

  private addDocker(spec: DockerHostSpec, nodes: readonly NodeSpec[]): DockerHost {
    const host = new DockerHost(spec, HOME_RESOLVER);
    host.namespace.hosts = new Map([
      ...(this.flavour.dockerHosts ?? []).map((each): [string, string] => [each.name, each.address]),
      ...nodes.map((node): [string, string] => [node.name, node.externalIP ?? node.internalIP]),
    ]);
    this.byId.set(host.namespace.id, host.namespace);
    openShell(host.namespace);
    return host;
  }

  private resolverOf(pod: Pod, host: Host): ResolverConfig {
    const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {};
    const namespace = pod.metadata?.namespace ?? 'default';
    const node = host.namespace.resolver;
    const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true);
    const base: ResolverConfig = cluster
      ? {
          nameservers: [this.flavour.dnsIP],
          search: [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local', ...node.search],
          ndots: 5,
        }
      : dnsPolicy === 'None'
        ? { nameservers: [], search: [], ndots: 1 }
        : node;
    const ndots = dnsConfig?.options?.find((option) => option.name === 'ndots')?.value;
    return {
      nameservers: [...new Set([...base.nameservers, ...(dnsConfig?.nameservers ?? [])])],
      search: [...new Set([...base.search, ...(dnsConfig?.searches ?? [])])],
      ndots: ndots === undefined ? base.ndots : Number(ndots),
    };
  }

  /** Services that a cloud's balancer serves under a name instead of an address. */
  private namedBalancers(): { hostname: string; service: ObjectRef }[] {
    return this.clients
      .resource<Service & KubeObject>('services')
      .list()
      .flatMap((service) =>
        (service.status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => {
          if (hostname === undefined) return [];
          const { name = '', namespace, uid } = service.metadata ?? {};
          return [
            {
              hostname,
              service: {
                kind: 'Service',
                name,
                ...(namespace === undefined ? {} : { namespace }),
                ...(uid === undefined ? {} : { uid }),
              },
            },
          ];
        }),
      );
  }

  private balancerByName(name: string): string | undefined {
    return this.namedBalancers().some((each) => each.hostname === name) ? balancerAddress(name) : undefined;
  }

  private balancerByAddress(address: string): ObjectRef | undefined {
    if (!address.startsWith('203.0.113.')) return undefined;
    return this.namedBalancers().find((each) => balancerAddress(each.hostname) === address)?.service;
  }

  private newMac(): string {
    const n = this.mac++;
    return `3c:22:fb:0a:${hex(n >> 8)}:${hex(n & 255)}`;
  }
}

/** The network of a cluster. */
export function createNetwork(options: NetworkOptions): ClusterNetwork {
  return new ClusterNetwork(options);
}

function placeId(place: Place): string {
  return place.at === 'node' ? `node/${place.node}` : place.at;
}

function podId(pod: Pod): string {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  return `pod/${namespace}/${name}/${uid}`;
}

/** `spec.hostname`, else the pod's name; Linux takes 63 characters. */
function hostnameOf(pod: Pod): string {
  return pod.spec?.hostname ?? (pod.metadata?.name ?? '').slice(0, 63).replace(/[-.]+$/, '');
}

/** The bridge plugin makes a pod's hardware address from its IP. */
function podMac(address: string, prefix = '0a:58'): string {
  return `${prefix}:${address
    .split('.')
    .map((part) => hex(Number(part)))
    .join(':')}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Every node runs an ssh server and a kubelet; pods do not. */
function openNodeServices(namespace: NetworkNamespace): void {
  openShell(namespace);
  for (const [port, program, address] of [
    [10250, 'kubelet', '0.0.0.0'],
    [10248, 'kubelet', '127.0.0.1'],
    [10256, 'kube-proxy', '0.0.0.0'],
    [10249, 'kube-proxy', '127.0.0.1'],
  ] as const)
    namespace.listen({
      protocol: 'TCP',
      address,
      port,
      program,
      serve: (request) =>
        request.kind === 'http' && port !== 10250 && request.path === '/healthz'
          ? {
              kind: 'http',
              status: 200,
              reason: 'OK',
              headers: [
                ['Content-Type', 'text/plain; charset=utf-8'],
                ['Content-Length', '2'],
              ],
              body: request.method === 'HEAD' ? '' : 'ok',
            }
          : { kind: 'close' },
    });
}

function openShell(namespace: NetworkNamespace): void {
  namespace.listen({
    protocol: 'TCP',
    address: '0.0.0.0',
    port: 22,
    program: 'sshd',
    serve: () => ({ kind: 'raw', data: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n' }),
  });
}
