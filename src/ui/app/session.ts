import { proxy } from 'comlink';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Trace } from '../../cluster/network/trace.ts';
import type { LessonContent } from '../../lessons/content.ts';
import type { Lesson } from '../../lessons/format.ts';
import type {
  CaptureKind,
  CheckFinding,
  DemoCard,
  Insight,
  Inspection,
  LessonState,
  PlaygroundEvent,
  TryCard,
  WhyCard,
} from '../../playground/protocol.ts';
import { endDemo, learnerActs } from '../demo/demo.ts';
import { PacketPlayer } from '../graph/packets/player.ts';
import { terminalFirst } from '../terminal/first.ts';
import { type Connection, connect } from './connect.ts';
import { dropDraft, keptDraft } from './drafts.ts';
import { changeProgress, claim, keepSession, keptSession } from './keep.ts';
import { remember, remembered } from './preferences.ts';
import { SHARED } from './routes.ts';
import { appendMarks, notify, type SessionState, useSession } from './store.ts';
import { freeTerminal, machineFor, withoutTerminal, withTerminal } from './terminals.ts';
import { viewedAfter } from './viewed.ts';
import { WrittenFiles } from './writtenFiles.ts';

/** How often the cluster is kept, while something changes. */
const SAVE_EVERY = 5000;
/** How soon it is kept after a command has ended, in ms. */
const SAVE_AFTER = 400;
/** One hop a second includes the packet's rest at each hop. */
const FOLLOWED_HOP = 880;
/** How many marks of the strip are kept for the next visit. */
const KEPT_MARKS = 400;
/** How many packets can be shown again. */
const MOST_TRACES = 400;

/** What a terminal's screen does for the session; made by the terminal pane once xterm has arrived. */
export interface TerminalSink {
  write(terminal: number, data: string): void;
  closed(terminal: number): void;
  /** Last lines of each terminal, to keep. */
  text(): readonly string[];
  /** Columns and rows a new terminal would have. */
  size(): { readonly columns: number; readonly rows: number };
  focus(terminal: number): void;
}

/** The key of the session in which a lesson is written: nothing of it counts as a learner's progress. */
export const STUDIO = 'studio';

export type Speed = 'follow' | '1' | '10' | '100';

/** Sentences the session says by itself, in the language of the page. */
export interface SessionWords {
  readonly notRestored: string;
  readonly otherTab: string;
  readonly storageFull: string;
}

let nextSerial = 1;

/** Who reads a line of output while it comes: used to learn what became of `kubectl apply`. */
interface Listening {
  readonly terminal: number;
  output: string;
  ran: boolean;
  readonly done: (output: string) => void;
}

/**
 * One open playground: what the page asks of it, and how its events reach the store. The page has one at a time;
 * `openSession` replaces it.
 */
export class Session {
  readonly key: string;
  /** Tells one opening from the next. */
  readonly serial = nextSerial++;
  readonly player: PacketPlayer;
  /** Text of the terminals at the last visit, oldest first. */
  earlier: readonly string[] = [];
  private content: LessonContent | undefined;
  /** The engine does not find the lesson in its own catalogue, or finds an older version there. */
  private readonly own: boolean;
  readonly words: SessionWords;
  private connection: Connection | undefined;
  private release: (() => void) | undefined;
  private sink: TerminalSink | undefined;
  private readonly unheard: { readonly terminal: number; readonly data: string }[] = [];
  private queue: PlaygroundEvent[] = [];
  private scheduled = false;
  /** When the lesson began, if that was at an earlier visit. */
  private origin: number | undefined;
  /** The learner paused the cluster. */
  private halted = false;
  /** What the engine was told last. */
  private paused = false;
  private dirty = false;
  private full = false;
  private ended = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  private listening: Listening[] = [];
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private readonly written: WrittenFiles;
  /** The last traces, for the marks on the strip that show them again. */
  private readonly traces = new Map<number, Trace>();

  constructor(key: string, content: LessonContent | undefined, words: SessionWords, own = import.meta.env.DEV) {
    this.key = key;
    this.content = content;
    this.own = own;
    this.words = words;
    this.written = new WrittenFiles({
      key,
      write: (path, text) => this.ask((playground) => playground.writeFile(path, text)),
      keeps: () => this.release !== undefined,
      scrollback: () => this.sink?.text(),
    });
    this.player = new PacketPlayer({
      hopDuration: FOLLOWED_HOP,
      onShown: (trace) => this.ask((playground) => playground.packetShown(trace)),
    });
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    this.player.setReducedMotion(still.matches);
    this.player.subscribe(this.syncPause);
  }

  /** Opens the playground, from what was kept unless `fresh`. Rejects only when not even a new cluster can be opened. */
  async open(fresh: boolean): Promise<void> {
    const connecting = connect((message) => this.crash(message));
    const terminal = terminalFirst();
    this.release = await claim(this.key);
    const kept = fresh ? undefined : await keptSession(this.key);
    // Another tab's drafts are that tab's.
    const draft = fresh || this.release === undefined ? undefined : keptDraft(this.key);
    const connection = await connecting;
    this.connection = connection;
    if (this.ended) return this.end();
    this.earlier = draft?.scrollback ?? kept?.scrollback ?? [];
    // On a slow line the two would share it: the terminal first, then the engine.
    await terminal;
    if (this.ended) return;
    const options = {
      epoch: Date.now(),
      ...(this.content === undefined ? {} : { lesson: this.content.lesson.slug, cluster: this.content.lesson.cluster }),
      ...(this.content !== undefined && this.own ? { content: this.content } : {}),
    };
    const listener = proxy((events: readonly PlaygroundEvent[]) => this.hear(events));
    let restored = false;
    if (kept !== undefined && kept.saved !== '') {
      try {
        this.origin = kept.origin;
        const opening = connection.playground.open({ ...options, saved: kept.saved }, listener);
        await Promise.all([opening, this.openTerminal('laptop')]);
        restored = true;
      } catch {
        connection.end();
        useSession.setState({ terminals: [], terminal: undefined });
        this.connection = await connect((message) => this.crash(message));
      }
    }
    if (kept !== undefined && !restored) notify(this.words.notRestored, { tone: 'bad' });
    const { playground } = this.connection;
    if (!restored) {
      this.origin = undefined;
      const opening = playground.open(options, listener);
      await Promise.all([opening, this.openTerminal('laptop')]);
      for (const file of kept?.files ?? []) await playground.writeFile(file.path, file.text);
    }
    if (this.ended) return;
    const files = new Map((await playground.files()).map((file) => [file.path, file.text]));
    useSession.setState(({ marks }) => ({
      phase: 'open',
      marks: restored ? [...(kept?.marks ?? []), ...marks] : marks,
      files,
      saves: this.release !== undefined,
      ...(restored && kept?.viewed !== undefined ? { viewed: kept.viewed } : {}),
    }));
    for (const [path, text] of Object.entries(draft?.files ?? {})) {
      if (text === null) this.removeFile(path);
      else this.writeFile(path, text);
    }
    this.written.flush();
    if (this.release === undefined) notify(this.words.otherTab);
    this.setSpeed(rememberedSpeed());
    this.timer = setInterval(this.keep, SAVE_EVERY);
    addEventListener('pagehide', this.onHide);
    document.addEventListener('visibilitychange', this.onHide);
  }

  /** Ends the playground. What was not kept yet is lost unless `save` was called. */
  end(): void {
    endDemo();
    this.ended = true;
    clearInterval(this.timer);
    this.written.end();
    clearTimeout(this.keeping);
    removeEventListener('pagehide', this.onHide);
    document.removeEventListener('visibilitychange', this.onHide);
    this.connection?.end();
    this.release?.();
  }

  /** Takes the terminals' screens; what was printed before they came is given to them now. */
  attach(sink: TerminalSink): void {
    this.sink = sink;
    for (const { terminal, data } of this.unheard.splice(0)) sink.write(terminal, data);
  }

  detach(sink: TerminalSink): void {
    if (this.sink === sink) this.sink = undefined;
  }

  // Terminals.

  /** Opens a terminal on the laptop or a node and brings it to the front. */
  async openTerminal(machine: string): Promise<number | undefined> {
    const playground = this.connection?.playground;
    if (playground === undefined) return undefined;
    const { columns, rows } = this.sink?.size() ?? { columns: 80, rows: 12 };
    const id = await playground.openTerminal(machine, columns, rows);
    useSession.setState(({ terminals }) => ({
      terminals: terminals.some((tab) => tab.id === id)
        ? terminals
        : [...terminals, { id, machine, label: machine.slice(machine.lastIndexOf('-') + 1), closed: false }],
      terminal: id,
    }));
    return id;
  }

  input(terminal: number, data: string): void {
    learnerActs();
    this.dirty = true;
    if (data.includes('\r')) this.written.flush();
    this.ask((playground) => playground.input(terminal, data));
  }

  resize(terminal: number, columns: number, rows: number): void {
    this.ask((playground) => playground.resize(terminal, columns, rows));
  }

  closeTerminal(terminal: number): void {
    this.ask((playground) => playground.closeTerminal(terminal));
    this.drop(terminal);
  }

  show(terminal: number): void {
    useSession.setState({ terminal });
  }

  focusTerminal(): void {
    const { terminal } = useSession.getState();
    if (terminal !== undefined) this.sink?.focus(terminal);
  }

  /**
   * Types a command where it belongs: `laptop`, `node` (any), or a machine's name. Takes a free terminal there, or opens one.
   * Resolves to the terminal it was typed into.
   */
  async run(command: string, on = 'laptop'): Promise<number | undefined> {
    const id = await this.terminalOn(on);
    if (id !== undefined) await this.type(id, command);
    return id;
  }

  /** Runs a command on the laptop and resolves to what it printed once the terminal is at its prompt again. */
  async runAndRead(command: string): Promise<string> {
    const id = await this.terminalOn('laptop');
    if (id === undefined) return '';
    const output = new Promise<string>((done) => {
      this.listening.push({ terminal: id, output: '', ran: false, done });
    });
    await this.type(id, command);
    return output;
  }

  private async terminalOn(on: string): Promise<number | undefined> {
    const state = useSession.getState();
    const id = freeTerminal(state, on) ?? (await this.openTerminal(machineFor(state.scene, on)));
    if (id !== undefined) this.show(id);
    return id;
  }

  private async type(terminal: number, command: string): Promise<void> {
    learnerActs();
    this.dirty = true;
    this.written.flush();
    await this.connection?.playground.type(terminal, command);
  }

  private drop(terminal: number): void {
    this.sink?.closed(terminal);
    useSession.setState((state) => withoutTerminal(state, terminal));
  }

  // Files.

  /** Writes a file. The page sees it at once; the laptop after a moment without further writing, or before the next command. */
  writeFile(path: string, text: string): void {
    this.dirty = true;
    useSession.setState(({ files }) => ({ files: new Map(files).set(path, text) }));
    this.written.write(path, text);
  }

  removeFile(path: string): void {
    this.dirty = true;
    this.written.remove(path);
    useSession.setState(({ files }) => {
      const left = new Map(files);
      left.delete(path);
      return { files: left };
    });
    this.ask((playground) => playground.removeFile(path));
  }

  /** Answers `kubectl edit`; null leaves the object as it is. */
  finishEdit(id: number, text: string | null): void {
    useSession.setState(({ edits }) => ({ edits: edits.filter((edit) => edit.id !== id) }));
    this.ask((playground) => playground.finishEdit(id, text));
  }

  // Time.

  get speed(): Speed {
    return rememberedSpeed();
  }

  setSpeed(speed: Speed): void {
    remember('speed', speed);
    const follow = speed === 'follow';
    this.ask(async (playground) => {
      await playground.setSpeed(follow ? 1 : Number(speed));
      await playground.setFollow(follow);
    });
    if (!follow) this.player.skip();
  }

  /**
   * Pauses or goes on. While a packet is followed, it is the packet that stands, and the cluster's time with it; else the cluster
   * alone.
   */
  setPaused(paused: boolean): void {
    const { trace, done } = this.player.snapshot();
    const flying = trace !== undefined && !done;
    this.halted = paused && !flying;
    if (flying && paused) this.player.pause();
    if (flying && !paused) this.player.play();
    this.syncPause();
  }

  /** Time stands while the learner halted it, or holds the packet: by the buttons, a key, or a click on a hop. */
  private readonly syncPause = (): void => {
    const { trace, done, playing } = this.player.snapshot();
    const paused = this.halted || (trace !== undefined && !done && !playing);
    if (paused === this.paused) return;
    this.paused = paused;
    useSession.setState(({ clock }) => (clock === undefined ? {} : { clock: { ...clock, paused } }));
    this.ask((playground) => playground.setPaused(paused));
  };

  /** One hop on while a packet is followed; else the cluster's next event. */
  step(): void {
    const { trace, done } = this.player.snapshot();
    if (trace !== undefined && !done) {
      this.player.pause();
      this.player.step();
      return;
    }
    this.halted = true;
    this.syncPause();
    this.ask((playground) => playground.step());
  }

  /** Shows a packet of earlier once more. Does nothing when it is too long ago. */
  replay(trace: number): void {
    const found = this.traces.get(trace);
    if (found === undefined) return;
    endDemo();
    this.player.skip();
    this.player.show(found, true);
    this.player.play();
  }

  // Objects.

  inspect(ref: ObjectRef): Promise<Inspection | null> {
    return this.connection?.playground.inspect(ref) ?? Promise.resolve(null);
  }

  identify(word: string): Promise<ObjectRef | null> {
    return this.connection?.playground.identify(word) ?? Promise.resolve(null);
  }

  why(trace: number): Promise<WhyCard | null> {
    return this.connection?.playground.why(trace) ?? Promise.resolve(null);
  }

  tryFix(trace: number, fix: number): Promise<TryCard | null> {
    return this.connection?.playground.tryFix(trace, fix) ?? Promise.resolve(null);
  }

  /** Makes the demonstration of a step, on a copy of the cluster. */
  demonstrate(step: string): Promise<DemoCard | null> {
    return this.connection?.playground.demonstrate(step) ?? Promise.resolve(null);
  }

  insights(text: string): Promise<readonly Insight[]> {
    return this.connection?.playground.insights(text) ?? Promise.resolve([]);
  }

  /** Traces of late that satisfy a condition, newest first. */
  recent(wanted: (trace: Trace) => boolean): Trace[] {
    return [...this.traces.values()].filter(wanted).reverse();
  }

  setPower(node: string, on: boolean): void {
    this.ask((playground) => playground.setPower(node, on));
  }

  select(ref: ObjectRef | undefined, selectedByLesson = false): void {
    useSession.setState({ selected: ref, selectedByLesson });
  }

  point(ref: ObjectRef | undefined): void {
    useSession.setState({ pointed: ref });
  }

  // The lesson.

  predict(step: string, option: string): void {
    this.dirty = true;
    this.ask((playground) => playground.predict(step, option));
  }

  /** The learner had themself shown something that counts as help: `why`, `solution`, a hint's id. */
  async helped(step: string, what: string): Promise<void> {
    this.dirty = true;
    await this.connection?.playground.helped(step, what);
  }

  /** Goes to a step that has a start of its own: its cluster takes the place of the one that is there. */
  begin(step: string): void {
    if (useSession.getState().preparing !== undefined) return;
    useSession.setState({ preparing: step, viewed: step });
    this.resetStep(step)
      .catch((error: unknown) => this.crash(error instanceof Error ? error.message : String(error)))
      .finally(() => useSession.setState({ preparing: undefined }));
  }

  async resetStep(step: string): Promise<void> {
    endDemo();
    this.dirty = true;
    this.player.clear();
    const { clock } = useSession.getState();
    this.written.flush();
    this.written.forget();
    await this.connection?.playground.resetStep(step);
    dropDraft(this.key);
    this.traces.clear();
    // What has been undone leaves the strip, too.
    useSession.setState(({ marks, clock: now }) => ({
      viewed: step,
      selected: undefined,
      ...(clock !== undefined && now !== undefined && now.at < clock.at
        ? { marks: marks.filter((mark) => mark.at <= now.at) }
        : {}),
    }));
  }

  /** How the checks of a lesson stand on the cluster as it is. */
  findings(lesson: Lesson): Promise<readonly CheckFinding[]> {
    return this.connection?.playground.findings(lesson) ?? Promise.resolve([]);
  }

  /** `lesson.yaml` with what was done or is there written into a step; null when there is nothing to write down. */
  capture(what: CaptureKind, source: string, step: string): Promise<string | null> {
    return this.connection?.playground.capture(what, source, step) ?? Promise.resolve(null);
  }

  /** Shows another version of the lesson, on the cluster as it is. */
  revise(content: LessonContent): void {
    this.content = content;
    this.dirty = true;
    useSession.setState({ content });
    this.ask((playground) => playground.revise(content));
  }

  view(step: string): void {
    endDemo();
    this.dirty = true;
    const { lesson, phase } = useSession.getState();
    const own = this.content?.lesson.steps.find(({ id }) => id === step)?.start !== undefined;
    const done = lesson?.steps.find(({ id }) => id === step)?.done === true;
    if (own && !done && lesson?.begun !== step && phase === 'open') {
      this.begin(step);
      return;
    }
    useSession.setState({ viewed: step });
  }

  // Keeping.

  private readonly onHide = (event: Event): void => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') {
      this.written.flush();
      this.written.draft(true);
    }
    if (document.visibilityState === 'hidden') {
      // Nobody watches: a followed packet must not hold the time.
      this.player.skip();
      this.keep();
    }
  };

  private readonly keep = (): void => {
    this.save().catch(() => {});
  };

  private keepSoon(): void {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(this.keep, SAVE_AFTER);
  }

  /** The whole session as it is now, for {@link Playground.open}. */
  async snapshot(): Promise<string> {
    this.written.flush();
    const playground = this.connection?.playground;
    if (playground === undefined) throw new Error('no cluster is open');
    return playground.save();
  }

  /** Keeps the cluster, the files and the terminals' text, when something changed since the last time. Never rejects. */
  async save(): Promise<void> {
    const playground = this.connection?.playground;
    if (playground === undefined || !this.dirty || this.release === undefined) return;
    this.dirty = false;
    const tell = this.written.keeping();
    const { files, viewed, origin, marks } = useSession.getState();
    const scrollback = this.sink?.text() ?? [];
    try {
      const kept = await keepSession(this.key, {
        saved: await playground.save(),
        files: [...files].map(([path, text]) => ({ path, text })),
        scrollback,
        origin,
        marks: marks.slice(-KEPT_MARKS),
        ...(viewed === undefined ? {} : { viewed }),
      });
      if (!kept && !this.full) notify(this.words.storageFull, { tone: 'bad' });
      this.full = !kept;
      tell(kept);
    } catch {
      this.dirty = true;
      tell(false);
    }
  }

  private ask(what: (playground: Connection['playground']) => Promise<unknown>): void {
    const playground = this.connection?.playground;
    if (playground === undefined) return;
    what(playground).catch((error: unknown) => {
      if (!this.ended) this.crash(error instanceof Error ? error.message : String(error));
    });
  }

  private crash(message: string): void {
    if (this.ended) return;
    useSession.setState({ phase: 'crashed', crash: message });
  }

  // Events.

  private hear(events: readonly PlaygroundEvent[]): void {
    if (this.ended) return;
    for (const event of events) {
      if (event.type === 'terminal') this.print(event.terminal, event.data);
      else if (event.type === 'trace') this.follow(event);
      else this.queue.push(event);
    }
    if (this.queue.length === 0 || this.scheduled) return;
    this.scheduled = true;
    if (document.visibilityState === 'visible') requestAnimationFrame(() => this.flush());
    else setTimeout(() => this.flush(), 100);
  }

  private print(terminal: number, data: string): void {
    this.dirty = true;
    if (data.includes('\n') && !useSession.getState().unread) useSession.setState({ unread: true });
    for (const each of this.listening) if (each.terminal === terminal) each.output += data;
    if (this.sink === undefined) this.unheard.push({ terminal, data });
    else this.sink.write(terminal, data);
  }

  private follow(event: Extract<PlaygroundEvent, { type: 'trace' }>): void {
    this.traces.set(event.trace.id, event.trace);
    const oldest = this.traces.size > MOST_TRACES ? this.traces.keys().next().value : undefined;
    if (oldest !== undefined) this.traces.delete(oldest);
    this.player.show(event.trace, event.followed);
    if (event.followed && document.visibilityState === 'hidden') this.player.skip();
  }

  private flush(): void {
    this.scheduled = false;
    if (this.ended) return;
    const events = this.queue;
    this.queue = [];
    let state = useSession.getState();
    for (const event of events) state = { ...state, ...this.reduce(state, event) };
    useSession.setState(state);
  }

  private reduce(state: SessionState, event: PlaygroundEvent): Partial<SessionState> {
    switch (event.type) {
      case 'scene':
        this.dirty = true;
        return { scene: event.scene };
      case 'clock': {
        const origin = state.clock === undefined ? (this.origin ?? event.clock.at) : state.origin;
        return { clock: event.clock, clockAt: performance.now(), origin };
      }
      case 'marks':
        return { marks: appendMarks(state.marks, event.marks) };
      case 'terminal-state':
        this.settle(event.terminal, event.state.running !== undefined);
        if (event.state.running === undefined) this.keepSoon();
        return { terminals: withTerminal(state.terminals, event) };
      case 'terminal-closed':
        this.settle(event.terminal, false);
        this.sink?.closed(event.terminal);
        return {
          terminals: state.terminals.filter((tab) => tab.id !== event.terminal),
          ...(state.terminal === event.terminal
            ? { terminal: state.terminals.find((tab) => tab.id !== event.terminal)?.id }
            : {}),
        };
      case 'file': {
        this.dirty = true;
        if (!this.written.heard(event.path, event.text)) return {};
        const files = new Map(state.files);
        if (event.text === null) files.delete(event.path);
        else files.set(event.path, event.text);
        return { files };
      }
      case 'edit':
        return { edits: [...state.edits, { id: event.id, name: event.name, text: event.text }] };
      case 'lesson':
        this.keepProgress(event.lesson);
        return { lesson: event.lesson, viewed: viewedAfter(state, event.lesson) };
      case 'crash':
        return { phase: 'crashed', crash: event.message };
      default:
        return {};
    }
  }

  /** A terminal began or ended a command: whoever waits for its output gets it. */
  private settle(terminal: number, running: boolean): void {
    this.listening = this.listening.filter((each) => {
      if (each.terminal !== terminal) return true;
      if (running) each.ran = true;
      if (running || !(each.ran || each.output.includes('\n'))) return true;
      each.done(each.output);
      return false;
    });
  }

  private keepProgress(lesson: LessonState): void {
    if (this.key === STUDIO) return;
    // What somebody else has done in a cluster that came by a link is not the visitor's progress.
    if (this.key === SHARED) return;
    const done = lesson.steps.filter((step) => step.done).map((step) => step.id);
    const before = useSession.getState().lesson;
    if (before !== undefined && before.steps.filter((step) => step.done).length === done.length) return;
    changeProgress((progress) => {
      const finished = lesson.current === undefined || progress[lesson.slug]?.finished === true;
      return { ...progress, [lesson.slug]: { done, finished, at: Date.now() } };
    }).catch(() => {});
  }
}

function rememberedSpeed(): Speed {
  const speed = remembered('speed');
  return speed === '1' || speed === '10' || speed === '100' ? speed : 'follow';
}
