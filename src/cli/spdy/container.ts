import { StringDecoder } from 'node:string_decoder';
import type { ExecSession } from '../../cluster/kubelet/runtime.ts';
import type { SpdyStream } from './connection.ts';

/**
 * Joins the streams of exec or attach to a process, as remotecommand's v4.channel.k8s.io does over SPDY. `result` makes what the
 * error stream says of an exit status; a session that is a text could not begin, and that text is what the error stream says.
 */
export function joinContainer(
  session: ExecSession | string,
  query: URLSearchParams,
  result: (code: number) => string,
): (stream: SpdyStream) => void {
  const asked = (name: string) => ['1', 'true'].includes(query.get(name) ?? '');
  const tty = asked('tty');
  const awaited = new Set(['error', ...['stdin', 'stdout', 'stderr'].filter(asked), ...(tty ? ['resize'] : [])]);
  if (tty) awaited.delete('stderr');
  const streams = new Map<string, SpdyStream>();
  // Said before the client has opened its streams.
  const early: (() => void)[] = [];
  const once = (action: () => void) => (awaited.size > 0 ? void early.push(action) : action());
  const finish = (text: string) =>
    once(() => {
      streams.get('error')?.write(Buffer.from(text));
      for (const name of ['stdout', 'stderr', 'error']) streams.get(name)?.end();
    });
  if (typeof session === 'string') finish(session);
  else {
    session.onOutput((text, stream) => once(() => streams.get(stream)?.write(Buffer.from(text, 'utf8'))));
    session.onExit((code) => finish(result(code)));
  }
  return (stream) => {
    const name = stream.headers.get('streamtype') ?? '';
    streams.set(name, stream);
    if (typeof session !== 'string') receive(name, stream, session);
    awaited.delete(name);
    if (awaited.size === 0) for (const action of early.splice(0)) action();
  };
}

function receive(name: string, stream: SpdyStream, session: ExecSession): void {
  if (name === 'stdin') {
    const decoder = new StringDecoder('utf8');
    stream.serve(
      (bytes) => session.write(decoder.write(bytes)),
      () => session.closeInput(),
    );
  } else if (name === 'resize') {
    stream.serve(
      (bytes) => {
        for (const line of bytes.toString().trim().split('\n')) {
          const { Width: columns = 0, Height: rows = 0 } = JSON.parse(line) as { Width?: number; Height?: number };
          if (columns > 0 && rows > 0) session.resize(columns, rows);
        }
      },
      () => {},
    );
  }
}
