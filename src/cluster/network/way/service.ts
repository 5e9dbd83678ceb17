import { type Host, isOwn } from '../hosts.ts';
import { inRange } from '../ipam.ts';
import { chainsOf, endpointChain, probability } from '../proxy/chains.ts';
import { ruleText } from '../proxy/iptables-text.ts';
import type { ProxyEndpoint, ServicePortRule } from '../proxy/service-port.ts';
import { balance, blocked, blockedNodePort, blockedWords, guarded } from '../proxy/tables.ts';
import type { Place, Tuple } from '../trace.ts';
import { COST, type Delivery, type Side, SYN_TIMEOUT, type Way } from './way.ts';

/** The Service whose node port this is, on this node. */
export function nodePort(way: Way, host: Host, tuple: Tuple): ServicePortRule | undefined {
  return way.protocol === 'ICMP'
    ? undefined
    : way.terrain.proxies.rules(host.spec.name).findNodePort(way.protocol, tuple.dstPort);
}

/** At a node's rules for a Service: an endpoint is chosen and the destination rewritten, or nothing goes on. */
export function atRules(way: Way, host: Host, rule: ServicePortRule, tuple: Tuple, side: Side): Delivery {
  const { trace } = way;
  const node = host.spec.name;
  const place: Place = { at: 'rules', node };
  const rules = way.terrain.proxies.rules(node);
  const { cluster, local, any } = rule.reachable(node);
  const fromPod = way.terrain.podRange.has(tuple.src);
  const fromHere = tuple.src.startsWith('127.') || isOwn(host, tuple.src);
  if (side === 'external' && walledOff(way, node, rule, tuple))
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
  // Pods and the node itself go to all endpoints even where the policy says Local: as if they came back from outside.
  const onlyLocal = side === 'internal' ? rule.internalLocal : rule.externalLocal && !fromPod && !fromHere;
  const candidates = onlyLocal ? local : cluster;
  const counted = rules.counters(rule);
  if (candidates.length === 0) {
    counted.rejected++;
    return noEndpoint(way, host, rule, tuple, side, any);
  }
  const { index, sticky } = choose(way, host, rule, candidates, tuple.src);
  const endpoint = candidates[index] as ProxyEndpoint;
  const key = `${endpoint.address}:${endpoint.port}`;
  counted[side]++;
  counted.endpoints.set(key, (counted.endpoints.get(key) ?? 0) + 1);
  const marked = side === 'internal' ? !fromPod : !(rule.externalLocal && !fromHere);
  const masquerade = marked || endpoint.address === tuple.src;
  if (masquerade) counted.masqueraded++;
  const src = masquerade ? masqueradeAddress(host, endpoint.address, tuple.src) : tuple.src;
  const after: Tuple = { src, srcPort: tuple.srcPort, dst: endpoint.address, dstPort: endpoint.port };
  const chance = probability(index, candidates.length);
  trace.step('proxy.dnat', 'kube-proxy', place, 'rewrite', tuple, COST.rules, {
    after,
    rewrite: 'DNAT',
    object: rule.service,
    rule: balanceText(rule, candidates, index, onlyLocal),
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
  way.undo.push({
    code: 'proxy.restore',
    component: 'kube-proxy',
    place,
    rewrite: 'SNAT',
    tuple,
    object: rule.service,
    cost: COST.rules,
  });
  return { ...way.route(host, after), rule, endpoint };
}

/**
 * The cascade of probabilities in a KUBE-SVC chain gives every endpoint the same chance, so one draw decides; session affinity asks
 * the `recent` list first.
 */
function choose(
  way: Way,
  host: Host,
  rule: ServicePortRule,
  candidates: readonly ProxyEndpoint[],
  client: string,
): { index: number; sticky: boolean } {
  if (rule.affinitySeconds === undefined)
    return { index: candidates.length === 1 ? 0 : way.terrain.random.below(candidates.length), sticky: false };
  const rules = way.terrain.proxies.rules(host.spec.name);
  const now = way.terrain.sim.now();
  const before = rules.remembered(rule, client, now);
  const kept = before === undefined ? -1 : candidates.findIndex((each) => `${each.address}:${each.port}` === before);
  const index = kept >= 0 ? kept : way.terrain.random.below(candidates.length);
  const chosen = candidates[index] as ProxyEndpoint;
  rules.remember(rule, client, `${chosen.address}:${chosen.port}`, now);
  return { index, sticky: kept >= 0 };
}

/** A balancer's Service may name who is let in: everybody else's packets vanish at the node. */
function walledOff(way: Way, node: string, rule: ServicePortRule, tuple: Tuple): boolean {
  if (!guarded(rule) || !rule.loadBalancerIPs.includes(tuple.dst)) return false;
  if (rule.sourceRanges.some((range) => inRange(tuple.src, range))) return false;
  way.trace.step('proxy.firewall', 'kube-proxy', { at: 'rules', node }, 'drop', tuple, COST.rules, {
    object: { ...rule.service, fieldPath: 'spec.loadBalancerSourceRanges' },
    facts: { service: rule.name, ranges: rule.sourceRanges.join(', ') },
  });
  return true;
}

/** `elsewhere`: other nodes have endpoints, which the Service's traffic policy keeps this one from. Then it drops, else it rejects. */
function noEndpoint(
  way: Way,
  host: Host,
  rule: ServicePortRule,
  tuple: Tuple,
  side: Side,
  elsewhere: boolean,
): Delivery {
  const node = host.spec.name;
  const place: Place = { at: 'rules', node };
  const text =
    isOwn(host, tuple.dst) || tuple.dst.startsWith('127.')
      ? `-A KUBE-EXTERNAL-SERVICES ${ruleText(blockedNodePort(rule, elsewhere))}`
      : `-A ${side === 'internal' ? 'KUBE-SERVICES' : 'KUBE-EXTERNAL-SERVICES'} ${ruleText(blocked(rule, elsewhere, tuple.dst))}`;
  const facts = { service: rule.name, comment: blockedWords(rule, elsewhere), node };
  if (elsewhere) {
    const fieldPath = side === 'internal' ? 'spec.internalTrafficPolicy' : 'spec.externalTrafficPolicy';
    const object = { ...rule.service, fieldPath };
    way.trace.step('proxy.drop', 'kube-proxy', place, 'drop', tuple, COST.rules, { object, rule: text, facts });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, rule };
  }
  const object = { ...rule.service, fieldPath: 'spec.selector' };
  way.trace.step('proxy.reject', 'kube-proxy', place, 'reject', tuple, COST.rules, { object, rule: text, facts });
  return { kind: 'failed', outcome: 'refused', wait: 0, rule, reporter: tuple.dst };
}

const BALANCE_TEXTS = new WeakMap<readonly ProxyEndpoint[], string[]>();

/** The rule that sends to the endpoint chosen, as iptables-save prints it. Made once for as long as the endpoints stay. */
function balanceText(
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
function masqueradeAddress(host: Host, to: string, from: string): string {
  if (isOwn(host, to)) return from;
  return host.podRange.has(to) ? host.gateway : host.spec.internalIP;
}
