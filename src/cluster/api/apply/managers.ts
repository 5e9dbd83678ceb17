import type { KubeObject } from '../types.ts';
import { FieldSet } from './field-set.ts';

/** Who owns which fields of an object: one entry of metadata.managedFields. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** One entry in the form of the API. */
export type ManagedFieldsEntry = NonNullable<NonNullable<KubeObject['metadata']>['managedFields']>[number];

/** Fields that nobody owns, because nobody chooses them (stripMetaManager). */
const UNOWNED = [
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ].map((field) => ['f:metadata', `f:${field}`]),
];

/** The set without what nobody owns, and without what this part of the object does not keep. */
export function owned(set: FieldSet, hasStatus: boolean, subresource: string | undefined): FieldSet {
  let left = UNOWNED.reduce((rest, path) => rest.without(path), set);
  left = new FieldSet(
    [...left.members].filter((element) => element !== 'f:metadata'),
    left.children,
  );
  if (subresource === 'status') return left.without(['f:spec']);
  return hasStatus ? left.without(['f:status']) : left;
}

/** Whether two entries are of one manager (BuildManagerIdentifier). */
export function isSameManager(a: Manager, b: Omit<Manager, 'fields' | 'time'>): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** The entries as the API shows them, in its order. */
export function encodeManagers(managers: readonly Manager[]): ManagedFieldsEntry[] {
  const order = (each: Manager) =>
    [each.operation, each.time ?? '', each.manager, each.apiVersion, each.subresource ?? ''].join('\0');
  return [...managers]
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((each) => ({
      manager: each.manager,
      operation: each.operation,
      apiVersion: each.apiVersion,
      ...(each.time === undefined ? {} : { time: each.time }),
      fieldsType: 'FieldsV1',
      fieldsV1: each.fields.toFieldsV1(),
      ...(each.subresource === undefined ? {} : { subresource: each.subresource }),
    }));
}

/** Entries that a client sent; undefined when it did not send any, empty when it takes them all away. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Manager[] | undefined {
  if (entries === undefined) return undefined;
  if (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0) return [];
  return entries.map((entry) => ({
    manager: entry.manager ?? '',
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: entry.apiVersion ?? '',
    subresource: entry.subresource === '' ? undefined : entry.subresource,
    time: entry.time,
    fields: FieldSet.fromFieldsV1(entry.fieldsV1),
  }));
}
