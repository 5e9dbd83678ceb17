import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import type { KubeObject } from '../api/types.ts';
import { isFinished } from '../controllers/context.ts';
import { EventRecorder } from '../controllers/events.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { ImageStore } from './images.ts';
import { NodeReporter } from './node-reporter.ts';
import { MAX_PODS } from './node-status.ts';
import { type Arrival, type PodObject, PodWorker, type WorkerContext } from './pod-worker.ts';
import type { ContainerRuntime } from './runtime.ts';
import { isMirror, mirrorOf } from './static-pods.ts';

export interface KubeletOptions {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly network: ClusterNetwork;
  readonly runtime: ContainerRuntime;
  readonly flavour: Flavour;
  readonly node: NodeSpec;
  /** Images that are there from the start. */
  readonly preload: readonly string[];
  /** How often the machine was started before. */
  readonly boots?: number;
}

/** The kubelet of one node: runs the pods that are bound to it and says every ten seconds that it is alive. */
export class Kubelet {
  readonly node: NodeSpec;
  readonly images: ImageStore;
  private readonly options: KubeletOptions;
  private readonly recorder: EventRecorder;
  private readonly reporter: NodeReporter;
  private readonly random: Random;
  private readonly workers = new Map<string, PodWorker>();
  private stopWatches: (() => void)[] = [];
  private booting: Timer | undefined;
  /** How often the machine was started. */
  boots: number;
  private on = false;
  private context: WorkerContext | undefined;

  constructor(options: KubeletOptions) {
    this.options = options;
    this.node = options.node;
    this.images = new ImageStore(options.sim, options.runtime);
    this.recorder = new EventRecorder(options.sim, options.clients, 'kubelet', options.node.name);
    this.reporter = new NodeReporter({ ...options, recorder: this.recorder, images: this.images });
    this.random = options.sim.random.stream(`kubelet/${options.node.name}`);
    this.boots = options.boots ?? 0;
    for (const image of options.preload) this.images.preload(image);
  }

  /** Whether the kubelet runs: its machine has power, and has started. */
  get powered(): boolean {
    return this.on;
  }

  /** Begins on a machine that has been running all the time: its pods are taken over as their status says. */
  start(): void {
    this.run('restored');
  }

  /** The machine gets its power back and starts, which takes a few seconds. */
  powerOn(): void {
    if (this.on || this.booting !== undefined) return;
    this.options.network.setPower(this.node.name, true);
    this.booting = this.options.sim.schedule(this.random.between(2500, 4500), () => {
      this.booting = undefined;
      this.boots++;
      this.run('rebooted');
    });
  }

  /** The plug is pulled: containers are gone, nobody is told. */
  powerOff(): void {
    this.booting?.cancel();
    this.booting = undefined;
    this.on = false;
    this.reporter.stop();
    for (const stop of this.stopWatches) stop();
    this.stopWatches = [];
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

  /** The worker of the pod of this uid, while it is here. */
  worker(uid: string): PodWorker | undefined {
    return this.workers.get(uid);
  }

  private run(arrival: Arrival): void {
    const { clients } = this.options;
    this.on = true;
    // Kubelets that run for long are not in step with one another.
    this.reporter.start(this.boots, arrival === 'restored' ? this.random.between(0, 10_000) : 0);
    let known: Arrival = arrival;
    this.stopWatches = [
      this.watchSource('secrets', 'secret'),
      this.watchSource('configmaps', 'configMap'),
      clients.resource<PodObject>('pods').watch(
        (event) => {
          if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
          const pod = event.object;
          if (pod.spec?.nodeName !== this.node.name) return;
          const worker = this.workers.get(pod.metadata?.uid ?? '');
          if (event.type === 'DELETED') {
            if (worker !== undefined) this.drop(worker);
          } else if (worker !== undefined) this.updated(worker, pod);
          else if (!isFinished(pod)) this.begin(pod, known);
        },
        { fieldSelector: `spec.nodeName=${this.node.name}` },
      ),
    ];
    known = 'new';
  }

  private watchSource(plural: string, kind: 'secret' | 'configMap'): () => void {
    return this.options.clients.resource<KubeObject>(plural).watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { name = '', namespace } = event.object.metadata ?? {};
      for (const worker of this.workers.values())
        if (worker.pod.metadata?.namespace === namespace) worker.sourceChanged(kind, name);
    });
  }

  /** The pod of this uid as it is now. */
  private latest(pod: PodObject): PodObject | undefined {
    const { name = '', namespace, uid } = pod.metadata ?? {};
    const found = this.options.clients.resource<PodObject>('pods').find(name, namespace);
    return found?.metadata?.uid === uid ? found : undefined;
  }

  /** The kubelet hears of a change a moment after the write; its own status updates concern nobody. */
  private updated(worker: PodWorker, pod: PodObject): void {
    if (!worker.concerns(pod)) {
      worker.pod = pod;
      return;
    }
    this.options.sim.schedule(1, () => {
      const now = this.latest(pod);
      if (now === undefined || this.workers.get(worker.uid) !== worker) return;
      if (isMirror(now) && now.metadata?.deletionTimestamp !== undefined) this.restoreMirror(now);
      else worker.update(now);
    });
  }

  private begin(pod: PodObject, arrival: Arrival): void {
    const { sim } = this.options;
    this.context ??= this.makeContext();
    const worker = new PodWorker(pod, this.context);
    const full = this.workers.size >= MAX_PODS && arrival === 'new';
    this.workers.set(worker.uid, worker);
    sim.schedule(arrival === 'restored' ? 0 : this.random.between(3, 12), () => {
      if (this.workers.get(worker.uid) !== worker) return;
      const now = this.latest(pod);
      if (now === undefined) {
        this.workers.delete(worker.uid);
        return;
      }
      worker.pod = now;
      if (!full) worker.begin(arrival);
      else
        worker.reject(
          'OutOfpods',
          `Node didn't have enough resource: pods, requested: 1, used: ${MAX_PODS}, capacity: ${MAX_PODS}`,
        );
    });
  }

  /** What all pod workers of this kubelet have in common. */
  private makeContext(): WorkerContext {
    const { sim, clients, network, runtime } = this.options;
    return {
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
      attach: (each, keep) => network.attachPod(each, this.node.name, keep),
      detach: (each) => network.detachPod(each),
      finished: (each) => this.workers.delete(each.uid),
    };
  }

  /** The object is gone though the pod may still run (a forced deletion): stop it at once. */
  private drop(worker: PodWorker): void {
    this.workers.delete(worker.uid);
    worker.cut();
    this.options.network.detachPod(worker.pod);
  }

  /** Deleting the mirror of a static pod changes nothing but the mirror's age. */
  private restoreMirror(pod: PodObject): void {
    const pods = this.options.clients.resource<PodObject>('pods');
    const { name = '', namespace } = pod.metadata ?? {};
    pods.delete(name, namespace, { gracePeriodSeconds: 0 });
    const made = pods.create(mirrorOf(pod));
    if (pod.status !== undefined) pods.updateStatus({ ...made, status: pod.status });
    this.begin(made, 'restored');
  }
}
