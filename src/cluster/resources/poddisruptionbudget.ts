import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { checkAtMost100Percent, checkIntOrPercent } from './intstr.ts';
import { checkSelector } from './labels.ts';
import { AGE, column, NAME } from './table.ts';

type BudgetObject = PodDisruptionBudget & KubeObject;
type IntOrString = number | string | undefined;

export const podDisruptionBudget: KindDefinition<BudgetObject> = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  subresources: ['status'],
  generation: true,
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate(object) {
    const found = new Problems();
    const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = object.spec ?? {};
    if (minAvailable !== undefined && maxUnavailable !== undefined)
      found.invalid('spec', object.spec ?? {}, 'minAvailable and maxUnavailable cannot be both set');
    for (const [field, value] of [
      ['minAvailable', minAvailable],
      ['maxUnavailable', maxUnavailable],
    ] as const) {
      if (value === undefined) continue;
      checkIntOrPercent(`spec.${field}`, value as IntOrString, found);
      checkAtMost100Percent(`spec.${field}`, value as IntOrString, found);
    }
    checkSelector('spec.selector', selector, found);
    if (policy && !['IfHealthyBudget', 'AlwaysAllow'].includes(policy))
      found.unsupported('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget']);
    return found.list;
  },
  columns: [
    NAME,
    column('Min Available', 'The minimum number of pods that must be available.'),
    column('Max Unavailable', 'The maximum number of pods that may be unavailable.'),
    column('Allowed Disruptions', 'Calculated number of pods that may be disrupted at this time.', 'integer'),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    String(object.spec?.minAvailable ?? 'N/A'),
    String(object.spec?.maxUnavailable ?? 'N/A'),
    object.status?.disruptionsAllowed ?? 0,
    age(object.metadata?.creationTimestamp, now),
  ],
};
