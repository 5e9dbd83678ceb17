import type { ObjectRef } from '../cluster/api/types.ts';
import type { LessonUpdate } from '../lessons/compile.ts';
import type { LessonContent } from '../lessons/content.ts';
import type { Lesson } from '../lessons/format.ts';
import type { LessonFolder } from '../lessons/parse.ts';
import { EarlyTerminal } from './early-terminal.ts';
import type {
  CaptureKind,
  CheckFinding,
  DemoCard,
  Insight,
  Inspection,
  OpenOptions,
  Playground,
  PlaygroundEvent,
  ProofCard,
  TryCard,
  WhyCard,
} from './protocol.ts';

type Listener = (events: readonly PlaygroundEvent[]) => void;

/** The id that a playground gives to its first terminal. */
const FIRST = 1;

/**
 * A playground whose engine arrives later. The first terminal's prompt stands and takes typing at once; everything else waits for
 * the engine, which is asked for as soon as `open` is called.
 */
export class LazyPlayground implements Playground {
  private readonly load: () => Promise<Playground>;
  private engine: Promise<Playground> | undefined;
  private listener: Listener = () => {};
  private early: EarlyTerminal | undefined;
  /** The engine's first terminal has printed its prompt, and has the keys that were typed before. */
  private handedOver = false;
  private ready: Playground | undefined;
  /** Command lines for the first terminal that came before its shell. */
  private lines: string[] = [];

  constructor(load: () => Promise<Playground>) {
    this.load = load;
  }

  open(options: OpenOptions, listener: Listener): Promise<void> {
    this.listener = listener;
    this.early = undefined;
    this.handedOver = false;
    this.ready = undefined;
    this.lines = [];
    this.engine = this.load().then(async (engine) => {
      await engine.open(options, (events) => this.hear(events));
      this.ready = engine;
      return engine;
    });
    return this.engine.then(() => {});
  }

  async openTerminal(machine: string, columns: number, rows: number): Promise<number> {
    if (machine !== 'laptop' || this.ready !== undefined || this.early !== undefined)
      return (await this.need()).openTerminal(machine, columns, rows);
    const early = new EarlyTerminal(columns, rows, (data) =>
      this.listener([{ type: 'terminal', terminal: FIRST, data }]),
    );
    this.early = early;
    this.need()
      .then((engine) => engine.openTerminal('laptop', early.columns, early.rows))
      // Whoever called `open` learns of it there.
      .catch(() => {});
    return FIRST;
  }

  async input(terminal: number, data: string): Promise<void> {
    if (terminal === FIRST && this.early !== undefined && !this.handedOver) this.early.feed(data);
    else await (await this.need()).input(terminal, data);
  }

  async resize(terminal: number, columns: number, rows: number): Promise<void> {
    if (terminal === FIRST && this.early !== undefined && !this.handedOver) this.early.resize(columns, rows);
    if (this.ready !== undefined || terminal !== FIRST) await (await this.need()).resize(terminal, columns, rows);
  }

  /** The shell's first prompt takes the place of the early one, and gets what was typed there. */
  private hear(events: readonly PlaygroundEvent[]): void {
    const { early } = this;
    if (early === undefined || this.handedOver) {
      this.listener(events);
      return;
    }
    let keys = '';
    this.listener(
      events.map((event) => {
        if (this.handedOver || event.type !== 'terminal' || event.terminal !== FIRST) return event;
        this.handedOver = true;
        const over = early.handOver();
        keys = over.keys;
        return { ...event, data: `${over.erase}${event.data}` };
      }),
    );
    if (!this.handedOver) return;
    this.early = undefined;
    const { lines } = this;
    this.lines = [];
    this.need()
      .then(async (engine) => {
        if (keys !== '') await engine.input(FIRST, keys);
        for (const line of lines) await engine.type(FIRST, line);
      })
      .catch(() => {});
  }

  private need(): Promise<Playground> {
    return this.engine ?? Promise.reject(new Error('the playground is not open'));
  }

  async closeTerminal(terminal: number): Promise<void> {
    await (await this.need()).closeTerminal(terminal);
  }

  async type(terminal: number, command: string): Promise<void> {
    if (terminal === FIRST && this.early !== undefined) this.lines.push(command);
    else await (await this.need()).type(terminal, command);
  }

  async files(): Promise<readonly { readonly path: string; readonly text: string }[]> {
    return (await this.need()).files();
  }

  async writeFile(path: string, text: string): Promise<void> {
    await (await this.need()).writeFile(path, text);
  }

  async removeFile(path: string): Promise<void> {
    await (await this.need()).removeFile(path);
  }

  async finishEdit(id: number, text: string | null): Promise<void> {
    await (await this.need()).finishEdit(id, text);
  }

  async setSpeed(speed: number): Promise<void> {
    await (await this.need()).setSpeed(speed);
  }

  async setPaused(paused: boolean): Promise<void> {
    await (await this.need()).setPaused(paused);
  }

  async setFollow(follow: boolean): Promise<void> {
    await (await this.need()).setFollow(follow);
  }

  async step(): Promise<void> {
    await (await this.need()).step();
  }

  async packetShown(trace: number): Promise<void> {
    await (await this.need()).packetShown(trace);
  }

  async inspect(ref: ObjectRef): Promise<Inspection | null> {
    return (await this.need()).inspect(ref);
  }

  async identify(word: string): Promise<ObjectRef | null> {
    return (await this.need()).identify(word);
  }

  async why(trace: number): Promise<WhyCard | null> {
    return (await this.need()).why(trace);
  }

  async tryFix(trace: number, fix: number): Promise<TryCard | null> {
    return (await this.need()).tryFix(trace, fix);
  }

  async demonstrate(step: string): Promise<DemoCard | null> {
    return (await this.need()).demonstrate(step);
  }

  async insights(text: string): Promise<readonly Insight[]> {
    return (await this.need()).insights(text);
  }

  async predict(step: string, option: string): Promise<void> {
    await (await this.need()).predict(step, option);
  }

  async helped(step: string, what: string): Promise<void> {
    await (await this.need()).helped(step, what);
  }

  async resetStep(step: string): Promise<void> {
    await (await this.need()).resetStep(step);
  }

  async setPower(node: string, on: boolean): Promise<void> {
    await (await this.need()).setPower(node, on);
  }

  async compile(folder: LessonFolder): Promise<LessonUpdate> {
    return (await (this.engine ?? this.load())).compile(folder);
  }

  async prove(folder: LessonFolder): Promise<ProofCard> {
    return (await (this.engine ?? this.load())).prove(folder);
  }

  async findings(lesson: Lesson): Promise<readonly CheckFinding[]> {
    return (await this.need()).findings(lesson);
  }

  async capture(what: CaptureKind, source: string, step: string): Promise<string | null> {
    return (await this.need()).capture(what, source, step);
  }

  async revise(content: LessonContent): Promise<void> {
    await (await this.need()).revise(content);
  }

  async save(): Promise<string> {
    return (await this.need()).save();
  }

  async close(): Promise<void> {
    await this.ready?.close();
    this.ready = undefined;
  }
}
