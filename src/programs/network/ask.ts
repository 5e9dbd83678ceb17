import type { DnsType } from '../../cluster/network/namespace.ts';
import type { Query } from '../../cluster/network/network.ts';
import type { Context } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';

export const DNS_TYPES: readonly DnsType[] = ['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT', 'NS', 'MX', 'SOA', 'ANY'];

/** The type of this name, whatever its case; undefined when there is none. */
export function dnsType(text: string): DnsType | undefined {
  return DNS_TYPES.find((each) => each === text.toUpperCase());
}

/** `10.0.162.149` is `149.162.0.10.in-addr.arpa`; undefined for what is no address. */
export function reverseName(address: string): string | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? `${address.split('.').reverse().join('.')}.in-addr.arpa` : undefined;
}

/** How a DNS tool puts its questions. */
export interface Asking {
  readonly server: string;
  readonly type: DnsType;
  /** How often, and how long it waits each time, in ms. */
  readonly tries: number;
  readonly timeout: number;
  group?: number;
}

/** What came of one name: the answer, or why there is none. */
export interface Answered {
  readonly query: Query | undefined;
  /** Why each attempt failed, in BIND's words. */
  readonly failures: readonly ('timed out' | 'connection refused' | 'host unreachable')[];
  /** Whether a server said SERVFAIL on the way. */
  readonly servfail: boolean;
}

/** Asks one server for one name, again when nothing comes back. `failed` is told of each attempt that did not get through. */
export function* ask(
  context: Context,
  name: string,
  asking: Asking,
  failed: (why: string) => Routine,
): Routine<Answered> {
  const { network, world } = context.machine;
  const failures: Answered['failures'][number][] = [];
  for (let attempt = 0; attempt < asking.tries; attempt++) {
    const { queries, group } = world.network.lookup(network, `${name.replace(/\.$/, '')}.`, {
      program: context.argv[0]?.replace(/^.*\//, '') ?? 'nslookup',
      target: name,
      type: asking.type,
      server: asking.server,
      attempts: 1,
      ...(asking.group === undefined ? {} : { group: asking.group }),
    });
    asking.group = group;
    const [query] = queries;
    if (query === undefined) return { query: undefined, failures, servfail: false };
    if (query.rcode !== undefined) {
      yield* sleep(query.duration);
      return { query, failures, servfail: query.rcode === 'SERVFAIL' };
    }
    const why =
      query.trace.outcome === 'refused'
        ? 'connection refused'
        : query.trace.outcome === 'unreachable' && query.trace.duration < asking.timeout
          ? 'host unreachable'
          : 'timed out';
    yield* sleep(why === 'timed out' ? asking.timeout : query.trace.duration);
    failures.push(why);
    yield* failed(why);
  }
  return { query: undefined, failures, servfail: false };
}
