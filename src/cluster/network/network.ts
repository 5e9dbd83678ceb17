import type { AppReply, AppRequest, DnsType, NetworkNamespace, TransportProtocol } from './namespace.ts';
import type { Trace } from './trace.ts';

/** Context that a client's program adds to what the network records. */
export interface ExchangeOptions {
  /** The program that asks, for the trace: `curl`, `nginx`, `kubelet`. */
  readonly program: string;
  /** What the user wrote: `http://my-nginx`. */
  readonly target: string;
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
}

export interface ConnectRequest {
  readonly protocol: TransportProtocol;
  /** A literal IPv4 address; names are resolved first, by {@link Network.lookup}. */
  readonly address: string;
  readonly port: number;
  readonly tls?: TlsClient;
  readonly request?: AppRequest;
}

/** What a client gets: the trace, and the reply when there was one. */
export interface Exchange {
  readonly trace: Trace;
  readonly reply?: AppReply;
  /** What the server's TLS presented, when the handshake got that far. */
  readonly serverCertificatePem?: string;
}

export interface Lookup {
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
  lookup(from: NetworkNamespace, name: string, options: ExchangeOptions & { type?: DnsType; server?: string }): Lookup;
  /** Every trace, as it is made. Traces of kubelet probes are only delivered when asked for. */
  onTrace(listener: (trace: Trace) => void, options?: { probes?: boolean }): () => void;
  /** The latest traces, oldest first; a bounded number is kept. */
  recent(): readonly Trace[];
  /** All namespaces, by id. */
  namespace(id: string): NetworkNamespace | undefined;
  /** `iptables-save` of a node, as kube-proxy 1.33 in iptables mode writes it. */
  iptablesSave(node: string): string;
}
