import { same } from '../api/equality.ts';
import { mapSelector } from '../api/selectors.ts';
import type { KubeObject, Node, Pod, Service } from '../api/types.ts';
import { type Controller, isFinished } from '../controllers/context.ts';
import { EventRecorder } from '../controllers/events.ts';
import { keyOf, splitKey, WorkQueue } from '../controllers/workqueue.ts';
import { antiTerms, candidate, type Unfit, unfit } from './filters.ts';
import { NodeState } from './node-state.ts';
import { scores } from './scores.ts';
import { defaultConstraints, statedConstraints } from './spread.ts';
import { WaitingPods } from './waiting-pods.ts';

type PodObject = Pod & KubeObject;
type NodeObject = Node & KubeObject;
type Condition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

/** Pods that do not fit are tried again at this age, even when nothing seems to have changed (flushUnschedulablePods), in ms. */
const FLUSH = 300_000;

/** kube-scheduler: filters the nodes for each pod, scores those that fit, and binds it to the best. One pod at a time. */
export const scheduler: Controller = ({ sim, clients }) => {
  const pods = clients.resource<PodObject>('pods');
  const nodes = clients.resource<NodeObject>('nodes');
  const services = clients.resource<Service & KubeObject>('services');
  const recorder = new EventRecorder(sim, clients, 'default-scheduler');
  const random = sim.random.stream('scheduler');
  const states = new Map<string, NodeState>();
  let all: readonly NodeState[] = [];
  /** Nodes with pods that keep others away. */
  const wary = new Set<NodeState>();
  const waiting = new WaitingPods((key) => queue.add(key));

  const queue = new WorkQueue(sim, { name: 'scheduler', latency: 2, pace: 1 }, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (pod === undefined || !isMine(pod)) {
      waiting.forget(key);
      return;
    }
    if ((pod.spec?.schedulingGates ?? []).length > 0) return;
    const wanted = candidate(pod, all);
    const fitting: NodeState[] = [];
    const misfits: Unfit[] = [];
    for (const node of all) {
      const why = unfit(wanted, node, wary);
      if (why === undefined) fitting.push(node);
      else misfits.push(why);
    }
    if (fitting.length === 0) {
      refuse(pod, message(pod, misfits));
      waiting.add(key, pod);
      queue.addAfter(key, FLUSH);
      return;
    }
    bind(pod, fitting);
    waiting.bound(key, pod);
  });

  function refuse(pod: PodObject, text: string): void {
    recorder.warning(pod, 'FailedScheduling', text);
    const conditions = pod.status?.conditions ?? [];
    const old = conditions.find((each) => each.type === 'PodScheduled');
    if (old?.message === text && old.status === 'False') return;
    const condition: Condition = {
      lastProbeTime: null as unknown as string,
      lastTransitionTime: old?.status === 'False' ? (old.lastTransitionTime ?? sim.timestamp()) : sim.timestamp(),
      message: text,
      reason: 'Unschedulable',
      status: 'False',
      type: 'PodScheduled',
    };
    const others = conditions.filter((each) => each.type !== 'PodScheduled');
    pods.updateStatus({ ...pod, status: { ...pod.status, conditions: [...others, condition] } });
  }

  function bind(pod: PodObject, fitting: readonly NodeState[]): void {
    const node = fitting.length === 1 ? fitting[0] : best(pod, fitting);
    if (node === undefined || pod.spec === undefined) return;
    pods.update({ ...pod, spec: { ...pod.spec, nodeName: node.name } }, { subresource: 'binding' });
    const text = `Successfully assigned ${pod.metadata?.namespace}/${pod.metadata?.name} to ${node.name}`;
    recorder.normal(pod, 'Scheduled', text);
  }

  /** The node of the highest score; chance decides between equals. */
  function best(pod: PodObject, fitting: readonly NodeState[]): NodeState | undefined {
    const stated = statedConstraints(pod);
    const soft = stated.length > 0 ? stated.filter((each) => !each.hard) : defaultConstraints(pod, selectorsOf(pod));
    let top: NodeState | undefined;
    let topScore = Number.NEGATIVE_INFINITY;
    let equals = 0;
    for (const [index, score] of scores(pod, fitting, soft, all).entries()) {
      if (score < topScore) continue;
      equals = score > topScore ? 1 : equals + 1;
      topScore = score;
      if (equals === 1 || random.below(equals) === 0) top = fitting[index];
    }
    return top;
  }

  /** Selectors of the Services that select the pod. For a controller's pods they change nothing. */
  function selectorsOf(pod: PodObject): (Record<string, string> | undefined)[] {
    if (pod.metadata?.ownerReferences?.some((each) => each.controller === true) === true) return [];
    return services
      .list({ namespace: pod.metadata?.namespace ?? '' })
      .map((service) => service.spec?.selector)
      .filter((selector) => mapSelector(selector).matches(pod.metadata?.labels));
  }

  function watchWariness(state: NodeState, pod: PodObject): void {
    if (antiTerms(pod).length > 0) wary.add(state);
  }

  function forgetWariness(state: NodeState): void {
    if (wary.has(state) && ![...state.pods.values()].some((pod) => antiTerms(pod).length > 0)) wary.delete(state);
  }

  const stops = [
    nodes.watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { name = '' } = event.object.metadata ?? {};
      const state = states.get(name);
      if (event.type === 'DELETED') {
        states.delete(name);
        if (state !== undefined) wary.delete(state);
      } else if (state === undefined) {
        const made = new NodeState(event.object);
        for (const pod of pods.onNode(name)) if (!isFinished(pod)) made.add(pod);
        states.set(name, made);
        waiting.wake();
      } else if (state.update(event.object)) waiting.wake();
      if (states.size !== all.length || event.type !== 'MODIFIED') all = [...states.values()];
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      const state = states.get(pod.spec?.nodeName ?? '');
      if (event.type === 'DELETED' || isFinished(pod)) {
        if (event.type === 'DELETED') waiting.forget(keyOf(pod));
        if (state?.remove(pod.metadata?.uid ?? '') === true) {
          forgetWariness(state);
          waiting.wake();
        }
      } else if (state !== undefined) {
        state.add(pod);
        watchWariness(state, pod);
      } else if (isMine(pod) && (previous === undefined || previous.spec !== pod.spec || !sameLabels(previous, pod)))
        queue.add(keyOf(pod));
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function isMine(pod: Pod): boolean {
  return (
    (pod.spec?.nodeName ?? '') === '' &&
    pod.spec?.schedulerName === 'default-scheduler' &&
    pod.metadata?.deletionTimestamp === undefined
  );
}

function sameLabels(a: Pod, b: Pod): boolean {
  return a.metadata?.labels === b.metadata?.labels || same(a.metadata?.labels, b.metadata?.labels);
}

/** FitError: how many nodes lack what, and what preempting other pods would help. */
function message(pod: Pod, found: readonly Unfit[]): string {
  const count = found.length;
  if (count === 0) return 'no nodes available to schedule pods';
  const reasons = new Map<string, number>();
  for (const { reasons: list } of found) for (const each of list) reasons.set(each, (reasons.get(each) ?? 0) + 1);
  const none = `0/${count} nodes are available`;
  const why = sorted(reasons);
  if (pod.spec?.preemptionPolicy === 'Never')
    return `${none}: ${why}. preemption: not eligible due to preemptionPolicy=Never.`;
  const final = found.filter((each) => each.final).length;
  const outcomes = new Map<string, number>();
  if (final > 0) outcomes.set('Preemption is not helpful for scheduling', final);
  if (final < count) outcomes.set('No preemption victims found for incoming pod', count - final);
  return `${none}: ${why}. preemption: ${none}: ${sorted(outcomes)}.`;
}

/** `1 Insufficient cpu, 2 Too many pods` */
function sorted(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
