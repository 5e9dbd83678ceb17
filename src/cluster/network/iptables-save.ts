import type { Flavour } from '../flavours/flavour.ts';
import type { NodeRules, ProxyEndpoint, ServicePortRule } from './service-rules.ts';
import { base32, sha256 } from './sha256.ts';

/** pkg/proxy/iptables: the first 16 characters of base32(sha256(name + protocol)). */
function hashed(text: string): string {
  return base32(sha256(text)).slice(0, 16);
}

/** `KUBE-SVC-…` for a Service's port. */
export function serviceChain(rule: ServicePortRule): string {
  return `KUBE-SVC-${hashed(rule.name + rule.protocol.toLowerCase())}`;
}

/** `KUBE-SEP-…` for one of its endpoints. */
export function endpointChain(rule: ServicePortRule, endpoint: ProxyEndpoint): string {
  return `KUBE-SEP-${hashed(`${rule.name}${rule.protocol.toLowerCase()}${endpoint.address}:${endpoint.port}`)}`;
}

function externalChain(rule: ServicePortRule): string {
  return `KUBE-EXT-${hashed(rule.name + rule.protocol.toLowerCase())}`;
}

/** What `iptables-save` prints on a node: the tables as kube-proxy 1.33 in iptables mode writes them. */
export function iptablesSave(rules: NodeRules, flavour: Flavour): string {
  const all = rules.all().sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${filterTable(all)}${natTable(all, flavour)}`;
}

function filterTable(all: readonly ServicePortRule[]): string {
  const lines = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':KUBE-EXTERNAL-SERVICES - [0:0]',
    ':KUBE-FIREWALL - [0:0]',
    ':KUBE-FORWARD - [0:0]',
    ':KUBE-NODEPORTS - [0:0]',
    ':KUBE-PROXY-CANARY - [0:0]',
    ':KUBE-PROXY-FIREWALL - [0:0]',
    ':KUBE-SERVICES - [0:0]',
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    '-A INPUT -j KUBE-FIREWALL',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -j KUBE-FIREWALL',
  ];
  for (const rule of all) {
    if (rule.usable.length > 0 || rule.nodePort === undefined) continue;
    lines.push(
      `-A KUBE-EXTERNAL-SERVICES -p ${rule.protocol.toLowerCase()} -m comment --comment "${rule.name} has no endpoints" -m addrtype --dst-type LOCAL -m ${rule.protocol.toLowerCase()} --dport ${rule.nodePort} -j REJECT --reject-with icmp-port-unreachable`,
    );
  }
  lines.push(
    '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  );
  for (const rule of all) {
    if (rule.usable.length > 0) continue;
    lines.push(
      `-A KUBE-SERVICES -d ${rule.clusterIP}/32 -p ${rule.protocol.toLowerCase()} -m comment --comment "${rule.name} has no endpoints" -m ${rule.protocol.toLowerCase()} --dport ${rule.port} -j REJECT --reject-with icmp-port-unreachable`,
    );
  }
  return `${lines.join('\n')}\nCOMMIT\n`;
}

function natTable(all: readonly ServicePortRule[], flavour: Flavour): string {
  const chains = [
    'KUBE-KUBELET-CANARY',
    'KUBE-MARK-MASQ',
    'KUBE-NODEPORTS',
    'KUBE-POSTROUTING',
    'KUBE-PROXY-CANARY',
    'KUBE-SERVICES',
  ];
  const services: string[] = [];
  const nodePorts: string[] = [];
  const external: string[] = [];
  const svc: string[] = [];
  const sep: string[] = [];
  for (const rule of all) {
    if (rule.usable.length === 0) continue;
    const chain = serviceChain(rule);
    const proto = rule.protocol.toLowerCase();
    const comment = `-m comment --comment "${rule.name}"`;
    chains.push(chain);
    services.push(
      `-A KUBE-SERVICES -d ${rule.clusterIP}/32 -p ${proto} -m comment --comment "${rule.name} cluster IP" -m ${proto} --dport ${rule.port} -j ${chain}`,
    );
    svc.push(
      `-A ${chain} ! -s ${flavour.podCIDR} -d ${rule.clusterIP}/32 -p ${proto} -m comment --comment "${rule.name} cluster IP" -m ${proto} --dport ${rule.port} -j KUBE-MARK-MASQ`,
    );
    if (rule.nodePort !== undefined || rule.loadBalancerIPs.length > 0) {
      const ext = externalChain(rule);
      chains.push(ext);
      for (const ip of rule.loadBalancerIPs)
        services.push(
          `-A KUBE-SERVICES -d ${ip}/32 -p ${proto} -m comment --comment "${rule.name} loadbalancer IP" -m ${proto} --dport ${rule.port} -j ${ext}`,
        );
      if (rule.nodePort !== undefined)
        nodePorts.push(`-A KUBE-NODEPORTS -p ${proto} ${comment} -m ${proto} --dport ${rule.nodePort} -j ${ext}`);
      if (!rule.externalLocal)
        external.push(
          `-A ${ext} -m comment --comment "masquerade traffic for ${rule.name} external destinations" -j KUBE-MARK-MASQ`,
        );
      external.push(`-A ${ext} -j ${chain}`);
    }
    const count = rule.usable.length;
    if (rule.affinitySeconds !== undefined)
      for (const endpoint of rule.usable)
        svc.push(
          `-A ${chain} -m comment --comment "${rule.name} -> ${endpoint.address}:${endpoint.port}" -m recent --rcheck --seconds ${rule.affinitySeconds} --reap --name ${endpointChain(rule, endpoint)} --mask 255.255.255.255 --rsource -j ${endpointChain(rule, endpoint)}`,
        );
    for (const [index, endpoint] of rule.usable.entries()) {
      const target = endpointChain(rule, endpoint);
      chains.push(target);
      const to = `-m comment --comment "${rule.name} -> ${endpoint.address}:${endpoint.port}"`;
      const chance =
        index < count - 1 ? ` -m statistic --mode random --probability ${(1 / (count - index)).toFixed(11)}` : '';
      svc.push(`-A ${chain} ${to}${chance} -j ${target}`);
      sep.push(`-A ${target} -s ${endpoint.address}/32 ${comment} -j KUBE-MARK-MASQ`);
      const recent =
        rule.affinitySeconds === undefined ? '' : ` -m recent --set --name ${target} --mask 255.255.255.255 --rsource`;
      sep.push(
        `-A ${target} -p ${proto} ${comment}${recent} -m ${proto} -j DNAT --to-destination ${endpoint.address}:${endpoint.port}`,
      );
    }
  }
  const lines = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ...chains.sort().map((chain) => `:${chain} - [0:0]`),
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    ...external.sort(),
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    ...nodePorts,
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    ...grouped(sep),
    ...services,
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
    ...grouped(svc),
  ];
  return `${lines.join('\n')}\nCOMMIT\n`;
}

/** Rules by chain, chains in order of their names, each chain's rules in their own order. */
function grouped(rules: readonly string[]): string[] {
  const chainOf = (rule: string) => rule.split(' ')[1] ?? '';
  return rules
    .map((rule, index) => ({ rule, index }))
    .sort((a, b) =>
      chainOf(a.rule) < chainOf(b.rule) ? -1 : chainOf(a.rule) > chainOf(b.rule) ? 1 : a.index - b.index,
    )
    .map(({ rule }) => rule);
}
