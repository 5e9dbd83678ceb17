import { same } from '../api/server.ts';
import type { KubeObject, Node, Pod } from '../api/types.ts';
import type { Controller } from './context.ts';
import { EventRecorder } from './events.ts';
import { WorkQueue } from './workqueue.ts';

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

/** How often nodes are looked at, and how long a kubelet may be silent (--node-monitor-period, --node-monitor-grace-period), in ms. */
const MONITOR_PERIOD = 5000;
const GRACE_PERIOD = 40_000;

const UNREACHABLE = 'node.kubernetes.io/unreachable';
const NOT_READY = 'node.kubernetes.io/not-ready';

/** pkg/controller/nodelifecycle and tainteviction: believes a silent node dead, taints it, and evicts its pods in time. */
export const nodeLifecycleController: Controller = ({ sim, clients }) => {
  const nodes = clients.resource<NodeObject>('nodes');
  const pods = clients.resource<PodObject>('pods');
  const leases = clients.resource<KubeObject>('leases', 'coordination.k8s.io');
  const recorder = new EventRecorder(sim, clients, 'node-controller');
  const evictions = new EventRecorder(sim, clients, 'taint-eviction-controller');
  /** When each node was last heard of, by this controller's own clock. */
  const heard = new Map<string, { renewed: string; at: number }>();
  const doomed = new Map<string, { cancel(): void }>();

  const monitor = new WorkQueue(sim, { name: 'node-lifecycle', latency: MONITOR_PERIOD }, () => {
    for (const node of nodes.list()) look(node);
    monitor.add('all');
  });

  function look(node: NodeObject): void {
    const name = node.metadata?.name ?? '';
    const spec = leases.find(name, 'kube-node-lease')?.['spec'] as { renewTime?: string } | undefined;
    const renewed = spec?.renewTime ?? '';
    const before = heard.get(name);
    if (before === undefined || before.renewed !== renewed) heard.set(name, { renewed, at: sim.now() });
    const silent = sim.now() - (heard.get(name)?.at ?? sim.now());
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
    if (silent > GRACE_PERIOD && ready?.status !== 'Unknown') {
      const time = sim.timestamp();
      const conditions = (node.status?.conditions ?? []).map((condition) =>
        ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].includes(condition.type)
          ? {
              ...condition,
              status: 'Unknown',
              reason: 'NodeStatusUnknown',
              message: 'Kubelet stopped posting node status.',
              lastTransitionTime: time,
            }
          : condition,
      );
      nodes.updateStatus({ ...node, status: { ...node.status, conditions } });
      recorder.normal(
        { kind: 'Node', name, uid: node.metadata?.uid ?? name },
        'NodeNotReady',
        `Node ${name} status is now: NodeNotReady`,
      );
      for (const pod of pods.onNode(name)) markNotReady(pod);
    }
    taint(nodes.find(name) ?? node);
  }

  function markNotReady(pod: PodObject): void {
    const conditions = pod.status?.conditions ?? [];
    if (conditions.find((condition) => condition.type === 'Ready')?.status !== 'True') return;
    const time = sim.timestamp();
    pods.updateStatus({
      ...pod,
      status: {
        ...pod.status,
        conditions: conditions.map((condition) =>
          condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: time } : condition,
        ),
      },
    });
    recorder.warning(pod, 'NodeNotReady', 'Node is not ready');
  }

  function taint(node: NodeObject): void {
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
    const wanted: Taint[] = (node.spec?.taints ?? []).filter(
      (each) => each.key !== UNREACHABLE && each.key !== NOT_READY && each.key !== 'node.kubernetes.io/unschedulable',
    );
    if (node.spec?.unschedulable === true)
      wanted.push(keep(node, { effect: 'NoSchedule', key: 'node.kubernetes.io/unschedulable' }));
    const key = ready === 'Unknown' ? UNREACHABLE : ready === 'False' ? NOT_READY : undefined;
    if (key !== undefined) {
      wanted.push(keep(node, { effect: 'NoSchedule', key }));
      wanted.push(keep(node, { effect: 'NoExecute', key }));
    }
    if (same(wanted, node.spec?.taints ?? [])) return;
    nodes.update({ ...node, spec: { ...node.spec, ...(wanted.length === 0 ? { taints: [] } : { taints: wanted }) } });
  }

  function keep(node: NodeObject, taint: Taint): Taint {
    return (
      node.spec?.taints?.find((each) => each.key === taint.key && each.effect === taint.effect) ?? {
        ...taint,
        timeAdded: sim.timestamp(),
      }
    );
  }

  /** Evicts a pod once what it tolerates is over; calls it off when the taint goes. */
  function plan(pod: PodObject): void {
    const uid = pod.metadata?.uid ?? '';
    const node = nodes.find(pod.spec?.nodeName ?? '');
    const taints = (node?.spec?.taints ?? []).filter((each) => each.effect === 'NoExecute');
    if (taints.length === 0 || pod.metadata?.deletionTimestamp !== undefined) {
      if (doomed.has(uid) && pod.metadata?.deletionTimestamp === undefined)
        evictions.normal(
          pod,
          'TaintManagerEviction',
          `Cancelling deletion of Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
        );
      doomed.get(uid)?.cancel();
      doomed.delete(uid);
      return;
    }
    if (doomed.has(uid)) return;
    let seconds = Number.POSITIVE_INFINITY;
    for (const each of taints) {
      const tolerations = (pod.spec?.tolerations ?? []).filter(
        (toleration) =>
          (toleration.key === undefined || toleration.key === each.key) &&
          (toleration.effect === undefined || toleration.effect === 'NoExecute') &&
          (toleration.operator === 'Exists' || (toleration.value ?? '') === (each.value ?? '')),
      );
      if (tolerations.length === 0) seconds = 0;
      for (const toleration of tolerations)
        if (toleration.tolerationSeconds !== undefined)
          seconds = Math.min(seconds, Math.max(0, toleration.tolerationSeconds));
    }
    if (!Number.isFinite(seconds)) return;
    doomed.set(
      uid,
      sim.schedule(seconds * 1000 + 10, () => {
        doomed.delete(uid);
        const now = pods.find(pod.metadata?.name ?? '', pod.metadata?.namespace);
        if (now?.metadata?.uid !== uid) return;
        evictions.normal(
          now,
          'TaintManagerEviction',
          `Marking for deletion Pod ${now.metadata?.namespace}/${now.metadata?.name}`,
        );
        const time = sim.timestamp();
        const condition = {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'DeletionByTaintManager',
          message: 'Taint manager: deleting due to NoExecute taint',
          lastTransitionTime: time,
        };
        pods.updateStatus({
          ...now,
          status: { ...now.status, conditions: [...(now.status?.conditions ?? []), condition] },
        });
        pods.delete(now.metadata?.name ?? '', now.metadata?.namespace);
      }),
    );
  }

  const stops = [
    nodes.watch((event, previous) => {
      if (event.type !== 'MODIFIED') return;
      if (same(event.object.spec?.taints ?? [], previous?.spec?.taints ?? [])) return;
      const name = event.object.metadata?.name ?? '';
      sim.schedule(5, () => {
        for (const pod of pods.onNode(name)) plan(pod);
      });
    }),
    nodes.watch((event) => {
      if (event.type === 'MODIFIED')
        sim.schedule(20, () => {
          const node = nodes.find(event.object.metadata?.name ?? '');
          if (node !== undefined) taint(node);
        });
    }),
    pods.watch((event, previous) => {
      if (event.type === 'DELETED') {
        const uid = event.object.metadata?.uid ?? '';
        doomed.get(uid)?.cancel();
        doomed.delete(uid);
      } else if (
        (event.type === 'ADDED' || event.type === 'MODIFIED') &&
        event.object.spec?.nodeName !== undefined &&
        previous?.spec?.nodeName === undefined
      ) {
        const pod = event.object;
        sim.schedule(5, () => plan(pod));
      }
    }),
  ];
  monitor.add('all');
  return () => {
    monitor.stop();
    for (const timer of doomed.values()) timer.cancel();
    for (const stop of stops) stop();
  };
};
