import type { NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { Clients } from '../api/client.ts';
import { labelSelector, type Selector } from '../api/selectors.ts';
import type { KubeObject, LabelSelector, ObjectRef, Pod } from '../api/types.ts';
import { inRange } from './ipam.ts';
import type { NetworkNamespace, TransportProtocol } from './namespace.ts';
import type { Tuple } from './trace.ts';

export type PolicyObject = NetworkPolicy & KubeObject;
export type PolicyDirection = 'ingress' | 'egress';
type PodObject = Pod & KubeObject;
type Spec = NonNullable<NetworkPolicy['spec']>;
type Ingress = NonNullable<Spec['ingress']>[number];
export type PolicyPort = NonNullable<Ingress['ports']>[number];
export type PolicyPeer = NonNullable<Ingress['from']>[number];

/** One rule of a policy, whichever its direction: `from` or `to` as `peers`. */
interface Rule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

/** A policy as it is asked for each packet: its selector is read once. */
interface Compiled {
  readonly object: PolicyObject;
  readonly pods: Selector;
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** The policies that keep a packet from a pod, or from leaving it. */
export interface Denial {
  /** The first of them by name, at the field that names what it lets through. */
  readonly object: ObjectRef;
  /** Names of all policies that isolate the pod in this direction, in order. */
  readonly policies: readonly string[];
}

/**
 * NetworkPolicies as the API's documentation defines them: a pod that no policy selects for a direction lets everything pass; one
 * that is selected lets pass what any of the policies allows. Follows the API, so that a cluster without policies asks nothing of
 * anybody. Replies pass, since a journey is judged on its way out alone.
 */
export class NetworkPolicies {
  private readonly byNamespace = new Map<string, Map<string, Compiled>>();
  private readonly selectors = new WeakMap<LabelSelector, Selector>();
  private readonly clients: Clients;
  private readonly ownerOf: (address: string) => NetworkNamespace | undefined;
  private readonly unwatch: () => void;

  constructor(clients: Clients, ownerOf: (address: string) => NetworkNamespace | undefined) {
    this.clients = clients;
    this.ownerOf = ownerOf;
    this.unwatch = clients.resource<PolicyObject>('networkpolicies', 'networking.k8s.io').watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { namespace = '', name = '' } = event.object.metadata ?? {};
      const known = this.byNamespace.get(namespace) ?? new Map<string, Compiled>();
      if (event.type === 'DELETED') known.delete(name);
      else known.set(name, compile(event.object));
      if (known.size === 0) this.byNamespace.delete(namespace);
      else this.byNamespace.set(namespace, known);
    });
  }

  /** Stops following the API. */
  stop(): void {
    this.unwatch();
  }

  /**
   * Who denies a packet with these addresses (after DNAT) to leave or enter `pod`. Undefined when it may pass: also when `pod` is
   * no pod with a network of its own, and when the other end is the pod itself.
   */
  denial(
    direction: PolicyDirection,
    pod: NetworkNamespace,
    tuple: Tuple,
    protocol: TransportProtocol | 'ICMP',
  ): Denial | undefined {
    const { place } = pod;
    if (this.byNamespace.size === 0 || place.at !== 'pod') return undefined;
    const policies = this.byNamespace.get(place.namespace);
    if (policies === undefined || pod.id.startsWith('docker/')) return undefined;
    const other = direction === 'ingress' ? tuple.src : tuple.dst;
    if (this.ownerOf(other) === pod) return undefined;
    const own = this.podOf(pod);
    if (own === undefined) return undefined;
    const isolating = [...policies.values()].filter(
      (each) => each[direction] !== undefined && each.pods.matches(own.metadata?.labels),
    );
    if (isolating.length === 0) return undefined;
    const owner = this.ownerOf(other);
    const peer = owner === undefined ? undefined : this.podOf(owner);
    const target = direction === 'ingress' ? own : peer;
    const allowed = isolating.some((policy) =>
      policy[direction]?.some(
        ({ peers, ports }) =>
          (ports.length === 0 || ports.some((port) => opens(port, protocol, tuple.dstPort, target))) &&
          (peers.length === 0 || peers.some((each) => this.isPeer(each, place.namespace, other, peer))),
      ),
    );
    if (allowed) return undefined;
    isolating.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const [first] = isolating;
    if (first === undefined) return undefined;
    const { uid } = first.object.metadata ?? {};
    return {
      object: {
        kind: 'NetworkPolicy',
        name: nameOf(first),
        namespace: place.namespace,
        ...(uid === undefined ? {} : { uid }),
        fieldPath: first.object.spec?.[direction] === undefined ? 'spec.policyTypes' : `spec.${direction}`,
      },
      policies: isolating.map(nameOf),
    };
  }

  private isPeer(peer: PolicyPeer, namespace: string, address: string, pod: PodObject | undefined): boolean {
    const { ipBlock, podSelector, namespaceSelector } = peer;
    if (ipBlock)
      return inBlock(address, ipBlock.cidr) && !(ipBlock.except ?? []).some((each) => inBlock(address, each));
    if (pod === undefined) return false;
    const where = pod.metadata?.namespace ?? '';
    if (namespaceSelector) {
      const labels = this.clients.resource('namespaces').find(where)?.metadata?.labels;
      if (!this.selector(namespaceSelector).matches(labels)) return false;
    } else if (where !== namespace) return false;
    return !podSelector || this.selector(podSelector).matches(pod.metadata?.labels);
  }

  private selector(spec: LabelSelector): Selector {
    let known = this.selectors.get(spec);
    if (known === undefined) {
      known = labelSelector(spec);
      this.selectors.set(spec, known);
    }
    return known;
  }

  private podOf({ place, id }: NetworkNamespace): PodObject | undefined {
    return place.at !== 'pod' || id.startsWith('docker/')
      ? undefined
      : this.clients.resource<PodObject>('pods').find(place.pod, place.namespace);
  }
}

function nameOf({ object }: Compiled): string {
  return object.metadata?.name ?? '';
}

function compile(object: PolicyObject): Compiled {
  const { spec } = object;
  const types = spec?.policyTypes ?? [];
  return {
    object,
    pods: labelSelector(spec?.podSelector ?? {}),
    ingress: types.includes('Ingress')
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from ?? [], ports: ports ?? [] }))
      : undefined,
    egress: types.includes('Egress')
      ? (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to ?? [], ports: ports ?? [] }))
      : undefined,
  };
}

/** Whether a rule's port is the packet's. A name is that of a port of a container of the destination. */
function opens(
  { port, endPort, protocol = 'TCP' }: PolicyPort,
  asked: TransportProtocol | 'ICMP',
  number: number,
  target: PodObject | undefined,
): boolean {
  if (protocol !== asked) return false;
  if (port === undefined || port === null) return true;
  if (typeof port === 'number') return endPort ? number >= port && number <= endPort : number === port;
  const containers = target?.spec?.containers ?? [];
  return containers.some((container) =>
    (container.ports ?? []).some(
      (each) => each.name === port && each.containerPort === number && (each.protocol ?? 'TCP') === asked,
    ),
  );
}

/** The network of this cluster speaks IPv4: no address is in a block of IPv6. */
function inBlock(address: string, cidr: string): boolean {
  return !cidr.includes(':') && inRange(address, cidr);
}
