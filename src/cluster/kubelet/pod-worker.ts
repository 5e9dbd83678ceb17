import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import { same } from '../api/equality.ts';
import { ApiError, type Container, type KubeObject, type Pod } from '../api/types.ts';
import type { EventRecorder } from '../controllers/events.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { Network } from '../network/network.ts';
import { ContainerWorker } from './container.ts';
import type { ImageStore } from './images.ts';
import { podStatus } from './pod-status.ts';
import type { ContainerRuntime } from './runtime.ts';
import { MountError, refersTo, Volume, volumeFiles } from './volumes.ts';

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
  /** `keep`: with the address that its status has, since the pod never stopped. */
  attach(pod: Pod, keep: boolean): NetworkNamespace;
  detach(pod: Pod): void;
  /** The worker has nothing left to do. */
  finished(worker: PodWorker): void;
}

/** How a worker finds its pod: new, running as its status says (a restored cluster), or running when the power went. */
export type Arrival = 'new' | 'restored' | 'rebooted';

/** How often a pod is synced without cause (--sync-frequency), and so how late projected volumes may follow, in ms. */
const SYNC_PERIOD = 60_000;

/** Retries of volumes that cannot be set up (nestedpendingoperations), in ms. */
const MOUNT_FIRST = 500;
const MOUNT_MOST = 122_000;

/** Runs one pod on its node: volumes, sandbox, init containers, containers, probes, and the end (pkg/kubelet, syncPod). */
export class PodWorker {
  pod: PodObject;
  readonly context: WorkerContext;
  readonly containers: readonly ContainerWorker[];
  readonly initContainers: readonly ContainerWorker[];
  network: NetworkNamespace | undefined;
  readonly volumes = new Map<string, Volume>();
  private readonly timers = new Set<Timer>();
  private readonly startTime: string;
  private readonly syncPeriod: number;
  private readonly born: number;
  private initialized = false;
  private terminating = false;
  private over = false;
  private failure: { readonly reason: string; readonly message: string } | undefined;
  private statusTimer: Timer | undefined;
  private refreshTimer: Timer | undefined;
  private stopAt = Number.POSITIVE_INFINITY;
  /** The sandbox of a finished pod is gone; its address stays in the status. */
  private sandboxGone = false;

  constructor(pod: PodObject, context: WorkerContext) {
    this.pod = pod;
    this.context = context;
    this.born = context.sim.now();
    this.startTime = pod.status?.startTime ?? context.sim.timestamp();
    this.syncPeriod = SYNC_PERIOD * context.random.between(1, 1.5);
    this.containers = (pod.spec?.containers ?? []).map((container) => new ContainerWorker(this, container, false));
    this.initContainers = (pod.spec?.initContainers ?? []).map(
      (container) => new ContainerWorker(this, container, true),
    );
    this.initialized = this.initContainers.length === 0;
  }

  get uid(): string {
    return this.pod.metadata?.uid ?? '';
  }

  /** The pod's address; empty before it has one. */
  get address(): string {
    return this.network?.address ?? '';
  }

  begin(arrival: Arrival): void {
    const { context, pod } = this;
    if (pod.metadata?.deletionTimestamp !== undefined) {
      this.terminate();
      return;
    }
    this.limitTime();
    if (arrival === 'restored' && pod.status?.podIP !== undefined) {
      this.network = context.attach(pod, true);
      this.mount(() => this.takeOver('adopt'));
      return;
    }
    const reboots = arrival === 'rebooted' && pod.status?.podIP !== undefined;
    if (!reboots) this.publish();
    this.mount(() =>
      this.after(context.random.between(120, 380), () => {
        this.network = context.attach(pod, false);
        if (reboots) {
          context.recorder.normal(pod, 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
          this.takeOver('resurrect');
        } else this.startNext();
      }),
    );
  }

  /** The kubelet will not run the pod: it fails at once. */
  reject(reason: string, message: string): void {
    this.failure = { reason, message };
    this.context.recorder.warning(this.pod, reason, message);
    this.publish();
    this.end();
  }

  /** Whether a change of the pod's object is anything to the worker: the status is mostly its own writing. */
  concerns(pod: PodObject): boolean {
    const { metadata: before, spec } = this.pod;
    const { metadata: now } = pod;
    return (
      spec !== pod.spec ||
      before?.deletionTimestamp !== now?.deletionTimestamp ||
      before?.deletionGracePeriodSeconds !== now?.deletionGracePeriodSeconds ||
      before?.labels !== now?.labels ||
      before?.annotations !== now?.annotations ||
      (spec?.readinessGates ?? []).length > 0
    );
  }

  /** The pod's object has changed. */
  update(pod: PodObject): void {
    const before = this.pod;
    this.pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
    if (deletionTimestamp !== undefined) {
      if (!this.terminating) this.terminate();
      else if (before.metadata?.deletionGracePeriodSeconds !== deletionGracePeriodSeconds) this.shortenGrace();
      return;
    }
    if (before.spec !== pod.spec) {
      this.updateSpecs(this.containers, pod.spec?.containers);
      this.updateSpecs(this.initContainers, pod.spec?.initContainers);
    }
    const { labels, annotations } = pod.metadata ?? {};
    const relabelled = before.metadata?.labels !== labels || before.metadata?.annotations !== annotations;
    if (relabelled && pod.spec?.volumes?.some((volume) => refersTo(volume, 'downwardAPI', ''))) this.refreshSoon();
    // Somebody else writes readiness gates; Ready follows.
    if ((pod.spec?.readinessGates ?? []).length > 0) this.publishSoon();
  }

  /** A Secret or ConfigMap of the pod's namespace changed: volumes made of it follow at the pod's next sync. */
  sourceChanged(kind: 'secret' | 'configMap', name: string): void {
    if (this.pod.spec?.volumes?.some((volume) => refersTo(volume, kind, name)) === true) this.refreshSoon();
  }

  /** The machine has no power, or the pod is taken away by force: everything stops at once, and nobody is told. */
  cut(): void {
    this.over = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    for (const container of this.all()) container.cut();
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

  container(name: string): ContainerWorker | undefined {
    return this.all().find((each) => each.spec.name === name);
  }

  /** A container started, ended or changed: the pod goes on. */
  containerChanged(): void {
    if (this.over) return;
    if (this.terminating) this.continueStopping();
    else {
      if (!this.initialized) this.startNext();
      if (this.isFinished()) this.settle();
    }
    this.publishSoon();
  }

  /** Writes the status soon; what comes in the meantime goes with it. */
  publishSoon(): void {
    if (this.over || this.statusTimer !== undefined) return;
    this.statusTimer = this.after(this.context.random.between(4, 20), () => {
      this.statusTimer = undefined;
      this.publish();
    });
  }

  private all(): readonly ContainerWorker[] {
    return this.initContainers.length === 0 ? this.containers : [...this.containers, ...this.initContainers];
  }

  private takeOver(how: 'adopt' | 'resurrect'): void {
    const { status } = this.pod;
    const of = (container: ContainerWorker, list: NonNullable<Pod['status']>['containerStatuses']) =>
      container[how](list?.find((each) => each.name === container.spec.name));
    const done = status?.conditions?.some((each) => each.type === 'Initialized' && each.status === 'True') ?? false;
    for (const container of this.initContainers)
      if (how === 'adopt' || container.sidecar || done) of(container, status?.initContainerStatuses);
    this.initialized = this.initContainers.length === 0 || done;
    if (!this.initialized) this.startNext();
    else for (const container of this.containers) of(container, status?.containerStatuses);
    this.publishSoon();
  }

  private updateSpecs(workers: readonly ContainerWorker[], specs: readonly Container[] | undefined): void {
    for (const worker of workers) {
      const spec = specs?.find((each) => each.name === worker.spec.name);
      if (spec !== undefined) worker.updateSpec(spec);
    }
  }

  /** Sets up all volumes, then goes on; tries again for as long as one of them cannot be. */
  private mount(done: () => void, failures = 0): void {
    const { clients, recorder } = this.context;
    for (const spec of this.pod.spec?.volumes ?? []) {
      if (this.volumes.has(spec.name)) continue;
      const kind = spec.emptyDir !== undefined ? 'empty' : spec.hostPath !== undefined ? 'host' : 'projected';
      try {
        this.volumes.set(spec.name, new Volume(kind, volumeFiles(clients, this.pod, spec)));
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        recorder.warning(
          this.pod,
          'FailedMount',
          `MountVolume.SetUp failed for volume "${spec.name}" : ${error.message}`,
        );
        this.after(Math.min(MOUNT_FIRST * 2 ** failures, MOUNT_MOST), () => this.mount(done, failures + 1));
        return;
      }
    }
    done();
  }

  /** Projected volumes follow their sources at the pod's next sync. */
  private refreshSoon(): void {
    if (this.refreshTimer !== undefined || this.over) return;
    const age = this.context.sim.now() - this.born;
    const next = this.syncPeriod - (age % this.syncPeriod);
    this.refreshTimer = this.after(next, () => {
      this.refreshTimer = undefined;
      this.refreshVolumes();
    });
  }

  private refreshVolumes(): void {
    for (const spec of this.pod.spec?.volumes ?? []) {
      const mounted = this.volumes.get(spec.name);
      if (mounted?.kind !== 'projected') continue;
      try {
        const files = volumeFiles(this.context.clients, this.pod, spec)();
        if (!same(Object.fromEntries(files), Object.fromEntries(mounted.files))) mounted.replace(files);
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        const message = `MountVolume.SetUp failed for volume "${spec.name}" : ${error.message}`;
        this.context.recorder.warning(this.pod, 'FailedMount', message);
      }
    }
  }

  /** Init containers one after the other, then all containers. */
  private startNext(): void {
    for (const container of this.initContainers) {
      if (container.sidecar ? container.isStarted : container.succeeded) continue;
      container.ensure();
      return;
    }
    if (!this.initialized) {
      this.initialized = true;
      this.publishSoon();
    }
    for (const container of this.containers) container.ensure();
  }

  /** activeDeadlineSeconds */
  private limitTime(): void {
    const seconds = this.pod.spec?.activeDeadlineSeconds;
    if (seconds === undefined) return;
    const left = Date.parse(this.startTime) + seconds * 1000 - this.context.sim.calendar();
    this.after(Math.max(left, 0), () => {
      if (this.terminating || this.isFinished()) return;
      const message = 'Pod was active on the node longer than the specified deadline';
      this.context.recorder.normal(this.pod, 'DeadlineExceeded', message);
      this.failure = { reason: 'DeadlineExceeded', message };
      this.stopContainers((this.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000);
      this.publishSoon();
    });
  }

  private terminate(): void {
    this.terminating = true;
    const { deletionGracePeriodSeconds, deletionTimestamp } = this.pod.metadata ?? {};
    const grace = (deletionGracePeriodSeconds ?? this.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
    // What is left of the grace, should the kubelet have come late.
    const left = Date.parse(deletionTimestamp ?? '') - this.context.sim.calendar();
    this.stopContainers(Math.max(0, Math.min(grace, Number.isNaN(left) ? grace : left + 1000)));
    this.continueStopping();
  }

  private shortenGrace(): void {
    const grace = (this.pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
    const at = this.context.sim.now() + grace;
    if (at >= this.stopAt) return;
    this.stopAt = at;
    for (const container of this.all()) container.running?.stop(grace);
  }

  private stopContainers(grace: number): void {
    this.stopAt = this.context.sim.now() + grace;
    for (const container of this.all()) container.beginStop();
    for (const container of this.all()) if (!container.sidecar) this.stop(container);
  }

  private stop(container: ContainerWorker): void {
    if (container.running === undefined) return;
    container.event('Normal', 'Killing', `Stopping container ${container.spec.name}`);
    container.stop(Math.max(0, this.stopAt - this.context.sim.now()));
  }

  /** Sidecars end after the containers, the last one first; then the pod is done. */
  private continueStopping(): void {
    if (this.containers.some((each) => each.running !== undefined)) return;
    const left = this.initContainers.filter((each) => each.running !== undefined);
    const last = left.at(-1);
    if (last === undefined) this.finish();
    else if (last.sidecar) this.stop(last);
  }

  /** Containers that are done need no sidecars any more, and no network. */
  private settle(): void {
    const sidecars = this.initContainers.filter((each) => each.running !== undefined);
    if (sidecars.length > 0) {
      this.stopContainers((this.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000);
      for (const sidecar of sidecars.toReversed()) this.stop(sidecar);
      return;
    }
    if (this.sandboxGone) return;
    this.sandboxGone = true;
    this.after(this.context.random.between(300, 900), () => {
      if (!this.terminating) this.context.detach(this.pod);
    });
  }

  private finish(): void {
    this.publish();
    this.after(this.context.random.between(150, 600), () => {
      this.end();
      const { name = '', namespace, uid = '' } = this.pod.metadata ?? {};
      const pods = this.context.clients.resource<PodObject>('pods');
      if (pods.find(name, namespace)?.metadata?.uid === uid)
        pods.delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
    });
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    if (this.network !== undefined && !this.sandboxGone) this.context.detach(this.pod);
    this.context.finished(this);
  }

  /** Writes the status as it is now. */
  private publish(): void {
    const pods = this.context.clients.resource<PodObject>('pods');
    const now = pods.find(this.pod.metadata?.name ?? '', this.pod.metadata?.namespace);
    if (now === undefined || now.metadata?.uid !== this.uid) return;
    const phase = this.phase();
    const over = phase === 'Succeeded' || phase === 'Failed';
    const status = podStatus(
      {
        phase,
        sandbox: this.network !== undefined && !this.sandboxGone && !over,
        initialized: this.initialized,
        containers: this.containers.map((container) => container.status()),
        initContainers: this.initContainers.map((container) => container.status()),
        nodeIP: this.context.nodeIP,
        podIP: this.network?.address,
        startTime: this.startTime,
        failure: this.failure,
      },
      now,
      this.context.sim.timestamp(),
    );
    if (same(status, now.status)) return;
    try {
      pods.updateStatus({ ...now, status });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.publishSoon();
    }
  }

  /** getPhase of pkg/kubelet/kubelet_pods.go */
  private phase(): string {
    if (this.failure !== undefined && this.all().every((each) => each.running === undefined)) return 'Failed';
    const policy = this.pod.spec?.restartPolicy ?? 'Always';
    if (!this.initialized)
      return policy === 'Never' && this.initContainers.some((each) => each.failed) ? 'Failed' : 'Pending';
    if (this.isFinished()) return this.containers.every((each) => each.succeeded) ? 'Succeeded' : 'Failed';
    return this.containers.some((each) => each.running !== undefined || each.restarts > 0 || each.hasEnded)
      ? 'Running'
      : 'Pending';
  }

  /** Whether all containers are done for good. */
  private isFinished(): boolean {
    if (!this.containers.every((each) => each.hasEnded)) return false;
    const policy = this.pod.spec?.restartPolicy ?? 'Always';
    if (this.terminating || policy === 'Never') return true;
    return policy === 'OnFailure' && this.containers.every((each) => each.succeeded);
  }
}
