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
  /** The command as it was typed, without its `&`. */
  readonly text: string;
}

/** Starts `command &`. */
export function* background(shell: Shell, statement: Statement, streams: Streams): Routine {
  const process = fork(
    shell,
    { ...streams, stdin: EMPTY_INPUT },
    (copy, inner) => copy.node(statement.command, inner),
    false,
  );
  const number = Math.max(0, ...shell.jobs.keys()) + 1;
  shell.jobs.set(number, { number, process, text: shell.sourceOf(statement) });
  shell.lastBackground = process.pid;
  shell.status = 0;
  if (shell.interactive) yield* streams.stderr.write(`[${number}] ${process.pid}\n`);
}

/** The job that `%1`, `%+`, `%-`, `%name` or `%?text` names; without one, the current job. */
export function jobOf(shell: Shell, spec = '%+'): Job | undefined {
  const jobs = [...shell.jobs.values()];
  const name = spec.replace(/^%/, '');
  if (name === '' || name === '+' || name === '%') return jobs.at(-1);
  if (name === '-') return jobs.at(-2) ?? jobs.at(-1);
  if (/^\d+$/.test(name)) return shell.jobs.get(Number(name));
  return jobs.find(({ text }) => (name.startsWith('?') ? text.includes(name.slice(1)) : text.startsWith(name)));
}

const ENDED: Readonly<Record<number, string>> = {
  0: 'Done',
  129: 'Hangup',
  130: 'Interrupt',
  131: 'Quit',
  137: 'Killed',
  143: 'Terminated',
};

/** A job as `jobs` shows it; `long` with its process number. */
export function jobLine(shell: Shell, job: Job, long = false): string {
  const jobs = shell.jobs.size === 0 ? shell.inherited : [...shell.jobs.values()];
  const mark = job === jobs.at(-1) ? '+' : job === jobs.at(-2) ? '-' : ' ';
  const code = job.process.exitCode;
  const state = code === undefined ? 'Running' : (ENDED[code] ?? `Exit ${code}`);
  const pid = long ? `${String(job.process.pid).padStart(5)} ` : ' ';
  return `[${job.number}]${mark} ${pid}${state.padEnd(24)}${job.text}${code === undefined ? ' &' : ''}\n`;
}

/** Messages about jobs that are done, as an interactive shell prints them before its prompt. */
export function* reportJobs(shell: Shell): Routine {
  const ended = [...shell.jobs.values()].filter((job) => !job.process.alive);
  for (const job of ended) yield* shell.context.stderr.write(jobLine(shell, job));
  for (const job of ended) shell.jobs.delete(job.number);
}
