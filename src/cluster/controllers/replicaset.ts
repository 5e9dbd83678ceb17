import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { KubeObject, Pod, ReplicaSet } from '../api/types.ts';
import { ApiError } from '../api/types.ts';
import { type Controller, controllerOf, isActive, isAvailable, isReady } from './context.ts';
import { EventRecorder } from './events.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type SetObject = ReplicaSet & KubeObject;
type PodObject = Pod & KubeObject;

/** The most pods that one sync creates or deletes (BurstReplicas). */
const BURST = 500;

/** pkg/controller/replicaset: keeps as many pods as the set wants. */
export const replicaSetController: Controller = ({ sim, clients }) => {
  const sets = clients.resource<SetObject>('replicasets', 'apps');
  const pods = clients.resource<PodObject>('pods');
  const recorder = new EventRecorder(sim, clients, 'replicaset-controller');

  const queue = new WorkQueue(sim, { name: 'replicaset', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const set = sets.find(name, namespace);
    if (set === undefined) return;
    const uid = set.metadata?.uid ?? '';
    adoptOrphans(set);
    const owned = pods.ownedBy(uid);
    const active = owned.filter(isActive);
    if (set.metadata?.deletionTimestamp === undefined) manage(key, set, active);
    updateStatus(set, pods.ownedBy(uid).filter(isActive));
  });

  /** Pods without a controller that the selector matches are taken over. Only looked for where pods stand alone. */
  const lonely = new Set<string>();
  function adoptOrphans(set: SetObject): void {
    if (lonely.size === 0) return;
    const selector = labelSelector(set.spec?.selector);
    for (const key of lonely) {
      const { namespace, name } = splitKey(key);
      const pod = namespace === set.metadata?.namespace ? pods.find(name, namespace) : undefined;
      if (pod === undefined || !isActive(pod) || !selector.matches(pod.metadata?.labels)) continue;
      pods.update({
        ...pod,
        metadata: { ...pod.metadata, ownerReferences: [...(pod.metadata?.ownerReferences ?? []), ownerReference(set)] },
      });
    }
  }

  function manage(key: string, set: SetObject, active: readonly PodObject[]): void {
    const wanted = set.spec?.replicas ?? 1;
    const missing = wanted - active.length;
    if (missing > 0) {
      let left = Math.min(missing, BURST);
      // Slow start: 1, 2, 4, ... so that a quota that is full costs one request, not 500.
      for (let batch = 1; left > 0; batch = Math.min(batch * 2, left)) {
        for (let i = 0; i < Math.min(batch, left); i++) {
          try {
            const made = pods.create(podFromTemplate(set));
            recorder.normal(set, 'SuccessfulCreate', `Created pod: ${made.metadata?.name ?? ''}`);
          } catch (error) {
            if (error instanceof ApiError) recorder.warning(set, 'FailedCreate', `Error creating: ${error.message}`);
            throw error;
          }
        }
        left -= Math.min(batch, left);
      }
      if (missing > BURST) queue.addAfter(key, 100);
    } else if (missing < 0) {
      const doomed = rankForDeletion(active).slice(0, Math.min(-missing, BURST));
      for (const pod of doomed) {
        pods.delete(pod.metadata?.name ?? '', pod.metadata?.namespace, {
          preconditions: { uid: pod.metadata?.uid ?? '' },
        });
        recorder.normal(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata?.name ?? ''}`);
      }
      if (-missing > BURST) queue.addAfter(key, 100);
    }
  }

  function updateStatus(set: SetObject, active: readonly PodObject[]): void {
    const now = sim.calendar();
    const minReady = set.spec?.minReadySeconds ?? 0;
    const template = Object.entries(set.spec?.template?.metadata?.labels ?? {});
    let labelled = 0;
    let ready = 0;
    let available = 0;
    for (const pod of active) {
      const labels = pod.metadata?.labels ?? {};
      if (template.every(([label, value]) => labels[label] === value)) labelled++;
      if (isReady(pod)) ready++;
      if (isAvailable(pod, minReady, now)) available++;
    }
    const status = {
      ...(available === 0 ? {} : { availableReplicas: available }),
      ...(labelled === 0 ? {} : { fullyLabeledReplicas: labelled }),
      observedGeneration: set.metadata?.generation ?? 0,
      ...(ready === 0 ? {} : { readyReplicas: ready }),
      replicas: active.length,
    };
    if (!same(status, set.status)) sets.updateStatus({ ...set, status });
    if (minReady > 0 && ready > available) queue.addAfter(keyOf(set), minReady * 1000);
  }

  const stops = [
    sets.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      const owner = controllerOf(pod) ?? (previous === undefined ? undefined : controllerOf(previous));
      const key = keyOf(pod);
      if (owner === undefined && event.type !== 'DELETED') {
        lonely.add(key);
        for (const set of sets.list({ namespace: pod.metadata?.namespace ?? '' }))
          if (labelSelector(set.spec?.selector).matches(pod.metadata?.labels)) queue.add(keyOf(set));
        return;
      }
      lonely.delete(key);
      if (owner?.kind === 'ReplicaSet') queue.add(`${pod.metadata?.namespace}/${owner.name}`);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function ownerReference(set: SetObject) {
  return {
    apiVersion: 'apps/v1',
    blockOwnerDeletion: true,
    controller: true,
    kind: 'ReplicaSet',
    name: set.metadata?.name ?? '',
    uid: set.metadata?.uid ?? '',
  };
}

function podFromTemplate(set: SetObject): PodObject {
  const { metadata, spec } = set.spec?.template ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata?.name ?? ''}-`,
      ...(set.metadata?.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [ownerReference(set)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** controller.ActivePodsWithRanks: those that would be missed least come first. */
function rankForDeletion(active: readonly PodObject[]): PodObject[] {
  const perNode = new Map<string, number>();
  for (const pod of active) {
    const node = pod.spec?.nodeName ?? '';
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
  const restarts = (pod: PodObject) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map((each) => each.restartCount));
  const readySince = (pod: PodObject) =>
    Date.parse(
      pod.status?.conditions?.find((each) => each.type === 'Ready' && each.status === 'True')?.lastTransitionTime ?? '',
    ) || 0;
  const cost = (pod: PodObject) =>
    Number(pod.metadata?.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return [...active].sort((a, b) => {
    const assigned = Number(a.spec?.nodeName !== undefined) - Number(b.spec?.nodeName !== undefined);
    if (assigned !== 0) return assigned;
    const phase = (phases[a.status?.phase ?? ''] ?? 0) - (phases[b.status?.phase ?? ''] ?? 0);
    if (phase !== 0) return phase;
    const ready = Number(isReady(a)) - Number(isReady(b));
    if (ready !== 0) return ready;
    if (cost(a) !== cost(b)) return cost(a) - cost(b);
    const doubled = (perNode.get(b.spec?.nodeName ?? '') ?? 0) - (perNode.get(a.spec?.nodeName ?? '') ?? 0);
    if (doubled !== 0) return doubled;
    const since = readySince(b) - readySince(a);
    if (since !== 0) return since;
    if (restarts(a) !== restarts(b)) return restarts(b) - restarts(a);
    return Date.parse(b.metadata?.creationTimestamp ?? '') - Date.parse(a.metadata?.creationTimestamp ?? '');
  });
}
