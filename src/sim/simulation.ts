import { EventQueue, QueuedEvent } from './queue.ts';
import { Random } from './random.ts';

/** A scheduled event that can be called off. Cancelling one that has run, or twice, does nothing. */
export interface Timer {
  cancel(): void;
}

/** One line of the event log: what happened, where in virtual time. Two runs of one seed give the same lines. */
export interface LogEntry {
  /** Virtual milliseconds since the start. */
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

export interface SimulationOptions {
  readonly seed?: number;
  /** The calendar time of virtual time 0, in milliseconds since 1970. The same for the same input: never the wall clock of a test. */
  readonly epoch?: number;
  /** Virtual time at the start, for a simulation that continues a snapshot. */
  readonly startAt?: number;
}

/** 2026-11-20 09:00:00 UTC: the calendar time at which a simulation starts when nothing else is said. */
export const DEFAULT_EPOCH = Date.UTC(2026, 10, 20, 9, 0, 0);

/**
 * Virtual time, the event queue and the random source: everything that happens in a cluster happens in an event of this
 * queue, one after the other, so that the same seed and the same input give the same history.
 *
 * Nothing here knows the wall clock. A driver (`driver.ts`) advances virtual time with it in the browser; tests and the
 * command line run as fast as they can.
 */
export class Simulation {
  readonly seed: number;
  readonly epoch: number;
  readonly random: Random;
  private readonly queue = new EventQueue();
  private readonly logListeners = new Set<(entry: LogEntry) => void>();
  private time: number;
  /** The last timestamp made, and the second it stands for: the same is asked for again and again. */
  private stamp = '';
  private stampedSecond = Number.NaN;
  private order = 0;
  private holds = 0;
  private onWork: () => void = () => {};

  constructor(options: SimulationOptions = {}) {
    this.seed = options.seed ?? 1;
    this.epoch = options.epoch ?? DEFAULT_EPOCH;
    this.time = options.startAt ?? 0;
    // What goes on from a later time must not draw again what was drawn before it.
    const random = new Random(this.seed);
    this.random = this.time === 0 ? random : random.stream(`from/${this.time}`);
  }

  /** Virtual milliseconds since the start; may be fractional. */
  now(): number {
    return this.time;
  }

  /** Calendar time, in milliseconds since 1970. */
  calendar(): number {
    return this.epoch + this.time;
  }

  /** Calendar time in the form of Kubernetes' metav1.Time: RFC 3339 with whole seconds. */
  timestamp(): string {
    const second = Math.floor(this.calendar() / 1000);
    if (second !== this.stampedSecond) {
      this.stampedSecond = second;
      this.stamp = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    }
    return this.stamp;
  }

  /** Calendar time in the form of Kubernetes' metav1.MicroTime. */
  microTimestamp(): string {
    const micros = Math.floor((this.calendar() % 1000) * 1000);
    return `${new Date(Math.floor(this.calendar())).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
  }

  /** Runs `run` after `delay` virtual milliseconds (0 or less: at the present time, after what is already queued for it). */
  schedule(delay: number, run: () => void): Timer {
    const event = new QueuedEvent(this.time + Math.max(delay, 0), this.order++, run);
    this.queue.push(event);
    this.onWork();
    return event;
  }

  /**
   * Stops virtual time while something outside it (a key generation by WebCrypto, a module that is being loaded, a real
   * server's answer) is under way, so that its duration leaves no mark on the history. Call the result once it is done.
   */
  hold(): () => void {
    this.holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holds--;
      this.onWork();
    };
  }

  /** Whether virtual time stands still for work outside it. */
  get held(): boolean {
    return this.holds > 0;
  }

  /** The virtual time of the next event, or undefined when nothing is queued. */
  nextAt(): number | undefined {
    for (;;) {
      const next = this.queue.peek();
      if (next === undefined || next.run !== null) return next?.at;
      this.queue.pop();
    }
  }

  /** Runs the next event. False when held or nothing is queued. */
  step(): boolean {
    if (this.holds > 0) return false;
    for (;;) {
      const event = this.queue.pop();
      if (event === undefined) return false;
      const run = event.run;
      if (run === null) continue;
      event.run = null;
      this.time = event.at;
      run();
      return true;
    }
  }

  /** Runs every event up to and including virtual time `until`, then sets the time to it. Stops early when held. */
  runUntil(until: number): void {
    for (;;) {
      const next = this.nextAt();
      if (next === undefined || next > until) break;
      if (!this.step()) return;
    }
    if (this.holds === 0 && until > this.time) this.time = until;
  }

  /** Runs for `duration` virtual milliseconds: {@link runUntil} from now. */
  runFor(duration: number): void {
    this.runUntil(this.time + duration);
  }

  /** Moves the time forward over a stretch in which nothing is queued. */
  advanceTo(at: number): void {
    const next = this.nextAt();
    if (next !== undefined && next < at) throw new RangeError('events are queued before that time');
    if (at > this.time) this.time = at;
  }

  /** Called whenever something is queued or a hold ends; one listener, the driver. */
  set workListener(listener: () => void) {
    this.onWork = listener;
  }

  /** Whether anybody reads the event log: a long text need not be put together otherwise. */
  get logged(): boolean {
    return this.logListeners.size > 0;
  }

  /** Writes a line of the event log. Build the text only from things of the simulation. */
  log(source: string, text: string): void {
    if (this.logListeners.size === 0) return;
    const entry = { at: this.time, source, text };
    for (const listener of this.logListeners) listener(entry);
  }

  /** Receives each line of the event log; call the result to stop. */
  onLog(listener: (entry: LogEntry) => void): () => void {
    this.logListeners.add(listener);
    return () => this.logListeners.delete(listener);
  }
}
