import type { Random } from '../../../sim/random.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import type { ObjectRef } from '../../api/types.ts';
import type { Flavour } from '../../flavours/flavour.ts';
import type { KnownStepCode } from '../codes.ts';
import type { DockerHost } from '../docker-host.ts';
import type { AddressBook, Host } from '../hosts.ts';
import { Cidr } from '../ipam.ts';
import type { NetworkNamespace, TransportProtocol } from '../namespace.ts';
import type { NetworkPolicies } from '../policy.ts';
import type { KubeProxies } from '../proxy/kube-proxy.ts';
import type { ProxyEndpoint, ServicePortRule } from '../proxy/service-port.ts';
import { PRIVATE_RANGES } from '../proxy/tables.ts';
import type { Component, Outcome, Place, TraceStep, Tuple } from '../trace.ts';
import type { TraceBuilder } from '../trace-builder.ts';
import type { Passage } from './docker.ts';

/** Costs of the parts of a way, in virtual milliseconds. */
export const COST = { stack: 0.1, rules: 0.2, bridge: 0.3, wire: 0.3, internet: 18, server: 0.12 } as const;

/** How long Linux tries: SYN with six retries, and ARP until it gives up, in virtual milliseconds. */
export const SYN_TIMEOUT = 130_290;
export const NO_NEIGHBOUR = 3_062;

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

/** Ranges that no router of the internet knows (RFC 1918 and its like). */
export const PRIVATE = PRIVATE_RANGES.map((range) => new Cidr(range));

/** From whose side a Service is asked: by its cluster IP, or by an address that the outside knows. */
export type Side = 'internal' | 'external';

/**
 * One packet under way, as each part of its way sees it: what it has met so far, and where it can go on. The parts lead into each
 * other in any order (a balancer to a node's rules, rules to a route, a route to the internet), so each goes on by the way itself.
 */
export interface Way {
  readonly terrain: Terrain;
  readonly trace: TraceBuilder;
  readonly protocol: TransportProtocol | 'ICMP';
  /** The rewrites on the way out, in order. */
  readonly undo: Undo[];
  /** Who sent it. */
  readonly sender: NetworkNamespace | undefined;
  /** How many routers it passed: what lowers its TTL. */
  routers: number;
  /** Whether the packet has passed what its own pod lets out. */
  left: boolean;
  /** At a node's rules for a Service: an endpoint is chosen and the destination rewritten, or nothing goes on. */
  atRules(host: Host, rule: ServicePortRule, tuple: Tuple, side: Side): Delivery;
  /** From a node onwards, with no Service's rule left to apply. */
  route(host: Host, tuple: Tuple): Delivery;
  /** In by a node's door: to a pod, or to the node itself, where a port may be a Service's. */
  enter(host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery;
  /** From the laptop, or from anywhere on the internet. */
  fromOutside(tuple: Tuple): Delivery;
  /** The way through plain Docker hosts, as part of this one. */
  passage(): Passage;
}

/** The tuple of the answer to a packet. */
export function reverse(tuple: Tuple): Tuple {
  return { src: tuple.dst, srcPort: tuple.dstPort, dst: tuple.src, dstPort: tuple.srcPort };
}
