import type { Deployment } from '../api/types.ts';
import {
  availableReplicas,
  type DeploymentObject,
  maxSurge,
  maxUnavailable,
  type Rollout,
  type SetObject,
  setsOf,
  specReplicas,
  wantedReplicas,
} from './deployment-status.ts';

/** Annotations by which a Deployment and its sets remember (pkg/controller/deployment/util). */
export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
export const MAXIMUM = 'deployment.kubernetes.io/max-replicas';

/** The label by which a set's pods differ from those of its Deployment's other sets. */
export const HASH = 'pod-template-hash';

const NOT_INHERITED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAXIMUM,
  'deprecated.deployment.rollback.to',
]);

/** A set and the number of replicas that it should have. */
export interface Step {
  readonly set: SetObject;
  readonly replicas: number;
}

export function revisionOf(set: SetObject): number {
  return Number(set.metadata?.annotations?.[REVISION] ?? 0);
}

/** A Deployment's annotations go to its sets, but for those of kubectl and of this controller. */
export function inheritedAnnotations(deployment: Deployment): Record<string, string> {
  const all = Object.entries(deployment.metadata?.annotations ?? {});
  return Object.fromEntries(all.filter(([key]) => !NOT_INHERITED.has(key)));
}

/** What a set notes down of its Deployment's size, to be scaled in proportion later. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = wantedReplicas(deployment);
  return { [DESIRED]: String(wanted), [MAXIMUM]: String(wanted + maxSurge(deployment)) };
}

/** The template of a set or Deployment without its hash: what two of them are compared by. */
export function templateWithoutHash(object: SetObject | DeploymentObject): unknown {
  const { metadata, spec } = object.spec?.template ?? {};
  const { [HASH]: _, ...labels } = metadata?.labels ?? {};
  return { labels, annotations: metadata?.annotations ?? {}, spec };
}

/** NewRSNewReplicas: the size that a new set begins with. */
export function initialReplicas(deployment: Deployment, old: readonly SetObject[]): number {
  const wanted = wantedReplicas(deployment);
  if (deployment.spec?.strategy?.type === 'Recreate') return wanted;
  return Math.min(wanted, Math.max(0, wanted + maxSurge(deployment) - specReplicas(old)));
}

/** reconcileNewReplicaSet: the current set grows as far as maxSurge lets it. */
export function grown(deployment: Deployment, current: SetObject, old: readonly SetObject[]): Step | undefined {
  const wanted = wantedReplicas(deployment);
  const has = current.spec?.replicas ?? 0;
  if (has === wanted) return undefined;
  if (has > wanted) return { set: current, replicas: wanted };
  const room = wanted + maxSurge(deployment) - has - specReplicas(old);
  return room <= 0 ? undefined : { set: current, replicas: Math.min(wanted, has + room) };
}

/**
 * reconcileOldReplicaSets: first pods of old sets that do not work anyway go, then working ones, as far as enough stay
 * available.
 */
export function shrunk(deployment: Deployment, current: SetObject, old: readonly SetObject[]): Step[] {
  const least = wantedReplicas(deployment) - maxUnavailable(deployment);
  const missing = (current.spec?.replicas ?? 0) - (current.status?.availableReplicas ?? 0);
  let room = specReplicas(old) + (current.spec?.replicas ?? 0) - least - missing;
  if (room <= 0) return [];
  const sizes = new Map(old.map((set) => [set, set.spec?.replicas ?? 0]));
  for (const [set, size] of sizes) {
    const cut = Math.min(room, size - (set.status?.availableReplicas ?? 0));
    if (cut <= 0) continue;
    sizes.set(set, size - cut);
    room -= cut;
  }
  let spare = availableReplicas([...old, current]) - least;
  for (const [set, size] of sizes) {
    const cut = Math.min(size, spare);
    if (cut <= 0) continue;
    sizes.set(set, size - cut);
    spare -= cut;
  }
  return [...sizes].flatMap(([set, replicas]) => (replicas === (set.spec?.replicas ?? 0) ? [] : [{ set, replicas }]));
}

/** isScalingEvent: a set with pods remembers another size of the Deployment. */
export function isScaling(deployment: Deployment, rollout: Rollout): boolean {
  const wanted = String(wantedReplicas(deployment));
  return setsOf(rollout).some((set) => {
    const noted = set.metadata?.annotations?.[DESIRED];
    return (set.spec?.replicas ?? 0) > 0 && noted !== undefined && noted !== wanted;
  });
}

/**
 * DeploymentController.scale: one active set takes the whole change; several, in the middle of a rollout, share it in
 * proportion to their size.
 */
export function rescaled(deployment: Deployment, rollout: Rollout): Step[] {
  const wanted = wantedReplicas(deployment);
  const active = setsOf(rollout).filter((set) => (set.spec?.replicas ?? 0) > 0);
  const only =
    active.length === 0 ? (rollout.current ?? rollout.old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return [{ set: only, replicas: wanted }];
  if (active.length === 0) return [];
  if (isSaturated(deployment, rollout.current))
    return active.filter((set) => set !== rollout.current).map((set) => ({ set, replicas: 0 }));
  if (deployment.spec?.strategy?.type === 'Recreate') return [];
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const change = allowed - specReplicas(active);
  let done = 0;
  const newer = (a: SetObject, b: SetObject) => revisionOf(b) - revisionOf(a);
  const sorted = active.toSorted(
    (a, b) => (b.spec?.replicas ?? 0) - (a.spec?.replicas ?? 0) || (change > 0 ? newer(a, b) : newer(b, a)),
  );
  const steps = sorted.map((set) => {
    const share = change === 0 ? 0 : proportion(deployment, set, change, done);
    done += share;
    return { set, replicas: (set.spec?.replicas ?? 0) + share };
  });
  // What rounding left over goes to the largest.
  return steps.map((step, index) => ({
    set: step.set,
    replicas: Math.max(0, step.replicas + (index === 0 ? change - done : 0)),
  }));
}

/** GetReplicaSetProportion */
function proportion(deployment: Deployment, set: SetObject, change: number, done: number): number {
  const has = set.spec?.replicas ?? 0;
  const left = change - done;
  if (has === 0 || left === 0) return 0;
  const wanted = wantedReplicas(deployment);
  const before = Number(set.metadata?.annotations?.[MAXIMUM] ?? deployment.status?.replicas ?? 0);
  const share = wanted === 0 ? -has : Math.round((has * (wanted + maxSurge(deployment))) / Math.max(before, 1)) - has;
  return change > 0 ? Math.min(share, left) : Math.max(share, left);
}

/** IsSaturated: the current set has all that is wanted, by its own account, and all of it is available. */
function isSaturated(deployment: Deployment, current: SetObject | undefined): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    current !== undefined &&
    current.spec?.replicas === wanted &&
    Number(current.metadata?.annotations?.[DESIRED]) === wanted &&
    (current.status?.availableReplicas ?? 0) === wanted
  );
}
