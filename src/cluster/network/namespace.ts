import type { Place, Tuple } from './trace.ts';

export type TransportProtocol = 'TCP' | 'UDP' | 'SCTP';

/** An application-level request, as a server's socket receives it. */
export type AppRequest =
  | {
      readonly kind: 'http';
      readonly method: string;
      /** Path and query: `/index.html?x=1`. */
      readonly path: string;
      readonly version: '1.0' | '1.1' | '2';
      /** Names as sent; look up without regard to case. */
      readonly headers: readonly (readonly [string, string])[];
      readonly body: string;
      /** The TLS server name, when the request came through TLS. */
      readonly tls?: { readonly serverName?: string };
    }
  | { readonly kind: 'dns'; readonly name: string; readonly type: DnsType }
  /** Anything else: what was sent, as text. */
  | { readonly kind: 'raw'; readonly data: string };

export type DnsType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME' | 'TXT' | 'NS' | 'MX' | 'SOA' | 'ANY';

export interface DnsRecord {
  /** Fully qualified, with the last dot. */
  readonly name: string;
  readonly type: DnsType;
  readonly ttl: number;
  readonly value: string;
}

/** What a server answers. `delay` is the virtual milliseconds it takes to answer. */
export type AppReply = { readonly delay?: number } & (
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly reason?: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: string;
    }
  | {
      readonly kind: 'dns';
      readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
      readonly answers: readonly DnsRecord[];
    }
  | { readonly kind: 'raw'; readonly data: string }
  /** The server closes the connection without a word. */
  | { readonly kind: 'close' }
);

/** TLS as a server offers it. Certificates and keys are PEM, real X.509. */
export interface TlsServer {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly protocols: readonly string[];
  /** The certificate for the name that a client asks for (SNI), where there are several. */
  certificateFor?(serverName: string): string | undefined;
}

/** Who is on the other side of a connection, as the server sees it. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** The server's own end, after every rewrite. */
  readonly local: { readonly address: string; readonly port: number };
  readonly tuple: Tuple;
}

/** A listening socket of a process. */
export interface Listener {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0`, `::`, or one address of the namespace, such as `127.0.0.1`. */
  readonly address: string;
  readonly port: number;
  /** The program that listens: `nginx`. */
  readonly program: string;
  /** Speaks TLS first when set. */
  readonly tls?: TlsServer;
  /** Answers one request; called synchronously, must not wait. */
  serve(request: AppRequest, peer: Peer): AppReply;
}

export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  /** `ndots` of resolv.conf: 5 in a pod, 1 elsewhere. */
  readonly ndots: number;
}

/** A device with its address: `eth0 10.244.3.4/24`. */
export interface NetworkInterface {
  readonly name: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly mac: string;
}

/**
 * A network namespace: a pod's (shared by its containers), a node's own, the laptop's, a plain Docker container's. Sockets
 * live here; the network reads them to decide whether anyone accepts.
 */
export class NetworkNamespace {
  /** Unique: `pod/default/my-nginx-…`, `node/kubernetes-minion-905m`, `laptop`. */
  readonly id: string;
  readonly place: Place;
  hostname: string;
  interfaces: readonly NetworkInterface[];
  resolver: ResolverConfig;
  /** Extra lines of /etc/hosts: name to address. */
  hosts: ReadonlyMap<string, string>;
  /** False once the machine it belongs to has no power: nothing it owns answers. */
  up = true;
  private readonly sockets = new Map<string, Listener>();
  private nextEphemeral = 32768;

  constructor(
    id: string,
    place: Place,
    options: {
      hostname: string;
      interfaces?: readonly NetworkInterface[];
      resolver?: ResolverConfig;
      hosts?: ReadonlyMap<string, string>;
    },
  ) {
    this.id = id;
    this.place = place;
    this.hostname = options.hostname;
    this.interfaces = options.interfaces ?? [];
    this.resolver = options.resolver ?? { nameservers: [], search: [], ndots: 1 };
    this.hosts = options.hosts ?? new Map();
  }

  /** The address others reach it by: its first interface's. Undefined before one was assigned. */
  get address(): string | undefined {
    return this.interfaces[0]?.address;
  }

  /**
   * Opens a listening socket; the result closes it.
   * @throws AddressInUse when protocol, address and port clash with a socket that exists (bind(2): EADDRINUSE).
   */
  listen(listener: Listener): () => void {
    for (const other of this.sockets.values()) {
      if (
        other.protocol === listener.protocol &&
        other.port === listener.port &&
        clash(other.address, listener.address)
      )
        throw new AddressInUse(listener.address, listener.port);
    }
    const key = `${listener.protocol}/${listener.address}/${listener.port}`;
    this.sockets.set(key, listener);
    return () => {
      if (this.sockets.get(key) === listener) this.sockets.delete(key);
    };
  }

  /** The socket that accepts for this address and port, if any. */
  accepting(protocol: TransportProtocol, address: string, port: number): Listener | undefined {
    const any = this.sockets.get(`${protocol}/0.0.0.0/${port}`) ?? this.sockets.get(`${protocol}/::/${port}`);
    return any ?? this.sockets.get(`${protocol}/${address}/${port}`);
  }

  /** All listening sockets, as `ss -ltnu` shows them. */
  listeners(): Listener[] {
    return [...this.sockets.values()];
  }

  /** A source port for a new connection: the kernel's range, one after the other. */
  ephemeralPort(): number {
    const port = this.nextEphemeral;
    this.nextEphemeral = port >= 60999 ? 32768 : port + 1;
    return port;
  }
}

/** bind(2) failed: somebody listens there already. */
export class AddressInUse extends Error {
  constructor(address: string, port: number) {
    super(`bind() to ${address}:${port} failed (98: Address already in use)`);
    this.name = 'AddressInUse';
  }
}

function clash(a: string, b: string): boolean {
  const wild = (x: string) => x === '0.0.0.0' || x === '::';
  return a === b || wild(a) || wild(b);
}
