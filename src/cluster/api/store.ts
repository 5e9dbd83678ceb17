import type { Claims } from './apply/ownership.ts';
import type { KindDefinition } from './kind.ts';
import type { KubeObject, WatchEvent } from './types.ts';

type Handler = (event: WatchEvent, previous: KubeObject | undefined) => void;

/** One change, kept for watches that resume from a resourceVersion. */
export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** Changes kept per kind; a watch or a list that goes further back gets 410 Gone. */
const HISTORY = 4000;

/** Labels that have an index; each costs a little on every write. */
const MOST_LABELS = 6;

/**
 * The place of one object. Indexes point at places, so that an update that changes nothing they are about (most are of
 * status alone) costs them nothing.
 */
export interface Place {
  object: KubeObject;
  /** Who owns which fields. */
  claims: Claims | undefined;
}

/** Which objects a watcher hears of; the narrower, the less each write costs. */
export interface Scope {
  /** Pods of one node. */
  readonly node?: string;
  /** `namespace/name`, or `/name` where there are no namespaces. */
  readonly key?: string;
}

/** The objects of one kind. Objects are never changed in place: a write puts a new one. */
export class Shelf {
  readonly kind: KindDefinition;
  private readonly namespaces = new Map<string, Map<string, Place>>();
  private readonly owners = new Index(
    (object) => object.metadata?.ownerReferences?.map((owner) => owner.uid) ?? NO_VALUES,
    (object) => object.metadata?.ownerReferences,
  );
  private readonly nodes: Index | undefined;
  /** All of them. */
  private readonly indexes: Index[] = [this.owners];
  /** Made when first asked for, by label. */
  private readonly labels = new Map<string, Index>();
  private readonly handlers = new Set<Handler>();
  private readonly nodeHandlers = new Map<string, Set<Handler>>();
  private readonly keyHandlers = new Map<string, Set<Handler>>();
  private history: Change[] = [];
  /** Versions up to this one have left the history. */
  forgotten = 0;
  size = 0;

  constructor(kind: KindDefinition) {
    this.kind = kind;
    if (kind.kind !== 'Pod' || kind.group !== '') return;
    this.nodes = new Index(
      (object) => [nodeOf(object)],
      (object) => object['spec'],
    );
    this.indexes.push(this.nodes);
  }

  get(name: string, namespace: string): KubeObject | undefined {
    return this.namespaces.get(namespace)?.get(name)?.object;
  }

  /** Where an object is kept: the same for all its life. */
  place(name: string, namespace: string): Place | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  /** All objects, or those of one namespace (an empty one means all), in no particular order. */
  *all(namespace?: string): Iterable<KubeObject> {
    if (namespace !== undefined && namespace !== '') {
      for (const { object } of this.namespaces.get(namespace)?.values() ?? []) yield object;
      return;
    }
    for (const places of this.namespaces.values()) for (const { object } of places.values()) yield object;
  }

  ownedBy(uid: string): KubeObject[] {
    return this.owners.find(uid);
  }

  onNode(node: string): KubeObject[] {
    return this.nodes?.find(node) ?? [];
  }

  /** Objects of all namespaces with this label: costs time proportional to their number, after the first call for the label. */
  labelled(label: string, value: string): KubeObject[] {
    let index = this.labels.get(label);
    if (index === undefined) {
      if (this.labels.size >= MOST_LABELS)
        return [...this.all()].filter((object) => object.metadata?.labels?.[label] === value);
      index = new Index(
        (object) => {
          const own = object.metadata?.labels?.[label];
          return own === undefined ? NO_VALUES : [own];
        },
        (object) => object.metadata?.labels,
      );
      for (const places of this.namespaces.values()) for (const place of places.values()) index.add(place);
      this.labels.set(label, index);
      this.indexes.push(index);
    }
    return index.find(value);
  }

  put(object: KubeObject, version: number): Place {
    const { name = '', namespace = '' } = object.metadata ?? {};
    let places = this.namespaces.get(namespace);
    if (places === undefined) {
      places = new Map();
      this.namespaces.set(namespace, places);
    }
    let place = places.get(name);
    const previous = place?.object;
    if (place === undefined) {
      place = { object, claims: undefined };
      places.set(name, place);
      this.size++;
      for (const index of this.indexes) index.add(place);
    } else {
      place.object = object;
      for (const index of this.indexes) index.move(place, previous ?? object);
    }
    this.announce({ version, type: previous === undefined ? 'ADDED' : 'MODIFIED', object, previous });
    return place;
  }

  /** `last` is the object as watchers see it leave, with the version of the deletion. */
  remove(last: KubeObject, version: number): void {
    const { name = '', namespace = '' } = last.metadata ?? {};
    const places = this.namespaces.get(namespace);
    const place = places?.get(name);
    if (places === undefined || place === undefined) return;
    places.delete(name);
    if (places.size === 0) this.namespaces.delete(namespace);
    this.size--;
    for (const index of this.indexes) index.remove(place);
    this.announce({ version, type: 'DELETED', object: last, previous: place.object });
  }

  subscribe(handler: Handler, scope: Scope = {}): () => void {
    if (scope.key !== undefined) return join(this.keyHandlers, scope.key, handler);
    if (scope.node !== undefined && this.nodes !== undefined) return join(this.nodeHandlers, scope.node, handler);
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }

  /** Changes after a version; undefined when some of them are forgotten. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.forgotten) return undefined;
    let [low, high] = [0, this.history.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle]?.version ?? 0) > version) high = middle;
      else low = middle + 1;
    }
    return this.history.slice(low);
  }

  /** All objects as they were at a version, in no particular order; undefined when that is forgotten. */
  at(version: number): KubeObject[] | undefined {
    const changes = this.since(version);
    if (changes === undefined) return undefined;
    if (changes.length === 0) return [...this.all()];
    const objects = new Map<string, KubeObject>();
    for (const object of this.all()) objects.set(keyOf(object), object);
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      if (change === undefined) continue;
      if (change.previous === undefined) objects.delete(keyOf(change.object));
      else objects.set(keyOf(change.object), change.previous);
    }
    return [...objects.values()];
  }

  /** Forgets every change up to now, as compaction does. */
  compact(version: number): void {
    this.history = [];
    this.forgotten = version;
  }

  private announce(change: Change): void {
    this.history.push(change);
    if (this.history.length > 2 * HISTORY) {
      this.forgotten = this.history[HISTORY - 1]?.version ?? this.forgotten;
      this.history = this.history.slice(HISTORY);
    }
    const { type, object, previous } = change;
    const event = { type, object } as const;
    for (const handler of this.handlers) handler(event, previous);
    if (this.nodeHandlers.size > 0) {
      const node = nodeOf(object);
      for (const handler of this.nodeHandlers.get(node) ?? []) handler(event, previous);
      const before = previous === undefined ? node : nodeOf(previous);
      if (before !== node) for (const handler of this.nodeHandlers.get(before) ?? []) handler(event, previous);
    }
    if (this.keyHandlers.size > 0)
      for (const handler of this.keyHandlers.get(keyOf(object)) ?? []) handler(event, previous);
  }
}

/** `namespace/name`: the order of these keys is the order of lists. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

/** Sorts as etcd's keys do. */
export function byKey(objects: readonly KubeObject[]): KubeObject[] {
  const keyed = objects.map((object) => ({ key: keyOf(object), object }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ object }) => object);
}

function nodeOf(object: KubeObject): string {
  return (object['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '';
}

function join(handlers: Map<string, Set<Handler>>, key: string, handler: Handler): () => void {
  let set = handlers.get(key);
  if (set === undefined) {
    set = new Set();
    handlers.set(key, set);
  }
  set.add(handler);
  return () => {
    set.delete(handler);
    if (set.size === 0 && handlers.get(key) === set) handlers.delete(key);
  };
}

const NO_VALUES: readonly string[] = [];

/** Finds places by values of their objects. */
class Index {
  private readonly places = new Map<string, Set<Place>>();
  private readonly read: (object: KubeObject) => readonly string[];
  /** The part of an object that the values are in: while it is the same, so are they. */
  private readonly part: (object: KubeObject) => unknown;

  constructor(read: (object: KubeObject) => readonly string[], part: (object: KubeObject) => unknown) {
    this.read = read;
    this.part = part;
  }

  find(value: string): KubeObject[] {
    const found: KubeObject[] = [];
    for (const { object } of this.places.get(value) ?? []) found.push(object);
    return found;
  }

  add(place: Place): void {
    for (const value of this.read(place.object)) this.join(value, place);
  }

  remove(place: Place): void {
    for (const value of this.read(place.object)) this.leave(value, place);
  }

  /** The place holds another object than before. */
  move(place: Place, previous: KubeObject): void {
    if (this.part(previous) === this.part(place.object)) return;
    const [before, now] = [this.read(previous), this.read(place.object)];
    if (before.length === now.length && before.every((value, at) => value === now[at])) return;
    for (const value of before) this.leave(value, place);
    for (const value of now) this.join(value, place);
  }

  private join(value: string, place: Place): void {
    const set = this.places.get(value);
    if (set === undefined) this.places.set(value, new Set([place]));
    else set.add(place);
  }

  private leave(value: string, place: Place): void {
    const set = this.places.get(value);
    if (set === undefined) return;
    set.delete(place);
    if (set.size === 0) this.places.delete(value);
  }
}
