import { same } from '../api/equality.ts';
import { GoSyntax } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { Deployment, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, IMMUTABLE, Problems } from './fields.ts';
import { checkAtMost100Percent, checkIntOrPercent, goIntOrString, percent } from './intstr.ts';
import { formatSelector, goSelector } from './labels.ts';
import {
  checkControllerSelector,
  checkLongRunningTemplate,
  defaultTemplate,
  templateCells,
} from './podspec/template.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, TEMPLATE_COLUMNS, wide } from './table.ts';

type DeploymentObject = Deployment & KubeObject;
type Spec = NonNullable<Deployment['spec']>;
type IntOrString = number | string | undefined;

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
    object.spec ??= {} as Spec;
    const { spec } = object;
    fill(spec, 'replicas', 1);
    fill(spec, 'strategy', {});
    const strategy = spec.strategy ?? {};
    strategy.type ||= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      fill(strategy, 'rollingUpdate', {});
      const rolling = strategy.rollingUpdate ?? {};
      fill(rolling, 'maxUnavailable', '25%');
      fill(rolling, 'maxSurge', '25%');
    }
    fill(spec, 'revisionHistoryLimit', 10);
    fill(spec, 'progressDeadlineSeconds', 600);
    defaultTemplate(spec);
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = {};
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    found.notNegative('spec.replicas', spec.replicas);
    checkControllerSelector(spec.selector, spec.template, 'empty selector is invalid for deployment', found);
    checkLongRunningTemplate(spec.template, 'ReplicaSet', found);
    checkStrategy(spec, found);
    found.notNegative('spec.minReadySeconds', spec.minReadySeconds);
    found.notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
    const deadline = spec.progressDeadlineSeconds ?? 600;
    found.notNegative('spec.progressDeadlineSeconds', deadline);
    if (deadline <= (spec.minReadySeconds ?? 0))
      found.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', goSelector(object.spec?.selector), IMMUTABLE);
    return found.list;
  },
  warnings: (object, old) => podWarnings('spec.template.spec', object.spec?.template.spec, old?.spec?.template.spec),
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
    column('Ready', 'Number of the pod with ready state'),
    column(
      'Up-to-date',
      'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    ),
    column(
      'Available',
      'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
    ),
    AGE,
    ...TEMPLATE_COLUMNS,
    wide(
      'Selector',
      "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
    ),
  ],
  row(object, now) {
    const { status, spec } = object;
    return [
      object.metadata?.name ?? '',
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age(object.metadata?.creationTimestamp, now),
      ...templateCells(spec?.template),
      formatSelector(spec?.selector),
    ];
  },
};

/** ValidateDeploymentStrategy */
function checkStrategy(spec: Partial<Spec>, found: Problems): void {
  const { type = '', rollingUpdate } = spec.strategy ?? {};
  const at = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    if (rollingUpdate) found.forbidden(at, "may not be specified when strategy `type` is 'Recreate'");
    return;
  }
  if (type !== 'RollingUpdate') {
    const rolling = rollingUpdate
      ? '(*apps.RollingUpdateDeployment)(0xc000000000)'
      : '(*apps.RollingUpdateDeployment)(nil)';
    found.unsupported(
      'spec.strategy',
      new GoSyntax(`apps.DeploymentStrategy{Type:${JSON.stringify(type)}, RollingUpdate:${rolling}}`),
      ['Recreate', 'RollingUpdate'],
    );
    return;
  }
  const unavailable = rollingUpdate?.maxUnavailable as IntOrString;
  const surge = rollingUpdate?.maxSurge as IntOrString;
  checkIntOrPercent(`${at}.maxUnavailable`, unavailable, found);
  checkIntOrPercent(`${at}.maxSurge`, surge, found);
  const amount = (value: IntOrString) => (typeof value === 'number' ? value : (percent(value) ?? 0));
  if (amount(unavailable) === 0 && amount(surge) === 0)
    found.invalid(`${at}.maxUnavailable`, goIntOrString(unavailable), 'may not be 0 when `maxSurge` is 0');
  checkAtMost100Percent(`${at}.maxUnavailable`, unavailable, found);
}
