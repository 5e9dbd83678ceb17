import type { ContainerLog, LogLine } from '../../kubelet/runtime.ts';
import type { ApiResponse, ApiStream } from '../client.ts';
import { errors } from '../errors.ts';
import type { FieldError } from '../kind.ts';
import { isRefusal } from '../nodes.ts';
import type { ApiServer } from '../server.ts';
import type { KubeObject, Pod } from '../types.ts';
import type { Call } from './handler.ts';
import { isTrue } from './query.ts';

type PodObject = Pod & KubeObject;

/** Which lines of a log, and how they look. */
interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tail: number | undefined;
  readonly bytes: number | undefined;
  /** Calendar ms. */
  readonly since: number | undefined;
  readonly stream: string;
}

/** pods/NAME/log: text, or a stream of text with `follow`. @throws ApiError in the server's or the kubelet's words */
export function podLog(server: ApiServer, name: string, namespace: string, call: Call): Omit<ApiResponse, 'warnings'> {
  const { query, warn } = call;
  const pod = server.get(server.shelf('pods'), name, namespace) as PodObject;
  const options = logOptions(query, server.sim.calendar());
  const container = containerOf(pod, query.get('container') ?? '', 'log', warn);
  const previous = isTrue(query.get('previous'));
  if ((pod.spec?.nodeName ?? '') === '') return plain('');
  const { nodes } = server;
  if (nodes === undefined) throw errors.serviceUnavailable('no kubelet answers');
  const log = nodes.log({ pod, container, previous });
  if (isRefusal(log)) {
    const error = errors.badRequest(log.error);
    error.status.code = log.code ?? 400;
    if ((log.code ?? 400) === 500) error.status.reason = 'InternalError';
    throw error;
  }
  const epoch = server.sim.epoch;
  if (!options.follow) return plain(render(log, options, epoch));
  return {
    code: 200,
    contentType: 'text/plain',
    body: undefined,
    stream: followed(log, options, epoch),
  };
}

function plain(body: string): Omit<ApiResponse, 'warnings'> {
  return { code: 200, contentType: 'text/plain', body };
}

/** The container that is meant when the pod has several. @throws ApiError BadRequest */
export function containerOf(
  pod: PodObject,
  asked: string,
  what: 'log' | 'other',
  warn: (text: string) => void = () => {},
): string {
  const names = (list: readonly { name: string }[] | undefined) => (list ?? []).map((each) => each.name);
  const own = names(pod.spec?.containers);
  const init = names(pod.spec?.initContainers);
  const ephemeral = names(pod.spec?.ephemeralContainers);
  const { name = '' } = pod.metadata ?? {};
  if (asked !== '') {
    if ([...own, ...init, ...ephemeral].includes(asked)) return asked;
    throw errors.badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const fallback = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  const first = own[0];
  if (own.length === 1 && first !== undefined) return first;
  if (what === 'log' && fallback !== undefined && own.includes(fallback)) {
    warn(`defaulted container "${fallback}"`);
    return fallback;
  }
  const list = (all: readonly string[]) => `[${all.join(' ')}]`;
  throw errors.badRequest(
    `a container name must be specified for pod ${name}, choose one of: ${list(own)}${init.length > 0 ? ` or one of the init containers: ${list(init)}` : ''}${ephemeral.length > 0 ? ` or one of the ephemeral containers: ${list(ephemeral)}` : ''}`,
  );
}

function logOptions(query: URLSearchParams, now: number): LogOptions {
  const number = (name: string) => (query.has(name) && query.get(name) !== '' ? Number(query.get(name)) : undefined);
  const [tail, bytes, seconds] = [number('tailLines'), number('limitBytes'), number('sinceSeconds')];
  const sinceTime = query.get('sinceTime');
  const problems: FieldError[] = [];
  const bad = (field: string, value: unknown, detail: string) =>
    problems.push({ type: 'Invalid value', field, value, detail });
  if (tail !== undefined && tail < 0) bad('tailLines', tail, 'must be greater than or equal to 0');
  if (bytes !== undefined && bytes < 1) bad('limitBytes', bytes, 'must be greater than 0');
  if (seconds !== undefined && sinceTime !== null)
    problems.push({
      type: 'Forbidden',
      field: '',
      detail: 'at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  if (seconds !== undefined && seconds < 1) bad('sinceSeconds', seconds, 'must be greater than 0');
  if (problems.length > 0)
    throw errors.invalid({ group: '', plural: 'podlogoptions', kind: 'PodLogOptions' }, '', problems);
  return {
    follow: isTrue(query.get('follow')),
    timestamps: isTrue(query.get('timestamps')),
    tail,
    bytes,
    since: seconds !== undefined ? now - seconds * 1000 : sinceTime !== null ? Date.parse(sinceTime) : undefined,
    stream: query.get('stream') ?? 'All',
  };
}

function wanted(line: LogLine, { since, stream }: LogOptions, epoch: number): boolean {
  return (
    (since === undefined || epoch + line.at >= since) && (stream === 'All' || line.stream === stream.toLowerCase())
  );
}

function lineText(line: LogLine, { timestamps }: LogOptions, epoch: number): string {
  return `${timestamps ? `${nanoTime(epoch + line.at)} ` : ''}${line.text}\n`;
}

function render(log: ContainerLog, options: LogOptions, epoch: number): string {
  let lines = log.lines.filter((line) => wanted(line, options, epoch));
  if (options.tail !== undefined) lines = options.tail === 0 ? [] : lines.slice(-options.tail);
  const text = lines.map((line) => lineText(line, options, epoch)).join('');
  return options.bytes === undefined ? text : text.slice(0, options.bytes);
}

function followed(log: ContainerLog, options: LogOptions, epoch: number): ApiStream {
  return {
    subscribe(onItem, onEnd) {
      let left = options.bytes ?? Number.POSITIVE_INFINITY;
      const give = (text: string) => {
        if (text === '' || left <= 0) return;
        onItem(text.slice(0, left));
        left -= text.length;
      };
      give(render(log, options, epoch));
      return log.follow((line) => {
        if (line === undefined) onEnd();
        else if (wanted(line, options, epoch)) give(lineText(line, options, epoch));
      });
    },
  };
}

/** RFC 3339 with nanoseconds: `2026-11-20T09:00:12.034567890Z`. */
function nanoTime(ms: number): string {
  const whole = Math.floor(ms);
  const nanos = Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1e6);
  return `${new Date(whole).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}
