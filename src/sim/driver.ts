import type { Simulation } from './simulation.ts';

/** What a driver needs of the world outside: a clock and a way to be called again soon. */
export interface Host {
  /** Wall-clock milliseconds, monotonic. */
  now(): number;
  /** Calls back after about `ms` wall-clock milliseconds (0: as soon as the thread's other work was done). */
  later(ms: number, run: () => void): void;
}

/** The longest sleep of a driver whose simulation has nothing to do soon, in wall-clock ms. */
const IDLE = 50;
/** Waits shorter than this, in wall-clock ms, are passed by asking again: a browser's timer, once nested, comes after four at the earliest. */
const TIMER = 5;

export interface DriverOptions {
  /** Virtual milliseconds per wall-clock millisecond; Infinity: as fast as possible. */
  readonly speed?: number;
  /** The longest stretch of wall-clock milliseconds the driver may hold its thread. */
  readonly slice?: number;
}

/**
 * Advances a simulation with the wall clock: at x1, x10, any other factor, as fast as possible, or paused. Works in
 * slices, so that its thread stays free for input. When the machine cannot keep up, virtual time falls behind: no
 * event is skipped.
 */
export class Driver {
  private readonly sim: Simulation;
  private readonly host: Host;
  private readonly slice: number;
  private factor: number;
  private isPaused = false;
  private stopped = false;
  /** When the next run comes, in wall-clock ms (0: at once), and which of the calls asked for is the one that counts. */
  private due = Number.POSITIVE_INFINITY;
  private call = 0;
  private anchorWall: number;
  private anchorVirtual: number;
  private readonly changeListeners = new Set<() => void>();
  /** The longest slice so far, in wall-clock milliseconds: kept for measurements. */
  longestSlice = 0;

  constructor(sim: Simulation, host: Host, options: DriverOptions = {}) {
    this.sim = sim;
    this.host = host;
    this.factor = options.speed ?? 1;
    this.slice = options.slice ?? 3;
    this.anchorWall = host.now();
    this.anchorVirtual = sim.now();
    sim.workListener = () => this.wake();
    this.wake();
  }

  get speed(): number {
    return this.factor;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** Changes the speed; virtual time goes on from where it is. */
  setSpeed(factor: number): void {
    this.factor = factor;
    this.reanchor();
    this.changed();
  }

  pause(): void {
    this.isPaused = true;
    this.changed();
  }

  resume(): void {
    this.isPaused = false;
    this.reanchor();
    this.changed();
  }

  /** While paused: runs to the end of the next event's instant. False when nothing is queued. */
  stepOnce(): boolean {
    const next = this.sim.nextAt();
    if (next === undefined) return false;
    this.sim.runUntil(next);
    this.reanchor();
    return true;
  }

  /** Ends the driver for good. */
  stop(): void {
    this.stopped = true;
  }

  onChange(listener: () => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.changeListeners) listener();
    this.wake();
  }

  private reanchor(): void {
    this.anchorWall = this.host.now();
    this.anchorVirtual = this.sim.now();
  }

  /** Runs after so many wall-clock milliseconds at the latest: work that comes while the driver sleeps wakes it. */
  private wake(ms = 0): void {
    if (this.stopped) return;
    const due = ms === 0 ? 0 : this.host.now() + ms;
    if (due >= this.due) return;
    this.due = due;
    const call = ++this.call;
    this.host.later(ms, () => {
      if (call !== this.call) return;
      this.due = Number.POSITIVE_INFINITY;
      this.run();
    });
  }

  private run(): void {
    if (this.stopped || this.isPaused) return;
    const began = this.host.now();
    // Virtual time must not jump over a stretch in which it was held or the thread was busy elsewhere.
    if (this.sim.held) {
      this.reanchor();
      return;
    }
    const target =
      this.factor === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : this.anchorVirtual + (began - this.anchorWall) * this.factor;
    for (;;) {
      const next = this.sim.nextAt();
      if (next === undefined || next > target) break;
      if (!this.sim.step()) break;
      if (this.host.now() - began >= this.slice) break;
    }
    const took = this.host.now() - began;
    if (took > this.longestSlice) this.longestSlice = took;
    if (this.sim.held) {
      this.reanchor();
      return;
    }
    const next = this.sim.nextAt();
    if (next !== undefined && next <= target) {
      // Behind: forget the debt rather than rushing through it later.
      if (Number.isFinite(target) && target - this.sim.now() > 1000 * this.factor) this.reanchor();
      this.wake();
      return;
    }
    if (Number.isFinite(target)) {
      if (target > this.sim.now()) this.sim.advanceTo(target);
      const wait = next === undefined ? IDLE : (next - target) / this.factor;
      this.wake(wait < TIMER ? 0 : Math.min(IDLE, wait));
    }
  }
}
