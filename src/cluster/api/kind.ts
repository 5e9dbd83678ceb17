import type { Random } from '../../sim/random.ts';
import type { KubeObject } from './types.ts';

/** `field.Error` of apimachinery: one entry of an Invalid status. `detail` and `value` are worded as the real server does. */
export interface FieldError {
  readonly type:
    | 'Required value'
    | 'Invalid value'
    | 'Unsupported value'
    | 'Duplicate value'
    | 'Forbidden'
    | 'Not found'
    | 'Too long'
    | 'Too many'
    | 'Internal error';
  /** `spec.ports[0].port` */
  readonly field: string;
  /** The offending value, for the message's `"x": ` or `-1: ` part; absent for Required and Forbidden. */
  readonly value?: unknown;
  readonly detail: string;
}

/** What a kind's rules may ask of the server while it handles a write. */
export interface WriteContext {
  /** metav1.Time of now. */
  readonly timestamp: string;
  /** Virtual milliseconds. */
  readonly now: number;
  readonly random: Random;
  readonly dryRun: boolean;
  /** Another object in the store, or undefined. Never change it. */
  find(plural: string, name: string, namespace?: string, group?: string): KubeObject | undefined;
  list(plural: string, namespace?: string, group?: string): readonly KubeObject[];
  /** Adds a `Warning:` header. */
  warn(text: string): void;
  /** Cluster-wide allocators. They throw ApiError with the server's own words when nothing is left or the value is taken. */
  readonly allocate: {
    clusterIP(wanted: string | undefined, owner: string): string;
    nodePort(wanted: number | undefined, protocol: string, owner: string): number;
    release(owner: string): void;
  };
}

/** A column of the server-side Table (`priority` 0 shows always, 1 with -o wide). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: 'name';
  readonly description: string;
  readonly priority: 0 | 1;
}

export type Cell = string | number | boolean | null;

/**
 * All there is to know about one kind: one file in `resources/` each, registered in `resources/index.ts`. The server takes
 * its discovery entry, defaulting, validation, subresources, field selectors and Table from here.
 */
export interface KindDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
  /** `status`, `scale`, and those that connect: `log`, `exec`, `attach`, `binding`, `eviction`, ... */
  readonly subresources?: readonly string[];
  /** Fields that 1.33 can select by besides metadata.name and metadata.namespace, with their value in an object. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** Sets defaults in place on a private copy, on create, update and apply (pkg/apis/.../defaults.go). */
  setDefaults?(object: T): void;
  /** Strategy.PrepareForCreate: in place; drops what a client must not set, allocates. Runs after defaults, before validation. */
  prepareForCreate?(object: T, context: WriteContext): void;
  /** Strategy.PrepareForUpdate: in place on the new object; bumps metadata.generation when the spec changed (the server does that itself when `generation` is true). */
  prepareForUpdate?(object: T, old: T, context: WriteContext): void;
  /** Runs after a create or update passed validation and before it is stored: allocations that depend on others. Not on dry runs' side effects. */
  beforeStore?(object: T, old: T | undefined, context: WriteContext): void;
  /** Runs once the object is gone from the store. */
  afterDelete?(object: T, context: WriteContext): void;
  /** Whether the server keeps metadata.generation. */
  readonly generation?: boolean;
  validate(object: T): FieldError[];
  validateUpdate?(object: T, old: T): FieldError[];
  /** Whether what `validateUpdate` finds comes before what `validate` finds, as in ValidateSecretUpdate, ValidateConfigMapUpdate and ValidateServiceUpdate. */
  readonly updateFirst?: boolean;
  /** The warning that comes with every request for this kind, reads too: what takes its place. */
  readonly deprecated?: string;
  /** Warnings on write: deprecated kinds or fields, duplicate ports, and stored-but-not-simulated fields. */
  warnings?(object: T, old: T | undefined): string[];
  readonly columns: readonly Column[];
  /** Cells in the order of `columns`; `now` is virtual calendar time in ms since 1970, for ages. */
  row(object: T, now: number): Cell[];
  /** Strategic merge: patchMergeKey of list fields by path without indexes (`spec.template.spec.containers` -> `name`). */
  readonly mergeKeys?: Readonly<Record<string, string>>;
  /** Default grace period of a deletion in seconds, when the object can be deleted gracefully (Pod: spec.terminationGracePeriodSeconds ?? 30). */
  gracePeriodSeconds?(object: T): number | undefined;
  /** `scale` subresource, for Deployments and ReplicaSets: where its numbers are. */
  readonly scale?: {
    read(object: T): { spec: number; status: number; selector: string };
    write(object: T, replicas: number): void;
  };
}
