import type { EndpointSlice, KubeObject, Node, ObjectRef, Pod, Service } from '../cluster/api/types.ts';
import type { Trace } from '../cluster/network/trace.ts';
import { shellProgram } from '../images/runtime.ts';
import type { LessonUpdate } from '../lessons/compile.ts';
import { type LessonContent, setupOf } from '../lessons/content.ts';
import type { Lesson } from '../lessons/format.ts';
import type { LessonFolder } from '../lessons/parse.ts';
import type { Computer, Process } from '../machines/computer.ts';
import { Tty } from '../machines/terminal/tty.ts';
import { shortName } from '../programs/network/ssh.ts';
import { Driver, type Host } from '../sim/driver.ts';
import { type Routine, until } from '../sim/routine.ts';
import { buildScene } from './build-scene.ts';
import { fillPlaceholders } from './fill.ts';
import { identify, inspect } from './inspect.ts';
import { LAPTOP_HOME } from './machine-files.ts';
import { traceMarks, watchMarks } from './marks.ts';
import type {
  CaptureKind,
  CheckFinding,
  ClockState,
  DemoCard,
  Insight,
  Inspection,
  OpenOptions,
  Playground,
  PlaygroundEvent,
  ProofCard,
  TimelineMark,
  TryCard,
  WhyCard,
} from './protocol.ts';
import { rebuildState } from './rebuild.ts';
import type { SceneShell } from './scene.ts';
import { type SavedSession, Session } from './session.ts';

/** How often the page is told what has changed, in wall-clock ms. */
const TELL = 50;
/** A person feels the wall clock: on the page the API server is as near as it can be, in virtual ms. */
const WAY_TO_API = 0.3;
/** A followed packet that the page never shows must not stop time for ever, in wall-clock ms. */
const FOLLOW_LIMIT = 20_000;

interface OpenTerminal {
  readonly id: number;
  /** Where its first shell runs. */
  readonly machine: string;
  readonly tty: Tty;
  process: Process;
  running: string | undefined;
  closed: boolean;
  /** Command lines to type once the shell is at its prompt. */
  readonly queue: string[];
}

/** What the playground needs of its surroundings. */
export interface Surroundings {
  readonly host: Host;
  loadLesson(slug: string): Promise<LessonContent | undefined>;
  /** kubectl's YAML of an object, for the inspector. */
  toYaml(object: KubeObject): string;
}

/** The playground as the page uses it: drives a session with the wall clock and tells the page what changes. */
export class BrowserPlayground implements Playground {
  private readonly around: Surroundings;
  private session: Session | undefined;
  private driver: Driver | undefined;
  private listener: (events: readonly PlaygroundEvent[]) => void = () => {};
  private readonly terminals = new Map<number, OpenTerminal>();
  private nextTerminal = 1;
  private pending: PlaygroundEvent[] = [];
  private marks: TimelineMark[] = [];
  private sceneDirty = true;
  /** The node on which the last request was typed. */
  private asker: SceneShell | undefined;
  private clockDirty = true;
  private lessonDirty = true;
  private telling = false;
  private answering = false;
  private follow = false;
  private readonly held = new Map<number, () => void>();
  private readonly edits = new Map<number, (text: string | null) => void>();
  private nextEdit = 1;
  private slug: string | undefined;
  private lesson: LessonContent | undefined;
  private readonly heartbeats = new Map<string, number>();
  /** How the last request went that a container's own program made, by program and place. */
  private readonly background = new Map<string, string>();

  constructor(around: Surroundings) {
    this.around = around;
  }

  async open(options: OpenOptions, listener: (events: readonly PlaygroundEvent[]) => void): Promise<void> {
    await this.close();
    this.asker = undefined;
    this.listener = listener;
    this.slug = options.content?.lesson.slug ?? options.lesson;
    const lesson =
      options.content ?? (options.lesson === undefined ? undefined : await this.around.loadLesson(options.lesson));
    this.lesson = lesson;
    const saved = parseSaved(options.saved);
    if (options.saved !== undefined && saved === undefined) throw new Error('the saved cluster cannot be read');
    const session = new Session({
      wayToApi: WAY_TO_API,
      ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.epoch === undefined ? {} : { epoch: options.epoch }),
      ...(lesson === undefined ? {} : { lesson }),
      ...(saved === undefined ? {} : { saved }),
    });
    await session.ready(
      saved === undefined && lesson !== undefined ? setupOf(lesson.lesson, lesson.lesson.steps[0]) : undefined,
    );
    this.begin(session);
  }

  /** Lets a session that is ready go on with the wall clock, and listens to it. */
  private begin(session: Session): void {
    this.session = session;
    this.driver = new Driver(session.sim, this.around.host);
    this.driver.onChange(() => this.touch('clock'));
    this.watch(session);
    session.onProgress = () => this.touch('lesson');
    session.onDocker = () => this.touch('scene');
    session.onCommandStart = (machine, line) => {
      for (const terminal of this.terminals.values()) {
        if (terminal.tty.places.at(-1)?.machine !== machine) continue;
        terminal.running = line;
        this.terminalState(terminal);
      }
    };
    session.onCommand = (record) => {
      for (const terminal of this.terminals.values()) {
        if (terminal.running !== record.line) continue;
        terminal.running = undefined;
        this.terminalState(terminal);
        this.touch('scene');
      }
    };
    session.laptop.fs.onChange(LAPTOP_HOME, (path, kind) => {
      if (path.includes('/.')) return;
      const { fs } = session.laptop;
      if (kind === 'remove') this.push({ type: 'file', path, text: null });
      else if (fs.exists(path) && fs.stat(path).type === 'file') this.push({ type: 'file', path, text: fs.read(path) });
    });
    this.touch('scene', 'clock', 'lesson');
  }

  async openTerminal(machine: string, columns: number, rows: number): Promise<number> {
    const id = this.nextTerminal++;
    this.login(id, machine, columns, rows);
    return id;
  }

  /** Makes a terminal with a login shell under an id. */
  private login(id: number, machine: string, columns: number, rows: number): void {
    const session = this.need();
    const computer = session.machine(machine === 'laptop' ? 'laptop' : machine) ?? session.laptop;
    const tty = new Tty(columns, rows, (text) => this.push({ type: 'terminal', terminal: id, data: text }));
    tty.edit = (name, text) => this.edit(name, text);
    const terminal: OpenTerminal = {
      id,
      machine,
      tty,
      process: this.shell(computer, tty),
      running: undefined,
      closed: false,
      queue: [],
    };
    this.terminals.set(id, terminal);
    tty.onMove(() => {
      this.terminalState(terminal);
      this.touch('scene');
    });
    const ended = () => {
      if (terminal.closed) return;
      if (computer !== session.laptop) {
        terminal.closed = true;
        this.terminals.delete(id);
        this.push({ type: 'terminal-closed', terminal: id });
        return;
      }
      // The laptop's shell comes back: a terminal without one is of no use to anybody.
      this.push({ type: 'terminal', terminal: id, data: '\r\n' });
      terminal.process = this.shell(computer, tty);
      terminal.process.onExit(ended);
    };
    terminal.process.onExit(ended);
    this.terminalState(terminal);
  }

  private shell(computer: Computer, tty: Tty): Process {
    const label = computer.kind === 'node' ? shortName(computer.hostname) : computer.hostname;
    return computer.start({
      argv: ['bash'],
      env: computer.env,
      stdin: tty.input,
      stdout: tty.output,
      stderr: tty.output,
      terminal: tty,
      program: shellProgram('bash', undefined, label),
    });
  }

  async input(terminal: number, data: string): Promise<void> {
    // Ctrl-C reaches a command even while time stands still for a packet.
    if (data.includes('\u0003')) this.releaseAll();
    this.terminals.get(terminal)?.tty.feed(data);
  }

  async resize(terminal: number, columns: number, rows: number): Promise<void> {
    this.terminals.get(terminal)?.tty.resize(columns, rows);
  }

  async closeTerminal(terminal: number): Promise<void> {
    const open = this.terminals.get(terminal);
    if (open === undefined) return;
    open.closed = true;
    this.terminals.delete(terminal);
    open.tty.hangUp();
    open.process.signalTree('SIGKILL');
  }

  async type(terminal: number, command: string): Promise<void> {
    const open = this.terminals.get(terminal);
    if (open === undefined) return;
    open.queue.push(fillPlaceholders(command, this.need().cluster.clients));
    this.typeNext(open);
  }

  private typeNext(open: OpenTerminal): void {
    if (open.running !== undefined || open.queue.length === 0) return;
    const command = open.queue.shift() ?? '';
    open.tty.feed(`${command.replaceAll('\n', '\r')}\r`);
  }

  async files(): Promise<readonly { readonly path: string; readonly text: string }[]> {
    const session = this.need();
    const { fs } = session.laptop;
    const written = session.state().laptop;
    // What lies on every laptop for the lesson on https is shown where it has a part, or was changed.
    const told = this.lesson === undefined ? undefined : JSON.stringify([this.lesson.prose, this.lesson.lesson]);
    const shown = (path: string, name: string) => told === undefined || path in written || told.includes(name);
    const out: { path: string; text: string }[] = [];
    const walk = (folder: string, depth: number) => {
      for (const name of fs.list(folder)) {
        if (name.startsWith('.')) continue;
        const path = `${folder}/${name}`;
        const { type, size } = fs.stat(path);
        if (type === 'directory' && depth < 3) walk(path, depth + 1);
        else if (type === 'file' && size < 1_000_000 && shown(path, name)) out.push({ path, text: fs.read(path) });
      }
    };
    walk(LAPTOP_HOME, 0);
    return out;
  }

  async writeFile(path: string, text: string): Promise<void> {
    const { fs } = this.need().laptop;
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')), { parents: true });
    fs.write(path, text);
  }

  async removeFile(path: string): Promise<void> {
    const { fs } = this.need().laptop;
    if (fs.exists(path)) fs.remove(path);
  }

  async finishEdit(id: number, text: string | null): Promise<void> {
    this.edits.get(id)?.(text);
    this.edits.delete(id);
  }

  async setSpeed(speed: number): Promise<void> {
    this.driver?.setSpeed(speed);
  }

  async setPaused(paused: boolean): Promise<void> {
    if (paused) this.driver?.pause();
    else this.driver?.resume();
  }

  async setFollow(follow: boolean): Promise<void> {
    this.follow = follow;
    if (!follow) this.releaseAll();
    this.touch('clock');
  }

  async step(): Promise<void> {
    this.driver?.stepOnce();
    this.touch('clock', 'scene');
  }

  async packetShown(trace: number): Promise<void> {
    this.held.get(trace)?.();
    this.held.delete(trace);
    this.touch('clock');
  }

  async inspect(ref: ObjectRef): Promise<Inspection | null> {
    const session = this.need();
    return inspect(session.cluster.clients, ref, this.around.toYaml, session.sim.epoch);
  }

  async identify(word: string): Promise<ObjectRef | null> {
    return identify(this.need().cluster.clients, word);
  }

  async why(trace: number): Promise<WhyCard | null> {
    const { whyCard } = await import('./why.ts');
    return whyCard(this.need(), trace);
  }

  async tryFix(trace: number, fix: number): Promise<TryCard | null> {
    const { tryCard } = await import('./why.ts');
    return tryCard(this.need(), trace, fix);
  }

  async demonstrate(step: string): Promise<DemoCard | null> {
    const demo = this.lesson?.lesson.steps.find(({ id }) => id === step)?.demo;
    if (demo === undefined) return null;
    const { demonstrate } = await import('./demonstration.ts');
    return (await demonstrate(this.need(), demo)) ?? null;
  }

  async insights(text: string): Promise<readonly Insight[]> {
    if (this.need().withheld) return [];
    const { insightsOf } = await import('./insights.ts');
    return insightsOf(this.need(), text);
  }

  async predict(step: string, option: string): Promise<void> {
    this.need().progress?.predict(step, option);
    this.need().look();
    this.touch('lesson');
  }

  async helped(step: string, what: string): Promise<void> {
    this.need().progress?.helped(step, what);
    this.touch('lesson');
  }

  async resetStep(step: string): Promise<void> {
    const old = this.need();
    const { lesson, driver } = this;
    if (lesson === undefined || old.progress === undefined) return;
    const own = lesson.lesson.steps.find(({ id }) => id === step)?.start !== undefined;
    const state = old.beginning(step) ?? (await rebuildState(lesson, step, old.sim.epoch));
    // Not before the new cluster is there: else the old one would count for the step.
    old.progress.reset(step);
    const saved = { ...state, lesson: { slug: lesson.lesson.slug, progress: old.progress.save() } };
    const session = new Session({
      wayToApi: WAY_TO_API,
      lesson,
      saved: { ...saved, beginning: { step, state }, ...(own ? { begun: step } : {}) },
    });
    await session.ready();
    if (this.session !== old) {
      session.stop();
      return;
    }
    const files = await this.files();
    const terminals = [...this.terminals.values()];
    for (const terminal of terminals) terminal.closed = true;
    this.releaseAll();
    driver?.stop();
    old.stop();
    this.terminals.clear();
    this.heartbeats.clear();
    this.background.clear();
    this.edits.clear();
    this.begin(session);
    if (driver !== undefined) this.driver?.setSpeed(driver.speed);
    await this.tellFiles(files);
    for (const { id, machine, tty } of terminals) {
      // Below what stands there: the scrollback stays, and a line of its own for the new prompt.
      this.push({ type: 'terminal', terminal: id, data: '\r\n' });
      this.login(id, machine, tty.columns, tty.rows);
    }
    this.touch('scene', 'clock', 'lesson');
  }

  /** Tells of the files that are not as they were. */
  private async tellFiles(before: readonly { readonly path: string; readonly text: string }[]): Promise<void> {
    const texts = new Map(before.map(({ path, text }) => [path, text]));
    for (const { path, text } of await this.files()) {
      if (texts.get(path) !== text) this.push({ type: 'file', path, text });
      texts.delete(path);
    }
    for (const path of texts.keys()) this.push({ type: 'file', path, text: null });
  }

  async setPower(node: string, on: boolean): Promise<void> {
    this.need().setPower(node, on);
    this.touch('scene');
  }

  async compile(folder: LessonFolder): Promise<LessonUpdate> {
    return (await import('./authoring.ts')).compileLesson(folder);
  }

  async prove(folder: LessonFolder): Promise<ProofCard> {
    return (await import('./authoring.ts')).proveFolder(folder);
  }

  async findings(lesson: Lesson): Promise<readonly CheckFinding[]> {
    return (await import('./authoring.ts')).findingsOf(this.need(), lesson);
  }

  async capture(what: CaptureKind, source: string, step: string): Promise<string | null> {
    return (await import('./authoring.ts')).capture(this.need(), what, source, step) ?? null;
  }

  async revise(content: LessonContent): Promise<void> {
    this.lesson = content;
    this.need().revise(content.lesson);
    this.touch('lesson');
  }

  async save(): Promise<string> {
    return JSON.stringify(this.need().save(this.slug));
  }

  async close(): Promise<void> {
    this.releaseAll();
    this.driver?.stop();
    this.session?.stop();
    this.session = undefined;
    this.terminals.clear();
    this.pending = [];
    this.marks = [];
  }

  private need(): Session {
    if (this.session === undefined) throw new Error('the playground is not open');
    return this.session;
  }

  private watch(session: Session): void {
    const { cluster, sim } = session;
    for (const [plural, group] of [
      ['pods', ''],
      ['nodes', ''],
      ['services', ''],
      ['endpointslices', 'discovery.k8s.io'],
    ] as const)
      cluster.clients.resource(plural, group).watch(() => this.touch('scene'));
    cluster.clients.resource<KubeObject>('leases', 'coordination.k8s.io').watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED')
        this.heartbeats.set(event.object.metadata?.name ?? '', sim.now());
    });
    let begun = false;
    watchMarks(
      cluster.clients,
      () => sim.now(),
      (mark) => {
        if (begun) this.marks.push(mark);
        this.tellSoon();
      },
    );
    begun = true;
    cluster.network.onTrace((trace) => this.traced(session, trace));
  }

  /** A request of a command that was typed is followed; time waits for it when the learner wants to see every hop. */
  private traced(session: Session, trace: Trace): void {
    const own = session.ownTraffic(trace);
    const typed =
      [...this.terminals.values()].some((terminal) => terminal.running !== undefined) &&
      trace.program !== 'kubelet' &&
      !own;
    if (typed) this.askedFrom(session, trace);
    this.push({ type: 'trace', trace: { ...trace, causes: trace.causes }, followed: typed });
    if (!own || this.changed(trace)) this.marks.push(...traceMarks(trace));
    if (!typed || !this.follow) return;
    const release = session.sim.hold();
    this.held.set(trace.id, release);
    this.around.host.later(FOLLOW_LIMIT, () => void this.packetShown(trace.id));
    this.touch('clock');
  }

  /** `ssh NODE curl ...` leaves no shell behind, but the graph has to show where its packets come from, and came from. */
  private askedFrom(session: Session, { source, argv, program }: Trace): void {
    const before = this.asker;
    this.asker =
      source.at === 'node'
        ? { machine: source.node, kind: 'node', node: source.node, address: '', command: (argv ?? [program]).join(' ') }
        : undefined;
    if (before?.node === this.asker?.node && before?.command === this.asker?.command) return;
    this.sceneDirty = false;
    this.push({ type: 'scene', scene: this.scene(session) });
  }

  /** Whether a request that is made over and over goes another way than the last time. */
  private changed({ source, program, target, outcome }: Trace): boolean {
    const key = `${JSON.stringify(source)} ${program} ${target}`;
    const before = this.background.get(key);
    this.background.set(key, outcome);
    return before !== outcome;
  }

  private releaseAll(): void {
    for (const release of this.held.values()) release();
    this.held.clear();
  }

  private *edit(name: string, text: string): Routine<string | null> {
    const id = this.nextEdit++;
    this.push({ type: 'edit', id, name, text });
    return yield* until<string | null>((resolve) => {
      this.edits.set(id, resolve);
      return () => this.edits.delete(id);
    });
  }

  private terminalState(terminal: OpenTerminal): void {
    const place = terminal.tty.places.at(-1);
    this.push({
      type: 'terminal-state',
      terminal: terminal.id,
      state: {
        machine: place?.machine ?? 'laptop',
        label: place?.label ?? 'laptop',
        ...(terminal.running === undefined ? {} : { running: terminal.running }),
      },
    });
    if (terminal.running === undefined) this.typeNext(terminal);
  }

  private push(event: PlaygroundEvent): void {
    this.pending.push(event);
    this.tellSoon();
  }

  private touch(...what: ('scene' | 'clock' | 'lesson')[]): void {
    if (what.includes('scene')) this.sceneDirty = true;
    if (what.includes('clock')) this.clockDirty = true;
    if (what.includes('lesson')) this.lessonDirty = true;
    this.tellSoon();
  }

  private tellSoon(): void {
    // What a person types must come back at once; pictures of the cluster may wait a little.
    if (!this.answering && this.pending.some((event) => event.type === 'terminal')) {
      this.answering = true;
      this.around.host.later(0, () => {
        this.answering = false;
        this.tellPending();
      });
    }
    if (this.telling) return;
    this.telling = true;
    this.around.host.later(TELL, () => {
      this.telling = false;
      this.tell();
    });
  }

  /** Tells what has happened so far; the scene, the clock and the lesson follow with {@link tell}. */
  private tellPending(): void {
    const events = this.pending;
    this.pending = [];
    if (events.length > 0) this.listener(events);
  }

  private tell(): void {
    const { session } = this;
    if (session === undefined) return;
    const events = this.pending;
    this.pending = [];
    if (this.sceneDirty) {
      this.sceneDirty = false;
      events.push({ type: 'scene', scene: this.scene(session) });
    }
    if (this.clockDirty) {
      this.clockDirty = false;
      events.push({ type: 'clock', clock: this.clock(session) });
    }
    if (this.marks.length > 0) {
      events.push({ type: 'marks', marks: this.marks });
      this.marks = [];
    }
    if (this.lessonDirty && session.progress !== undefined) {
      this.lessonDirty = false;
      const { progress } = session;
      events.push({
        type: 'lesson',
        lesson: {
          slug: progress.lesson.slug,
          current: progress.current?.id,
          steps: progress.steps,
          ...(session.begun === undefined ? {} : { begun: session.begun }),
        },
      });
    }
    if (events.length > 0) this.listener(events);
  }

  private clock(session: Session): ClockState {
    return {
      at: session.sim.now(),
      epoch: session.sim.epoch,
      paused: this.driver?.paused ?? false,
      speed: this.driver?.speed ?? 1,
      follow: this.follow,
      holding: this.held.size > 0,
    };
  }

  private scene(session: Session) {
    const { cluster, sim } = session;
    const list = <T extends KubeObject>(plural: string, group = '') =>
      cluster.clients.resource<T>(plural, group).list();
    return buildScene({
      at: sim.now(),
      nodes: list<Node & KubeObject>('nodes'),
      pods: list<Pod & KubeObject>('pods'),
      services: list<Service & KubeObject>('services'),
      slices: list<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io'),
      powered: (node) => cluster.powered(node),
      heartbeat: (node) => this.heartbeats.get(node),
      shells: this.shells(session),
      dockerHosts: session.docker.scene(),
      nodeNetwork: cluster.flavour.nodeNetwork,
    });
  }

  private shells(session: Session): SceneShell[] {
    const out = new Map<string, SceneShell>();
    out.set('laptop', { machine: 'laptop', kind: 'laptop', address: session.laptop.network.address ?? '' });
    for (const terminal of this.terminals.values()) {
      const place = terminal.tty.places.at(-1);
      const machine = place === undefined ? undefined : session.machine(place.machine);
      if (place === undefined || machine === undefined) continue;
      const { place: where } = machine.network;
      const command = terminal.running === undefined ? {} : { command: terminal.running };
      const address = machine.network.address ?? '';
      if (where.at === 'node')
        out.set(place.machine, { machine: place.machine, kind: 'node', node: where.node, address, ...command });
      else if (where.at === 'pod')
        out.set(place.machine, {
          machine: place.machine,
          kind: 'pod',
          node: where.node,
          pod: where.pod,
          address,
          ...command,
        });
      else out.set('laptop', { machine: 'laptop', kind: 'laptop', address, ...command });
    }
    const { asker } = this;
    if (asker !== undefined && ![...out.values()].some(({ kind, node }) => kind === 'node' && node === asker.node))
      out.set(asker.machine, asker);
    return [...out.values()];
  }
}

/** A saved session that can be used; anything else is let go rather than half restored. */
function parseSaved(text: string | undefined): SavedSession | undefined {
  if (text === undefined) return undefined;
  try {
    const saved = JSON.parse(text) as SavedSession;
    return saved.format === 1 && Array.isArray(saved.snapshot.api.objects) ? saved : undefined;
  } catch {
    return undefined;
  }
}
