import type { Event, KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import { goSort } from '../go/sort.ts';
import type { Invocation } from '../invocation.ts';
import type { Mapping } from '../rest/mapper.ts';
import { since } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** What describers ask the server for, and when it is. */
export class DescribeContext {
  readonly invocation: Invocation;
  readonly mapping: Mapping;
  readonly showEvents: boolean;

  constructor(invocation: Invocation, mapping: Mapping) {
    this.invocation = invocation;
    this.mapping = mapping;
    this.showEvents = invocation.flags.bool('show-events');
  }

  get now(): number {
    return this.invocation.now;
  }

  /** @throws StatusFailure */
  *get<T = KubeObject>(path: string): Routine<T> {
    return (yield* this.invocation.client.get(path)) as T;
  }

  /** All items of a list, page by page. @throws StatusFailure */
  *list<T = KubeObject>(path: string, query: Readonly<Record<string, string>> = {}): Routine<T[]> {
    const items: T[] = [];
    const limit = this.invocation.flags.number('chunk-size');
    let continuation: string | undefined;
    do {
      const page = (yield* this.invocation.client.get(path, {
        query: { ...query, continue: continuation, limit: limit > 0 ? String(limit) : undefined },
      })) as { items?: T[]; metadata?: { continue?: string } };
      items.push(...(page.items ?? []));
      continuation = page.metadata?.continue;
    } while (continuation !== undefined && continuation !== '');
    return items;
  }

  /** Events about an object, undefined with --show-events=false or when they cannot be had. */
  *events(
    object: KubeObject,
    reference: { readonly kind?: string; readonly uid?: string } = {},
  ): Routine<Event[] | undefined> {
    if (!this.showEvents) return undefined;
    const { name = '', namespace = '', uid = '' } = object.metadata ?? {};
    const kind = reference.kind ?? this.mapping.kind;
    const wantedUid = reference.uid ?? uid;
    const selector = [
      ['involvedObject.name', name],
      ['involvedObject.namespace', namespace],
      ...(kind === '' ? [] : [['involvedObject.kind', kind]]),
      ...(wantedUid === '' ? [] : [['involvedObject.uid', wantedUid]]),
    ]
      .map(([field, value]) => `${field}=${value}`)
      .sort()
      .join(',');
    try {
      return yield* this.list<Event>(namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`, {
        fieldSelector: selector,
      });
    } catch (error) {
      if (error instanceof Failure) return [];
      throw error;
    }
  }

  /** The Events section. */
  writeEvents(writer: DescribeWriter, events: readonly Event[] | undefined): void {
    if (events === undefined) return;
    if (events.length === 0) {
      writer.write(0, 'Events:\t<none>\n');
      return;
    }
    const time = (event: Event) => (event.lastTimestamp ? Date.parse(event.lastTimestamp) : Number.NEGATIVE_INFINITY);
    writer.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
    writer.write(1, '----\t------\t----\t----\t-------\n');
    for (const event of goSort(events, (a, b) => time(a) < time(b))) {
      const first = since(event.eventTime ?? event.firstTimestamp, this.now);
      let age = first;
      if (event.series)
        age = `${since(event.series.lastObservedTime, this.now)} (x${event.series.count ?? 0} over ${first})`;
      else if ((event.count ?? 0) > 1) age = `${since(event.lastTimestamp, this.now)} (x${event.count} over ${first})`;
      const from = event.source?.component || event.reportingComponent || '';
      writer.write(1, `${event.type ?? ''}\t${event.reason ?? ''}\t${age}\t${from}\t${(event.message ?? '').trim()}\n`);
    }
  }
}

/** Writes the description of one kind of object. */
export type Describer<T extends KubeObject = KubeObject> = (
  object: T,
  writer: DescribeWriter,
  context: DescribeContext,
) => Routine;
