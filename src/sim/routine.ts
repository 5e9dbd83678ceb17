import type { Simulation } from './simulation.ts';

/**
 * What a routine waits for. `start` begins the wait and returns what calls it off; it must call `resume` later, in an
 * event of its own, never from within `start`.
 */
export interface Wait {
  start(sim: Simulation, resume: () => void): () => void;
}

/**
 * Something that goes on in virtual time: a generator that yields what it waits for. `yield*` calls another routine.
 *
 * Routines instead of promises, because a promise settles in a microtask that no event queue orders: with routines each
 * step of each process is an event of the simulation, so a run can be replayed, sliced and killed at any wait.
 */
export type Routine<T = void> = Generator<Wait, T, void>;

/** Waits `ms` virtual milliseconds. `sleep(0)` lets everything that is already due run first. */
export function* sleep(ms: number): Routine {
  yield {
    start(sim, resume) {
      const timer = sim.schedule(ms, resume);
      return () => timer.cancel();
    },
  };
}

/**
 * Waits until `subscribe`'s `resolve` is called (the first call counts) and returns what it was given. The result of
 * `subscribe` calls the subscription off, and is called once the wait is over for whatever reason.
 */
export function* until<T>(subscribe: (resolve: (value: T) => void) => () => void): Routine<T> {
  let result: { value: T } | undefined;
  yield {
    start(sim, resume) {
      let cancelled = false;
      let unsubscribe = () => {};
      const stop = subscribe((value) => {
        if (cancelled || result !== undefined) return;
        result = { value };
        sim.schedule(0, () => {
          unsubscribe();
          unsubscribe = () => {};
          if (!cancelled) resume();
        });
      });
      unsubscribe = stop;
      return () => {
        cancelled = true;
        unsubscribe();
        unsubscribe = () => {};
      };
    },
  };
  if (result === undefined) throw new Error('a wait ended without a value');
  return result.value;
}

/** How {@link outside} treats virtual time while it waits. */
export interface OutsideOptions {
  /** `hold` (the default) stops virtual time, so that the wait leaves no mark on it; `run` lets it pass (a watch on a real server). */
  readonly time?: 'hold' | 'run';
}

/** Waits for work outside virtual time: WebCrypto, a module being loaded, a real server. A rejection is thrown here. */
export function* outside<T>(begin: (signal: AbortSignal) => Promise<T>, options: OutsideOptions = {}): Routine<T> {
  let outcome: { ok: true; value: T } | { ok: false; reason: unknown } | undefined;
  yield {
    start(sim, resume) {
      const abort = new AbortController();
      const release = options.time === 'run' ? () => {} : sim.hold();
      let cancelled = false;
      const settle = (settled: NonNullable<typeof outcome>) => {
        if (!cancelled) {
          outcome = settled;
          sim.schedule(0, () => {
            if (!cancelled) resume();
          });
        }
        release();
      };
      begin(abort.signal).then(
        (value) => settle({ ok: true, value }),
        (reason: unknown) => settle({ ok: false, reason }),
      );
      return () => {
        cancelled = true;
        abort.abort();
        release();
      };
    },
  };
  if (outcome === undefined) throw new Error('a wait ended without an outcome');
  if (!outcome.ok) throw outcome.reason;
  return outcome.value;
}

/** A routine under way. */
export interface Task<T = void> {
  readonly done: boolean;
  /** Ends the routine at its present wait: its `finally` blocks run, its result is never delivered. */
  kill(): void;
  /** Throws into the routine at its present wait. It may catch the error and go on. */
  interrupt(error: Error): void;
  /** Runs once when the routine has returned or thrown; not after {@link kill}. */
  onEnd(listener: (outcome: TaskOutcome<T>) => void): void;
}

export type TaskOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Starts a routine; its first step runs in an event of its own, at the present virtual time. */
export function start<T>(sim: Simulation, routine: Routine<T>): Task<T> {
  return new RunningTask(sim, routine);
}

class RunningTask<T> implements Task<T> {
  done = false;
  private cancelWait: () => void;
  private outcome: TaskOutcome<T> | undefined;
  private readonly listeners: ((outcome: TaskOutcome<T>) => void)[] = [];
  private readonly sim: Simulation;
  private readonly routine: Routine<T>;
  private running = false;
  private killed = false;

  constructor(sim: Simulation, routine: Routine<T>) {
    this.sim = sim;
    this.routine = routine;
    const timer = sim.schedule(0, () => this.advance(() => this.routine.next()));
    this.cancelWait = () => timer.cancel();
  }

  kill(): void {
    if (this.done) return;
    this.done = true;
    this.cancelWait();
    // A routine that kills itself is inside its own generator: it is closed once control comes back from it.
    if (this.running) {
      this.killed = true;
      return;
    }
    this.close();
  }

  interrupt(error: Error): void {
    if (this.done || this.running) return;
    this.cancelWait();
    const timer = this.sim.schedule(0, () => this.advance(() => this.routine.throw(error)));
    this.cancelWait = () => timer.cancel();
  }

  onEnd(listener: (outcome: TaskOutcome<T>) => void): void {
    if (this.outcome !== undefined) listener(this.outcome);
    else this.listeners.push(listener);
  }

  private advance(go: () => IteratorResult<Wait, T>): void {
    this.cancelWait = () => {};
    let result: IteratorResult<Wait, T>;
    this.running = true;
    try {
      result = go();
    } catch (error) {
      this.running = false;
      this.end({ ok: false, error });
      return;
    }
    this.running = false;
    if (this.killed) {
      if (!result.done) this.close();
      return;
    }
    if (result.done) {
      this.end({ ok: true, value: result.value });
      return;
    }
    this.cancelWait = result.value.start(this.sim, () => this.advance(() => this.routine.next()));
  }

  /** Runs the `finally` blocks. A wait inside one of them is not waited for: a killed process gets no more time. */
  private close(): void {
    for (;;) {
      const result = this.routine.return(undefined as T);
      if (result.done) return;
    }
  }

  private end(outcome: TaskOutcome<T>): void {
    if (this.done) return;
    this.done = true;
    this.outcome = outcome;
    for (const listener of this.listeners) listener(outcome);
  }
}
