import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Pod } from '../api/types.ts';
import { type Controller, controllerOf, controllerReference, isFinished, released } from './context.ts';
import {
  grown,
  HASH,
  inheritedAnnotations,
  initialReplicas,
  isScaling,
  REVISION,
  REVISION_HISTORY,
  rescaled,
  revisionOf,
  type Step,
  shrunk,
  sizeAnnotations,
  templateWithoutHash,
} from './deployment-sets.ts';
import {
  condition,
  countedStatus,
  type DeploymentCondition,
  type DeploymentObject,
  type DeploymentStatus,
  deadlineOf,
  isComplete,
  type Rollout,
  rolloutStatus,
  type SetObject,
  specReplicas,
  wantedReplicas,
  withCondition,
} from './deployment-status.ts';
import { EventRecorder } from './events.ts';
import { templateHash } from './template-hash.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

/** pkg/controller/deployment: replaces one ReplicaSet by another within maxSurge and maxUnavailable. */
export const deploymentController: Controller = ({ sim, clients }) => {
  const deployments = clients.resource<DeploymentObject>('deployments', 'apps');
  const sets = clients.resource<SetObject>('replicasets', 'apps');
  const pods = clients.resource<Pod & KubeObject>('pods');
  const recorder = new EventRecorder(sim, clients, 'deployment-controller');

  const queue = new WorkQueue(sim, { name: 'deployment', latency: 6 }, (key) => {
    const { namespace, name } = splitKey(key);
    const deployment = deployments.find(name, namespace);
    if (deployment === undefined) return;
    const owned = claim(deployment);
    if (deployment.metadata?.deletionTimestamp !== undefined) {
      writeCounts(deployment, split(deployment, owned));
      return;
    }
    const { paused = false } = deployment.spec ?? {};
    notePause(deployment, paused);
    if (paused || isScaling(deployment, split(deployment, owned))) {
      const rollout = revised(deployment, split(deployment, owned));
      scale(fresh(deployment), rescaled(deployment, rollout), true);
      if (paused) cleanUp(deployment, refreshed(rollout));
      writeCounts(fresh(deployment), refreshed(rollout));
      return;
    }
    const recreates = deployment.spec?.strategy?.type === 'Recreate';
    const rollout = recreates ? recreate(deployment, owned) : roll(deployment, owned);
    const now = fresh(deployment);
    if (isComplete(now, now.status ?? {})) cleanUp(now, refreshed(rollout));
    writeStatus(now, (time) => rolloutStatus(now, refreshed(rollout), sim.calendar(), time));
    const deadline = deadlineOf(fresh(deployment));
    if (deadline !== undefined) queue.addAfter(key, Math.max(deadline - sim.calendar(), 0) + 1000);
  });

  /** The object as it is now: this reconcile itself may have written it. */
  function fresh<T extends DeploymentObject | SetObject>(object: T): T {
    const { name = '', namespace } = object.metadata ?? {};
    const found = object.kind === 'Deployment' ? deployments.find(name, namespace) : sets.find(name, namespace);
    return (found?.metadata?.uid === object.metadata?.uid ? found : object) as T;
  }

  function refreshed({ current, old }: Rollout): Rollout {
    return { current: current === undefined ? undefined : fresh(current), old: old.map(fresh) };
  }

  /** The sets that the Deployment controls; such as match its selector and have no controller are adopted, others let go. */
  function claim(deployment: DeploymentObject): SetObject[] {
    const uid = deployment.metadata?.uid ?? '';
    const selector = labelSelector(deployment.spec?.selector);
    const found: SetObject[] = [];
    for (const set of sets.list({ namespace: deployment.metadata?.namespace ?? '' })) {
      const owner = controllerOf(set);
      const fits = selector.matches(set.metadata?.labels);
      if (owner?.uid === uid) {
        if (fits || set.metadata?.deletionTimestamp !== undefined) found.push(set);
        else sets.update(released(set, uid));
      } else if (owner === undefined && fits && set.metadata?.deletionTimestamp === undefined) {
        const ownerReferences = [...(set.metadata?.ownerReferences ?? []), controllerReference(deployment)];
        found.push(sets.update({ ...set, metadata: { ...set.metadata, ownerReferences } }));
      }
    }
    return found.sort(byAge);
  }

  /** FindNewReplicaSet: the oldest set of the Deployment's own template is the current one. */
  function split(deployment: DeploymentObject, owned: readonly SetObject[]): Rollout {
    const template = templateWithoutHash(deployment);
    const current = owned.find((set) => same(templateWithoutHash(set), template));
    return { current, old: owned.filter((set) => set !== current) };
  }

  /** The current set, made when there is none, as the newest revision. */
  function ensureCurrent(deployment: DeploymentObject, owned: readonly SetObject[]): Rollout {
    const rollout = split(deployment, owned);
    if (rollout.current !== undefined) return revised(deployment, rollout);
    return { current: createSet(deployment, rollout.old), old: rollout.old };
  }

  /** The current set, if there is one, gets the newest revision, and the Deployment the same. */
  function revised(deployment: DeploymentObject, { current, old }: Rollout): Rollout {
    if (current === undefined) return { current, old };
    const set = annotated(deployment, current, nextRevision(old));
    annotate(deployment, String(revisionOf(set)));
    if (!hasProgress(fresh(deployment)))
      progress(deployment, 'FoundNewReplicaSet', `Found new replica set "${set.metadata?.name}"`);
    return { current: set, old };
  }

  /** SetNewReplicaSetAnnotations: a set that becomes current again gets a new revision and remembers its earlier ones. */
  function annotated(deployment: DeploymentObject, set: SetObject, revision: number): SetObject {
    const before = revisionOf(set);
    const annotations = { ...set.metadata?.annotations, ...inheritedAnnotations(deployment) };
    if (before < revision) {
      const history = annotations[REVISION_HISTORY];
      if (before > 0)
        annotations[REVISION_HISTORY] =
          history === undefined || history === '' ? String(before) : `${history},${before}`;
      annotations[REVISION] = String(revision);
    }
    const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
    if (same(annotations, set.metadata?.annotations ?? {}) && minReadySeconds === (set.spec?.minReadySeconds ?? 0))
      return set;
    const spec = { ...(set.spec as NonNullable<SetObject['spec']>), minReadySeconds };
    return sets.update({ ...set, metadata: { ...set.metadata, annotations }, spec });
  }

  function createSet(deployment: DeploymentObject, old: readonly SetObject[]): SetObject {
    const revision = nextRevision(old);
    const { name = '', namespace } = deployment.metadata ?? {};
    const { template, selector, minReadySeconds } = deployment.spec ?? {};
    const hash = templateHash(template ?? {}, deployment.status?.collisionCount);
    const labels = { ...template?.metadata?.labels, [HASH]: hash };
    const wanted: SetObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels,
        annotations: {
          ...inheritedAnnotations(deployment),
          ...sizeAnnotations(deployment),
          [REVISION]: String(revision),
        },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: initialReplicas(deployment, old),
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, [HASH]: hash } },
        ...(template === undefined ? {} : { template: { ...template, metadata: { ...template.metadata, labels } } }),
      },
    };
    let made: SetObject;
    try {
      made = sets.create(wanted);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'AlreadyExists') collide(deployment);
      else if (error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') !== true)
        failCreation(deployment, wanted.metadata?.name ?? '', error.message);
      throw error;
    }
    const size = made.spec?.replicas ?? 0;
    if (size > 0)
      recorder.normal(
        deployment,
        'ScalingReplicaSet',
        `Scaled up replica set ${made.metadata?.name} from 0 to ${size}`,
      );
    annotate(deployment, String(revision));
    progress(deployment, 'NewReplicaSetCreated', `Created new replica set "${made.metadata?.name}"`);
    return made;
  }

  /** Another set has the name: the next attempt hashes the collision count too. */
  function collide(deployment: DeploymentObject): void {
    const now = fresh(deployment);
    deployments.updateStatus({
      ...now,
      status: { ...now.status, collisionCount: (now.status?.collisionCount ?? 0) + 1 },
    });
  }

  function failCreation(deployment: DeploymentObject, set: string, reason: string): void {
    const message = `Failed to create new replica set "${set}": ${reason}`;
    const now = fresh(deployment);
    const made = condition(sim.timestamp(), 'Progressing', 'False', 'ReplicaSetCreateError', message);
    deployments.updateStatus({
      ...now,
      status: { ...now.status, conditions: withCondition(now.status?.conditions ?? [], made) },
    });
    recorder.warning(deployment, 'ReplicaSetCreateError', message);
  }

  function roll(deployment: DeploymentObject, owned: readonly SetObject[]): Rollout {
    const rollout = ensureCurrent(deployment, owned);
    const { current, old } = rollout;
    const now = fresh(deployment);
    const step = current === undefined ? undefined : grown(now, current, old);
    if (step !== undefined) scale(now, [step], false);
    else if (current !== undefined && specReplicas(old) > 0) scale(now, shrunk(now, current, old), false);
    return rollout;
  }

  /** The new set comes only once no pod of an old one is left. */
  function recreate(deployment: DeploymentObject, owned: readonly SetObject[]): Rollout {
    const rollout = revised(deployment, split(deployment, owned));
    const { old } = rollout;
    if (specReplicas(old) > 0) {
      const steps = old.map((set) => ({ set, replicas: 0 }));
      scale(fresh(deployment), steps, false);
      return rollout;
    }
    if (old.some((set) => pods.ownedBy(set.metadata?.uid ?? '').some((pod) => !isFinished(pod)))) return rollout;
    const made = ensureCurrent(deployment, owned);
    if (made.current !== undefined)
      scale(fresh(deployment), [{ set: made.current, replicas: wantedReplicas(deployment) }], false);
    return made;
  }

  /** scaleReplicaSet. `note` writes the Deployment's size into sets whose own size stays, too. */
  function scale(deployment: DeploymentObject, steps: readonly Step[], note: boolean): void {
    for (const { set, replicas } of steps) {
      const now = fresh(set);
      const before = now.spec?.replicas ?? 0;
      if (before === replicas && !note) continue;
      const annotations = { ...now.metadata?.annotations, ...sizeAnnotations(deployment) };
      if (before === replicas && same(annotations, now.metadata?.annotations)) continue;
      const spec = { ...(now.spec as NonNullable<SetObject['spec']>), replicas };
      sets.update({ ...now, metadata: { ...now.metadata, annotations }, spec });
      if (before === replicas) continue;
      const direction = before < replicas ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${now.metadata?.name} from ${before} to ${replicas}`;
      recorder.normal(deployment, 'ScalingReplicaSet', message);
    }
  }

  function annotate(deployment: DeploymentObject, revision: string): void {
    const now = fresh(deployment);
    if (now.metadata?.annotations?.[REVISION] === revision) return;
    const annotations = { ...now.metadata?.annotations, [REVISION]: revision };
    deployments.update({ ...now, metadata: { ...now.metadata, annotations } });
  }

  /** cleanupDeployment: old sets beyond revisionHistoryLimit go, those of the earliest revisions first. */
  function cleanUp(deployment: DeploymentObject, { old }: Rollout): void {
    const limit = deployment.spec?.revisionHistoryLimit ?? 10;
    const idle = old.filter(
      (set) =>
        (set.status?.replicas ?? 0) === 0 &&
        (set.spec?.replicas ?? 0) === 0 &&
        set.metadata?.deletionTimestamp === undefined &&
        (set.metadata?.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
    idle.sort((a, b) => revisionOf(a) - revisionOf(b));
    for (const set of idle.slice(0, Math.max(0, old.length - limit)))
      sets.delete(set.metadata?.name ?? '', set.metadata?.namespace, { propagationPolicy: 'Background' });
  }

  function hasProgress(deployment: DeploymentObject): boolean {
    if (deployment.spec?.progressDeadlineSeconds === undefined) return true;
    return deployment.status?.conditions?.some((each) => each.type === 'Progressing') === true;
  }

  function progress(deployment: DeploymentObject, reason: string, message: string): void {
    if (deployment.spec?.progressDeadlineSeconds !== undefined)
      setCondition(deployment, condition(sim.timestamp(), 'Progressing', 'True', reason, message));
  }

  /** checkPausedConditions */
  function notePause(deployment: DeploymentObject, paused: boolean): void {
    if (deployment.spec?.progressDeadlineSeconds === undefined) return;
    const current = deployment.status?.conditions?.find((each) => each.type === 'Progressing');
    if (current?.reason === 'ProgressDeadlineExceeded') return;
    const before = current?.reason === 'DeploymentPaused';
    const time = sim.timestamp();
    if (paused && !before)
      setCondition(deployment, condition(time, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'));
    else if (!paused && before)
      setCondition(deployment, condition(time, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed'));
  }

  function setCondition(deployment: DeploymentObject, made: DeploymentCondition): void {
    const now = fresh(deployment);
    const conditions = withCondition(now.status?.conditions ?? [], made);
    deployments.updateStatus({ ...now, status: { ...now.status, conditions } });
  }

  function writeCounts(deployment: DeploymentObject, rollout: Rollout): void {
    writeStatus(deployment, (time) => countedStatus(deployment, rollout, time));
  }

  function writeStatus(deployment: DeploymentObject, compute: (time: string) => DeploymentStatus): void {
    const status = compute(sim.timestamp());
    if (!same(status, deployment.status)) deployments.updateStatus({ ...deployment, status });
  }

  const stops = [
    deployments.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    }),
    sets.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { namespace } = event.object.metadata ?? {};
      const owner = controllerOf(event.object) ?? (previous === undefined ? undefined : controllerOf(previous));
      if (owner?.kind === 'Deployment') queue.add(`${namespace}/${owner.name}`);
      else if (owner === undefined && event.type !== 'DELETED')
        for (const each of deployments.list({ namespace: namespace ?? '' }))
          if (labelSelector(each.spec?.selector).matches(event.object.metadata?.labels)) queue.add(keyOf(each));
    }),
    pods.watch((event) => {
      // Recreate goes on once the last old pod is gone.
      if (event.type !== 'DELETED') return;
      const owner = controllerOf(event.object);
      if (owner?.kind !== 'ReplicaSet') return;
      const set = sets.find(owner.name, event.object.metadata?.namespace);
      const above = set === undefined ? undefined : controllerOf(set);
      if (above?.kind === 'Deployment') queue.add(`${event.object.metadata?.namespace}/${above.name}`);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function nextRevision(old: readonly SetObject[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** ReplicaSetsByCreationTimestamp */
function byAge(a: SetObject, b: SetObject): number {
  const [left, right] = [a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1;
}
