import type { ApiStream, ListOptions } from '../client.ts';
import { errors } from '../errors.ts';
import { filtered } from '../list-filter.ts';
import { scopeOf } from '../local-client.ts';
import type { ApiServer } from '../server.ts';
import { byKey, type Change, type Shelf } from '../store.ts';
import type { KubeObject, WatchEvent } from '../types.ts';
import { versionOf } from './collection.ts';
import { type OutputOptions, present } from './output.ts';
import { isTrue } from './query.ts';

/** How often a watch that asked for bookmarks gets one, in virtual ms. */
const BOOKMARK_PERIOD = 60_000;
const LIST_OPTIONS = { group: 'meta.k8s.io', plural: 'ListOptions', kind: 'ListOptions' };

/**
 * A watch over REST: what exists, or what happened since `resourceVersion`, then every change as it is committed. Ends after
 * `timeoutSeconds`. @throws ApiError for options that do not go together
 */
export function watchStream(
  server: ApiServer,
  shelf: Shelf,
  options: ListOptions,
  query: URLSearchParams,
  output: OutputOptions,
): ApiStream {
  const filter = server.filter(shelf, options);
  const initialEvents = query.get('sendInitialEvents');
  checkWatchOptions(query);
  const since = versionOf(query.get('resourceVersion'));
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const begun = Number(server.resourceVersion);
  const synthetic = initialEvents === null ? since === 0 : isTrue(initialEvents);
  const changes = synthetic ? [] : shelf.since(since);
  const existing = synthetic ? byKey(server.list(shelf, options)) : [];
  const timeout = Number(query.get('timeoutSeconds') ?? 0);
  return {
    subscribe(onItem, onEnd) {
      let columns = true;
      let stop = () => {};
      let over = false;
      const emit = (event: WatchEvent) => {
        if (over) return;
        if (event.type === 'ERROR') {
          onItem(event);
          return;
        }
        const object =
          event.type === 'BOOKMARK'
            ? event.object
            : present(event.object, { ...output, now: server.sim.calendar() }, columns);
        if (event.type !== 'BOOKMARK') columns = false;
        onItem({ type: event.type, object });
      };
      const pass = (event: WatchEvent, previous: KubeObject | undefined) => {
        const made = filtered(event, previous, filter.fits);
        if (made !== undefined) emit(made);
      };
      const bookmark = (annotations?: Readonly<Record<string, string>>) =>
        emit({ type: 'BOOKMARK', object: bookmarkOf(output, server.resourceVersion, annotations) });
      if (changes === undefined) {
        emit({ type: 'ERROR', object: errors.gone(`too old resource version: ${since} (${shelf.forgotten})`).status });
        over = true;
        onEnd();
        return () => {};
      }
      for (const object of existing) emit({ type: 'ADDED', object });
      for (const change of changes) pass(eventOf(change), change.previous);
      // What happened between the request and now.
      for (const change of shelf.since(begun) ?? []) pass(eventOf(change), change.previous);
      if (initialEvents !== null && synthetic && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
      const unsubscribe = shelf.subscribe(pass, scopeOf(filter, options));
      const timers: { cancel(): void }[] = [];
      stop = () => {
        over = true;
        unsubscribe();
        for (const timer of timers) timer.cancel();
      };
      if (timeout > 0)
        timers.push(
          server.sim.schedule(timeout * 1000, () => {
            stop();
            onEnd();
          }),
        );
      if (bookmarks) {
        const again = () => {
          timers[1] = server.sim.schedule(BOOKMARK_PERIOD, () => {
            bookmark();
            again();
          });
        };
        if (timers.length === 0) timers.push({ cancel: () => {} });
        again();
      }
      return stop;
    },
  };
}

function eventOf({ type, object }: Change): WatchEvent {
  return { type, object };
}

function bookmarkOf(
  { kind, form }: OutputOptions,
  resourceVersion: string,
  annotations: Readonly<Record<string, string>> | undefined,
): KubeObject {
  const metadata = {
    resourceVersion,
    creationTimestamp: null as unknown as string,
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
  };
  if (form === 'table')
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion },
      columnDefinitions: null,
      rows: [{ cells: kind.columns.map(() => ''), object: { kind: kind.kind, apiVersion: 'v1', metadata } }],
    };
  return { kind: kind.kind, apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`, metadata };
}

function checkWatchOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.has('sendInitialEvents');
  const problem = (detail: string) =>
    errors.invalid(LIST_OPTIONS, '', [{ type: 'Forbidden', field: 'resourceVersionMatch', detail }]);
  if (initial && match !== 'NotOlderThan')
    throw problem('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (!initial && match !== '')
    throw problem('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
}
