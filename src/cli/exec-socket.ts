import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { connectOptions } from '../cluster/api/rest/connect.ts';
import type { ApiServer } from '../cluster/api/server.ts';
import { ApiError, type Status } from '../cluster/api/types.ts';
import type { ExecSession } from '../cluster/kubelet/runtime.ts';
import { SpdyConnection, type SpdyStream } from './spdy/connection.ts';
import { joinContainer } from './spdy/container.ts';
import { forwardPorts } from './spdy/ports.ts';

/** Subprotocols of exec and attach that are spoken, the best first (k8s.io/apimachinery remotecommand). */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** Channels: the first byte of every message. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
/** v5 only: the other side has nothing more to say on a channel. */
const CLOSE = 255;

/** Anything that emits Node's `upgrade`. */
interface UpgradingServer {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
}

/** Port-forward speaks SPDY, inside of WebSocket messages from kubectl 1.31 on. */
const TUNNEL = 'SPDY/3.1+portforward.k8s.io';

/** Versions of the protocol of exec and attach over SPDY that are spoken. */
const SPDY_PROTOCOL = 'v4.channel.k8s.io';

/** Answers requests for exec, attach and port-forward on a server that serves the API: over WebSocket, and over SPDY for older kubectls. */
export function serveStreams(server: UpgradingServer, api: ApiServer): void {
  const spoken = [...PROTOCOLS, TUNNEL];
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => spoken.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    // A client may break off at any time.
    socket.on('error', () => socket.destroy());
    const words = (name: string) =>
      [request.headers[name] ?? []].flat().flatMap((each) => each.split(',').map((word) => word.trim()));
    const upgrade = request.headers.upgrade?.toLowerCase();
    const url = new URL(request.url ?? '/', 'http://localhost');
    const forwards = url.pathname.endsWith('/portforward');
    const protocol = forwards ? 'portforward.k8s.io' : SPDY_PROTOCOL;
    const offered = words('sec-websocket-protocol');
    try {
      if (upgrade === 'websocket' && offered.some((each) => (forwards ? each === TUNNEL : isChannels(each)))) {
        const begun = forwards ? undefined : begin(api, url);
        if (forwards) portsOf(api, url);
        sockets.handleUpgrade(request, socket, head, (ws) => {
          if (begun === undefined) tunnel(ws, portsOf(api, url));
          else if (isStatus(begun)) refuseStarted(ws, begun);
          else attach(ws, begun);
        });
      } else if (upgrade === 'spdy/3.1' && words('x-stream-protocol-version').includes(protocol)) {
        const onStream = forwards ? portsOf(api, url) : containerOf(api, url, socket);
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
        );
        const connection = new SpdyConnection((bytes) => socket.write(bytes), onStream);
        if (head.length > 0) connection.receive(head);
        socket.on('data', (bytes: Buffer) => connection.receive(bytes));
      } else refuse(socket, NOT_SPOKEN);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(socket, error.status);
    }
  });
}

function isChannels(protocol: string): boolean {
  return PROTOCOLS.some((each) => each === protocol);
}

/** The process, or what the runtime said: it is asked when the streams are open, and its words go over one of them. @throws ApiError */
function begin(api: ApiServer, url: URL): ExecSession | Status {
  try {
    return api.connect(url.pathname, url.searchParams, connectOptions(url.searchParams));
  } catch (error) {
    if (error instanceof ApiError && error.message.startsWith(RUNTIME_ERROR)) return runtimeFailure(error.message);
    throw error;
  }
}

function isStatus(begun: ExecSession | Status): begun is Status {
  return 'status' in begun;
}

function refuseStarted(ws: WebSocket, status: Status): void {
  ws.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(JSON.stringify(status))]));
  ws.close(1000);
}

function containerOf(api: ApiServer, url: URL, socket: Duplex): (stream: SpdyStream) => void {
  const begun = begin(api, url);
  if (isStatus(begun)) return joinContainer(JSON.stringify(begun), url.searchParams, () => '');
  socket.on('close', () => begun.detach());
  return joinContainer(begun, url.searchParams, (code) => JSON.stringify(exitStatus(code)));
}

/** @throws ApiError for a pod that is not there. */
function portsOf(api: ApiServer, url: URL): (stream: SpdyStream) => void {
  const dial = api.dialer(url.pathname);
  return forwardPorts((port) => {
    try {
      return dial(port);
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  });
}

function tunnel(ws: WebSocket, onStream: (stream: SpdyStream) => void): void {
  const connection = new SpdyConnection((bytes) => ws.send(bytes), onStream);
  ws.on('message', (bytes: Buffer) => connection.receive(bytes));
}

const RUNTIME_ERROR = 'OCI runtime exec failed';

const NOT_SPOKEN: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'unable to upgrade: only exec, attach and port-forward are served here, over WebSocket or SPDY/3.1',
  reason: 'BadRequest',
  code: 400,
};

function runtimeFailure(why: string): Status {
  // The API server passes on what the runtime's own server says, and both call it internal.
  const message = `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${randomBytes(32).toString('hex')}": ${why}: unknown`;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}

/** Answers with a Status instead of an upgrade; the kubelet's own refusals are bare text. */
function refuse(socket: Duplex, status: Status): void {
  const bare = status.code === 500 && status.reason === 'InternalError';
  const body = bare ? (status.message ?? '') : JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${status.code ?? 500} Refused\r\nContent-Type: ${bare ? 'text/plain' : 'application/json'}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Joins a WebSocket to a process until it ends. */
function attach(ws: WebSocket, session: ExecSession): void {
  const send = (channel: number, text: string) => {
    const data = Buffer.from(text, 'utf8');
    ws.send(Buffer.concat([Buffer.from([channel]), data]));
  };
  session.onOutput((text, stream) => send(stream === 'stdout' ? STDOUT : STDERR, text));
  session.onExit((code) => {
    send(ERROR, JSON.stringify(exitStatus(code)));
    ws.close(1000);
  });
  ws.on('message', (data: Buffer) => {
    const channel = data[0];
    const rest = data.subarray(1);
    if (channel === STDIN) session.write(rest.toString('utf8'));
    else if (channel === RESIZE) {
      const { Width: columns = 0, Height: rows = 0 } = JSON.parse(rest.toString()) as {
        Width?: number;
        Height?: number;
      };
      if (columns > 0 && rows > 0) session.resize(columns, rows);
    } else if (channel === CLOSE && rest[0] === STDIN) session.closeInput();
  });
  ws.on('close', () => session.detach());
}

/** What the error channel says at the end (remotecommand.ServeExec). */
function exitStatus(code: number): Partial<Status> {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}
