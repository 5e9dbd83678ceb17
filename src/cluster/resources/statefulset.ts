import type { StatefulSet } from 'kubernetes-types/apps/v1';
import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, Problems } from './fields.ts';
import { formatSelector } from './labels.ts';
import { checkControllerSelector, checkTemplateSpec, defaultTemplate, templateCells } from './podspec/template.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, TEMPLATE_COLUMNS } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type StatefulSetObject = StatefulSet & KubeObject;
type Spec = NonNullable<StatefulSet['spec']>;

/** What an update may change. */
const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

export const statefulSet: KindDefinition<StatefulSetObject> = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  subresources: ['scale', 'status'],
  generation: true,
  setDefaults(object) {
    object.spec ??= {} as Spec;
    const { spec } = object;
    spec.podManagementPolicy ||= 'OrderedReady';
    fill(spec, 'updateStrategy', {});
    const strategy = spec.updateStrategy ?? {};
    strategy.type ||= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      fill(strategy, 'rollingUpdate', {});
      fill(strategy.rollingUpdate ?? {}, 'partition', 0);
    }
    fill(spec, 'persistentVolumeClaimRetentionPolicy', {});
    const retention = spec.persistentVolumeClaimRetentionPolicy ?? {};
    retention.whenDeleted ||= 'Retain';
    retention.whenScaled ||= 'Retain';
    fill(spec, 'replicas', 1);
    fill(spec, 'revisionHistoryLimit', 10);
    fill(spec, 'serviceName', '');
    defaultTemplate(spec);
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion = 'v1';
      claim.kind = 'PersistentVolumeClaim';
      if (claim.status === undefined) Object.assign(claim, { status: { phase: 'Pending' } });
      if (claim.spec !== undefined) fill(claim.spec, 'volumeMode', 'Filesystem');
    }
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { availableReplicas: 0, replicas: 0 };
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    const { podManagementPolicy = '', updateStrategy } = spec;
    if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy))
      found.invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
    const type = updateStrategy?.type ?? '';
    if (!['RollingUpdate', 'OnDelete'].includes(type))
      found.invalid('spec.updateStrategy', type, "must be 'RollingUpdate' or 'OnDelete'");
    else if (type === 'OnDelete' && updateStrategy?.rollingUpdate)
      found.invalid(
        'spec.updateStrategy.rollingUpdate',
        updateStrategy.rollingUpdate,
        "only allowed for updateStrategy 'RollingUpdate'",
      );
    else found.notNegative('spec.updateStrategy.rollingUpdate.partition', updateStrategy?.rollingUpdate?.partition);
    found.notNegative('spec.replicas', spec.replicas);
    found.notNegative('spec.minReadySeconds', spec.minReadySeconds);
    checkControllerSelector(spec.selector, spec.template, 'empty selector is invalid for statefulset', found);
    // Claims become volumes of the pods, so that mounts may name them.
    const claims = (spec.volumeClaimTemplates ?? []).map((claim) => ({
      name: claim.metadata?.name ?? '',
      emptyDir: {},
    }));
    const template = spec.template;
    checkTemplateSpec(
      template?.spec === undefined || claims.length === 0
        ? template
        : { ...template, spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] } },
      found,
    );
    const restart = template?.spec?.restartPolicy ?? '';
    if (restart !== 'Always') found.unsupported('spec.template.spec.restartPolicy', restart, ['Always']);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    const now: Record<string, unknown> = { ...object.spec };
    const before: Record<string, unknown> = { ...old.spec };
    for (const field of CHANGEABLE) {
      delete now[field];
      delete before[field];
    }
    if (!same(now, before))
      found.forbidden(
        'spec',
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      );
    return found.list;
  },
  warnings: (object, old) => [
    ...unsimulatedWarnings('', object, old, OBJECT_FIELDS['StatefulSet'] ?? []),
    ...podWarnings('spec.template.spec', object.spec?.template.spec, old?.spec?.template.spec),
  ],
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
  columns: [NAME, column('Ready', 'Number of the pod with ready state'), AGE, ...TEMPLATE_COLUMNS],
  row(object, now) {
    return [
      object.metadata?.name ?? '',
      `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
      age(object.metadata?.creationTimestamp, now),
      ...templateCells(object.spec?.template),
    ];
  },
};
