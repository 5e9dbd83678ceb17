import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, ServiceAccount } from '../api/types.ts';
import { age } from './duration.ts';
import { AGE, column, NAME } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type ServiceAccountObject = ServiceAccount & KubeObject;

export const serviceAccount: KindDefinition<ServiceAccountObject> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  subresources: ['token'],
  validate: () => [],
  warnings: (object, old) => unsimulatedWarnings('', object, old, OBJECT_FIELDS['ServiceAccount'] ?? []),
  columns: [
    NAME,
    column(
      'Secrets',
      'Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use.',
    ),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.secrets?.length ?? 0,
    age(object.metadata?.creationTimestamp, now),
  ],
};
