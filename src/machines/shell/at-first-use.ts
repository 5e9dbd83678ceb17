import { outside, type Routine } from '../../sim/routine.ts';

/** A module that is loaded when it is first needed, and at hand from then on. */
export function atFirstUse<T>(load: () => Promise<T>): () => Routine<T> {
  let known: { readonly module: T } | undefined;
  return function* () {
    known ??= { module: yield* outside(load) };
    return known.module;
  };
}
