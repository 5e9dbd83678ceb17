import type { PriorityClass } from 'kubernetes-types/scheduling/v1';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, Problems } from './fields.ts';
import { AGE, column, NAME } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type PriorityClassObject = PriorityClass & KubeObject;

/** The highest value that users may give: above it stand the system's own classes. */
const HIGHEST = 1_000_000_000;

export const priorityClass: KindDefinition<PriorityClassObject> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  setDefaults(object) {
    fill(object, 'preemptionPolicy', 'PreemptLowerPriority');
    fill(object, 'value', 0);
  },
  prepareForCreate(object) {
    object.metadata = { ...object.metadata, generation: 1 };
  },
  validate(object) {
    const found = new Problems();
    const name = object.metadata?.name ?? '';
    if (name.startsWith('system-') && !/^system-(cluster|node)-critical$/.test(name))
      found.forbidden(
        'metadata.name',
        "priority class names with 'system-' prefix are reserved for system use only. error: there is no system priority class with that name",
      );
    else if (!name.startsWith('system-') && object.value > HIGHEST)
      found.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST}`);
    const policy = object.preemptionPolicy;
    if (policy && !['PreemptLowerPriority', 'Never'].includes(policy))
      found.unsupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never']);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (object.value !== old.value) found.forbidden('value', 'may not be changed in an update.');
    if (object.preemptionPolicy !== old.preemptionPolicy)
      found.invalid('preemptionPolicy', object.preemptionPolicy, 'field is immutable');
    return found.list;
  },
  warnings: (object, old) => unsimulatedWarnings('', object, old, OBJECT_FIELDS['PriorityClass'] ?? []),
  columns: [
    NAME,
    column('Value', 'value represents the integer value of this priority class.', 'integer'),
    column(
      'Global-Default',
      'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class.',
      'boolean',
    ),
    AGE,
    column('PreemptionPolicy', 'preemptionPolicy is the Policy for preempting pods with lower priority.'),
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.value,
    object.globalDefault ?? false,
    age(object.metadata?.creationTimestamp, now),
    object.preemptionPolicy ?? '',
  ],
};
