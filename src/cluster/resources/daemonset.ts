import type { DaemonSet } from 'kubernetes-types/apps/v1';
import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, IMMUTABLE, Problems } from './fields.ts';
import { checkAtMost100Percent, checkIntOrPercent, percent } from './intstr.ts';
import { formatMap, formatSelector, goSelector } from './labels.ts';
import {
  checkControllerSelector,
  checkLongRunningTemplate,
  defaultTemplate,
  templateCells,
} from './podspec/template.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, TEMPLATE_COLUMNS, wide } from './table.ts';

type DaemonSetObject = DaemonSet & KubeObject;
type Spec = NonNullable<DaemonSet['spec']>;
type IntOrString = number | string | undefined;

/** The annotation that holds what once was spec.templateGeneration: how often the template has changed. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSet: KindDefinition<DaemonSetObject> = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  generation: true,
  setDefaults(object) {
    object.spec ??= {} as Spec;
    const { spec } = object;
    fill(spec, 'updateStrategy', {});
    const strategy = spec.updateStrategy ?? {};
    strategy.type ||= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate') {
      fill(strategy, 'rollingUpdate', {});
      const rolling = strategy.rollingUpdate ?? {};
      fill(rolling, 'maxUnavailable', 1);
      fill(rolling, 'maxSurge', 0);
    }
    fill(spec, 'revisionHistoryLimit', 10);
    defaultTemplate(spec);
  },
  prepareForCreate(object) {
    object.metadata = {
      ...object.metadata,
      annotations: { ...object.metadata?.annotations, [TEMPLATE_GENERATION]: '1' },
    };
    (object as KubeObject)['status'] = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
  },
  prepareForUpdate(object, old) {
    const before = Number(old.metadata?.annotations?.[TEMPLATE_GENERATION] ?? 0);
    const generation = String(same(object.spec?.template, old.spec?.template) ? before : before + 1);
    const annotations = { ...object.metadata?.annotations, [TEMPLATE_GENERATION]: generation };
    object.metadata = { ...object.metadata, annotations };
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    checkControllerSelector(spec.selector, spec.template, 'empty selector is invalid for daemonset', found);
    checkLongRunningTemplate(spec.template, 'DaemonSet', found);
    found.notNegative('spec.minReadySeconds', spec.minReadySeconds);
    const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
    if (!['RollingUpdate', 'OnDelete'].includes(type))
      found.unsupported('spec.updateStrategy', type, ['RollingUpdate', 'OnDelete']);
    if (type === 'RollingUpdate') {
      const at = 'spec.updateStrategy.rollingUpdate';
      const unavailable = rollingUpdate?.maxUnavailable as IntOrString;
      const surge = rollingUpdate?.maxSurge as IntOrString;
      checkIntOrPercent(`${at}.maxUnavailable`, unavailable, found);
      checkIntOrPercent(`${at}.maxSurge`, surge, found);
      const amount = (value: IntOrString) => (typeof value === 'number' ? value : (percent(value) ?? 0));
      if (amount(unavailable) === 0 && amount(surge) === 0)
        found.required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
      if (amount(unavailable) !== 0 && amount(surge) !== 0)
        found.invalid(`${at}.maxSurge`, surge, 'may not be set when maxUnavailable is non-zero');
      checkAtMost100Percent(`${at}.maxUnavailable`, unavailable, found);
      checkAtMost100Percent(`${at}.maxSurge`, surge, found);
    }
    found.notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', goSelector(object.spec?.selector), IMMUTABLE);
    return found.list;
  },
  warnings: (object, old) => [
    ...podWarnings('spec.template.spec', object.spec?.template.spec, old?.spec?.template.spec),
  ],
  columns: [
    NAME,
    column('Desired', 'The total number of nodes that should be running the daemon pod.', 'integer'),
    column(
      'Current',
      'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod.',
      'integer',
    ),
    column(
      'Ready',
      'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
      'integer',
    ),
    column('Up-to-date', 'The total number of nodes that are running updated daemon pod', 'integer'),
    column(
      'Available',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
      'integer',
    ),
    column('Node Selector', 'NodeSelector is a selector which must be true for the pod to fit on a node.'),
    AGE,
    ...TEMPLATE_COLUMNS,
    wide('Selector', 'A label query over pods that are managed by the daemon set.'),
  ],
  row(object, now) {
    const { status, spec } = object;
    return [
      object.metadata?.name ?? '',
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      formatMap(spec?.template.spec?.nodeSelector),
      age(object.metadata?.creationTimestamp, now),
      ...templateCells(spec?.template),
      formatSelector(spec?.selector),
    ];
  },
};
