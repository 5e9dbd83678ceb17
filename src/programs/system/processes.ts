import type { Computer, Process } from '../../machines/computer.ts';
import { type Program, SIGNAL_NUMBERS, type Signal } from '../../machines/process.ts';
import { options } from '../options.ts';
import { compileRegex, RegexError } from '../text/regex.ts';

const SIGNALS = Object.keys(SIGNAL_NUMBERS) as Signal[];

/** A signal by its number or name, with or without `SIG`. */
function signalOf(text: string): Signal | undefined {
  const wanted = text.toUpperCase();
  return SIGNALS.find((name) => name === wanted || name === `SIG${wanted}` || String(SIGNAL_NUMBERS[name]) === wanted);
}

function byPattern(name: 'pgrep' | 'pkill'): Program {
  return {
    name,
    summary: name === 'pgrep' ? 'look up processes by name' : 'signal processes by name',
    *run(context) {
      const given = yield* options(
        {
          ...context,
          argv: context.argv.map((arg) =>
            name === 'pkill' && signalOf(arg.slice(1)) !== undefined && arg.startsWith('-')
              ? `--signal=${arg.slice(1)}`
              : arg,
          ),
        },
        {
          short: 'flavxonciu:P:s:',
          long: {
            full: 'f',
            'list-name': 'l',
            'list-full': 'a',
            exact: 'x',
            newest: 'n',
            oldest: 'o',
            count: 'c',
            inverse: 'v',
            'ignore-case': 'i',
            'parent=': 'P',
            'euid=': 'u',
            'signal=': 'S',
          },
        },
      );
      if (given === undefined) return 2;
      const [pattern] = given.operands;
      if (pattern === undefined && !given.has('u') && !given.has('P')) {
        yield* context.stderr.write(
          `${name}: no matching criteria specified\nTry \`${name} --help' for more information.\n`,
        );
        return 2;
      }
      let matches: (process: Process) => boolean;
      try {
        const regex = compileRegex(pattern ?? '', 'extended', {
          ignoreCase: given.has('i'),
          ...(given.has('x') ? { whole: 'line' } : {}),
        });
        matches = (process) => regex.find(given.has('f') ? process.argv.join(' ') : base(process)) !== undefined;
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        yield* context.stderr.write(`${name}: ${error.message}\n`);
        return 2;
      }
      const signal = signalOf(given.value('S') ?? 'TERM');
      if (signal === undefined) {
        yield* context.stderr.write(`${name}: Unknown signal "${given.value('S')}".\n`);
        return 2;
      }
      const machine = context.machine as Computer;
      let found = [...machine.processes.values()]
        .filter(
          (process) =>
            process.pid !== context.pid &&
            (given.value('u') === undefined || process.userName === given.value('u')) &&
            (given.value('P') === undefined || String(process.parent?.pid) === given.value('P')) &&
            matches(process) !== given.has('v'),
        )
        .sort((a, b) => a.pid - b.pid);
      if (given.has('n')) found = found.slice(-1);
      if (given.has('o')) found = found.slice(0, 1);
      if (name === 'pkill') {
        for (const process of found) process.signal(signal);
        if (given.has('c')) yield* context.stdout.write(`${found.length}\n`);
      } else if (given.has('c')) yield* context.stdout.write(`${found.length}\n`);
      else
        for (const process of found)
          yield* context.stdout.write(
            `${process.pid}${given.has('a') ? ` ${process.argv.join(' ')}` : given.has('l') ? ` ${base(process)}` : ''}\n`,
          );
      return found.length > 0 ? 0 : 1;
    },
  };
}

function base(process: Process): string {
  return (process.argv[0] ?? '').replace(/^.*\//, '').slice(0, 15);
}

export const pgrep = byPattern('pgrep');
export const pkill = byPattern('pkill');
