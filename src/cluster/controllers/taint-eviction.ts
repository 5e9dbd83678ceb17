import type { Timer } from '../../sim/simulation.ts';
import { same } from '../api/equality.ts';
import type { KubeObject, Node, Pod } from '../api/types.ts';
import type { Controller } from './context.ts';
import { EventRecorder } from './events.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

/** An eviction that is to come. */
interface Planned {
  readonly timer: Timer;
  readonly from: number;
}

/** pkg/controller/tainteviction: evicts pods from nodes whose NoExecute taints they do not tolerate, or not for so long. */
export const taintEvictionController: Controller = ({ sim, clients }) => {
  const nodes = clients.resource<NodeObject>('nodes');
  const pods = clients.resource<PodObject>('pods');
  const recorder = new EventRecorder(sim, clients, 'taint-eviction-controller');
  /** By the pod's uid. */
  const planned = new Map<string, Planned>();

  const queue = new WorkQueue(sim, { name: 'taint-eviction-controller', latency: 5 }, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return;
    const { uid = '' } = pod.metadata ?? {};
    const taints = noExecute(nodes.find(pod.spec?.nodeName ?? ''));
    const seconds = toleratedFor(pod, taints);
    const before = planned.get(uid);
    if (seconds === Number.POSITIVE_INFINITY) {
      if (before !== undefined) cancel(pod, before);
      return;
    }
    // One that waits already keeps its time, as long as it is no later.
    const from = before?.from ?? sim.now();
    before?.timer.cancel();
    const left = Math.max(from + seconds * 1000 - sim.now(), 0);
    planned.set(uid, { from, timer: sim.schedule(left, () => evict(key, uid)) });
  });

  function cancel(pod: PodObject, { timer }: Planned): void {
    timer.cancel();
    planned.delete(pod.metadata?.uid ?? '');
    recorder.normal(pod, 'TaintManagerEviction', `Cancelling deletion of Pod ${keyOf(pod)}`);
  }

  function evict(key: string, uid: string): void {
    planned.delete(uid);
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (pod === undefined || pod.metadata?.uid !== uid || pod.metadata.deletionTimestamp !== undefined) return;
    recorder.normal(pod, 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    const disruption = {
      lastTransitionTime: sim.timestamp(),
      message: 'Taint manager: deleting due to NoExecute taint',
      reason: 'DeletionByTaintManager',
      status: 'True',
      type: 'DisruptionTarget',
    };
    const conditions = (pod.status?.conditions ?? []).filter((each) => each.type !== 'DisruptionTarget');
    pods.updateStatus({ ...pod, status: { ...pod.status, conditions: [...conditions, disruption] } });
    pods.delete(name, namespace, { preconditions: { uid } });
  }

  const stops = [
    nodes.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      if (same(noExecute(event.object), noExecute(previous))) return;
      for (const pod of pods.onNode(event.object.metadata?.name ?? '')) queue.add(keyOf(pod));
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      if (event.type === 'DELETED') {
        const { uid = '' } = pod.metadata ?? {};
        planned.get(uid)?.timer.cancel();
        planned.delete(uid);
      } else if (pod.spec !== previous?.spec && noExecute(nodes.find(pod.spec?.nodeName ?? '')).length > 0)
        queue.add(keyOf(pod));
    }),
  ];
  return () => {
    queue.stop();
    for (const { timer } of planned.values()) timer.cancel();
    for (const stop of stops) stop();
  };
};

function noExecute(node: Node | undefined): Taint[] {
  return (node?.spec?.taints ?? []).filter((each) => each.effect === 'NoExecute');
}

/** For how many seconds a pod stays on a node with these taints: the least of its tolerations; 0 when it tolerates one not at all. */
function toleratedFor(pod: Pod, taints: readonly Taint[]): number {
  let seconds = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ key = '', effect, operator, value = '' }) =>
        (key === '' || key === taint.key) &&
        (effect === undefined || (effect as string) === '' || effect === 'NoExecute') &&
        (operator === 'Exists' || value === (taint.value ?? '')),
    );
    if (tolerations.length === 0) return 0;
    for (const { tolerationSeconds } of tolerations)
      if (tolerationSeconds !== undefined && tolerationSeconds !== null)
        seconds = Math.min(seconds, Math.max(0, tolerationSeconds));
  }
  return seconds;
}
