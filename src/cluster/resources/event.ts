import type { KindDefinition } from '../api/kind.ts';
import type { Event, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { column, NAME, wide } from './table.ts';

type EventObject = Event & KubeObject;

/** printEvent's times: when an event was last seen, and when first, as ages; `3s (x5 over 2m)` for one that repeats. */
function seen(object: EventObject, now: number): { readonly first: string; readonly last: string } {
  const first = age(object.firstTimestamp ?? object.eventTime, now);
  const count = object.series?.count ?? object.count ?? 1;
  if (object.series !== undefined && object.series !== null)
    return { first, last: `${age(object.series.lastObservedTime, now)} (x${count} over ${first})` };
  const last =
    object.lastTimestamp === undefined || object.lastTimestamp === null ? first : age(object.lastTimestamp, now);
  return { first, last: count > 1 ? `${last} (x${count} over ${first})` : last };
}

/** formatEventSource: `kubelet, node-1`, or who reports it under the new API. */
function source(object: EventObject): string {
  const component = object.source?.component || object.reportingComponent || '';
  const host = object.source?.host || object.reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
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
    source: (object) => object.source?.component || object.reportingComponent || '',
    type: (object) => object.type ?? '',
  },
  setDefaults(object) {
    object.reportingComponent ??= '';
    object.reportingInstance ??= '';
  },
  validate(object) {
    const found = new Problems();
    const [involved = '', own = ''] = [object.involvedObject?.namespace, object.metadata?.namespace];
    // Events about objects of the whole cluster live in `default`.
    if (involved === '' ? own !== 'default' && own !== 'kube-system' : involved !== own)
      found.invalid('involvedObject.namespace', involved, 'does not match event.namespace');
    return found.list;
  },
  columns: [
    column('Last Seen', 'The time at which the most recent occurrence of this event was recorded.'),
    column('Type', 'Type of this event (Normal, Warning), new types could be added in the future'),
    column(
      'Reason',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    ),
    column('Object', 'The object that this event is about.'),
    wide(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2].',
    ),
    wide('Source', 'The component reporting this event. Should be a short machine understandable string.'),
    column('Message', 'A human-readable description of the status of this operation.'),
    wide('First Seen', 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)'),
    wide('Count', 'The number of times this event has occurred.'),
    { ...NAME, priority: 1 },
  ],
  row(object, now) {
    const involved = object.involvedObject;
    const { first, last } = seen(object, now);
    return [
      last,
      object.type ?? '',
      object.reason ?? '',
      involved?.name ? `${(involved.kind ?? '').toLowerCase()}/${involved.name}` : (involved?.kind ?? '').toLowerCase(),
      involved?.fieldPath ?? '',
      source(object),
      (object.message ?? '').trim(),
      first,
      String(object.series?.count ?? object.count ?? 1),
      object.metadata?.name ?? '',
    ];
  },
};
