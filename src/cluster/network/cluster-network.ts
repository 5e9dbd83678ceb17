import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { ObjectRef, Pod } from '../api/types.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';
import { explain } from './causes.ts';
import { AddressRange, inRange } from './ipam.ts';
import { iptablesSave } from './iptables-save.ts';
import { type AppReply, type AppRequest, type DnsType, type Listener, NetworkNamespace } from './namespace.ts';
import type { ConnectRequest, Exchange, ExchangeOptions, Lookup, Network } from './network.ts';
import { Resolver } from './resolver.ts';
import { KubeProxies, type NodeRules, type ProxyEndpoint, type ServicePortRule } from './service-rules.ts';
import type { Outcome, PacketKind, Place, Trace, Tuple } from './trace.ts';
import { TraceBuilder } from './trace-builder.ts';

/** Costs of the parts of a way, in virtual milliseconds. */
const COST = { stack: 0.04, rules: 0.06, bridge: 0.03, wire: 0.24, internet: 18, server: 0.12 };

/** How long Linux tries: SYN with six retries, and ARP or ICMP errors. */
const SYN_TIMEOUT = 130_000;
const NO_NEIGHBOUR = 3_070;

/** Traces that are kept. */
const RING = 500;

interface Host {
  readonly spec: NodeSpec;
  readonly namespace: NetworkNamespace;
  readonly range: AddressRange;
  power: boolean;
}

/** Where a packet ended up, and how. */
type Delivery =
  | {
      readonly kind: 'arrived';
      readonly namespace: NetworkNamespace;
      readonly tuple: Tuple;
      readonly back: (() => void) | undefined;
      readonly rule?: ServicePortRule;
      readonly endpoint?: ProxyEndpoint;
    }
  | {
      readonly kind: 'failed';
      readonly outcome: Outcome;
      readonly wait: number;
      readonly rule?: ServicePortRule;
      readonly endpoint?: ProxyEndpoint;
    };

export interface NetworkOptions {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly flavour: Flavour;
  readonly nodes: readonly NodeSpec[];
}

/** The network of a cluster: its nodes, their pods, the laptop on the internet, and kube-proxy's rules in between. */
export class ClusterNetwork implements Network {
  readonly laptop: NetworkNamespace;
  readonly proxies: KubeProxies;
  readonly flavour: Flavour;
  readonly clients: Clients;
  private readonly sim: Simulation;
  private readonly hosts = new Map<string, Host>();
  private readonly byAddress = new Map<string, NetworkNamespace>();
  private readonly byExternal = new Map<string, Host>();
  private readonly byId = new Map<string, NetworkNamespace>();
  private readonly random;
  private readonly resolver: Resolver;
  private readonly listeners = new Set<{ listener: (trace: Trace) => void; probes: boolean }>();
  private readonly ring: Trace[] = [];
  private nextTrace = 1;
  private nextGroup = 1;
  private mac = 1;

  constructor(options: NetworkOptions) {
    this.sim = options.sim;
    this.flavour = options.flavour;
    this.clients = options.clients;
    this.random = options.sim.random.stream('network');
    for (const spec of options.nodes) {
      const namespace = new NetworkNamespace(
        `node/${spec.name}`,
        { at: 'node', node: spec.name },
        {
          hostname: spec.name,
          interfaces: [
            { name: 'eth0', address: spec.internalIP, prefixLength: 16, mac: this.newMac() },
            {
              name: 'cbr0',
              address: spec.podCIDR.replace(/\d+\/\d+$/, (end) => `${Number(end.split('/')[0]) + 1}`),
              prefixLength: Number(spec.podCIDR.split('/')[1]),
              mac: this.newMac(),
            },
          ],
          resolver: { nameservers: ['169.254.169.254'], search: [], ndots: 1 },
        },
      );
      const host: Host = { spec, namespace, range: new AddressRange(spec.podCIDR), power: true };
      this.hosts.set(spec.name, host);
      this.byId.set(namespace.id, namespace);
      for (const each of namespace.interfaces) this.byAddress.set(each.address, namespace);
      if (spec.externalIP !== undefined) this.byExternal.set(spec.externalIP, host);
      this.openSsh(namespace);
    }
    this.laptop = new NetworkNamespace(
      'laptop',
      { at: 'laptop' },
      {
        hostname: 'laptop',
        interfaces: [{ name: 'wlan0', address: '198.51.100.23', prefixLength: 24, mac: this.newMac() }],
        resolver: { nameservers: ['198.51.100.1'], search: [], ndots: 1 },
      },
    );
    this.byId.set('laptop', this.laptop);
    this.proxies = new KubeProxies(options.sim, options.clients, (node) => this.hosts.get(node)?.power ?? false);
    this.resolver = new Resolver(this);
  }

  namespace(id: string): NetworkNamespace | undefined {
    return this.byId.get(id);
  }

  nodeNamespace(node: string): NetworkNamespace {
    const host = this.hosts.get(node);
    if (host === undefined) throw new Error(`no node ${node}`);
    return host.namespace;
  }

  powered(node: string): boolean {
    return this.hosts.get(node)?.power ?? false;
  }

  setPower(node: string, on: boolean): void {
    const host = this.hosts.get(node);
    if (host === undefined) return;
    if (on && !host.power) {
      host.power = true;
      this.proxies.resync(node);
    }
    host.power = on;
    host.namespace.up = on;
  }

  /** The pod's network namespace, made on first use; a hostNetwork pod gets its node's. */
  attachPod(pod: Pod, node: string): NetworkNamespace {
    const host = this.hosts.get(node);
    if (host === undefined) throw new Error(`no node ${node}`);
    if (pod.spec?.hostNetwork === true) return host.namespace;
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const id = `pod/${namespace}/${name}/${uid}`;
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const kept = pod.status?.podIP;
    const address = kept !== undefined && host.range.take(kept) ? kept : (host.range.allocate() ?? '0.0.0.0');
    const made = new NetworkNamespace(
      id,
      { at: 'pod', namespace, pod: name, node },
      {
        hostname: pod.spec?.hostname ?? name,
        interfaces: [
          { name: 'eth0', address, prefixLength: Number(host.spec.podCIDR.split('/')[1]), mac: this.newMac() },
        ],
        resolver: this.resolverOf(pod),
        hosts: new Map(
          (pod.spec?.hostAliases ?? []).flatMap((alias) =>
            (alias.hostnames ?? []).map((each): [string, string] => [each, alias.ip ?? '']),
          ),
        ),
      },
    );
    this.byId.set(id, made);
    this.byAddress.set(address, made);
    return made;
  }

  detachPod(pod: Pod): void {
    if (pod.spec?.hostNetwork === true) return;
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const id = `pod/${namespace}/${name}/${uid}`;
    const known = this.byId.get(id);
    if (known === undefined) return;
    this.byId.delete(id);
    known.up = false;
    const address = known.address ?? '';
    if (this.byAddress.get(address) === known) this.byAddress.delete(address);
    // An address rests for a while before it is given to another pod.
    const node = known.place.at === 'pod' ? known.place.node : '';
    this.sim.schedule(60_000, () => this.hosts.get(node)?.range.release(address));
  }

  /** Whose address it is, if anybody's. */
  ownerOf(address: string): NetworkNamespace | undefined {
    return this.byAddress.get(address);
  }

  rulesOf(node: string): NodeRules {
    return this.proxies.rules(node);
  }

  iptablesSave(node: string): string {
    return iptablesSave(this.proxies.rules(node), this.flavour);
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
    return this.ring;
  }

  lookup(from: NetworkNamespace, name: string, options: ExchangeOptions & { type?: DnsType; server?: string }): Lookup {
    return this.resolver.lookup(from, name, options);
  }

  ping(from: NetworkNamespace, address: string, options: ExchangeOptions): Exchange {
    const trace = new TraceBuilder('icmp');
    const tuple: Tuple = { src: this.sourceAddress(from, address), srcPort: 0, dst: address, dstPort: 0 };
    trace.step('client.echo', 'client', from.place, 'forward', tuple, COST.stack, {
      facts: { program: options.program },
    });
    const way = this.travel(from, 'ICMP', tuple, trace);
    if (way.kind === 'failed') return { trace: this.fail(trace, from, options, way, 'ping', tuple) };
    trace.step(
      'server.echo',
      'server',
      way.namespace.place,
      'answer',
      way.tuple,
      COST.stack,
      this.podFact(way.namespace),
    );
    trace.turn();
    const forward = trace.time;
    trace.time += forward;
    const reply = { src: address, srcPort: 0, dst: tuple.src, dstPort: 0 };
    trace.step('client.receive', 'client', from.place, 'answer', reply, 0);
    return {
      trace: this.record(
        trace,
        this.head(from, options, 'ping', undefined, this.refOf(way.namespace)),
        'ok',
        trace.time,
        tuple,
      ),
    };
  }

  connect(from: NetworkNamespace, request: ConnectRequest, options: ExchangeOptions): Exchange {
    const purpose = options.purpose ?? purposeOf(request);
    const kind: PacketKind =
      request.request?.kind === 'dns'
        ? 'dns'
        : request.tls !== undefined
          ? 'tls'
          : request.request?.kind === 'http'
            ? 'http'
            : request.protocol === 'UDP'
              ? 'udp'
              : 'tcp';
    const trace = new TraceBuilder(kind);
    const tuple: Tuple = {
      src: this.sourceAddress(from, request.address),
      srcPort: from.ephemeralPort(),
      dst: request.address,
      dstPort: request.port,
    };
    const query =
      request.request?.kind === 'dns' ? { query: request.request.name, type: request.request.type } : undefined;
    if (query === undefined)
      trace.step('client.connect', 'client', from.place, 'forward', tuple, COST.stack, {
        facts: { program: options.program },
      });
    else trace.step('dns.ask', 'resolver', from.place, 'forward', tuple, COST.stack, { facts: query });
    const way = this.travel(from, request.protocol, tuple, trace);
    if (way.kind === 'failed') return { trace: this.fail(trace, from, options, way, purpose, tuple) };

    const listener = way.namespace.accepting(request.protocol, way.tuple.dst, way.tuple.dstPort);
    const extra = {
      ...(way.rule === undefined ? {} : { rule: way.rule }),
      ...(way.endpoint === undefined ? {} : { endpoint: way.endpoint }),
    };
    if (listener === undefined) {
      const bound = way.namespace.listeners().filter((each) => each.protocol === request.protocol);
      const local = bound.find((each) => each.port === way.tuple.dstPort);
      trace.step('server.refuse', 'server', way.namespace.place, 'reject', way.tuple, COST.stack, {
        ...this.podFact(way.namespace),
        facts: {
          port: String(way.tuple.dstPort),
          listens: bound.map((each) => String(each.port)).join(','),
          ...(local === undefined ? {} : { bound: local.address }),
        },
      });
      return {
        trace: this.fail(
          trace,
          from,
          options,
          { kind: 'failed', outcome: 'refused', wait: 0, ...extra },
          purpose,
          tuple,
        ),
      };
    }
    return this.serve(from, request, options, purpose, trace, way, listener, tuple);
  }

  private serve(
    from: NetworkNamespace,
    request: ConnectRequest,
    options: ExchangeOptions,
    purpose: Trace['purpose'],
    trace: TraceBuilder,
    way: Extract<Delivery, { kind: 'arrived' }>,
    listener: Listener,
    tuple: Tuple,
  ): Exchange {
    const { place } = way.namespace;
    const head = () => this.head(from, options, purpose, way.rule, way.endpoint?.pod ?? this.refOf(way.namespace));
    if (request.tls !== undefined && listener.tls === undefined) {
      trace.step('tls.plain', 'tls', place, 'reject', way.tuple, COST.server, { facts: { program: listener.program } });
      return { trace: this.record(trace, head(), 'protocol-error', 2 * trace.time, tuple) };
    }
    if (request.tls !== undefined)
      trace.step('tls.handshake', 'tls', place, 'forward', way.tuple, 1.6, {
        facts: { serverName: request.tls.serverName },
      });
    let reply: AppReply | undefined;
    if (request.request !== undefined) {
      const asked: AppRequest =
        request.request.kind === 'http' && request.tls !== undefined
          ? { ...request.request, tls: { serverName: request.tls.serverName } }
          : request.request;
      reply = listener.serve(asked, {
        address: way.tuple.src,
        port: way.tuple.srcPort,
        local: { address: way.tuple.dst, port: way.tuple.dstPort },
        tuple: way.tuple,
      });
    }
    const status =
      reply?.kind === 'http' ? `${reply.status}${reply.reason === undefined ? '' : ` ${reply.reason}`}` : undefined;
    const forward = trace.time;
    const server = { ...this.podFact(way.namespace) };
    if (reply?.kind === 'close')
      trace.step('server.close', 'server', place, 'reject', way.tuple, COST.server + (reply.delay ?? 0), {
        ...server,
        facts: { program: listener.program },
      });
    else if (reply?.kind === 'dns') {
      const answer = reply.answers.map((each) => each.value).join(', ');
      const query = request.request?.kind === 'dns' ? request.request.name : '';
      if (reply.rcode === 'NOERROR')
        trace.step('dns.answer', 'coredns', place, 'answer', way.tuple, COST.server, {
          ...server,
          facts: { query, answer },
        });
      else
        trace.step('dns.nxdomain', 'coredns', place, 'reject', way.tuple, COST.server, {
          ...server,
          facts: { query, rcode: reply.rcode },
        });
    } else
      trace.step('server.answer', 'server', place, 'answer', way.tuple, COST.server + (reply?.delay ?? 0), {
        ...server,
        facts: { program: listener.program, ...(status === undefined ? {} : { status }) },
      });
    trace.turn();
    trace.time += Math.max(0, forward - COST.stack);
    way.back?.();
    const back: Tuple = { src: tuple.dst, srcPort: tuple.dstPort, dst: tuple.src, dstPort: tuple.srcPort };
    if (reply?.kind === 'dns') {
      const query = request.request?.kind === 'dns' ? request.request.name : '';
      trace.step('dns.receive', 'resolver', from.place, reply.rcode === 'NOERROR' ? 'answer' : 'reject', back, 0, {
        facts: { query, answer: reply.answers.map((each) => each.value).join(', ') },
      });
    } else
      trace.step(
        'client.receive',
        'client',
        from.place,
        'answer',
        back,
        0,
        status === undefined ? {} : { facts: { status } },
      );
    const outcome: Outcome =
      reply?.kind === 'close'
        ? 'empty-reply'
        : reply?.kind === 'dns' && reply.rcode === 'NXDOMAIN'
          ? 'no-such-host'
          : 'ok';
    const certificate = request.tls === undefined ? undefined : listener.tls?.certificatePem;
    return {
      trace: this.record(trace, head(), outcome, trace.time, tuple),
      ...(reply === undefined ? {} : { reply }),
      ...(certificate === undefined ? {} : { serverCertificatePem: certificate }),
    };
  }

  /** The packet's way from a namespace to whoever accepts it, hop by hop, with every rewrite. */
  private travel(
    from: NetworkNamespace,
    protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP',
    tuple: Tuple,
    trace: TraceBuilder,
  ): Delivery {
    const { dst } = tuple;
    if (!from.up) return { kind: 'failed', outcome: 'unreachable', wait: 0 };
    if (
      dst.startsWith('127.') ||
      from.interfaces.some(
        (each) => each.address === dst && !(from.place.at === 'node' && this.hasRule(from, protocol, tuple)),
      )
    ) {
      trace.step('local.deliver', 'routing', from.place, 'forward', tuple, COST.stack, { facts: { address: dst } });
      return { kind: 'arrived', namespace: from, tuple, back: undefined };
    }
    if (from.place.at === 'laptop' || from.place.at === 'internet')
      return this.fromOutside(from, protocol, tuple, trace);
    const node = from.place.at === 'pod' || from.place.at === 'node' ? from.place.node : '';
    const host = this.hosts.get(node);
    if (host === undefined) return { kind: 'failed', outcome: 'unreachable', wait: 0 };
    const rules = this.proxies.rules(node);
    const rule =
      protocol === 'ICMP'
        ? undefined
        : (rules.find(protocol, dst, tuple.dstPort) ??
          (this.isNodeAddress(host, dst) ? rules.findNodePort(protocol, tuple.dstPort) : undefined));
    if (rule !== undefined)
      return this.viaService(host, from, rule, tuple, trace, dst === rule.clusterIP ? 'internal' : 'external');
    return this.route(host, from, protocol, tuple, trace);
  }

  private hasRule(from: NetworkNamespace, protocol: string, tuple: Tuple): boolean {
    return (
      from.place.at === 'node' &&
      this.proxies.rules(from.place.node).findNodePort(protocol, tuple.dstPort) !== undefined
    );
  }

  private isNodeAddress(host: Host, address: string): boolean {
    return host.namespace.interfaces.some((each) => each.address === address);
  }

  /** At a node's rules: an endpoint is chosen and the destination rewritten, or the packet rejected. */
  private viaService(
    host: Host,
    from: NetworkNamespace,
    rule: ServicePortRule,
    tuple: Tuple,
    trace: TraceBuilder,
    side: 'internal' | 'external',
  ): Delivery {
    const place: Place = { at: 'rules', node: host.spec.name };
    const local = side === 'internal' ? rule.internalLocal : rule.externalLocal;
    const candidates = local ? rule.usable.filter((endpoint) => endpoint.node === host.spec.name) : rule.usable;
    if (candidates.length === 0) {
      const object = { ...rule.service, fieldPath: 'spec.selector' };
      if (local && rule.usable.length > 0) {
        trace.step('proxy.drop', 'kube-proxy', place, 'drop', tuple, COST.rules, {
          object,
          rule: `-A KUBE-SERVICES -d ${rule.clusterIP}/32 ... -j DROP`,
        });
        return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
      }
      trace.step('proxy.reject', 'kube-proxy', place, 'reject', tuple, COST.rules, {
        object,
        rule: `-A KUBE-SERVICES -d ${rule.clusterIP}/32 -p ${rule.protocol.toLowerCase()} -m comment --comment "${rule.name} has no endpoints" --dport ${rule.port} -j REJECT`,
        facts: { comment: `${rule.name} has no endpoints` },
      });
      return { kind: 'failed', outcome: 'refused', wait: 0, rule };
    }
    const endpoint = this.choose(host, rule, candidates, tuple.src);
    // A packet that comes from outside the pods, or back to the pod that sent it, must return by this node: it gets the node's address.
    const hairpin = endpoint.address === tuple.src;
    const masquerade = side === 'external' || hairpin;
    const source = masquerade
      ? inRange(endpoint.address, host.spec.podCIDR)
        ? (host.namespace.interfaces[1]?.address ?? host.spec.internalIP)
        : host.spec.internalIP
      : tuple.src;
    const after: Tuple = {
      src: local && side === 'external' ? tuple.src : source,
      srcPort: tuple.srcPort,
      dst: endpoint.address,
      dstPort: endpoint.port,
    };
    trace.step('proxy.dnat', 'kube-proxy', place, 'rewrite', tuple, COST.rules, {
      after,
      rewrite: 'DNAT',
      object: rule.service,
      rule: `-A KUBE-SVC-... -m statistic --mode random --probability ${(1 / candidates.length).toFixed(11)} -j KUBE-SEP-...`,
      facts: {
        probability: (1 / candidates.length).toFixed(2),
        endpoints: String(candidates.length),
        endpoint: `${endpoint.address}:${endpoint.port}`,
      },
    });
    const way = this.route(host, from, rule.protocol, after, trace);
    if (way.kind === 'failed') return { ...way, rule, endpoint };
    return {
      ...way,
      rule,
      endpoint,
      back: () => {
        const arriving: Tuple = {
          src: endpoint.address,
          srcPort: endpoint.port,
          dst: after.src,
          dstPort: after.srcPort,
        };
        const restored: Tuple = { src: tuple.dst, srcPort: tuple.dstPort, dst: tuple.src, dstPort: tuple.srcPort };
        trace.step('proxy.restore', 'kube-proxy', place, 'rewrite', arriving, COST.rules, {
          after: restored,
          rewrite: 'SNAT',
          object: rule.service,
        });
      },
    };
  }

  /** The cascade of probabilities of the KUBE-SVC chain comes out even; session affinity asks the recent list first. */
  private choose(
    host: Host,
    rule: ServicePortRule,
    candidates: readonly ProxyEndpoint[],
    client: string,
  ): ProxyEndpoint {
    if (rule.affinitySeconds !== undefined) {
      const rules = this.proxies.rules(host.spec.name);
      const key = `${rule.name}/${client}`;
      const recent = rules.affinity.get(key);
      const still =
        recent === undefined
          ? undefined
          : candidates.find((each) => each.address === recent.endpoint.address && each.port === recent.endpoint.port);
      const chosen =
        still !== undefined && recent !== undefined && this.sim.now() - recent.at <= rule.affinitySeconds * 1000
          ? still
          : (candidates[this.random.below(candidates.length)] as ProxyEndpoint);
      rules.affinity.set(key, { endpoint: chosen, at: this.sim.now() });
      return chosen;
    }
    return candidates[this.random.below(candidates.length)] as ProxyEndpoint;
  }

  /** From a node onwards, no rule left to apply. */
  private route(host: Host, from: NetworkNamespace, protocol: string, tuple: Tuple, trace: TraceBuilder): Delivery {
    const { dst } = tuple;
    const bridge: Place = { at: 'bridge', node: host.spec.name };
    const target = this.byAddress.get(dst);
    const destination = [...this.hosts.values()].find(
      (each) => this.isNodeAddress(each, dst) || inRange(dst, each.spec.podCIDR),
    );
    if (destination === undefined) return this.leaveCluster(host, tuple, protocol, trace);
    if (destination === host) {
      if (target === undefined) {
        trace.step('host.none', 'bridge', bridge, 'drop', tuple, COST.bridge, { facts: { address: dst } });
        return { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR };
      }
      if (from !== host.namespace || target !== host.namespace)
        trace.step('bridge.cross', 'bridge', bridge, 'forward', tuple, COST.bridge, {
          facts: { node: host.spec.name },
        });
      return { kind: 'arrived', namespace: target, tuple, back: undefined };
    }
    trace.step('route.out', 'routing', { at: 'door', node: host.spec.name }, 'forward', tuple, COST.wire, {
      facts: { cidr: destination.spec.podCIDR, via: destination.spec.internalIP, to: destination.spec.name },
    });
    if (!destination.power) {
      trace.step('node.dark', 'wire', { at: 'door', node: destination.spec.name }, 'drop', tuple, 0, {
        facts: { node: destination.spec.name },
        object: { kind: 'Node', name: destination.spec.name },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    // A node's own address may carry a NodePort there.
    const nodePort =
      this.isNodeAddress(destination, dst) && protocol !== 'ICMP'
        ? this.proxies.rules(destination.spec.name).findNodePort(protocol, tuple.dstPort)
        : undefined;
    if (nodePort !== undefined) return this.viaService(destination, from, nodePort, tuple, trace, 'external');
    trace.step('route.in', 'bridge', { at: 'door', node: destination.spec.name }, 'forward', tuple, COST.bridge, {
      facts: { node: destination.spec.name },
    });
    if (target === undefined) {
      trace.step('host.none', 'bridge', { at: 'bridge', node: destination.spec.name }, 'drop', tuple, COST.bridge, {
        facts: { address: dst },
      });
      return { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR };
    }
    return { kind: 'arrived', namespace: target, tuple, back: undefined };
  }

  /** An address that is neither a node's nor a pod's: a ClusterIP that no rule matches, or somewhere on the internet. */
  private leaveCluster(host: Host, tuple: Tuple, protocol: string, trace: TraceBuilder): Delivery {
    const door: Place = { at: 'door', node: host.spec.name };
    const known = this.proxies.rules(host.spec.name).forAddress(tuple.dst);
    if (protocol === 'ICMP' && known !== undefined) {
      trace.step('icmp.unowned', 'routing', { at: 'rules', node: host.spec.name }, 'drop', tuple, 0, {
        object: { ...known.service, fieldPath: 'spec.clusterIP' },
        facts: { service: known.name },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule: known };
    }
    const external = this.byExternal.get(tuple.dst);
    if (external !== undefined) return this.toExternalAddress(external, protocol, tuple, trace);
    trace.step('route.lost', 'routing', door, 'drop', tuple, 0, {
      facts: { cidr: inRange(tuple.dst, this.flavour.serviceCIDR) ? this.flavour.serviceCIDR : '0.0.0.0/0' },
      ...(known === undefined ? {} : { object: { ...known.service, fieldPath: 'spec.ports' } }),
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, ...(known === undefined ? {} : { rule: known }) };
  }

  private fromOutside(_from: NetworkNamespace, protocol: string, tuple: Tuple, trace: TraceBuilder): Delivery {
    const host = this.byExternal.get(tuple.dst);
    if (host !== undefined) return this.toExternalAddress(host, protocol, tuple, trace);
    const balanced = this.balancerRule(protocol, tuple);
    if (balanced !== undefined) return this.viaBalancer(balanced, tuple, trace);
    trace.step('route.none', 'routing', { at: 'internet' }, 'drop', tuple, 0, {
      facts: { cidr: privateRange(tuple.dst) },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }

  /** A node's public address: the cloud turns it into the internal one. */
  private toExternalAddress(host: Host, protocol: string, tuple: Tuple, trace: TraceBuilder): Delivery {
    const inside: Tuple = { ...tuple, dst: host.spec.internalIP };
    trace.step('cloud.nat', 'cloud', { at: 'internet' }, 'rewrite', tuple, COST.internet, {
      after: inside,
      rewrite: '1:1',
      facts: { node: host.spec.name },
    });
    if (!host.power) {
      trace.step('node.dark', 'wire', { at: 'door', node: host.spec.name }, 'drop', inside, 0, {
        facts: { node: host.spec.name },
        object: { kind: 'Node', name: host.spec.name },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    const rule =
      protocol === 'ICMP' ? undefined : this.proxies.rules(host.spec.name).findNodePort(protocol, inside.dstPort);
    if (rule !== undefined) return this.viaService(host, host.namespace, rule, inside, trace, 'external');
    return { kind: 'arrived', namespace: host.namespace, tuple: inside, back: undefined };
  }

  private balancerRule(protocol: string, tuple: Tuple): ServicePortRule | undefined {
    for (const host of this.hosts.values()) {
      const rule = host.power ? this.proxies.rules(host.spec.name).find(protocol, tuple.dst, tuple.dstPort) : undefined;
      if (rule?.loadBalancerIPs.includes(tuple.dst) === true) return rule;
    }
    return undefined;
  }

  /** The balancer sends to a node that passes its health checks; there the Service's rules for the same address apply. */
  private viaBalancer(rule: ServicePortRule, tuple: Tuple, trace: TraceBuilder): Delivery {
    const healthy = [...this.hosts.values()].filter(
      (host) => host.power && (!rule.externalLocal || rule.usable.some((endpoint) => endpoint.node === host.spec.name)),
    );
    const place: Place = { at: 'loadbalancer', namespace: rule.service.namespace ?? '', service: rule.service.name };
    const host = healthy[healthy.length === 0 ? 0 : this.random.below(healthy.length)];
    if (host === undefined) {
      trace.step('cloud.balance', 'loadbalancer', place, 'drop', tuple, 0, { object: rule.service });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
    }
    trace.step('cloud.balance', 'loadbalancer', place, 'forward', tuple, COST.internet, {
      object: rule.service,
      facts: { node: host.spec.name },
    });
    return this.viaService(host, host.namespace, rule, tuple, trace, 'external');
  }

  private fail(
    trace: TraceBuilder,
    from: NetworkNamespace,
    options: ExchangeOptions,
    way: Extract<Delivery, { kind: 'failed' }>,
    purpose: Trace['purpose'],
    tuple: Tuple,
  ): Trace {
    trace.turn();
    const time = trace.time;
    if (way.outcome === 'timeout') trace.time = way.wait;
    else trace.time = time * 2 + (way.outcome === 'unreachable' ? way.wait : 0);
    const code =
      way.outcome === 'refused'
        ? 'client.refused'
        : way.outcome === 'unreachable'
          ? 'client.unreachable'
          : 'client.timeout';
    const back: Tuple = { src: tuple.dst, srcPort: tuple.dstPort, dst: tuple.src, dstPort: tuple.srcPort };
    trace.step(code, 'client', from.place, way.outcome === 'timeout' ? 'drop' : 'reject', back, 0);
    return this.record(
      trace,
      this.head(from, options, purpose, way.rule, way.endpoint?.pod),
      way.outcome,
      way.outcome === 'timeout' ? way.wait : trace.time,
      tuple,
    );
  }

  private head(
    from: NetworkNamespace,
    options: ExchangeOptions,
    purpose: Trace['purpose'],
    rule: ServicePortRule | undefined,
    endpoint: ObjectRef | undefined,
  ) {
    return {
      id: this.nextTrace++,
      at: this.sim.now(),
      group: options.group ?? this.newGroup(),
      purpose,
      target: options.target,
      source: from.place,
      program: options.program,
      ...(rule === undefined ? {} : { service: rule.service }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  }

  private record(
    builder: TraceBuilder,
    head: ReturnType<ClusterNetwork['head']>,
    outcome: Outcome,
    duration: number,
    tuple: Tuple,
  ): Trace {
    const trace = builder.finish(head, outcome, duration, () => explain(this, trace, tuple));
    const probe = trace.purpose === 'probe';
    if (!probe) {
      this.ring.push(trace);
      if (this.ring.length > 2 * RING) this.ring.splice(0, RING);
    }
    for (const { listener, probes } of this.listeners) if (!probe || probes) listener(trace);
    return trace;
  }

  private refOf(namespace: NetworkNamespace): ObjectRef | undefined {
    const { place } = namespace;
    if (place.at === 'pod') return { kind: 'Pod', name: place.pod, namespace: place.namespace };
    return place.at === 'node' ? { kind: 'Node', name: place.node } : undefined;
  }

  private podFact(namespace: NetworkNamespace): { object?: ObjectRef } {
    const ref = this.refOf(namespace);
    return ref === undefined ? {} : { object: ref };
  }

  private sourceAddress(from: NetworkNamespace, to: string): string {
    if (to.startsWith('127.')) return '127.0.0.1';
    // A node speaks to its own pods from the bridge's address.
    const bridge = from.interfaces[1];
    if (bridge !== undefined && inRange(to, `${bridge.address}/${bridge.prefixLength}`)) return bridge.address;
    return from.address ?? '0.0.0.0';
  }

  private resolverOf(pod: Pod) {
    const { dnsPolicy = 'ClusterFirst', dnsConfig } = pod.spec ?? {};
    const namespace = pod.metadata?.namespace ?? 'default';
    const base =
      dnsPolicy === 'ClusterFirst' || dnsPolicy === 'ClusterFirstWithHostNet'
        ? {
            nameservers: [this.flavour.dnsIP],
            search: [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'],
            ndots: 5,
          }
        : { nameservers: dnsPolicy === 'None' ? [] : ['169.254.169.254'], search: [], ndots: 1 };
    const ndots = dnsConfig?.options?.find((option) => option.name === 'ndots')?.value;
    return {
      nameservers: [...base.nameservers, ...(dnsConfig?.nameservers ?? [])],
      search: [...base.search, ...(dnsConfig?.searches ?? [])],
      ndots: ndots === undefined ? base.ndots : Number(ndots),
    };
  }

  /** Every node runs an ssh server; pods do not. */
  private openSsh(namespace: NetworkNamespace): void {
    namespace.listen({
      protocol: 'TCP',
      address: '0.0.0.0',
      port: 22,
      program: 'sshd',
      serve: () => ({ kind: 'raw', data: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u6\r\n' }),
    });
    namespace.listen({
      protocol: 'TCP',
      address: '0.0.0.0',
      port: 10250,
      program: 'kubelet',
      serve: () => ({ kind: 'close' }),
    });
  }

  private newMac(): string {
    const n = this.mac++;
    return `0a:58:0a:f4:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
  }
}

function purposeOf(request: ConnectRequest): Trace['purpose'] {
  if (request.request?.kind === 'dns') return 'dns';
  if (request.tls !== undefined) return 'https';
  if (request.request?.kind === 'http') return 'http';
  return request.protocol === 'UDP' ? 'udp' : 'tcp';
}

function privateRange(address: string): string {
  if (address.startsWith('10.')) return '10.0.0.0/8';
  if (address.startsWith('192.168.')) return '192.168.0.0/16';
  return /^172\.(1[6-9]|2\d|3[01])\./.test(address) ? '172.16.0.0/12' : '0.0.0.0/0';
}
