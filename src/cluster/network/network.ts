import type { Case } from './causes/cause.ts';
import type { AppReply, AppRequest, DnsRecord, DnsType, NetworkNamespace, TransportProtocol } from './namespace.ts';
import type { Table } from './proxy/tables.ts';
import type { Trace } from './trace.ts';

/** Context that a client's program adds to what the network records. */
export interface ExchangeOptions {
  /** The program that asks, for the trace: `curl`, `nginx`, `kubelet`. */
  readonly program: string;
  /** What the user wrote: `http://my-nginx`. */
  readonly target: string;
  /** What a look-up is made for. See {@link Trace.asked}. */
  readonly asked?: string;
  /** The program's command line. */
  readonly argv?: readonly string[];
  /** Joins this exchange to an earlier one (the look-up of its name). See {@link Trace.group}. */
  readonly group?: number;
  readonly purpose?: Trace['purpose'];
}

/** How a client checks the server's certificate. */
export interface TlsClient {
  readonly serverName: string;
  /** Trusted roots, PEM, or undefined for the system's (which know none of the learner's certificates). */
  readonly caPem?: string;
  /** curl -k. */
  readonly insecure?: boolean;
  /** The oldest version of TLS that it speaks: `TLSv1.3`. */
  readonly least?: string;
  /** Looks at what the server presents; called once, at once. Without it everything is fine. */
  check?(certificatePem: string): TlsCheck;
}

/** What a client makes of a server's certificate. */
export interface TlsCheck {
  /** For the trace: subject, issuer, names, from and until when it is valid. */
  readonly facts: Readonly<Record<string, string>>;
  /** Why the client goes no further. */
  readonly objection?: 'self-signed' | 'unknown-issuer' | 'expired' | 'not-yet-valid' | 'other-name';
}

export interface ConnectRequest {
  readonly protocol: TransportProtocol;
  /** A literal IPv4 address; names are resolved first, by {@link Network.lookup}. */
  readonly address: string;
  readonly port: number;
  readonly tls?: TlsClient;
  readonly request?: AppRequest;
}

/** When the parts of a connection were done, in virtual milliseconds since it began; 0 for a part that there was not. */
export interface Timing {
  /** TCP is open. */
  readonly connect: number;
  /** The TLS handshake is over. */
  readonly tls: number;
}

/** What a client gets: the trace, and the reply when there was one. */
export interface Exchange {
  readonly trace: Trace;
  readonly timing: Timing;
  /** Who sent the ICMP error by which it failed, if anybody: `10.240.0.7`. */
  readonly reporter?: string;
  /** What was left of the reply's time to live, for ping. */
  readonly ttl?: number;
  readonly reply?: AppReply;
  /** What the server's TLS presented, when the handshake got that far. */
  readonly serverCertificatePem?: string;
  /** The version that both sides agreed on: `TLSv1.3`. */
  readonly tlsVersion?: string;
}

/** One question that was put to a DNS server. */
export interface Query {
  /** Fully qualified, without the last dot. */
  readonly name: string;
  readonly type: DnsType;
  readonly server: string;
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | undefined;
  readonly answers: readonly DnsRecord[];
  readonly trace: Trace;
  /** Virtual milliseconds until the answer, or until the resolver gave up on it. */
  readonly duration: number;
}

export interface Lookup {
  /** Every question asked, in order; empty when /etc/hosts knew the name. */
  readonly queries: readonly Query[];
  readonly traces: readonly Trace[];
  /** Addresses found; empty when the name does not exist or nobody answered. */
  readonly addresses: readonly string[];
  /** The name that was found in the end, fully qualified. */
  readonly canonicalName?: string;
  readonly outcome: 'ok' | 'no-such-host' | 'dns-timeout' | 'servfail';
  /** The server that was asked. */
  readonly server?: string;
  readonly group: number;
  /** Virtual milliseconds it took. */
  readonly duration: number;
}

/**
 * The network of a cluster and of what is around it (laptop, internet, load balancers, plain Docker hosts).
 *
 * An exchange is decided at once, when it begins: its trace says what every hop did and how long it took; the client's
 * program then waits for `trace.duration` of virtual time before it acts on it. All calls are synchronous.
 */
export interface Network {
  /** One connection, or datagram, with one request and its reply. */
  connect(from: NetworkNamespace, request: ConnectRequest, options: ExchangeOptions): Exchange;
  /** ICMP echo to a literal address. */
  ping(from: NetworkNamespace, address: string, options: ExchangeOptions): Exchange;
  /** Finds a name's addresses as libc would: /etc/hosts, then search domains by ndots, then DNS servers. */
  lookup(
    from: NetworkNamespace,
    name: string,
    options: ExchangeOptions & {
      type?: DnsType;
      /** Asks this server instead of those of resolv.conf. */
      server?: string;
      /** How often every server is asked; 2 as resolv.conf has it. */
      attempts?: number;
    },
  ): Lookup;
  /** Every trace, as it is made. Traces of kubelet probes are only delivered when asked for. */
  onTrace(listener: (trace: Trace) => void, options?: { probes?: boolean }): () => void;
  /** The latest traces, oldest first; a bounded number is kept. */
  recent(): readonly Trace[];
  /** What explaining an exchange looks at; undefined when its sender is gone. */
  caseOf(trace: Trace): Case | undefined;
  /** All namespaces, by id. */
  namespace(id: string): NetworkNamespace | undefined;
  /** `iptables-save` of a node, as kube-proxy 1.33 in iptables mode writes it. */
  iptablesSave(node: string, options?: { counters?: boolean; table?: string }): string;
  /** The node's tables, for `iptables -L`. */
  tables(node: string): readonly Table[];
  /** The routes of a namespace's kernel, as `ip route` prints them. */
  routes(from: NetworkNamespace): readonly string[];
}
