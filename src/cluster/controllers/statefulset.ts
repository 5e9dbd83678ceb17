import type { StatefulSet } from 'kubernetes-types/apps/v1';
import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Pod, type PodSpec } from '../api/types.ts';
import { type Controller, isAvailable, isReady } from './context.ts';
import { EventRecorder } from './events.ts';
import { claimPods, type PodObject, type PodTemplate, podFrom, watchOwnedPods } from './owned-pods.ts';
import { history, REVISION_HASH, type RevisionObject, revisionOfPod, truncateHistory } from './revisions.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type SetObject = StatefulSet & KubeObject;

/** The label that carries the hash of a StatefulSet's revision (history.ControllerRevisionHashLabel). */
const HASH_LABEL = 'controller.kubernetes.io/hash';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** pkg/controller/statefulset: pods with a name of their own, made and replaced one after the other. */
export const statefulSetController: Controller = ({ sim, clients }) => {
  const sets = clients.resource<SetObject>('statefulsets', 'apps');
  const pods = clients.resource<PodObject>('pods');
  const revisions = clients.resource<RevisionObject>('controllerrevisions', 'apps');
  const recorder = new EventRecorder(sim, clients, 'statefulset-controller');

  const queue = new WorkQueue(sim, { name: 'statefulset', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const set = sets.find(name, namespace);
    if (set === undefined || set.metadata?.deletionTimestamp !== undefined) return;
    const own = claimPods(pods, set, watch.lonely(namespace), (pod) => ordinalOf(set, pod) !== undefined);
    const revised = history(revisions, set, HASH_LABEL);
    const update = revised.current.metadata?.name ?? '';
    const before = set.status?.currentRevision ?? '';
    const current = revised.all.some((each) => each.metadata?.name === before) ? before : update;
    let failed: ApiError | undefined;
    try {
      manage(set, own, current, update, (revision) => revised.all.find((each) => each.metadata?.name === revision));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed = error;
    }
    updateStatus(key, set, current, update);
    const live = new Set([current, update, ...own.map(revisionOfPod)]);
    truncateHistory(revisions, set, revised, (each) => live.has(each.metadata?.name));
    if (failed !== undefined) throw failed;
  });

  /** updateStatefulSet: one step at a time, unless pods are managed in parallel. */
  function manage(
    set: SetObject,
    own: readonly PodObject[],
    current: string,
    update: string,
    find: (revision: string) => RevisionObject | undefined,
  ): void {
    const { podManagementPolicy, replicas = 1, updateStrategy, minReadySeconds = 0 } = set.spec ?? {};
    const parallel = podManagementPolicy === 'Parallel';
    const start = startOf(set);
    const now = sim.calendar();
    const byOrdinal = new Map<number, PodObject>();
    const surplus: [number, PodObject][] = [];
    for (const pod of own) {
      const ordinal = ordinalOf(set, pod);
      if (ordinal === undefined) continue;
      if (ordinal >= start && ordinal < start + replicas) byOrdinal.set(ordinal, pod);
      else surplus.push([ordinal, pod]);
    }
    const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
    for (let ordinal = start; ordinal < start + replicas; ordinal++) {
      const pod = byOrdinal.get(ordinal);
      if (pod !== undefined && isOver(pod)) {
        if (pod.metadata?.deletionTimestamp !== undefined) return;
        const what = pod.status?.phase === 'Failed' ? 'failed' : 'succeeded';
        const event = `StatefulSet ${keyOf(set)} is recreating ${what} Pod ${pod.metadata?.name}`;
        if (what === 'failed') recorder.warning(set, 'RecreatingFailedPod', event);
        else recorder.normal(set, 'RecreatingTerminatedPod', event);
        remove(set, pod);
        return;
      }
      if (pod === undefined) {
        // Pods below the partition stay what they were.
        const isOld = updateStrategy?.type === 'RollingUpdate' && ordinal < start + partition;
        const revision = isOld ? current : update;
        create(set, ordinal, revision, templateOf(set, find(revision)));
        if (!parallel) return;
        continue;
      }
      if (pod.metadata?.deletionTimestamp !== undefined) {
        if (!parallel) return;
        continue;
      }
      if (!parallel && !isAvailable(pod, minReadySeconds, now)) return;
    }
    // What is beyond goes, the highest ordinal first.
    surplus.sort(([a], [b]) => b - a);
    for (const [, pod] of surplus) {
      if (pod.metadata?.deletionTimestamp !== undefined) {
        if (!parallel) return;
        continue;
      }
      remove(set, pod);
      if (!parallel) return;
    }
    if (updateStrategy?.type === 'OnDelete') return;
    for (let ordinal = start + replicas - 1; ordinal >= start + partition; ordinal--) {
      const pod = byOrdinal.get(ordinal);
      if (pod === undefined) return;
      if (revisionOfPod(pod) !== update && pod.metadata?.deletionTimestamp === undefined) {
        remove(set, pod);
        return;
      }
      if (pod.metadata?.deletionTimestamp !== undefined || !isAvailable(pod, minReadySeconds, now)) return;
    }
  }

  function create(set: SetObject, ordinal: number, revision: string, template: PodTemplate | undefined): void {
    const made = podOf(set, ordinal, revision, template);
    const name = made.metadata?.name ?? '';
    try {
      pods.create(made);
    } catch (error) {
      if (error instanceof ApiError) {
        const { name: own } = set.metadata ?? {};
        recorder.warning(
          set,
          'FailedCreate',
          `create Pod ${name} in StatefulSet ${own} failed error: ${error.message}`,
        );
      }
      throw error;
    }
    recorder.normal(set, 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata?.name} successful`);
  }

  function remove(set: SetObject, pod: PodObject): void {
    const { name = '', namespace, uid = '' } = pod.metadata ?? {};
    pods.delete(name, namespace, { preconditions: { uid } });
    recorder.normal(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata?.name} successful`);
  }

  function updateStatus(key: string, set: SetObject, current: string, update: string): void {
    const own = claimPods(pods, set, []).filter((pod) => ordinalOf(set, pod) !== undefined && !isOver(pod));
    const minReady = set.spec?.minReadySeconds ?? 0;
    const now = sim.calendar();
    const alive = own.filter((pod) => pod.metadata?.deletionTimestamp === undefined);
    const ready = own.filter(isReady).length;
    const available = own.filter((pod) => isAvailable(pod, minReady, now)).length;
    const updated = alive.filter((pod) => revisionOfPod(pod) === update).length;
    const old = alive.filter((pod) => revisionOfPod(pod) === current).length;
    const { replicas = 1, updateStrategy } = set.spec ?? {};
    // completeRollingUpdate: once all are new, the new revision is the current one.
    const complete =
      updateStrategy?.type === 'RollingUpdate' &&
      updated === own.length &&
      updated === replicas &&
      available === replicas;
    const currentRevision = complete ? update : current;
    const currentReplicas = complete ? updated : old;
    const status: NonNullable<StatefulSet['status']> = {
      availableReplicas: available,
      collisionCount: set.status?.collisionCount ?? 0,
      ...(currentReplicas === 0 ? {} : { currentReplicas }),
      currentRevision,
      observedGeneration: set.metadata?.generation ?? 0,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      replicas: own.length,
      updateRevision: update,
      ...(updated === 0 ? {} : { updatedReplicas: updated }),
    };
    const stored = sets.find(set.metadata?.name ?? '', set.metadata?.namespace);
    if (stored !== undefined && !same(status, stored.status)) sets.updateStatus({ ...stored, status });
    if (minReady > 0 && ready > available) queue.addAfter(key, 1000);
  }

  const watch = watchOwnedPods(
    pods,
    'StatefulSet',
    (key) => queue.add(key),
    (pod) => {
      for (const set of sets.list({ namespace: pod.metadata?.namespace ?? '' }))
        if (labelSelector(set.spec?.selector).matches(pod.metadata?.labels)) queue.add(keyOf(set));
    },
  );
  const stop = sets.watch((event) => {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
  });
  return () => {
    queue.stop();
    watch.stop();
    stop();
  };
};

function startOf(set: StatefulSet): number {
  return set.spec?.ordinals?.start ?? 0;
}

/** The ordinal at the end of a pod's name, or undefined when the name is not of this set. */
function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(pod.metadata?.name ?? '');
  return match === null || match[1] !== set.metadata?.name ? undefined : Number(match[2]);
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** The template of a revision; the set's own for the one that is not kept. */
function templateOf(set: SetObject, revision: RevisionObject | undefined): PodTemplate | undefined {
  const data = revision?.data as { spec?: { template?: PodTemplate & { $patch?: string } } } | undefined;
  if (data?.spec?.template === undefined) return set.spec?.template;
  const { $patch: _, ...template } = data.spec.template;
  return template;
}

/** newStatefulSetPod: name, host name, subdomain and volumes of its own. */
function podOf(set: SetObject, ordinal: number, revision: string, template: PodTemplate | undefined): PodObject {
  const { name: own = '' } = set.metadata ?? {};
  const name = `${own}-${ordinal}`;
  const claims = (set.spec?.volumeClaimTemplates ?? []).map((claim) => {
    const volume = claim.metadata?.name ?? '';
    return { name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } };
  });
  const given = template?.spec;
  const others = (given?.volumes ?? []).filter((each) => !claims.some((claim) => claim.name === each.name));
  const serviceName = set.spec?.serviceName ?? '';
  const spec: PodSpec | undefined =
    given === undefined
      ? undefined
      : {
          ...given,
          hostname: name,
          ...(serviceName === '' ? {} : { subdomain: serviceName }),
          ...(claims.length + others.length === 0 ? {} : { volumes: [...claims, ...others] }),
        };
  const labels = { [POD_INDEX]: String(ordinal), [REVISION_HASH]: revision, [POD_NAME]: name };
  return podFrom(set, template, { name, generateName: `${own}-`, labels }, spec);
}
