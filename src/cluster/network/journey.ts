import type { Random } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { ObjectRef } from '../api/types.ts';
import type { Flavour } from '../flavours/flavour.ts';
import type { KnownStepCode } from './codes.ts';
import type { DockerHost } from './docker-host.ts';
import { enterDocker, leaveDocker, ownPort, type Passage } from './docker-way.ts';
import { type AddressBook, type Host, isOwn } from './hosts.ts';
import { Cidr, inRange } from './ipam.ts';
import type { NetworkNamespace, TransportProtocol } from './namespace.ts';
import type { NetworkPolicies, PolicyDirection } from './policy.ts';
import { chainsOf, endpointChain, probability } from './proxy/chains.ts';
import { ruleText } from './proxy/iptables-text.ts';
import type { KubeProxies } from './proxy/kube-proxy.ts';
import type { ProxyEndpoint, ServicePortRule } from './proxy/service-port.ts';
import { balance, blocked, blockedNodePort, blockedWords, guarded, PRIVATE_RANGES } from './proxy/tables.ts';
import type { Component, Outcome, Place, TraceStep, Tuple } from './trace.ts';
import type { TraceBuilder } from './trace-builder.ts';

/** Costs of the parts of a way, in virtual milliseconds. */
export const COST = { stack: 0.1, rules: 0.2, bridge: 0.3, wire: 0.3, internet: 18, server: 0.12 } as const;

/** How long Linux tries: SYN with six retries, and ARP until it gives up, in virtual milliseconds. */
export const SYN_TIMEOUT = 130_290;
export const NO_NEIGHBOUR = 3_062;

/** A neighbour that has gone dark is believed in for so long (reachable time, then probes): packets to it just vanish. */
const NEIGHBOUR_BELIEVED = 35_000;

/** A load balancer takes a node out after so long without a passed health check. */
const HEALTH_CHECK_DELAY = 16_000;

/** Where a packet ended up. */
export type Delivery =
  | {
      readonly kind: 'arrived';
      readonly namespace: NetworkNamespace;
      readonly tuple: Tuple;
      readonly rule?: ServicePortRule;
      readonly endpoint?: ProxyEndpoint;
    }
  | {
      readonly kind: 'failed';
      readonly outcome: Outcome;
      /** Virtual ms after which the client knows, beyond what the packets take; for a timeout: until it gives up. */
      readonly wait: number;
      readonly rule?: ServicePortRule;
      readonly endpoint?: ProxyEndpoint;
      /** Who sent the ICMP error, if anybody did. */
      readonly reporter?: string;
    };

/** What journeys need to know of the world. */
export interface Terrain {
  readonly sim: Simulation;
  readonly flavour: Flavour;
  readonly book: AddressBook;
  readonly proxies: KubeProxies;
  readonly random: Random;
  readonly podRange: Cidr;
  readonly policies: NetworkPolicies;
  /** Plain Docker hosts by name, and by the address of their eth0. */
  readonly docker: ReadonlyMap<string, DockerHost>;
  /** A Service whose load balancer is known by this address though no node's rules know it (a cloud's proxying balancer). */
  balancer(address: string): ObjectRef | undefined;
}

/** A rewrite that the reply has to undo. */
export interface Undo {
  readonly code: KnownStepCode;
  readonly component: Component;
  readonly place: Place;
  readonly rewrite: NonNullable<TraceStep['rewrite']>;
  /** As the packet was before. */
  readonly tuple: Tuple;
  readonly object?: ObjectRef;
  readonly cost: number;
}

const PRIVATE = PRIVATE_RANGES.map((range) => new Cidr(range));

/** One packet's way from its sender to whoever accepts it, and back. */
export class Journey {
  /** How many routers it passed: what lowers its TTL. */
  routers = 0;
  private readonly undo: Undo[] = [];
  private readonly terrain: Terrain;
  private readonly trace: TraceBuilder;
  private readonly protocol: TransportProtocol | 'ICMP';
  private sender: NetworkNamespace | undefined;
  /** Whether the packet has passed what its own pod lets out. */
  private left = false;

  constructor(terrain: Terrain, trace: TraceBuilder, protocol: TransportProtocol | 'ICMP') {
    this.terrain = terrain;
    this.trace = trace;
    this.protocol = protocol;
  }

  /** The way out. */
  travel(from: NetworkNamespace, tuple: Tuple): Delivery {
    const { dst } = tuple;
    const { place } = from;
    this.sender = from;
    if (!from.up) return { kind: 'failed', outcome: 'unreachable', wait: 0 };
    const host = 'node' in place ? this.terrain.book.hosts.get(place.node) : undefined;
    const docker = 'node' in place ? this.terrain.docker.get(place.node) : undefined;
    if (dst.startsWith('127.') || from.interfaces.some((each) => each.address === dst)) {
      const rule = place.at === 'node' && host !== undefined ? this.nodePort(host, tuple) : undefined;
      if (rule !== undefined && host !== undefined) return this.atRules(host, rule, tuple, 'external');
      const taken = docker?.namespace === from ? ownPort(docker, tuple, this.passage(), byLoopback(dst)) : undefined;
      if (taken?.kind === 'arrived' && taken.namespace !== from) return taken;
      this.trace.step('local.deliver', 'routing', place, 'forward', tuple, COST.stack, { facts: { address: dst } });
      return { kind: 'arrived', namespace: from, tuple };
    }
    if (docker !== undefined) return leaveDocker(docker, from, tuple, this.passage());
    if (host === undefined) return this.fromOutside(tuple);
    const rules = this.terrain.proxies.rules(host.spec.name);
    const rule = this.protocol === 'ICMP' ? undefined : rules.find(this.protocol, dst, tuple.dstPort);
    if (rule !== undefined) return this.atRules(host, rule, tuple, dst === rule.clusterIP ? 'internal' : 'external');
    const nodePort = isOwn(host, dst) ? this.nodePort(host, tuple) : undefined;
    if (nodePort !== undefined) return this.atRules(host, nodePort, tuple, 'external');
    return this.route(host, tuple);
  }

  /** The way back of a reply to what arrived with `tuple`: undoes every rewrite, last first. The tuple that the client sees. */
  restore(tuple: Tuple): Tuple {
    let now = reverse(tuple);
    for (const step of this.undo.reverse()) {
      const after = reverse(step.tuple);
      this.trace.step(step.code, step.component, step.place, 'rewrite', now, step.cost, {
        after,
        rewrite: step.rewrite,
        ...(step.object === undefined ? {} : { object: step.object }),
      });
      now = after;
    }
    return now;
  }

  private passage(): Passage {
    return {
      trace: this.trace,
      protocol: this.protocol,
      dockerHost: (address) => this.terrain.docker.get(address),
      undo: (step) => this.undo.push(step),
      beyond: (tuple) => {
        this.routers += 9;
        return this.fromOutside(tuple);
      },
    };
  }

  private nodePort(host: Host, tuple: Tuple): ServicePortRule | undefined {
    return this.protocol === 'ICMP'
      ? undefined
      : this.terrain.proxies.rules(host.spec.name).findNodePort(this.protocol, tuple.dstPort);
  }

  /** At a node's rules for a Service: an endpoint is chosen and the destination rewritten, or nothing goes on. */
  private atRules(host: Host, rule: ServicePortRule, tuple: Tuple, side: 'internal' | 'external'): Delivery {
    const { trace } = this;
    const node = host.spec.name;
    const place: Place = { at: 'rules', node };
    const rules = this.terrain.proxies.rules(node);
    const { cluster, local, any } = rule.reachable(node);
    const fromPod = this.terrain.podRange.has(tuple.src);
    const fromHere = tuple.src.startsWith('127.') || isOwn(host, tuple.src);
    if (side === 'external' && guarded(rule) && rule.loadBalancerIPs.includes(tuple.dst)) {
      if (!rule.sourceRanges.some((range) => inRange(tuple.src, range))) {
        trace.step('proxy.firewall', 'kube-proxy', place, 'drop', tuple, COST.rules, {
          object: { ...rule.service, fieldPath: 'spec.loadBalancerSourceRanges' },
          facts: { service: rule.name, ranges: rule.sourceRanges.join(', ') },
        });
        return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
      }
    }
    // Pods and the node itself go to all endpoints even where the policy says Local: as if they came back from outside.
    const onlyLocal = side === 'internal' ? rule.internalLocal : rule.externalLocal && !fromPod && !fromHere;
    const candidates = onlyLocal ? local : cluster;
    const counted = rules.counters(rule);
    if (candidates.length === 0) {
      counted.rejected++;
      const text =
        isOwn(host, tuple.dst) || tuple.dst.startsWith('127.')
          ? `-A KUBE-EXTERNAL-SERVICES ${ruleText(blockedNodePort(rule, any))}`
          : `-A ${side === 'internal' ? 'KUBE-SERVICES' : 'KUBE-EXTERNAL-SERVICES'} ${ruleText(blocked(rule, any, tuple.dst))}`;
      const facts = { service: rule.name, comment: blockedWords(rule, any), node };
      if (any) {
        const fieldPath = side === 'internal' ? 'spec.internalTrafficPolicy' : 'spec.externalTrafficPolicy';
        const object = { ...rule.service, fieldPath };
        trace.step('proxy.drop', 'kube-proxy', place, 'drop', tuple, COST.rules, { object, rule: text, facts });
        return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
      }
      const object = { ...rule.service, fieldPath: 'spec.selector' };
      trace.step('proxy.reject', 'kube-proxy', place, 'reject', tuple, COST.rules, { object, rule: text, facts });
      return { kind: 'failed', outcome: 'refused', wait: 0, rule, reporter: tuple.dst };
    }
    const { index, sticky } = this.choose(host, rule, candidates, tuple.src);
    const endpoint = candidates[index] as ProxyEndpoint;
    const key = `${endpoint.address}:${endpoint.port}`;
    counted[side]++;
    counted.endpoints.set(key, (counted.endpoints.get(key) ?? 0) + 1);
    const marked = side === 'internal' ? !fromPod : !(rule.externalLocal && !fromHere);
    const masquerade = marked || endpoint.address === tuple.src;
    if (masquerade) counted.masqueraded++;
    const src = masquerade ? this.masqueradeAddress(host, endpoint.address, tuple.src) : tuple.src;
    const after: Tuple = { src, srcPort: tuple.srcPort, dst: endpoint.address, dstPort: endpoint.port };
    const chance = probability(index, candidates.length);
    trace.step('proxy.dnat', 'kube-proxy', place, 'rewrite', tuple, COST.rules, {
      after,
      rewrite: 'DNAT',
      object: rule.service,
      rule: this.balanceText(rule, candidates, index, onlyLocal),
      facts: {
        service: rule.name,
        chain: onlyLocal ? chainsOf(rule).local : chainsOf(rule).cluster,
        endpointChain: endpointChain(rule, endpoint),
        endpoint: key,
        endpoints: String(candidates.length),
        ...(chance === undefined ? {} : { probability: chance }),
        ...(sticky ? { affinity: String(rule.affinitySeconds) } : {}),
        ...(src === tuple.src ? {} : { masquerade: src }),
        ...(endpoint.terminating ? { terminating: 'true' } : {}),
      },
    });
    this.undo.push({
      code: 'proxy.restore',
      component: 'kube-proxy',
      place,
      rewrite: 'SNAT',
      tuple,
      object: rule.service,
      cost: COST.rules,
    });
    const way = this.route(host, after);
    return { ...way, rule, endpoint };
  }

  private balanceText(
    rule: ServicePortRule,
    candidates: readonly ProxyEndpoint[],
    index: number,
    local: boolean,
  ): string {
    let texts = BALANCE_TEXTS.get(candidates);
    if (texts === undefined) {
      texts = [];
      BALANCE_TEXTS.set(candidates, texts);
    }
    const { cluster, local: localChain } = chainsOf(rule);
    texts[index] ??= `-A ${local ? localChain : cluster} ${ruleText(balance(rule, candidates, index))}`;
    return texts[index];
  }

  /** MASQUERADE takes the address of the interface by which the packet leaves. */
  private masqueradeAddress(host: Host, to: string, from: string): string {
    if (isOwn(host, to)) return from;
    return host.podRange.has(to) ? host.gateway : host.spec.internalIP;
  }

  /**
   * The cascade of probabilities in a KUBE-SVC chain gives every endpoint the same chance, so one draw decides; session affinity asks
   * the `recent` list first.
   */
  private choose(
    host: Host,
    rule: ServicePortRule,
    candidates: readonly ProxyEndpoint[],
    client: string,
  ): { index: number; sticky: boolean } {
    if (rule.affinitySeconds === undefined)
      return { index: candidates.length === 1 ? 0 : this.terrain.random.below(candidates.length), sticky: false };
    const rules = this.terrain.proxies.rules(host.spec.name);
    const now = this.terrain.sim.now();
    const before = rules.remembered(rule, client, now);
    const kept = before === undefined ? -1 : candidates.findIndex((each) => `${each.address}:${each.port}` === before);
    const index = kept >= 0 ? kept : this.terrain.random.below(candidates.length);
    const chosen = candidates[index] as ProxyEndpoint;
    rules.remember(rule, client, `${chosen.address}:${chosen.port}`, now);
    return { index, sticky: kept >= 0 };
  }

  /** From a node onwards, with no Service's rule left to apply. */
  private route(host: Host, tuple: Tuple): Delivery {
    if (!this.left && this.sender?.place.at === 'pod') {
      this.left = true;
      const denied = this.denied('egress', this.sender, tuple, host);
      if (denied !== undefined) return denied;
    }
    const { dst } = tuple;
    const { book } = this.terrain;
    const destination = book.hostFor(dst);
    const target = book.ownerOf(dst);
    if (destination === host) return this.deliver(host, tuple, target, false);
    if (destination === undefined) {
      if (target?.place.at === 'wire') {
        this.out(host, tuple, { cidr: this.terrain.flavour.nodeNetwork, to: target.hostname });
        return target.up
          ? { kind: 'arrived', namespace: target, tuple }
          : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
      }
      return this.leave(host, tuple, target);
    }
    this.routers++;
    const toPod = destination.podRange.has(dst);
    this.out(host, tuple, {
      cidr: toPod ? destination.podRange.text : this.terrain.flavour.nodeNetwork,
      ...(toPod ? { via: destination.spec.internalIP } : {}),
      to: destination.spec.name,
    });
    if (!destination.power) return this.intoTheDark(host, destination, tuple);
    return this.enter(destination, tuple, target);
  }

  private out(host: Host, tuple: Tuple, facts: Readonly<Record<string, string>>): void {
    const { cidr, via } = facts;
    this.trace.step('route.out', 'routing', { at: 'door', node: host.spec.name }, 'forward', tuple, COST.wire, {
      ...(via === undefined ? {} : { rule: `${cidr} via ${via} dev eth0` }),
      facts,
    });
  }

  /** In by a node's door: to a pod, or to the node itself, where a port may be a Service's. */
  private enter(host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery {
    const rule = isOwn(host, tuple.dst) ? this.nodePort(host, tuple) : undefined;
    if (rule !== undefined) return this.atRules(host, rule, tuple, 'external');
    const place: Place = { at: 'door', node: host.spec.name };
    this.trace.step('route.in', 'bridge', place, 'forward', tuple, COST.bridge, { facts: { node: host.spec.name } });
    return this.deliver(host, tuple, target, true);
  }

  /** On its own node: across the bridge to the pod, or up to the node's own sockets. */
  private deliver(host: Host, tuple: Tuple, target: NetworkNamespace | undefined, entered: boolean): Delivery {
    const node = host.spec.name;
    const place: Place = { at: 'bridge', node };
    if (target === undefined || !target.up) {
      const fromPod = host.podRange.has(tuple.src);
      const reporter = entered ? host.spec.internalIP : fromPod ? tuple.src : host.gateway;
      this.trace.step('host.none', 'bridge', place, 'reject', tuple, COST.bridge, {
        facts: { address: tuple.dst, node, reporter },
      });
      return { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR, reporter };
    }
    if (!entered && target !== host.namespace)
      this.trace.step('bridge.cross', 'bridge', place, 'forward', tuple, COST.bridge, { facts: { node } });
    // A node always reaches its own pods, so probes do not depend on policies; and a pod itself, by its Service too.
    if (this.sender !== host.namespace && this.sender !== target) {
      const denied = this.denied('ingress', target, tuple, host);
      if (denied !== undefined) return denied;
    }
    return { kind: 'arrived', namespace: target, tuple };
  }

  /** What NetworkPolicies say of a packet that leaves or enters a pod, at the pod's end on its node's bridge. */
  private denied(direction: PolicyDirection, pod: NetworkNamespace, tuple: Tuple, host: Host): Delivery | undefined {
    const { place } = pod;
    const denial = this.terrain.policies.denial(direction, pod, tuple, this.protocol);
    if (denial === undefined || place.at !== 'pod') return undefined;
    this.trace.step(
      direction === 'ingress' ? 'policy.ingress' : 'policy.egress',
      'networkpolicy',
      { at: 'bridge', node: host.spec.name },
      'drop',
      tuple,
      COST.rules,
      {
        object: denial.object,
        facts: {
          policy: denial.object.name,
          policies: denial.policies.join(', '),
          pod: place.pod,
          address: direction === 'ingress' ? tuple.src : tuple.dst,
          port: String(tuple.dstPort),
          protocol: this.protocol,
        },
      },
    );
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }

  /** The next node has no power. At first packets vanish; once ARP has given up, the sender's own node says so. */
  private intoTheDark(host: Host, destination: Host, tuple: Tuple): Delivery {
    const noticed = this.terrain.sim.now() - destination.darkSince >= NEIGHBOUR_BELIEVED;
    const reporter = this.terrain.podRange.has(tuple.src) ? host.gateway : host.spec.internalIP;
    const node = destination.spec.name;
    const place: Place = { at: 'door', node };
    this.trace.step('node.dark', 'wire', place, noticed ? 'reject' : 'drop', tuple, 0, {
      object: { kind: 'Node', name: node },
      facts: { node, ...(noticed ? { reporter } : {}) },
    });
    return noticed
      ? { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR, reporter }
      : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }

  /** Out of the cluster by the default route: the internet, or nowhere. */
  private leave(host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery {
    const { trace, terrain } = this;
    const node = host.spec.name;
    const known = terrain.proxies.rules(node).forAddress(tuple.dst);
    if (known !== undefined && this.protocol === 'ICMP') {
      trace.step('icmp.unowned', 'routing', { at: 'rules', node }, 'drop', tuple, 0, {
        object: { ...known.service, fieldPath: 'spec.clusterIP' },
        facts: { service: known.name },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule: known };
    }
    const inside = PRIVATE.some((range) => range.has(tuple.dst));
    const external = terrain.book.external(tuple.dst);
    const balanced = terrain.balancer(tuple.dst);
    const docker = terrain.docker.get(tuple.dst);
    if (
      known !== undefined ||
      inside ||
      (target === undefined && external === undefined && balanced === undefined && docker === undefined)
    ) {
      const cidr = inRange(tuple.dst, terrain.flavour.serviceCIDR) ? terrain.flavour.serviceCIDR : '0.0.0.0/0';
      trace.step('route.lost', 'routing', { at: 'door', node }, 'drop', tuple, 0, {
        ...(known === undefined ? {} : { object: { ...known.service, fieldPath: 'spec.ports' } }),
        facts: { cidr, address: tuple.dst, ...(known === undefined ? {} : { service: known.name }) },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, ...(known === undefined ? {} : { rule: known }) };
    }
    let now = tuple;
    if (terrain.podRange.has(tuple.src)) {
      // Pods have no address that the internet knows: they leave under their node's.
      now = { ...tuple, src: host.spec.internalIP };
      const place: Place = { at: 'rules', node };
      trace.step('egress.masquerade', 'routing', place, 'rewrite', tuple, COST.rules, {
        after: now,
        rewrite: 'SNAT',
        rule: '-A IP-MASQ -m comment --comment "ip-masq: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE',
        facts: { node },
      });
      this.undo.push({ code: 'egress.restore', component: 'routing', place, rewrite: 'SNAT', tuple, cost: COST.rules });
    }
    this.out(host, now, { cidr: '0.0.0.0/0', to: 'internet' });
    if (host.spec.externalIP !== undefined) {
      const before = now;
      now = { ...now, src: host.spec.externalIP };
      this.cloud('cloud.egress', before, now, node, 0);
    }
    this.routers += 9;
    if (target !== undefined) return { kind: 'arrived', namespace: target, tuple: now };
    return this.fromOutside(now);
  }

  private cloud(code: 'cloud.nat' | 'cloud.egress', before: Tuple, after: Tuple, node: string, cost: number): void {
    const place: Place = { at: 'internet' };
    this.trace.step(code, 'cloud', place, 'rewrite', before, cost, {
      after,
      rewrite: '1:1',
      object: { kind: 'Node', name: node },
      facts: { node },
    });
    this.undo.push({ code: 'cloud.restore', component: 'cloud', place, rewrite: '1:1', tuple: before, cost });
  }

  /** From the laptop, or from anywhere on the internet. */
  private fromOutside(tuple: Tuple): Delivery {
    const { book } = this.terrain;
    const host = book.external(tuple.dst);
    if (host !== undefined) return this.toNode(host, tuple);
    const balanced = this.balancedRule(tuple);
    if (balanced !== undefined) return this.throughBalancer(balanced, tuple);
    const proxying = this.terrain.balancer(tuple.dst);
    if (proxying !== undefined) return this.throughProxyingBalancer(proxying, tuple);
    const docker = this.terrain.docker.get(tuple.dst);
    if (docker !== undefined) {
      this.trace.time += COST.internet;
      this.routers += 9;
      return enterDocker(docker, tuple, this.passage());
    }
    const target = book.ownerOf(tuple.dst);
    if (target !== undefined && (target.place.at === 'internet' || target.place.at === 'laptop')) {
      this.trace.time += COST.internet;
      this.routers += 9;
      return target.up
        ? { kind: 'arrived', namespace: target, tuple }
        : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    const range = PRIVATE.find((each) => each.has(tuple.dst));
    this.trace.step('route.none', 'routing', { at: 'internet' }, 'drop', tuple, 0, {
      facts: { cidr: range?.text ?? '0.0.0.0/0', address: tuple.dst },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }

  /** A node's public address: the cloud turns it into the internal one. */
  private toNode(host: Host, tuple: Tuple): Delivery {
    const inside: Tuple = { ...tuple, dst: host.spec.internalIP };
    const node = host.spec.name;
    this.trace.time += COST.internet;
    this.cloud('cloud.nat', tuple, inside, node, COST.stack);
    this.routers += 9;
    if (!host.power) {
      this.trace.step('node.dark', 'wire', { at: 'door', node }, 'drop', inside, 0, {
        object: { kind: 'Node', name: node },
        facts: { node },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    if (this.protocol === 'ICMP') return { kind: 'arrived', namespace: host.namespace, tuple: inside };
    return this.enter(host, inside, host.namespace);
  }

  private balancedRule(tuple: Tuple): ServicePortRule | undefined {
    if (this.protocol === 'ICMP') return undefined;
    for (const host of this.terrain.book.hosts.values()) {
      if (!host.power) continue;
      const rule = this.terrain.proxies.rules(host.spec.name).find(this.protocol, tuple.dst, tuple.dstPort);
      if (rule?.loadBalancerIPs.includes(tuple.dst) === true) return rule;
    }
    return undefined;
  }

  /** The nodes that pass the balancer's health checks. Where the policy is Local, only those with an endpoint do. */
  private healthy(rule: ServicePortRule): Host[] {
    const now = this.terrain.sim.now();
    return [...this.terrain.book.hosts.values()].filter(
      (host) =>
        (host.power || now - host.darkSince < HEALTH_CHECK_DELAY) &&
        (!rule.externalLocal || rule.reachable(host.spec.name).local.length > 0),
    );
  }

  private pickNode(rule: ServicePortRule, tuple: Tuple): Host | undefined {
    const hosts = this.healthy(rule);
    const host = hosts.length === 0 ? undefined : hosts[this.terrain.random.below(hosts.length)];
    const { namespace = '', name } = rule.service;
    const place: Place = { at: 'loadbalancer', namespace, service: name };
    this.trace.time += COST.internet;
    this.trace.step('cloud.balance', 'loadbalancer', place, host === undefined ? 'drop' : 'forward', tuple, COST.wire, {
      object: rule.service,
      facts: { healthy: String(hosts.length), ...(host === undefined ? {} : { node: host.spec.name }) },
    });
    return host;
  }

  /** The balancer hands packets on as they are; on the node the Service's rules for the same address apply. */
  private throughBalancer(rule: ServicePortRule, tuple: Tuple): Delivery {
    const host = this.pickNode(rule, tuple);
    if (host === undefined) return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
    this.routers += 9;
    if (!host.power) {
      this.trace.step('node.dark', 'wire', { at: 'door', node: host.spec.name }, 'drop', tuple, 0, {
        object: { kind: 'Node', name: host.spec.name },
        facts: { node: host.spec.name },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
    }
    const here = this.terrain.proxies.rules(host.spec.name).find(rule.protocol, tuple.dst, tuple.dstPort) ?? rule;
    return this.atRules(host, here, tuple, 'external');
  }

  /** A balancer that opens a connection of its own, from its own address, to the node port. */
  private throughProxyingBalancer(service: ObjectRef, tuple: Tuple): Delivery {
    const rule = [...this.terrain.book.hosts.values()]
      .filter((host) => host.power)
      .flatMap((host) => this.terrain.proxies.rules(host.spec.name).all())
      .find(
        (each) => each.service.uid === service.uid && each.port === tuple.dstPort && each.protocol === this.protocol,
      );
    if (rule?.nodePort === undefined) {
      const { namespace = '', name } = service;
      const place: Place = { at: 'loadbalancer', namespace, service: name };
      this.trace.time += COST.internet;
      this.trace.step('cloud.balance', 'loadbalancer', place, 'drop', tuple, 0, {
        object: service,
        facts: { healthy: '0' },
      });
      return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    const host = this.pickNode(rule, tuple);
    if (host === undefined) return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
    const { namespace = '', name } = service;
    const after: Tuple = {
      src: `${host.spec.internalIP.split('.').slice(0, 2).join('.')}.99.17`,
      srcPort: tuple.srcPort,
      dst: host.spec.internalIP,
      dstPort: rule.nodePort,
    };
    const place: Place = { at: 'loadbalancer', namespace, service: name };
    this.trace.step('cloud.proxy', 'loadbalancer', place, 'rewrite', tuple, COST.wire, {
      after,
      rewrite: 'DNAT',
      object: service,
      facts: { node: host.spec.name },
    });
    this.undo.push({
      code: 'cloud.restore',
      component: 'loadbalancer',
      place,
      rewrite: 'SNAT',
      tuple,
      cost: COST.wire,
    });
    return this.atRules(host, rule, after, 'external');
  }
}

/** From 127.0.0.1 no rule applies: the docker-proxy process takes it. */
function byLoopback(address: string): 'rule' | 'proxy' {
  return address.startsWith('127.') ? 'proxy' : 'rule';
}

const BALANCE_TEXTS = new WeakMap<readonly ProxyEndpoint[], string[]>();

/** The tuple of the answer to a packet. */
export function reverse(tuple: Tuple): Tuple {
  return { src: tuple.dst, srcPort: tuple.dstPort, dst: tuple.src, dstPort: tuple.srcPort };
}
