import type { Simulation } from '../../sim/simulation.ts';
import type { PortConnection, Refusal } from '../api/nodes.ts';
import type { AppReply, AppRequest, NetworkNamespace } from '../network/namespace.ts';
import type { Network } from '../network/network.ts';
import { sha256 } from '../network/sha256.ts';

/** What a port-forward needs of the node that has the pod. */
export interface PortForwardContext {
  readonly sim: Simulation;
  readonly network: Network;
  /** The pod's. */
  readonly namespace: NetworkNamespace;
  readonly podUid: string;
}

/**
 * A connection from a node's runtime to a port of the pod's own localhost, as containerd makes it for a port-forward. Bytes go in
 * and out; the network knows requests and replies, so HTTP is taken apart and put together here. What is not HTTP goes as it is,
 * one chunk after the other; TLS is not spoken.
 */
export function dialPort(context: PortForwardContext, port: number): PortConnection | Refusal {
  if (context.namespace.accepting('TCP', LOCALHOST, port) === undefined) return refused(context.podUid, port);
  return new Connection(context, port);
}

const LOCALHOST = '127.0.0.1';

/** containerd's words, in the kubelet's (internal/cri/server/sandbox_portforward_linux.go). */
function refused(podUid: string, port: number): Refusal {
  const sandbox = hex(`sandbox/${podUid}`);
  const netns = hex(`netns/${podUid}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const no = 'connect: connection refused';
  return {
    error: `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${netns}": failed to connect to localhost:${port} inside namespace "${sandbox}", IPv4: dial tcp4 127.0.0.1:${port}: ${no} IPv6 dial tcp6 [::1]:${port}: ${no} `,
  };
}

function hex(text: string): string {
  return [...sha256(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

class Connection implements PortConnection {
  private readonly context: PortForwardContext;
  private readonly port: number;
  private received = '';
  private onBytes: (bytes: string) => void = () => {};
  private onEnd: () => void = () => {};
  private waiting = 0;
  private inputOver = false;
  private closed = false;

  constructor(context: PortForwardContext, port: number) {
    this.context = context;
    this.port = port;
  }

  write(bytes: string): void {
    this.received += bytes;
    for (let next = this.next(); next !== undefined; next = this.next()) this.ask(next);
  }

  closeInput(): void {
    this.inputOver = true;
    if (this.waiting === 0) this.close();
  }

  onData(listener: (bytes: string) => void): void {
    this.onBytes = listener;
  }

  onClose(listener: () => void): void {
    this.onEnd = listener;
  }

  /** The next whole request that was received, taken out of what was. */
  private next(): AppRequest | undefined {
    if (this.received === '' || this.closed) return undefined;
    if (!/^[A-Z]{1,16}(?: |$)/.test(this.received)) {
      const data = this.received;
      this.received = '';
      return { kind: 'raw', data };
    }
    const end = this.received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [line = '', ...rest] = this.received.slice(0, end).split('\r\n');
    const [method = '', path = '', version = ''] = line.split(' ');
    const headers = rest.map((each): [string, string] => {
      const colon = each.indexOf(':');
      return [each.slice(0, colon), each.slice(colon + 1).trim()];
    });
    const body = bodyOf(this.received.slice(end + 4), headers);
    if (body === undefined) return undefined;
    this.received = this.received.slice(end + 4 + body.length);
    return {
      kind: 'http',
      method,
      path,
      version: version === 'HTTP/1.0' ? '1.0' : '1.1',
      headers,
      body: decode(body.text),
    };
  }

  private ask(request: AppRequest): void {
    const { sim, network, namespace } = this.context;
    const { trace, reply } = network.connect(
      namespace,
      { protocol: 'TCP', address: LOCALHOST, port: this.port, request },
      { program: 'containerd', target: `${LOCALHOST}:${this.port}` },
    );
    this.waiting++;
    sim.schedule(trace.duration, () => {
      this.waiting--;
      if (this.closed) return;
      if (reply?.kind === 'http') this.onBytes(written(reply));
      else if (reply?.kind === 'raw') this.onBytes(encode(reply.data));
      if (reply === undefined || !stays(request, reply) || (this.inputOver && this.waiting === 0)) this.close();
    });
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onEnd();
  }
}

type Headers = readonly (readonly [string, string])[];

function header(headers: Headers, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** The body at the beginning of some bytes, and how many of them it takes; undefined while it is not whole. */
function bodyOf(bytes: string, headers: Headers): { readonly text: string; readonly length: number } | undefined {
  if (/\bchunked\b/i.test(header(headers, 'transfer-encoding') ?? '')) {
    let text = '';
    for (let at = 0; ; ) {
      const line = bytes.indexOf('\r\n', at);
      if (line < 0) return undefined;
      const size = Number.parseInt(bytes.slice(at, line), 16);
      const end = line + 2 + size + 2;
      if (Number.isNaN(size) || bytes.length < end) return undefined;
      if (size === 0) return { text, length: end };
      text += bytes.slice(line + 2, line + 2 + size);
      at = end;
    }
  }
  const length = Number(header(headers, 'content-length') ?? 0);
  return bytes.length < length ? undefined : { text: bytes.slice(0, length), length };
}

/** Whether the connection is open after a reply. */
function stays(request: AppRequest, reply: AppReply): boolean {
  if (reply.kind === 'close') return false;
  if (request.kind !== 'http' || reply.kind !== 'http') return true;
  const told = (headers: Headers) => /\bclose\b/i.test(header(headers, 'connection') ?? '');
  const bounded = header(reply.headers, 'content-length') !== undefined || request.method === 'HEAD';
  return bounded && request.version === '1.1' && !told(request.headers) && !told(reply.headers);
}

function written(reply: AppReply & { readonly kind: 'http' }): string {
  const lines = reply.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return encode(`HTTP/1.1 ${reply.status} ${reply.reason ?? ''}\r\n${lines}\r\n${reply.body}`);
}

/** A character for each byte of the text as UTF-8. */
function encode(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

function decode(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}
