import type { DaemonSet } from 'kubernetes-types/apps/v1';
import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Node, type Pod, type PodSpec } from '../api/types.ts';
import { scaled } from '../resources/intstr.ts';
import { matchesNode } from '../scheduler/affinity.ts';
import { tolerates } from '../scheduler/filters.ts';
import { type Controller, isAvailable, isReady } from './context.ts';
import { EventRecorder } from './events.ts';
import { claimPods, type PodObject, podFrom, watchOwnedPods } from './owned-pods.ts';
import { hashOf, history, REVISION_HASH, type RevisionObject, revisionOfPod, truncateHistory } from './revisions.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type SetObject = DaemonSet & KubeObject;
type NodeObject = Node & KubeObject;
type Toleration = NonNullable<PodSpec['tolerations']>[number];

/** The annotation that holds what once was spec.templateGeneration. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** util.AddOrUpdateDaemonPodTolerations: what daemons bear on every node. */
const TOLERATED: readonly (readonly [key: string, effect: string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
];
const NETWORK_UNAVAILABLE = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const;

/** pkg/controller/daemon: one pod on each node that may have it. */
export const daemonSetController: Controller = ({ sim, clients }) => {
  const sets = clients.resource<SetObject>('daemonsets', 'apps');
  const nodes = clients.resource<NodeObject>('nodes');
  const pods = clients.resource<PodObject>('pods');
  const revisions = clients.resource<RevisionObject>('controllerrevisions', 'apps');
  const recorder = new EventRecorder(sim, clients, 'daemonset-controller');

  const queue = new WorkQueue(sim, { name: 'daemonset', latency: 8 }, (key) => {
    const { namespace, name } = splitKey(key);
    const set = sets.find(name, namespace);
    if (set === undefined) return;
    const revised = history(revisions, set, REVISION_HASH);
    const hash = hashOf(revised.current, REVISION_HASH);
    if (set.metadata?.deletionTimestamp === undefined) {
      const own = claimPods(pods, set, watch.lonely(namespace));
      place(set, own, hash);
      if (set.spec?.updateStrategy?.type === 'RollingUpdate') roll(set, claimPods(pods, set, []), hash);
      const live = new Set(claimPods(pods, set, []).map(revisionOfPod));
      truncateHistory(revisions, set, revised, (each) => live.has(hashOf(each, REVISION_HASH)));
    }
    updateStatus(key, sets.find(name, namespace) ?? set, hash);
  });

  /** manage: pods where they are missing, none where they should not be. */
  function place(set: SetObject, own: readonly PodObject[], hash: string): void {
    const perNode = byNode(own);
    const doomed: PodObject[] = [];
    const wanting: string[] = [];
    for (const node of nodes.list()) {
      const nodeName = node.metadata?.name ?? '';
      const here = perNode.get(nodeName) ?? [];
      const { run, stay } = fate(set, node);
      const alive: PodObject[] = [];
      for (const pod of here) {
        if (pod.metadata?.deletionTimestamp !== undefined) continue;
        const { name, namespace } = pod.metadata ?? {};
        if (pod.status?.phase === 'Failed') {
          recorder.warning(
            set,
            'FailedDaemonPod',
            `Found failed daemon pod ${namespace}/${name} on node ${nodeName}, will try to kill it`,
          );
          doomed.push(pod);
        } else if (pod.status?.phase === 'Succeeded') {
          recorder.normal(
            set,
            'SucceededDaemonPod',
            `Found succeeded daemon pod ${namespace}/${name} on node ${nodeName}, will try to delete it`,
          );
          doomed.push(pod);
        } else alive.push(pod);
      }
      if (run && here.length === 0) wanting.push(nodeName);
      else if (!stay) doomed.push(...alive);
      else if (alive.length > 1 && surge(set) === 0) doomed.push(...alive.sort(oldestFirst).slice(1));
    }
    // Pods of nodes that are gone.
    for (const [nodeName, here] of perNode)
      if (nodes.find(nodeName) === undefined)
        doomed.push(...here.filter((pod) => pod.metadata?.deletionTimestamp === undefined));
    carryOut(set, wanting, doomed, hash);
  }

  /** rollingUpdate: old pods go within maxUnavailable, or new ones come first within maxSurge. */
  function roll(set: SetObject, own: readonly PodObject[], hash: string): void {
    const wanted = nodes.list().filter((node) => fate(set, node).run).length;
    const { rollingUpdate } = set.spec?.updateStrategy ?? {};
    const unavailable = scaled(rollingUpdate?.maxUnavailable as number | string | undefined, wanted, true);
    const extra = scaled(rollingUpdate?.maxSurge as number | string | undefined, wanted, true);
    const minReady = set.spec?.minReadySeconds ?? 0;
    const now = sim.calendar();
    const perNode = byNode(own);
    if (extra === 0) {
      let room = unavailable;
      const broken: PodObject[] = [];
      const candidates: PodObject[] = [];
      for (const node of nodes.list()) {
        if (!fate(set, node).run) continue;
        const here = perNode.get(node.metadata?.name ?? '') ?? [];
        const fresh = here.find((pod) => isCurrent(pod, hash) && pod.metadata?.deletionTimestamp === undefined);
        const old = here.find((pod) => !isCurrent(pod, hash) && pod.metadata?.deletionTimestamp === undefined);
        if (fresh !== undefined) {
          if (!isAvailable(fresh, minReady, now)) room--;
        } else if (old === undefined) room--;
        else if (!isAvailable(old, minReady, now)) {
          broken.push(old);
          room--;
        } else candidates.push(old);
      }
      carryOut(set, [], [...broken, ...candidates.slice(0, Math.max(room, 0))], hash);
      return;
    }
    let room = extra;
    const wanting: string[] = [];
    const candidates: string[] = [];
    const done: PodObject[] = [];
    for (const node of nodes.list()) {
      if (!fate(set, node).run) continue;
      const nodeName = node.metadata?.name ?? '';
      const here = perNode.get(nodeName) ?? [];
      const alive = here.filter((pod) => pod.metadata?.deletionTimestamp === undefined);
      const fresh = alive.find((pod) => isCurrent(pod, hash));
      const old = alive.find((pod) => !isCurrent(pod, hash));
      if (old === undefined) continue;
      if (fresh === undefined) {
        if (isAvailable(old, minReady, now)) candidates.push(nodeName);
        else wanting.push(nodeName);
      } else if (isAvailable(fresh, minReady, now)) done.push(old);
      else room--;
    }
    room -= wanting.length;
    carryOut(set, [...wanting, ...candidates.slice(0, Math.max(room, 0))], done, hash);
  }

  function carryOut(set: SetObject, wanting: readonly string[], doomed: readonly PodObject[], hash: string): void {
    for (const node of wanting) {
      try {
        const made = pods.create(podFor(set, node, hash));
        recorder.normal(set, 'SuccessfulCreate', `Created pod: ${made.metadata?.name ?? ''}`);
      } catch (error) {
        if (error instanceof ApiError) recorder.warning(set, 'FailedCreate', `Error creating: ${error.message}`);
        throw error;
      }
    }
    for (const pod of doomed) {
      const { name = '', namespace, uid = '' } = pod.metadata ?? {};
      try {
        pods.delete(name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
        continue;
      }
      recorder.normal(set, 'SuccessfulDelete', `Deleted pod: ${name}`);
    }
  }

  function updateStatus(key: string, set: SetObject, hash: string): void {
    const minReady = set.spec?.minReadySeconds ?? 0;
    const now = sim.calendar();
    const perNode = byNode(claimPods(pods, set, []));
    const counts = { desired: 0, current: 0, mis: 0, ready: 0, updated: 0, available: 0 };
    for (const node of nodes.list()) {
      const here = (perNode.get(node.metadata?.name ?? '') ?? []).filter((pod) => pod.status?.phase !== 'Failed');
      const { run } = fate(set, node);
      if (!run) {
        if (here.length > 0) counts.mis++;
        continue;
      }
      counts.desired++;
      const [oldest] = [...here].sort(oldestFirst);
      if (oldest === undefined) continue;
      counts.current++;
      // With a surge any of the node's pods serves.
      const serving = here.find((pod) => isReady(pod));
      if (serving !== undefined) {
        counts.ready++;
        if (here.some((pod) => isAvailable(pod, minReady, now))) counts.available++;
      }
      if (here.some((pod) => isCurrent(pod, hash) && pod.metadata?.deletionTimestamp === undefined)) counts.updated++;
    }
    const unavailable = counts.desired - counts.available;
    const { collisionCount } = set.status ?? {};
    const status: NonNullable<DaemonSet['status']> = {
      ...(collisionCount === undefined ? {} : { collisionCount }),
      currentNumberScheduled: counts.current,
      desiredNumberScheduled: counts.desired,
      ...(counts.available === 0 ? {} : { numberAvailable: counts.available }),
      numberMisscheduled: counts.mis,
      numberReady: counts.ready,
      ...(unavailable === 0 ? {} : { numberUnavailable: unavailable }),
      observedGeneration: set.metadata?.generation ?? 0,
      ...(counts.updated === 0 ? {} : { updatedNumberScheduled: counts.updated }),
    };
    if (!same(status, set.status)) sets.updateStatus({ ...set, status });
    if (minReady > 0 && counts.ready > counts.available) queue.addAfter(key, 1000);
  }

  const everySet = () => {
    for (const set of sets.list()) queue.add(keyOf(set));
  };
  const watch = watchOwnedPods(
    pods,
    'DaemonSet',
    (key) => queue.add(key),
    (pod) => {
      for (const set of sets.list({ namespace: pod.metadata?.namespace ?? '' }))
        if (labelSelector(set.spec?.selector).matches(pod.metadata?.labels)) queue.add(keyOf(set));
    },
  );
  const stops = [
    sets.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(keyOf(event.object));
    }),
    nodes.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const node = event.object;
      const unchanged =
        previous !== undefined &&
        event.type === 'MODIFIED' &&
        same(previous.spec, node.spec) &&
        same(previous.metadata?.labels, node.metadata?.labels);
      if (!unchanged) everySet();
    }),
    () => watch.stop(),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

/** NodeShouldRunDaemonPod: whether a pod belongs on the node, and whether one that is there may stay. */
function fate(set: DaemonSet, node: Node): { readonly run: boolean; readonly stay: boolean } {
  const spec = daemonSpec(set.spec?.template.spec, '', false);
  const pod: Pod = { spec: spec as PodSpec };
  if ((spec?.nodeName ?? '') !== '' && spec?.nodeName !== node.metadata?.name) return { run: false, stay: false };
  if (!matchesNode(pod, node)) return { run: false, stay: false };
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute' || effect === 'NoSchedule');
  const hated = taints.filter((taint) => !tolerates(pod, taint));
  return { run: hated.length === 0, stay: !hated.some(({ effect }) => effect === 'NoExecute') };
}

/** The spec of a daemon's pod: bound to its node by affinity, bearing what every daemon bears. */
function daemonSpec(spec: PodSpec | undefined, node: string, bind = true): PodSpec | undefined {
  if (spec === undefined) return undefined;
  const wanted = spec.hostNetwork === true ? [...TOLERATED, NETWORK_UNAVAILABLE] : TOLERATED;
  const own = spec.tolerations ?? [];
  const added: Toleration[] = wanted
    .filter(
      ([key, effect]) => !own.some((each) => each.key === key && each.effect === effect && each.operator === 'Exists'),
    )
    .map(([key, effect]) => ({ effect: effect as Toleration['effect'] & string, key, operator: 'Exists' }));
  const tolerations = [...own, ...added];
  if (!bind) return { ...spec, tolerations };
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [node] }];
  const nodeSelectorTerms =
    required === undefined || required.nodeSelectorTerms.length === 0
      ? [{ matchFields }]
      : required.nodeSelectorTerms.map((term) => ({ ...term, matchFields }));
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations };
}

function podFor(set: SetObject, node: string, hash: string): PodObject {
  const { name = '', annotations } = set.metadata ?? {};
  const labels = { [REVISION_HASH]: hash, 'pod-template-generation': annotations?.[TEMPLATE_GENERATION] ?? '1' };
  const template = set.spec?.template;
  return podFrom(set, template, { generateName: `${name}-`, labels }, daemonSpec(template?.spec, node));
}

function isCurrent(pod: Pod, hash: string): boolean {
  return revisionOfPod(pod) === hash;
}

function surge(set: DaemonSet): number {
  const value = set.spec?.updateStrategy?.rollingUpdate?.maxSurge as number | string | undefined;
  return scaled(value, 100, true);
}

/** The node of each pod, the one it is meant for when it is not bound yet (util.GetTargetNodeName). */
function byNode(own: readonly PodObject[]): Map<string, PodObject[]> {
  const found = new Map<string, PodObject[]>();
  for (const pod of own) {
    const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    const node = pod.spec?.nodeName || (terms?.[0]?.matchFields?.[0]?.values?.[0] ?? '');
    const here = found.get(node);
    if (here === undefined) found.set(node, [pod]);
    else here.push(pod);
  }
  return found;
}

function oldestFirst(a: PodObject, b: PodObject): number {
  const [left, right] = [a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}
