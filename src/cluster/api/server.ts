import type { Simulation } from '../../sim/simulation.ts';
import { AllocationError, Allocators, type ServiceRanges } from './allocators.ts';
import type { Clients, DeleteOptions, ListOptions, ResourceClient, WriteOptions } from './client.ts';
import { errors } from './errors.ts';
import type { KindDefinition, WriteContext } from './kind.ts';
import { generateName, newUid, rules, validateMetadata } from './metadata.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from './patch.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { Shelf } from './store.ts';
import { clone, type KubeObject, type PatchType, type WatchEvent } from './types.ts';

export interface ApiServerOptions {
  readonly sim: Simulation;
  readonly kinds: readonly KindDefinition[];
  readonly ranges: ServiceRanges;
  /** Checks an object's fields against the schema before anything else looks at it. */
  readonly admit?: Admission;
}

/** Decides about a write before it is stored: may change the private copy, or refuse by throwing an ApiError. */
export type Admission = (
  kind: KindDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  context: WriteContext,
) => void;

/** Options of a write that come from the request. */
export interface ServerWriteOptions extends WriteOptions {
  /** Collects `Warning:` headers. */
  readonly warn?: (text: string) => void;
}

/** All objects as plain JSON, and the version they are at. */
export interface ApiSnapshot {
  readonly version: number;
  readonly objects: readonly KubeObject[];
}

/**
 * The API server: keeps the objects of all kinds, and lets every write pass defaulting, preparation, admission, validation
 * and allocation, in the order of the real server's registry.
 */
export class ApiServer {
  readonly sim: Simulation;
  readonly kinds: readonly KindDefinition[];
  readonly clients: Clients;
  private readonly shelves = new Map<string, Shelf>();
  private readonly byKind = new Map<string, Shelf>();
  private readonly allocators: Allocators;
  private readonly random;
  private readonly names;
  private readonly admissions: Admission[] = [];
  private version = 1000;
  /** Checks a request's object against the schema, once that is loaded: unknown fields, wrong types. */
  decode: ((kind: KindDefinition, object: KubeObject, mode: 'Ignore' | 'Warn' | 'Strict') => KubeObject) | undefined;

  constructor(options: ApiServerOptions) {
    this.sim = options.sim;
    this.kinds = options.kinds;
    this.random = options.sim.random.stream('api');
    this.names = options.sim.random.stream('names');
    this.allocators = new Allocators(options.ranges, options.sim.random.stream('allocators'));
    if (options.admit !== undefined) this.admissions.push(options.admit);
    for (const kind of options.kinds) {
      const shelf = new Shelf(kind);
      this.shelves.set(`${kind.group}/${kind.plural}`, shelf);
      this.byKind.set(`${kind.group}/${kind.kind}`, shelf);
    }
    const clients = new Map<string, ResourceClient>();
    this.clients = {
      resource: <T extends KubeObject>(plural: string, group = ''): ResourceClient<T> => {
        const key = `${group}/${plural}`;
        let client = clients.get(key);
        if (client === undefined) {
          client = this.client(this.shelf(plural, group));
          clients.set(key, client);
        }
        return client as unknown as ResourceClient<T>;
      },
    };
  }

  /** Adds an admission step, after those that are there. */
  addAdmission(admission: Admission): void {
    this.admissions.push(admission);
  }

  get resourceVersion(): string {
    return String(this.version);
  }

  /** The shelf of a resource. @throws ApiError 404 as for an unknown path */
  shelf(plural: string, group = ''): Shelf {
    const shelf = this.shelves.get(`${group}/${plural}`);
    if (shelf === undefined) throw errors.noResource();
    return shelf;
  }

  /** The shelf that holds a kind, or undefined. */
  shelfOfKind(kind: string, group = ''): Shelf | undefined {
    return this.byKind.get(`${group}/${kind}`);
  }

  get(shelf: Shelf, name: string, namespace: string | undefined): KubeObject {
    const object = shelf.get(name, shelf.kind.namespaced ? (namespace ?? '') : '');
    if (object === undefined) throw errors.notFound(shelf.kind, name);
    return object;
  }

  /** @throws ApiError BadRequest for a selector that cannot be parsed or a field that cannot be selected by */
  list(shelf: Shelf, options: ListOptions = {}): KubeObject[] {
    const fits = this.filter(shelf, options);
    const node =
      shelf.kind.kind === 'Pod' ? /(?:^|,)spec\.nodeName==?([^,]+)/.exec(options.fieldSelector ?? '')?.[1] : undefined;
    const source = node === undefined ? shelf.all(options.namespace) : shelf.onNode(node);
    const found: KubeObject[] = [];
    for (const object of source) if (fits(object)) found.push(object);
    return found;
  }

  /** The test that list options stand for. */
  filter(shelf: Shelf, options: ListOptions): (object: KubeObject) => boolean {
    const labels =
      options.labelSelector === undefined || options.labelSelector === ''
        ? undefined
        : parseLabelSelector(options.labelSelector);
    const fields = options.fieldSelector === undefined ? [] : parseFieldSelector(options.fieldSelector);
    const { selectableFields = {} } = shelf.kind;
    const tests = fields.map(({ field, equal, value }) => {
      const read =
        field === 'metadata.name'
          ? (object: KubeObject) => object.metadata?.name ?? ''
          : field === 'metadata.namespace'
            ? (object: KubeObject) => object.metadata?.namespace ?? ''
            : selectableFields[field];
      if (read === undefined)
        throw errors.badRequest(
          `Unable to find ${JSON.stringify(resourceWithVersion(shelf.kind))} that match label selector ${JSON.stringify(options.labelSelector ?? '')}, field selector ${JSON.stringify(options.fieldSelector)}: field label not supported: ${field}`,
        );
      return (object: KubeObject) => (read(object) === value) === equal;
    });
    const { namespace } = options;
    return (object) =>
      (namespace === undefined || namespace === '' || object.metadata?.namespace === namespace) &&
      (labels === undefined || labels.matches(object.metadata?.labels)) &&
      tests.every((test) => test(object));
  }

  create(shelf: Shelf, given: KubeObject, namespace: string | undefined, options: ServerWriteOptions = {}): KubeObject {
    const { kind } = shelf;
    const object = clone(given);
    object.apiVersion = apiVersionOf(kind);
    object.kind = kind.kind;
    const meta = { ...object.metadata };
    object.metadata = meta;
    this.placeInNamespace(kind, meta, namespace);
    if (meta.resourceVersion !== undefined && meta.resourceVersion !== '')
      throw errors.badRequest('resourceVersion should not be set on objects to be created');
    if ((meta.name ?? '') === '' && (meta.generateName ?? '') !== '') {
      // RetryGenerateName: chance takes a name twice once there are thousands; eight tries are what the real server gives.
      for (let tries = 0; tries < 8; tries++) {
        meta.name = generateName(meta.generateName ?? '', this.names);
        if (shelf.get(meta.name, meta.namespace ?? '') === undefined) break;
      }
    }
    const name = meta.name ?? '';
    const dryRun = options.dryRun === true;
    const context = this.context(dryRun, options);
    meta.uid = newUid(this.random);
    meta.creationTimestamp = this.sim.timestamp();
    if (kind.generation === true) meta.generation = 1;
    else delete meta.generation;
    delete meta.deletionTimestamp;
    delete meta.deletionGracePeriodSeconds;
    kind.setDefaults?.(object);
    kind.prepareForCreate?.(object, context);
    for (const admission of this.admissions) admission(kind, object, undefined, context);
    this.warn(kind, object, undefined, options);
    const problems = [...this.metadataProblems(kind, object), ...kind.validate(object)];
    if (problems.length > 0) throw errors.invalid(kind, name, problems);
    if (shelf.get(name, meta.namespace ?? '') !== undefined) throw errors.alreadyExists(kind, name);
    this.allocating(kind, name, () => kind.beforeStore?.(object, undefined, context));
    if (dryRun) {
      this.allocators.release(ownerKey(kind, object));
      return object;
    }
    return this.commit(shelf, object, undefined);
  }

  update(
    shelf: Shelf,
    given: KubeObject,
    name: string,
    namespace: string | undefined,
    options: ServerWriteOptions & { subresource?: string } = {},
  ): KubeObject {
    const { kind } = shelf;
    const old = this.get(shelf, name, namespace ?? given.metadata?.namespace);
    const oldMeta = old.metadata ?? {};
    const object = clone(given);
    object.apiVersion = apiVersionOf(kind);
    object.kind = kind.kind;
    const meta = { ...object.metadata };
    object.metadata = meta;
    this.placeInNamespace(kind, meta, namespace ?? oldMeta.namespace);
    if ((meta.name ?? '') === '')
      throw errors.invalid(kind, name, [
        { type: 'Required value', field: 'metadata.name', detail: 'name is required' },
      ]);
    if (meta.name !== name)
      throw errors.badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
    if (meta.uid !== undefined && meta.uid !== oldMeta.uid)
      throw errors.conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${oldMeta.uid}`,
      );
    if (
      meta.resourceVersion !== undefined &&
      meta.resourceVersion !== '' &&
      meta.resourceVersion !== oldMeta.resourceVersion
    )
      throw errors.conflict(
        kind,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    keep(meta, oldMeta, [
      'uid',
      'creationTimestamp',
      'generateName',
      'generation',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'resourceVersion',
    ]);
    const dryRun = options.dryRun === true;
    const context = this.context(dryRun, options);
    if (options.subresource === 'status') {
      const { status } = object;
      const statusMeta = object.metadata;
      for (const key of Object.keys(object)) if (key !== 'status') delete object[key];
      Object.assign(object, old, { metadata: { ...oldMeta } });
      if (status === undefined) delete object['status'];
      else object['status'] = status;
      if (kind.kind === 'Node' || kind.kind === 'Pod')
        object.metadata = {
          ...oldMeta,
          ...(statusMeta.annotations === undefined ? {} : { annotations: statusMeta.annotations }),
          ...(statusMeta.labels === undefined ? {} : { labels: statusMeta.labels }),
        };
    } else {
      kind.setDefaults?.(object);
      if (kind.subresources?.includes('status') === true && options.subresource !== 'binding') {
        if (old['status'] === undefined) delete object['status'];
        else object['status'] = old['status'];
      }
      kind.prepareForUpdate?.(object, old, context);
      if (kind.generation === true && object.metadata !== undefined && !same(object['spec'], old['spec']))
        object.metadata = { ...object.metadata, generation: (oldMeta.generation ?? 0) + 1 };
      for (const admission of this.admissions) admission(kind, object, old, context);
      this.warn(kind, object, old, options);
      const problems = [
        ...this.metadataProblems(kind, object),
        ...this.immutableMetadata(object, old),
        ...kind.validate(object),
        ...(kind.validateUpdate?.(object, old) ?? []),
      ];
      if (problems.length > 0) throw errors.invalid(kind, name, problems);
      this.allocating(kind, name, () => kind.beforeStore?.(object, old, context));
    }
    if (
      options.subresource === 'finalize' &&
      meta.deletionTimestamp !== undefined &&
      ((object['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0
    )
      return this.removeNow(shelf, object);
    // A write that changes nothing makes no new version and no event.
    if (same(object, old)) return old;
    if (dryRun) return object;
    if (
      object.metadata?.deletionTimestamp !== undefined &&
      (object.metadata.finalizers ?? []).length === 0 &&
      this.graceIsOver(kind, object)
    )
      return this.removeNow(shelf, object);
    return this.commit(shelf, object, old);
  }

  patch(
    shelf: Shelf,
    name: string,
    namespace: string | undefined,
    type: PatchType,
    body: unknown,
    options: ServerWriteOptions & { subresource?: string } = {},
  ): KubeObject {
    const old = this.get(shelf, name, namespace);
    let made: unknown;
    if (type === 'application/json-patch+json') made = jsonPatch(old, body);
    else if (type === 'application/merge-patch+json') made = mergePatch(old, body);
    else made = strategicMergePatch(old, body);
    if (typeof made !== 'object' || made === null || Array.isArray(made))
      throw errors.badRequest('the patched object is no object');
    const patched = made as KubeObject;
    return this.update(shelf, patched, name, namespace, options);
  }

  /** Deletes, or begins to: the object as it is now, and whether it is gone. */
  delete(
    shelf: Shelf,
    name: string,
    namespace: string | undefined,
    options: DeleteOptions = {},
  ): { object: KubeObject; gone: boolean } {
    const { kind } = shelf;
    const old = this.get(shelf, name, namespace);
    const meta = old.metadata ?? {};
    const { preconditions } = options;
    if (preconditions?.uid !== undefined && preconditions.uid !== meta.uid)
      throw errors.conflict(
        kind,
        name,
        `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${meta.uid}). The object might have been deleted and then recreated`,
      );
    if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== meta.resourceVersion)
      throw errors.conflict(
        kind,
        name,
        `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${meta.resourceVersion}). The object might have been modified`,
      );
    const finalizers = new Set(meta.finalizers ?? []);
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan');
    const grace = this.grace(kind, old, options.gracePeriodSeconds);
    if (options.dryRun === true) return { object: old, gone: true };
    const pending = finalizers.size > 0 || kind.kind === 'Namespace';
    if (grace === 0 && !pending) return { object: this.removeNow(shelf, old), gone: true };
    const already = meta.deletionTimestamp !== undefined;
    if (
      already &&
      (meta.deletionGracePeriodSeconds ?? 0) <= grace &&
      finalizers.size === (meta.finalizers ?? []).length
    )
      return { object: old, gone: false };
    const object: KubeObject = {
      ...old,
      metadata: {
        ...meta,
        deletionTimestamp:
          already && pending && grace === 0 ? (meta.deletionTimestamp ?? '') : timestampIn(this.sim, grace),
        deletionGracePeriodSeconds: grace,
        ...(kind.generation === true ? { generation: (meta.generation ?? 0) + 1 } : {}),
        ...(finalizers.size === 0 ? {} : { finalizers: [...finalizers] }),
      },
      ...(kind.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
    };
    return { object: this.commit(shelf, object, old), gone: false };
  }

  /** Takes an object out of the store for good. */
  removeNow(shelf: Shelf, object: KubeObject): KubeObject {
    const { name = '', namespace = '' } = object.metadata ?? {};
    const old = shelf.get(name, namespace);
    if (old === undefined) return object;
    const version = ++this.version;
    const last: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.allocators.release(ownerKey(shelf.kind, object));
    shelf.remove(last, old, version);
    this.sim.log('api', `delete ${shelf.kind.plural} ${namespace}/${name} ${version}`);
    shelf.kind.afterDelete?.(last, this.context(false, {}));
    return last;
  }

  /** Replaces a stored object as it stands, past every rule: only for putting a cluster's past in place. */
  overwrite(shelf: Shelf, object: KubeObject): void {
    const old = shelf.get(object.metadata?.name ?? '', object.metadata?.namespace ?? '');
    this.commit(shelf, object, old);
  }

  /** Everything in the store. */
  snapshot(): ApiSnapshot {
    return { version: this.version, objects: [...this.shelves.values()].flatMap((shelf) => [...shelf.all()]) };
  }

  /** Fills an empty store; watchers see the objects as ADDED. */
  restore(snapshot: ApiSnapshot): void {
    for (const object of snapshot.objects) {
      const [group, version] = (object.apiVersion ?? 'v1').includes('/')
        ? (object.apiVersion ?? '').split('/')
        : ['', object.apiVersion];
      const shelf = version === undefined ? undefined : this.shelfOfKind(object.kind ?? '', group);
      if (shelf === undefined) continue;
      const context = this.context(false, {});
      shelf.kind.beforeStore?.(clone(object), undefined, context);
      shelf.put(object, undefined, Number(object.metadata?.resourceVersion ?? 0));
    }
    this.version = Math.max(this.version, snapshot.version);
  }

  private commit(shelf: Shelf, object: KubeObject, old: KubeObject | undefined): KubeObject {
    const version = ++this.version;
    object.metadata = { ...object.metadata, resourceVersion: String(version) };
    shelf.put(object, old, version);
    this.sim.log(
      'api',
      `${old === undefined ? 'create' : 'update'} ${shelf.kind.plural} ${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''} ${version}`,
    );
    return object;
  }

  private grace(kind: KindDefinition, object: KubeObject, wanted: number | undefined): number {
    const standard = kind.gracePeriodSeconds?.(object);
    if (standard === undefined) return 0;
    const grace = Math.max(0, wanted ?? standard);
    // A pod that no kubelet runs is gone at once.
    const pod = object as { spec?: { nodeName?: string }; status?: { phase?: string } };
    if (
      kind.kind === 'Pod' &&
      (pod.spec?.nodeName === undefined || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
    )
      return 0;
    return grace;
  }

  private graceIsOver(kind: KindDefinition, object: KubeObject): boolean {
    return (
      kind.kind !== 'Namespace' &&
      (kind.gracePeriodSeconds === undefined || object.metadata?.deletionGracePeriodSeconds === 0)
    );
  }

  private placeInNamespace(
    kind: KindDefinition,
    meta: NonNullable<KubeObject['metadata']>,
    namespace: string | undefined,
  ): void {
    if (!kind.namespaced) {
      delete meta.namespace;
      return;
    }
    if (
      namespace !== undefined &&
      meta.namespace !== undefined &&
      meta.namespace !== '' &&
      meta.namespace !== namespace
    )
      throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
    meta.namespace = namespace ?? (meta.namespace === undefined || meta.namespace === '' ? 'default' : meta.namespace);
  }

  private metadataProblems(kind: KindDefinition, object: KubeObject) {
    const rule = NAME_RULES[kind.kind] ?? rules.dns1123Subdomain;
    return validateMetadata(object, kind.namespaced, rule);
  }

  private immutableMetadata(object: KubeObject, old: KubeObject) {
    if (object.metadata?.name === old.metadata?.name) return [];
    return [
      {
        type: 'Invalid value' as const,
        field: 'metadata.name',
        value: object.metadata?.name,
        detail: 'field is immutable',
      },
    ];
  }

  private warn(
    kind: KindDefinition,
    object: KubeObject,
    old: KubeObject | undefined,
    options: ServerWriteOptions,
  ): void {
    if (options.warn === undefined) return;
    for (const text of kind.warnings?.(object, old) ?? []) options.warn(text);
  }

  private allocating(kind: KindDefinition, name: string, allocate: () => void): void {
    try {
      allocate();
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      const node = error.message.includes('port');
      throw errors.invalid(kind, name, [
        {
          type: 'Invalid value',
          field: node ? 'spec.ports[0].nodePort' : 'spec.clusterIPs',
          value: node ? wantedPort(error) : [],
          detail: error.message,
        },
      ]);
    }
  }

  private context(dryRun: boolean, options: ServerWriteOptions): WriteContext {
    const { allocators } = this;
    return {
      timestamp: this.sim.timestamp(),
      now: this.sim.now(),
      random: this.names,
      dryRun,
      find: (plural, name, namespace = '', group = '') => this.shelf(plural, group).get(name, namespace),
      list: (plural, namespace, group = '') => [...this.shelf(plural, group).all(namespace)],
      warn: (text) => options.warn?.(text),
      allocate: {
        clusterIP: (wanted, owner) => allocators.clusterIP(wanted, owner),
        nodePort: (wanted, protocol, owner) => allocators.nodePort(wanted, protocol, owner),
        release: (owner) => allocators.release(owner),
      },
    };
  }

  private client(shelf: Shelf): ResourceClient {
    return {
      get: (name, namespace) => this.get(shelf, name, namespace),
      find: (name, namespace) => shelf.get(name, shelf.kind.namespaced ? (namespace ?? '') : ''),
      list: (options) => this.list(shelf, options),
      ownedBy: (uid) => [...shelf.ownedBy(uid)],
      onNode: (node) => [...shelf.onNode(node)],
      create: (object, options) => this.create(shelf, object, object.metadata?.namespace, options),
      update: (object, options) =>
        this.update(shelf, object, object.metadata?.name ?? '', object.metadata?.namespace, options),
      updateStatus: (object, options) =>
        this.update(shelf, object, object.metadata?.name ?? '', object.metadata?.namespace, {
          ...options,
          subresource: 'status',
        }),
      patch: (name, namespace, type, body, options) => this.patch(shelf, name, namespace, type, body, options),
      delete: (name, namespace, options) => {
        this.delete(shelf, name, namespace, options);
      },
      watch: (handler, options) => {
        const fits = options === undefined ? undefined : this.filter(shelf, options);
        for (const object of [...shelf.all(options?.namespace)])
          if (fits === undefined || fits(object)) handler({ type: 'ADDED', object }, undefined);
        return shelf.subscribe((event, previous) => {
          const made = fits === undefined ? event : filtered(event, previous, fits);
          if (made !== undefined) handler(made, previous);
        });
      },
    };
  }
}

/** A change as a watch with a selector sees it: an object that begins or ceases to fit is added or deleted. */
export function filtered(
  event: WatchEvent,
  previous: KubeObject | undefined,
  fits: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return event;
  const [before, now] = [previous !== undefined && fits(previous), event.type !== 'DELETED' && fits(event.object)];
  if (now) return before ? event : { type: 'ADDED', object: event.object };
  return before ? { type: 'DELETED', object: event.object } : undefined;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(kind: Pick<KindDefinition, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Who holds an allocation. */
export function ownerKey(kind: KindDefinition, object: KubeObject): string {
  return `${kind.plural}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

function resourceWithVersion(kind: KindDefinition): string {
  return kind.group === ''
    ? `/${kind.version}, Resource=${kind.plural}`
    : `${kind.group}/${kind.version}, Resource=${kind.plural}`;
}

const NAME_RULES: Readonly<Record<string, (name: string) => string[]>> = {
  Service: rules.dns1035Label,
  Namespace: rules.dns1123Label,
};

function keep(
  meta: NonNullable<KubeObject['metadata']>,
  old: NonNullable<KubeObject['metadata']>,
  fields: readonly string[],
): void {
  const [to, from] = [meta as Record<string, unknown>, old as Record<string, unknown>];
  for (const field of fields) {
    if (from[field] === undefined) delete to[field];
    else to[field] = from[field];
  }
}

function wantedPort(error: AllocationError): unknown {
  return /\d+/.exec(error.message)?.[0] ?? '';
}

function timestampIn(sim: Simulation, seconds: number): string {
  return `${new Date(Math.floor(sim.calendar() / 1000) * 1000 + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Deep equality of JSON, without regard to the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left).filter((key) => left[key] !== undefined);
  if (keys.length !== Object.keys(right).filter((key) => right[key] !== undefined).length) return false;
  return keys.every((key) => same(left[key], right[key]));
}
