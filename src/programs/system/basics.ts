import type { Program } from '../../machines/process.ts';
import { sleep as pause } from '../../sim/routine.ts';
import { options } from '../options.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, '': 1 };

export const sleep: Program = {
  name: 'sleep',
  summary: 'delay for a specified amount of time',
  *run(context) {
    const args = context.argv.slice(1);
    if (args.length === 0) {
      yield* context.stderr.write("sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    let seconds = 0;
    for (const text of args) {
      if (text === 'infinity') {
        seconds = Number.POSITIVE_INFINITY;
        continue;
      }
      const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
      if (match === null) {
        yield* context.stderr.write(
          `sleep: invalid time interval ‘${text}’\nTry 'sleep --help' for more information.\n`,
        );
        return 1;
      }
      seconds += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1);
    }
    while (seconds > 0) {
      const part = Math.min(seconds, 86_400);
      yield* pause(part * 1000);
      seconds -= part;
    }
    return 0;
  },
};

export const printenv: Program = {
  name: 'printenv',
  summary: 'print all or part of environment',
  *run(context) {
    const names = context.argv.slice(1);
    if (names.length === 0) {
      for (const [name, value] of context.env) yield* context.stdout.write(`${name}=${value}\n`);
      return 0;
    }
    let status = 0;
    for (const name of names) {
      const value = context.env.get(name);
      if (value === undefined) status = 1;
      else yield* context.stdout.write(`${value}\n`);
    }
    return status;
  },
};

export const env: Program = {
  name: 'env',
  summary: 'run a program in a modified environment',
  *run(context) {
    const given = yield* options(context, {
      short: 'iu:0',
      long: { 'ignore-environment': 'i', 'unset=': 'u' },
      stopAtOperand: true,
    });
    if (given === undefined) return 125;
    const changed = new Map(given.has('i') ? [] : context.env);
    for (const name of given.values.get('u') ?? []) changed.delete(name);
    const args = [...given.operands];
    while (args[0]?.includes('=') === true) {
      const [first = ''] = args.splice(0, 1);
      changed.set(first.slice(0, first.indexOf('=')), first.slice(first.indexOf('=') + 1));
    }
    if (args.length > 0) {
      if (context.machine.program(args[0] ?? '') === undefined) {
        yield* context.stderr.write(`env: ‘${args[0]}’: No such file or directory\n`);
        return 127;
      }
      return yield* context.run(args, { env: changed });
    }
    for (const [name, value] of changed) yield* context.stdout.write(`${name}=${value}\n`);
    return 0;
  },
};

export const clear: Program = {
  name: 'clear',
  summary: 'clear the terminal screen',
  *run(context) {
    yield* context.stdout.write('\u001b[H\u001b[2J\u001b[3J');
    return 0;
  },
};

export const seq: Program = {
  name: 'seq',
  summary: 'print a sequence of numbers',
  *run(context) {
    const given = yield* options(context, {
      short: 's:wf:',
      long: { 'separator=': 's', 'equal-width': 'w' },
      digits: 'number',
    });
    if (given === undefined) return 1;
    const numbers = given.operands.map(Number);
    const bad = given.operands.find((each) => !Number.isFinite(Number(each)));
    if (numbers.length === 0 || bad !== undefined) {
      yield* context.stderr.write(
        bad === undefined
          ? "seq: missing operand\nTry 'seq --help' for more information.\n"
          : `seq: invalid floating point argument: ‘${bad}’\nTry 'seq --help' for more information.\n`,
      );
      return 1;
    }
    const [first = 1, step = 1, last = 1] =
      numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    if (step === 0) {
      yield* context.stderr.write(
        `seq: invalid Zero increment value: ‘${given.operands[1]}’\nTry 'seq --help' for more information.\n`,
      );
      return 1;
    }
    const separator = given.value('s') ?? '\n';
    const width = given.has('w') ? Math.max(String(first).length, String(last).length) : 0;
    let out = '';
    let any = false;
    for (let value = first, count = 0; step > 0 ? value <= last : value >= last; value = first + step * ++count) {
      out += `${any ? separator : ''}${String(Math.round(value * 1e9) / 1e9).padStart(width, '0')}`;
      any = true;
      if (out.length > 30_000) {
        yield* context.stdout.write(out);
        out = '';
      }
    }
    yield* context.stdout.write(any ? `${out}\n` : '');
    return 0;
  },
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const date: Program = {
  name: 'date',
  summary: 'print the date and time of the cluster',
  *run(context) {
    const format = context.argv.slice(1).find((each) => each.startsWith('+'));
    const now = new Date(context.machine.world.sim.calendar());
    const two = (value: number) => String(value).padStart(2, '0');
    const values: Readonly<Record<string, string>> = {
      Y: String(now.getUTCFullYear()),
      m: two(now.getUTCMonth() + 1),
      d: two(now.getUTCDate()),
      H: two(now.getUTCHours()),
      M: two(now.getUTCMinutes()),
      S: two(now.getUTCSeconds()),
      s: String(Math.floor(now.getTime() / 1000)),
      N: String((now.getTime() % 1000) * 1e6).padStart(9, '0'),
      F: now.toISOString().slice(0, 10),
      T: now.toISOString().slice(11, 19),
      Z: 'UTC',
      z: '+0000',
      a: DAYS[now.getUTCDay()] ?? '',
      b: MONTHS[now.getUTCMonth()] ?? '',
      e: String(now.getUTCDate()).padStart(2),
      y: two(now.getUTCFullYear() % 100),
      n: '\n',
      '%': '%',
    };
    const text =
      format === undefined
        ? `${values['a']} ${values['b']} ${values['e']} ${values['T']} UTC ${values['Y']}`
        : format.slice(1).replace(/%([A-Za-z%])/g, (whole, letter: string) => values[letter] ?? whole);
    yield* context.stdout.write(`${text}\n`);
    return 0;
  },
};

export const hostname: Program = {
  name: 'hostname',
  summary: "show the system's host name",
  *run(context) {
    const address = context.argv.some((each) => each === '-i' || each === '-I');
    yield* context.stdout.write(`${address ? (context.machine.network.address ?? '') : context.machine.hostname}\n`);
    return 0;
  },
};

export const whoami: Program = {
  name: 'whoami',
  summary: 'print effective user name',
  *run(context) {
    yield* context.stdout.write(`${context.user}\n`);
    return 0;
  },
};
