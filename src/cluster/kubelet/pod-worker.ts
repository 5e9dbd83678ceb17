import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import { same } from '../api/server.ts';
import { ApiError, type KubeObject, type Pod } from '../api/types.ts';
import type { EventRecorder } from '../controllers/events.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { Network } from '../network/network.ts';
import { ContainerState } from './container-state.ts';
import type { ImageStore } from './images.ts';
import type { ContainerRuntime } from './runtime.ts';
import { MountError, Volume, volumeFiles } from './volumes.ts';

export type PodObject = Pod & KubeObject;

/** What a kubelet gives its pod workers. */
export interface WorkerContext {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly network: Network;
  readonly runtime: ContainerRuntime;
  readonly images: ImageStore;
  readonly recorder: EventRecorder;
  readonly random: Random;
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly nodeNamespace: NetworkNamespace;
  attach(pod: Pod): NetworkNamespace;
  detach(pod: Pod): void;
  /** The worker has nothing left to do. */
  finished(worker: PodWorker): void;
}

/** How often projected volumes are brought up to date (--sync-frequency), in ms. */
const SYNC_PERIOD = 60_000;

/** Runs one pod on its node: sandbox, volumes, init containers, containers, probes, and the end (pkg/kubelet, syncPod). */
export class PodWorker {
  pod: PodObject;
  readonly context: WorkerContext;
  readonly containers: ContainerState[];
  readonly initContainers: ContainerState[];
  network: NetworkNamespace | undefined;
  readonly volumes = new Map<string, Volume>();
  private readonly timers = new Set<Timer>();
  private startTime: string;
  private initialized = false;
  private terminating = false;
  private over = false;
  private statusTimer: Timer | undefined;
  private mountFailures = 0;

  constructor(pod: PodObject, context: WorkerContext) {
    this.pod = pod;
    this.context = context;
    this.startTime = pod.status?.startTime ?? context.sim.timestamp();
    this.containers = (pod.spec?.containers ?? []).map((container) => new ContainerState(this, container, false));
    this.initContainers = (pod.spec?.initContainers ?? []).map(
      (container) => new ContainerState(this, container, true),
    );
    this.initialized = this.initContainers.length === 0;
  }

  get uid(): string {
    return this.pod.metadata?.uid ?? '';
  }

  get isTerminating(): boolean {
    return this.terminating;
  }

  /** Begins: a pod that runs already according to its status (a restored cluster) is adopted rather than started anew. */
  begin(): void {
    if (this.pod.metadata?.deletionTimestamp !== undefined) {
      this.terminate();
      return;
    }
    const adopted = this.pod.status?.phase === 'Running' && this.pod.status.podIP !== undefined;
    if (adopted) {
      this.initialized = true;
      this.network = this.context.attach(this.pod);
      this.mount(() => {
        for (const container of this.containers)
          container.adopt(this.pod.status?.containerStatuses?.find((status) => status.name === container.spec.name));
      });
      return;
    }
    this.publish();
    this.after(this.context.random.between(15, 60), () => {
      this.network = this.context.attach(this.pod);
      this.mount(() => this.startNext());
    });
  }

  /** The pod's object has changed. */
  update(pod: PodObject): void {
    this.pod = pod;
    if (pod.metadata?.deletionTimestamp !== undefined && !this.terminating) {
      this.terminate();
      return;
    }
    for (const container of this.containers) {
      const spec = pod.spec?.containers.find((each) => each.name === container.spec.name);
      if (spec !== undefined) container.updateSpec(spec);
    }
  }

  /** The machine has no power: everything stops at once, and nobody is told. */
  cut(): void {
    this.over = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.statusTimer?.cancel();
    for (const container of [...this.initContainers, ...this.containers]) container.cut();
  }

  /** Runs `run` later, unless the pod is gone by then. */
  after(ms: number, run: () => void): Timer {
    const timer = this.context.sim.schedule(ms, () => {
      this.timers.delete(timer);
      if (!this.over) run();
    });
    this.timers.add(timer);
    return timer;
  }

  container(name: string): ContainerState | undefined {
    return [...this.containers, ...this.initContainers].find((each) => each.spec.name === name);
  }

  /** A container started, ended or changed: goes on with the pod. */
  containerChanged(): void {
    if (this.over) return;
    if (this.terminating) {
      if ([...this.initContainers, ...this.containers].every((each) => !each.isRunning)) this.finish();
      return;
    }
    if (!this.initialized) this.startNext();
    this.publishSoon();
  }

  private mount(done: () => void): void {
    try {
      for (const volume of this.pod.spec?.volumes ?? []) {
        if (this.volumes.has(volume.name)) continue;
        const kind = volume.emptyDir !== undefined ? 'empty' : volume.hostPath !== undefined ? 'host' : 'projected';
        const label = volume.name;
        try {
          this.volumes.set(label, new Volume(kind, volumeFiles(this.context.clients, this.pod, volume)));
        } catch (error) {
          if (!(error instanceof MountError)) throw error;
          throw new MountError(`MountVolume.SetUp failed for volume "${label}" : ${error.message}`);
        }
      }
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.context.recorder.warning(this.pod, 'FailedMount', error.message);
      // nestedpendingoperations: 0.5 s, doubling to about two minutes.
      const delay = Math.min(500 * 2 ** this.mountFailures++, 122_000);
      this.after(delay, () => this.mount(done));
      return;
    }
    if ([...this.volumes.values()].some((volume) => volume.kind === 'projected')) this.refreshVolumes();
    done();
  }

  /** Projected volumes follow their sources on the kubelet's sync, so up to a minute and a half late. */
  private refreshVolumes(): void {
    this.after(SYNC_PERIOD * this.context.random.between(1, 1.5), () => {
      for (const volume of this.pod.spec?.volumes ?? []) {
        const mounted = this.volumes.get(volume.name);
        if (mounted?.kind !== 'projected') continue;
        try {
          const files = volumeFiles(this.context.clients, this.pod, volume);
          if (!same(Object.fromEntries(files), Object.fromEntries(mounted.files))) mounted.replace(files);
        } catch (error) {
          if (!(error instanceof MountError)) throw error;
        }
      }
      this.refreshVolumes();
    });
  }

  /** Init containers one after the other, then all containers. */
  private startNext(): void {
    if (this.terminating) return;
    for (const container of this.initContainers) {
      const sidecar = (container.spec as { restartPolicy?: string }).restartPolicy === 'Always';
      if (container.succeeded || (sidecar && container.isStarted)) continue;
      container.ensure();
      return;
    }
    if (!this.initialized) {
      this.initialized = true;
      this.publishSoon();
    }
    for (const container of this.containers) container.ensure();
  }

  private terminate(): void {
    this.terminating = true;
    const grace =
      (this.pod.metadata?.deletionGracePeriodSeconds ?? this.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
    const running = [...this.containers, ...this.initContainers].filter((each) => each.isRunning);
    for (const container of [...this.containers, ...this.initContainers]) container.beginStop();
    for (const container of running) {
      this.context.recorder.normal(
        this.pod,
        'Killing',
        `Stopping container ${container.spec.name}`,
        `spec.containers{${container.spec.name}}`,
      );
      container.stop(grace);
    }
    this.publishSoon();
    if (running.length === 0) this.after(this.context.random.between(10, 50), () => this.finish());
  }

  private finish(): void {
    if (this.over) return;
    this.publish();
    this.after(this.context.random.between(150, 600), () => {
      this.over = true;
      for (const timer of this.timers) timer.cancel();
      this.context.detach(this.pod);
      const { name = '', namespace, uid } = this.pod.metadata ?? {};
      const pods = this.context.clients.resource<PodObject>('pods');
      const now = pods.find(name, namespace);
      if (now !== undefined && now.metadata?.uid === uid)
        pods.delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid: uid ?? '' } });
      this.context.finished(this);
    });
  }

  publishSoon(): void {
    if (this.over || this.statusTimer !== undefined) return;
    this.statusTimer = this.after(this.context.random.between(4, 20), () => {
      this.statusTimer = undefined;
      this.publish();
    });
  }

  /** Writes the pod's status as it is now. */
  publish(): void {
    const { clients, sim, nodeIP } = this.context;
    const pods = clients.resource<PodObject>('pods');
    const now = pods.find(this.pod.metadata?.name ?? '', this.pod.metadata?.namespace);
    if (now === undefined || now.metadata?.uid !== this.uid) return;
    const time = sim.timestamp();
    const statuses = this.containers.map((container) => container.status(this.initialized));
    const initStatuses = this.initContainers.map((container) => container.status(true));
    const phase = this.phase();
    const ready = !this.terminatedAll() && statuses.length > 0 && statuses.every((status) => status.ready);
    const sandbox = this.network !== undefined && phase !== 'Succeeded' && phase !== 'Failed';
    const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
    const why =
      phase === 'Succeeded'
        ? { reason: 'PodCompleted' }
        : phase === 'Failed'
          ? { reason: 'PodFailed' }
          : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
    const old = now.status?.conditions ?? [];
    const conditions = [
      condition('PodReadyToStartContainers', sandbox),
      condition(
        'Initialized',
        this.initialized,
        this.initialized
          ? {}
          : {
              reason: 'ContainersNotInitialized',
              message: `containers with incomplete status: [${this.initContainers
                .filter((each) => !each.succeeded)
                .map((each) => each.spec.name)
                .join(' ')}]`,
            },
      ),
      condition('Ready', ready, ready ? {} : why),
      condition('ContainersReady', ready, ready ? {} : why),
      ...old.filter((each) => each.type === 'PodScheduled'),
      ...old.filter((each) => each.type === 'DisruptionTarget'),
    ];
    function condition(type: string, value: boolean, extra: { reason?: string; message?: string } = {}) {
      const status = value ? 'True' : 'False';
      const before = old.find((each) => each.type === type);
      return {
        ...extra,
        lastProbeTime: null as unknown as string,
        lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? time) : time,
        status,
        type,
      };
    }
    const ip = this.network?.address;
    const showIP = ip !== undefined && (this.initialized || this.initContainers.some((each) => each.isRunning));
    const status = {
      conditions,
      containerStatuses: statuses,
      hostIP: nodeIP,
      hostIPs: [{ ip: nodeIP }],
      ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
      phase,
      ...(showIP ? { podIP: ip, podIPs: [{ ip }] } : {}),
      qosClass: now.status?.qosClass ?? 'BestEffort',
      startTime: this.startTime,
    };
    if (same(status, now.status)) return;
    try {
      pods.updateStatus({ ...now, status: status as NonNullable<Pod['status']> });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.publishSoon();
    }
  }

  private phase(): string {
    const policy = this.pod.spec?.restartPolicy ?? 'Always';
    if (!this.initialized) {
      if (policy === 'Never' && this.initContainers.some((each) => each.failed)) return 'Failed';
      return 'Pending';
    }
    const ended = this.containers.filter((each) => each.hasEnded);
    if (ended.length === this.containers.length && this.containers.length > 0) {
      if (this.terminating) return this.containers.every((each) => each.succeeded) ? 'Succeeded' : 'Failed';
      if (policy === 'Never') return this.containers.every((each) => each.succeeded) ? 'Succeeded' : 'Failed';
      if (policy === 'OnFailure' && this.containers.every((each) => each.succeeded)) return 'Succeeded';
    }
    return this.containers.some((each) => each.isRunning || each.restarts > 0 || each.hasEnded) ? 'Running' : 'Pending';
  }

  private terminatedAll(): boolean {
    const phase = this.phase();
    return phase === 'Succeeded' || phase === 'Failed';
  }
}
