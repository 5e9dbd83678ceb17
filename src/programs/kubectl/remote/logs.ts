import type { ApiStream } from '../../../cluster/api/client.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure, failureText } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { MergedStreams } from './streams.ts';

/** One container's log. */
export interface LogTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogRequest {
  readonly follow: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tail?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  /** Each line begins with `[pod/NAME/CONTAINER] `. */
  readonly prefix?: boolean;
  readonly ignoreErrors?: boolean;
}

/** Prints logs, one after the other, or all at once when they are followed. @throws StatusFailure */
export function* streamLogs(invocation: Invocation, targets: readonly LogTarget[], request: LogRequest): Routine {
  const streams: ApiStream[] = [];
  const prefixes: string[] = [];
  for (const target of targets) {
    const prefix = request.prefix === true ? `[pod/${target.pod}/${target.container}] ` : '';
    try {
      const { stream, body } = yield* invocation.client.request(
        'GET',
        `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods/${encodeURIComponent(target.pod)}/log`,
        { query: queryOf(target.container, request) },
      );
      if (stream === undefined) yield* invocation.out(prefixed(String(body ?? ''), prefix));
      else {
        streams.push(stream);
        prefixes.push(prefix);
      }
    } catch (error) {
      if (request.ignoreErrors !== true || !(error instanceof Failure)) throw error;
      yield* invocation.err(failureText(error));
    }
  }
  if (streams.length === 0) return;
  const reader = new MergedStreams(streams);
  try {
    for (;;) {
      const item = yield* reader.next();
      if (item === undefined) return;
      yield* invocation.out(prefixed(item.text, prefixes[item.from] ?? ''));
    }
  } finally {
    reader.close();
  }
}

function queryOf(container: string, request: LogRequest): Record<string, string | undefined> {
  const number = (value: number | undefined) => (value === undefined ? undefined : String(value));
  return {
    container,
    follow: request.follow ? 'true' : undefined,
    limitBytes: number(request.limitBytes),
    previous: request.previous === true ? 'true' : undefined,
    sinceSeconds: number(request.sinceSeconds),
    sinceTime: request.sinceTime,
    tailLines: number(request.tail),
    timestamps: request.timestamps === true ? 'true' : undefined,
  };
}

function prefixed(text: string, prefix: string): string {
  return prefix === '' ? text : text.replace(/^(?=[\s\S])/gm, (_, at: number) => (at < text.length ? prefix : ''));
}
