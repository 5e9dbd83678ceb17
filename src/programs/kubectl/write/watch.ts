import type { ApiStream } from '../../../cluster/api/client.ts';
import type { KubeObject, Status, WatchEvent } from '../../../cluster/api/types.ts';
import { type Routine, until } from '../../../sim/routine.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { isNamespaced, type ResourceInfo } from '../resource/info.ts';
import { resourcePath } from '../rest/mapper.ts';

/** Reads a stream of the API with a time limit. Close it in a `finally`. */
export class TimedReader {
  private readonly queue: unknown[] = [];
  private readonly sim: Simulation;
  private readonly stop: () => void;
  private ended = false;
  private wake: (() => void) | undefined;

  constructor(sim: Simulation, stream: ApiStream) {
    this.sim = sim;
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

  /** The next item; undefined at the end of the stream or at the virtual time `end`. */
  *next(end = Number.POSITIVE_INFINITY): Routine<unknown> {
    while (this.queue.length === 0) {
      if (this.ended || this.sim.now() >= end) return undefined;
      yield* until<void>((resolve) => {
        this.wake = resolve;
        const timer = Number.isFinite(end) ? this.sim.schedule(end - this.sim.now(), resolve) : undefined;
        return () => {
          this.wake = undefined;
          timer?.cancel();
        };
      });
    }
    return this.queue.shift();
  }

  close(): void {
    this.stop();
  }
}

/**
 * Calls `seen` with an object as it is and at each change (undefined: it is gone) until that returns a value. Undefined
 * when the virtual time `end` came first. @throws StatusFailure
 */
export function* watchObject<T>(
  invocation: Invocation,
  info: ResourceInfo,
  end: number,
  seen: (object: KubeObject | undefined) => Routine<T | undefined>,
): Routine<T | undefined> {
  const { mapping } = info;
  if (mapping === undefined) return undefined;
  const { sim } = invocation.context.machine.world;
  const path = resourcePath(mapping, isNamespaced(info) ? info.namespace : '');
  const fieldSelector = `metadata.name=${info.name}`;
  do {
    const list = (yield* invocation.client.get(path, { query: { fieldSelector } })) as KubeObject;
    const [item] = (list['items'] ?? []) as KubeObject[];
    const object = item === undefined ? undefined : { apiVersion: list.apiVersion ?? '', kind: mapping.kind, ...item };
    const first = yield* seen(object);
    if (first !== undefined) return first;
    if (sim.now() >= end) return undefined;
    const { stream } = yield* invocation.client.request('GET', path, {
      query: { fieldSelector, resourceVersion: list.metadata?.resourceVersion ?? '', watch: 'true' },
    });
    if (stream === undefined) return undefined;
    const reader = new TimedReader(sim, stream);
    try {
      for (;;) {
        const event = (yield* reader.next(end)) as WatchEvent | undefined;
        if (event === undefined) break;
        if (event.type === 'BOOKMARK') continue;
        if (event.type === 'ERROR') throw new StatusFailure(event.object as Status);
        const value = yield* seen(event.type === 'DELETED' ? undefined : (event.object as KubeObject));
        if (value !== undefined) return value;
      }
    } finally {
      reader.close();
    }
  } while (sim.now() < end);
  return undefined;
}
