import type { Job } from 'kubernetes-types/batch/v1';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Pod } from '../api/types.ts';
import { type Controller, isActive, isFinished, isReady } from './context.ts';
import { EventRecorder } from './events.ts';
import { INDEX, indexesText, type JobCondition, jobCondition, podOfJob, TRACKING, wantedPods } from './job-pods.ts';
import { byName, type PodObject, watchOwnedPods } from './owned-pods.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type JobObject = Job & KubeObject;
type Status = NonNullable<Job['status']>;

/** Pods that fail delay the next: 10 s, doubled for each up to 10 min (DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff), in ms. */
const FIRST_BACK_OFF = 10_000;
const LAST_BACK_OFF = 600_000;

/** pkg/controller/job: runs pods until enough of them have succeeded. */
export const jobController: Controller = ({ sim, clients }) => {
  const jobs = clients.resource<JobObject>('jobs', 'batch');
  const pods = clients.resource<PodObject>('pods');
  const recorder = new EventRecorder(sim, clients, 'job-controller');

  const queue = new WorkQueue(sim, { name: 'job', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const job = jobs.find(name, namespace);
    if (job === undefined) return;
    if (isOver(job)) {
      letGo(podsOf(job));
      expire(key, job);
      return;
    }
    if (job.metadata?.deletionTimestamp !== undefined) {
      letGo(podsOf(job));
      return;
    }
    sync(key, job);
  });

  function podsOf(job: JobObject): PodObject[] {
    return pods.ownedBy(job.metadata?.uid ?? '').sort(byName);
  }

  function sync(key: string, job: JobObject): void {
    const { spec } = job;
    const own = podsOf(job);
    const old = job.status ?? {};
    const startTime = old.startTime ?? (spec?.suspend === true ? undefined : sim.timestamp());
    const counted = count(job, own);
    let active = own.filter(isActive);
    let conditions: readonly JobCondition[] = old.conditions ?? [];
    const finish = (type: 'Complete' | 'Failed', reason: string, message: string) => {
      const first = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
      for (const each of [first, type]) conditions = withCondition(conditions, each, 'True', reason, message);
    };
    const verdict = judge(job, counted, startTime);
    if (verdict !== undefined) {
      remove(job, active);
      finish(verdict.type, verdict.reason, verdict.message);
      active = [];
    } else if (spec?.suspend === true) {
      remove(job, active);
      active = [];
      if (!isSuspended(conditions)) {
        conditions = withCondition(conditions, 'Suspended', 'True', 'JobSuspended', 'Job suspended');
        recorder.normal(job, 'Suspended', 'Job suspended');
      }
    } else {
      if (isSuspended(conditions)) {
        conditions = withCondition(conditions, 'Suspended', 'False', 'JobResumed', 'Job resumed');
        recorder.normal(job, 'Resumed', 'Job resumed');
      }
      active = manage(key, job, own, active, counted);
    }
    const ready = active.filter(isReady).length;
    const terminating = own.filter((pod) => pod.metadata?.deletionTimestamp !== undefined && !isFinished(pod)).length;
    const over = verdict?.type;
    const status: Status = {
      ...(active.length === 0 ? {} : { active: active.length }),
      ...(counted.indexes === '' ? {} : { completedIndexes: counted.indexes }),
      ...(over === 'Complete' ? { completionTime: sim.timestamp() } : {}),
      ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
      ...(counted.failed === 0 ? {} : { failed: counted.failed }),
      ready,
      ...(startTime === undefined ? {} : { startTime }),
      ...(counted.succeeded === 0 ? {} : { succeeded: counted.succeeded }),
      terminating,
      uncountedTerminatedPods: {},
    };
    if (isSuspended(conditions)) delete status.startTime;
    const now = jobs.find(job.metadata?.name ?? '', job.metadata?.namespace);
    if (now !== undefined && !same(status, now.status)) jobs.updateStatus({ ...now, status });
    // What is counted needs no finalizer any more.
    letGo(
      own.filter((pod) => isFinished(pod) || (over !== undefined && pod.metadata?.deletionTimestamp !== undefined)),
    );
    if (verdict?.type === 'Complete') recorder.normal(job, 'Completed', 'Job completed');
    else if (verdict !== undefined) recorder.warning(job, verdict.reason, verdict.message);
    if (over !== undefined) queue.add(key);
    else waitForDeadline(key, job, startTime);
  }

  /** What has ended: pods that have lost their finalizer were counted before. */
  function count(job: JobObject, own: readonly PodObject[]): Counted {
    const { succeeded = 0, failed = 0, completedIndexes = '' } = job.status ?? {};
    const indexed = job.spec?.completionMode === 'Indexed';
    const done = new Set(indexesText.parse(completedIndexes));
    let [good, bad] = [succeeded, failed];
    for (const pod of own) {
      if (!pod.metadata?.finalizers?.includes(TRACKING)) continue;
      const index = Number(pod.metadata.annotations?.[INDEX]);
      if (pod.status?.phase === 'Succeeded') {
        if (!indexed) good++;
        else if (index < (job.spec?.completions ?? 0)) done.add(index);
      } else if (pod.status?.phase === 'Failed') bad++;
    }
    return indexed
      ? { succeeded: done.size, failed: bad, indexes: indexesText.print([...done]) }
      : { succeeded: good, failed: bad, indexes: '' };
  }

  /** Whether the job is over, and why. */
  function judge(job: JobObject, { succeeded, failed }: Counted, startTime: string | undefined): Verdict | undefined {
    const { spec } = job;
    const own = podsOf(job);
    const restarts = spec?.template.spec?.restartPolicy === 'OnFailure' ? restartsOf(own) : 0;
    const limit = spec?.backoffLimit ?? 6;
    if (failed > limit || (restarts > 0 && restarts >= Math.max(limit, 1) && restarts > limit - 1))
      return {
        type: 'Failed',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      };
    const deadline = spec?.activeDeadlineSeconds;
    if (
      deadline !== undefined &&
      spec?.suspend !== true &&
      startTime !== undefined &&
      sim.calendar() - Date.parse(startTime) >= deadline * 1000
    )
      return {
        type: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Job was active longer than specified deadline',
      };
    const complete =
      spec?.completions === undefined
        ? succeeded > 0 && own.every((pod) => !isActive(pod))
        : succeeded >= spec.completions;
    if (!complete) return undefined;
    return {
      type: 'Complete',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    };
  }

  /** As many pods as may run at once and are still needed. The result is those that are active then. */
  function manage(
    key: string,
    job: JobObject,
    own: readonly PodObject[],
    active: readonly PodObject[],
    counted: Counted,
  ): PodObject[] {
    const wanted = wantedPods(job, counted.succeeded, active.length);
    if (active.length > wanted) {
      const doomed = [...active]
        .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
        .slice(0, active.length - wanted);
      remove(job, doomed);
      return active.filter((pod) => !doomed.includes(pod));
    }
    // podReplacementPolicy: a pod that is on its way out holds its place until it has failed.
    const leaving =
      job.spec?.podReplacementPolicy === 'Failed'
        ? own.filter((pod) => pod.metadata?.deletionTimestamp !== undefined && !isFinished(pod)).length
        : 0;
    const missing = wanted - active.length - leaving;
    if (missing <= 0) return [...active];
    const wait = backOff(own);
    if (wait > 0) {
      queue.addAfter(key, wait);
      return [...active];
    }
    const made: PodObject[] = [];
    const taken = new Set([
      ...indexesText.parse(counted.indexes),
      ...active.map((pod) => Number(pod.metadata?.annotations?.[INDEX])),
    ]);
    for (let i = 0; i < missing; i++) {
      let index: number | undefined;
      if (job.spec?.completionMode === 'Indexed') {
        index = 0;
        while (taken.has(index)) index++;
        taken.add(index);
      }
      try {
        const pod = pods.create(podOfJob(job, index));
        made.push(pod);
        recorder.normal(job, 'SuccessfulCreate', `Created pod: ${pod.metadata?.name ?? ''}`);
      } catch (error) {
        if (error instanceof ApiError) recorder.warning(job, 'FailedCreate', `Error creating: ${error.message}`);
        throw error;
      }
    }
    return [...active, ...made];
  }

  /** How long to wait yet for pods that failed lately one after the other, in ms. */
  function backOff(own: readonly PodObject[]): number {
    let [failures, last] = [0, 0];
    const ended = own
      .filter(isFinished)
      .map((pod) => ({ pod, at: endOf(pod) }))
      .sort((a, b) => b.at - a.at);
    for (const { pod, at } of ended) {
      if (pod.status?.phase === 'Succeeded') break;
      failures++;
      last = Math.max(last, at);
    }
    if (failures === 0) return 0;
    return last + Math.min(FIRST_BACK_OFF * 2 ** (failures - 1), LAST_BACK_OFF) - sim.calendar();
  }

  function remove(job: JobObject, doomed: readonly PodObject[]): void {
    for (const pod of doomed) {
      const { name = '', namespace } = pod.metadata ?? {};
      letGo([pod]);
      try {
        pods.delete(name, namespace);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
        continue;
      }
      recorder.normal(job, 'SuccessfulDelete', `Deleted pod: ${name}`);
    }
  }

  /** Takes the finalizer off. */
  function letGo(list: readonly PodObject[]): void {
    for (const { metadata } of list) {
      const pod = pods.find(metadata?.name ?? '', metadata?.namespace);
      if (pod?.metadata?.finalizers?.includes(TRACKING) !== true) continue;
      const { finalizers, ...rest } = pod.metadata;
      const left = finalizers.filter((each) => each !== TRACKING);
      pods.update({ ...pod, metadata: left.length === 0 ? rest : { ...rest, finalizers: left } });
    }
  }

  /** pkg/controller/ttlafterfinished */
  function expire(key: string, job: JobObject): void {
    const ttl = job.spec?.ttlSecondsAfterFinished;
    if (ttl === undefined || job.metadata?.deletionTimestamp !== undefined) return;
    const end = (job.status?.conditions ?? []).find(
      ({ type, status }) => status === 'True' && /^(Complete|Failed)$/.test(type),
    );
    const left = Date.parse(end?.lastTransitionTime ?? '') + ttl * 1000 - sim.calendar();
    if (left > 0) queue.addAfter(key, left);
    else jobs.delete(job.metadata?.name ?? '', job.metadata?.namespace, { propagationPolicy: 'Foreground' });
  }

  function waitForDeadline(key: string, job: JobObject, startTime: string | undefined): void {
    const { activeDeadlineSeconds: seconds, suspend } = job.spec ?? {};
    if (seconds === undefined || startTime === undefined || suspend === true) return;
    queue.addAfter(key, Date.parse(startTime) + seconds * 1000 - sim.calendar());
  }

  function withCondition(
    list: readonly JobCondition[],
    type: string,
    status: 'True' | 'False',
    reason: string,
    message: string,
  ): JobCondition[] {
    const made = jobCondition(sim.timestamp(), type, status, reason, message);
    return [...list.filter((each) => each.type !== type), made];
  }

  const watch = watchOwnedPods(pods, 'Job', (key, pod) => {
    const { namespace, name } = splitKey(key);
    if (jobs.find(name, namespace) !== undefined) queue.add(key);
    else orphans.add(keyOf(pod));
  });
  /** Pods whose job is gone must not wait to be counted. */
  const orphans = new WorkQueue(sim, { name: 'job orphans', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (pod !== undefined) letGo([pod]);
  });
  const stop = jobs.watch((event) => {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    else if (event.type === 'DELETED') for (const pod of podsOf(event.object)) orphans.add(keyOf(pod));
  });
  return () => {
    queue.stop();
    orphans.stop();
    watch.stop();
    stop();
  };
};

interface Counted {
  readonly succeeded: number;
  readonly failed: number;
  /** `0-2,4`, for jobs whose pods have indexes. */
  readonly indexes: string;
}

interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

function isOver(job: Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

function isSuspended(conditions: readonly JobCondition[]): boolean {
  return conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
}

/** Restarts of the containers of pods that run: they count like failures (pastBackoffLimitOnFailure). */
function restartsOf(own: readonly PodObject[]): number {
  let restarts = 0;
  for (const pod of own)
    if (pod.status?.phase === 'Running' || pod.status?.phase === 'Pending')
      for (const { restartCount } of [
        ...(pod.status.initContainerStatuses ?? []),
        ...(pod.status.containerStatuses ?? []),
      ])
        restarts += restartCount;
  return restarts;
}

/** When a pod's last container ended, in calendar ms. */
function endOf(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ''),
  );
  return Math.max(0, ...ends.filter((each) => !Number.isNaN(each)));
}
