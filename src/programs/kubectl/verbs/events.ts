import type { Event, KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { humanDuration } from '../go/duration.ts';
import { goSort } from '../go/sort.ts';
import type { Invocation } from '../invocation.ts';
import { escapeTerminal } from '../print/escape.ts';
import { objectPrinter } from '../print/printer.ts';
import { TabWriter } from '../print/tabwriter.ts';
import { apiVersionOf } from '../rest/mapper.ts';
import { StreamReader } from '../rest/stream.ts';
import { ALL_NAMESPACES_FLAG, CHUNK_SIZE_FLAG, PRINT_FLAGS } from '../shared-flags.ts';

const command: Command = {
  name: 'events',
  flags: [
    { name: 'watch', short: 'w', type: 'bool' },
    ALL_NAMESPACES_FLAG,
    { name: 'for', type: 'string' },
    { name: 'types', type: 'strings' },
    { name: 'no-headers', type: 'bool' },
    CHUNK_SIZE_FLAG,
    ...PRINT_FLAGS,
  ],
  *run(invocation) {
    const { flags } = invocation;
    const namespace = flags.bool('all-namespaces') ? '' : invocation.namespace.name;
    const fieldSelector = yield* forSelector(invocation);
    const printer =
      flags.string('output') === '' ? undefined : yield* objectPrinter(invocation, 'events', { typed: true });
    const types = flags.list('types').map((type) => type.toLowerCase());
    if (types.some((type) => type !== 'normal' && type !== 'warning'))
      throw new Failure('valid --types are Normal or Warning');
    const wanted = (event: Event) => types.length === 0 || types.includes((event.type ?? '').toLowerCase());
    const path = namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
    const query = { fieldSelector, limit: '500' };
    const table = new EventTable(invocation);
    if (flags.bool('watch')) {
      yield* watchEvents(invocation, path, { ...query, watch: 'true' }, (event) => {
        if (!wanted(event)) return '';
        const object = { ...event, apiVersion: 'v1', kind: 'Event' } as unknown as KubeObject;
        return printer === undefined ? table.rows([event]) : printer(object);
      });
      return;
    }
    const events: Event[] = [];
    let continuation: string | undefined;
    let metadata: unknown = {};
    do {
      const list = (yield* invocation.client.get(path, { query: { ...query, continue: continuation } })) as {
        items?: Event[];
        metadata?: { continue?: string };
      };
      events.push(...(list.items ?? []).filter(wanted));
      metadata = {};
      continuation = list.metadata?.continue;
    } while (continuation !== undefined && continuation !== '');
    if (events.length === 0) {
      yield* invocation.err(namespace === '' ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
      return;
    }
    const sorted = goSort(events, (a, b) => eventTime(a) < eventTime(b));
    if (printer === undefined) yield* invocation.out(table.rows(sorted));
    else
      yield* invocation.out(
        printer({
          apiVersion: 'v1',
          kind: 'EventList',
          metadata: metadata as Record<string, never>,
          items: sorted.map((event) => ({ ...event, apiVersion: 'v1', kind: 'Event' })),
        }),
      );
  },
};

export default command;

/** --for TYPE/NAME as a field selector. */
function* forSelector(invocation: Invocation): Routine<string | undefined> {
  const text = invocation.flags.string('for');
  if (text === '') return undefined;
  const parts = text.split('/');
  const [type = '', name = ''] = parts;
  if (parts.length === 1) throw new Failure('--for must be in resource/name form');
  if (parts.length > 2) throw new Failure('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '')
    throw new Failure('arguments in resource/name form must have a single resource and name');
  const mapper = yield* invocation.mapper();
  const mapping = mapper.mappingFor(type);
  return `involvedObject.kind=${mapping.kind},involvedObject.apiVersion=${apiVersionOf(mapping)},involvedObject.name=${name}`;
}

function* watchEvents(
  invocation: Invocation,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  print: (event: Event) => string,
): Routine {
  const response = yield* invocation.client.request('GET', path, { query });
  if (response.stream === undefined) throw new Failure('unable to watch: the server sent no stream');
  const reader = new StreamReader(response.stream);
  try {
    for (;;) {
      const item = yield* invocation.context.interrupted(reader.next(), 'SIGINT');
      if (item === undefined) return;
      const { type, object } = item as { type: string; object: Event };
      if (type === 'ADDED' || type === 'MODIFIED') yield* invocation.out(print(object));
    }
  } finally {
    reader.close();
  }
}

/** When it was last seen: what the list is ordered by. */
function eventTime(event: Event): number {
  return Date.parse(String(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? 0)) || 0;
}

class EventTable {
  private readonly writer = new TabWriter();
  private headers: boolean;
  private readonly invocation: Invocation;

  constructor(invocation: Invocation) {
    this.invocation = invocation;
    this.headers = !invocation.flags.bool('no-headers');
  }

  rows(events: readonly Event[]): string {
    const all = this.invocation.flags.bool('all-namespaces');
    if (this.headers) this.writer.write(`${all ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
    this.headers = false;
    for (const event of events) {
      const object = event.involvedObject;
      const cells = [
        ...(all ? [event.metadata?.namespace ?? ''] : []),
        this.lastSeen(event),
        event.type ?? '',
        event.reason ?? '',
        `${object.kind ?? ''}/${object.name ?? ''}`,
        (event.message ?? '').trim(),
      ];
      this.writer.write(`${cells.map(escapeTerminal).join('\t')}\n`);
    }
    return this.writer.flush();
  }

  private lastSeen(event: Event): string {
    const since = (time: unknown) =>
      time === undefined || time === null ? '<unknown>' : humanDuration(this.invocation.now - Date.parse(String(time)));
    const first = event.eventTime ?? event.firstTimestamp;
    if (event.series !== undefined && event.series !== null)
      return `${since(event.series.lastObservedTime)} (x${event.series.count ?? 0} over ${since(first)})`;
    if ((event.count ?? 0) > 1) return `${since(event.lastTimestamp)} (x${event.count} over ${since(first)})`;
    return since(first);
  }
}
