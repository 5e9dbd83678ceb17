import type { ApiStream } from '../../../cluster/api/client.ts';
import { type Routine, until } from '../../../sim/routine.ts';

/** Reads several streams of text at once, in the order in which their items come. Close it in a `finally`. */
export class MergedStreams {
  private readonly queue: { readonly from: number; readonly text: string }[] = [];
  private readonly stops: (() => void)[];
  private open: number;
  private wake: (() => void) | undefined;

  constructor(streams: readonly ApiStream[]) {
    this.open = streams.length;
    this.stops = streams.map((stream, from) =>
      stream.subscribe(
        (item) => {
          this.queue.push({ from, text: String(item) });
          this.wake?.();
        },
        () => {
          this.open--;
          this.wake?.();
        },
      ),
    );
  }

  /** The next item and which stream it is from; undefined when all have ended. */
  *next(): Routine<{ readonly from: number; readonly text: string } | undefined> {
    while (this.queue.length === 0) {
      if (this.open <= 0) return undefined;
      yield* until<void>((resolve) => {
        this.wake = resolve;
        return () => {
          this.wake = undefined;
        };
      });
    }
    return this.queue.shift();
  }

  close(): void {
    for (const stop of this.stops) stop();
  }
}
