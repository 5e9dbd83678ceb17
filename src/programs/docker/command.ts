import type { Context } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import type { DockerEngine } from './engine.ts';
import type { ParsedFlags } from './flags.ts';

/** One docker command while it runs. */
export interface Call {
  readonly context: Context;
  readonly engine: DockerEngine;
  readonly flags: ParsedFlags;
  readonly operands: readonly string[];
  out(text: string): Routine;
  err(text: string): Routine;
}

/** A docker command. Flags, usage and help come from the recorded help text of its name. */
export interface DockerCommand {
  /** `run`, `network ls`. */
  readonly name: string;
  /** Names that mean the same: `container run`. */
  readonly aliases?: readonly string[];
  /** How many operands it takes. */
  readonly arguments: readonly [least: number, most: number];
  /** False when what follows the first operand is somebody else's command line. */
  readonly interspersed?: false;
  run(call: Call): Routine<number>;
}

/** What ends a command before it begins: printed as `docker: message`, with the advice to read --help. */
export class RunError extends Error {
  readonly status: number;

  constructor(message: string, status = 125) {
    super(message);
    this.name = 'RunError';
    this.status = status;
  }
}

/** Does the same for each operand; the errors are collected, and all but those are done. */
export function* each(call: Call, act: (reference: string) => Routine<string | undefined>): Routine<number> {
  let status = 0;
  for (const reference of call.operands) {
    try {
      const said = yield* act(reference);
      if (said !== undefined) yield* call.out(`${said}\n`);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'DaemonError') throw error;
      yield* call.err(`Error response from daemon: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
}
