import type { Random } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { AllocationError, type Allocators } from './allocators.ts';
import type { Manager } from './apply/managers.ts';
import type { WriteOptions } from './client.ts';
import { reuse, same } from './equality.ts';
import { errors } from './errors.ts';
import type { FieldError, KindDefinition, WriteContext } from './kind.ts';
import {
  dedupOwnerReferences,
  generateName,
  newUid,
  rules,
  validateMetadata,
  validateMetadataUpdate,
} from './metadata.ts';
import type { Shelf } from './store.ts';
import { ApiError, clone, type KubeObject, type ObjectMeta } from './types.ts';

type Meta = { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] };

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
  /** `status`, `finalize`, `binding`, ...: which part of the object the write is about. */
  readonly subresource?: string;
  /** A server-side apply: who owns which fields once it is stored. */
  readonly applied?: readonly Manager[];
}

/** What the registry does its work with. */
export interface RegistryParts {
  readonly sim: Simulation;
  readonly allocators: Allocators;
  readonly admissions: readonly Admission[];
  shelf(plural: string, group?: string): Shelf;
  /** Undefined where the kind is not served. */
  findShelf(plural: string, group?: string): Shelf | undefined;
  /** Stores an object that has passed all rules, under a new version. `given` is what the client sent. */
  commit(
    shelf: Shelf,
    object: KubeObject,
    old: KubeObject | undefined,
    given: KubeObject,
    options: ServerWriteOptions,
  ): KubeObject;
  /** The answer of a dry run: what would have been stored. */
  dryRun(object: KubeObject, options: ServerWriteOptions): KubeObject;
  /** Whether a write that changes nothing else changes who owns the fields. */
  changesOwners(shelf: Shelf, old: KubeObject, given: KubeObject, options: ServerWriteOptions): boolean;
  /** Takes an object out of the store. */
  remove(shelf: Shelf, last: KubeObject): KubeObject;
}

/** Kinds that a PUT of a new name creates. */
const CREATED_BY_UPDATE = new Set(['Service', 'Endpoints', 'Event']);
/** Kinds that an update must name the version of. */
const NEED_VERSION = new Set(['Lease']);
const NAME_TRIES = 8;

/**
 * The way of every write into the store, in the order of the real server: defaults, preparation, admission, validation,
 * warnings, allocation (registry/generic/registry/store.go and rest/create.go, update.go).
 */
export class Registry {
  private readonly parts: RegistryParts;
  private readonly random;
  private readonly names;
  private readonly allocate: WriteContext['allocate'];

  constructor(parts: RegistryParts) {
    this.parts = parts;
    this.allocate = {
      clusterIP: (wanted, owner) => parts.allocators.clusterIP(wanted, owner),
      nodePort: (wanted, protocol, owner) => parts.allocators.nodePort(wanted, protocol, owner),
      release: (owner) => parts.allocators.release(owner),
    };
    this.random = parts.sim.random.stream('api');
    this.names = parts.sim.random.stream('names');
  }

  /** @throws ApiError NotFound */
  get(shelf: Shelf, name: string, namespace: string | undefined): KubeObject {
    const object = shelf.get(name, shelf.kind.namespaced ? (namespace ?? '') : '');
    if (object === undefined) throw errors.notFound(shelf.kind, name);
    return object;
  }

  create(shelf: Shelf, given: KubeObject, namespace: string | undefined, options: ServerWriteOptions = {}): KubeObject {
    const { kind } = shelf;
    const { sim } = this.parts;
    const object: KubeObject = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: {} };
    for (const field in given)
      if (field !== 'apiVersion' && field !== 'kind')
        object[field] = options.handedOver === true ? given[field] : clone(given[field]);
    const meta: Meta = object.metadata ?? {};
    object.metadata = meta;
    placeInNamespace(kind, meta, namespace);
    this.checkNamespace(kind, meta);
    delete meta.deletionTimestamp;
    delete meta.deletionGracePeriodSeconds;
    delete meta.selfLink;
    delete meta.managedFields;
    this.dedupOwners(meta, options);
    if ((meta.name ?? '') === '' && (meta.generateName ?? '') !== '') {
      let tries = 0;
      do meta.name = generateName(meta.generateName ?? '', this.names);
      while (++tries < NAME_TRIES && shelf.get(meta.name, meta.namespace ?? '') !== undefined);
    }
    const name = meta.name ?? '';
    const dryRun = options.dryRun === true;
    const context = this.context(dryRun, options);
    meta.uid = newUid(this.random);
    meta.creationTimestamp = sim.timestamp();
    if (kind.generation === true) meta.generation = 1;
    else delete meta.generation;
    kind.setDefaults?.(object);
    kind.prepareForCreate?.(object, context);
    for (const admission of this.parts.admissions) admission(kind, object, undefined, context);
    const problems = joined(this.metadataProblems(kind, object), kind.validate(object));
    if (problems.length > 0) throw errors.invalid(kind, name, problems);
    warn(kind, object, undefined, options);
    const existing = shelf.get(name, meta.namespace ?? '');
    if (existing !== undefined) throw alreadyExists(kind, existing, object);
    if (meta.resourceVersion !== undefined && meta.resourceVersion !== '')
      throw errors.unknown('resourceVersion should not be set on objects to be created');
    allocating(kind, name, () => kind.beforeStore?.(object, undefined, context));
    if (dryRun) {
      this.parts.allocators.release(ownerKey(kind, object));
      return this.parts.dryRun(object, options);
    }
    return this.parts.commit(shelf, object, undefined, given, options);
  }

  update(
    shelf: Shelf,
    given: KubeObject,
    name: string,
    namespace: string | undefined,
    options: ServerWriteOptions = {},
  ): KubeObject {
    const { kind } = shelf;
    const where = namespace ?? given.metadata?.namespace;
    const old = shelf.get(name, kind.namespaced ? (where ?? '') : '');
    if (old === undefined) {
      if (!CREATED_BY_UPDATE.has(kind.kind) || options.subresource !== undefined) throw errors.notFound(kind, name);
      checkName(given, name);
      return this.create(shelf, given, where, options);
    }
    const oldMeta = old.metadata ?? {};
    const meta: Meta = { ...given.metadata };
    placeInNamespace(kind, meta, namespace ?? oldMeta.namespace);
    checkName(given, name);
    this.checkVersion(kind, name, meta, oldMeta);
    const object =
      options.subresource === 'status'
        ? withStatus(kind, given, old, meta)
        : options.subresource === 'binding'
          ? withNode(given, old, meta, this.parts.sim.timestamp())
          : this.prepared(kind, given, old, meta, options);
    const finalizers = (object['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? [];
    // ShouldDeleteDuringUpdate: what was only waiting for its finalizers goes with the last of them.
    const gone =
      (object.metadata?.finalizers ?? []).length === 0 &&
      oldMeta.deletionTimestamp !== undefined &&
      (oldMeta.deletionGracePeriodSeconds ?? 0) === 0 &&
      (kind.kind !== 'Namespace' || finalizers.length === 0);
    if (gone) return options.dryRun === true ? object : this.parts.remove(shelf, object);
    // A write that changes nothing makes no new version and no event.
    const made = reuse(old, object);
    if (made === old && !this.parts.changesOwners(shelf, old, given, options)) return old;
    if (options.dryRun === true) return this.parts.dryRun(made, options);
    return this.parts.commit(shelf, made === old ? { ...old } : made, old, given, options);
  }

  /** What a kind's rules may ask while a write is handled. */
  context(dryRun: boolean, options: ServerWriteOptions): WriteContext {
    return new OneWrite(this.parts, this.names, this.allocate, dryRun, options.warn);
  }

  private prepared(
    kind: KindDefinition,
    given: KubeObject,
    old: KubeObject,
    meta: Meta,
    options: ServerWriteOptions,
  ): KubeObject {
    const context = this.context(options.dryRun === true, options);
    const oldMeta = old.metadata ?? {};
    const { name = '' } = oldMeta;
    const hasStatus = kind.subresources?.includes('status') === true;
    const object: KubeObject = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: meta };
    for (const field in given) {
      const value = given[field];
      if (field === 'apiVersion' || field === 'kind' || field === 'metadata' || value === undefined) continue;
      if (field === 'status' && hasStatus) continue;
      // What is the stored object's own needs no copy unless the kind's defaults might touch it.
      const shared = options.handedOver === true || (value === old[field] && kind.setDefaults === undefined);
      object[field] = shared ? value : clone(value);
    }
    if (hasStatus && old['status'] !== undefined) object['status'] = old['status'];
    keep(meta, oldMeta, KEPT);
    this.dedupOwners(meta, options);
    kind.setDefaults?.(object);
    if (options.subresource !== 'finalize' && kind.kind === 'Namespace' && old['spec'] !== undefined)
      object['spec'] = old['spec'];
    kind.prepareForUpdate?.(object, old, context);
    if (kind.generation === true && object.metadata !== undefined && !same(object['spec'], old['spec']))
      object.metadata = { ...object.metadata, generation: (oldMeta.generation ?? 0) + 1 };
    for (const admission of this.parts.admissions) admission(kind, object, old, context);
    let problems = joined(this.metadataProblems(kind, object), validateMetadataUpdate(object, old));
    const whole = kind.validate(object);
    const change = kind.validateUpdate?.(object, old) ?? NO_PROBLEMS;
    problems = joined(problems, kind.updateFirst === true ? joined(change, whole) : joined(whole, change));
    if (problems.length > 0) throw errors.invalid(kind, name, problems);
    warn(kind, object, old, options);
    allocating(kind, name, () => kind.beforeStore?.(object, old, context));
    return object;
  }

  private checkVersion(kind: KindDefinition, name: string, meta: Meta, old: Meta): void {
    if (meta.uid !== undefined && meta.uid !== '' && meta.uid !== old.uid)
      throw errors.conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${old.uid}`,
      );
    const { resourceVersion: wanted = '' } = meta;
    if (wanted === '' && NEED_VERSION.has(kind.kind))
      throw errors.invalid({ ...kind, kind: kind.plural }, name, [
        {
          type: 'Invalid value',
          field: 'metadata.resourceVersion',
          value: 0,
          detail: 'must be specified for an update',
        },
      ]);
    if (wanted !== '' && wanted !== old.resourceVersion)
      throw errors.conflict(
        kind,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
  }

  /** Admission plugin NamespaceLifecycle: nothing new in a namespace that is not there or that is going. */
  private checkNamespace(kind: KindDefinition, meta: Meta): void {
    const shelf = this.parts.findShelf('namespaces');
    if (!kind.namespaced || shelf === undefined) return;
    const { namespace = '' } = meta;
    const found = shelf.get(namespace, '');
    if (found === undefined) throw errors.notFound(shelf.kind, namespace);
    if (found.metadata?.deletionTimestamp === undefined) return;
    const error = errors.forbidden(
      kind,
      meta.name ?? '',
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    error.status.details = {
      ...error.status.details,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    };
    throw error;
  }

  private dedupOwners(meta: Meta, options: ServerWriteOptions): void {
    const { ownerReferences } = meta;
    if (ownerReferences === undefined || ownerReferences.length < 2) return;
    const { kept, duplicates } = dedupOwnerReferences(ownerReferences);
    if (duplicates.length === 0) return;
    meta.ownerReferences = kept;
    options.warn?.(
      `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates.join(', ')}`,
    );
  }

  private metadataProblems(kind: KindDefinition, object: KubeObject): FieldError[] {
    return validateMetadata(object, kind.namespaced, NAME_RULES[kind.kind] ?? rules.dns1123Subdomain);
  }
}

const NO_PROBLEMS: readonly FieldError[] = [];

/** One list after the other; most are empty. */
function joined(first: readonly FieldError[], second: readonly FieldError[]): readonly FieldError[] {
  return second.length === 0 ? first : first.length === 0 ? second : [...first, ...second];
}

/** Fields of metadata that no client can change. */
const KEPT = [
  'uid',
  'creationTimestamp',
  'generateName',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'resourceVersion',
  'managedFields',
  'selfLink',
] as const;

const NAME_RULES: Readonly<Record<string, (name: string) => string[]>> = {
  Service: rules.dns1035Label,
  Namespace: rules.dns1123Label,
};

/** `v1`, `apps/v1`. */
export function apiVersionOf(kind: Pick<KindDefinition, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Who holds an allocation. */
export function ownerKey(kind: KindDefinition, object: KubeObject): string {
  return `${kind.plural}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

/**
 * An update of status: the rest is as it was, but for labels, annotations and finalizers. The status given is taken over as
 * it is, uncopied: who gave it must not change it any more.
 */
function withStatus(kind: KindDefinition, given: KubeObject, old: KubeObject, meta: Meta): KubeObject {
  const oldMeta = old.metadata ?? {};
  const object: KubeObject = { ...old };
  // Deployments and ReplicaSets keep their labels (deploymentStatusStrategy).
  const fields =
    kind.group === 'apps' ? (['annotations'] as const) : (['annotations', 'labels', 'finalizers'] as const);
  if (fields.some((field) => meta[field] !== oldMeta[field])) {
    const changed = { ...oldMeta };
    keep(changed, meta, fields);
    object.metadata = changed;
  }
  if (given['status'] === undefined) delete object['status'];
  else object['status'] = given['status'];
  return object;
}

/** A binding: the pod as it was, on a node, and with the condition that says so (assignPod of pkg/registry/core/pod). */
function withNode(given: KubeObject, old: KubeObject, meta: Meta, time: string): KubeObject {
  const { conditions = [], ...status } = (old['status'] ?? {}) as { conditions?: readonly { type: string }[] };
  const scheduled = { lastProbeTime: null, lastTransitionTime: time, status: 'True', type: 'PodScheduled' };
  const metadata = { ...old.metadata };
  keep(metadata, meta, ['annotations']);
  return {
    ...old,
    metadata,
    spec: { ...(old['spec'] as object), nodeName: (given['spec'] as { nodeName?: string }).nodeName },
    status: { ...status, conditions: [...conditions.filter((each) => each.type !== 'PodScheduled'), scheduled] },
  };
}

function alreadyExists(kind: KindDefinition, existing: KubeObject, given: KubeObject): ApiError {
  const { status } = errors.alreadyExists(kind, existing.metadata?.name ?? '');
  const generated = (given.metadata?.generateName ?? '') !== '';
  const going = existing.metadata?.deletionTimestamp !== undefined;
  return new ApiError({
    ...status,
    message: `${going ? 'object is being deleted: ' : ''}${status.message ?? ''}${
      generated ? ', the server was not able to generate a unique name for the object' : ''
    }`,
  });
}

function checkName(given: KubeObject, name: string): void {
  const own = given.metadata?.name ?? '';
  if (own === '')
    throw errors.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (own !== name)
    throw errors.badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
}

function placeInNamespace(kind: KindDefinition, meta: Meta, namespace: string | undefined): void {
  if (!kind.namespaced) {
    delete meta.namespace;
    return;
  }
  const own = meta.namespace ?? '';
  if (namespace !== undefined && own !== '' && own !== namespace)
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  meta.namespace = namespace ?? (own === '' ? 'default' : own);
}

function keep(to: Meta, from: Meta, fields: readonly (keyof Meta)[]): void {
  const [target, source] = [to as Record<string, unknown>, from as Record<string, unknown>];
  for (const field of fields) {
    const value = source[field];
    if (value !== undefined) target[field] = value;
    else if (target[field] !== undefined) delete target[field];
  }
}

/** The context of one write. A class, as one is made for each of them. */
class OneWrite implements WriteContext {
  readonly random: Random;
  readonly dryRun: boolean;
  readonly allocate: WriteContext['allocate'];
  private readonly parts: RegistryParts;
  private readonly say: ((text: string) => void) | undefined;

  constructor(
    parts: RegistryParts,
    random: Random,
    allocate: WriteContext['allocate'],
    dryRun: boolean,
    say: ((text: string) => void) | undefined,
  ) {
    this.parts = parts;
    this.random = random;
    this.allocate = allocate;
    this.dryRun = dryRun;
    this.say = say;
  }

  get timestamp(): string {
    return this.parts.sim.timestamp();
  }

  get now(): number {
    return this.parts.sim.now();
  }

  find(plural: string, name: string, namespace = '', group = ''): KubeObject | undefined {
    return this.parts.shelf(plural, group).get(name, namespace);
  }

  list(plural: string, namespace?: string, group = ''): readonly KubeObject[] {
    return [...this.parts.shelf(plural, group).all(namespace)];
  }

  warn(text: string): void {
    this.say?.(text);
  }
}

function warn(
  kind: KindDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  options: ServerWriteOptions,
): void {
  if (options.warn === undefined) return;
  for (const text of kind.warnings?.(object, old) ?? []) options.warn(text);
}

/** An allocation that a kind does not word itself is invalid all the same. */
function allocating(kind: KindDefinition, name: string, allocate: () => void): void {
  try {
    allocate();
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    throw errors.invalid(kind, name, [{ type: 'Internal error', field: 'spec', detail: error.message }]);
  }
}
