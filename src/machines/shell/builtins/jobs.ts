import { until } from '../../../sim/routine.ts';
import type { Process } from '../../computer.ts';
import { type Job, jobLine, jobOf } from '../job.ts';
import { type Builtin, complain } from './builtin.ts';

/** jobs: what runs in the background, and what ended since one asked last. */
export const jobs: Builtin = function* (shell, argv, streams) {
  const flags = argv
    .slice(1)
    .filter((each) => each.startsWith('-'))
    .join('');
  const specs = argv.slice(1).filter((each) => !each.startsWith('-'));
  const shown: Job[] = [];
  let status = 0;
  for (const spec of specs) {
    const job = jobOf(shell, spec);
    if (job === undefined) status = yield* complain(shell, streams, argv, `${spec}: no such job`);
    else shown.push(job);
  }
  if (specs.length === 0) shown.push(...(shell.jobs.size === 0 ? shell.inherited : shell.jobs.values()));
  for (const job of shown) {
    if (flags.includes('r') && !job.process.alive) continue;
    yield* streams.stdout.write(
      flags.includes('p') ? `${job.process.pid}\n` : jobLine(shell, job, flags.includes('l')),
    );
  }
  for (const job of shown) if (!job.process.alive) shell.jobs.delete(job.number);
  return status;
};

/** wait: until jobs have ended; the status of the last. */
export const wait: Builtin = function* (shell, argv, streams) {
  const wanted = argv.slice(1).filter((each) => !/^-[nfp]$/.test(each));
  if (argv[1] === '-n') {
    const all = [...shell.jobs.values()];
    if (all.length === 0) return 127;
    const ended = yield* firstOf(all.map((job) => job.process));
    for (const job of all) if (job.process === ended) shell.jobs.delete(job.number);
    return ended.exitCode ?? 0;
  }
  let status = 0;
  for (const spec of wanted) {
    const job = spec.startsWith('%')
      ? jobOf(shell, spec)
      : [...shell.jobs.values()].find(({ process }) => String(process.pid) === spec);
    if (job !== undefined) {
      status = yield* job.process.wait();
      shell.jobs.delete(job.number);
      shell.ended.set(job.process.pid, status);
      continue;
    }
    status = shell.ended.get(Number(spec)) ?? 127;
    if (shell.ended.has(Number(spec))) continue;
    if (spec.startsWith('%')) yield* complain(shell, streams, argv, `${spec}: no such job`);
    else if (/^\d+$/.test(spec)) yield* complain(shell, streams, argv, `pid ${spec} is not a child of this shell`);
    else status = yield* complain(shell, streams, argv, `\`${spec}': not a pid or valid job spec`);
  }
  if (wanted.length > 0) return status;
  for (const job of [...shell.jobs.values()]) {
    shell.ended.set(job.process.pid, yield* job.process.wait());
    shell.jobs.delete(job.number);
  }
  return 0;
};

function* firstOf(processes: readonly Process[]) {
  const done = processes.find((process) => !process.alive);
  if (done !== undefined) return done;
  return yield* until<Process>((resolve) => {
    for (const process of processes) process.onExit(() => resolve(process));
    return () => {};
  });
}

/** fg: a job in the foreground again. */
export const fg: Builtin = function* (shell, argv, streams) {
  if (shell.scripted) return yield* complain(shell, streams, argv, 'no job control');
  const job = jobOf(shell, argv[1]);
  if (job === undefined) return yield* complain(shell, streams, argv, `${argv[1] ?? 'current'}: no such job`);
  yield* streams.stdout.write(`${job.text}\n`);
  shell.foreground(job.process);
  try {
    return yield* job.process.wait();
  } finally {
    shell.foreground(undefined);
    shell.jobs.delete(job.number);
  }
};

/** bg: a job goes on in the background, which here it always does. */
export const bg: Builtin = function* (shell, argv, streams) {
  if (shell.scripted) return yield* complain(shell, streams, argv, 'no job control');
  const job = jobOf(shell, argv[1]);
  if (job === undefined) return yield* complain(shell, streams, argv, `${argv[1] ?? 'current'}: no such job`);
  return yield* complain(shell, streams, argv, `job ${job.number} already in background`, 0);
};

/** disown: the shell forgets jobs. */
export const disown: Builtin = function* (shell, argv, streams) {
  let status = 0;
  const specs = argv.slice(1).filter((each) => !each.startsWith('-'));
  if (argv.includes('-a')) shell.jobs.clear();
  else
    for (const spec of specs.length === 0 ? ['%+'] : specs) {
      const job = jobOf(shell, spec);
      if (job === undefined)
        status = yield* complain(shell, streams, argv, `${specs.length === 0 ? 'current' : spec}: no such job`);
      else {
        shell.jobs.delete(job.number);
        job.process.orphan();
      }
    }
  return status;
};
