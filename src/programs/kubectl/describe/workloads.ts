import type { DaemonSet, StatefulSet } from 'kubernetes-types/apps/v1';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { Deployment, KubeObject, Pod, ReplicaSet } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import { humanDuration } from '../go/duration.ts';
import { Quantity } from '../go/quantity.ts';
import { compactJson } from '../print/json.ts';
import { formatLabels } from '../print/table.ts';
import type { DescribeContext, Describer } from './describer.ts';
import {
  annotationsMultiline,
  controllerOf,
  formatSelector,
  intOrString,
  labelsMultiline,
  longTime,
  selectorText,
} from './metadata.ts';
import { describeTemplate } from './pod-parts.ts';
import type { DescribeWriter } from './writer.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

function conditionsTable(writer: DescribeWriter, conditions: readonly Condition[]): void {
  if (conditions.length === 0) return;
  writer.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  writer.write(1, '----\t------\t------\n');
  for (const { type, status, reason = '' } of conditions) writer.write(1, `${type} \t${status}\t${reason}\n`);
}

export const describeDeployment: Describer = function* (object, writer, context) {
  const deployment = object as Deployment;
  const { metadata, spec, status } = deployment;
  const events = yield* context.events(object);
  const { old, current } = yield* replicaSets(deployment, context);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Selector', selectorText(spec?.selector));
  writer.field(
    0,
    'Replicas',
    `${spec?.replicas ?? 0} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  );
  writer.field(0, 'StrategyType', spec?.strategy?.type ?? '');
  writer.field(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined)
    writer.field(
      0,
      'RollingUpdateStrategy',
      `${intOrString(rolling.maxUnavailable)} max unavailable, ${intOrString(rolling.maxSurge)} max surge`,
    );
  describeTemplate(writer, spec?.template);
  conditionsTable(writer, status?.conditions ?? []);
  if (old.length > 0 || current.length > 0) {
    writer.field(0, 'OldReplicaSets', replicaSetNames(old));
    writer.field(0, 'NewReplicaSet', replicaSetNames(current));
  }
  context.writeEvents(writer, events);
};

function replicaSetNames(sets: readonly ReplicaSet[]): string {
  const names = sets.map(
    ({ metadata, spec, status }) =>
      `${metadata?.name ?? ''} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
  );
  return names.length === 0 ? '<none>' : names.join(', ');
}

/** The ReplicaSets of a Deployment: the one of its present template, and the others, oldest first. */
function* replicaSets(
  deployment: Deployment,
  context: DescribeContext,
): Routine<{ readonly old: readonly ReplicaSet[]; readonly current: readonly ReplicaSet[] }> {
  let all: ReplicaSet[];
  try {
    all = yield* context.list<ReplicaSet>(
      `/apis/apps/v1/namespaces/${deployment.metadata?.namespace ?? ''}/replicasets`,
      { labelSelector: selectorText(deployment.spec?.selector) },
    );
  } catch (error) {
    if (error instanceof Failure) return { old: [], current: [] };
    throw error;
  }
  const uid = deployment.metadata?.uid;
  const owned = all
    .filter(({ metadata }) =>
      metadata?.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid),
    )
    .sort((a, b) => {
      const [x, y] = [String(a.metadata?.creationTimestamp), String(b.metadata?.creationTimestamp)];
      if (x !== y) return x < y ? -1 : 1;
      return (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1;
    });
  const wanted = templateKey(deployment.spec?.template);
  const current = owned.find(({ spec }) => templateKey(spec?.template) === wanted);
  return { old: owned.filter((set) => set !== current), current: current === undefined ? [] : [current] };
}

/** Two templates are the same when this is, whatever their pod-template-hash. */
function templateKey(template: PodTemplateSpec | undefined): string {
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  return compactJson({ ...template, metadata: { ...template?.metadata, labels, creationTimestamp: null } });
}

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed` of the pods that an object controls. */
function* podsStatus(
  object: KubeObject,
  selector: LabelSelector | undefined,
  context: DescribeContext,
): Routine<string> {
  const pods = yield* context.list<Pod>(`/api/v1/namespaces/${object.metadata?.namespace ?? ''}/pods`, {
    labelSelector: selectorText(selector),
  });
  const counts: Record<string, number> = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 };
  for (const { metadata, status } of pods) {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
    const phase = status?.phase ?? '';
    if (owner?.uid === object.metadata?.uid && phase in counts) counts[phase] = (counts[phase] ?? 0) + 1;
  }
  return `${counts['Running']} Running / ${counts['Pending']} Waiting / ${counts['Succeeded']} Succeeded / ${counts['Failed']} Failed`;
}

export const describeReplicaSet: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as ReplicaSet;
  let pods: string;
  try {
    pods = yield* podsStatus(object, spec?.selector, context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    pods = `error in fetching pods: ${error.message}`;
  }
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'Selector', formatSelector(spec?.selector));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  const controller = controllerOf(object);
  if (controller !== '') writer.field(0, 'Controlled By', controller);
  writer.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  writer.field(0, 'Pods Status', pods);
  describeTemplate(writer, spec?.template);
  conditionsTable(writer, status?.conditions ?? []);
  context.writeEvents(writer, events);
};

export const describeReplicationController: Describer = function* (object, writer, context) {
  const { metadata } = object;
  const spec = object['spec'] as { selector?: Record<string, string>; replicas?: number; template?: PodTemplateSpec };
  const status = object['status'] as { replicas?: number; conditions?: Condition[] } | undefined;
  const pods = yield* podsStatus(object, { matchLabels: spec.selector ?? {} }, context);
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'Selector', formatLabels(spec.selector));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  writer.field(0, 'Pods Status', pods);
  describeTemplate(writer, spec.template);
  conditionsTable(writer, status?.conditions ?? []);
  context.writeEvents(writer, events);
};

export const describeStatefulSet: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as StatefulSet;
  const pods = yield* podsStatus(object, spec?.selector, context);
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp));
  writer.field(0, 'Selector', selectorText(spec?.selector));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Replicas', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  writer.field(0, 'Update Strategy', spec?.updateStrategy?.type ?? '');
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    writer.field(1, 'Partition', rolling.partition);
    if (rolling.maxUnavailable !== undefined) writer.field(1, 'MaxUnavailable', intOrString(rolling.maxUnavailable));
  }
  writer.field(0, 'Pods Status', pods);
  describeTemplate(writer, spec?.template);
  const claims = spec?.volumeClaimTemplates ?? [];
  writer.write(0, claims.length === 0 ? 'Volume Claims:\t<none>\n' : 'Volume Claims:\n');
  for (const claim of claims) {
    writer.field(1, 'Name', claim.metadata?.name ?? '');
    writer.field(
      1,
      'StorageClass',
      claim.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec?.storageClassName ?? '',
    );
    labelsMultiline(writer, 'Labels', claim.metadata?.labels, '  ');
    labelsMultiline(writer, 'Annotations', claim.metadata?.annotations, '  ');
    const storage = claim.spec?.resources?.requests?.['storage'];
    writer.field(1, 'Capacity', storage === undefined ? '<default>' : Quantity.of(storage));
    writer.field(1, 'Access Modes', `[${(claim.spec?.accessModes ?? []).join(' ')}]`);
  }
  context.writeEvents(writer, events);
};

export const describeDaemonSet: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as DaemonSet;
  const pods = yield* podsStatus(object, spec?.selector, context);
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'Selector', selectorText(spec?.selector));
  writer.field(0, 'Node-Selector', formatLabels(spec?.template.spec?.nodeSelector));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.write(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}\n`);
  writer.write(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}\n`);
  writer.write(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}\n`);
  writer.write(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}\n`);
  writer.write(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}\n`);
  writer.field(0, 'Pods Status', pods);
  describeTemplate(writer, spec?.template);
  context.writeEvents(writer, events);
};

export const describeJob: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as Job;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'Selector', selectorText(spec?.selector));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  const controller = controllerOf(object);
  if (controller !== '') writer.field(0, 'Controlled By', controller);
  if (spec?.parallelism !== undefined) writer.field(0, 'Parallelism', spec.parallelism);
  writer.field(0, 'Completions', spec?.completions ?? '<unset>');
  if (spec?.completionMode !== undefined) writer.field(0, 'Completion Mode', spec.completionMode);
  if (spec?.suspend !== undefined) writer.field(0, 'Suspend', spec.suspend);
  if (spec?.backoffLimit !== undefined) writer.field(0, 'Backoff Limit', spec.backoffLimit);
  if (spec?.ttlSecondsAfterFinished !== undefined)
    writer.field(0, 'TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  if (status?.startTime) writer.field(0, 'Start Time', longTime(status.startTime));
  if (status?.completionTime) writer.field(0, 'Completed At', longTime(status.completionTime));
  if (status?.startTime && status.completionTime)
    writer.field(0, 'Duration', humanDuration(Date.parse(status.completionTime) - Date.parse(status.startTime)));
  if (spec?.activeDeadlineSeconds !== undefined)
    writer.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  const ready = status?.ready === undefined ? '' : ` (${status.ready} Ready)`;
  writer.field(
    0,
    'Pods Statuses',
    `${status?.active ?? 0} Active${ready} / ${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`,
  );
  if (spec?.completionMode === 'Indexed')
    writer.field(0, 'Completed Indexes', cappedIndexes(status?.completedIndexes ?? ''));
  describeTemplate(writer, spec?.template);
  context.writeEvents(writer, events);
};

function cappedIndexes(indexes: string): string {
  if (indexes === '') return '<none>';
  const at = indexes.indexOf(',', 50);
  return at < 0 ? indexes : `${indexes.slice(0, at + 1)}...`;
}

export const describeCronJob: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as CronJob;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Schedule', spec?.schedule ?? '');
  writer.field(0, 'Concurrency Policy', spec?.concurrencyPolicy ?? '');
  writer.field(0, 'Suspend', spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False');
  writer.field(0, 'Successful Job History Limit', spec?.successfulJobsHistoryLimit ?? '<unset>');
  writer.field(0, 'Failed Job History Limit', spec?.failedJobsHistoryLimit ?? '<unset>');
  const deadline = spec?.startingDeadlineSeconds;
  writer.field(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`);
  const job = spec?.jobTemplate.spec;
  writer.field(0, 'Selector', job?.selector === undefined ? '<unset>' : selectorText(job.selector));
  writer.field(0, 'Parallelism', job?.parallelism ?? '<unset>');
  writer.field(0, 'Completions', job?.completions ?? '<unset>');
  if (job?.activeDeadlineSeconds !== undefined)
    writer.field(0, 'Active Deadline Seconds', `${job.activeDeadlineSeconds}s`);
  describeTemplate(writer, job?.template);
  writer.field(0, 'Last Schedule Time', status?.lastScheduleTime ? longTime(status.lastScheduleTime) : '<unset>');
  const active = status?.active ?? [];
  writer.write(0, `Active Jobs:\t${active.length === 0 ? '<none>' : active.map(({ name }) => name).join(', ')}\n`);
  context.writeEvents(writer, events);
};
