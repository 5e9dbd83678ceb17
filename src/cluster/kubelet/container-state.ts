import type { Timer } from '../../sim/simulation.ts';
import type { Container, ContainerStatus } from '../api/types.ts';
import { ConfigError, environment, expand } from './environment.ts';
import { goDuration } from './go-duration.ts';
import type { PodWorker } from './pod-worker.ts';
import { ProbeWorker } from './probe.ts';
import type { ContainerExit, ContainerLog, RunningContainer } from './runtime.ts';

type State = NonNullable<ContainerStatus['state']>;

/** Restart and pull back-off: first, and at most; after so long a good run it starts again (pkg/kubelet/kubelet.go). */
const BACKOFF_FIRST = 10_000;
const BACKOFF_MOST = 300_000;
const BACKOFF_RESET = 600_000;

/** One container of a pod: pulled, started, probed, restarted. */
export class ContainerState {
  spec: Container;
  restarts = 0;
  running: RunningContainer | undefined;
  /** The log of the run before this one, for `logs --previous`. */
  previousLog: ContainerLog | undefined;
  lastLog: ContainerLog | undefined;
  private state: State = { waiting: { reason: 'ContainerCreating' } };
  private lastState: State = {};
  private imageID = '';
  private containerID: string | undefined;
  private readyByProbe = false;
  private startedByProbe = false;
  private probes: ProbeWorker[] = [];
  private busy = false;
  private backoff = 0;
  private pullBackoff = 0;
  private startedAt = 0;
  private exit: ContainerExit | undefined;
  private stopping = false;
  private readonly worker: PodWorker;
  private readonly init: boolean;

  constructor(worker: PodWorker, spec: Container, init: boolean) {
    this.worker = worker;
    this.spec = spec;
    this.init = init;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  get isStarted(): boolean {
    return this.running !== undefined && this.startedByProbe;
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

  private get path(): string {
    return `spec.${this.init ? 'initContainers' : 'containers'}{${this.spec.name}}`;
  }

  /** Starts the container unless it runs, waits or is done. */
  ensure(): void {
    if (this.busy || this.running !== undefined || this.stopping || this.exit !== undefined) return;
    this.busy = true;
    this.prepareImage();
  }

  /** Takes over a container that runs according to its status, without telling anybody. */
  adopt(status: ContainerStatus | undefined): void {
    this.restarts = status?.restartCount ?? 0;
    this.lastState = status?.lastState ?? {};
    if (status?.state?.running === undefined) {
      this.ensure();
      return;
    }
    this.worker.context.images.preload(this.spec.image ?? '');
    this.busy = true;
    this.start(status);
  }

  /** A changed image restarts the container with it. */
  updateSpec(spec: Container): void {
    if (spec.image === this.spec.image) {
      this.spec = spec;
      return;
    }
    this.spec = spec;
    if (this.running === undefined) return;
    this.worker.context.recorder.normal(
      this.worker.pod,
      'Killing',
      `Container ${spec.name} definition changed, will be restarted`,
      this.path,
    );
    this.running.stop(30_000);
  }

  /** No new start from here on: the pod is going. */
  beginStop(): void {
    this.stopping = true;
    for (const probe of this.probes) probe.stop();
    this.probes = [];
  }

  /** preStop, SIGTERM, and SIGKILL after `grace` ms. */
  stop(grace: number): void {
    const hook = this.spec.lifecycle?.preStop;
    const sleepSeconds = (hook as { sleep?: { seconds: number } } | undefined)?.sleep?.seconds;
    const running = this.running;
    if (running === undefined) return;
    if (hook?.exec !== undefined) {
      const session = running.exec({ command: hook.exec.command ?? [], stdin: false, tty: false });
      if (!('error' in session)) {
        const began = this.worker.context.sim.now();
        let done = false;
        const go = () => {
          if (done) return;
          done = true;
          running.stop(Math.max(2000, grace - (this.worker.context.sim.now() - began)));
        };
        session.onExit(go);
        this.worker.after(grace, go);
        return;
      }
    }
    if (sleepSeconds !== undefined) {
      this.worker.after(Math.min(sleepSeconds * 1000, grace), () =>
        running.stop(Math.max(2000, grace - sleepSeconds * 1000)),
      );
      return;
    }
    running.stop(grace);
  }

  cut(): void {
    this.beginStop();
    this.running?.destroy();
    this.running = undefined;
  }

  status(initialized: boolean): ContainerStatus {
    const waitingForInit = !this.init && !initialized;
    const state: State = waitingForInit ? { waiting: { reason: 'PodInitializing' } } : this.state;
    const ready = this.init
      ? this.succeeded || this.isStarted
      : this.running !== undefined && this.readyByProbe && !this.stopping;
    return {
      ...(this.containerID === undefined ? {} : { containerID: this.containerID }),
      image: this.imageName(),
      imageID: this.imageID,
      lastState: this.lastState,
      name: this.spec.name,
      ready,
      restartCount: this.restarts,
      started: this.running !== undefined && this.startedByProbe,
      state,
    };
  }

  private imageName(): string {
    const image = this.spec.image ?? '';
    if (this.containerID === undefined) return image;
    const [first = ''] = image.split('/');
    const named = image.includes('/')
      ? first.includes('.') || first.includes(':')
        ? image
        : `docker.io/${image}`
      : `docker.io/library/${image}`;
    return /:[^/]+$|@/.test(named) ? named : `${named}:latest`;
  }

  private prepareImage(): void {
    const { images, recorder } = this.worker.context;
    const image = this.spec.image ?? '';
    const policy = this.spec.imagePullPolicy ?? 'IfNotPresent';
    if (!/^[a-z0-9][\w.\-/:@]*$/.test(image)) {
      this.wait(
        'InvalidImageName',
        `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format${image === image.toLowerCase() ? '' : ': repository name must be lowercase'}`,
      );
      recorder.warning(
        this.worker.pod,
        'InspectFailed',
        `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
        this.path,
      );
      recorder.warning(this.worker.pod, 'Failed', 'Error: InvalidImageName', this.path);
      return;
    }
    if (policy === 'Never' && !images.has(image)) {
      recorder.warning(
        this.worker.pod,
        'ErrImageNeverPull',
        `Container image "${image}" is not present with pull policy of Never`,
        this.path,
      );
      recorder.warning(this.worker.pod, 'Failed', 'Error: ErrImageNeverPull', this.path);
      this.wait('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`);
      return;
    }
    if (policy === 'IfNotPresent' && images.has(image)) {
      recorder.normal(this.worker.pod, 'Pulled', `Container image "${image}" already present on machine`, this.path);
      this.startSoon();
      return;
    }
    recorder.normal(this.worker.pod, 'Pulling', `Pulling image "${image}"`, this.path);
    images.pull(image, (result, duration) => {
      if (this.stopping) return;
      if (result.ok) {
        const took = goDuration(Math.round(duration));
        recorder.normal(
          this.worker.pod,
          'Pulled',
          `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.sizeBytes} bytes.`,
          this.path,
        );
        this.pullBackoff = 0;
        this.startSoon();
        return;
      }
      recorder.warning(this.worker.pod, 'Failed', `Failed to pull image "${image}": ${result.message}`, this.path);
      recorder.warning(this.worker.pod, 'Failed', 'Error: ErrImagePull', this.path);
      this.state = { waiting: { reason: 'ErrImagePull', message: result.message } };
      this.worker.publishSoon();
      this.pullBackoff = this.pullBackoff === 0 ? BACKOFF_FIRST : Math.min(this.pullBackoff * 2, BACKOFF_MOST);
      this.worker.after(Math.min(1500, this.pullBackoff / 2), () => {
        const message = `Back-off pulling image "${image}": ErrImagePull: ${result.message}`;
        recorder.normal(this.worker.pod, 'BackOff', `Back-off pulling image "${image}"`, this.path);
        recorder.warning(this.worker.pod, 'Failed', 'Error: ImagePullBackOff', this.path);
        this.state = { waiting: { reason: 'ImagePullBackOff', message } };
        this.worker.publishSoon();
        this.worker.after(this.pullBackoff, () => this.prepareImage());
      });
    });
  }

  private wait(reason: string, message: string): void {
    this.state = { waiting: { reason, message } };
    this.worker.publishSoon();
    this.worker.after(BACKOFF_FIRST, () => this.prepareImage());
  }

  private startSoon(): void {
    // Creating a container takes a moment: the sandbox's network, the file system, the first process.
    this.worker.after(this.worker.context.random.between(120, 420), () => this.start());
  }

  private start(adopted?: ContainerStatus): void {
    if (this.stopping) return;
    const { context, pod } = this.worker;
    const network = this.worker.network;
    if (network === undefined) return;
    let env: (readonly [string, string])[];
    try {
      env = environment(context.clients, pod, this.spec);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      context.recorder.warning(pod, 'Failed', `Error: ${error.message}`, this.path);
      this.state = { waiting: { reason: 'CreateContainerConfigError', message: error.message } };
      this.worker.publishSoon();
      this.worker.after(10_000, () => this.start());
      return;
    }
    const lookup = (name: string) => env.find(([key]) => key === name)?.[1];
    const spec: Container = {
      ...this.spec,
      ...(this.spec.command === undefined ? {} : { command: this.spec.command.map((part) => expand(part, lookup)) }),
      ...(this.spec.args === undefined ? {} : { args: this.spec.args.map((part) => expand(part, lookup)) }),
    };
    this.exit = undefined;
    let ended: ContainerExit | undefined;
    const running = context.runtime.start({
      pod,
      container: spec,
      network,
      env,
      volumes: (this.spec.volumeMounts ?? []).flatMap((mount) => {
        const volume = this.worker.volumes.get(mount.name);
        return volume === undefined
          ? []
          : [
              {
                name: mount.name,
                mountPath: mount.mountPath,
                readOnly: mount.readOnly ?? false,
                ...(mount.subPath === undefined ? {} : { subPath: mount.subPath }),
                volume,
              },
            ];
      }),
      restartCount: this.restarts,
      onExit: (exit) => {
        ended = exit;
        this.ended(exit);
      },
    });
    this.busy = false;
    this.imageID = context.images.get(this.spec.image ?? '')?.imageId ?? '';
    this.containerID = running.id;
    this.previousLog = this.lastLog;
    this.lastLog = running.log;
    if (ended !== undefined) return;
    this.running = running;
    this.startedAt = context.sim.now();
    this.state = { running: { startedAt: adopted?.state?.running?.startedAt ?? context.sim.timestamp() } };
    if (adopted === undefined) {
      context.recorder.normal(pod, 'Created', `Created container: ${this.spec.name}`, this.path);
      context.recorder.normal(pod, 'Started', `Started container ${this.spec.name}`, this.path);
    }
    this.startedByProbe = this.spec.startupProbe === undefined;
    this.readyByProbe = adopted?.ready ?? (this.spec.readinessProbe === undefined && this.startedByProbe);
    const post = this.spec.lifecycle?.postStart?.exec;
    if (post !== undefined && adopted === undefined)
      running.exec({ command: post.command ?? [], stdin: false, tty: false });
    this.watch();
    this.worker.containerChanged();
  }

  private watch(): void {
    for (const probe of this.probes) probe.stop();
    this.probes = [];
    const { context, pod } = this.worker;
    const { startupProbe, livenessProbe, readinessProbe } = this.spec;
    const target = {
      sim: context.sim,
      network: context.network,
      node: context.nodeNamespace,
      random: context.random,
      pod,
      container: this.spec,
      running: () => this.running,
      podIP: () => this.worker.network?.address ?? '',
    };
    const unhealthy = (message: string) => context.recorder.warning(this.worker.pod, 'Unhealthy', message, this.path);
    const begin = () => {
      if (livenessProbe !== undefined)
        this.probes.push(
          new ProbeWorker(
            target,
            'Liveness',
            livenessProbe,
            (ok) => {
              if (!ok) this.kill('liveness');
            },
            unhealthy,
          ),
        );
      if (readinessProbe !== undefined)
        this.probes.push(
          new ProbeWorker(
            target,
            'Readiness',
            readinessProbe,
            (ok) => {
              if (this.readyByProbe === ok) return;
              this.readyByProbe = ok;
              this.worker.publishSoon();
            },
            unhealthy,
          ),
        );
      else this.readyByProbe = true;
    };
    if (startupProbe === undefined) {
      begin();
      return;
    }
    const startup = new ProbeWorker(
      target,
      'Startup',
      startupProbe,
      (ok) => {
        if (this.startedByProbe) return;
        if (!ok) {
          this.kill('startup');
          return;
        }
        this.startedByProbe = true;
        startup.stop();
        begin();
        this.worker.containerChanged();
      },
      unhealthy,
    );
    this.probes.push(startup);
  }

  private kill(kind: 'liveness' | 'startup'): void {
    if (this.running === undefined || this.stopping) return;
    for (const probe of this.probes) probe.stop();
    this.probes = [];
    this.worker.context.recorder.normal(
      this.worker.pod,
      'Killing',
      `Container ${this.spec.name} failed ${kind} probe, will be restarted`,
      this.path,
    );
    this.running.stop((this.worker.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000);
  }

  private ended(exit: ContainerExit): void {
    const { context, pod } = this.worker;
    const { sim } = context;
    for (const probe of this.probes) probe.stop();
    this.probes = [];
    this.running = undefined;
    this.busy = false;
    this.exit = exit;
    this.readyByProbe = false;
    this.startedByProbe = false;
    const begun = this.state.running?.startedAt ?? null;
    const terminated = {
      ...(this.containerID === undefined ? {} : { containerID: this.containerID }),
      exitCode: exit.exitCode,
      finishedAt: sim.timestamp(),
      ...(exit.startError === undefined ? {} : { message: exit.startError }),
      reason:
        exit.startError !== undefined
          ? 'StartError'
          : exit.exitCode === 0
            ? 'Completed'
            : exit.exitCode === 137 && exit.signal === undefined
              ? 'OOMKilled'
              : 'Error',
      startedAt: (exit.startError === undefined ? begun : '1970-01-01T00:00:00Z') as string,
    };
    this.state = { terminated };
    if (exit.startError !== undefined) context.recorder.warning(pod, 'Failed', `Error: ${exit.startError}`, this.path);
    const policy =
      (this.spec as { restartPolicy?: string }).restartPolicy === 'Always'
        ? 'Always'
        : (pod.spec?.restartPolicy ?? 'Always');
    const again =
      !this.stopping &&
      (this.init && policy !== 'Always'
        ? exit.exitCode !== 0 && policy !== 'Never'
        : policy === 'Always'
          ? !(this.init && exit.exitCode === 0 && (this.spec as { restartPolicy?: string }).restartPolicy !== 'Always')
          : policy === 'OnFailure' && exit.exitCode !== 0);
    if (again) this.restart(terminated);
    this.worker.containerChanged();
  }

  /** At once the first time, then after a back-off that doubles. */
  private restart(terminated: NonNullable<State['terminated']>): void {
    const { context, pod } = this.worker;
    const ran = context.sim.now() - this.startedAt;
    if (this.startedAt > 0 && ran > BACKOFF_RESET) this.backoff = 0;
    const delay = this.backoff;
    this.backoff = this.backoff === 0 ? BACKOFF_FIRST : Math.min(this.backoff * 2, BACKOFF_MOST);
    const go = () => {
      if (this.stopping) return;
      this.lastState = { terminated };
      this.restarts++;
      this.exit = undefined;
      this.busy = true;
      this.prepareImage();
    };
    if (delay === 0) {
      this.worker.after(context.random.between(300, 900), go);
      return;
    }
    const name = `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`;
    let notice: Timer | undefined;
    const complain = () => {
      context.recorder.warning(
        pod,
        'BackOff',
        `Back-off restarting failed container ${this.spec.name} in pod ${name}`,
        this.path,
      );
      this.lastState = { terminated };
      this.state = {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off ${goDuration(delay)} restarting failed container=${this.spec.name} pod=${name}`,
        },
      };
      this.worker.publishSoon();
    };
    notice = this.worker.after(1000, complain);
    this.worker.after(delay, () => {
      notice?.cancel();
      go();
    });
  }
}
