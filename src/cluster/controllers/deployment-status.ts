import type { Deployment, KubeObject, ReplicaSet } from '../api/types.ts';
import { scaled } from '../resources/intstr.ts';

export type DeploymentObject = Deployment & KubeObject;
export type SetObject = ReplicaSet & KubeObject;
export type DeploymentStatus = NonNullable<Deployment['status']>;
export type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number];

/** The sets of a Deployment: the one of its present template, if there is one, and the others, oldest first. */
export interface Rollout {
  readonly current: SetObject | undefined;
  readonly old: readonly SetObject[];
}

export function setsOf({ current, old }: Rollout): SetObject[] {
  return current === undefined ? [...old] : [...old, current];
}

export function wantedReplicas(deployment: Deployment): number {
  return deployment.spec?.replicas ?? 1;
}

/** How many pods may exist beyond the wanted number (MaxSurge). */
export function maxSurge(deployment: Deployment): number {
  const { strategy } = deployment.spec ?? {};
  if (strategy?.type === 'Recreate') return 0;
  return scaled(strategy?.rollingUpdate?.maxSurge as number | string | undefined, wantedReplicas(deployment), true);
}

/** How many of the wanted pods may be missing (MaxUnavailable). Never 0 together with no surge: one of them must give way. */
export function maxUnavailable(deployment: Deployment): number {
  const { strategy } = deployment.spec ?? {};
  const wanted = wantedReplicas(deployment);
  if (strategy?.type === 'Recreate' || wanted === 0) return 0;
  const value = scaled(strategy?.rollingUpdate?.maxUnavailable as number | string | undefined, wanted, false);
  return Math.min(wanted, value === 0 && maxSurge(deployment) === 0 ? 1 : value);
}

export function specReplicas(sets: readonly SetObject[]): number {
  return sets.reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0);
}

export function availableReplicas(sets: readonly SetObject[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
}

function sumOf(sets: readonly SetObject[], field: 'replicas' | 'readyReplicas'): number {
  return sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);
}

/** A condition as of now (`time` as metav1.Time). */
export function condition(
  time: string,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): DeploymentCondition {
  return { lastTransitionTime: time, lastUpdateTime: time, message, reason, status, type };
}

/** SetDeploymentCondition: what has the same status and reason stays as it is; the same status keeps its transition time. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  made: DeploymentCondition,
): DeploymentCondition[] {
  const old = conditions.find((each) => each.type === made.type);
  if (old?.status === made.status && old.reason === made.reason) return [...conditions];
  const { lastTransitionTime = made.lastTransitionTime ?? '' } = old?.status === made.status ? old : made;
  return [...conditions.filter((each) => each.type !== made.type), { ...made, lastTransitionTime }];
}

/** calculateStatus: the counts, and whether enough is available. */
export function countedStatus(deployment: DeploymentObject, rollout: Rollout, time: string): DeploymentStatus {
  const all = setsOf(rollout);
  const available = availableReplicas(all);
  const [ready, replicas, updated] = [
    sumOf(all, 'readyReplicas'),
    sumOf(all, 'replicas'),
    rollout.current?.status?.replicas ?? 0,
  ];
  const unavailable = Math.max(0, specReplicas(all) - available);
  const before = deployment.status;
  const enough = available >= wantedReplicas(deployment) - maxUnavailable(deployment);
  return {
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(before?.collisionCount === undefined ? {} : { collisionCount: before.collisionCount }),
    conditions: withCondition(
      before?.conditions ?? [],
      enough
        ? condition(time, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
        : condition(
            time,
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
          ),
    ),
    observedGeneration: deployment.metadata?.generation ?? 0,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(replicas === 0 ? {} : { replicas }),
    ...(unavailable === 0 ? {} : { unavailableReplicas: unavailable }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
  };
}

/** DeploymentComplete */
export function isComplete(deployment: DeploymentObject, status: DeploymentStatus): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted
  );
}

/** DeploymentProgressing: more new pods, fewer old ones, more ready or more available than before. */
function progresses(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Reasons after which a Deployment's clock of progress runs; a finished or paused one has no deadline. */
const UNTIMED = new Set(['NewReplicaSetAvailable', 'DeploymentPaused', 'ProgressDeadlineExceeded']);

/** When a Deployment that makes no progress is declared stuck: calendar milliseconds, or undefined when it is not timed. */
export function deadlineOf(deployment: DeploymentObject): number | undefined {
  const seconds = deployment.spec?.progressDeadlineSeconds;
  const current = deployment.status?.conditions?.find((each) => each.type === 'Progressing');
  if (seconds === undefined || seconds === 2147483647 || current === undefined || UNTIMED.has(current.reason ?? ''))
    return undefined;
  return Date.parse(current.lastUpdateTime ?? '') + seconds * 1000;
}

/** syncRolloutStatus: the counts, and how the rollout goes. `now` is calendar time in milliseconds, `time` the same as metav1.Time. */
export function rolloutStatus(
  deployment: DeploymentObject,
  rollout: Rollout,
  now: number,
  time: string,
): DeploymentStatus {
  const status = countedStatus(deployment, rollout, time);
  let conditions = status.conditions ?? [];
  const timed = (deployment.spec?.progressDeadlineSeconds ?? 2147483647) !== 2147483647;
  if (!timed) conditions = conditions.filter((each) => each.type !== 'Progressing');
  const current = conditions.find((each) => each.type === 'Progressing');
  const finished =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  const name = rollout.current?.metadata?.name;
  const what = name === undefined ? `Deployment "${deployment.metadata?.name}"` : `ReplicaSet "${name}"`;
  if (timed && !finished) {
    const deadline = deadlineOf(deployment);
    if (isComplete(deployment, status)) {
      const made = condition(
        time,
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${what} has successfully progressed.`,
      );
      conditions = withCondition(conditions, made);
    } else if (progresses(deployment.status ?? {}, status)) {
      // The same reason again, but a new lastUpdateTime: the deadline counts from here.
      const made = condition(time, 'Progressing', 'True', 'ReplicaSetUpdated', `${what} is progressing.`);
      const since = current?.status === 'True' ? { lastTransitionTime: current.lastTransitionTime ?? time } : {};
      conditions = [...conditions.filter((each) => each.type !== 'Progressing'), { ...made, ...since }];
    } else if (deadline !== undefined && now > deadline) {
      const made = condition(
        time,
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${what} has timed out progressing.`,
      );
      conditions = withCondition(conditions, made);
    }
  }
  const failure = replicaFailure(rollout);
  conditions =
    failure === undefined
      ? conditions.filter((each) => each.type !== 'ReplicaFailure')
      : withCondition(conditions, { ...failure, lastUpdateTime: time });
  return { ...status, conditions };
}

/** The failure of the current set, or else of any other, as a condition of the Deployment. */
function replicaFailure(rollout: Rollout): DeploymentCondition | undefined {
  const failureOf = (set: SetObject | undefined) =>
    set?.status?.conditions?.find((each) => each.type === 'ReplicaFailure');
  const found = failureOf(rollout.current) ?? rollout.old.map(failureOf).find((each) => each !== undefined);
  return found === undefined ? undefined : { ...found };
}
