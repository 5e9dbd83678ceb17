import type { ObjectRef } from '../../api/types.ts';
import type { Host } from '../hosts.ts';
import type { ServicePortRule } from '../proxy/service-port.ts';
import type { Place, Tuple } from '../trace.ts';
import { enterDocker } from './docker.ts';
import { COST, type Delivery, PRIVATE, SYN_TIMEOUT, type Way } from './way.ts';

/** A load balancer takes a node out after so long without a passed health check. */
const HEALTH_CHECK_DELAY = 16_000;

/** From the laptop, or from anywhere on the internet. */
export function fromOutside(way: Way, tuple: Tuple): Delivery {
  const { book } = way.terrain;
  const host = book.external(tuple.dst);
  if (host !== undefined) return toNode(way, host, tuple);
  const balanced = balancedRule(way, tuple);
  if (balanced !== undefined) return throughBalancer(way, balanced, tuple);
  const proxying = way.terrain.balancer(tuple.dst);
  if (proxying !== undefined) return throughProxyingBalancer(way, proxying, tuple);
  const docker = way.terrain.docker.get(tuple.dst);
  if (docker !== undefined) {
    way.trace.time += COST.internet;
    way.routers += 9;
    return enterDocker(docker, tuple, way.passage());
  }
  const target = book.ownerOf(tuple.dst);
  if (target !== undefined && (target.place.at === 'internet' || target.place.at === 'laptop')) {
    way.trace.time += COST.internet;
    way.routers += 9;
    return target.up
      ? { kind: 'arrived', namespace: target, tuple }
      : { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }
  const range = PRIVATE.find((each) => each.has(tuple.dst));
  way.trace.step('route.none', 'routing', { at: 'internet' }, 'drop', tuple, 0, {
    facts: { cidr: range?.text ?? '0.0.0.0/0', address: tuple.dst },
  });
  return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
}

/** A node's public address: the cloud turns it into the internal one. */
function toNode(way: Way, host: Host, tuple: Tuple): Delivery {
  const inside: Tuple = { ...tuple, dst: host.spec.internalIP };
  const node = host.spec.name;
  way.trace.time += COST.internet;
  cloud(way, 'cloud.nat', tuple, inside, node, COST.stack);
  way.routers += 9;
  if (!host.power) {
    way.trace.step('node.dark', 'wire', { at: 'door', node }, 'drop', inside, 0, {
      object: { kind: 'Node', name: node },
      facts: { node },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }
  if (way.protocol === 'ICMP') return { kind: 'arrived', namespace: host.namespace, tuple: inside };
  return way.enter(host, inside, host.namespace);
}

/** The cloud exchanges a node's inner address and its public one. */
export function cloud(
  way: Way,
  code: 'cloud.nat' | 'cloud.egress',
  before: Tuple,
  after: Tuple,
  node: string,
  cost: number,
): void {
  const place: Place = { at: 'internet' };
  way.trace.step(code, 'cloud', place, 'rewrite', before, cost, {
    after,
    rewrite: '1:1',
    object: { kind: 'Node', name: node },
    facts: { node },
  });
  way.undo.push({ code: 'cloud.restore', component: 'cloud', place, rewrite: '1:1', tuple: before, cost });
}

function balancedRule(way: Way, tuple: Tuple): ServicePortRule | undefined {
  if (way.protocol === 'ICMP') return undefined;
  for (const host of way.terrain.book.hosts.values()) {
    if (!host.power) continue;
    const rule = way.terrain.proxies.rules(host.spec.name).find(way.protocol, tuple.dst, tuple.dstPort);
    if (rule?.loadBalancerIPs.includes(tuple.dst) === true) return rule;
  }
  return undefined;
}

/** The nodes that pass the balancer's health checks. Where the policy is Local, only those with an endpoint do. */
function healthy(way: Way, rule: ServicePortRule): Host[] {
  const now = way.terrain.sim.now();
  return [...way.terrain.book.hosts.values()].filter(
    (host) =>
      (host.power || now - host.darkSince < HEALTH_CHECK_DELAY) &&
      (!rule.externalLocal || rule.reachable(host.spec.name).local.length > 0),
  );
}

function pickNode(way: Way, rule: ServicePortRule, tuple: Tuple): Host | undefined {
  const hosts = healthy(way, rule);
  const host = hosts.length === 0 ? undefined : hosts[way.terrain.random.below(hosts.length)];
  const { namespace = '', name } = rule.service;
  const place: Place = { at: 'loadbalancer', namespace, service: name };
  way.trace.time += COST.internet;
  way.trace.step('cloud.balance', 'loadbalancer', place, host === undefined ? 'drop' : 'forward', tuple, COST.wire, {
    object: rule.service,
    facts: { healthy: String(hosts.length), ...(host === undefined ? {} : { node: host.spec.name }) },
  });
  return host;
}

/** The balancer hands packets on as they are; on the node the Service's rules for the same address apply. */
function throughBalancer(way: Way, rule: ServicePortRule, tuple: Tuple): Delivery {
  const host = pickNode(way, rule, tuple);
  if (host === undefined) return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
  way.routers += 9;
  if (!host.power) {
    way.trace.step('node.dark', 'wire', { at: 'door', node: host.spec.name }, 'drop', tuple, 0, {
      object: { kind: 'Node', name: host.spec.name },
      facts: { node: host.spec.name },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
  }
  const here = way.terrain.proxies.rules(host.spec.name).find(rule.protocol, tuple.dst, tuple.dstPort) ?? rule;
  return way.atRules(host, here, tuple, 'external');
}

/** A balancer that opens a connection of its own, from its own address, to the node port. */
function throughProxyingBalancer(way: Way, service: ObjectRef, tuple: Tuple): Delivery {
  const rule = [...way.terrain.book.hosts.values()]
    .filter((host) => host.power)
    .flatMap((host) => way.terrain.proxies.rules(host.spec.name).all())
    .find((each) => each.service.uid === service.uid && each.port === tuple.dstPort && each.protocol === way.protocol);
  if (rule?.nodePort === undefined) {
    const { namespace = '', name } = service;
    const place: Place = { at: 'loadbalancer', namespace, service: name };
    way.trace.time += COST.internet;
    way.trace.step('cloud.balance', 'loadbalancer', place, 'drop', tuple, 0, {
      object: service,
      facts: { healthy: '0' },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT };
  }
  const host = pickNode(way, rule, tuple);
  if (host === undefined) return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
  const { namespace = '', name } = service;
  const after: Tuple = {
    src: `${host.spec.internalIP.split('.').slice(0, 2).join('.')}.99.17`,
    srcPort: tuple.srcPort,
    dst: host.spec.internalIP,
    dstPort: rule.nodePort,
  };
  const place: Place = { at: 'loadbalancer', namespace, service: name };
  way.trace.step('cloud.proxy', 'loadbalancer', place, 'rewrite', tuple, COST.wire, {
    after,
    rewrite: 'DNAT',
    object: service,
    facts: { node: host.spec.name },
  });
  way.undo.push({
    code: 'cloud.restore',
    component: 'loadbalancer',
    place,
    rewrite: 'SNAT',
    tuple,
    cost: COST.wire,
  });
  return way.atRules(host, rule, after, 'external');
}
