import type { ListOptions } from './client.ts';
import { errors } from './errors.ts';
import type { KindDefinition } from './kind.ts';
import { parseFieldSelector, parseLabelSelector, type Selector } from './selectors.ts';
import type { Shelf } from './store.ts';
import type { KubeObject, WatchEvent } from './types.ts';

/** What list options select, and what of it an index can find. */
export interface ListFilter {
  fits(object: KubeObject): boolean;
  /** The one name that fits. */
  readonly name: string | undefined;
  /** The one node whose pods fit. */
  readonly node: string | undefined;
  /** A label that every object that fits has. */
  readonly label: readonly [key: string, value: string] | undefined;
  /** Whether there is no selector at all. */
  readonly everything: boolean;
}

/** @throws ApiError BadRequest for a selector that cannot be parsed or a field that cannot be selected by */
export function listFilter(kind: KindDefinition, options: ListOptions): ListFilter {
  const { labelSelector = '', fieldSelector = '', namespace = '' } = options;
  const labels: Selector | undefined = labelSelector === '' ? undefined : parseLabelSelector(labelSelector);
  const terms = fieldSelector === '' ? [] : parseFieldSelector(fieldSelector);
  const tests = terms.map(({ field, equal, value }) => {
    const read = fieldReader(kind, field);
    return (object: KubeObject) => (read(object) === value) === equal;
  });
  const one = (field: string) => terms.find((term) => term.field === field && term.equal)?.value;
  const required = labels?.requirements.find(({ operator, values }) => operator === 'in' && values.length === 1);
  return {
    fits: (object) =>
      (namespace === '' || object.metadata?.namespace === namespace) &&
      (labels === undefined || labels.matches(object.metadata?.labels)) &&
      tests.every((test) => test(object)),
    name: one('metadata.name'),
    node: kind.kind === 'Pod' ? one('spec.nodeName') : undefined,
    label: required === undefined ? undefined : [required.key, required.values[0] ?? ''],
    everything: labels === undefined && terms.length === 0,
  };
}

function fieldReader(kind: KindDefinition, field: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata?.name ?? '';
  if (field === 'metadata.namespace' && kind.namespaced) return (object) => object.metadata?.namespace ?? '';
  const read = kind.selectableFields?.[field];
  if (read !== undefined) return read;
  // Kinds with fields of their own have a conversion function that words it with the name; the rest share one.
  throw errors.badRequest(
    kind.selectableFields === undefined
      ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`,
  );
}

/** What options select on a shelf, in no particular order; an index finds it where there is one. */
export function select(shelf: Shelf, filter: ListFilter, namespace: string | undefined): KubeObject[] {
  if (filter.name !== undefined && namespace !== undefined && namespace !== '') {
    const found = shelf.get(filter.name, namespace);
    return found !== undefined && filter.fits(found) ? [found] : [];
  }
  const source =
    filter.node !== undefined && filter.node !== ''
      ? shelf.onNode(filter.node)
      : filter.label !== undefined && shelf.size > SMALL
        ? shelf.labelled(filter.label[0], filter.label[1])
        : shelf.all(namespace);
  const found: KubeObject[] = [];
  for (const object of source) if (filter.fits(object)) found.push(object);
  return found;
}

/** So few objects are looked through as fast as an index is. */
const SMALL = 64;

/** A change as a watch with a selector sees it: an object that begins or ceases to fit is added or deleted. */
export function filtered(
  event: WatchEvent,
  previous: KubeObject | undefined,
  fits: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return event;
  const before = previous !== undefined && fits(previous);
  const now = event.type !== 'DELETED' && fits(event.object);
  if (now) return before ? event : { type: 'ADDED', object: event.object };
  return before ? { type: 'DELETED', object: event.object } : undefined;
}
