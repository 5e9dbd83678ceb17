import { WebSocket } from 'ws';
import type { ApiResponse, ApiStream } from '../cluster/api/client.ts';
import type { ExecSession } from '../cluster/kubelet/runtime.ts';
import { ConnectionError, type KubeApi } from '../programs/kubectl/api.ts';
import { outside } from '../sim/routine.ts';

/** Another Kubernetes API, over HTTP: the one that `npm run api` serves, `kubectl proxy`, or a real server without client certificates. */
export function remoteApi(server: string): KubeApi {
  const base = server.replace(/\/$/, '');
  const { host } = new URL(base);
  return {
    server: base,
    *request(request) {
      const query = request.query?.toString() ?? '';
      const url = `${base}${request.path}${query === '' ? '' : `?${query}`}`;
      const streaming = /(^|&)(watch|follow)=(true|1)/.test(query);
      return yield* outside(
        async (signal): Promise<ApiResponse> => {
          let response: Response;
          try {
            response = await fetch(url, {
              method: request.method,
              headers: {
                ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
                ...request.headers,
              },
              ...(request.body === undefined
                ? {}
                : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
              ...(streaming ? {} : { signal }),
            });
          } catch (error) {
            const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
            throw new ConnectionError(
              /ECONNREFUSED/.test(cause)
                ? `The connection to the server ${host} was refused - did you specify the right host or port?`
                : `Unable to connect to the server: ${cause}`,
            );
          }
          const contentType = response.headers.get('content-type') ?? 'application/json';
          const warnings = (response.headers.get('warning') ?? '')
            .split(/,\s*(?=299 )/)
            .flatMap((each) => /^299 \S+ "(.*)"$/.exec(each)?.[1]?.replaceAll('\\"', '"') ?? []);
          const json = contentType.includes('json');
          if (streaming && response.ok && response.body !== null)
            return {
              code: response.status,
              contentType,
              warnings,
              body: undefined,
              stream: streamOf(response.body, json),
            };
          const text = await response.text();
          return { code: response.status, contentType, warnings, body: json && text !== '' ? JSON.parse(text) : text };
        },
        { time: 'run' },
      );
    },
    *connect(path, query, options) {
      const url = `${base.replace(/^http/, 'ws')}${path}?${query.toString()}`;
      return yield* outside(() => open(url, options), { time: 'run' });
    },
  };
}

/** Lines of JSON, or text as it comes. */
function streamOf(body: ReadableStream<Uint8Array>, json: boolean): ApiStream {
  return {
    subscribe(onItem, onEnd) {
      const reader = body.getReader();
      const decoder = new TextDecoder();
      let rest = '';
      let stopped = false;
      const pump = async (): Promise<void> => {
        for (;;) {
          const { done, value } = await reader.read();
          if (stopped) return;
          if (done) break;
          const text = decoder.decode(value, { stream: true });
          if (!json) {
            onItem(text);
            continue;
          }
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.trim() !== '') onItem(JSON.parse(line));
        }
        onEnd();
      };
      pump().catch(() => onEnd());
      return () => {
        stopped = true;
        reader.cancel().catch(() => {});
      };
    },
  };
}

/** exec and attach over WebSocket (v5.channel.k8s.io): a byte of channel before each message. */
function open(
  url: string,
  options: { stdin: boolean; tty: boolean; columns?: number; rows?: number },
): Promise<ExecSession | { error: string }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    const outputs: ((text: string, stream: 'stdout' | 'stderr') => void)[] = [];
    const exits: ((code: number) => void)[] = [];
    const early: [string, 'stdout' | 'stderr'][] = [];
    let code: number | undefined;
    const send = (channel: number, text: string) =>
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
    socket.on('unexpected-response', (_request, response) =>
      resolve({ error: `unable to upgrade connection: ${response.statusCode ?? ''}` }),
    );
    socket.on('error', (error) => resolve({ error: error.message }));
    socket.on('message', (data: Buffer) => {
      const text = data.subarray(1).toString('utf8');
      if (data[0] === 1 || data[0] === 2) {
        const stream = data[0] === 1 ? 'stdout' : 'stderr';
        if (outputs.length === 0) early.push([text, stream]);
        for (const listener of outputs) listener(text, stream);
      } else if (data[0] === 3) {
        const status = JSON.parse(text) as {
          status?: string;
          details?: { causes?: { reason?: string; message?: string }[] };
        };
        code =
          status.status === 'Success'
            ? 0
            : Number(status.details?.causes?.find((each) => each.reason === 'ExitCode')?.message ?? 1);
      }
    });
    socket.on('close', () => {
      code ??= 1;
      for (const listener of exits) listener(code);
    });
    socket.on('open', () => {
      if (options.tty && options.columns !== undefined)
        send(4, JSON.stringify({ Width: options.columns, Height: options.rows ?? 24 }));
      resolve({
        write: (text) => send(0, text),
        closeInput: () => socket.send(Buffer.from([255, 0])),
        resize: (columns, rows) => send(4, JSON.stringify({ Width: columns, Height: rows })),
        signal: () => socket.close(),
        onOutput(listener) {
          outputs.push(listener);
          for (const [text, stream] of early.splice(0)) listener(text, stream);
        },
        onExit(listener) {
          if (code === undefined || socket.readyState !== WebSocket.CLOSED) exits.push(listener);
          else listener(code);
        },
        detach: () => socket.close(),
      });
    });
  });
}
