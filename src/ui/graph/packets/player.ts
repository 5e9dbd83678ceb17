import type { Trace } from '../../../cluster/network/trace.ts';

/** Rest at each hop, and how long the rules take to swap an address. */
const REST = 120;
const SWAP = 160;
/** How long the last hop is shown before the next trace may begin. */
const LINGER = 420;
/** After this long at rest the path leaves the graph; the hop list stays. */
const QUIET = 6000;
/** Background packets beyond this number are not drawn. */
export const MOST_FLIGHTS = 240;

export const HOP_DURATION = 700;

/** A packet nobody follows: a short comet without badges. */
export interface Flight {
  readonly trace: Trace;
  /** Page time at which it starts to be drawn. */
  readonly from: number;
  /** How long its whole way takes. */
  readonly duration: number;
}

/** Where the followed packet is: at a stop, or on the leg that leaves it. */
export interface PacketPosition {
  readonly trace: Trace;
  readonly hop: number;
  /** 0 at the hop, 1 at the next one; eased. */
  readonly fraction: number;
  /** Standing at the rules while an address is swapped: 0 to 1; 1 elsewhere. */
  readonly swap: number;
}

/** What changes seldom enough for React. */
export interface PlayerState {
  /** The exchange that is followed: the traces of one group, in order. */
  readonly exchange: readonly Trace[];
  readonly trace: Trace | undefined;
  readonly hop: number;
  readonly playing: boolean;
  /** The packet has arrived (or was lost), and nothing waits behind it. */
  readonly done: boolean;
  /** Long at rest: the graph shows the cluster alone again. */
  readonly quiet: boolean;
  readonly hopDuration: number;
  readonly waiting: number;
}

export interface PlayerOptions {
  /** Called once for each followed trace when it was shown to its end: time may go on. */
  readonly onShown?: (trace: number) => void;
  readonly hopDuration?: number;
}

/**
 * Plays traces as packets. Followed traces (of commands the learner typed) play one after the other; the others fly in the
 * background, many at once. The player has no clock: {@link PacketPlayer.tick} is called with the page's time once a frame, and
 * not at all while nothing moves.
 */
export class PacketPlayer {
  private readonly onShown: (trace: number) => void;
  private readonly listeners = new Set<() => void>();
  private readonly wakers = new Set<() => void>();
  private readonly queue: Trace[] = [];
  private readonly shown = new Set<number>();
  private readonly flying: Flight[] = [];
  private state: PlayerState;
  /** Milliseconds into the current hop: rest first, then the leg. */
  private elapsed = 0;
  private last: number | undefined;
  private reduced = false;

  constructor(options: PlayerOptions = {}) {
    this.onShown = options.onShown ?? (() => {});
    this.state = {
      exchange: [],
      trace: undefined,
      hop: 0,
      playing: true,
      done: true,
      quiet: true,
      hopDuration: options.hopDuration ?? HOP_DURATION,
      waiting: 0,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): PlayerState => this.state;

  /** Called when something begins to move, so that a frame loop that went to sleep starts again. */
  onWake(waker: () => void): () => void {
    this.wakers.add(waker);
    return () => this.wakers.delete(waker);
  }

  /** Shows a trace: followed ones wait for their turn, the others fly at once. */
  show(trace: Trace, followed: boolean): void {
    if (followed) {
      this.queue.push(trace);
      if (this.state.trace === undefined || this.atEnd()) this.next();
      else this.set({ waiting: this.queue.length, done: false });
    } else {
      if (this.flying.length >= MOST_FLIGHTS) this.flying.shift();
      this.flying.push({ trace, from: this.last ?? -1, duration: 0 });
    }
    this.wake();
  }

  /** Starts many background packets at given moments: for measurements. */
  fly(flight: Flight): void {
    if (this.flying.length < MOST_FLIGHTS) this.flying.push(flight);
    this.wake();
  }

  flights(): readonly Flight[] {
    return this.flying;
  }

  /** Sets how long a background packet takes, once its way is known. */
  measured(flight: Flight, duration: number): Flight {
    const index = this.flying.indexOf(flight);
    const measured = { ...flight, duration };
    if (index >= 0) this.flying[index] = measured;
    return measured;
  }

  play(): void {
    if (this.state.trace !== undefined && this.atEnd() && this.queue.length === 0)
      this.seek(this.state.exchange[0]?.id ?? 0, 0);
    this.set({ playing: true, quiet: false });
    if (this.atEnd()) this.next();
    this.wake();
  }

  pause(): void {
    this.set({ playing: false });
  }

  toggle(): void {
    if (this.state.playing && !this.atEnd()) this.pause();
    else this.play();
  }

  /** One hop forward; while paused it stays paused. */
  step(): void {
    const { trace, hop } = this.state;
    if (trace === undefined) return;
    this.elapsed = 0;
    if (hop < trace.steps.length - 1) {
      this.set({ hop: hop + 1, quiet: false });
      if (this.atEnd()) this.finish(trace);
    } else this.finishAndNext();
    this.wake();
  }

  /** One hop back, into the exchange before when there is one. */
  back(): void {
    const { trace, hop, exchange } = this.state;
    if (trace === undefined) return;
    if (this.elapsed > REST + SWAP + 60 && hop < trace.steps.length - 1) this.elapsed = 0;
    else if (hop > 0) {
      this.elapsed = 0;
      this.set({ hop: hop - 1, quiet: false, done: false });
    } else {
      const before = exchange[exchange.indexOf(trace) - 1];
      if (before !== undefined) this.seek(before.id, before.steps.length - 1);
    }
    this.set({ playing: false, quiet: false });
    this.wake();
  }

  /** Goes to a hop of a trace of the followed exchange, `fraction` of the way to the next one. */
  seek(trace: number, hop: number, fraction = 0): void {
    const target = this.state.exchange.find((other) => other.id === trace);
    if (target === undefined) return;
    const at = Math.max(0, Math.min(hop, target.steps.length - 1));
    this.elapsed = fraction <= 0 ? 0 : this.restOf(target, at) + fraction * this.legTime();
    this.set({ trace: target, hop: at, quiet: false, done: at === target.steps.length - 1 && this.queue.length === 0 });
    if (this.atEnd()) this.finish(target);
    this.wake();
  }

  /** Jumps over everything that waits: each followed trace counts as shown. */
  skip(): void {
    const { trace } = this.state;
    if (trace !== undefined) {
      this.set({ hop: trace.steps.length - 1 });
      this.finish(trace);
    }
    for (const waiting of this.queue.splice(0)) {
      this.take(waiting);
      this.set({ hop: waiting.steps.length - 1 });
      this.finish(waiting);
    }
    this.set({ done: true, waiting: 0 });
    this.wake();
  }

  /** Forgets everything, as when the cluster is reset. Waiting traces count as shown. */
  clear(): void {
    for (const waiting of this.queue.splice(0)) this.finish(waiting);
    if (this.state.trace !== undefined) this.finish(this.state.trace);
    this.flying.length = 0;
    this.elapsed = 0;
    this.set({ exchange: [], trace: undefined, hop: 0, done: true, quiet: true, waiting: 0 });
    this.wake();
  }

  setHopDuration(ms: number): void {
    const fraction = this.position()?.fraction ?? 0;
    this.set({ hopDuration: Math.max(60, ms) });
    const { trace, hop } = this.state;
    if (trace !== undefined && fraction > 0) this.elapsed = this.restOf(trace, hop) + fraction * this.legTime();
  }

  /** With reduced motion the packet stands at a hop for its whole time and then at the next one: nothing slides. */
  setReducedMotion(reduced: boolean): void {
    this.reduced = reduced;
  }

  /** Where the followed packet is now; undefined when none is, or the graph went quiet. */
  position(): PacketPosition | undefined {
    const { trace, hop, quiet } = this.state;
    if (trace === undefined || quiet) return undefined;
    const rest = this.restOf(trace, hop);
    const swapping =
      trace.steps[hop]?.verdict === 'rewrite' ? Math.min(1, Math.max(0, (this.elapsed - REST / 2) / SWAP)) : 1;
    if (hop >= trace.steps.length - 1 || this.reduced) return { trace, hop, fraction: 0, swap: 1 };
    const moved = Math.max(0, this.elapsed - rest) / this.legTime();
    return { trace, hop, fraction: easeHop(Math.min(1, moved)), swap: swapping };
  }

  /** Moves everything to the page time `now`, in milliseconds. Returns whether another frame is needed. */
  tick(now: number): boolean {
    const before = this.last ?? now;
    const passed = Math.min(100, Math.max(0, now - before));
    this.last = now;
    this.flyOn(now);
    const { trace, playing, quiet } = this.state;
    let moving = this.flying.length > 0;
    if (trace !== undefined && playing && !quiet) {
      this.elapsed += passed;
      this.advance();
      moving = !this.state.quiet;
    }
    if (!moving) this.last = undefined;
    return moving;
  }

  private flyOn(now: number): void {
    for (let index = this.flying.length - 1; index >= 0; index--) {
      const flight = this.flying[index];
      if (flight === undefined) continue;
      if (flight.from < 0) this.flying[index] = { ...flight, from: now };
      else if (flight.duration > 0 && now > flight.from + flight.duration) this.flying.splice(index, 1);
    }
  }

  private advance(): void {
    for (let guard = 0; guard < 64; guard++) {
      const { trace, hop } = this.state;
      if (trace === undefined) return;
      if (hop < trace.steps.length - 1) {
        const time = this.restOf(trace, hop) + this.legTime();
        if (this.elapsed < time) return;
        this.elapsed -= time;
        this.set({ hop: hop + 1 });
        if (this.atEnd()) this.elapsed = 0;
        continue;
      }
      if (this.elapsed < LINGER) return;
      this.finish(trace);
      if (this.queue.length > 0) {
        this.next();
        continue;
      }
      if (!this.state.done) this.set({ done: true });
      if (this.elapsed > QUIET) this.set({ quiet: true });
      return;
    }
  }

  private finishAndNext(): void {
    const { trace } = this.state;
    if (trace !== undefined) this.finish(trace);
    if (this.queue.length > 0) this.next();
    else this.set({ done: true });
  }

  private finish(trace: Trace): void {
    if (this.shown.has(trace.id)) return;
    this.shown.add(trace.id);
    this.onShown(trace.id);
  }

  private next(): void {
    const current = this.state.trace;
    if (current !== undefined && this.atEnd()) this.finish(current);
    const trace = this.queue.shift();
    if (trace === undefined) return;
    this.take(trace);
  }

  private take(trace: Trace): void {
    const same = this.state.exchange[0]?.group === trace.group;
    this.elapsed = 0;
    this.set({
      exchange: same ? [...this.state.exchange, trace] : [trace],
      trace,
      hop: 0,
      done: false,
      quiet: false,
      waiting: this.queue.length,
    });
  }

  private atEnd(): boolean {
    const { trace, hop } = this.state;
    return trace !== undefined && hop >= trace.steps.length - 1;
  }

  private restOf(trace: Trace, hop: number): number {
    if (this.reduced) return 0;
    const scale = Math.min(1, this.legTime() / HOP_DURATION);
    const step = trace.steps[hop];
    return (
      (REST +
        (step?.verdict === 'rewrite' ? SWAP : step?.verdict === 'reject' || step?.verdict === 'drop' ? LINGER : 0)) *
      scale
    );
  }

  /** Hops go faster while several commands wait for their packets. */
  private legTime(): number {
    return this.state.hopDuration / (1 + Math.min(4, this.queue.length / 2));
  }

  private set(change: Partial<PlayerState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private wake(): void {
    for (const waker of this.wakers) waker();
  }
}

/** `--ease-hop` of the theme: cubic-bezier(.45,.05,.3,1), solved for time. */
export function easeHop(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 18; i++) {
    const middle = (low + high) / 2;
    if (bezier(middle, 0.45, 0.3) < t) low = middle;
    else high = middle;
  }
  return bezier((low + high) / 2, 0.05, 1);
}

function bezier(t: number, a: number, b: number): number {
  const u = 1 - t;
  return 3 * u * u * t * a + 3 * u * t * t * b + t * t * t;
}
