import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Container } from '../api/types.ts';
import type {
  ContainerExit,
  ContainerLog,
  ContainerRuntime,
  ExecOptions,
  ExecSession,
  LogLine,
  PullResult,
  RunningContainer,
  StartOptions,
} from '../kubelet/runtime.ts';

/** What containers of an image do in tests. */
export interface Behaviour {
  /** Ports it listens on; by default those that the container declares, or 80. */
  readonly listen?: readonly number[];
  /** Ends by itself after so many ms, with `exitCode`. */
  readonly exitAfter?: number;
  readonly exitCode?: number;
  /** How long it takes to end after SIGTERM; undefined: it never does, so that SIGKILL comes. Default 100 ms. */
  readonly stopsAfter?: number | 'never';
  /** Answers GET by path. Default: 200 for everything. */
  readonly status?: (path: string) => number;
  /** Ends an `exec`: its code, and what it prints. Default: 0 and nothing. */
  readonly exec?: (command: readonly string[]) => { readonly code: number; readonly output?: string };
  /** Printed at the start. */
  readonly prints?: readonly string[];
}

export interface FakeRuntimeOptions {
  /** By image, as pods name it. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
}

/** Images that can be pulled without being told of. An image name with `missing` in it does not exist. */
const SIZES: Readonly<Record<string, number>> = { nginx: 72_195_292, busybox: 2_156_518 };

/** A container runtime for tests and measurements: every image is a web server, unless a {@link Behaviour} says otherwise. */
export class FakeRuntime implements ContainerRuntime {
  /** Containers that were started, newest last. */
  readonly started: StartOptions[] = [];
  /** Behaviours may be changed while the cluster runs; containers that run follow. */
  readonly behaviours: Map<string, Behaviour>;
  private readonly sim: Simulation;
  private readonly random: Random;

  constructor(sim: Simulation, options: FakeRuntimeOptions = {}) {
    this.sim = sim;
    this.random = sim.random.stream('fake-runtime');
    this.behaviours = new Map(Object.entries(options.behaviours ?? {}));
  }

  behaviour(image: string): Behaviour {
    return this.behaviours.get(image) ?? {};
  }

  pull(image: string): PullResult {
    if (image.includes('missing'))
      return {
        ok: false,
        message: `failed to pull and unpack image "docker.io/library/${image}:latest": failed to resolve reference "docker.io/library/${image}:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
        durationMs: this.random.between(600, 1200),
      };
    const [name = ''] = (image.split('/').at(-1) ?? '').split(':');
    return {
      ok: true,
      imageId: `docker.io/library/${name}@sha256:${hex(this.sim.random.stream(`image/${image}`))}`,
      sizeBytes: SIZES[name] ?? 20_000_000,
      durationMs: this.random.between(1000, 4000),
    };
  }

  start(options: StartOptions): RunningContainer {
    this.started.push(options);
    return new FakeContainer(this.sim, this, options, `containerd://${hex(this.random)}`);
  }
}

/** The TCP ports that a container declares and those that its probes ask; 80 when there is none. */
function usualPorts({ ports = [], livenessProbe, readinessProbe, startupProbe }: Container): ReadonlySet<number> {
  const found = new Set<number>();
  for (const port of ports) if ((port.protocol ?? 'TCP') === 'TCP') found.add(port.containerPort);
  for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
    if (typeof port === 'number') found.add(port);
  }
  return found.size === 0 ? new Set([80]) : found;
}

function hex(random: Random): string {
  return random.text(64, '0123456789abcdef');
}

class FakeContainer implements RunningContainer {
  readonly id: string;
  readonly log: FakeLog;
  private readonly timers: Timer[] = [];
  private readonly closers: (() => void)[] = [];
  private readonly sim: Simulation;
  private readonly options: StartOptions;
  private readonly runtime: FakeRuntime;
  private over = false;

  constructor(sim: Simulation, runtime: FakeRuntime, options: StartOptions, id: string) {
    this.sim = sim;
    this.runtime = runtime;
    this.options = options;
    this.id = id;
    this.log = new FakeLog(sim);
    const behaviour = this.behaviour;
    for (const line of behaviour.prints ?? []) this.log.write(line);
    if (options.network.place.at === 'pod')
      for (const port of behaviour.listen ?? usualPorts(options.container)) this.listen(port);
    if (behaviour.exitAfter !== undefined)
      this.timers.push(sim.schedule(behaviour.exitAfter, () => this.end({ exitCode: behaviour.exitCode ?? 0 })));
  }

  private get behaviour(): Behaviour {
    return this.runtime.behaviour(this.options.container.image ?? '');
  }

  stop(graceMs: number): void {
    if (this.over) return;
    const { stopsAfter = 100 } = this.behaviour;
    const gentle = stopsAfter !== 'never' && stopsAfter <= graceMs;
    this.timers.push(
      this.sim.schedule(gentle ? stopsAfter : graceMs, () =>
        this.end(gentle ? { exitCode: 0 } : { exitCode: 137, signal: 9 }),
      ),
    );
  }

  destroy(): void {
    this.close();
  }

  exec({ command }: ExecOptions): ExecSession {
    const { code, output = '' } = this.behaviour.exec?.(command) ?? { code: 0 };
    return {
      write: () => {},
      closeInput: () => {},
      resize: () => {},
      signal: () => {},
      detach: () => {},
      onOutput: (listener) => {
        if (output !== '') listener(output, 'stdout');
      },
      onExit: (listener) => {
        this.sim.schedule(5, () => listener(code));
      },
    };
  }

  attach(): { error: string } {
    return { error: 'nothing to attach to' };
  }

  private listen(port: number): void {
    this.closers.push(
      this.options.network.listen({
        protocol: 'TCP',
        address: '0.0.0.0',
        port,
        program: 'nginx',
        serve: (request) => ({
          kind: 'http',
          status: this.behaviour.status?.(request.kind === 'http' ? request.path : '/') ?? 200,
          headers: [['Server', 'nginx']],
          body: this.options.pod.metadata?.name ?? '',
        }),
      }),
    );
  }

  private end(exit: ContainerExit): void {
    if (this.over) return;
    this.close();
    this.options.onExit(exit);
  }

  private close(): void {
    this.over = true;
    for (const timer of this.timers) timer.cancel();
    for (const close of this.closers) close();
    this.log.end();
  }
}

class FakeLog implements ContainerLog {
  readonly lines: LogLine[] = [];
  private readonly listeners = new Set<(line: LogLine | undefined) => void>();
  private readonly sim: Simulation;

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  write(text: string): void {
    const line: LogLine = { at: this.sim.now(), stream: 'stdout', text };
    this.lines.push(line);
    for (const listener of this.listeners) listener(line);
  }

  end(): void {
    for (const listener of this.listeners) listener(undefined);
    this.listeners.clear();
  }

  follow(listener: (line: LogLine | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
