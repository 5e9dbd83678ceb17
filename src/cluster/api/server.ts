import type { Simulation } from '../../sim/simulation.ts';
import type { ExecSession } from '../kubelet/runtime.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import { Allocators, type ServiceRanges } from './allocators.ts';
import { decodeManagers, encodeManagers } from './apply/managers.ts';
import { Ownership } from './apply/ownership.ts';
import type { ApiRequest, ApiResponse, Clients, DeleteOptions, ListOptions } from './client.ts';
import { type Deleted, deleteObject } from './deletion.ts';
import { deepFreeze } from './equality.ts';
import { errors } from './errors.ts';
import type { KindDefinition } from './kind.ts';
import { type ListFilter, listFilter, select } from './list-filter.ts';
import { clientsOf } from './local-client.ts';
import type { NodeConnector, PortConnection } from './nodes.ts';
import { type Patched, type PatchOptions, patchObject } from './patch-object.ts';
import { type Admission, ownerKey, Registry, type ServerWriteOptions } from './registry.ts';
import { type ConnectOptions, connect, dialer, podNetwork } from './rest/connect.ts';
import { decodeObject } from './rest/decode-body.ts';
import { type Call, RestHandler } from './rest/handler.ts';
import type { FieldSchema } from './schema.ts';
import { type Place, Shelf } from './store.ts';
import { clone, type KubeObject, type PatchType } from './types.ts';

export { same } from './equality.ts';
export { type Admission, apiVersionOf, ownerKey, type ServerWriteOptions } from './registry.ts';

export interface ApiServerOptions {
  readonly sim: Simulation;
  readonly kinds: readonly KindDefinition[];
  readonly ranges: ServiceRanges;
  /** An admission step; more can be added later. */
  readonly admit?: Admission;
  /** The fields of kinds: without it nothing is decoded strictly, applied or explained. */
  readonly schema?: FieldSchema;
  /** Freezes every stored object, so that whoever changes one in place is found: for tests. */
  readonly freeze?: boolean;
}

/** All objects as plain JSON, and the version they are at. */
export interface ApiSnapshot {
  readonly version: number;
  readonly objects: readonly KubeObject[];
}

/**
 * The API server: keeps the objects of all kinds and lets every write pass the registry's rules. Components in this process
 * talk to it through {@link clients}; everything else through {@link rest}.
 */
export class ApiServer {
  readonly sim: Simulation;
  readonly kinds: readonly KindDefinition[];
  readonly clients: Clients;
  readonly registry: Registry;
  /** Who owns which fields. */
  readonly ownership: Ownership;
  private readonly shelves = new Map<string, Shelf>();
  private readonly byKind = new Map<string, Shelf>();
  private readonly allocators: Allocators;
  private readonly admissions: Admission[] = [];
  private readonly freeze: boolean;
  readonly schema: FieldSchema | undefined;
  /** The way to the kubelets, once there are any. */
  nodes: NodeConnector | undefined;
  private readonly handler: RestHandler;
  private version = 1000;

  constructor(options: ApiServerOptions) {
    this.sim = options.sim;
    this.kinds = options.kinds;
    this.freeze = options.freeze ?? false;
    this.schema = options.schema;
    this.allocators = new Allocators(options.ranges, options.sim.random.stream('allocators'));
    if (options.admit !== undefined) this.admissions.push(options.admit);
    for (const kind of options.kinds) {
      const shelf = new Shelf(kind);
      this.shelves.set(`${kind.group}/${kind.plural}`, shelf);
      this.byKind.set(`${kind.group}/${kind.kind}`, shelf);
    }
    this.ownership = new Ownership(() => this.schema?.types());
    this.registry = new Registry({
      sim: this.sim,
      allocators: this.allocators,
      admissions: this.admissions,
      shelf: (plural, group) => this.shelf(plural, group),
      findShelf: (plural, group = '') => this.shelves.get(`${group}/${plural}`),
      commit: (shelf, object, old, given, write) => this.commit(shelf, object, old, given, write),
      dryRun: (object, { applied }) => {
        if (applied !== undefined) this.ownership.assignLoose(object, applied);
        return object;
      },
      changesOwners: (shelf, old, given, { applied }) =>
        this.ownership.differs(
          shelf.kind,
          placeOf(shelf, old),
          applied === undefined ? given.metadata?.managedFields : encodeManagers(applied),
        ),
      remove: (shelf, last) => this.removeNow(shelf, last),
    });
    this.clients = clientsOf(this);
    this.handler = new RestHandler(this);
  }

  /** The in-process clients of one component; its writes carry its name as field manager. */
  clientsFor(manager: string): Clients {
    return clientsOf(this, manager);
  }

  /** Answers a request in HTTP's terms. Failures are answers, not exceptions. */
  rest(request: ApiRequest): ApiResponse {
    return this.handler.handle(request);
  }

  /**
   * Loads what answering a request needs, where that is not there yet. Await it (in a routine: `outside`) before {@link rest};
   * undefined means there is nothing to wait for.
   */
  preload(request: ApiRequest): Promise<unknown> | undefined {
    const { schema } = this;
    if (schema === undefined) return undefined;
    if (request.path.startsWith('/openapi'))
      return schema.definitions() === undefined ? schema.loadDefinitions() : undefined;
    return schema.types() === undefined ? schema.load() : undefined;
  }

  /** The object that a request's body holds. @throws ApiError BadRequest */
  decode(kind: KindDefinition, given: KubeObject, { query, warn }: Pick<Call, 'query' | 'warn'>): KubeObject {
    return decodeObject(this.schema, kind, given, { validation: query.get('fieldValidation') || 'Warn', warn });
  }

  /** The object with its managedFields, which are worked out only here. */
  complete(kind: KindDefinition, object: KubeObject): KubeObject {
    return this.ownership.complete(kind, object, placeOf(this.shelf(kind.plural, kind.group), object));
  }

  /** exec and attach, by the path of the pod's subresource. @throws ApiError */
  connect(path: string, query: URLSearchParams, options: ConnectOptions): ExecSession {
    return connect(this, path, query, options);
  }

  /** port-forward, by the path of the pod's subresource: the pod's network. @throws ApiError */
  podNetwork(path: string): NetworkNamespace {
    return podNetwork(this, path);
  }

  /** port-forward, by the path of the pod's subresource: opens connections to ports of the pod. @throws ApiError, as does what is returned */
  dialer(path: string): (port: number) => PortConnection {
    return dialer(this, path);
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

  /** @throws ApiError NotFound */
  get(shelf: Shelf, name: string, namespace: string | undefined): KubeObject {
    return this.registry.get(shelf, name, namespace);
  }

  /** In no particular order. @throws ApiError BadRequest for a selector that cannot be parsed or a field that cannot be selected by */
  list(shelf: Shelf, options: ListOptions = {}): KubeObject[] {
    return select(shelf, this.filter(shelf, options), options.namespace);
  }

  /** The test that list options stand for. */
  filter(shelf: Shelf, options: ListOptions): ListFilter {
    return listFilter(shelf.kind, options);
  }

  create(shelf: Shelf, given: KubeObject, namespace: string | undefined, options: ServerWriteOptions = {}): KubeObject {
    return this.registry.create(shelf, given, namespace, options);
  }

  update(
    shelf: Shelf,
    given: KubeObject,
    name: string,
    namespace: string | undefined,
    options: ServerWriteOptions = {},
  ): KubeObject {
    return this.registry.update(shelf, given, name, namespace, options);
  }

  patch(
    shelf: Shelf,
    name: string,
    namespace: string | undefined,
    type: PatchType,
    body: unknown,
    options: PatchOptions = {},
  ): Patched {
    return patchObject(this, shelf, name, namespace, type, body, options);
  }

  /** Deletes, or begins to: the object as it is now, and whether it is gone. */
  delete(shelf: Shelf, name: string, namespace: string | undefined, options: DeleteOptions = {}): Deleted {
    return deleteObject(
      {
        sim: this.sim,
        get: (from, which, where) => this.registry.get(from, which, where),
        commit: (to, object, old) => this.commit(to, object, old, undefined, {}),
        remove: (from, last) => this.removeNow(from, last),
      },
      shelf,
      name,
      namespace,
      options,
    );
  }

  /** Takes an object out of the store for good. */
  removeNow(shelf: Shelf, object: KubeObject): KubeObject {
    const { name = '', namespace = '' } = object.metadata ?? {};
    if (shelf.get(name, namespace) === undefined) return object;
    const version = ++this.version;
    const last: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    if (this.freeze) deepFreeze(last);
    this.allocators.release(ownerKey(shelf.kind, object));
    shelf.remove(last, version);
    this.sim.log('api', `delete ${shelf.kind.plural} ${namespace}/${name} ${version}`);
    shelf.kind.afterDelete?.(last, this.registry.context(false, {}));
    return last;
  }

  /** Replaces a stored object as it stands, past every rule: only for putting a cluster's past in place. */
  overwrite(shelf: Shelf, object: KubeObject): void {
    const old = shelf.get(object.metadata?.name ?? '', object.metadata?.namespace ?? '');
    this.commit(shelf, object, old, undefined, {});
  }

  /** Everything in the store; with managedFields where an apply needs them to go on. */
  snapshot(): ApiSnapshot {
    const objects = [...this.shelves.values()].flatMap((shelf) =>
      [...shelf.all()].map((object) =>
        this.ownership.isApplied(shelf.kind, placeOf(shelf, object)) ? this.complete(shelf.kind, object) : object,
      ),
    );
    return { version: this.version, objects };
  }

  /** Fills an empty store; watchers see the objects as ADDED. What was before is forgotten: older watches get 410 Gone. */
  restore(snapshot: ApiSnapshot): void {
    for (const object of snapshot.objects) {
      const [group = '', version] = (object.apiVersion ?? 'v1').includes('/')
        ? (object.apiVersion ?? '').split('/')
        : ['', object.apiVersion];
      const shelf = version === undefined ? undefined : this.shelfOfKind(object.kind ?? '', group);
      if (shelf === undefined) continue;
      shelf.kind.beforeStore?.(clone(object), undefined, this.registry.context(false, {}));
      const { managedFields, ...metadata } = object.metadata ?? {};
      const stored = managedFields === undefined ? object : { ...object, metadata };
      if (this.freeze) deepFreeze(stored);
      const place = shelf.put(stored, Number(metadata.resourceVersion ?? 0));
      const managers = decodeManagers(managedFields);
      if (managers !== undefined) this.ownership.assign(place, managers);
    }
    this.version = Math.max(this.version, snapshot.version);
    for (const shelf of this.shelves.values()) shelf.compact(this.version);
  }

  private commit(
    shelf: Shelf,
    object: KubeObject,
    old: KubeObject | undefined,
    given: KubeObject | undefined,
    options: ServerWriteOptions,
  ): KubeObject {
    const version = ++this.version;
    // The metadata of what is created is the server's own copy; that of an update may be the stored object's.
    const metadata: { resourceVersion?: string } | undefined =
      given !== undefined && old === undefined ? object.metadata : undefined;
    if (metadata === undefined) object.metadata = { ...object.metadata, resourceVersion: String(version) };
    else metadata.resourceVersion = String(version);
    if (this.freeze) deepFreeze(object);
    const place = shelf.put(object, version);
    if (options.applied !== undefined) this.ownership.assign(place, options.applied);
    else if (given !== undefined && options.subresource !== 'binding')
      this.ownership.note(shelf.kind, place, {
        manager: options.fieldManager ?? 'kube-controller-manager',
        subresource: options.subresource,
        time: this.sim.timestamp(),
        before: old,
        given: options.subresource === undefined ? given : object,
      });
    if (this.sim.logged)
      this.sim.log(
        'api',
        `${old === undefined ? 'create' : 'update'} ${shelf.kind.plural} ${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''} ${version}`,
      );
    return object;
  }
}

function placeOf(shelf: Shelf, object: KubeObject): Place | undefined {
  return shelf.place(object.metadata?.name ?? '', object.metadata?.namespace ?? '');
}
