import type { Job } from 'kubernetes-types/batch/v1';
import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age, humanDuration } from './duration.ts';
import { fill, IMMUTABLE, Problems } from './fields.ts';
import { formatSelector, goSelector } from './labels.ts';
import { checkTemplateSpec, defaultTemplate, templateCells } from './podspec/template.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, TEMPLATE_COLUMNS, wide } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type JobObject = Job & KubeObject;
type Spec = NonNullable<Job['spec']>;

export const job: KindDefinition<JobObject> = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  generation: true,
  selectableFields: { 'status.successful': (object) => String(object.status?.succeeded ?? 0) },
  setDefaults(object) {
    object.spec ??= {} as Spec;
    const { spec } = object;
    if ((spec.completions ?? undefined) === undefined && (spec.parallelism ?? undefined) === undefined) {
      spec.completions = 1;
      spec.parallelism = 1;
    }
    fill(spec, 'parallelism', 1);
    fill(spec, 'backoffLimit', 6);
    fill(spec, 'completionMode', 'NonIndexed');
    fill(spec, 'suspend', false);
    fill(spec, 'manualSelector', false);
    fill(spec, 'podReplacementPolicy', spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed');
    defaultTemplate(spec);
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = {};
    const { spec, metadata } = object;
    if (spec === undefined || spec.manualSelector === true) return;
    // generateSelector: a job selects the pods that carry its own uid.
    const uid = metadata?.uid ?? '';
    const labels = {
      ...spec.template.metadata?.labels,
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': metadata?.name ?? '',
      'controller-uid': uid,
      'job-name': metadata?.name ?? '',
    };
    spec.template.metadata = { ...spec.template.metadata, labels };
    spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  },
  validate(object) {
    const found = new Problems();
    const spec: Partial<Spec> = object.spec ?? {};
    for (const field of [
      'parallelism',
      'completions',
      'activeDeadlineSeconds',
      'backoffLimit',
      'ttlSecondsAfterFinished',
    ] as const)
      found.notNegative(`spec.${field}`, spec[field]);
    if (spec.completionMode && !['NonIndexed', 'Indexed'].includes(spec.completionMode))
      found.unsupported('spec.completionMode', spec.completionMode, ['Indexed', 'NonIndexed']);
    if (spec.completionMode === 'Indexed' && spec.completions === undefined)
      found.required('spec.completions', 'when completion mode is Indexed');
    checkTemplateSpec(spec.template, found);
    if (!['OnFailure', 'Never'].includes(spec.template?.spec?.restartPolicy ?? ''))
      found.required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"');
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.completions, old.spec?.completions))
      found.invalid('spec.completions', object.spec?.completions, IMMUTABLE);
    if (!same(object.spec?.selector, old.spec?.selector))
      found.invalid('spec.selector', goSelector(object.spec?.selector), IMMUTABLE);
    if (!same(object.spec?.template, old.spec?.template))
      found.invalid('spec.template', object.spec?.template, IMMUTABLE);
    return found.list;
  },
  warnings: (object, old) => [
    ...unsimulatedWarnings('', object, old, OBJECT_FIELDS['Job'] ?? []),
    ...podWarnings('spec.template.spec', object.spec?.template.spec, old?.spec?.template.spec),
  ],
  columns: [
    NAME,
    column('Status', 'Status of the job.'),
    column('Completions', 'Specifies the desired number of successfully finished pods the job should be run with.'),
    column('Duration', 'Time required to complete the job.'),
    AGE,
    ...TEMPLATE_COLUMNS,
    wide('Selector', 'A label query over pods that should match the pod count.'),
  ],
  row(object, now) {
    const { spec, status } = object;
    const succeeded = status?.succeeded ?? 0;
    const parallel = spec?.parallelism ?? 0;
    const completions =
      spec?.completions !== undefined
        ? `${succeeded}/${spec.completions}`
        : parallel > 1
          ? `${succeeded}/1 of ${parallel}`
          : `${succeeded}/1`;
    const start = status?.startTime === undefined ? undefined : Date.parse(status.startTime);
    const end = status?.completionTime === undefined ? now : Date.parse(status.completionTime);
    return [
      object.metadata?.name ?? '',
      jobStatus(object),
      completions,
      start === undefined ? '' : humanDuration(end - start),
      age(object.metadata?.creationTimestamp, now),
      ...templateCells(spec?.template),
      formatSelector(spec?.selector),
    ];
  },
};

/** printJob's STATUS. */
function jobStatus(object: JobObject): string {
  const on = (type: string) =>
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
  if (on('Complete')) return 'Complete';
  if (on('Failed')) return 'Failed';
  if (object.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  if (on('Suspended')) return 'Suspended';
  if (on('FailureTarget')) return 'FailureTarget';
  if (on('SuccessCriteriaMet')) return 'SuccessCriteriaMet';
  return 'Running';
}
