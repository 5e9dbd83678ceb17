import { same } from '../equality.ts';
import type { KindDefinition } from '../kind.ts';
import type { FieldTypes } from '../schema.ts';
import type { Place } from '../store.ts';
import { clone, type KubeObject } from '../types.ts';
import {
  decodeManagers,
  encodeManagers,
  isSameManager,
  type ManagedFieldsEntry,
  type Manager,
  owned,
} from './managers.ts';
import { Shapes } from './shape.ts';
import { Typed } from './typed.ts';

/** One write, as far as it says who owns what. */
export interface Write {
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly time: string;
  /** Undefined for a creation. */
  readonly before: KubeObject | undefined;
  /** The object as it was sent, before the server filled in what nobody asked for. */
  readonly given: KubeObject;
}

/** What is known about one object: managers that are settled, and the writes since. */
export interface Claims {
  managers: readonly Manager[];
  writes: Write[];
}

const NOBODY: readonly Manager[] = [];

/** Writes that are kept before the older half is settled. */
const MOST_WRITES = 16;

/**
 * Who owns which fields of which object (metadata.managedFields). Writes are only noted; the sets are worked out when somebody
 * wants to see them, because nearly nobody does.
 */
export class Ownership {
  /** Answers of dry runs, which have no place. */
  private readonly loose = new WeakMap<KubeObject, readonly Manager[]>();
  private readonly types: () => FieldTypes | undefined;
  private made: { readonly types: FieldTypes; readonly shapes: Shapes; readonly typed: Typed } | undefined;

  constructor(types: () => FieldTypes | undefined) {
    this.types = types;
  }

  /** Objects by their types; undefined until the types are loaded. */
  get typed(): { readonly shapes: Shapes; readonly typed: Typed } | undefined {
    const types = this.types();
    if (types === undefined) return undefined;
    if (this.made?.types !== types) {
      const shapes = new Shapes(types);
      this.made = { types, shapes, typed: new Typed(shapes) };
    }
    return this.made;
  }

  /** Notes a write. */
  note(kind: KindDefinition, place: Place, write: Write): void {
    const record = place.claims;
    if (record === undefined) {
      place.claims = { managers: NOBODY, writes: [write] };
      const sent = write.subresource === undefined ? decodeManagers(write.given.metadata?.managedFields) : undefined;
      if (sent !== undefined && write.before !== undefined) place.claims = { managers: sent, writes: [write] };
      return;
    }
    const sent = write.subresource === undefined ? decodeManagers(write.given.metadata?.managedFields) : undefined;
    if (sent !== undefined && write.before !== undefined) {
      record.managers = sent;
      record.writes = [];
    }
    const last = record.writes.at(-1);
    const again =
      last !== undefined &&
      last.before !== undefined &&
      last.manager === write.manager &&
      last.subresource === write.subresource;
    if (again) record.writes[record.writes.length - 1] = { ...write, before: last.before };
    else record.writes.push(write);
    if (record.writes.length > MOST_WRITES) this.settle(kind, record, MOST_WRITES / 2);
  }

  /** Says who the managers are now: an apply has worked them out. */
  assign(place: Place, managers: readonly Manager[]): void {
    place.claims = { managers, writes: [] };
  }

  assignLoose(object: KubeObject, managers: readonly Manager[]): void {
    this.loose.set(object, managers);
  }

  /** The managers of an object, worked out. Empty until the types are loaded. */
  managers(kind: KindDefinition, place: Place | undefined): readonly Manager[] {
    const record = place?.claims;
    if (record === undefined) return [];
    this.settle(kind, record, record.writes.length);
    return record.managers;
  }

  /** The object with its managedFields. */
  complete(kind: KindDefinition, object: KubeObject, place: Place | undefined): KubeObject {
    const managers = this.loose.get(object) ?? this.managers(kind, place);
    if (managers.length === 0) return object;
    return { ...object, metadata: { ...object.metadata, managedFields: encodeManagers(managers) } };
  }

  /** Whether somebody owns fields of an object by apply: then what the others own matters too. */
  isApplied(kind: KindDefinition, place: Place | undefined): boolean {
    const settled = place?.claims?.managers.some((each) => each.operation === 'Apply') === true;
    return settled && this.managers(kind, place).some((each) => each.operation === 'Apply');
  }

  /** Whether an object that was sent has other managers than the stored one. */
  differs(kind: KindDefinition, place: Place | undefined, sent: readonly ManagedFieldsEntry[] | undefined): boolean {
    const managers = decodeManagers(sent);
    return managers !== undefined && !same(encodeManagers(managers), encodeManagers(this.managers(kind, place)));
  }

  private settle(kind: KindDefinition, record: Claims, count: number): void {
    const { typed } = this;
    if (typed === undefined) {
      // Without types nothing can be worked out; what is oldest is given up.
      if (record.writes.length > MOST_WRITES) record.writes.splice(0, count);
      return;
    }
    for (const write of record.writes.splice(0, count))
      record.managers = updated(typed.typed, typed.shapes, kind, record.managers, write);
  }
}

/** The managers after a write that is no apply (merge/update.go, Update). */
function updated(
  typed: Typed,
  shapes: Shapes,
  kind: KindDefinition,
  managers: readonly Manager[],
  write: Write,
): readonly Manager[] {
  const { before, given, subresource } = write;
  const hasStatus = kind.subresources?.includes('status') === true;
  let after = given;
  if (subresource === undefined) {
    after = clone(given);
    kind.setDefaults?.(after);
    // What the server alone writes is no claim of the client's.
    if (before !== undefined && hasStatus) after['status'] = before['status'];
  }
  const shape = shapes.struct(kind.kind);
  const { added, modified, removed } = typed.compare(before ?? typed.blank(kind.kind), after, shape);
  const identity = {
    manager: write.manager,
    operation: 'Update' as const,
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    subresource,
  };
  const changed = owned(modified.union(added), hasStatus, subresource);
  const own = managers.find((each) => isSameManager(each, identity));
  const others = managers
    .filter((each) => each !== own)
    .map((each) => ({ ...each, fields: each.fields.difference(changed).difference(removed) }));
  const fields = (own?.fields.difference(removed) ?? changed).union(changed);
  const touched = own === undefined || !changed.empty || !same(fields.toFieldsV1(), own.fields.toFieldsV1());
  return [...others, { ...identity, time: touched ? write.time : own.time, fields }].filter(
    (each) => !each.fields.empty,
  );
}
