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

/** Changes kept per kind; a watch that resumes further back gets 410 Gone. */
const HISTORY = 2000;

/** The objects of one kind. Objects are never changed in place: a write puts a new one. */
export class Shelf {
  readonly kind: KindDefinition;
  private readonly namespaces = new Map<string, Map<string, KubeObject>>();
  private readonly byOwner = new Map<string, Set<KubeObject>>();
  private readonly byNode = new Map<string, Set<KubeObject>>();
  private readonly handlers = new Set<Handler>();
  private readonly history: Change[] = [];
  /** Versions up to this one have left the history. */
  forgotten = 0;
  size = 0;

  constructor(kind: KindDefinition) {
    this.kind = kind;
  }

  get(name: string, namespace: string): KubeObject | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  /** All objects, or those of one namespace; by namespace and name, as etcd's keys sort. */
  *all(namespace?: string): Iterable<KubeObject> {
    if (namespace !== undefined) {
      yield* this.namespaces.get(namespace)?.values() ?? [];
      return;
    }
    for (const objects of this.namespaces.values()) yield* objects.values();
  }

  ownedBy(uid: string): Iterable<KubeObject> {
    return this.byOwner.get(uid) ?? [];
  }

  onNode(node: string): Iterable<KubeObject> {
    return this.byNode.get(node) ?? [];
  }

  put(object: KubeObject, previous: KubeObject | undefined, version: number): void {
    const { name = '', namespace = '' } = object.metadata ?? {};
    let objects = this.namespaces.get(namespace);
    if (objects === undefined) {
      objects = new Map();
      this.namespaces.set(namespace, objects);
    }
    if (previous === undefined) this.size++;
    else this.unindex(previous);
    objects.set(name, object);
    this.index(object);
    this.announce({ version, type: previous === undefined ? 'ADDED' : 'MODIFIED', object, previous });
  }

  /** `last` is the object as watchers see it leave, with the version of the deletion. */
  remove(last: KubeObject, previous: KubeObject, version: number): void {
    const { name = '', namespace = '' } = previous.metadata ?? {};
    if (this.namespaces.get(namespace)?.delete(name) !== true) return;
    this.size--;
    this.unindex(previous);
    this.announce({ version, type: 'DELETED', object: last, previous });
  }

  subscribe(handler: Handler): () => void {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }

  /** Changes after a version; undefined when some of them are forgotten. */
  since(version: number): readonly Change[] | undefined {
    if (version < this.forgotten) return undefined;
    return this.history.filter((change) => change.version > version);
  }

  private announce(change: Change): void {
    this.history.push(change);
    if (this.history.length > 2 * HISTORY) {
      const dropped = this.history.splice(0, HISTORY);
      this.forgotten = dropped.at(-1)?.version ?? this.forgotten;
    }
    const event = { type: change.type, object: change.object } as const;
    for (const handler of this.handlers) handler(event, change.previous);
  }

  private index(object: KubeObject): void {
    for (const owner of object.metadata?.ownerReferences ?? []) add(this.byOwner, owner.uid, object);
    if (this.kind.kind === 'Pod') {
      const node = (object['spec'] as { nodeName?: string } | undefined)?.nodeName;
      if (node !== undefined) add(this.byNode, node, object);
    }
  }

  private unindex(object: KubeObject): void {
    for (const owner of object.metadata?.ownerReferences ?? []) drop(this.byOwner, owner.uid, object);
    if (this.kind.kind === 'Pod') {
      const node = (object['spec'] as { nodeName?: string } | undefined)?.nodeName;
      if (node !== undefined) drop(this.byNode, node, object);
    }
  }
}

function add(index: Map<string, Set<KubeObject>>, key: string, object: KubeObject): void {
  const set = index.get(key);
  if (set === undefined) index.set(key, new Set([object]));
  else set.add(object);
}

function drop(index: Map<string, Set<KubeObject>>, key: string, object: KubeObject): void {
  const set = index.get(key);
  if (set === undefined) return;
  set.delete(object);
  if (set.size === 0) index.delete(key);
}
