import type { Simulation } from '../../sim/simulation.ts';
import { fullImageName } from './image-name.ts';
import type { ContainerRuntime, PullResult } from './runtime.ts';

type Pulled = Extract<PullResult, { readonly ok: true }>;
type Done = (result: PullResult, durationMs: number) => void;

/** Asking the registry whether an image that is there is still the latest takes no longer than this, in ms. */
const CHECK = 450;

/** The images that a node has. A pull costs its time once; containers that want the same image at once share it. */
export class ImageStore {
  /** By the name that pods use. */
  private readonly present = new Map<string, Pulled>();
  private readonly pulling = new Map<string, ((result: PullResult) => void)[]>();
  private readonly sim: Simulation;
  private readonly runtime: ContainerRuntime;

  constructor(sim: Simulation, runtime: ContainerRuntime) {
    this.sim = sim;
    this.runtime = runtime;
  }

  get size(): number {
    return this.present.size;
  }

  has(image: string): boolean {
    return this.present.has(image);
  }

  get(image: string): Pulled | undefined {
    return this.present.get(image);
  }

  /** The names that pods used, for a snapshot. */
  names(): string[] {
    return [...this.present.keys()];
  }

  /** Names and sizes for the node's status, the largest first. */
  list(): { names: string[]; sizeBytes: number }[] {
    const list = [...this.present].map(([name, { imageId, sizeBytes }]) => ({
      names: [imageId, fullImageName(name)],
      sizeBytes,
    }));
    return list.sort((a, b) => b.sizeBytes - a.sizeBytes);
  }

  /** Puts an image there without a pull: what a node comes with. */
  preload(image: string): void {
    if (this.present.has(image)) return;
    const result = this.runtime.pull(image);
    if (result.ok) this.present.set(image, result);
  }

  /** Pulls, or checks with the registry when the image is there already, which is quick. */
  pull(image: string, done: Done): void {
    const began = this.sim.now();
    const tell = (result: PullResult) => done(result, this.sim.now() - began);
    const sharing = this.pulling.get(image);
    if (sharing !== undefined) {
      sharing.push(tell);
      return;
    }
    const waiting = [tell];
    this.pulling.set(image, waiting);
    const known = this.present.get(image);
    const result =
      known === undefined ? this.runtime.pull(image) : { ...known, durationMs: Math.min(known.durationMs, CHECK) };
    this.sim.schedule(result.durationMs, () => {
      this.pulling.delete(image);
      if (result.ok && known === undefined) this.present.set(image, result);
      // One at a time, in events of their own: hundreds may have waited.
      for (const each of waiting) this.sim.schedule(0, () => each(result));
    });
  }
}
