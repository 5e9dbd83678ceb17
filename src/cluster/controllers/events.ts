import type { Simulation } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import { ApiError, type Event, type KubeObject, type ObjectRef } from '../api/types.ts';

type EventObject = Event & KubeObject;

/** Events are kept for an hour, as the API server's --event-ttl has it. */
const TTL = 3600 * 1000;

/** Something an event can be about: any object, or a reference with its apiVersion. */
export type Subject = KubeObject | (ObjectRef & { apiVersion?: string });

/**
 * Writes Events for one component, as client-go's recorder does: the same event again raises the count of the first and
 * moves its lastTimestamp.
 */
export class EventRecorder {
  private readonly known = new Map<string, string>();
  private readonly sim: Simulation;
  private readonly clients: Clients;
  private readonly component: string;
  private readonly host: string | undefined;

  constructor(sim: Simulation, clients: Clients, component: string, host?: string) {
    this.sim = sim;
    this.clients = clients;
    this.component = component;
    this.host = host;
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
    message: string,
    fieldPath: string | undefined,
  ): void {
    const events = this.clients.resource<EventObject>('events');
    const involved = involvedObject(subject, fieldPath);
    const namespace = involved.namespace ?? 'default';
    const key = `${involved.kind}/${namespace}/${involved.name}/${involved.uid ?? ''}/${fieldPath ?? ''}/${type}/${reason}/${message}`;
    const now = this.sim.timestamp();
    const name = this.known.get(key);
    const old = name === undefined ? undefined : events.find(name, namespace);
    try {
      if (old !== undefined) {
        events.update({ ...old, count: (old.count ?? 1) + 1, lastTimestamp: now });
        return;
      }
      // The recorder's names end in the nanoseconds since 1970, in hexadecimal.
      const nanos = BigInt(Math.floor(this.sim.calendar() * 1000)) * 1000n;
      const made = events.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: this.freeName(events, involved.name ?? '', nanos, namespace), namespace },
        involvedObject: involved,
        reason,
        message,
        source: { component: this.component, ...(this.host === undefined ? {} : { host: this.host }) },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type,
        eventTime: null as unknown as string,
        reportingComponent: this.component,
        reportingInstance: this.host ?? '',
      });
      const eventName = made.metadata?.name ?? '';
      this.known.set(key, eventName);
      this.expire(key, eventName, namespace);
    } catch (error) {
      // The namespace may be on its way out: an event that cannot be kept is lost, as in a real cluster.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private freeName(
    events: { find(name: string, namespace?: string): EventObject | undefined },
    subject: string,
    nanos: bigint,
    namespace: string,
  ): string {
    for (let extra = 0n; ; extra++) {
      const name = `${subject}.${(nanos + extra).toString(16)}`;
      if (events.find(name, namespace) === undefined) return name;
    }
  }

  private expire(key: string, name: string, namespace: string): void {
    this.sim.schedule(TTL, () => {
      const events = this.clients.resource<EventObject>('events');
      const event = events.find(name, namespace);
      if (event === undefined) return;
      const last = Date.parse(event.lastTimestamp ?? '');
      if (this.sim.calendar() - last >= TTL - 1000) {
        events.delete(name, namespace);
        if (this.known.get(key) === name) this.known.delete(key);
      } else this.expire(key, name, namespace);
    });
  }
}

function involvedObject(subject: Subject, fieldPath: string | undefined): NonNullable<Event['involvedObject']> {
  if ('metadata' in subject && subject.metadata !== undefined) {
    const { name = '', namespace, uid, resourceVersion } = subject.metadata as NonNullable<KubeObject['metadata']>;
    return {
      kind: subject.kind ?? '',
      apiVersion: subject.apiVersion ?? 'v1',
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(fieldPath === undefined ? {} : { fieldPath }),
    };
  }
  const ref = subject as ObjectRef;
  return {
    kind: ref.kind,
    name: ref.name,
    uid: ref.uid ?? ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
  };
}
