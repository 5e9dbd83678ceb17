import type { DnsRecord, DnsType, NetworkNamespace } from './namespace.ts';
import type { ConnectRequest, Exchange, ExchangeOptions, Lookup, Query } from './network.ts';

/** How long a resolver waits for an answer, and how often it asks all servers (resolv.conf: timeout 5, attempts 2), in ms. */
const TIMEOUT = 5000;
const ATTEMPTS = 2;

/** How many aliases a resolver follows. */
const CNAME_LIMIT = 8;

type Ask = (from: NetworkNamespace, request: ConnectRequest, options: ExchangeOptions) => Exchange;

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/** The names that are tried for a name, in order: the search list first when it has fewer dots than ndots (resolv.conf(5)). */
export function candidates(name: string, search: readonly string[], ndots: number): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const dots = name.split('.').length - 1;
  const suffixed = search.map((suffix) => `${name}.${suffix}`);
  return dots >= ndots ? [name, ...suffixed] : [...suffixed, name];
}

/** Finds addresses as libc does: a literal address, /etc/hosts, then the search list and the servers in order. */
export function lookup(
  ask: Ask,
  from: NetworkNamespace,
  name: string,
  options: ExchangeOptions & { type?: DnsType; server?: string; attempts?: number; group: number },
): Lookup {
  const { group, type = 'A' } = options;
  const found = (addresses: readonly string[]): Lookup => ({
    queries: [],
    traces: [],
    addresses,
    canonicalName: name,
    outcome: 'ok',
    group,
    duration: 0,
  });
  if (ADDRESS.test(name)) return found([name]);
  const own = options.server === undefined && type === 'A' ? ownName(from, name) : undefined;
  if (own !== undefined) return found([own]);
  const { nameservers, search, ndots } = from.resolver;
  const servers = options.server === undefined ? nameservers : [options.server];
  const queries: Query[] = [];
  let last: Query | undefined;
  const tries = candidates(name, search, ndots);
  for (let at = 0; at < tries.length; at++) {
    const query = askServers(ask, from, tries[at] ?? name, type, servers, options, queries);
    if (query === undefined) {
      const rcode = queries.at(-1)?.rcode;
      if (rcode !== undefined) continue;
      // Nobody answers: libc spares itself the rest of the list, and of the servers that refuse.
      if (queries.at(-1)?.trace.outcome !== 'timeout') break;
      at = Math.max(at, tries.length - 2);
      continue;
    }
    last = query;
    if (query.rcode !== 'NOERROR') continue;
    const values = query.answers.filter((each) => each.type === type).map((each) => each.value);
    if (values.length > 0) return finish(queries, group, query, values, canonical(query));
  }
  return finish(queries, group, last, [], undefined);
}

/** What a machine knows without asking: localhost, itself, and its /etc/hosts. */
function ownName(from: NetworkNamespace, name: string): string | undefined {
  if (name === 'localhost') return '127.0.0.1';
  return from.hosts.get(name) ?? (name === from.hostname ? from.address : undefined);
}

/** Puts one question to the servers in turn until one answers; the query that was answered. */
function askServers(
  ask: Ask,
  from: NetworkNamespace,
  name: string,
  type: DnsType,
  servers: readonly string[],
  options: ExchangeOptions & { group: number; attempts?: number },
  queries: Query[],
): Query | undefined {
  for (let attempt = 0; attempt < (options.attempts ?? ATTEMPTS); attempt++) {
    for (const server of servers) {
      const query = askOnce(ask, from, name, type, server, options);
      queries.push(query);
      // A server that fails is no answer: the next one may know better.
      if (query.rcode === 'NOERROR' || query.rcode === 'NXDOMAIN') return query;
    }
  }
  return undefined;
}

/** One question to one server. An alias that leads out of the answer is followed by asking again. */
export function askOnce(
  ask: Ask,
  from: NetworkNamespace,
  name: string,
  type: DnsType,
  server: string,
  options: ExchangeOptions & { group: number },
): Query {
  const { trace, reply } = ask(
    from,
    { protocol: 'UDP', address: server, port: 53, request: { kind: 'dns', name: `${name}.`, type } },
    { ...options, target: name, asked: options.target, purpose: 'dns' },
  );
  if (reply?.kind !== 'dns')
    return {
      name,
      type,
      server,
      rcode: undefined,
      answers: [],
      trace,
      duration: trace.outcome === 'timeout' ? TIMEOUT : trace.duration,
    };
  return { name, type, server, rcode: reply.rcode, answers: reply.answers, trace, duration: trace.duration };
}

/** The name at the end of the aliases. */
function canonical(query: Query): string {
  let name = `${query.name}.`;
  for (let i = 0; i < CNAME_LIMIT; i++) {
    const alias: DnsRecord | undefined = query.answers.find((each) => each.type === 'CNAME' && each.name === name);
    if (alias === undefined) break;
    name = alias.value;
  }
  return name.replace(/\.$/, '');
}

function finish(
  queries: readonly Query[],
  group: number,
  answered: Query | undefined,
  addresses: readonly string[],
  canonicalName: string | undefined,
): Lookup {
  const server = answered?.server ?? queries[0]?.server;
  const failed = queries.some((query) => query.rcode === 'SERVFAIL' || query.rcode === 'REFUSED');
  return {
    queries,
    traces: queries.map((query) => query.trace),
    addresses,
    ...(canonicalName === undefined ? {} : { canonicalName }),
    outcome:
      addresses.length > 0 ? 'ok' : answered !== undefined ? 'no-such-host' : failed ? 'servfail' : 'dns-timeout',
    ...(server === undefined ? {} : { server }),
    group,
    duration: queries.reduce((sum, query) => sum + query.duration, 0),
  };
}
