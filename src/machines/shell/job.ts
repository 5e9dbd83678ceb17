import type { Statement } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import type { Process } from '../computer.ts';
import { EMPTY_INPUT } from '../streams.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';
import { fork } from './subshell.ts';

/** A background job. */
export interface Job {
  readonly number: number;
  readonly process: Process;
  readonly text: string;
}

/** Starts `command &`. */
export function* background(shell: Shell, statement: Statement, streams: Streams): Routine {
  const process = fork(
    shell,
    { stdin: EMPTY_INPUT, stdout: streams.stdout, stderr: streams.stderr },
    (shell, inner) => shell.node(statement.command, inner),
    false,
  );
  const number = Math.max(0, ...shell.jobs.keys()) + 1;
  shell.jobs.set(number, { number, process, text: shell.sourceOf(statement) });
  shell.lastBackground = process.pid;
  shell.status = 0;
  if (shell.interactive) yield* streams.stderr.write(`[${number}] ${process.pid}\n`);
}

/** Messages about jobs that are done, as an interactive shell prints them before its prompt. */
export function* reportJobs(shell: Shell): Routine {
  for (const job of [...shell.jobs.values()]) {
    if (job.process.alive) continue;
    shell.jobs.delete(job.number);
    const code = job.process.exitCode ?? 0;
    const word = code === 0 ? 'Done' : code === 143 ? 'Terminated' : code === 137 ? 'Killed' : `Exit ${code}`;
    yield* shell.context.stderr.write(`[${job.number}]+  ${word.padEnd(24)}${job.text}\n`);
  }
}
