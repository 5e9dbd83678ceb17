import type { Simulation } from '../../sim/simulation.ts';
import type { ContainerRuntime, PullResult } from './runtime.ts';

/** The images that a node has. A pull costs its time once; containers that want the same image at once share it. */
export class ImageStore {
  private readonly present = new Map<string, Extract<PullResult, { ok: true }>>();
  private readonly pulling = new Map<string, ((result: PullResult) => void)[]>();
  private readonly sim: Simulation;
  private readonly runtime: ContainerRuntime;

  constructor(sim: Simulation, runtime: ContainerRuntime) {
    this.sim = sim;
    this.runtime = runtime;
  }

  has(image: string): boolean {
    return this.present.has(image);
  }

  get(image: string): Extract<PullResult, { ok: true }> | undefined {
    return this.present.get(image);
  }

  /** Names and sizes, for the node's status. */
  list(): { names: string[]; sizeBytes: number }[] {
    return [...this.present].map(([name, image]) => ({ names: [image.imageId, name], sizeBytes: image.sizeBytes }));
  }

  /** Puts an image there without a pull: what a node comes with. */
  preload(image: string): void {
    const result = this.runtime.pull(image);
    if (result.ok) this.present.set(image, result);
  }

  /** Pulls, or checks with the registry when the image is there already (which is quick). */
  pull(image: string, done: (result: PullResult, durationMs: number) => void): void {
    const waiting = this.pulling.get(image);
    const began = this.sim.now();
    const tell = (result: PullResult) => done(result, this.sim.now() - began);
    if (waiting !== undefined) {
      waiting.push(tell);
      return;
    }
    const list = [tell];
    this.pulling.set(image, list);
    const result = this.runtime.pull(image);
    const duration = result.ok && this.present.has(image) ? Math.min(result.durationMs, 450) : result.durationMs;
    this.sim.schedule(duration, () => {
      this.pulling.delete(image);
      if (result.ok) this.present.set(image, result);
      for (const each of list) each(result);
    });
  }
}
