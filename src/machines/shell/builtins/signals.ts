import { SIGNAL_NUMBERS, type Signal } from '../../process.ts';
import { jobOf } from '../job.ts';
import { type Builtin, complain } from './builtin.ts';

/** Names of the signals by their numbers (signal(7), x86). */
const NAMES = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG ' +
  'XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

const LAST_REAL_TIME = 64;
const FIRST_REAL_TIME = 34;

function nameOf(number: number): string | undefined {
  if (number >= FIRST_REAL_TIME && number <= LAST_REAL_TIME) {
    const up = number - FIRST_REAL_TIME;
    const down = LAST_REAL_TIME - number;
    return up <= 15 ? `RTMIN${up === 0 ? '' : `+${up}`}` : `RTMAX${down === 0 ? '' : `-${down}`}`;
  }
  return NAMES[number - 1];
}

/** All signals, five a line. */
function table(): string {
  const cells: string[] = [];
  for (let number = 1; number <= LAST_REAL_TIME; number++) {
    const name = nameOf(number);
    if (name !== undefined) cells.push(`${String(number).padStart(2)}) SIG${name}`);
  }
  let text = '';
  for (let at = 0; at < cells.length; at += 5)
    text += `${cells.slice(at, at + 5).join('\t')}${at + 5 < cells.length ? '' : '\t'}\n`;
  return text;
}

/** The signal's name without SIG, by number or name; undefined when there is none. */
function signalOf(text: string): string | undefined {
  if (/^\d+$/.test(text)) return nameOf(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  return NAMES.includes(name) ? name : undefined;
}

/** kill: signals to processes and jobs. */
export const kill: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  let name: string | undefined = 'TERM';
  if (args[0] === '-l' || args[0] === '-L') {
    if (args.length === 1) {
      yield* streams.stdout.write(table());
      return 0;
    }
    let status = 0;
    for (const each of args.slice(1)) {
      const number = Number(each);
      const found = signalOf(number > 128 ? String(number - 128) : each);
      if (found === undefined) status = yield* complain(shell, streams, argv, `${each}: invalid signal specification`);
      else yield* streams.stdout.write(`${Number.isNaN(number) ? NAMES.indexOf(found) + 1 : found}\n`);
    }
    return status;
  }
  if (args[0] === '--') args.shift();
  else if (args[0]?.startsWith('-') === true) {
    const wanted = /^-[sn]$/.test(args[0]) ? (args.splice(0, 2)[1] ?? '') : (args.shift() ?? '').slice(1);
    // Signal 0 only asks whether the process is there.
    name = wanted === '0' ? '0' : signalOf(wanted);
    if (name === undefined) return yield* complain(shell, streams, argv, `${wanted}: invalid signal specification`);
  }
  if (args.length === 0) {
    yield* streams.stderr.write(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    );
    return 2;
  }
  let status = 0;
  for (const target of args) {
    if (!/^(%|-?\d+$)/.test(target)) {
      status = yield* complain(shell, streams, argv, `${target}: arguments must be process or job IDs`);
      continue;
    }
    const job = target.startsWith('%');
    const process = job ? jobOf(shell, target)?.process : shell.computer.processes.get(Math.abs(Number(target)));
    if (process === undefined || !process.alive)
      status = yield* complain(shell, streams, argv, job ? `${target}: no such job` : `(${target}) - No such process`);
    else if (`SIG${name}` in SIGNAL_NUMBERS) {
      const signal = `SIG${name}` as Signal;
      // The shell itself outlives what it is told; what it runs does not.
      if (process === shell.process) process.signal(signal);
      else process.signalTree(signal);
    }
  }
  return status;
};

/** What `trap` knows beside the signals. */
const MOMENTS = new Set(['EXIT', 'ERR', 'DEBUG', 'RETURN']);

/** trap: what is run when a signal comes, at the end, or after an error. */
export const trap: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  const flag = /^-[lp]$/.test(args[0] ?? '') ? args.shift() : undefined;
  if (args[0] === '--') args.shift();
  if (flag === '-l') {
    yield* streams.stdout.write(table());
    return 0;
  }
  const meaning = (given: string) => {
    const name = given.toUpperCase().replace(/^SIG/, '');
    return given === '0' ? 'EXIT' : MOMENTS.has(name) ? name : signalOf(given);
  };
  if (flag === '-p' || args.length === 0) {
    const wanted = args.map(meaning);
    const order = ['EXIT', ...NAMES, 'DEBUG', 'ERR', 'RETURN'];
    for (const name of order) {
      const text = shell.traps.get(name);
      if (text === undefined || (wanted.length > 0 && !wanted.includes(name))) continue;
      yield* streams.stdout.write(
        `trap -- '${text.replaceAll("'", "'\\''")}' ${MOMENTS.has(name) ? name : `SIG${name}`}\n`,
      );
    }
    return 0;
  }
  // One argument, or a number first, takes the traps away.
  const [action = '-', ...names] = args.length === 1 || /^\d+$/.test(args[0] ?? '') ? ['-', ...args] : args;
  let status = 0;
  for (const given of names) {
    const name = meaning(given);
    if (name === undefined) {
      status = yield* complain(shell, streams, argv, `${given}: invalid signal specification`);
      continue;
    }
    shell.caught.get(name)?.();
    shell.caught.delete(name);
    if (action === '-') {
      shell.traps.delete(name);
      continue;
    }
    shell.traps.set(name, action);
    if (`SIG${name}` in SIGNAL_NUMBERS)
      shell.caught.set(
        name,
        shell.context.onSignal(`SIG${name}` as Signal, () => {
          if (action !== '') shell.pendingTraps.push(action);
        }),
      );
  }
  return status;
};
