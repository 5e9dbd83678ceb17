import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, ReplicaSet } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, IMMUTABLE, Problems } from './fields.ts';
import { formatSelector, goSelector } from './labels.ts';
import {
  checkControllerSelector,
  checkLongRunningTemplate,
  defaultTemplate,
  templateCells,
} from './podspec/template.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, TEMPLATE_COLUMNS, wide } from './table.ts';

type ReplicaSetObject = ReplicaSet & KubeObject;
type Spec = NonNullable<ReplicaSet['spec']>;

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
    object.spec ??= {} as Spec;
    fill(object.spec, 'replicas', 1);
    defaultTemplate(object.spec);
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { replicas: 0 };
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    found.notNegative('spec.replicas', spec.replicas);
    found.notNegative('spec.minReadySeconds', spec.minReadySeconds);
    checkControllerSelector(spec.selector, spec.template, 'empty selector is invalid for deployment', found);
    checkLongRunningTemplate(spec.template, 'ReplicaSet', found);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', goSelector(object.spec?.selector), IMMUTABLE);
    return found.list;
  },
  warnings: (object, old) => podWarnings('spec.template.spec', object.spec?.template?.spec, old?.spec?.template?.spec),
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
    column(
      'Desired',
      'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      'integer',
    ),
    column(
      'Current',
      'Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
      'integer',
    ),
    column(
      'Ready',
      'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
      'integer',
    ),
    AGE,
    ...TEMPLATE_COLUMNS,
    wide(
      'Selector',
      "Selector is a label query over pods that should match the replica count. It must match the pod template's labels.",
    ),
  ],
  row(object, now) {
    return [
      object.metadata?.name ?? '',
      object.spec?.replicas ?? 0,
      object.status?.replicas ?? 0,
      object.status?.readyReplicas ?? 0,
      age(object.metadata?.creationTimestamp, now),
      ...templateCells(object.spec?.template),
      formatSelector(object.spec?.selector),
    ];
  },
};
