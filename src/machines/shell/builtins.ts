import { parse } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { FileError } from '../filesystem.ts';
import { SIGNAL_NUMBERS, type Signal } from '../process.ts';
import { arithmetic, ExpansionError } from './expand.ts';
import { ControlFlow } from './flow.ts';
import { formatPrintf, unescapeText } from './printf.ts';
import { getopts, mapfile, read } from './reading.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';
import { binary, unary } from './test-command.ts';

type Builtin = (shell: Shell, argv: readonly string[], streams: Streams) => Routine<number>;

function* complain(
  shell: Shell,
  streams: Streams,
  argv: readonly string[],
  message: string,
  status = 1,
): Routine<number> {
  yield* streams.stderr.write(`${shell.prefix()}${argv[0]}: ${message}\n`);
  return status;
}

const NAME = /^[A-Za-z_]\w*$/;

function* declare(
  shell: Shell,
  argv: readonly string[],
  streams: Streams,
  each: (name: string) => void,
): Routine<number> {
  let status = 0;
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue;
    if (argv.some((each) => /^-\w*A/.test(each)) && NAME.test(argument)) {
      shell.variables.delete(argument);
      shell.maps.set(argument, shell.maps.get(argument) ?? new Map());
      continue;
    }
    const at = argument.indexOf('=');
    const append = at > 0 && argument.charAt(at - 1) === '+';
    const name = at < 0 ? argument : argument.slice(0, append ? at - 1 : at);
    if (!NAME.test(name)) {
      status = yield* complain(shell, streams, argv, `\`${argument}': not a valid identifier`);
      continue;
    }
    if (argv[0] !== 'readonly') each(name);
    if (at >= 0) shell.assign(name, (append ? (shell.variable(name) ?? '') : '') + argument.slice(at + 1));
    if (argv[0] === 'readonly') each(name);
  }
  return status;
}

function level(kind: 'break' | 'continue'): Builtin {
  return function* (_shell, argv) {
    throw new ControlFlow(kind, Math.max(1, Number(argv[1] ?? 1) || 1));
  };
}

/** test(1): `[ a = b ]`. */
function test(shell: Shell, given: readonly string[]): boolean {
  const args = [...given];
  const primary = (): boolean => {
    const first = args.shift();
    if (first === undefined) return false;
    if (first === '!') return !primary();
    if (first === '(') {
      const inner = or();
      args.shift();
      return inner;
    }
    const operator = args[0];
    if (operator !== undefined && args[1] !== undefined && binary(operator, '', '') !== undefined) {
      args.shift();
      const right = args.shift() ?? '';
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator))
        for (const each of [first, right])
          if (!/^\s*[+-]?\d+\s*$/.test(each)) throw new TestError(`${each}: integer expression expected`);
      return binary(operator, first, right) ?? false;
    }
    if (/^-[a-zA-Z]$/.test(first) && args.length > 0 && !['-a', '-o'].includes(args[0] ?? ''))
      return unary(shell, first, args.shift() ?? '');
    return first !== '';
  };
  const and = (): boolean => {
    let result = primary();
    while (args[0] === '-a') {
      args.shift();
      const next = primary();
      result = result && next;
    }
    return result;
  };
  const or = (): boolean => {
    let result = and();
    while (args[0] === '-o') {
      args.shift();
      const next = and();
      result = result || next;
    }
    return result;
  };
  const result = or();
  if (args.length > 0) throw new TestError('too many arguments');
  return result;
}

class TestError extends Error {}

const testBuiltin: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (argv[0] === '[') {
    if (args.at(-1) !== ']') return yield* complain(shell, streams, argv, "missing `]'", 2);
    args.pop();
  }
  try {
    return test(shell, args) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return yield* complain(shell, streams, argv, error.message, 2);
  }
};

const echo: Builtin = function* (_shell, argv, streams) {
  const args = argv.slice(1);
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(args[0] ?? '')) {
    const flags = args.shift() ?? '';
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
    if (flags.includes('E')) escapes = false;
  }
  const text = args.join(' ');
  const { text: shown, stop } = escapes ? unescapeText(text) : { text, stop: false };
  yield* streams.stdout.write(stop ? shown : `${shown}${newline ? '\n' : ''}`);
  return 0;
};

const cd: Builtin = function* (shell, argv, streams) {
  const { context } = shell;
  const [target = shell.variable('HOME') ?? '/', extra] = argv
    .slice(1)
    .filter((each) => each !== '--' && !/^-[LP]$/.test(each));
  if (extra !== undefined) return yield* complain(shell, streams, argv, 'too many arguments');
  const wanted = target === '-' ? (shell.variable('OLDPWD') ?? '') : target;
  if (target === '-' && wanted === '') return yield* complain(shell, streams, argv, 'OLDPWD not set');
  const path = context.fs.resolve(context.cwd, wanted);
  try {
    if (context.fs.stat(path).type !== 'directory') throw new FileError('ENOTDIR', path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return yield* complain(shell, streams, argv, `${wanted}: ${error.message}`);
  }
  shell.variables.set('OLDPWD', context.cwd);
  context.cwd = path;
  shell.variables.set('PWD', path);
  if (target === '-') yield* streams.stdout.write(`${path}\n`);
  return 0;
};

const OPTION_LETTERS: Readonly<Record<string, string>> = {
  e: 'errexit',
  x: 'xtrace',
  u: 'nounset',
  f: 'noglob',
  n: 'noexec',
  a: 'allexport',
  v: 'verbose',
  h: 'hashall',
  m: 'monitor',
};

const set: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args.length === 0) {
    for (const [name, value] of [...shell.variables].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield* streams.stdout.write(`${name}=${value}\n`);
    return 0;
  }
  while (args.length > 0) {
    const flag = args.shift() ?? '';
    if (flag === '--') {
      shell.positional = args.splice(0);
      break;
    }
    if (!/^[-+]./.test(flag)) {
      shell.positional = [flag, ...args.splice(0)];
      break;
    }
    const on = flag.startsWith('-');
    const names =
      flag.slice(1) === 'o' ? [args.shift() ?? ''] : [...flag.slice(1)].map((letter) => OPTION_LETTERS[letter]);
    for (const name of names) {
      if (name === undefined) {
        yield* streams.stderr.write(
          `${shell.prefix()}set: ${flag}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n`,
        );
        return 2;
      }
      if (on) shell.options.add(name);
      else shell.options.delete(name);
    }
  }
  return 0;
};

const kill: Builtin = function* (shell, argv, streams) {
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

const wait: Builtin = function* (shell, argv) {
  const wanted = argv.slice(1);
  let status = 0;
  for (const job of [...shell.jobs.values()]) {
    if (wanted.length > 0 && !wanted.includes(String(job.process.pid)) && !wanted.includes(`%${job.number}`)) continue;
    status = yield* job.process.wait();
    shell.jobs.delete(job.number);
  }
  return wanted.length === 0 ? 0 : status;
};

const trap: Builtin = function* (shell, argv, streams) {
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

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'in',
  'select',
]);

const type: Builtin = function* (shell, argv, streams) {
  let status = 0;
  const short = argv[1] === '-t';
  for (const name of argv.slice(short || argv[1] === '-a' || argv[1] === '-p' ? 2 : 1)) {
    const entry = shell.computer.program(name);
    if (short) {
      const kind = shell.aliases.has(name)
        ? 'alias'
        : KEYWORDS.has(name)
          ? 'keyword'
          : shell.functions.has(name)
            ? 'function'
            : BUILTINS.has(name)
              ? 'builtin'
              : entry === undefined
                ? undefined
                : 'file';
      if (kind === undefined) status = 1;
      else yield* streams.stdout.write(`${kind}\n`);
      continue;
    }
    if (KEYWORDS.has(name)) {
      yield* streams.stdout.write(`${name} is a shell keyword\n`);
      continue;
    }
    if (shell.aliases.has(name)) yield* streams.stdout.write(`${name} is aliased to \`${shell.aliases.get(name)}'\n`);
    else if (shell.functions.has(name)) yield* streams.stdout.write(`${name} is a function\n`);
    else if (BUILTINS.has(name)) yield* streams.stdout.write(`${name} is a shell builtin\n`);
    else if (entry !== undefined) yield* streams.stdout.write(`${name} is ${entry.directory}/${entry.name}\n`);
    else status = yield* complain(shell, streams, argv, `${name}: not found`);
  }
  return status;
};

const command: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args[0] === '-v' || args[0] === '-V') {
    const name = args[1] ?? '';
    const entry = shell.computer.program(name);
    if (BUILTINS.has(name) || shell.functions.has(name)) yield* streams.stdout.write(`${name}\n`);
    else if (entry !== undefined) yield* streams.stdout.write(`${entry.directory}/${entry.name}\n`);
    else return 1;
    return 0;
  }
  return yield* shell.run(args.map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' '), streams);
};

/** The commands that a shell runs itself. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [
    ':',
    function* () {
      return 0;
    },
  ],
  [
    'true',
    function* () {
      return 0;
    },
  ],
  [
    'false',
    function* () {
      return 1;
    },
  ],
  ['echo', echo],
  [
    'printf',
    function* (shell, argv, streams) {
      const args = argv.slice(1);
      if (args[0] === '--') args.shift();
      if (args.length === 0) {
        yield* streams.stderr.write(`${shell.prefix()}printf: usage: printf [-v var] format [arguments]\n`);
        return 2;
      }
      if (args[0] === '-v') {
        shell.assign(args[1] ?? '', formatPrintf(args[2] ?? '', args.slice(3)).text);
        return 0;
      }
      const { text, errors } = formatPrintf(args[0] ?? '', args.slice(1));
      yield* streams.stdout.write(text);
      for (const error of errors) yield* complain(shell, streams, argv, error);
      return errors.length === 0 ? 0 : 1;
    },
  ],
  ['cd', cd],
  [
    'pwd',
    function* (shell, _argv, streams) {
      yield* streams.stdout.write(`${shell.context.cwd}\n`);
      return 0;
    },
  ],
  ['read', read],
  ['test', testBuiltin],
  ['[', testBuiltin],
  ['set', set],
  [
    'export',
    function* (shell, argv, streams) {
      if (argv.length === 1 || argv[1] === '-p') {
        for (const name of [...shell.exported].sort())
          yield* streams.stdout.write(`declare -x ${name}="${shell.variable(name) ?? ''}"\n`);
        return 0;
      }
      return yield* declare(shell, argv, streams, (name) => shell.exported.add(name));
    },
  ],
  [
    'readonly',
    function* (shell, argv, streams) {
      return yield* declare(shell, argv, streams, (name) => shell.readonlys.add(name));
    },
  ],
  [
    'declare',
    function* (shell, argv, streams) {
      return yield* declare(shell, argv, streams, (name) => shell.declareLocal(name));
    },
  ],
  [
    'typeset',
    function* (shell, argv, streams) {
      return yield* declare(shell, argv, streams, (name) => shell.declareLocal(name));
    },
  ],
  [
    'local',
    function* (shell, argv, streams) {
      if (shell.locals.length === 0) return yield* complain(shell, streams, argv, 'can only be used in a function');
      return yield* declare(shell, argv, streams, (name) => {
        shell.declareLocal(name);
        shell.variables.delete(name);
      });
    },
  ],
  [
    'unset',
    function* (shell, argv) {
      const only = argv[1] === '-f' || argv[1] === '-v' ? argv[1] : undefined;
      for (const name of argv.slice(1)) {
        if (name === '-f' || name === '-v') continue;
        if (shell.readonlys.has(name)) throw new ExpansionError(`unset: ${name}: cannot unset: readonly variable`);
        const known = shell.parameter(name) !== undefined || /\[/.test(name);
        if (only !== '-f') shell.unset(name);
        if (only === '-f' || (only === undefined && !known)) shell.functions.delete(name);
      }
      return 0;
    },
  ],
  [
    'shift',
    function* (shell, argv) {
      const count = Number(argv[1] ?? 1);
      if (count > shell.positional.length) return 1;
      shell.positional = shell.positional.slice(count);
      return 0;
    },
  ],
  ['break', level('break')],
  ['continue', level('continue')],
  [
    'return',
    function* (shell, argv) {
      throw new ControlFlow('return', Number(argv[1] ?? shell.status) & 255);
    },
  ],
  [
    'exit',
    function* (shell, argv, streams) {
      const [, code] = argv;
      if (code !== undefined && !/^-?\d+$/.test(code)) {
        yield* complain(shell, streams, argv, `${code}: numeric argument required`);
        throw new ControlFlow('exit', 2);
      }
      throw new ControlFlow('exit', Number(code ?? shell.status) & 255);
    },
  ],
  [
    'logout',
    function* (shell) {
      throw new ControlFlow('exit', shell.status);
    },
  ],
  [
    'eval',
    function* (shell, argv, streams) {
      return yield* shell.run(argv.slice(1).join(' '), streams);
    },
  ],
  ['source', source()],
  ['.', source()],
  [
    'alias',
    function* (shell, argv, streams) {
      if (argv.length === 1)
        for (const [name, text] of [...shell.aliases].sort()) yield* streams.stdout.write(`alias ${name}='${text}'\n`);
      let status = 0;
      for (const each of argv.slice(1)) {
        const at = each.indexOf('=');
        if (at > 0) shell.aliases.set(each.slice(0, at), each.slice(at + 1));
        else if (shell.aliases.has(each)) yield* streams.stdout.write(`alias ${each}='${shell.aliases.get(each)}'\n`);
        else status = yield* complain(shell, streams, argv, `${each}: not found`);
      }
      return status;
    },
  ],
  [
    'unalias',
    function* (shell, argv) {
      for (const name of argv.slice(1)) {
        if (name === '-a') shell.aliases.clear();
        else shell.aliases.delete(name);
      }
      return 0;
    },
  ],
  ['type', type],
  ['command', command],
  ['builtin', command],
  [
    'hash',
    function* () {
      return 0;
    },
  ],
  [
    'umask',
    function* (_shell, argv, streams) {
      if (argv.length === 1) yield* streams.stdout.write('0022\n');
      return 0;
    },
  ],
  [
    'ulimit',
    function* (_shell, argv, streams) {
      yield* streams.stdout.write(argv.includes('-u') ? '400\n' : 'unlimited\n');
      return 0;
    },
  ],
  [
    'times',
    function* (_shell, _argv, streams) {
      yield* streams.stdout.write('0m0.004s 0m0.002s\n0m0.010s 0m0.006s\n');
      return 0;
    },
  ],
  ['getopts', getopts],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  [
    'let',
    function* (shell, argv, streams) {
      let value = 0n;
      for (const text of argv.slice(1)) {
        const [statement] = parse(`((${text}))`).commands;
        const node = statement?.command;
        if (node?.type !== 'ArithmeticCommand')
          return yield* complain(shell, streams, argv, `${text}: syntax error in expression`);
        value = arithmetic(shell, node.expression, text);
      }
      return value === 0n ? 1 : 0;
    },
  ],
  ['trap', trap],
  ['wait', wait],
  ['kill', kill],
  [
    'jobs',
    function* (shell, _argv, streams) {
      for (const job of shell.jobs.values())
        yield* streams.stdout.write(
          `[${job.number}]+  ${(job.process.alive ? 'Running' : 'Done').padEnd(24)}${job.text}${job.process.alive ? ' &' : ''}\n`,
        );
      return 0;
    },
  ],
  [
    'fg',
    function* (shell, argv, streams) {
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
    },
  ],
  [
    'bg',
    function* () {
      return 0;
    },
  ],
  [
    'disown',
    function* (shell) {
      shell.jobs.clear();
      return 0;
    },
  ],
  [
    'history',
    function* (shell, argv, streams) {
      if (argv[1] === '-c') shell.history.length = 0;
      const count = Number(argv[1] ?? shell.history.length) || shell.history.length;
      for (const [index, line] of shell.history.entries())
        if (index >= shell.history.length - count)
          yield* streams.stdout.write(`${String(index + 1).padStart(5)}  ${line}\n`);
      return 0;
    },
  ],
  [
    'pushd',
    function* (shell, argv, streams) {
      const from = shell.context.cwd;
      const status = yield* cd(shell, ['pushd', argv[1] ?? shell.folders.pop() ?? from], streams);
      if (status !== 0) return status;
      shell.folders.push(from);
      yield* streams.stdout.write(`${[shell.context.cwd, ...[...shell.folders].reverse()].join(' ')}\n`);
      return 0;
    },
  ],
  [
    'popd',
    function* (shell, argv, streams) {
      const folder = shell.folders.pop();
      if (folder === undefined) return yield* complain(shell, streams, argv, 'directory stack empty');
      return yield* cd(shell, ['popd', folder], streams);
    },
  ],
  [
    'dirs',
    function* (shell, _argv, streams) {
      yield* streams.stdout.write(`${[shell.context.cwd, ...[...shell.folders].reverse()].join(' ')}\n`);
      return 0;
    },
  ],
  [
    'exec',
    function* (shell, argv, streams) {
      if (argv.length === 1) return 0;
      const status = yield* shell.run(
        argv
          .slice(1)
          .map((each) => `'${each.replaceAll("'", "'\\''")}'`)
          .join(' '),
        streams,
      );
      throw new ControlFlow('exit', status);
    },
  ],
]);

function source(): Builtin {
  return function* (shell, argv, streams) {
    const [, name, ...args] = argv;
    if (name === undefined) return yield* complain(shell, streams, argv, 'filename argument required', 2);
    const path = shell.context.fs.resolve(shell.context.cwd, name);
    if (!shell.context.fs.exists(path)) {
      yield* streams.stderr.write(`${shell.prefix()}${name}: No such file or directory\n`);
      return 1;
    }
    const { positional } = shell;
    if (args.length > 0) shell.positional = args;
    try {
      return yield* shell.run(shell.context.fs.read(path), streams);
    } catch (error) {
      if (error instanceof ControlFlow && error.kind === 'return') return error.value;
      throw error;
    } finally {
      shell.positional = positional;
    }
  };
}
