import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Pod, type ReplicaSet } from '../api/types.ts';
import { type Controller, controllerOf, controllerReference, isActive, isAvailable, released } from './context.ts';
import { byDeletionOrder } from './deletion-order.ts';
import { EventRecorder } from './events.ts';
import { PodTally } from './pod-tally.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type SetObject = ReplicaSet & KubeObject;
type PodObject = Pod & KubeObject;

/**
 * Pods made or deleted in one go, and the virtual ms until the next. The real controller sends 500 requests at once; here
 * they go in smaller lots, so that no event holds the thread for long.
 */
const LOT = 20;
const LOT_PAUSE = 5;

/** What the controller remembers of a set. */
interface Memory {
  readonly uid: string;
  readonly generation: number | undefined;
  /** What the pods were counted by. */
  readonly template: unknown;
  readonly tally: PodTally;
  /** Size of the next lot: doubles as long as creation succeeds (slowStartBatch). */
  lot: number;
  /** Pods chosen to go, in order, while a set shrinks. */
  doomed: PodObject[];
  /** Pods whose labels changed: they may not be the set's any more. */
  suspects: Set<string>;
  failure: string | undefined;
}

/** pkg/controller/replicaset: keeps as many pods as the set wants. */
export const replicaSetController: Controller = ({ sim, clients }) => {
  const sets = clients.resource<SetObject>('replicasets', 'apps');
  const pods = clients.resource<PodObject>('pods');
  const recorder = new EventRecorder(sim, clients, 'replicaset-controller');
  /** By the set's uid. */
  const memories = new Map<string, Memory>();
  /** Pods without a controller, by namespace: candidates for adoption. */
  const lonely = new Map<string, Set<string>>();

  const queue = new WorkQueue(sim, { name: 'replicaset', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const set = sets.find(name, namespace);
    if (set === undefined) return;
    const memory = recall(set);
    let failed: ApiError | undefined;
    if (set.metadata?.deletionTimestamp === undefined) {
      release(set, memory);
      adopt(set, namespace);
      try {
        manage(key, set, memory);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failed = error;
      }
    }
    updateStatus(set, memory, failed);
    if (failed !== undefined) throw failed;
  });

  /** What is known of the set; counted anew when its template may have changed. */
  function recall(set: SetObject): Memory {
    const uid = set.metadata?.uid ?? '';
    const { generation } = set.metadata ?? {};
    const known = memories.get(uid);
    if (known !== undefined && known.generation === generation) return known;
    const template = set.spec?.template;
    let tally = known?.tally;
    if (tally === undefined || known?.template !== template) {
      tally = new PodTally(set);
      for (const pod of pods.ownedBy(uid)) if (controllerOf(pod)?.uid === uid) tally.add(pod);
    }
    const memory: Memory = {
      uid,
      generation,
      template,
      tally,
      lot: 1,
      doomed: [],
      suspects: known?.suspects ?? new Set(),
      failure: known?.failure,
    };
    memories.set(uid, memory);
    return memory;
  }

  /** Pods that the selector no longer matches are let go. */
  function release(set: SetObject, memory: Memory): void {
    if (memory.suspects.size === 0) return;
    const selector = labelSelector(set.spec?.selector);
    for (const key of memory.suspects) {
      const { namespace, name } = splitKey(key);
      const pod = pods.find(name, namespace);
      if (pod === undefined || controllerOf(pod)?.uid !== memory.uid) continue;
      if (!selector.matches(pod.metadata?.labels)) pods.update(released(pod, memory.uid));
    }
    memory.suspects.clear();
  }

  /** Pods without a controller that the selector matches are taken over. */
  function adopt(set: SetObject, namespace: string): void {
    const candidates = lonely.get(namespace);
    if (candidates === undefined) return;
    const selector = labelSelector(set.spec?.selector);
    for (const name of candidates) {
      const pod = pods.find(name, namespace);
      if (pod === undefined || !isActive(pod) || !selector.matches(pod.metadata?.labels)) continue;
      const ownerReferences = [...(pod.metadata?.ownerReferences ?? []), controllerReference(set)];
      pods.update({ ...pod, metadata: { ...pod.metadata, ownerReferences } });
    }
  }

  function manage(key: string, set: SetObject, memory: Memory): void {
    const surplus = memory.tally.active - (set.spec?.replicas ?? 1);
    if (surplus <= 0) memory.doomed = [];
    if (surplus < 0) grow(key, set, memory, -surplus);
    else if (surplus > 0) shrink(key, set, memory, surplus);
    else memory.lot = 1;
  }

  function grow(key: string, set: SetObject, memory: Memory, missing: number): void {
    const count = Math.min(missing, memory.lot);
    for (let i = 0; i < count; i++) {
      try {
        const made = pods.create(podFromTemplate(set));
        recorder.normal(set, 'SuccessfulCreate', `Created pod: ${made.metadata?.name ?? ''}`);
      } catch (error) {
        memory.lot = 1;
        // A namespace on its way out takes nothing new, and there is no use in saying so.
        if (error instanceof ApiError && !isTerminating(error))
          recorder.warning(set, 'FailedCreate', `Error creating: ${error.message}`);
        throw error;
      }
    }
    memory.lot = Math.min(memory.lot * 2, LOT);
    if (missing > count) queue.addAfter(key, LOT_PAUSE);
  }

  function shrink(key: string, set: SetObject, memory: Memory, surplus: number): void {
    memory.doomed = memory.doomed.filter((pod) => isStillActive(pod));
    if (memory.doomed.length < Math.min(surplus, LOT)) {
      const active = pods.ownedBy(memory.uid).filter((pod) => isActive(pod) && controllerOf(pod)?.uid === memory.uid);
      memory.doomed = surplus < active.length ? byDeletionOrder(active, relatedPods(set, active)) : active;
      memory.doomed.length = Math.min(surplus, active.length);
    }
    for (const pod of memory.doomed.splice(0, Math.min(surplus, LOT))) {
      const { name = '', namespace, uid = '' } = pod.metadata ?? {};
      try {
        pods.delete(name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code === 404) continue;
        recorder.warning(set, 'FailedDelete', `Error deleting: ${error.message}`);
        throw error;
      }
      recorder.normal(set, 'SuccessfulDelete', `Deleted pod: ${name}`);
    }
    if (surplus > LOT) queue.addAfter(key, LOT_PAUSE);
  }

  function isStillActive(pod: PodObject): boolean {
    const now = pods.find(pod.metadata?.name ?? '', pod.metadata?.namespace);
    return now !== undefined && now.metadata?.uid === pod.metadata?.uid && isActive(now);
  }

  /** getIndirectlyRelatedPods: active pods of all sets of the same owner. */
  function relatedPods(set: SetObject, own: readonly PodObject[]): readonly PodObject[] {
    const owner = controllerOf(set)?.uid;
    if (owner === undefined) return own;
    return sets.ownedBy(owner).flatMap((each) => pods.ownedBy(each.metadata?.uid ?? '').filter(isActive));
  }

  function updateStatus(set: SetObject, memory: Memory, failed: ApiError | undefined): void {
    const { active, ready, labelled } = memory.tally;
    const minReady = set.spec?.minReadySeconds ?? 0;
    const available = minReady === 0 ? ready : countAvailable(memory.uid, minReady);
    const status: NonNullable<ReplicaSet['status']> = {
      ...(available === 0 ? {} : { availableReplicas: available }),
      ...conditions(set, memory, failed),
      ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
      observedGeneration: set.metadata?.generation ?? 0,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      replicas: active,
    };
    if (!same(status, set.status)) sets.updateStatus({ ...set, status });
    if (ready > available) queue.addAfter(keyOf(set), 1000);
  }

  /** ReplicaFailure while the last attempt to make or delete pods failed. */
  function conditions(
    set: SetObject,
    memory: Memory,
    failed: ApiError | undefined,
  ): Pick<NonNullable<ReplicaSet['status']>, 'conditions'> {
    const old = set.status?.conditions ?? [];
    const others = old.filter((each) => each.type !== 'ReplicaFailure');
    if (failed === undefined) {
      memory.failure = undefined;
      return others.length === 0 ? {} : { conditions: others };
    }
    memory.failure ??= sim.timestamp();
    const reason = memory.tally.active < (set.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
    const before = old.find((each) => each.type === 'ReplicaFailure');
    const condition =
      before?.reason === reason
        ? before
        : {
            lastTransitionTime: memory.failure,
            message: failed.message,
            reason,
            status: 'True',
            type: 'ReplicaFailure',
          };
    return { conditions: [...others, condition] };
  }

  function countAvailable(uid: string, minReadySeconds: number): number {
    const now = sim.calendar();
    let available = 0;
    for (const pod of pods.ownedBy(uid)) if (isActive(pod) && isAvailable(pod, minReadySeconds, now)) available++;
    return available;
  }

  function isAlone(pod: PodObject, alone: boolean): void {
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const names = lonely.get(namespace);
    if (!alone) {
      names?.delete(name);
      if (names?.size === 0) lonely.delete(namespace);
    } else if (names === undefined) lonely.set(namespace, new Set([name]));
    else names.add(name);
  }

  const stops = [
    sets.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
      else if (event.type === 'DELETED') memories.delete(event.object.metadata?.uid ?? '');
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      const gone = event.type === 'DELETED';
      const owner = controllerOf(pod);
      const before = previous === undefined ? undefined : controllerOf(previous);
      if (previous !== undefined && before?.kind === 'ReplicaSet') {
        memories.get(before.uid)?.tally.remove(previous);
        queue.add(`${pod.metadata?.namespace}/${before.name}`);
      }
      if (!gone && owner?.kind === 'ReplicaSet') {
        const memory = memories.get(owner.uid);
        memory?.tally.add(pod);
        if (
          previous !== undefined &&
          previous.metadata?.labels !== pod.metadata?.labels &&
          !same(previous.metadata?.labels, pod.metadata?.labels)
        )
          memory?.suspects.add(keyOf(pod));
        queue.add(`${pod.metadata?.namespace}/${owner.name}`);
      }
      isAlone(pod, owner === undefined && !gone);
      if (owner !== undefined || gone || !isActive(pod)) return;
      for (const set of sets.list({ namespace: pod.metadata?.namespace ?? '' }))
        if (labelSelector(set.spec?.selector).matches(pod.metadata?.labels)) queue.add(keyOf(set));
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function isTerminating(error: ApiError): boolean {
  return error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;
}

function podFromTemplate(set: SetObject): PodObject {
  const { metadata, spec } = set.spec?.template ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${(set.metadata?.name ?? '').slice(0, 57)}-`,
      ...(set.metadata?.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata?.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}
