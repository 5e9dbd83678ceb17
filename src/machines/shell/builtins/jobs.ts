import { SIGNAL_NUMBERS, type Signal } from '../../process.ts';
import { type Builtin, complain } from './builtin.ts';

/** kill */
export const kill: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  // Signal 0 only asks whether the process is there.
  let signal: Signal | undefined = 'SIGTERM';
  if (args[0] === '-l') {
    yield* streams.stdout.write(
      `${Object.entries(SIGNAL_NUMBERS)
        .map(([name, number]) => `${String(number).padStart(2)}) ${name}`)
        .join('\t')}\n`,
    );
    return 0;
  }
  if (args[0]?.startsWith('-') === true) {
    const wanted = (args[0] === '-s' ? (args.splice(0, 2)[1] ?? '') : (args.shift() ?? '').slice(1)).toUpperCase();
    const found = (Object.keys(SIGNAL_NUMBERS) as Signal[]).find(
      (name) => name === wanted || name === `SIG${wanted}` || String(SIGNAL_NUMBERS[name]) === wanted,
    );
    if (found === undefined && wanted !== '0')
      return yield* complain(shell, streams, argv, `${wanted}: invalid signal specification`);
    signal = found;
  }
  if (args.length === 0) {
    yield* streams.stderr.write(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    );
    return 2;
  }
  let status = 0;
  for (const target of args) {
    const process = target.startsWith('%')
      ? shell.jobs.get(Number(target.slice(1)) || Math.max(0, ...shell.jobs.keys()))?.process
      : shell.computer.processes.get(Number(target));
    if (process === undefined)
      status = yield* complain(
        shell,
        streams,
        argv,
        target.startsWith('%') ? `${target}: no such job` : `(${target}) - No such process`,
      );
    else if (signal !== undefined) process.signalTree(signal);
  }
  return status;
};

/** wait */
export const wait: Builtin = function* (shell, argv) {
  const wanted = argv.slice(1);
  let status = 0;
  for (const job of [...shell.jobs.values()]) {
    if (wanted.length > 0 && !wanted.includes(String(job.process.pid)) && !wanted.includes(`%${job.number}`)) continue;
    status = yield* job.process.wait();
    shell.jobs.delete(job.number);
  }
  return wanted.length === 0 ? 0 : status;
};

/** trap */
export const trap: Builtin = function* (shell, argv, streams) {
  const [action, ...signals] = argv.slice(1).filter((each) => each !== '--');
  if (action === undefined) {
    for (const [signal, text] of shell.traps) yield* streams.stdout.write(`trap -- '${text}' ${signal}\n`);
    return 0;
  }
  for (const name of signals) {
    const signal = name === '0' || name === 'EXIT' ? 'EXIT' : name.replace(/^SIG/, '');
    if (action === '-') shell.traps.delete(signal);
    else {
      shell.traps.set(signal, action);
      if (signal !== 'EXIT' && `SIG${signal}` in SIGNAL_NUMBERS)
        shell.context.onSignal(`SIG${signal}` as Signal, () => {
          const text = shell.traps.get(signal);
          if (text !== undefined && text !== '') shell.pendingTraps.push(text);
        });
    }
  }
  return 0;
};

/** jobs */
export const jobs: Builtin = function* (shell, _argv, streams) {
  for (const job of shell.jobs.values())
    yield* streams.stdout.write(
      `[${job.number}]+  ${(job.process.alive ? 'Running' : 'Done').padEnd(24)}${job.text}${job.process.alive ? ' &' : ''}\n`,
    );
  return 0;
};

/** fg */
export const fg: Builtin = function* (shell, argv, streams) {
  const number = Number((argv[1] ?? '').replace('%', '')) || Math.max(0, ...shell.jobs.keys());
  const job = shell.jobs.get(number);
  if (job === undefined) return yield* complain(shell, streams, argv, `${argv[1] ?? 'current'}: no such job`);
  yield* streams.stdout.write(`${job.text}\n`);
  shell.foreground(job.process);
  try {
    return yield* job.process.wait();
  } finally {
    shell.foreground(undefined);
    shell.jobs.delete(number);
  }
};

/** bg */
export const bg: Builtin = function* () {
  return 0;
};

/** disown */
export const disown: Builtin = function* (shell) {
  shell.jobs.clear();
  return 0;
};
