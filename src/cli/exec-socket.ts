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
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
    const websocket = request.headers.upgrade?.toLowerCase() === 'websocket';
    if (!websocket || !PROTOCOLS.some((protocol) => offered.includes(protocol))) {
      refuse(socket, 403, 'unable to upgrade: only exec and attach by WebSocket are served');
      return;
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    try {
      const options = connectOptions(url.searchParams);
      const session = api.connect(url.pathname, url.searchParams, options);
      sockets.handleUpgrade(request, socket, head, (ws) => attach(ws, session));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(socket, error.code, JSON.stringify(error.status));
    }
  });
}

function refuse(socket: Duplex, code: number, body: string): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain';
  socket.end(
    `HTTP/1.1 ${code} Error\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
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
