import type { Job } from 'kubernetes-types/batch/v1';
import type { Container, KubeObject, PodSpec } from '../api/types.ts';
import { type PodObject, podFrom } from './owned-pods.ts';

export type JobCondition = NonNullable<NonNullable<Job['status']>['conditions']>[number];

/** The finalizer that keeps a pod until its job has counted it. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';
/** The annotation and label that hold the index of a pod of an Indexed job. */
export const INDEX = 'batch.kubernetes.io/job-completion-index';

/** A condition as of now (`time` as metav1.Time). */
export function jobCondition(
  time: string,
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
): JobCondition {
  return { lastProbeTime: time, lastTransitionTime: time, message, reason, status, type };
}

/** How many pods should be active (manageJob). */
export function wantedPods(job: Job, succeeded: number, active: number): number {
  const { parallelism = 1, completions } = job.spec ?? {};
  // A work queue: once one has succeeded, no new ones are made.
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** A pod of the job, with its index for jobs that have them. */
export function podOfJob(job: Job & KubeObject, index: number | undefined): PodObject {
  const { template } = job.spec ?? {};
  const { name = '' } = job.metadata ?? {};
  const finalizers = [...(template?.metadata?.finalizers ?? []), TRACKING];
  if (index === undefined) return podFrom(job, template, { generateName: `${name}-`, finalizers });
  const given = template?.spec;
  const spec: PodSpec | undefined =
    given === undefined
      ? undefined
      : {
          ...given,
          containers: given.containers.map(indexed),
          ...(given.initContainers === undefined ? {} : { initContainers: given.initContainers.map(indexed) }),
          hostname: `${name}-${index}`,
        };
  const marks = { [INDEX]: String(index) };
  const metadata = { generateName: `${name}-${index}-`, finalizers, labels: marks, annotations: marks };
  return podFrom(job, template, metadata, spec);
}

/** addCompletionIndexEnvVariables */
function indexed(container: Container): Container {
  const env = container.env ?? [];
  if (env.some((each) => each.name === 'JOB_COMPLETION_INDEX')) return container;
  const valueFrom = { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } };
  return { ...container, env: [...env, { name: 'JOB_COMPLETION_INDEX', valueFrom }] };
}

/** Sets of indexes as status.completedIndexes writes them: `0-2,4`. */
export const indexesText = {
  parse(text: string): number[] {
    return text
      .split(',')
      .filter((each) => each !== '')
      .flatMap((each) => {
        const [first = 0, last = first] = each.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, i) => first + i);
      });
  },
  print(indexes: readonly number[]): string {
    const runs: [number, number][] = [];
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const run = runs.at(-1);
      if (run !== undefined && run[1] === index - 1) run[1] = index;
      else runs.push([index, index]);
    }
    // A run of two is written as two (succeededIndexes.String).
    return runs.map(([a, b]) => (a === b ? `${a}` : b === a + 1 ? `${a},${b}` : `${a}-${b}`)).join(',');
  },
};
