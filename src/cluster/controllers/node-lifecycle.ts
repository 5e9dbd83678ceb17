import { same } from '../api/equality.ts';
import type { KubeObject, Node, Pod } from '../api/types.ts';
import { type Controller, isReady } from './context.ts';
import { EventRecorder } from './events.ts';
import { WorkQueue } from './workqueue.ts';

type NodeObject = Node & KubeObject;
type PodObject = Pod & KubeObject;
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];
type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

/** How often nodes are looked at, and how long a kubelet may be silent (--node-monitor-period, --node-monitor-grace-period of 1.33), in ms. */
const MONITOR_PERIOD = 5000;
const GRACE_PERIOD = 50_000;

const UNREACHABLE = 'node.kubernetes.io/unreachable';
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Taints that this controller gives and takes; all others are somebody else's. */
const OWN = new Set([UNREACHABLE, NOT_READY, UNSCHEDULABLE]);

/** Conditions that nobody vouches for once the kubelet is silent. */
const KUBELETS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** pkg/controller/nodelifecycle: believes a silent node dead, says so of its pods, and taints it. */
export const nodeLifecycleController: Controller = ({ sim, clients }) => {
  const nodes = clients.resource<NodeObject>('nodes');
  const pods = clients.resource<PodObject>('pods');
  const leases = clients.resource<KubeObject>('leases', 'coordination.k8s.io');
  const recorder = new EventRecorder(sim, clients, 'node-controller');
  /** When each node was last heard of, by this controller's own clock. */
  const heard = new Map<string, { renewed: string; at: number }>();

  const monitor = new WorkQueue(sim, { name: 'node-lifecycle', latency: MONITOR_PERIOD }, () => {
    monitor.add('all');
    for (const node of nodes.list()) look(node);
    for (const node of nodes.list()) taints.add(node.metadata?.name ?? '');
  });

  const taints = new WorkQueue(sim, { name: 'node-lifecycle', latency: 20 }, (name) => {
    const node = nodes.find(name);
    if (node === undefined) heard.delete(name);
    else taint(node);
  });

  function look(node: NodeObject): void {
    const { name = '', uid = name } = node.metadata ?? {};
    const lease = leases.find(name, 'kube-node-lease')?.['spec'] as { renewTime?: string } | undefined;
    const renewed = lease?.renewTime ?? '';
    const before = heard.get(name);
    if (before?.renewed !== renewed) heard.set(name, { renewed, at: sim.now() });
    const silent = sim.now() - (heard.get(name)?.at ?? 0);
    const conditions = node.status?.conditions ?? [];
    const ready = conditions.find((each) => each.type === 'Ready');
    if (silent <= GRACE_PERIOD || ready?.status === 'Unknown') return;
    nodes.updateStatus({ ...node, status: { ...node.status, conditions: unknown(conditions) } });
    if (ready?.status !== 'True') return;
    recorder.normal({ kind: 'Node', name, uid }, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    for (const pod of pods.onNode(name)) markNotReady(pod);
  }

  function unknown(conditions: readonly NodeCondition[]): NodeCondition[] {
    const lastTransitionTime = sim.timestamp();
    const [status, reason, message] = ['Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'];
    return conditions.map((each) =>
      KUBELETS.includes(each.type) ? { ...each, lastTransitionTime, message, reason, status } : each,
    );
  }

  /** MarkPodsNotReady: Endpoints follow from it long before anything is evicted. */
  function markNotReady(pod: PodObject): void {
    if (!isReady(pod)) return;
    const lastTransitionTime = sim.timestamp();
    const conditions = (pod.status?.conditions ?? []).map((each) =>
      each.type === 'Ready' ? { ...each, lastTransitionTime, status: 'False' } : each,
    );
    pods.updateStatus({ ...pod, status: { ...pod.status, conditions } });
    recorder.warning(pod, 'NodeNotReady', 'Node is not ready');
  }

  function taint(node: NodeObject): void {
    const wanted: Taint[] = (node.spec?.taints ?? []).filter((each) => !OWN.has(each.key));
    const add = (key: string, effect: 'NoSchedule' | 'NoExecute') => {
      const old = node.spec?.taints?.find((each) => each.key === key && each.effect === effect);
      wanted.push(old ?? { effect, key, timeAdded: sim.timestamp() });
    };
    if (node.spec?.unschedulable === true) add(UNSCHEDULABLE, 'NoSchedule');
    const key = troubleOf(node);
    if (key !== undefined) {
      add(key, 'NoSchedule');
      // With no node left that is ready the fault is rather here: nothing is evicted (full disruption mode).
      if (nodes.list().some((each) => troubleOf(each) === undefined)) add(key, 'NoExecute');
    }
    if (same(wanted, node.spec?.taints ?? [])) return;
    const { taints: _, ...spec } = node.spec ?? {};
    nodes.update({ ...node, spec: wanted.length === 0 ? spec : { ...spec, taints: wanted } });
  }

  const stop = nodes.watch((event, previous) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
    const { object } = event;
    const changed =
      event.type !== 'MODIFIED' ||
      object.spec?.unschedulable !== previous?.spec?.unschedulable ||
      troubleOf(object) !== (previous === undefined ? undefined : troubleOf(previous));
    if (changed) for (const node of nodes.list()) taints.add(node.metadata?.name ?? '');
  });
  monitor.add('all');
  return () => {
    monitor.stop();
    taints.stop();
    stop();
  };
};

/** The taint that a node's Ready condition calls for. */
function troubleOf(node: Node): string | undefined {
  const ready = node.status?.conditions?.find((each) => each.type === 'Ready')?.status;
  return ready === 'Unknown' ? UNREACHABLE : ready === 'False' ? NOT_READY : undefined;
}
