import type { KubeObject, Node, Pod } from '../api/types.ts';
import type { Controller } from '../controllers/context.ts';
import { EventRecorder } from '../controllers/events.ts';
import { keyOf, splitKey, WorkQueue } from '../controllers/workqueue.ts';
import { requests, spreadCounts, termMatches, unfit } from './filters.ts';
import { NodeState } from './state.ts';

type PodObject = Pod & KubeObject;
type NodeObject = Node & KubeObject;

/** kube-scheduler: filters the nodes for each pod, scores those that fit, and binds it to the best. */
export const scheduler: Controller = ({ sim, clients }) => {
  const pods = clients.resource<PodObject>('pods');
  const nodes = clients.resource<NodeObject>('nodes');
  const recorder = new EventRecorder(sim, clients, 'default-scheduler');
  const random = sim.random.stream('scheduler');
  const states = new Map<string, NodeState>();
  const waiting = new Set<string>();

  const queue = new WorkQueue(sim, { name: 'scheduler', latency: 2 }, (key) => {
    const { namespace, name } = splitKey(key);
    const pod = pods.find(name, namespace);
    if (
      pod === undefined ||
      (pod.spec?.nodeName ?? '') !== '' ||
      pod.metadata?.deletionTimestamp !== undefined ||
      pod.spec?.schedulerName !== 'default-scheduler'
    ) {
      waiting.delete(key);
      return;
    }
    if ((pod.spec.schedulingGates ?? []).length > 0) return;
    const all = [...states.values()];
    const reasons = new Map<string, number>();
    const fitting: NodeState[] = [];
    for (const node of all) {
      const reason = unfit(pod, node, all);
      if (reason === undefined) fitting.push(node);
      else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (fitting.length === 0) {
      fail(pod, all.length, reasons);
      waiting.add(key);
      return;
    }
    waiting.delete(key);
    bind(pod, best(pod, fitting, all));
  });

  function fail(pod: PodObject, count: number, reasons: ReadonlyMap<string, number>): void {
    const list = [...reasons].map(([reason, times]) => `${times} ${reason}`).sort();
    const preemptible = [...reasons].filter(([reason]) => /^(Insufficient|Too many)/.test(reason));
    const resolvable = preemptible.reduce((sum, [, times]) => sum + times, 0);
    const hopeless = count - resolvable;
    const parts = [
      ...(hopeless > 0 ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
      ...(resolvable > 0 ? [`${resolvable} No preemption victims found for incoming pod`] : []),
    ];
    const message =
      count === 0
        ? 'no nodes available to schedule pods'
        : `0/${count} nodes are available: ${list.join(', ')}. preemption: 0/${count} nodes are available: ${parts.join(', ')}.`;
    recorder.warning(pod, 'FailedScheduling', message);
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null as unknown as string,
      lastTransitionTime: sim.timestamp(),
    };
    const old = pod.status?.conditions?.find((each) => each.type === 'PodScheduled');
    if (old?.message === message) return;
    pods.updateStatus({
      ...pod,
      status: {
        ...pod.status,
        conditions: [...(pod.status?.conditions ?? []).filter((each) => each.type !== 'PodScheduled'), condition],
      },
    });
  }

  function bind(pod: PodObject, node: NodeState): void {
    const name = node.object.metadata?.name ?? '';
    const time = sim.timestamp();
    const condition = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null as unknown as string,
      lastTransitionTime: time,
    };
    // One write, as the binding subresource does it: the node's name and the condition together.
    pods.patch(
      pod.metadata?.name ?? '',
      pod.metadata?.namespace,
      'application/merge-patch+json',
      {
        spec: { nodeName: name },
        status: {
          conditions: [...(pod.status?.conditions ?? []).filter((each) => each.type !== 'PodScheduled'), condition],
        },
      },
      { subresource: 'binding' },
    );
    recorder.normal(
      pod,
      'Scheduled',
      `Successfully assigned ${pod.metadata?.namespace}/${pod.metadata?.name} to ${name}`,
    );
  }

  /** The plugins that matter here: spreading counts most, then free resources, images, preferences; chance breaks ties. */
  function best(pod: PodObject, fitting: readonly NodeState[], all: readonly NodeState[]): NodeState {
    const wanted = requests(pod);
    const owner = pod.metadata?.ownerReferences?.find((each) => each.controller === true)?.uid ?? '';
    let top: NodeState | undefined;
    let topScore = Number.NEGATIVE_INFINITY;
    const soft = (pod.spec?.topologySpreadConstraints ?? []).filter(
      (each) => each.whenUnsatisfiable === 'ScheduleAnyway',
    );
    const softCounts = soft.map((each) => ({
      key: each.topologyKey,
      counts: spreadCounts(each.labelSelector, each.topologyKey, pod, all),
    }));
    for (const node of fitting) {
      const { cpu, memory } = node.capacity;
      const free =
        ((cpu - node.used.cpu - wanted.cpu) / Math.max(cpu, 0.001) +
          (memory - node.used.memory - wanted.memory) / Math.max(memory, 1)) /
        2;
      let score = 10 * free - 100 * (node.perOwner.get(owner) ?? 0) - 0.5 * node.pods.size;
      for (const { key, counts } of softCounts)
        score -= 60 * (counts.get(node.object.metadata?.labels?.[key] ?? '') ?? 0);
      for (const term of pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
        if (termMatches(term.preference as never, node.object)) score += 2 * term.weight;
      for (const taint of node.object.spec?.taints ?? []) if (taint.effect === 'PreferNoSchedule') score -= 300;
      score += random.next() * 0.01;
      if (score > topScore) {
        topScore = score;
        top = node;
      }
    }
    return top ?? (fitting[0] as NodeState);
  }

  const retryAll = () => {
    for (const key of waiting) queue.add(key);
  };

  const stops = [
    nodes.watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const name = event.object.metadata?.name ?? '';
      if (event.type === 'DELETED') states.delete(name);
      else {
        const state = states.get(name);
        if (state === undefined) {
          const made = new NodeState(event.object);
          for (const pod of pods.onNode(name)) made.add(pod);
          states.set(name, made);
        } else state.update(event.object);
      }
      retryAll();
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      const node = states.get(pod.spec?.nodeName ?? '');
      const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
      if (event.type === 'DELETED' || finished) {
        if (node?.pods.has(pod.metadata?.uid ?? '') === true) {
          node.remove(previous ?? pod);
          retryAll();
        }
        if (event.type === 'DELETED') waiting.delete(keyOf(pod));
      } else if (node !== undefined) node.add(pod);
      else if ((pod.spec?.nodeName ?? '') === '' && (previous === undefined || waiting.has(keyOf(pod)) === false))
        queue.add(keyOf(pod));
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};
