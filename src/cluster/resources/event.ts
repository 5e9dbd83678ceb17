import type { KindDefinition } from '../api/kind.ts';
import type { Event, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';

type EventObject = Event & KubeObject;

/** printEvent: `3s`, or `3s (x5 over 2m)` for one that repeats. */
function lastSeen(object: EventObject, now: number): string {
  const last = object.series?.lastObservedTime ?? object.lastTimestamp ?? object.eventTime ?? object.firstTimestamp;
  const text = age(last, now);
  const count = object.series?.count ?? object.count ?? 1;
  if (count <= 1) return text;
  return `${text} (x${count} over ${age(object.firstTimestamp ?? object.eventTime, now)})`;
}

export const event: KindDefinition<EventObject> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  selectableFields: {
    'involvedObject.kind': (object) => object.involvedObject?.kind ?? '',
    'involvedObject.namespace': (object) => object.involvedObject?.namespace ?? '',
    'involvedObject.name': (object) => object.involvedObject?.name ?? '',
    'involvedObject.uid': (object) => object.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': (object) => object.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': (object) => object.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': (object) => object.involvedObject?.fieldPath ?? '',
    reason: (object) => object.reason ?? '',
    reportingComponent: (object) => object.reportingComponent ?? '',
    source: (object) => object.source?.component ?? '',
    type: (object) => object.type ?? '',
  },
  validate: () => [],
  columns: [
    {
      name: 'Last Seen',
      type: 'string',
      priority: 0,
      description: 'The time at which the most recent occurrence of this event was recorded.',
    },
    {
      name: 'Type',
      type: 'string',
      priority: 0,
      description: 'Type of this event (Normal, Warning), new types could be added in the future',
    },
    {
      name: 'Reason',
      type: 'string',
      priority: 0,
      description:
        "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    },
    { name: 'Object', type: 'string', priority: 0, description: 'The object that this event is about.' },
    {
      name: 'Subobject',
      type: 'string',
      priority: 1,
      description: 'If referring to a piece of an object instead of an entire object.',
    },
    { name: 'Source', type: 'string', priority: 1, description: 'The component reporting this event.' },
    {
      name: 'Message',
      type: 'string',
      priority: 0,
      description: 'A human-readable description of the status of this operation.',
    },
    { name: 'First Seen', type: 'string', priority: 1, description: 'The time at which the event was first recorded.' },
    { name: 'Count', type: 'string', priority: 1, description: 'The number of times this event has occurred.' },
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 1,
      description: 'Name must be unique within a namespace.',
    },
  ],
  row(object, now) {
    const involved = object.involvedObject;
    const source = [object.source?.component, object.source?.host]
      .filter((each) => each !== undefined && each !== '')
      .join(', ');
    return [
      lastSeen(object, now),
      object.type ?? '',
      object.reason ?? '',
      `${(involved?.kind ?? '').toLowerCase()}/${involved?.name ?? ''}`,
      involved?.fieldPath ?? '',
      source,
      (object.message ?? '').trim(),
      age(object.firstTimestamp ?? object.eventTime, now),
      object.series?.count ?? object.count ?? 1,
      object.metadata?.name ?? '',
    ];
  },
};
