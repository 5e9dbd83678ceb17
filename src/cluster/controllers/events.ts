import type { Simulation } from '../../sim/simulation.ts';
import type { Clients, ResourceClient } from '../api/client.ts';
import { ApiError, type Event, type KubeObject, type ObjectRef } from '../api/types.ts';

type EventObject = Event & KubeObject;

/** Something an event can be about: any object, or a reference with its apiVersion. */
export type Subject = KubeObject | (ObjectRef & { readonly apiVersion?: string });

/**
 * Limits of client-go's event correlator: so many events of one object in a row, refilled at one in 300 s; and from the
 * tenth different message of one reason within ten minutes on, one event stands for all.
 */
const BURST = 25;
const REFILL = 300_000;
const SIMILAR = 10;
const SIMILAR_WINDOW = 600_000;

const BITS24 = 0x1000000;

const HANDED_OVER = { handedOver: true } as const;

/** One event object that was written. */
interface Written {
  /** What similar events have in common: type, reason, and the part of the object. */
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly path: string | undefined;
  /** Undefined for the one that stands for many. */
  readonly message: string | undefined;
  readonly name: string;
  readonly at: number;
}

/** What is remembered of an object's events; forgotten once the object was silent for as long as events are kept. */
interface Memory {
  /**
   * Tokens of the spam filter, and when they were counted. Warnings have their own, unlike in client-go: what went wrong must
   * not be lost because much went well before.
   */
  readonly tokens: { Normal: number; Warning: number };
  at: number;
  readonly written: Written[];
}

/** After how many objects the recorder looks for those it can forget. */
const SWEEP = 4096;
const SILENT = 3600_000;

/**
 * Writes Events for one component, as client-go's recorder does: the same event again raises the count of the first and
 * moves its lastTimestamp; similar ones are combined; an object that causes too many is ignored for a while.
 */
export class EventRecorder {
  private readonly memories = new Map<string, Memory>();
  private readonly sim: Simulation;
  private readonly events: ResourceClient<EventObject>;
  private readonly component: string;
  private readonly host: string | undefined;
  /** The same in all events. */
  private readonly source: NonNullable<Event['source']>;
  private sweepAt = SWEEP;

  constructor(sim: Simulation, clients: Clients, component: string, host?: string) {
    this.sim = sim;
    this.events = clients.resource<EventObject>('events');
    this.component = component;
    this.host = host;
    this.source = host === undefined ? { component } : { component, host };
  }

  normal(subject: Subject, reason: string, message: string, fieldPath?: string): void {
    this.record(subject, 'Normal', reason, message, fieldPath);
  }

  warning(subject: Subject, reason: string, message: string, fieldPath?: string): void {
    this.record(subject, 'Warning', reason, message, fieldPath);
  }

  private record(
    subject: Subject,
    type: 'Normal' | 'Warning',
    reason: string,
    text: string,
    fieldPath: string | undefined,
  ): void {
    const involved = involvedObject(subject, fieldPath);
    const namespace = involved.namespace ?? 'default';
    const memory = this.memory(involved.uid ?? `${involved.kind}/${namespace}/${involved.name}`);
    const combined = this.isCombined(memory, type, reason, fieldPath, text);
    const message = combined ? `(combined from similar events): ${text}` : text;
    if (!this.admits(memory, type)) return;
    const same = combined ? undefined : text;
    const known = writtenAs(memory, type, reason, fieldPath, same)?.name;
    const now = this.sim.timestamp();
    const old = known === undefined ? undefined : this.events.find(known, namespace);
    try {
      if (old !== undefined) {
        this.events.update({ ...old, count: (old.count ?? 1) + 1, lastTimestamp: now, message });
        return;
      }
      const name = this.freeName(involved.name ?? '', namespace);
      const event: EventObject = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
        involvedObject: involved,
        reason,
        message,
        source: this.source,
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type,
        eventTime: null as unknown as string,
        reportingComponent: this.component,
        reportingInstance: this.host ?? '',
      };
      this.events.create(event, HANDED_OVER);
      memory.written.push({ type, reason, path: fieldPath, message: same, name, at: this.sim.now() });
    } catch (error) {
      // The namespace may be on its way out: an event that cannot be kept is lost, as in a real cluster.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private memory(uid: string): Memory {
    let memory = this.memories.get(uid);
    if (memory === undefined) {
      if (this.memories.size >= this.sweepAt) this.sweep();
      memory = { tokens: { Normal: BURST, Warning: BURST }, at: this.sim.now(), written: [] };
      this.memories.set(uid, memory);
    }
    return memory;
  }

  private sweep(): void {
    const now = this.sim.now();
    for (const [uid, memory] of this.memories) if (now - memory.at > SILENT) this.memories.delete(uid);
    this.sweepAt = this.memories.size + SWEEP;
  }

  /** EventAggregator: whether so many different messages of a kind were written that one event stands for the rest. */
  private isCombined(
    memory: Memory,
    type: Written['type'],
    reason: string,
    path: string | undefined,
    message: string,
  ): boolean {
    if (memory.written.length < SIMILAR - 1) return false;
    const since = this.sim.now() - SIMILAR_WINDOW;
    let different = 0;
    for (const each of memory.written) {
      if (each.reason !== reason || each.type !== type || each.path !== path) continue;
      if (each.message === undefined || each.at < since) continue;
      if (each.message === message) return false;
      different++;
    }
    return different >= SIMILAR - 1;
  }

  /** EventSourceObjectSpamFilter */
  private admits(memory: Memory, type: 'Normal' | 'Warning'): boolean {
    const now = this.sim.now();
    const { tokens } = memory;
    const refill = (now - memory.at) / REFILL;
    tokens.Normal = Math.min(BURST, tokens.Normal + refill);
    tokens.Warning = Math.min(BURST, tokens.Warning + refill);
    memory.at = now;
    if (tokens[type] < 1) return false;
    tokens[type]--;
    return true;
  }

  /** The recorder's names end in the nanoseconds since 1970, in hexadecimal. */
  private freeName(subject: string, namespace: string): string {
    const micros = Math.floor(this.sim.calendar() * 1000);
    // Nanoseconds are more than a number holds exactly: their lowest 24 bits are counted apart.
    const low = (micros % BITS24) * 1000;
    const high = Math.floor(micros / BITS24) * 1000;
    for (let nanos = low; ; nanos++) {
      const digits = (nanos % BITS24).toString(16).padStart(6, '0');
      const name = [subject, '.', (high + Math.floor(nanos / BITS24)).toString(16), digits].join('');
      if (this.events.find(name, namespace) === undefined) return name;
    }
  }
}

function writtenAs(
  { written }: Memory,
  type: Written['type'],
  reason: string,
  path: string | undefined,
  message: string | undefined,
): Written | undefined {
  for (const each of written)
    if (each.reason === reason && each.message === message && each.type === type && each.path === path) return each;
  return undefined;
}

function involvedObject(subject: Subject, fieldPath: string | undefined): NonNullable<Event['involvedObject']> {
  const path = fieldPath === undefined ? {} : { fieldPath };
  if ('metadata' in subject && subject.metadata !== undefined) {
    const { name = '', namespace, uid, resourceVersion } = subject.metadata as NonNullable<KubeObject['metadata']>;
    return {
      kind: subject.kind ?? '',
      apiVersion: subject.apiVersion ?? 'v1',
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...path,
    };
  }
  const { kind, name, uid, namespace, apiVersion } = subject as ObjectRef & { readonly apiVersion?: string };
  return {
    kind: kind ?? '',
    ...(apiVersion === undefined ? {} : { apiVersion }),
    name: name ?? '',
    uid: uid ?? name,
    ...(namespace === undefined ? {} : { namespace }),
    ...path,
  };
}
