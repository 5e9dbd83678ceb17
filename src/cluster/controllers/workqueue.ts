import type { Simulation, Timer } from '../../sim/simulation.ts';
import { ApiError } from '../api/types.ts';

export interface QueueOptions {
  /** Virtual milliseconds between a change and its reconcile: what comes within it is handled once. */
  readonly latency: number;
  readonly name: string;
}

/**
 * A controller's work: keys, each reconciled once however often it was added meanwhile. A reconcile that throws is tried
 * again after 5 ms, doubling up to 1000 s, as client-go's rate limiter does. Level-triggered: a reconcile looks at what is,
 * never at what changed.
 */
export class WorkQueue {
  private readonly pending = new Map<string, Timer>();
  private readonly failures = new Map<string, number>();
  private readonly sim: Simulation;
  private readonly reconcile: (key: string) => void;
  private readonly options: QueueOptions;
  private stopped = false;

  constructor(sim: Simulation, options: QueueOptions, reconcile: (key: string) => void) {
    this.sim = sim;
    this.options = options;
    this.reconcile = reconcile;
  }

  /** Reconciles the key soon; a key that waits already is not added again. */
  add(key: string): void {
    if (this.stopped || this.pending.has(key)) return;
    this.schedule(key, this.options.latency);
  }

  /** Reconciles the key after `ms` at the latest. */
  addAfter(key: string, ms: number): void {
    if (this.stopped) return;
    if (this.pending.has(key)) return;
    this.schedule(key, Math.max(ms, 0));
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.pending.values()) timer.cancel();
    this.pending.clear();
  }

  private schedule(key: string, ms: number): void {
    this.pending.set(
      key,
      this.sim.schedule(ms, () => {
        this.pending.delete(key);
        try {
          this.reconcile(key);
          this.failures.delete(key);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          const failures = (this.failures.get(key) ?? 0) + 1;
          this.failures.set(key, failures);
          this.sim.log(this.options.name, `retry ${key}: ${error.message}`);
          this.addAfter(key, Math.min(5 * 2 ** (failures - 1), 1_000_000));
        }
      }),
    );
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
