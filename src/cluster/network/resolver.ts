import type { ClusterNetwork } from './cluster-network.ts';
import type { DnsType, NetworkNamespace } from './namespace.ts';
import type { ExchangeOptions, Lookup } from './network.ts';
import type { Trace } from './trace.ts';

/** How long a resolver waits for an answer, and how often it asks (resolv.conf: timeout 5, attempts 2), in ms. */
const TIMEOUT = 5000;
const ATTEMPTS = 2;

/** Names that a machine outside of the cluster's DNS knows anyhow: /etc/hosts, and the cloud's own resolver for node names. */
function ownNames(network: ClusterNetwork, from: NetworkNamespace, name: string): string | undefined {
  if (name === 'localhost') return '127.0.0.1';
  if (name === from.hostname) return from.address;
  const alias = from.hosts.get(name);
  if (alias !== undefined) return alias;
  const outside = from.place.at !== 'pod';
  if (!outside) return undefined;
  const node = network.flavour.nodes.find((each) => each.name === name);
  if (node === undefined) return undefined;
  return from.place.at === 'laptop' ? (node.externalIP ?? node.internalIP) : node.internalIP;
}

/** Finds addresses as libc does: /etc/hosts, the search list by ndots, the servers in order. */
export class Resolver {
  private readonly network: ClusterNetwork;

  constructor(network: ClusterNetwork) {
    this.network = network;
  }

  lookup(from: NetworkNamespace, name: string, options: ExchangeOptions & { type?: DnsType; server?: string }): Lookup {
    const group = options.group ?? this.network.newGroup();
    if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return { traces: [], addresses: [name], outcome: 'ok', group, duration: 0 };
    const own =
      options.server === undefined && (options.type ?? 'A') === 'A' ? ownNames(this.network, from, name) : undefined;
    if (own !== undefined)
      return { traces: [], addresses: [own], canonicalName: name, outcome: 'ok', group, duration: 0 };
    const { nameservers, search, ndots } = from.resolver;
    const servers = options.server === undefined ? nameservers : [options.server];
    const absolute = name.endsWith('.');
    const bare = absolute ? name.slice(0, -1) : name;
    const dots = bare.split('.').length - 1;
    const suffixed = search.map((suffix) => `${bare}.${suffix}`);
    const candidates = absolute ? [bare] : dots >= ndots ? [bare, ...suffixed] : [...suffixed, bare];
    const traces: Trace[] = [];
    let duration = 0;
    let answered = false;
    for (const candidate of candidates) {
      for (let attempt = 0; attempt < ATTEMPTS * Math.max(servers.length, 1); attempt++) {
        const server = servers[attempt % Math.max(servers.length, 1)];
        if (server === undefined) break;
        if (!this.knows(server)) {
          // A resolver of the world outside, which is not simulated: it answers that the name does not exist.
          duration += 20;
          answered = true;
          break;
        }
        const { trace, reply } = this.network.connect(
          from,
          {
            protocol: 'UDP',
            address: server,
            port: 53,
            request: { kind: 'dns', name: `${candidate}.`, type: options.type ?? 'A' },
          },
          { program: options.program, target: candidate, group, purpose: 'dns' },
        );
        traces.push(trace);
        if (reply?.kind !== 'dns') {
          duration += trace.outcome === 'timeout' ? TIMEOUT : trace.duration;
          continue;
        }
        duration += trace.duration;
        answered = true;
        const addresses = reply.answers.filter((each) => each.type === (options.type ?? 'A')).map((each) => each.value);
        if (addresses.length > 0) {
          const canonicalName =
            reply.answers.find((each) => each.type === (options.type ?? 'A'))?.name.replace(/\.$/, '') ?? candidate;
          return { traces, addresses, canonicalName, outcome: 'ok', server, group, duration };
        }
        break;
      }
    }
    const [server] = servers;
    return {
      traces,
      addresses: [],
      outcome: answered ? 'no-such-host' : 'dns-timeout',
      ...(server === undefined ? {} : { server }),
      group,
      duration,
    };
  }

  /** Whether a server belongs to the simulation. */
  private knows(server: string): boolean {
    return !['169.254.169.254', '198.51.100.1'].includes(server);
  }
}
