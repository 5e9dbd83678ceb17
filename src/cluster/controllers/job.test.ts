import type { Job } from 'kubernetes-types/batch/v1';
import { expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { Lab, nginx } from '../testing/lab.ts';

type JobObject = Job & KubeObject;

function lab(spec: object = {}, exitCode = 0, exitAfter = 1000): Lab {
  const made = new Lab({ behaviours: { task: { listen: [], exitAfter, exitCode } } });
  made.resource<JobObject>('jobs', 'batch').create({
    metadata: { name: 'once', namespace: 'default' },
    spec: {
      template: {
        metadata: { labels: { app: 'once' } },
        spec: { containers: [nginx({ image: 'task' })], restartPolicy: 'Never' },
      },
      ...spec,
    },
  });
  return made;
}

const jobOf = (one: Lab) => one.resource<JobObject>('jobs', 'batch').get('once', 'default');
const conditions = (one: Lab) =>
  (jobOf(one).status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

it('is complete when its pod has succeeded', () => {
  const one = lab();
  one.until('running', () => jobOf(one).status?.ready === 1);
  expect(one.pods('once')[0]?.metadata?.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
  one.until('complete', () => jobOf(one).status?.completionTime !== undefined);
  one.pass(1);
  expect(jobOf(one).status).toMatchObject({ ready: 0, succeeded: 1, terminating: 0, uncountedTerminatedPods: {} });
  expect(conditions(one)).toEqual(['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
  expect(one.events('once').at(-1)).toBe('Completed: Job completed');
  expect(one.pods('once').map((pod) => [one.status(pod), pod.metadata?.finalizers])).toEqual([
    ['Completed', undefined],
  ]);
});

it('runs no more pods at once than its parallelism, and as many as its completions', () => {
  const one = lab({ completions: 5, parallelism: 2 });
  let most = 0;
  one.until('complete', () => {
    most = Math.max(most, jobOf(one).status?.active ?? 0);
    return conditions(one).length > 0;
  });
  expect(most).toBe(2);
  expect(jobOf(one).status?.succeeded).toBe(5);
  expect(one.pods('once')).toHaveLength(5);
});

it('tries again ever later, and fails at its limit', () => {
  const one = lab({ backoffLimit: 2 }, 1);
  one.until('two tries', () => one.pods('once').length === 2);
  expect(one.sim.now()).toBeGreaterThan(10_000);
  one.until('failed', () => conditions(one).length > 0, 120);
  expect(conditions(one)).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
  expect(jobOf(one).status).toMatchObject({ failed: 3 });
  expect(one.pods('once')).toHaveLength(3);
  expect(one.events('once').at(-1)).toBe('BackoffLimitExceeded: Job has reached the specified backoff limit');
});

it('ends at its deadline', () => {
  const one = lab({ activeDeadlineSeconds: 5 }, 0, 100_000);
  one.until('failed', () => conditions(one).length > 0);
  expect(conditions(one)).toContain('Failed=True DeadlineExceeded');
  one.until('no pods', () => one.pods('once').length === 0);
});

it('gives each pod of an Indexed job its number', () => {
  const one = lab({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
  one.until('complete', () => conditions(one).length > 0);
  expect(jobOf(one).status?.completedIndexes).toBe('0-2');
  const pods = one.pods('once').map((pod) => [pod.spec?.hostname, pod.metadata?.annotations]);
  expect(pods).toContainEqual(['once-1', { 'batch.kubernetes.io/job-completion-index': '1' }]);
});

it('suspended has no pods, and starts when it is resumed', () => {
  const one = lab({ suspend: true });
  one.pass(2);
  expect(one.pods('once')).toEqual([]);
  expect(conditions(one)).toEqual(['Suspended=True JobSuspended']);
  one.change('jobs', 'batch', 'once', { spec: { suspend: false } });
  one.until('complete', () => conditions(one).length === 3);
  expect(conditions(one)[0]).toBe('Suspended=False JobResumed');
});

it('is gone after its time to live, and deleted pods do not hang on their finalizer', () => {
  const one = lab({ ttlSecondsAfterFinished: 10 });
  one.until('complete', () => conditions(one).length > 0);
  one.until('gone', () => one.resource('jobs', 'batch').find('once', 'default') === undefined);
  one.until('pods too', () => one.pods('once').length === 0);
  const other = lab({}, 0, 100_000);
  other.until('running', () => jobOf(other).status?.ready === 1);
  other.resource('jobs', 'batch').delete('once', 'default', { propagationPolicy: 'Background' });
  other.until('pods gone', () => other.pods('once').length === 0);
});
