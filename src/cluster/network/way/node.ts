import type { Host } from '../hosts.ts';
import { isOwn } from '../hosts.ts';
import { inRange } from '../ipam.ts';
import type { NetworkNamespace } from '../namespace.ts';
import type { PolicyDirection } from '../policy.ts';
import type { Place, Tuple } from '../trace.ts';
import { cloud } from './outside.ts';
import { nodePort } from './service.ts';
import { COST, type Delivery, NO_NEIGHBOUR, PRIVATE, SYN_TIMEOUT, type Way } from './way.ts';

/** A neighbour that has gone dark is believed in for so long (reachable time, then probes): packets to it just vanish. */
const NEIGHBOUR_BELIEVED = 35_000;

/** From a node onwards, with no Service's rule left to apply. */
export function route(way: Way, host: Host, tuple: Tuple): Delivery {
  if (!way.left && way.sender?.place.at === 'pod') {
    way.left = true;
    const denial = deniedBy(way, 'egress', way.sender, tuple, host);
    if (denial !== undefined) return denial;
  }
  const { dst } = tuple;
  const { book } = way.terrain;
  const destination = book.hostFor(dst);
  const target = book.ownerOf(dst);
  if (destination === host) return deliver(way, host, tuple, target, false);
  if (destination === undefined) {
    if (target?.place.at === 'wire') {
      out(way, host, tuple, { cidr: way.terrain.flavour.nodeNetwork, to: target.hostname });
      return target.up
        ? { kind: 'arrived', namespace: target, tuple }
        : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
    }
    return leave(way, host, tuple, target);
  }
  way.routers++;
  const toPod = destination.podRange.has(dst);
  out(way, host, tuple, {
    cidr: toPod ? destination.podRange.text : way.terrain.flavour.nodeNetwork,
    ...(toPod ? { via: destination.spec.internalIP } : {}),
    to: destination.spec.name,
  });
  if (!destination.power) return intoTheDark(way, host, destination, tuple);
  return enter(way, destination, tuple, target);
}

/** In by a node's door: to a pod, or to the node itself, where a port may be a Service's. */
export function enter(way: Way, host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery {
  const rule = isOwn(host, tuple.dst) ? nodePort(way, host, tuple) : undefined;
  if (rule !== undefined) return way.atRules(host, rule, tuple, 'external');
  const place: Place = { at: 'door', node: host.spec.name };
  way.trace.step('route.in', 'bridge', place, 'forward', tuple, COST.bridge, { facts: { node: host.spec.name } });
  return deliver(way, host, tuple, target, true);
}

/** On its own node: across the bridge to the pod, or up to the node's own sockets. */
function deliver(way: Way, host: Host, tuple: Tuple, target: NetworkNamespace | undefined, entered: boolean): Delivery {
  const node = host.spec.name;
  const place: Place = { at: 'bridge', node };
  if (target === undefined || !target.up) {
    const fromPod = host.podRange.has(tuple.src);
    const reporter = entered ? host.spec.internalIP : fromPod ? tuple.src : host.gateway;
    way.trace.step('host.none', 'bridge', place, 'reject', tuple, COST.bridge, {
      facts: { address: tuple.dst, node, reporter },
    });
    return { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR, reporter };
  }
  if (!entered && target !== host.namespace)
    way.trace.step('bridge.cross', 'bridge', place, 'forward', tuple, COST.bridge, { facts: { node } });
  // A node always reaches its own pods, so probes do not depend on policies; and a pod itself, by its Service too.
  if (way.sender !== host.namespace && way.sender !== target) {
    const denial = deniedBy(way, 'ingress', target, tuple, host);
    if (denial !== undefined) return denial;
  }
  return { kind: 'arrived', namespace: target, tuple };
}

/** What NetworkPolicies say of a packet that leaves or enters a pod, at the pod's end on its node's bridge. */
function deniedBy(
  way: Way,
  direction: PolicyDirection,
  pod: NetworkNamespace,
  tuple: Tuple,
  host: Host,
): Delivery | undefined {
  const { place } = pod;
  const denial = way.terrain.policies.denial(direction, pod, tuple, way.protocol);
  if (denial === undefined || place.at !== 'pod') return undefined;
  way.trace.step(
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
        protocol: way.protocol,
      },
    },
  );
  return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
}

/** The next node has no power. At first packets vanish; once ARP has given up, the sender's own node says so. */
function intoTheDark(way: Way, host: Host, destination: Host, tuple: Tuple): Delivery {
  const noticed = way.terrain.sim.now() - destination.darkSince >= NEIGHBOUR_BELIEVED;
  const reporter = way.terrain.podRange.has(tuple.src) ? host.gateway : host.spec.internalIP;
  const node = destination.spec.name;
  const place: Place = { at: 'door', node };
  way.trace.step('node.dark', 'wire', place, noticed ? 'reject' : 'drop', tuple, 0, {
    object: { kind: 'Node', name: node },
    facts: { node, ...(noticed ? { reporter } : {}) },
  });
  return noticed
    ? { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR, reporter }
    : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
}

/** Out of the cluster by the default route: the internet, or nowhere. */
function leave(way: Way, host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery {
  const { trace, terrain } = way;
  const node = host.spec.name;
  const known = terrain.proxies.rules(node).forAddress(tuple.dst);
  if (known !== undefined && way.protocol === 'ICMP') {
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
    way.undo.push({ code: 'egress.restore', component: 'routing', place, rewrite: 'SNAT', tuple, cost: COST.rules });
  }
  out(way, host, now, { cidr: '0.0.0.0/0', to: 'internet' });
  if (host.spec.externalIP !== undefined) {
    const before = now;
    now = { ...now, src: host.spec.externalIP };
    cloud(way, 'cloud.egress', before, now, node, 0);
  }
  way.routers += 9;
  if (target !== undefined) return { kind: 'arrived', namespace: target, tuple: now };
  return way.fromOutside(now);
}

function out(way: Way, host: Host, tuple: Tuple, facts: Readonly<Record<string, string>>): void {
  const { cidr, via } = facts;
  way.trace.step('route.out', 'routing', { at: 'door', node: host.spec.name }, 'forward', tuple, COST.wire, {
    ...(via === undefined ? {} : { rule: `${cidr} via ${via} dev eth0` }),
    facts,
  });
}
