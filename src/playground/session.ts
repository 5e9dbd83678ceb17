import { ApiError, type EndpointSlice, type KubeObject, type Service } from '../cluster/api/types.ts';
import { type Cluster, type ClusterSnapshot, createCluster } from '../cluster/cluster.ts';
import { nodeConnector } from '../cluster/kubelet/connector.ts';
import type { ClusterNetwork } from '../cluster/network/cluster-network.ts';
import type { Fix } from '../cluster/network/fixes/fix.ts';
import type { Trace } from '../cluster/network/trace.ts';
import { createRuntime, shellProgram } from '../images/runtime.ts';
import type { CommandRecord, Observed } from '../lessons/conditions.ts';
import { filesAt, type LessonContent } from '../lessons/content.ts';
import type { Lesson } from '../lessons/format.ts';
import { LessonProgress, type SavedProgress } from '../lessons/progress.ts';
import { Computer } from '../machines/computer.ts';
import { CLUSTER_RECORDS } from '../machines/dns-source.ts';
import type { ServiceKey, World } from '../machines/machine.ts';
import { type FsSnapshot, MemoryFs } from '../machines/memory-fs.ts';
import { POWER } from '../machines/power.ts';
import type { Input, Output, ProgramEntry } from '../machines/process.ts';
import { ControlFlow } from '../machines/shell/flow.ts';
import { COMMANDS } from '../machines/shell/observer.ts';
import { Shell } from '../machines/shell/shell.ts';
import { EMPTY_INPUT } from '../machines/streams.ts';
import type { EngineSnapshot } from '../programs/docker/engine.ts';
import { DOCKER } from '../programs/docker/service.ts';
import { type Request, WHY, type WhyService } from '../programs/hopscope/attempt.ts';
import { KUBERNETES, type KubeApi } from '../programs/kubectl/api.ts';
import { ONLY_IN_IMAGES, PROGRAMS } from '../programs/registry.ts';
import { Driver } from '../sim/driver.ts';
import { outside, sleep } from '../sim/routine.ts';
import { Simulation } from '../sim/simulation.ts';
import { DockerHosts } from './docker-hosts.ts';
import { LAPTOP_HOME, laptopLayer, NODE_HOME, nodeLayer } from './machine-files.ts';

export interface SessionOptions {
  readonly cluster?: string;
  readonly seed?: number;
  /** Calendar time of virtual time 0, in ms since 1970. */
  readonly epoch?: number;
  readonly lesson?: LessonContent;
  /** The step to begin at, in a lesson whose steps have starts of their own; else the first. */
  readonly step?: string;
  readonly saved?: SavedSession;
  /** Another API for kubectl: a real cluster's. */
  readonly api?: KubeApi;
  /** How long a read takes on its way to the API server and back, in virtual ms; a write always takes 12. Default: 12. */
  readonly wayToApi?: number;
}

/** Everything that a session needs to go on after a reload. Plain JSON. */
export interface SavedSession {
  readonly format: 1;
  readonly cluster: string;
  readonly seed: number;
  readonly epoch: number;
  readonly snapshot: ClusterSnapshot;
  readonly laptop: FsSnapshot;
  /** Containers of plain Docker hosts, by host. */
  readonly docker?: Readonly<Record<string, EngineSnapshot>>;
  readonly lesson?: { readonly slug: string; readonly progress: SavedProgress };
  /** How the current step began, to go back there. Missing in what older versions kept. */
  readonly beginning?: { readonly step: string; readonly state: SavedState };
  /** The step whose own start this cluster had. */
  readonly begun?: string;
}

/** The cluster and the laptop's files at one moment. */
export type SavedState = Omit<SavedSession, 'lesson' | 'beginning' | 'begun'>;

/** A line that was entered at a prompt. */
export interface TypedLine {
  /** The step that was to do then. */
  readonly step: string | undefined;
  readonly machine: string;
  readonly line: string;
  /** Undefined while it runs, and when it was interrupted. */
  status: number | undefined;
}

/** What the system's pods need to be at work, in virtual ms: the cluster itself starts at rest. */
const WARM_UP = 3000;
/** The way to the API server and back, in virtual ms. */
const WAY_TO_API = 12;
/** How often a lesson looks whether something has changed, in virtual ms. */
const LOOK = 120;
/** Commands and traces kept for a step's checks. */
const KEPT = 2000;

/** A cluster, the laptop and the nodes as machines, and a lesson: what the page and the command line talk to. */
export class Session {
  readonly sim: Simulation;
  readonly cluster: Cluster;
  readonly laptop: Computer;
  world!: World;
  readonly flavour: string;
  /** The way through the lesson; another object after {@link revise}. */
  progress: LessonProgress | undefined;
  readonly docker: DockerHosts;
  /** Called when a lesson's state may have changed. */
  onProgress: () => void = () => {};
  /** Called when containers of a plain Docker host come, go or change. */
  onDocker: () => void = () => {};
  onCommand: (record: CommandRecord) => void = () => {};
  onCommandStart: (machine: string, line: string) => void = () => {};
  private readonly nodes = new Map<string, Computer>();
  private readonly containers = new Map<string, Computer>();
  private readonly services = new Map<string, unknown>();
  private commands: CommandRecord[] = [];
  /** The last few commands, whatever step of a lesson they belong to. */
  private history: readonly CommandRecord[] = [];
  private traces: Trace[] = [];
  /** The lines that were entered at prompts, oldest first. */
  readonly typed: TypedLine[] = [];
  /** How the steps began, as far as this session has seen it. */
  private readonly beginnings = new Map<string, SavedState>();
  /** The step whose own start this cluster had; undefined in lessons that have one for all. */
  readonly begun: string | undefined;
  private lookPending = false;
  private quiet = true;
  private hash = 0x811c9dc5;
  private readonly seed: number;

  constructor(options: SessionOptions = {}) {
    const { saved } = options;
    this.flavour = saved?.cluster ?? options.cluster ?? options.lesson?.lesson.cluster ?? 'gce';
    this.seed = saved?.seed ?? options.seed ?? 1;
    this.sim = new Simulation({
      seed: this.seed,
      ...(saved === undefined
        ? options.epoch === undefined
          ? {}
          : { epoch: options.epoch }
        : { epoch: saved.epoch, startAt: saved.snapshot.at }),
    });
    this.sim.onLog((entry) => {
      for (const char of `${entry.at}${entry.source}${entry.text}`)
        this.hash = Math.imul(this.hash ^ char.charCodeAt(0), 0x01000193);
    });
    const programs = [...PROGRAMS, ...shells()];
    const makeRuntime = () =>
      createRuntime({
        world: () => this.world,
        programs: [...programs, ...ONLY_IN_IMAGES],
        onMachine: (machine, running) => {
          if (running) this.containers.set(machine.id, machine);
          else this.containers.delete(machine.id);
        },
      });
    this.cluster = createCluster({
      sim: this.sim,
      flavour: this.flavour,
      runtime: (network) => {
        this.world = this.makeWorld(network);
        return makeRuntime();
      },
      ...(saved === undefined ? {} : { snapshot: saved.snapshot }),
    });
    const steps = options.lesson?.lesson.steps ?? [];
    const first = steps.find(({ id }) => id === options.step) ?? steps[0];
    this.begun = saved === undefined ? (first?.start === undefined ? undefined : first.id) : saved.begun;
    this.cluster.api.nodes = nodeConnector(() => this.cluster);
    this.provideServices(options.api, options.wayToApi ?? WAY_TO_API);
    this.laptop = this.makeLaptop(programs, options, saved);
    for (const node of this.cluster.nodes) this.nodes.set(node.name, this.makeNode(node.name, programs));
    this.docker = new DockerHosts({
      sim: this.sim,
      hosts: this.cluster.network.dockerHosts,
      runtime: makeRuntime(),
      world: this.world,
      programs,
      changed: () => {
        this.onDocker();
        this.lookSoon();
      },
      ...(saved?.docker === undefined ? {} : { saved: saved.docker }),
    });
    this.services.set(DOCKER.name, (host: string) => this.docker.engine(host));
    this.progress =
      options.lesson === undefined ? undefined : new LessonProgress(options.lesson.lesson, saved?.lesson?.progress);
    if (saved === undefined && this.begun !== undefined) this.progress?.reset(this.begun);
    if (saved?.beginning !== undefined) this.beginnings.set(saved.beginning.step, saved.beginning.state);
    this.cluster.network.onTrace((trace) => {
      if (this.quiet) return;
      this.traces.push(trace);
      if (this.traces.length > KEPT) this.traces.splice(0, KEPT / 2);
      this.lookSoon();
    });
    for (const kind of this.cluster.api.kinds)
      this.cluster.api.shelf(kind.plural, kind.group).subscribe(() => {
        if (kind.kind !== 'Event' && kind.kind !== 'Lease') this.lookSoon();
      });
    // The cluster has been running for a while when the learner comes.
    if (saved === undefined) this.warmUp();
    else this.quiet = false;
  }

  private warm = 0;
  private cel: ((expression: string) => boolean) | undefined;

  /** Lets the cluster's own containers start; programs that load in the meantime are waited for in {@link ready}. */
  private warmUp(): void {
    this.warm = this.sim.now() + WARM_UP;
    this.sim.runUntil(this.warm);
  }

  /** Finishes what needs loading, and the lesson's unseen setup. Call once before anything else. */
  async ready(setup?: string): Promise<void> {
    while (this.sim.now() < this.warm) {
      await settled(this.sim);
      this.sim.runUntil(this.warm);
    }
    await this.loadCel();
    const restored = !this.quiet;
    if (setup !== undefined && setup !== '') await this.script(setup);
    this.quiet = false;
    this.startObservation();
    if (!restored) this.keepBeginning();
    // What holds already is seen at once, not only after the next command.
    this.look();
  }

  /** Expressions are rare: what reads them is loaded for lessons that have some. */
  private async loadCel(): Promise<void> {
    if (this.progress === undefined || !JSON.stringify(this.progress.lesson).includes('"cel":')) return;
    const { celHolds } = await import('../lessons/cel.ts');
    const { kinds } = this.cluster.api;
    this.cel = (expression) =>
      celHolds(expression, (name) => {
        if (name === 'containers') return this.docker.objects();
        const kind = kinds.find((each) => each.plural === name);
        return kind === undefined ? [] : this.cluster.clients.resource<KubeObject>(kind.plural, kind.group).list();
      });
  }

  /** The machine of an id: `laptop`, `node/NAME`, `pod/NAMESPACE/NAME`, or a node's name. */
  machine(id: string): Computer | undefined {
    if (id === 'laptop') return this.laptop;
    return (
      this.nodes.get(id.replace(/^node\//, '')) ??
      this.docker.machine(id.replace(/^docker\//, '')) ??
      this.containers.get(id)
    );
  }

  /** Every machine that runs: the laptop, the nodes, the containers. */
  machines(): Computer[] {
    return [this.laptop, ...this.nodes.values(), ...this.containers.values()];
  }

  /** Fingerprint of everything that has happened: equal for equal seeds and inputs. */
  fingerprint(): string {
    return (this.hash >>> 0).toString(16);
  }

  /** Runs a script on the laptop as fast as possible, and gives what it printed. */
  async script(
    source: string,
    streams: {
      stdin?: Input;
      stdout?: Output;
      stderr?: Output;
      speed?: number;
      /** Virtual milliseconds after which Ctrl-C is pressed, and a second later the plug pulled. */
      limit?: number;
    } = {},
  ): Promise<{ status: number; output: string }> {
    let output = '';
    const collect: Output = {
      tty: false,
      *write(text) {
        output += text;
      },
      close() {},
    };
    const process = this.laptop.start({
      argv: ['bash'],
      env: this.laptop.env,
      stdin: streams.stdin ?? EMPTY_INPUT,
      stdout: streams.stdout ?? collect,
      stderr: streams.stderr ?? collect,
      program: this.scriptProgram(source),
    });
    if (streams.limit !== undefined) {
      this.sim.schedule(streams.limit, () => process.signalTree('SIGINT'));
      this.sim.schedule(streams.limit + 1000, () => process.signalTree('SIGKILL'));
    }
    await runUntil(this.sim, () => !process.alive, streams.speed);
    this.look();
    return { status: process.exitCode ?? 0, output };
  }

  private scriptProgram(source: string) {
    const session = this;
    return {
      name: 'bash',
      summary: '',
      *run(context: Parameters<ProgramRun>[0]) {
        const process = session.laptop.processes.get(context.pid);
        if (process === undefined) return 1;
        const shell = new Shell(context, session.laptop, process, { name: 'bash', flavour: 'bash' });
        shell.observer = session.world.service(COMMANDS);
        try {
          return yield* shell.runToExit(source);
        } catch (error) {
          if (error instanceof ControlFlow) return error.value;
          throw error;
        }
      },
    };
  }

  /** What conditions look at, since the current step began. */
  observe(): Observed {
    const { clients } = this.cluster;
    const { cel } = this;
    return {
      ...(cel === undefined ? {} : { cel }),
      commands: this.commands,
      traces: this.traces,
      objects: (resource, { namespace, selector }) => {
        if (resource === 'containers') return this.docker.objects(namespace);
        const [plural = '', ...group] = resource.split('.');
        try {
          return clients.resource<KubeObject>(plural, group.join('.')).list({
            ...(namespace === undefined ? {} : { namespace }),
            ...(selector === undefined ? {} : { labelSelector: selector }),
          });
        } catch {
          return [];
        }
      },
      file: (path) => {
        const full = this.laptop.fs.resolve(this.laptop.home, path);
        return this.laptop.fs.exists(full) ? this.laptop.fs.read(full) : undefined;
      },
    };
  }

  /** Looks at the lesson now. */
  look(): void {
    const { progress } = this;
    if (progress === undefined || this.quiet) return;
    while (this.atStep() && progress.look(this.observe())) {
      if (this.atStep()) this.startObservation();
      this.keepBeginning();
    }
    this.onProgress();
  }

  /** Puts another version of the lesson in the place of the one under way; the cluster goes on as it is. */
  revise(lesson: Lesson): void {
    this.progress = this.progress?.revised(lesson);
    this.look();
  }

  /** Whether this cluster is the one of the step to do: a step with a start of its own needs a new one. */
  private atStep(): boolean {
    const step = this.progress?.current;
    return step?.start === undefined || step.id === this.begun;
  }

  /** Whether the causes of failures are kept from the learner, who is to find them; see {@link Lesson.challenge}. */
  get withheld(): boolean {
    const { progress } = this;
    const step = progress?.current;
    if (progress === undefined || step === undefined || progress.lesson.challenge !== true || !this.atStep())
      return false;
    return !progress.hasTaken(step.id, 'why');
  }

  /** The learner asks for the causes all the same. */
  reveal(): void {
    const step = this.progress?.current;
    if (this.withheld && step !== undefined) this.progress?.helped(step.id, 'why');
    this.onProgress();
  }

  /** Whether an exchange was made by a container's own program, not by a command that somebody ran there. */
  ownTraffic({ source, argv }: Trace): boolean {
    if (source.at !== 'pod') return false;
    const processes = this.containers.get(`pod/${source.namespace}/${source.pod}`)?.processes.values() ?? [];
    // The command line is the process's own, not a copy of it.
    let asking = [...processes].find((process) => process.argv === argv);
    while (asking?.parent !== undefined) asking = asking.parent;
    return asking?.pid === 1;
  }

  /** From here on what happens belongs to the next step. */
  startObservation(): void {
    this.commands = [];
    this.traces = [];
  }

  /**
   * A second session that goes on from here by itself, for what would happen if: a copy of the cluster, of the laptop's files, no
   * lesson. What containers have written to their own files is not copied, nor are processes. Call {@link ready} before use.
   */
  fork(): Session {
    return new Session({ saved: this.save() });
  }

  /** How a step began, when this session or the one before a reload has seen it. */
  beginning(step: string): SavedState | undefined {
    return this.beginnings.get(step);
  }

  private keepBeginning(): void {
    const step = this.progress?.current?.id;
    if (step !== undefined && this.atStep()) this.beginnings.set(step, this.state());
  }

  save(slug?: string): SavedSession {
    const step = this.progress?.current?.id;
    const state = step === undefined ? undefined : this.beginnings.get(step);
    return {
      ...this.state(),
      ...(slug === undefined || this.progress === undefined
        ? {}
        : { lesson: { slug, progress: this.progress.save() } }),
      ...(slug === undefined || step === undefined || state === undefined ? {} : { beginning: { step, state } }),
      ...(slug === undefined || this.begun === undefined ? {} : { begun: this.begun }),
    };
  }

  /** The cluster and the laptop's files as they are now. Costs little: objects never change, so they are shared. */
  state(): SavedState {
    const docker = this.docker.snapshot();
    return {
      format: 1,
      cluster: this.flavour,
      seed: this.seed,
      epoch: this.sim.epoch,
      snapshot: this.cluster.snapshot(),
      laptop: (this.laptop.fs as MemoryFs).snapshot(),
      ...(docker === undefined ? {} : { docker }),
    };
  }

  stop(): void {
    this.docker.stop();
    this.cluster.stop();
  }

  private makeWorld(network: ClusterNetwork): World {
    const { services } = this;
    return {
      sim: this.sim,
      network,
      machineByHost: (host) => this.machineByHost(host),
      service<T>(key: ServiceKey<T>): T {
        if (!services.has(key.name)) throw new Error(`no service ${key.name}`);
        return services.get(key.name) as T;
      },
    };
  }

  private lookSoon(): void {
    if (this.lookPending || this.progress === undefined || this.quiet) return;
    this.lookPending = true;
    this.sim.schedule(LOOK, () => {
      this.lookPending = false;
      this.look();
    });
  }

  private provideServices(api: KubeApi | undefined, wayToApi: number): void {
    const { cluster } = this;
    const own: KubeApi = {
      server: cluster.flavour.apiServer,
      *request(request) {
        // A write takes its time whoever asks: what controllers do between two commands, as in the tutorial's
        // "scale to 0; scale to 2", must not depend on how fast the page answers.
        yield* sleep(request.method === 'GET' ? wayToApi : WAY_TO_API);
        const loading = cluster.api.preload(request);
        if (loading !== undefined) yield* outside(() => loading);
        return cluster.api.rest(request);
      },
      *connect(path, query, options) {
        yield* sleep(wayToApi);
        try {
          return cluster.api.connect(path, query, options);
        } catch (error) {
          if (error instanceof ApiError) return { error: error.message };
          throw error;
        }
      },
      *forward(path) {
        yield* sleep(WAY_TO_API);
        try {
          return cluster.api.podNetwork(path);
        } catch (error) {
          if (error instanceof ApiError) return { error: error.message };
          throw error;
        }
      },
    };
    this.services.set(KUBERNETES.name, api ?? own);
    this.services.set(COMMANDS.name, {
      started: (machine: string, line: string) => {
        if (!this.quiet) this.onCommandStart(machine, line);
      },
      typed: (machine: string, line: string) => {
        if (this.quiet) return undefined;
        const typed: TypedLine = { step: this.progress?.current?.id, machine, line, status: undefined };
        this.typed.push(typed);
        if (this.typed.length > KEPT) this.typed.shift();
        return (status: number) => {
          typed.status = status;
        };
      },
      ended: (record: Omit<CommandRecord, 'at'>) => {
        if (this.quiet) return;
        const full = { at: this.sim.now(), ...record };
        this.commands.push(full);
        this.history = [...this.history.slice(-9), full];
        if (this.commands.length > KEPT) this.commands.splice(0, KEPT / 2);
        this.onCommand(full);
        this.lookSoon();
      },
    });
    this.services.set(WHY.name, {
      whatIf: async (request: Request, fix: Fix) => {
        const [{ whatIf }, { manifests }] = await Promise.all([
          import('./what-if.ts'),
          import('../programs/hopscope/sources.ts'),
        ]);
        return whatIf(this, request, fix, manifests(this.laptop.fs, LAPTOP_HOME));
      },
      lastCommand: async () => (await import('./last-command.ts')).explainLastCommand(this, this.history),
      powerOn: (node: string) => void this.setPower(node, true),
      withheld: () => this.withheld,
      reveal: () => this.reveal(),
    } satisfies WhyService);
    this.services.set(POWER.name, (node: string, on: boolean) => this.setPower(node, on));
    this.services.set(CLUSTER_RECORDS.name, {
      service: (name: string, namespace: string) =>
        cluster.clients.resource<Service & KubeObject>('services').find(name, namespace),
      slices: (service: string, namespace: string) =>
        cluster.clients
          .resource<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io')
          .list({ namespace, labelSelector: `kubernetes.io/service-name=${service}` }),
      serviceByIP: (ip: string) =>
        cluster.clients
          .resource<Service & KubeObject>('services')
          .list()
          .find((service) => service.spec?.clusterIP === ip),
    });
  }

  /** Turns a node's power off or on: its shells end, its containers are gone. */
  setPower(node: string, on: boolean): boolean {
    if (!on) this.nodes.get(node)?.cut();
    return this.cluster.setPower(node, on);
  }

  private machineByHost(host: string): Computer | undefined {
    const node = this.cluster.nodes.find(
      (each) => each.name === host || each.internalIP === host || each.externalIP === host,
    );
    if (node !== undefined) return this.nodes.get(node.name);
    return host === 'localhost' ? this.laptop : this.docker.machine(host);
  }

  private makeLaptop(
    programs: readonly ProgramEntry[],
    options: SessionOptions,
    saved: SavedSession | undefined,
  ): Computer {
    const fs = new MemoryFs({
      now: () => this.sim.calendar(),
      layers: [laptopLayer(this.cluster.flavour, options.api?.server)],
      user: 'learner',
      random: this.randomText('laptop'),
    });
    if (options.lesson !== undefined) {
      const step = options.lesson.lesson.steps.find(({ id }) => id === this.begun);
      for (const [name, text] of Object.entries(filesAt(options.lesson, step)))
        fs.write(`${LAPTOP_HOME}/${name}`, text);
    }
    if (saved !== undefined) fs.restore(saved.laptop);
    return new Computer({
      id: 'laptop',
      kind: 'laptop',
      hostname: 'laptop',
      user: 'learner',
      home: LAPTOP_HOME,
      fs,
      network: this.cluster.network.laptop,
      world: this.world,
      env: new Map([
        ['HOME', LAPTOP_HOME],
        ['USER', 'learner'],
        ['LANG', 'C.UTF-8'],
        ['PATH', '/usr/local/bin:/usr/bin:/bin'],
        ['SHELL', '/bin/bash'],
        ['TERM', 'xterm-256color'],
      ]),
      programs: programs.filter((entry) => entry.name !== 'docker'),
    });
  }

  private makeNode(name: string, programs: readonly ProgramEntry[]): Computer {
    return new Computer({
      id: `node/${name}`,
      kind: 'node',
      hostname: name,
      user: 'admin',
      home: NODE_HOME,
      fs: new MemoryFs({
        now: () => this.sim.calendar(),
        layers: [nodeLayer(name, this.cluster.flavour)],
        user: 'admin',
        random: this.randomText(name),
      }),
      network: this.cluster.network.nodeNamespace(name),
      world: this.world,
      env: new Map([
        ['HOME', NODE_HOME],
        ['USER', 'admin'],
        ['LANG', 'C.UTF-8'],
        ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        ['SHELL', '/bin/bash'],
        ['TERM', 'xterm-256color'],
      ]),
      programs: programs.filter((entry) => entry.name !== 'kubectl' && entry.name !== 'docker'),
    });
  }

  private randomText(name: string): () => string {
    const random = this.sim.random.stream(`urandom/${name}`);
    return () => random.text(4096, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/\n');
  }
}

type ProgramRun = Exclude<ProgramEntry['program'], () => Promise<unknown>>['run'];

function shells(): ProgramEntry[] {
  return [
    { name: 'bash', summary: 'GNU Bourne-Again SHell', directory: '/bin', program: shellProgram('bash') },
    { name: 'sh', summary: 'command interpreter', directory: '/bin', program: shellProgram('sh') },
    { name: 'ash', summary: 'command interpreter', directory: '/bin', program: shellProgram('sh') },
  ];
}

/** Waits (in real time) until nothing outside holds virtual time. */
async function settled(sim: Simulation): Promise<void> {
  do await new Promise<void>((resolve) => setTimeout(resolve, 0));
  while (sim.held);
}

/** Runs a simulation until `done`: as fast as possible, or so many times as fast as the wall clock. @throws when nothing is left to happen */
export async function runUntil(sim: Simulation, done: () => boolean, speed?: number): Promise<void> {
  if (speed !== undefined && Number.isFinite(speed) && speed > 0) {
    const driver = new Driver(
      sim,
      { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
      { speed },
    );
    while (!done()) await new Promise<void>((resolve) => setTimeout(resolve, 10));
    driver.stop();
    return;
  }
  for (let steps = 0; !done(); steps++) {
    if (sim.held || steps % 20_000 === 19_999) await settled(sim);
    else if (!sim.step() && !sim.held) throw new Error('nothing is left to happen');
  }
}
