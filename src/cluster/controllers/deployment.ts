import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { Deployment, KubeObject, ReplicaSet } from '../api/types.ts';
import { scaled } from '../resources/fields.ts';
import { type Controller, controllerOf } from './context.ts';
import { EventRecorder } from './events.ts';
import { templateHash } from './template-hash.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type DeploymentObject = Deployment & KubeObject;
type SetObject = ReplicaSet & KubeObject;
type DeploymentCondition = NonNullable<NonNullable<Deployment['status']>['conditions']>[number];

const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';

/** pkg/controller/deployment: replaces one ReplicaSet by another within maxSurge and maxUnavailable. */
export const deploymentController: Controller = ({ sim, clients }) => {
  const deployments = clients.resource<DeploymentObject>('deployments', 'apps');
  const sets = clients.resource<SetObject>('replicasets', 'apps');
  const recorder = new EventRecorder(sim, clients, 'deployment-controller');

  const queue = new WorkQueue(sim, { name: 'deployment', latency: 6 }, (key) => {
    const { namespace, name } = splitKey(key);
    const deployment = deployments.find(name, namespace);
    if (deployment === undefined) return;
    const owned = ownedSets(deployment);
    if (deployment.metadata?.deletionTimestamp !== undefined) {
      syncStatus(deployment, owned, currentSet(deployment, owned));
      return;
    }
    if (deployment.spec?.paused === true) {
      const current = currentSet(deployment, owned);
      scaleProportionally(deployment, owned, current);
      syncStatus(deployment, ownedSets(deployment), current);
      return;
    }
    const current = ensureCurrent(deployment, owned);
    const all = ownedSets(deployment);
    if (isScaling(deployment, all)) scaleProportionally(deployment, all, current);
    else if (deployment.spec?.strategy?.type === 'Recreate') recreate(deployment, all, current);
    else roll(deployment, all, current);
    cleanUp(deployment, ownedSets(deployment), current);
    syncStatus(deployments.find(name, namespace) ?? deployment, ownedSets(deployment), current);
  });

  function ownedSets(deployment: DeploymentObject): SetObject[] {
    const uid = deployment.metadata?.uid ?? '';
    const found = sets.ownedBy(uid).filter((set) => set.metadata?.deletionTimestamp === undefined);
    for (const set of sets.list({ namespace: deployment.metadata?.namespace ?? '' })) {
      if (controllerOf(set) !== undefined || set.metadata?.deletionTimestamp !== undefined) continue;
      if (!labelSelector(deployment.spec?.selector).matches(set.metadata?.labels)) continue;
      found.push(sets.update({ ...set, metadata: { ...set.metadata, ownerReferences: [ownerReference(deployment)] } }));
    }
    return found.sort(
      (a, b) => revisionOf(a) - revisionOf(b) || (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''),
    );
  }

  /** The set whose template is the Deployment's, pod-template-hash aside (FindNewReplicaSet). */
  function currentSet(deployment: DeploymentObject, owned: readonly SetObject[]): SetObject | undefined {
    return owned.find((set) => same(stripped(set.spec?.template), stripped(deployment.spec?.template)));
  }

  function ensureCurrent(deployment: DeploymentObject, owned: readonly SetObject[]): SetObject {
    const found = currentSet(deployment, owned);
    const newest = Math.max(0, ...owned.filter((set) => set !== found).map(revisionOf));
    const revision = String(newest + 1);
    if (found !== undefined) {
      let set = found;
      if (revisionOf(set) <= newest) {
        const history = [
          set.metadata?.annotations?.['deployment.kubernetes.io/revision-history'],
          String(revisionOf(set)),
        ].filter((each) => each !== undefined && each !== '');
        set = sets.update({
          ...set,
          metadata: {
            ...set.metadata,
            annotations: {
              ...set.metadata?.annotations,
              [REVISION]: revision,
              'deployment.kubernetes.io/revision-history': history.join(','),
            },
          },
        });
      }
      annotate(deployment, String(revisionOf(set)));
      if (!hasCondition(deployment, 'Progressing'))
        setProgress(deployment, 'FoundNewReplicaSet', `Found new replica set "${set.metadata?.name}"`);
      return set;
    }
    const hash = templateHash(deployment.spec?.template, deployment.status?.collisionCount ?? 0);
    const labels = { ...deployment.spec?.template.metadata?.labels, [HASH]: hash };
    const wanted = initialReplicas(deployment, owned);
    const set = sets.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata?.name}-${hash}`,
        ...(deployment.metadata?.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
        labels,
        annotations: { ...inherited(deployment), ...limits(deployment), [REVISION]: revision },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: wanted,
        ...(deployment.spec?.minReadySeconds === undefined ? {} : { minReadySeconds: deployment.spec.minReadySeconds }),
        selector: {
          ...deployment.spec?.selector,
          matchLabels: { ...deployment.spec?.selector.matchLabels, [HASH]: hash },
        },
        ...(deployment.spec?.template === undefined
          ? {}
          : { template: { ...deployment.spec.template, metadata: { ...deployment.spec.template.metadata, labels } } }),
      },
    });
    if (wanted > 0)
      recorder.normal(
        deployment,
        'ScalingReplicaSet',
        `Scaled up replica set ${set.metadata?.name} from 0 to ${wanted}`,
      );
    annotate(deployment, revision);
    setProgress(
      deployments.find(deployment.metadata?.name ?? '', deployment.metadata?.namespace) ?? deployment,
      'NewReplicaSetCreated',
      `Created new replica set "${set.metadata?.name}"`,
    );
    return set;
  }

  /** NewRSNewReplicas */
  function initialReplicas(deployment: DeploymentObject, owned: readonly SetObject[]): number {
    const wanted = deployment.spec?.replicas ?? 1;
    if (deployment.spec?.strategy?.type === 'Recreate')
      return owned.some((set) => (set.spec?.replicas ?? 0) > 0) ? 0 : wanted;
    const total = owned.reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0);
    return Math.min(wanted, Math.max(0, wanted + surge(deployment) - total));
  }

  function roll(deployment: DeploymentObject, owned: readonly SetObject[], current: SetObject): void {
    const wanted = deployment.spec?.replicas ?? 1;
    const old = owned.filter((set) => set.metadata?.uid !== current.metadata?.uid);
    const now = sets.find(current.metadata?.name ?? '', current.metadata?.namespace) ?? current;
    const has = now.spec?.replicas ?? 0;
    if (has > wanted) {
      scaleTo(deployment, now, wanted);
      return;
    }
    if (has < wanted) {
      const total = [...old, now].reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0);
      const room = wanted + surge(deployment) - total;
      if (room > 0) {
        scaleTo(deployment, now, Math.min(wanted, has + room));
        return;
      }
    }
    const oldTotal = old.reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0);
    if (oldTotal === 0) return;
    const total = oldTotal + has;
    const minAvailable = wanted - unavailable(deployment);
    const notAvailableNew = has - (now.status?.availableReplicas ?? 0);
    let removable = total - minAvailable - notAvailableNew;
    if (removable <= 0) return;
    // First those of old sets that do not work anyway, then the working ones as far as enough stay available.
    for (const set of old) {
      if (removable <= 0) break;
      const replicas = set.spec?.replicas ?? 0;
      const broken = replicas - (set.status?.availableReplicas ?? 0);
      const cut = Math.min(removable, broken);
      if (replicas === 0 || cut <= 0) continue;
      scaleTo(deployment, set, replicas - cut);
      removable -= cut;
    }
    const available = ownedSets(deployment).reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
    let spare = available - minAvailable;
    for (const set of ownedSets(deployment)) {
      if (spare <= 0) break;
      if (set.metadata?.uid === current.metadata?.uid) continue;
      const replicas = set.spec?.replicas ?? 0;
      if (replicas === 0) continue;
      const cut = Math.min(replicas, spare);
      scaleTo(deployment, set, replicas - cut);
      spare -= cut;
    }
  }

  function recreate(deployment: DeploymentObject, owned: readonly SetObject[], current: SetObject): void {
    const old = owned.filter((set) => set.metadata?.uid !== current.metadata?.uid);
    let scaledDown = false;
    for (const set of old) {
      if ((set.spec?.replicas ?? 0) === 0) continue;
      scaleTo(deployment, set, 0);
      scaledDown = true;
    }
    if (scaledDown || old.some((set) => clients.resource('pods').ownedBy(set.metadata?.uid ?? '').length > 0)) return;
    const wanted = deployment.spec?.replicas ?? 1;
    if ((current.spec?.replicas ?? 0) !== wanted) scaleTo(deployment, current, wanted);
  }

  function isScaling(deployment: DeploymentObject, owned: readonly SetObject[]): boolean {
    return owned.some((set) => {
      if ((set.spec?.replicas ?? 0) === 0) return false;
      const desired = set.metadata?.annotations?.[DESIRED];
      return desired !== undefined && Number(desired) !== (deployment.spec?.replicas ?? 1);
    });
  }

  /** DeploymentController.scale: one active set takes it all; several share it by their size. */
  function scaleProportionally(
    deployment: DeploymentObject,
    owned: readonly SetObject[],
    current: SetObject | undefined,
  ): void {
    const wanted = deployment.spec?.replicas ?? 1;
    const active = owned.filter((set) => (set.spec?.replicas ?? 0) > 0);
    const only = active.length === 0 ? (current ?? owned.at(-1)) : active.length === 1 ? active[0] : undefined;
    if (only !== undefined) {
      if ((only.spec?.replicas ?? 0) !== wanted) scaleTo(deployment, only, wanted);
      else refreshLimits(deployment, only);
      return;
    }
    if (
      current !== undefined &&
      (current.status?.availableReplicas ?? 0) === wanted &&
      (current.spec?.replicas ?? 0) === wanted
    ) {
      for (const set of active) if (set.metadata?.uid !== current.metadata?.uid) scaleTo(deployment, set, 0);
      return;
    }
    const total = active.reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0);
    const allowed = wanted > 0 ? wanted + surge(deployment) : 0;
    let left = allowed - total;
    const bySize = [...active].sort((a, b) => (b.spec?.replicas ?? 0) - (a.spec?.replicas ?? 0));
    const shares = bySize.map((set) => {
      const replicas = set.spec?.replicas ?? 0;
      const before = Number(set.metadata?.annotations?.[MAXIMUM] ?? deployment.status?.replicas ?? wanted);
      const share = left === 0 ? 0 : Math.round((replicas * allowed) / Math.max(before, 1)) - replicas;
      const cut = allowed > total ? Math.min(share, left) : Math.max(share, left);
      left -= cut;
      return replicas + cut;
    });
    for (const [index, set] of bySize.entries())
      scaleTo(deployment, set, Math.max(0, (shares[index] ?? 0) + (index === 0 ? left : 0)));
  }

  function scaleTo(deployment: DeploymentObject, set: SetObject, replicas: number): void {
    const now = sets.find(set.metadata?.name ?? '', set.metadata?.namespace) ?? set;
    const before = now.spec?.replicas ?? 0;
    if (before === replicas) {
      refreshLimits(deployment, now);
      return;
    }
    sets.update({
      ...now,
      metadata: { ...now.metadata, annotations: { ...now.metadata?.annotations, ...limits(deployment) } },
      spec: { ...(now.spec as NonNullable<ReplicaSet['spec']>), replicas },
    });
    recorder.normal(
      deployment,
      'ScalingReplicaSet',
      `Scaled ${before < replicas ? 'up' : 'down'} replica set ${now.metadata?.name} from ${before} to ${replicas}`,
    );
  }

  function refreshLimits(deployment: DeploymentObject, set: SetObject): void {
    const wanted = limits(deployment);
    if (Object.entries(wanted).every(([key, value]) => set.metadata?.annotations?.[key] === value)) return;
    sets.update({ ...set, metadata: { ...set.metadata, annotations: { ...set.metadata?.annotations, ...wanted } } });
  }

  function limits(deployment: DeploymentObject): Record<string, string> {
    const wanted = deployment.spec?.replicas ?? 1;
    return { [DESIRED]: String(wanted), [MAXIMUM]: String(wanted + surge(deployment)) };
  }

  function annotate(deployment: DeploymentObject, revision: string): void {
    const now = deployments.find(deployment.metadata?.name ?? '', deployment.metadata?.namespace) ?? deployment;
    if (now.metadata?.annotations?.[REVISION] === revision) return;
    deployments.update({
      ...now,
      metadata: { ...now.metadata, annotations: { ...now.metadata?.annotations, [REVISION]: revision } },
    });
  }

  function cleanUp(deployment: DeploymentObject, owned: readonly SetObject[], current: SetObject): void {
    const limit = deployment.spec?.revisionHistoryLimit ?? 10;
    const old = owned.filter(
      (set) =>
        set.metadata?.uid !== current.metadata?.uid &&
        (set.spec?.replicas ?? 0) === 0 &&
        (set.status?.replicas ?? 0) === 0,
    );
    for (const set of old.slice(0, Math.max(0, old.length - limit)))
      sets.delete(set.metadata?.name ?? '', set.metadata?.namespace, { propagationPolicy: 'Background' });
  }

  function setProgress(deployment: DeploymentObject, reason: string, message: string): void {
    const condition = conditionOf('Progressing', 'True', reason, message);
    const now = deployments.find(deployment.metadata?.name ?? '', deployment.metadata?.namespace) ?? deployment;
    deployments.updateStatus({
      ...now,
      status: { ...now.status, conditions: merged(now.status?.conditions ?? [], condition) },
    });
  }

  function syncStatus(deployment: DeploymentObject, owned: readonly SetObject[], current: SetObject | undefined): void {
    const now = deployments.find(deployment.metadata?.name ?? '', deployment.metadata?.namespace);
    if (now === undefined) return;
    const fresh = current === undefined ? undefined : owned.find((set) => set.metadata?.uid === current.metadata?.uid);
    const sum = (pick: (set: SetObject) => number | undefined) =>
      owned.reduce((total, set) => total + (pick(set) ?? 0), 0);
    const wanted = now.spec?.replicas ?? 1;
    const replicas = sum((set) => set.status?.replicas);
    const available = sum((set) => set.status?.availableReplicas);
    const ready = sum((set) => set.status?.readyReplicas);
    const updated = fresh?.status?.replicas ?? 0;
    const missing = Math.max(0, sum((set) => set.spec?.replicas) - available);
    let conditions = now.status?.conditions ?? [];
    conditions = merged(
      conditions,
      available >= wanted - unavailable(now)
        ? conditionOf('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
        : conditionOf(
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
          ),
    );
    const complete = updated === wanted && replicas === wanted && available === wanted;
    const before = now.status;
    const set = fresh?.metadata?.name ?? '';
    if (now.spec?.paused === true) {
      const old = conditions.find((each) => each.type === 'Progressing');
      if (old?.reason !== 'DeploymentPaused')
        conditions = merged(
          conditions,
          conditionOf('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'),
        );
    } else if (complete && fresh !== undefined) {
      const old = conditions.find((each) => each.type === 'Progressing');
      if (old?.reason !== 'NewReplicaSetAvailable')
        conditions = merged(
          conditions,
          conditionOf(
            'Progressing',
            'True',
            'NewReplicaSetAvailable',
            `ReplicaSet "${set}" has successfully progressed.`,
          ),
        );
    } else if (fresh !== undefined) {
      const moved =
        updated > (before?.updatedReplicas ?? 0) ||
        replicas - updated < (before?.replicas ?? 0) - (before?.updatedReplicas ?? 0) ||
        ready > (before?.readyReplicas ?? 0) ||
        available > (before?.availableReplicas ?? 0);
      const old = conditions.find((each) => each.type === 'Progressing');
      if (old?.reason === 'DeploymentPaused')
        conditions = merged(
          conditions,
          conditionOf('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed'),
        );
      else if (moved || old === undefined || old.reason === 'NewReplicaSetAvailable')
        conditions = merged(
          conditions,
          conditionOf('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`),
          true,
        );
      else if (old.reason !== 'ProgressDeadlineExceeded') {
        const deadline = Date.parse(old.lastUpdateTime ?? '') + (now.spec?.progressDeadlineSeconds ?? 600) * 1000;
        if (sim.calendar() >= deadline)
          conditions = merged(
            conditions,
            conditionOf(
              'Progressing',
              'False',
              'ProgressDeadlineExceeded',
              `ReplicaSet "${set}" has timed out progressing.`,
            ),
          );
        else queue.addAfter(keyOf(now), deadline - sim.calendar() + 1000);
      }
    }
    const status = {
      ...(available === 0 ? {} : { availableReplicas: available }),
      ...(before?.collisionCount === undefined ? {} : { collisionCount: before.collisionCount }),
      conditions,
      observedGeneration: now.metadata?.generation ?? 0,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      ...(replicas === 0 ? {} : { replicas }),
      ...(missing === 0 ? {} : { unavailableReplicas: missing }),
      ...(updated === 0 ? {} : { updatedReplicas: updated }),
    };
    if (!same(status, before)) deployments.updateStatus({ ...now, status });
  }

  function conditionOf(type: string, status: string, reason: string, message: string): DeploymentCondition {
    const time = sim.timestamp();
    return { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: time };
  }

  const stops = [
    deployments.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    }),
    sets.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const owner = controllerOf(event.object) ?? (previous === undefined ? undefined : controllerOf(previous));
      if (owner?.kind === 'Deployment') queue.add(`${event.object.metadata?.namespace}/${owner.name}`);
    }),
    clients.resource('pods').watch((event) => {
      // Recreate goes on once the last old pod is gone.
      if (event.type !== 'DELETED') return;
      const owner = controllerOf(event.object);
      if (owner?.kind !== 'ReplicaSet') return;
      const set = sets.find(owner.name, event.object.metadata?.namespace);
      const deployment = set === undefined ? undefined : controllerOf(set);
      if (deployment?.kind === 'Deployment') queue.add(`${event.object.metadata?.namespace}/${deployment.name}`);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function revisionOf(set: SetObject): number {
  return Number(set.metadata?.annotations?.[REVISION] ?? 0);
}

function surge(deployment: DeploymentObject): number {
  const { replicas = 1, strategy } = deployment.spec ?? {};
  return strategy?.type === 'Recreate'
    ? 0
    : scaled(strategy?.rollingUpdate?.maxSurge as number | string | undefined, replicas, true);
}

/** ResolveFenceposts: both cannot be 0; then one pod may be unavailable. */
function unavailable(deployment: DeploymentObject): number {
  const { replicas = 1, strategy } = deployment.spec ?? {};
  if (strategy?.type === 'Recreate' || replicas === 0) return 0;
  const value = scaled(strategy?.rollingUpdate?.maxUnavailable as number | string | undefined, replicas, false);
  return Math.min(replicas, value === 0 && surge(deployment) === 0 ? 1 : value);
}

function ownerReference(deployment: DeploymentObject) {
  return {
    apiVersion: 'apps/v1',
    blockOwnerDeletion: true,
    controller: true,
    kind: 'Deployment',
    name: deployment.metadata?.name ?? '',
    uid: deployment.metadata?.uid ?? '',
  };
}

/** A Deployment's annotations go to its ReplicaSets, but for those of kubectl and of this controller. */
function inherited(deployment: DeploymentObject): Record<string, string> {
  const skip = new Set([
    'kubectl.kubernetes.io/last-applied-configuration',
    REVISION,
    DESIRED,
    MAXIMUM,
    'deployment.kubernetes.io/revision-history',
    'deprecated.deployment.rollback.to',
  ]);
  return Object.fromEntries(Object.entries(deployment.metadata?.annotations ?? {}).filter(([key]) => !skip.has(key)));
}

function stripped(template: NonNullable<Deployment['spec']>['template'] | undefined): unknown {
  const { [HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return { labels, annotations: template?.metadata?.annotations ?? {}, spec: template?.spec };
}

function hasCondition(deployment: DeploymentObject, type: string): boolean {
  return deployment.status?.conditions?.some((each) => each.type === type) ?? false;
}

/** SetDeploymentCondition: the same status keeps its transition time; the same reason too changes nothing. */
function merged(
  conditions: readonly DeploymentCondition[],
  made: DeploymentCondition,
  refresh = false,
): DeploymentCondition[] {
  const old = conditions.find((each) => each.type === made.type);
  if (old !== undefined && old.status === made.status && old.reason === made.reason && !refresh) return [...conditions];
  const kept =
    old?.status === made.status && old.lastTransitionTime !== undefined
      ? { ...made, lastTransitionTime: old.lastTransitionTime }
      : made;
  return [...conditions.filter((each) => each.type !== made.type), kept];
}
