import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Namespace } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems, rules } from './fields.ts';
import { AGE, column, NAME } from './table.ts';

type NamespaceObject = Namespace & KubeObject;

/** The label that every namespace has, with its own name. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespace: KindDefinition<NamespaceObject> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['finalize', 'status'],
  selectableFields: {
    'status.phase': (object) => object.status?.phase ?? '',
    name: (object) => object.metadata?.name ?? '',
  },
  setDefaults(object) {
    const name = object.metadata?.name ?? '';
    if (object.metadata?.labels?.[NAME_LABEL] === name || name === '') return;
    object.metadata = { ...object.metadata, labels: { ...object.metadata?.labels, [NAME_LABEL]: name } };
  },
  prepareForCreate(object) {
    const finalizers = object.spec?.finalizers ?? [];
    const all = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    Object.assign(object, { spec: { ...object.spec, finalizers: all }, status: { phase: 'Active' } });
  },
  prepareForUpdate(object, old) {
    // Only the finalize subresource may take finalizers away; an update that leaves the spec out keeps it.
    if (object.spec === undefined && old.spec !== undefined) object.spec = old.spec;
  },
  validate(object) {
    const found = new Problems();
    for (const finalizer of object.spec?.finalizers ?? []) {
      found.check('spec.finalizers', finalizer, rules.qualifiedName);
      if (!finalizer.includes('/') && !['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer))
        found.invalid(
          'spec.finalizers',
          finalizer,
          'name is neither a standard finalizer name nor is it fully qualified',
        );
    }
    return found.list;
  },
  columns: [NAME, column('Status', 'The status of the namespace'), AGE],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.status?.phase ?? '',
    age(object.metadata?.creationTimestamp, now),
  ],
};
