import { chainsOf, endpointChain, probability } from './chains.ts';
import type { NodeRules, PortCounters } from './node-rules.ts';
import type { ProxyEndpoint, ServicePortRule } from './service-port.ts';

/** One condition of a rule, as iptables-save writes it and as iptables -L shows it. */
export interface Match {
  readonly save: string;
  readonly list: string;
}

/** One rule of a chain. */
export interface TableRule {
  /** `10.244.0.2/32`; a leading `!` turns it round. */
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: string;
  readonly matches: readonly Match[];
  readonly target: string;
  readonly action?: Match;
  /** Packets it has matched. */
  readonly packets?: number;
}

export interface TableChain {
  readonly name: string;
  /** Of the built-in chains; the others have none. */
  readonly policy?: string;
  readonly rules: readonly TableRule[];
}

export interface Table {
  readonly name: 'mangle' | 'filter' | 'nat';
  readonly chains: readonly TableChain[];
}

/** What a node's tables depend on besides its Services. */
export interface NodeSettings {
  readonly node: string;
  /** The pods' range, `--cluster-cidr`. */
  readonly podCIDR: string;
}

const comment = (text: string): Match => ({ save: `-m comment --comment "${text}"`, list: `/* ${text} */` });
const newOnly: Match = { save: '-m conntrack --ctstate NEW', list: 'ctstate NEW' };
const addressType = (side: 'src' | 'dst'): Match => ({
  save: `-m addrtype --${side}-type LOCAL`,
  list: `ADDRTYPE match ${side}-type LOCAL`,
});
const toPort = (protocol: string, port: number): Match => ({
  save: `-m ${protocol} --dport ${port}`,
  list: `${protocol} dpt:${port}`,
});
const REJECT: Match = { save: '--reject-with icmp-port-unreachable', list: 'reject-with icmp-port-unreachable' };

class Chains {
  private readonly found = new Map<string, TableRule[]>();

  add(chain: string, ...rules: TableRule[]): void {
    const list = this.found.get(chain);
    if (list === undefined) this.found.set(chain, rules);
    else list.push(...rules);
  }

  /** Built-in chains first, the others by name, as iptables lists them. */
  finish(builtin: readonly string[]): TableChain[] {
    const own = [...this.found.keys()].filter((name) => !builtin.includes(name)).sort();
    return [
      ...builtin.map((name) => ({ name, policy: 'ACCEPT', rules: this.found.get(name) ?? [] })),
      ...own.map((name) => ({ name, rules: this.found.get(name) ?? [] })),
    ];
  }
}

/** All tables of a node: what kubelet, kube-proxy 1.33 in iptables mode and the masquerading agent have written. */
export function tablesOf(rules: NodeRules, settings: NodeSettings): Table[] {
  const all = rules.all();
  return [mangleTable(), filterTable(all, rules, settings), natTable(all, rules, settings)];
}

function mangleTable(): Table {
  const chains = new Chains();
  chains.add('KUBE-IPTABLES-HINT');
  chains.add('KUBE-KUBELET-CANARY');
  chains.add('KUBE-PROXY-CANARY');
  return { name: 'mangle', chains: chains.finish(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']) };
}

function filterTable(all: readonly ServicePortRule[], rules: NodeRules, settings: NodeSettings): Table {
  const chains = new Chains();
  const jump = (target: string, text: string, fresh: boolean): TableRule => ({
    matches: fresh ? [newOnly, comment(text)] : [comment(text)],
    target,
  });
  const firewall = jump('KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', true);
  const portals = jump('KUBE-SERVICES', 'kubernetes service portals', true);
  const visible = jump('KUBE-EXTERNAL-SERVICES', 'kubernetes externally-visible service portals', true);
  for (const name of [
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FIREWALL',
    'KUBE-FORWARD',
    'KUBE-KUBELET-CANARY',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-CANARY',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SERVICES',
  ])
    chains.add(name);
  chains.add('INPUT', firewall, jump('KUBE-NODEPORTS', 'kubernetes health check service ports', false), visible, {
    matches: [],
    target: 'KUBE-FIREWALL',
  });
  chains.add('FORWARD', firewall, jump('KUBE-FORWARD', 'kubernetes forwarding rules', false), portals, visible);
  chains.add('OUTPUT', firewall, portals, { matches: [], target: 'KUBE-FIREWALL' });
  chains.add('KUBE-FIREWALL', {
    source: '!127.0.0.0/8',
    destination: '127.0.0.0/8',
    matches: [
      comment('block incoming localnet connections'),
      {
        save: '-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT',
        list: '! ctstate RELATED,ESTABLISHED,DNAT',
      },
    ],
    target: 'DROP',
  });
  chains.add(
    'KUBE-FORWARD',
    { matches: [{ save: '-m conntrack --ctstate INVALID', list: 'ctstate INVALID' }], target: 'DROP' },
    {
      matches: [
        comment('kubernetes forwarding rules'),
        { save: '-m mark --mark 0x4000/0x4000', list: 'mark match 0x4000/0x4000' },
      ],
      target: 'ACCEPT',
    },
    {
      matches: [
        comment('kubernetes forwarding conntrack rule'),
        { save: '-m conntrack --ctstate RELATED,ESTABLISHED', list: 'ctstate RELATED,ESTABLISHED' },
      ],
      target: 'ACCEPT',
    },
  );
  for (const rule of all) {
    const { any, local } = rule.reachable(settings.node);
    const { rejected } = rules.counters(rule);
    const protocol = rule.protocol.toLowerCase();
    if (!any || (rule.internalLocal && local.length === 0))
      chains.add('KUBE-SERVICES', blocked(rule, any, rule.clusterIP, rejected));
    if (rule.external && (!any || (rule.externalLocal && local.length === 0))) {
      for (const address of [...rule.externalIPs, ...rule.loadBalancerIPs])
        chains.add('KUBE-EXTERNAL-SERVICES', blocked(rule, any, address, 0));
      if (rule.nodePort !== undefined) chains.add('KUBE-EXTERNAL-SERVICES', blockedNodePort(rule, any));
    }
    if (rule.healthCheckNodePort !== undefined)
      chains.add('KUBE-NODEPORTS', {
        protocol: 'tcp',
        matches: [comment(`${rule.name} health check node port`), toPort('tcp', rule.healthCheckNodePort)],
        target: 'ACCEPT',
      });
    if (any && guarded(rule))
      for (const address of rule.loadBalancerIPs)
        chains.add('KUBE-PROXY-FIREWALL', {
          destination: `${address}/32`,
          protocol,
          matches: [
            comment(`${rule.name} traffic not accepted by ${chainsOf(rule).firewall}`),
            toPort(protocol, rule.port),
          ],
          target: 'DROP',
        });
  }
  return { name: 'filter', chains: chains.finish(['INPUT', 'FORWARD', 'OUTPUT']) };
}

/** Whether only some sources may use its load balancer. */
export function guarded(rule: ServicePortRule): boolean {
  return rule.loadBalancerIPs.length > 0 && rule.sourceRanges.length > 0;
}

/** The rule for an address of a Service that no endpoint can serve: a rejection, or a drop when only this node has none. */
export function blocked(rule: ServicePortRule, any: boolean, address: string, packets = 0): TableRule {
  const protocol = rule.protocol.toLowerCase();
  return {
    destination: `${address}/32`,
    protocol,
    matches: [comment(blockedWords(rule, any)), toPort(protocol, rule.port)],
    ...(any ? { target: 'DROP' } : { target: 'REJECT', action: REJECT }),
    packets,
  };
}

/** The same for its node port. */
export function blockedNodePort(rule: ServicePortRule, any: boolean): TableRule {
  const protocol = rule.protocol.toLowerCase();
  return {
    protocol,
    matches: [comment(blockedWords(rule, any)), addressType('dst'), toPort(protocol, rule.nodePort ?? 0)],
    ...(any ? { target: 'DROP' } : { target: 'REJECT', action: REJECT }),
  };
}

/** kube-proxy's comment on such a rule. */
export function blockedWords(rule: ServicePortRule, any: boolean): string {
  return `${rule.name} has no ${any ? 'local ' : ''}endpoints`;
}

function natTable(all: readonly ServicePortRule[], rules: NodeRules, settings: NodeSettings): Table {
  const chains = new Chains();
  for (const name of ['KUBE-KUBELET-CANARY', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-SERVICES']) chains.add(name);
  const portals = { matches: [comment('kubernetes service portals')], target: 'KUBE-SERVICES' };
  chains.add('PREROUTING', portals);
  chains.add('OUTPUT', portals);
  chains.add(
    'POSTROUTING',
    { matches: [comment('kubernetes postrouting rules')], target: 'KUBE-POSTROUTING' },
    {
      matches: [
        comment(
          'ip-masq: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom IP-MASQ chain',
        ),
        { save: '-m addrtype ! --dst-type LOCAL', list: 'ADDRTYPE match dst-type !LOCAL' },
      ],
      target: 'IP-MASQ',
    },
  );
  for (const range of PRIVATE_RANGES)
    chains.add('IP-MASQ', {
      destination: range,
      matches: [comment('ip-masq: local traffic is not subject to MASQUERADE')],
      target: 'RETURN',
    });
  chains.add('IP-MASQ', {
    matches: [comment('ip-masq: outbound traffic is subject to MASQUERADE (must be last in chain)')],
    target: 'MASQUERADE',
  });
  chains.add('KUBE-MARK-MASQ', {
    matches: [],
    target: 'MARK',
    action: { save: '--set-xmark 0x4000/0x4000', list: 'MARK or 0x4000' },
  });
  chains.add(
    'KUBE-POSTROUTING',
    {
      matches: [{ save: '-m mark ! --mark 0x4000/0x4000', list: 'mark match ! 0x4000/0x4000' }],
      target: 'RETURN',
    },
    { matches: [], target: 'MARK', action: { save: '--set-xmark 0x4000/0x0', list: 'MARK xor 0x4000' } },
    {
      matches: [comment('kubernetes service traffic requiring SNAT')],
      target: 'MASQUERADE',
      action: { save: '--random-fully', list: 'random-fully' },
    },
  );
  for (const rule of all) addService(chains, rule, rules.counters(rule), settings);
  chains.add('KUBE-SERVICES', {
    matches: [
      comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain'),
      addressType('dst'),
    ],
    target: 'KUBE-NODEPORTS',
  });
  return { name: 'nat', chains: chains.finish(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']) };
}

/** Destinations that pods reach under their own address (ip-masq-agent's default). */
export const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;

/** The chains of one Service port (pkg/proxy/iptables/proxier.go, syncProxyRules). */
function addService(chains: Chains, rule: ServicePortRule, counted: PortCounters, settings: NodeSettings): void {
  const { cluster, local, any } = rule.reachable(settings.node);
  if (!any) return;
  const names = chainsOf(rule);
  const protocol = rule.protocol.toLowerCase();
  const internal = rule.internalLocal ? names.local : names.cluster;
  const port = toPort(protocol, rule.port);
  const hasInternal = !rule.internalLocal || local.length > 0;
  if (hasInternal) {
    const words = comment(`${rule.name} cluster IP`);
    const base = { destination: `${rule.clusterIP}/32`, protocol, matches: [words, port] };
    chains.add('KUBE-SERVICES', { ...base, target: internal, packets: counted.internal });
    chains.add(internal, {
      ...base,
      source: `!${settings.podCIDR}`,
      target: 'KUBE-MARK-MASQ',
      packets: counted.masqueraded,
    });
  }
  if (rule.external) addExternal(chains, rule, counted, settings, local.length > 0);
  if (cluster.length > 0) addEndpoints(chains, names.cluster, rule, cluster, counted);
  if (local.length > 0) addEndpoints(chains, names.local, rule, local, counted);
  for (const endpoint of new Set([...cluster, ...local])) addEndpoint(chains, rule, endpoint, counted);
}

function addExternal(
  chains: Chains,
  rule: ServicePortRule,
  counted: PortCounters,
  settings: NodeSettings,
  hasLocal: boolean,
): void {
  const names = chainsOf(rule);
  const protocol = rule.protocol.toLowerCase();
  const port = toPort(protocol, rule.port);
  for (const [addresses, kind] of [
    [rule.externalIPs, 'external'],
    [rule.loadBalancerIPs, 'loadbalancer'],
  ] as const)
    for (const address of addresses)
      chains.add('KUBE-SERVICES', {
        destination: `${address}/32`,
        protocol,
        matches: [comment(`${rule.name} ${kind} IP`), port],
        target: kind === 'loadbalancer' && guarded(rule) ? names.firewall : names.external,
      });
  if (guarded(rule))
    for (const range of rule.sourceRanges)
      chains.add(names.firewall, {
        source: range,
        matches: [comment(`${rule.name} loadbalancer IP`)],
        target: names.external,
      });
  if (rule.nodePort !== undefined && rule.nodePort !== 0)
    chains.add('KUBE-NODEPORTS', {
      protocol,
      matches: [comment(rule.name), toPort(protocol, rule.nodePort)],
      target: names.external,
      packets: counted.external,
    });
  if (!rule.externalLocal) {
    chains.add(
      names.external,
      {
        matches: [comment(`masquerade traffic for ${rule.name} external destinations`)],
        target: 'KUBE-MARK-MASQ',
        packets: counted.external,
      },
      { matches: [], target: names.cluster, packets: counted.external },
    );
    return;
  }
  chains.add(
    names.external,
    {
      source: settings.podCIDR,
      matches: [comment(`pod traffic for ${rule.name} external destinations`)],
      target: names.cluster,
    },
    {
      matches: [comment(`masquerade LOCAL traffic for ${rule.name} external destinations`), addressType('src')],
      target: 'KUBE-MARK-MASQ',
    },
    {
      matches: [comment(`route LOCAL traffic for ${rule.name} external destinations`), addressType('src')],
      target: names.cluster,
    },
  );
  if (hasLocal) chains.add(names.external, { matches: [], target: names.local, packets: counted.external });
}

function addEndpoints(
  chains: Chains,
  chain: string,
  rule: ServicePortRule,
  endpoints: readonly ProxyEndpoint[],
  counted: PortCounters,
): void {
  if (rule.affinitySeconds !== undefined)
    for (const endpoint of endpoints) {
      const target = endpointChain(rule, endpoint);
      chains.add(chain, {
        matches: [
          comment(`${rule.name} -> ${endpoint.address}:${endpoint.port}`),
          {
            save: `-m recent --rcheck --seconds ${rule.affinitySeconds} --reap --name ${target} --mask 255.255.255.255 --rsource`,
            list: `recent: CHECK seconds: ${rule.affinitySeconds} reap name: ${target} side: source mask: 255.255.255.255`,
          },
        ],
        target,
      });
    }
  for (const index of endpoints.keys()) chains.add(chain, balance(rule, endpoints, index, counted));
}

/** The rule that sends a share of a Service's connections to endpoint `index`. */
export function balance(
  rule: ServicePortRule,
  endpoints: readonly ProxyEndpoint[],
  index: number,
  counted?: PortCounters,
): TableRule {
  const endpoint = endpoints[index] as ProxyEndpoint;
  const chance = probability(index, endpoints.length);
  const key = `${endpoint.address}:${endpoint.port}`;
  return {
    matches: [
      comment(`${rule.name} -> ${key}`),
      ...(chance === undefined
        ? []
        : [
            {
              save: `-m statistic --mode random --probability ${chance}`,
              list: `statistic mode random probability ${chance}`,
            },
          ]),
    ],
    target: endpointChain(rule, endpoint),
    packets: counted?.endpoints.get(key) ?? 0,
  };
}

function addEndpoint(chains: Chains, rule: ServicePortRule, endpoint: ProxyEndpoint, counted: PortCounters): void {
  const chain = endpointChain(rule, endpoint);
  const protocol = rule.protocol.toLowerCase();
  const key = `${endpoint.address}:${endpoint.port}`;
  chains.add(
    chain,
    { source: `${endpoint.address}/32`, matches: [comment(rule.name)], target: 'KUBE-MARK-MASQ' },
    {
      protocol,
      matches: [
        comment(rule.name),
        ...(rule.affinitySeconds === undefined
          ? []
          : [
              {
                save: `-m recent --set --name ${chain} --mask 255.255.255.255 --rsource`,
                list: `recent: SET name: ${chain} side: source mask: 255.255.255.255`,
              },
            ]),
        { save: `-m ${protocol}`, list: protocol },
      ],
      target: 'DNAT',
      action: { save: `--to-destination ${key}`, list: `to:${key}` },
      packets: counted.endpoints.get(key) ?? 0,
    },
  );
}
