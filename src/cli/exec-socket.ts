import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { connectOptions } from '../cluster/api/rest/connect.ts';
import type { ApiServer } from '../cluster/api/server.ts';
import { ApiError, type Status } from '../cluster/api/types.ts';

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

/** Answers WebSocket requests for exec and attach on a server that serves the API. */
export function serveStreams(server: UpgradingServer, api: ApiServer): void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  /** kubectl that was refused asks once more over SPDY, and shows that answer. */
  let refused: { readonly url: string; readonly status: Status } | undefined;
  server.on('upgrade', (request, socket, head) => {
    const target = request.url ?? '/';
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !PROTOCOLS.some((each) => offered.includes(each))) {
      refuse(socket, refused?.url === target ? refused.status : NOT_SPOKEN);
      return;
    }
    const url = new URL(target, 'http://localhost');
    try {
      const session = api.connect(url.pathname, url.searchParams, connectOptions(url.searchParams));
      sockets.handleUpgrade(request, socket, head, (ws) => attach(ws, session));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.message.startsWith(RUNTIME_ERROR)) {
        refused = { url: target, status: error.status };
        refuse(socket, error.status);
        return;
      }
      // The runtime is asked when the streams are open: what it says goes over one of them.
      const status = runtimeFailure(error.message);
      sockets.handleUpgrade(request, socket, head, (ws) => {
        ws.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(JSON.stringify(status))]));
        ws.close(1000);
      });
    }
  });
}

const RUNTIME_ERROR = 'OCI runtime exec failed';

const NOT_SPOKEN: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'only exec and attach over WebSocket are served here, as kubectl 1.31 and later ask for them',
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
function attach(ws: WebSocket, session: ReturnType<ApiServer['connect']>): void {
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
