import type { Simulation, Timer } from '../../sim/simulation.ts';
import { ApiError } from '../api/types.ts';

export interface QueueOptions {
  /** Appears in the event log when a reconcile fails. */
  readonly name: string;
  /** Virtual milliseconds between a change and its reconcile: what comes within it is handled once. */
  readonly latency: number;
  /** Virtual milliseconds that one reconcile takes of a single worker: keys then wait for one another, first come first served. */
  readonly pace?: number;
}

/** Rate limits of a key that fails (client-go's ItemExponentialFailureRateLimiter), in ms. */
const FIRST_RETRY = 5;
const LAST_RETRY = 1_000_000;

interface Waiting {
  readonly at: number;
  readonly timer: Timer;
}

/**
 * A controller's work: keys, each reconciled once however often it was added meanwhile. A reconcile that throws an ApiError
 * is tried again after 5 ms, doubling up to 1000 s. Level-triggered: a reconcile looks at what is, never at what changed.
 */
export class WorkQueue {
  private readonly waiting = new Map<string, Waiting>();
  /** Keys that are due and wait for the worker, in order; only used with a pace. */
  private readonly due = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly sim: Simulation;
  private readonly reconcile: (key: string) => void;
  private readonly options: QueueOptions;
  private freeAt = 0;
  private worker: Timer | undefined;
  private stopped = false;

  constructor(sim: Simulation, options: QueueOptions, reconcile: (key: string) => void) {
    this.sim = sim;
    this.options = options;
    this.reconcile = reconcile;
  }

  /** Reconciles the key soon. A key that waits for later comes forward; one that backs off after a failure too. */
  add(key: string): void {
    this.addAfter(key, this.options.latency);
  }

  /** Reconciles the key after `ms` at the latest. */
  addAfter(key: string, ms: number): void {
    if (this.stopped || this.due.has(key)) return;
    const at = this.sim.now() + Math.max(ms, 0);
    const before = this.waiting.get(key);
    if (before !== undefined) {
      if (before.at <= at) return;
      before.timer.cancel();
    }
    this.waiting.set(key, { at, timer: this.sim.schedule(ms, () => this.ripen(key)) });
  }

  /** Whether the key waits to be reconciled. */
  has(key: string): boolean {
    return this.waiting.has(key) || this.due.has(key);
  }

  stop(): void {
    this.stopped = true;
    for (const { timer } of this.waiting.values()) timer.cancel();
    this.waiting.clear();
    this.due.clear();
    this.worker?.cancel();
  }

  private ripen(key: string): void {
    this.waiting.delete(key);
    const { pace } = this.options;
    if (pace === undefined) {
      this.run(key);
      return;
    }
    if (this.due.size === 0 && this.sim.now() >= this.freeAt) {
      this.freeAt = this.sim.now() + pace;
      this.run(key);
      return;
    }
    this.due.add(key);
    this.worker ??= this.sim.schedule(this.freeAt - this.sim.now(), () => this.work(pace));
  }

  private work(pace: number): void {
    this.worker = undefined;
    const [key] = this.due;
    if (key === undefined) return;
    this.due.delete(key);
    this.freeAt = this.sim.now() + pace;
    if (this.due.size > 0) this.worker = this.sim.schedule(pace, () => this.work(pace));
    this.run(key);
  }

  private run(key: string): void {
    try {
      this.reconcile(key);
      if (this.failures.size > 0) this.failures.delete(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const failures = (this.failures.get(key) ?? 0) + 1;
      this.failures.set(key, failures);
      this.sim.log(this.options.name, `retry ${key}: ${error.message}`);
      this.addAfter(key, Math.min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY));
    }
  }
}

/** `namespace/name`, as client-go's cache keys are. */
export function keyOf(object: { metadata?: { name?: string; namespace?: string } }): string {
  const { namespace, name = '' } = object.metadata ?? {};
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Namespace and name of a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const at = key.indexOf('/');
  return at < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, at), name: key.slice(at + 1) };
}
