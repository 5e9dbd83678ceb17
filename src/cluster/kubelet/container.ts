import type { Timer } from '../../sim/simulation.ts';
import type { Container, ContainerStatus, Pod } from '../api/types.ts';
import { containerStatus } from './container-status.ts';
import { ConfigError, environment, expand } from './environment.ts';
import { goDuration } from './go-duration.ts';
import { ImagePuller } from './image-puller.ts';
import { type LifecycleHook, runHook } from './lifecycle-hooks.ts';
import type { PodWorker } from './pod-worker.ts';
import { ProbeSet } from './probe-set.ts';
import type { ContainerExit, ContainerLog, RunningContainer, StartOptions } from './runtime.ts';

export type ContainerState = NonNullable<ContainerStatus['state']>;
type Terminated = NonNullable<ContainerState['terminated']>;

/** Restart back-off: first, at most, and after so long a good run it starts again (MaxContainerBackOff, backOffPeriod), in ms. */
const BACKOFF_FIRST = 10_000;
const BACKOFF_MOST = 300_000;
const BACKOFF_RESET = 600_000;

/** The least time that a container has to end after its preStop hook (minimumGracePeriodInSeconds), in ms. */
const LEAST_GRACE = 2000;

/** What becomes of a container at the end of a run. */
type Fate = 'restart' | 'done';

/** One container of a pod: its image, its process, its probes, its restarts (pkg/kubelet/kuberuntime). */
export class ContainerWorker {
  spec: Container;
  readonly init: boolean;
  restarts = 0;
  running: RunningContainer | undefined;
  /** The log of the present or last run, and of the one before. */
  log: ContainerLog | undefined;
  previousLog: ContainerLog | undefined;
  state: ContainerState;
  lastState: ContainerState = {};
  imageID = '';
  containerID: string | undefined;
  readonly probes: ProbeSet;
  private readonly worker: PodWorker;
  private readonly puller: ImagePuller;
  private exit: ContainerExit | undefined;
  private fieldPath: string | undefined;
  private busy = false;
  private stopping = false;
  private backoff = 0;
  private startedAt = 0;
  private timers = new Set<Timer>();
  /** Begins the next run of a container that ended, while it waits for that. */
  private nextRun: (() => void) | undefined;

  constructor(worker: PodWorker, spec: Container, init: boolean) {
    this.worker = worker;
    this.spec = spec;
    this.init = init;
    this.probes = new ProbeSet(worker, this);
    const first = (worker.pod.spec?.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
    this.state = { waiting: { reason: first } };
    const container = this;
    this.puller = new ImagePuller({
      context: worker.context,
      get spec() {
        return container.spec;
      },
      event: (type, reason, message) => this.event(type, reason, message),
      after: (ms, run) => this.after(ms, run),
      waiting: (why) => this.wait(why.reason, why.message),
      ready: () => this.after(worker.context.random.between(60, 250), () => this.start()),
    });
  }

  /** An init container that keeps running beside the others. */
  get sidecar(): boolean {
    return this.init && this.spec.restartPolicy === 'Always';
  }

  get isStarted(): boolean {
    return this.running !== undefined && this.state.running !== undefined && this.probes.started;
  }

  get hasEnded(): boolean {
    return this.exit !== undefined && this.running === undefined;
  }

  get succeeded(): boolean {
    return this.hasEnded && this.exit?.exitCode === 0;
  }

  get failed(): boolean {
    return this.hasEnded && this.exit?.exitCode !== 0;
  }

  get waitingReason(): string | undefined {
    return this.state.waiting?.reason;
  }

  /** Where events about the container point. */
  get path(): string {
    this.fieldPath ??= `spec.${this.init ? 'initContainers' : 'containers'}{${this.spec.name}}`;
    return this.fieldPath;
  }

  /** Starts the container unless it runs, is about to, or is done. */
  ensure(): void {
    if (this.busy || this.running !== undefined || this.stopping || this.exit !== undefined) return;
    this.busy = true;
    this.puller.ensure();
  }

  /** Takes over a container that runs, or ended, according to its status, without telling anybody: a restored cluster. */
  adopt(status: ContainerStatus | undefined): void {
    if (status === undefined) {
      this.ensure();
      return;
    }
    this.restarts = status.restartCount;
    this.lastState = status.lastState ?? {};
    this.containerID = status.containerID;
    this.imageID = status.imageID;
    const { terminated, running } = status.state ?? {};
    if (terminated !== undefined) {
      this.state = { terminated };
      this.exit = { exitCode: terminated.exitCode };
    } else if (running !== undefined) {
      this.worker.context.images.preload(this.spec.image ?? '');
      this.start(status);
    } else this.ensure();
  }

  /** The machine went down while the container ran: it starts again, and its status says what happened. */
  resurrect(status: ContainerStatus | undefined): void {
    if (status === undefined) {
      this.ensure();
      return;
    }
    this.restarts = status.restartCount;
    this.lastState = status.lastState ?? {};
    const { terminated, running } = status.state ?? {};
    if (terminated !== undefined && this.fate(terminated.exitCode) === 'done') {
      this.adopt(status);
      return;
    }
    if (running !== undefined) {
      this.restarts++;
      this.lastState = {
        terminated: {
          ...(status.containerID === undefined ? {} : { containerID: status.containerID }),
          exitCode: 255,
          finishedAt: this.worker.context.sim.timestamp(),
          reason: 'Unknown',
          startedAt: running.startedAt ?? '',
        },
      };
    }
    this.ensure();
  }

  /** A changed image restarts the container with it. */
  updateSpec(spec: Container): void {
    const changed = spec.image !== this.spec.image;
    this.spec = spec;
    if (!changed) return;
    this.puller.reset();
    if (this.running === undefined) {
      if (!this.busy) return;
      for (const timer of this.timers) timer.cancel();
      this.timers.clear();
      (this.nextRun ?? (() => this.puller.ensure()))();
      return;
    }
    this.event('Normal', 'Killing', `Container ${spec.name} definition changed, will be restarted`);
    this.running.stop((this.worker.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000);
  }

  /** The pod is going: no new start from here on. What runs goes on until {@link stop}. */
  beginStop(): void {
    this.stopping = true;
    this.probes.stopAllButReadiness();
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  /** preStop, SIGTERM, and SIGKILL `grace` ms after the beginning. */
  stop(grace: number): void {
    const { running } = this;
    if (running === undefined) return;
    const hook: LifecycleHook | undefined = this.spec.lifecycle?.preStop;
    if (hook === undefined || grace === 0) {
      running.stop(grace);
      return;
    }
    const { sim } = this.worker.context;
    const began = sim.now();
    let over = false;
    const go = () => {
      if (over) return;
      over = true;
      running.stop(Math.max(LEAST_GRACE, grace - (sim.now() - began)));
    };
    runHook(hook, this.hookTarget(running), (ok) => {
      if (!ok) this.event('Warning', 'FailedPreStopHook', 'PreStopHook failed');
      go();
    });
    this.worker.after(grace, go);
  }

  /** Gone at once, without a trace. */
  cut(): void {
    this.beginStop();
    this.probes.stop();
    this.running?.destroy();
    this.running = undefined;
  }

  status(): ContainerStatus {
    return containerStatus(this, this.worker.pod);
  }

  /** Ends the present run because a probe or a hook failed; its restart policy decides what comes next. */
  kill(why: string, graceSeconds?: number): void {
    if (this.running === undefined || this.stopping) return;
    this.probes.stop();
    this.event('Normal', 'Killing', why);
    const grace = graceSeconds ?? this.worker.pod.spec?.terminationGracePeriodSeconds ?? 30;
    this.running.stop(grace * 1000);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { recorder } = this.worker.context;
    if (type === 'Normal') recorder.normal(this.worker.pod, reason, message, this.path);
    else recorder.warning(this.worker.pod, reason, message, this.path);
  }

  private after(ms: number, run: () => void): void {
    const timer = this.worker.after(ms, () => {
      this.timers.delete(timer);
      if (!this.stopping) run();
    });
    this.timers.add(timer);
  }

  private wait(reason: string, message: string): void {
    this.state = { waiting: { message, reason } };
    this.worker.publishSoon();
  }

  private hookTarget(running: RunningContainer) {
    return {
      context: this.worker.context,
      container: this.spec,
      running,
      podIP: this.worker.address,
      after: (ms: number, run: () => void) => {
        this.worker.after(ms, run);
      },
    };
  }

  private start(adopted?: ContainerStatus): void {
    const { context, pod } = this.worker;
    const { network } = this.worker;
    if (this.stopping || network === undefined) return;
    let options: StartOptions;
    let ended: ContainerExit | undefined;
    try {
      options = this.startOptions(network, adopted?.state?.running?.startedAt, (exit) => {
        ended = exit;
        this.ended(exit);
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.event('Warning', 'Failed', `Error: ${error.message}`);
      this.wait('CreateContainerConfigError', error.message);
      this.after(context.random.between(10_000, 15_000), () => this.puller.ensure());
      return;
    }
    this.exit = undefined;
    const running = context.runtime.start(options);
    this.busy = false;
    this.imageID = context.images.get(this.spec.image ?? '')?.imageId ?? this.imageID;
    this.containerID = adopted?.containerID ?? running.id;
    this.previousLog = this.log;
    this.log = running.log;
    this.startedAt = context.sim.now();
    if (ended !== undefined) return;
    this.running = running;
    if (adopted === undefined) {
      this.event('Normal', 'Created', `Created container: ${this.spec.name}`);
      this.event('Normal', 'Started', `Started container ${this.spec.name}`);
    }
    const hook = adopted === undefined ? this.spec.lifecycle?.postStart : undefined;
    if (hook === undefined) this.started(pod, adopted);
    else
      runHook(hook, this.hookTarget(running), (ok) => {
        if (this.running !== running) return;
        this.started(pod, undefined);
        if (ok) return;
        this.event('Warning', 'FailedPostStartHook', 'PostStartHook failed');
        this.kill('FailedPostStartHook');
      });
  }

  private startOptions(
    network: StartOptions['network'],
    began: string | undefined,
    onExit: (exit: ContainerExit) => void,
  ): StartOptions {
    const { context, pod, volumes } = this.worker;
    const env = environment(context.clients, pod, this.spec, network.address, began);
    let values: Map<string, string> | undefined;
    const lookup = (name: string) => {
      values ??= new Map(env);
      return values.get(name);
    };
    const { command, args } = this.spec;
    return {
      pod,
      container: {
        ...this.spec,
        ...(command === undefined ? {} : { command: command.map((part) => expand(part, lookup)) }),
        ...(args === undefined ? {} : { args: args.map((part) => expand(part, lookup)) }),
      },
      network,
      env,
      volumes: (this.spec.volumeMounts ?? []).flatMap((mount) => {
        const volume = volumes.get(mount.name);
        if (volume === undefined) return [];
        const { name, mountPath, readOnly = false, subPath, subPathExpr } = mount;
        const path = subPathExpr === undefined ? subPath : expand(subPathExpr, lookup);
        return { name, mountPath, readOnly, ...(path === undefined ? {} : { subPath: path }), volume };
      }),
      restartCount: this.restarts,
      onExit,
    };
  }

  private started(pod: Pod, adopted: ContainerStatus | undefined): void {
    const { sim } = this.worker.context;
    this.state = { running: { startedAt: adopted?.state?.running?.startedAt ?? sim.timestamp() } };
    this.probes.start(pod, adopted);
    this.worker.containerChanged();
  }

  private ended(exit: ContainerExit): void {
    const { sim } = this.worker.context;
    this.probes.stop();
    const begun = this.state.running?.startedAt ?? sim.timestamp();
    this.running = undefined;
    this.busy = false;
    this.exit = exit;
    const terminated = terminatedState(exit, this.containerID, begun, sim.timestamp());
    this.state = { terminated };
    if (exit.startError !== undefined) this.event('Warning', 'Failed', `Error: ${exit.startError}`);
    if (!this.stopping && this.fate(exit.exitCode) === 'restart') this.restart(terminated);
    this.worker.containerChanged();
  }

  /** What the restart policy says (ShouldContainerBeRestarted); an init container that succeeded is done in any case. */
  private fate(exitCode: number): Fate {
    if (this.sidecar) return 'restart';
    const policy = this.worker.pod.spec?.restartPolicy ?? 'Always';
    if (policy === 'Never') return 'done';
    if (this.init || policy === 'OnFailure') return exitCode === 0 ? 'done' : 'restart';
    return 'restart';
  }

  /** At once the first time, then after a back-off that doubles. */
  private restart(terminated: Terminated): void {
    const { context, pod } = this.worker;
    if (context.sim.now() - this.startedAt > BACKOFF_RESET) this.backoff = 0;
    const delay = this.backoff;
    this.backoff = delay === 0 ? BACKOFF_FIRST : Math.min(delay * 2, BACKOFF_MOST);
    this.busy = true;
    const again = () => {
      this.nextRun = undefined;
      this.lastState = { terminated };
      this.restarts++;
      this.exit = undefined;
      this.puller.ensure();
    };
    this.nextRun = again;
    if (delay === 0) {
      this.after(context.random.between(300, 900), again);
      return;
    }
    const name = `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`;
    this.after(context.random.between(900, 2400), () => {
      this.event('Warning', 'BackOff', `Back-off restarting failed container ${this.spec.name} in pod ${name}`);
      this.lastState = { terminated };
      this.wait(
        'CrashLoopBackOff',
        `back-off ${goDuration(delay)} restarting failed container=${this.spec.name} pod=${name}`,
      );
    });
    this.after(delay, again);
  }
}

function terminatedState(
  exit: ContainerExit,
  containerID: string | undefined,
  startedAt: string,
  now: string,
): Terminated {
  const { exitCode, startError } = exit;
  const id = containerID === undefined ? {} : { containerID };
  if (startError !== undefined)
    return {
      ...id,
      exitCode,
      finishedAt: now,
      message: startError,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
    };
  return { ...id, exitCode, finishedAt: now, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt };
}
