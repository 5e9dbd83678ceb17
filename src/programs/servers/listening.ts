import { AddressInUse, type AppReply, type AppRequest, type Peer } from '../../cluster/network/namespace.ts';
import type { Context } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { type Routine, until } from '../../sim/routine.ts';

export type HttpRequest = Extract<AppRequest, { kind: 'http' }>;

/** A socket of a simple server. */
export interface Socket {
  readonly protocol?: 'TCP' | 'UDP';
  readonly port: number;
  serve(request: AppRequest, peer: Peer): AppReply;
}

/** Lines for a server's log, written as soon as the server's process gets to it. */
export interface ServerLog {
  out(text: string): void;
  error(text: string): void;
  /** Ends the server with this status. */
  exit(status: number): void;
}

/**
 * A server's whole life: listens, writes its log, ends by SIGTERM or SIGINT. `sockets` is told where to log.
 * A port that is taken is told by `taken`, and ends it with status 1.
 */
export function* listening(
  context: Context,
  program: string,
  sockets: (log: ServerLog) => readonly Socket[],
  taken: (socket: Socket) => string,
): Routine<number> {
  const lines: { stream: 'stdout' | 'stderr'; text: string }[] = [];
  let status: number | undefined;
  let wake = () => {};
  const put = (stream: 'stdout' | 'stderr', text: string) => {
    lines.push({ stream, text });
    wake();
  };
  const end = (code: number) => {
    status = code;
    wake();
  };
  const log: ServerLog = { out: (text) => put('stdout', text), error: (text) => put('stderr', text), exit: end };
  const closers: (() => void)[] = [];
  try {
    for (const socket of sockets(log)) {
      try {
        closers.push(
          context.machine.network.listen({
            protocol: socket.protocol ?? 'TCP',
            address: '0.0.0.0',
            port: socket.port,
            program,
            serve: (request, peer) => socket.serve(request, peer),
          }),
        );
      } catch (error) {
        if (!(error instanceof AddressInUse)) throw error;
        yield* context.stderr.write(taken(socket));
        return 1;
      }
    }
    context.onSignal('SIGTERM', () => end(0));
    context.onSignal('SIGINT', () => end(0));
    for (;;) {
      for (const { stream, text } of lines.splice(0)) yield* context[stream].write(text);
      if (status !== undefined) return status;
      yield* until<void>((resolve) => {
        wake = () => resolve();
        if (lines.length > 0 || status !== undefined) resolve();
        return () => {
          wake = () => {};
        };
      });
    }
  } finally {
    for (const close of closers) close();
  }
}

/** An answer as Go's net/http writes it. `now` is calendar milliseconds. */
export function goReply(now: number, body: string, status = 200, type = 'text/plain; charset=utf-8'): AppReply {
  return {
    kind: 'http',
    status,
    reason: GO_REASONS[status] ?? '',
    headers: [
      ['Date', new Date(Math.floor(now / 1000) * 1000).toUTCString()],
      ['Content-Length', String(byteLength(body))],
      ...(body === '' ? [] : ([['Content-Type', type]] as const)),
    ],
    body,
  };
}

const GO_REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  404: 'Not Found',
  412: 'Precondition Failed',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};

/** `2026/11/20 09:00:00`, as Go's log package begins a line. */
export function goStamp(now: number): string {
  const text = new Date(now).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '/')} ${text.slice(11, 19)}`;
}
