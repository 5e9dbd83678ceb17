import type { ApiStream } from '../../../cluster/api/client.ts';
import { type Routine, until } from '../../../sim/routine.ts';

/** Reads a stream of the API (watch events, log text) one item at a time. Close it in a `finally`. */
export class StreamReader {
  private readonly queue: unknown[] = [];
  private ended = false;
  private wake: (() => void) | undefined;
  private readonly stop: () => void;

  constructor(stream: ApiStream) {
    this.stop = stream.subscribe(
      (item) => {
        this.queue.push(item);
        this.wake?.();
      },
      () => {
        this.ended = true;
        this.wake?.();
      },
    );
  }

  /** The next item, or undefined at the end of the stream. */
  *next(): Routine<unknown> {
    while (this.queue.length === 0) {
      if (this.ended) return undefined;
      yield* until<void>((resolve) => {
        this.wake = resolve;
        return () => {
          this.wake = undefined;
        };
      });
    }
    return this.queue.shift();
  }

  /** Items that have come and were not read. */
  get pending(): number {
    return this.queue.length;
  }

  close(): void {
    this.stop();
  }
}
