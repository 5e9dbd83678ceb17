import type { Column, KindDefinition } from '../api/kind.ts';
import { validateLabels } from '../api/metadata.ts';
import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { Deployment, KubeObject, LabelSelector, ReplicaSet } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, IMMUTABLE, NOT_NEGATIVE, Problems } from './fields.ts';
import { defaultPodSpec, validatePodSpec } from './podspec.ts';

type Template = NonNullable<NonNullable<Deployment['spec']>['template']>;

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  description: 'Name must be unique within a namespace.',
};
const AGE: Column = {
  name: 'Age',
  type: 'string',
  priority: 0,
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
};
const WIDE: readonly Column[] = [
  { name: 'Containers', type: 'string', priority: 1, description: 'Names of each container in the template.' },
  { name: 'Images', type: 'string', priority: 1, description: 'Images referenced by each container in the template.' },
  { name: 'Selector', type: 'string', priority: 1, description: 'Label selector for pods.' },
];

/** metav1.FormatLabelSelector: how a selector is printed in a column. */
export function formatSelector(selector: LabelSelector | undefined): string {
  const parts = Object.entries(selector?.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    if (operator === 'In') parts.push(`${key} in (${[...(values ?? [])].sort().join(',')})`);
    else if (operator === 'NotIn') parts.push(`${key} notin (${[...(values ?? [])].sort().join(',')})`);
    else parts.push(operator === 'Exists' ? key : `!${key}`);
  }
  return parts.length === 0 ? '<none>' : parts.join(',');
}

function wide(template: Template | undefined, selector: LabelSelector | undefined): string[] {
  const containers = template?.spec?.containers ?? [];
  return [
    containers.map((each) => each.name).join(','),
    containers.map((each) => each.image ?? '').join(','),
    formatSelector(selector),
  ];
}

/** ValidateLabelSelector, and that it selects the template's own pods. */
function validateTemplate(selector: LabelSelector | undefined, template: Template | undefined, found: Problems): void {
  if (
    selector === undefined ||
    (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0)
  ) {
    if (selector === undefined) found.required('spec.selector');
    else found.invalid('spec.selector', selector, 'empty selector is invalid for deployment');
  } else found.add(validateLabels(selector.matchLabels, 'spec.selector.matchLabels'));
  if (selector !== undefined && !labelSelector(selector).matches(template?.metadata?.labels))
    found.invalid(
      'spec.template.metadata.labels',
      template?.metadata?.labels ?? {},
      '`selector` does not match template `labels`',
    );
  found.add(validateLabels(template?.metadata?.labels, 'spec.template.labels'));
  validatePodSpec(template?.spec, 'spec.template.spec', found);
  const restart = template?.spec?.restartPolicy;
  if (restart !== undefined && restart !== 'Always' && ['OnFailure', 'Never'].includes(restart))
    found.unsupported('spec.template.spec.restartPolicy', restart, ['Always']);
}

type DeploymentObject = Deployment & KubeObject;

export const deployment: KindDefinition<DeploymentObject> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  subresources: ['scale', 'status'],
  generation: true,
  setDefaults(object) {
    const spec = object.spec as NonNullable<Deployment['spec']>;
    if (spec === undefined) return;
    fill(spec, 'replicas', 1);
    fill(spec, 'strategy', {});
    const strategy = spec.strategy ?? {};
    fill(strategy, 'type', 'RollingUpdate');
    if (strategy.type === 'RollingUpdate') {
      fill(strategy, 'rollingUpdate', {});
      fill(strategy.rollingUpdate ?? {}, 'maxUnavailable', '25%');
      fill(strategy.rollingUpdate ?? {}, 'maxSurge', '25%');
    }
    fill(spec, 'revisionHistoryLimit', 10);
    fill(spec, 'progressDeadlineSeconds', 600);
    if (spec.template?.spec !== undefined) {
      defaultPodSpec(spec.template.spec);
      const meta = (spec.template.metadata ?? {}) as { creationTimestamp?: string | null };
      spec.template.metadata = { ...meta, creationTimestamp: null as unknown as string };
    }
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = {};
  },
  validate(object) {
    const found = new Problems();
    const { spec } = object;
    if ((spec?.replicas ?? 0) < 0) found.invalid('spec.replicas', spec?.replicas, NOT_NEGATIVE);
    validateTemplate(spec?.selector, spec?.template, found);
    const type = spec?.strategy?.type;
    if (type === 'Recreate' && spec?.strategy?.rollingUpdate)
      found.forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'");
    else if (type !== 'Recreate' && type !== 'RollingUpdate')
      found.unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate']);
    const rolling = spec?.strategy?.rollingUpdate;
    for (const field of ['maxUnavailable', 'maxSurge'] as const) {
      const value = rolling?.[field];
      if (typeof value === 'number' && value < 0)
        found.invalid(`spec.strategy.rollingUpdate.${field}`, value, NOT_NEGATIVE);
      if (typeof value === 'string' && !/^\d+%$/.test(value))
        found.invalid(
          `spec.strategy.rollingUpdate.${field}`,
          value,
          "must be either the percentage format (e.g. '10%') or integer",
        );
    }
    const zero = (value: unknown) => value === 0 || value === '0%';
    if (zero(rolling?.maxSurge) && zero(rolling?.maxUnavailable))
      found.invalid(
        'spec.strategy.rollingUpdate.maxUnavailable',
        rolling?.maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      );
    if ((spec?.minReadySeconds ?? 0) < 0) found.invalid('spec.minReadySeconds', spec?.minReadySeconds, NOT_NEGATIVE);
    if ((spec?.progressDeadlineSeconds ?? 600) <= (spec?.minReadySeconds ?? 0))
      found.invalid(
        'spec.progressDeadlineSeconds',
        spec?.progressDeadlineSeconds,
        'must be greater than minReadySeconds',
      );
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', object.spec?.selector, IMMUTABLE);
    return found.list;
  },
  scale: {
    read: (object) => ({
      spec: object.spec?.replicas ?? 0,
      status: object.status?.replicas ?? 0,
      selector: formatSelector(object.spec?.selector),
    }),
    write(object, replicas) {
      if (object.spec !== undefined) object.spec = { ...object.spec, replicas };
    },
  },
  columns: [
    NAME,
    { name: 'Ready', type: 'string', priority: 0, description: 'Number of the pod with ready state' },
    {
      name: 'Up-to-date',
      type: 'string',
      priority: 0,
      description:
        'Total number of non-terminated pods targeted by this deployment that have the desired template spec.',
    },
    {
      name: 'Available',
      type: 'string',
      priority: 0,
      description: 'Total number of available pods (ready for at least minReadySeconds) targeted by this deployment.',
    },
    AGE,
    ...WIDE,
  ],
  row(object, now) {
    const { status, spec } = object;
    return [
      object.metadata?.name ?? '',
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age(object.metadata?.creationTimestamp, now),
      ...wide(spec?.template, spec?.selector),
    ];
  },
};

type ReplicaSetObject = ReplicaSet & KubeObject;

export const replicaSet: KindDefinition<ReplicaSetObject> = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  subresources: ['scale', 'status'],
  generation: true,
  selectableFields: { 'status.replicas': (object) => String(object.status?.replicas ?? 0) },
  setDefaults(object) {
    const spec = object.spec as NonNullable<ReplicaSet['spec']>;
    if (spec === undefined) return;
    fill(spec, 'replicas', 1);
    if (spec.template?.spec !== undefined) {
      defaultPodSpec(spec.template.spec);
      spec.template.metadata = { ...spec.template.metadata, creationTimestamp: null as unknown as string };
    }
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { replicas: 0 };
  },
  validate(object) {
    const found = new Problems();
    if ((object.spec?.replicas ?? 0) < 0) found.invalid('spec.replicas', object.spec?.replicas, NOT_NEGATIVE);
    validateTemplate(object.spec?.selector, object.spec?.template, found);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', object.spec?.selector, IMMUTABLE);
    return found.list;
  },
  scale: {
    read: (object) => ({
      spec: object.spec?.replicas ?? 0,
      status: object.status?.replicas ?? 0,
      selector: formatSelector(object.spec?.selector),
    }),
    write(object, replicas) {
      if (object.spec !== undefined) object.spec = { ...object.spec, replicas };
    },
  },
  columns: [
    NAME,
    { name: 'Desired', type: 'integer', priority: 0, description: 'Replicas is the number of desired pods.' },
    {
      name: 'Current',
      type: 'integer',
      priority: 0,
      description: 'Replicas is the most recently observed number of non-terminating pods.',
    },
    {
      name: 'Ready',
      type: 'integer',
      priority: 0,
      description: 'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
    },
    AGE,
    ...WIDE,
  ],
  row(object, now) {
    return [
      object.metadata?.name ?? '',
      object.spec?.replicas ?? 0,
      object.status?.replicas ?? 0,
      object.status?.readyReplicas ?? 0,
      age(object.metadata?.creationTimestamp, now),
      ...wide(object.spec?.template, object.spec?.selector),
    ];
  },
};
