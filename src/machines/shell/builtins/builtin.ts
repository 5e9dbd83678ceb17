import type { Routine } from '../../../sim/routine.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';

/** A command that the shell runs itself, with its exit status. */
export type Builtin = (shell: Shell, argv: readonly string[], streams: Streams) => Routine<number>;

/** Prints an error of a builtin as bash words it; the status. */
export function* complain(
  shell: Shell,
  streams: Streams,
  argv: readonly string[],
  message: string,
  status = 1,
): Routine<number> {
  yield* streams.stderr.write(`${shell.prefix()}${argv[0]}: ${message}\n`);
  return status;
}
