import type { ObjectRef } from '../api/types.ts';

/** One end-to-end address pair as a packet carries it. `srcPort`/`dstPort` are 0 for ICMP. */
export interface Tuple {
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
}

/** What kind of packet a step shows: decides its glyph and colour. */
export type PacketKind = 'http' | 'tcp' | 'udp' | 'dns' | 'tls' | 'icmp';

/** Where a step happens, in the terms of the graph. */
export type Place =
  /** In a pod's (or a plain container's) network namespace. */
  | { readonly at: 'pod'; readonly namespace: string; readonly pod: string; readonly node: string }
  /** At a process on a node's own network namespace: a shell over ssh, a kubelet probe. */
  | { readonly at: 'node'; readonly node: string }
  /** At the kube-proxy rules of a node. */
  | { readonly at: 'rules'; readonly node: string }
  /** At the bridge (cbr0, docker0) of a node. */
  | { readonly at: 'bridge'; readonly node: string }
  /** At the door of a node: its eth0. */
  | { readonly at: 'door'; readonly node: string }
  /** On the wire between nodes. */
  | { readonly at: 'wire' }
  | { readonly at: 'laptop' }
  | { readonly at: 'internet' }
  | { readonly at: 'loadbalancer'; readonly namespace: string; readonly service: string };

/** The part of the system that acted in a step. */
export type Component =
  | 'client'
  | 'resolver'
  | 'coredns'
  | 'routing'
  | 'kube-proxy'
  | 'bridge'
  | 'wire'
  | 'cloud'
  | 'loadbalancer'
  | 'networkpolicy'
  | 'server'
  | 'tls';

export type Verdict =
  /** Goes on to the next step. */
  | 'forward'
  /** An address or port was rewritten. */
  | 'rewrite'
  /** Somebody answered. */
  | 'answer'
  /** Somebody answered no (ICMP unreachable, TCP RST, NXDOMAIN, TLS alert). */
  | 'reject'
  /** Nobody answers: lost. */
  | 'drop';

/**
 * One hop of an exchange. `code` is stable, documented in `codes.ts`; the words a person reads are made from code and
 * `facts` by the translations.
 */
export interface TraceStep {
  readonly hop: number;
  readonly code: StepCode;
  readonly component: Component;
  readonly place: Place;
  readonly verdict: Verdict;
  readonly direction: 'request' | 'reply';
  readonly packet: PacketKind;
  /** Virtual milliseconds since the exchange began. */
  readonly time: number;
  readonly before: Tuple;
  /** The tuple after a rewrite; absent when nothing changed. */
  readonly after?: Tuple;
  /** Which rewrite: an address of a Service, the sender, or a cloud's one-to-one address. */
  readonly rewrite?: 'DNAT' | 'SNAT' | '1:1';
  /** The object that decided: the Service whose rule was taken, the Pod that answered. */
  readonly object?: ObjectRef;
  /** The rule taken, as the tool that shows it prints it: an iptables rule, a route. */
  readonly rule?: string;
  /** Named values for the words: `{node, chain, probability, query, answer, status, ...}`. Text only. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** The stable codes of steps; `STEP_CODES` in `codes.ts` documents each. */
export type StepCode = string & { readonly __stepCode?: never };

/** How an exchange ended, as the client's program sees it. */
export type Outcome =
  | 'ok'
  | 'refused' // TCP RST or ICMP port unreachable: ECONNREFUSED
  | 'timeout' // nothing came back
  | 'unreachable' // ICMP host or network unreachable: EHOSTUNREACH, ENETUNREACH
  | 'no-such-host' // NXDOMAIN or no address for the name
  | 'dns-timeout' // no DNS server answered
  | 'tls-failed'
  | 'empty-reply' // the server closed without an answer
  | 'protocol-error'; // an answer in another protocol than the client spoke

/** One link of the chain from a symptom to what a person can change. The words come from `code` and `facts`. */
export interface CauseLink {
  readonly code: string;
  /** The object that the fact is about, at the field that says so. */
  readonly object?: ObjectRef;
  readonly facts?: Readonly<Record<string, string>>;
  /** A command for the laptop's shell that shows the fact. */
  readonly evidence?: string;
}

/** What happened on the network for one exchange: everything that shows a request reads this one value. */
export interface Trace {
  /** Unique and increasing within a cluster. */
  readonly id: number;
  /** Virtual time at which it began. */
  readonly at: number;
  /** The exchange this one is part of: a DNS look-up and the request it was made for share one. */
  readonly group: number;
  readonly purpose: 'dns' | 'http' | 'https' | 'tcp' | 'udp' | 'ping' | 'probe' | 'healthcheck';
  /** What the client asked for, as it was written: `http://my-nginx`, `10.0.162.149:80`. */
  readonly target: string;
  /** What a look-up was made for, as it was written: `http://my-nginx`. Absent when that is the target itself. */
  readonly asked?: string;
  /** The program's command line, if it told. */
  readonly argv?: readonly string[];
  /** Who asked: a place in the graph and the program's name. */
  readonly source: Place;
  readonly program: string;
  /** The Service the destination address belongs to, if any. */
  readonly service?: ObjectRef;
  /** The endpoint that served it, if any. */
  readonly endpoint?: ObjectRef;
  readonly outcome: Outcome;
  /** Code of the decisive step: the first that said no or lost the packet; when all went well, the last. */
  readonly code: StepCode;
  readonly steps: readonly TraceStep[];
  /** Virtual milliseconds until the client knows the outcome; Infinity when it would wait for ever. */
  readonly duration: number;
  /** Why it failed, symptom first; empty when it did not. */
  readonly causes: readonly CauseLink[];
}
