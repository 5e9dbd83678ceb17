import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { KubeObject, Node } from '../api/types.ts';
import { EventRecorder } from '../controllers/events.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { ImageStore } from './images.ts';
import { nodeConditions, nodeStatus } from './node-status.ts';
import { type PodObject, PodWorker } from './pod-worker.ts';
import type { ContainerRuntime } from './runtime.ts';

type NodeObject = Node & KubeObject;

/** How often a kubelet renews its lease (a quarter of --node-lease-duration) and posts its status when nothing changed, in ms. */
const LEASE_PERIOD = 10_000;

export interface KubeletOptions {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly network: ClusterNetwork;
  readonly runtime: ContainerRuntime;
  readonly flavour: Flavour;
  readonly node: NodeSpec;
  /** Images that are there from the start: those of the system's pods. */
  readonly preload: readonly string[];
}

/** The kubelet of one node: runs the pods that are bound to it and says every ten seconds that it is alive. */
export class Kubelet {
  readonly node: NodeSpec;
  readonly images: ImageStore;
  private readonly options: KubeletOptions;
  private readonly recorder: EventRecorder;
  private readonly random: Random;
  private readonly workers = new Map<string, PodWorker>();
  private stopWatch: () => void = () => {};
  private heartbeat: Timer | undefined;
  private on = false;

  constructor(options: KubeletOptions) {
    this.options = options;
    this.node = options.node;
    this.images = new ImageStore(options.sim, options.runtime);
    this.recorder = new EventRecorder(options.sim, options.clients, 'kubelet', options.node.name);
    this.random = options.sim.random.stream(`kubelet/${options.node.name}`);
    for (const image of options.preload) this.images.preload(image);
  }

  get powered(): boolean {
    return this.on;
  }

  /** Starts, or starts again after a loss of power. */
  powerOn(): void {
    if (this.on) return;
    this.on = true;
    const { clients, network, node } = { ...this.options, node: this.node };
    network.setPower(node.name, true);
    this.beat();
    this.stopWatch = clients.resource<PodObject>('pods').watch(
      (event) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const pod = event.object;
        if (pod.spec?.nodeName !== node.name) return;
        const uid = pod.metadata?.uid ?? '';
        const worker = this.workers.get(uid);
        if (event.type === 'DELETED') {
          if (worker !== undefined) this.drop(worker);
          return;
        }
        // Never within the write that caused it: the kubelet hears of it a moment later.
        if (worker === undefined) {
          if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
          this.begin(pod);
        } else this.options.sim.schedule(1, () => worker.update(this.latest(pod) ?? pod));
      },
      { fieldSelector: `spec.nodeName=${node.name}` },
    );
  }

  /** The plug is pulled: containers are gone, nobody is told. */
  powerOff(): void {
    if (!this.on) return;
    this.on = false;
    this.stopWatch();
    this.heartbeat?.cancel();
    for (const worker of this.workers.values()) {
      worker.cut();
      this.options.network.detachPod(worker.pod);
    }
    this.workers.clear();
    this.options.network.setPower(this.node.name, false);
  }

  /** Ends for good, without a trace: a cluster that is thrown away. */
  stop(): void {
    this.powerOff();
  }

  worker(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.workers.values())
      if (worker.pod.metadata?.name === name && worker.pod.metadata.namespace === namespace) return worker;
    return undefined;
  }

  private latest(pod: PodObject): PodObject | undefined {
    const found = this.options.clients
      .resource<PodObject>('pods')
      .find(pod.metadata?.name ?? '', pod.metadata?.namespace);
    return found?.metadata?.uid === pod.metadata?.uid ? found : undefined;
  }

  private begin(pod: PodObject): void {
    const { sim, clients, network, runtime } = this.options;
    const worker = new PodWorker(pod, {
      sim,
      clients,
      network,
      runtime,
      images: this.images,
      recorder: this.recorder,
      random: this.random,
      nodeName: this.node.name,
      nodeIP: this.node.internalIP,
      nodeNamespace: network.nodeNamespace(this.node.name),
      attach: (each) => network.attachPod(each, this.node.name),
      detach: (each) => network.detachPod(each),
      finished: (each) => this.workers.delete(each.uid),
    });
    this.workers.set(worker.uid, worker);
    sim.schedule(this.random.between(3, 12), () => {
      if (this.workers.get(worker.uid) !== worker) return;
      const now = this.latest(pod);
      if (now === undefined) {
        this.workers.delete(worker.uid);
        return;
      }
      worker.pod = now;
      worker.begin();
    });
  }

  /** The object is gone though the pod may still run (a forced deletion): stop it at once. */
  private drop(worker: PodWorker): void {
    this.workers.delete(worker.uid);
    worker.cut();
    this.options.network.detachPod(worker.pod);
  }

  private beat(): void {
    const { sim, clients } = this.options;
    const leases = clients.resource<KubeObject>('leases', 'coordination.k8s.io');
    const time = sim.microTimestamp();
    const old = leases.find(this.node.name, 'kube-node-lease');
    const spec = { holderIdentity: this.node.name, leaseDurationSeconds: 40, renewTime: time };
    if (old === undefined)
      leases.create({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: this.node.name, namespace: 'kube-node-lease' },
        spec,
      });
    else leases.update({ ...old, spec });
    this.postStatus();
    this.heartbeat = sim.schedule(LEASE_PERIOD, () => this.beat());
  }

  private postStatus(): void {
    const { sim, clients, flavour } = this.options;
    const nodes = clients.resource<NodeObject>('nodes');
    const node = nodes.find(this.node.name);
    if (node === undefined) return;
    const wasDown =
      node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status !== 'True') ?? true;
    const stale =
      sim.calendar() -
        Date.parse(
          node.status?.conditions?.find((each) => each.type === 'Ready')?.lastHeartbeatTime ?? '1970-01-01T00:00:00Z',
        ) >=
      300_000;
    if (!wasDown && !stale) return;
    const time = sim.timestamp();
    nodes.updateStatus({
      ...node,
      status: {
        ...nodeStatus(this.node, flavour, this.images.list()),
        conditions: nodeConditions(node.status?.conditions ?? [], time),
      },
    });
    if (wasDown)
      this.recorder.normal(
        { kind: 'Node', name: this.node.name, uid: this.node.name },
        'NodeReady',
        `Node ${this.node.name} status is now: NodeReady`,
      );
  }
}
