import { Failure } from '../errors.ts';
import { GeneratorError } from '../generators/names.ts';

/** Runs a generator of objects; what it refuses is an error of the command line. @throws Failure */
export function generated<T>(make: () => T, prefix = ''): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof GeneratorError) throw new Failure(`${prefix}${error.message}`);
    throw error;
  }
}
