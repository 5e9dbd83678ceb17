import type { Program } from '../../machines/process.ts';
import { formatPrintf } from '../../machines/shell/printf.ts';
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
    const fail = function* (words: string) {
      yield* context.stderr.write(`seq: ${words}\nTry 'seq --help' for more information.\n`);
      return 1;
    };
    // Its options end where a number begins, negative or not.
    const args = context.argv.slice(1);
    let separator = '\n';
    let format: string | undefined;
    let equal = false;
    while (/^-[^\d.]/.test(args[0] ?? '')) {
      const [, flag = '', value = ''] = /^(-[a-z]|--[a-z-]+=?)(.*)$/s.exec(args.shift() ?? '') ?? [];
      if (flag === '-w' || flag === '--equal-width') equal = true;
      else if (flag === '-s' || flag === '--separator=')
        separator = value === '' && flag === '-s' ? (args.shift() ?? '') : value;
      else if (flag === '-f' || flag === '--format=')
        format = value === '' && flag === '-f' ? (args.shift() ?? '') : value;
      else return yield* fail(`invalid option -- '${flag.slice(1)}'`);
    }
    const bad = args.find((each) => each === '' || !Number.isFinite(Number(each)));
    if (args.length === 0) return yield* fail('missing operand');
    if (args.length > 3) return yield* fail(`extra operand ‘${args[3]}’`);
    if (bad !== undefined) return yield* fail(`invalid floating point argument: ‘${bad}’`);
    const [from = '1', by = '1', to = '1'] =
      args.length === 1 ? ['1', '1', args[0]] : args.length === 2 ? [args[0], '1', args[1]] : args;
    const [first, step, last] = [Number(from), Number(by), Number(to)];
    if (step === 0) return yield* fail(`invalid Zero increment value: ‘${by}’`);
    const places = Math.max(...[from, by].map((each) => (each.split('.')[1] ?? '').length));
    const shape = (value: number) =>
      format === undefined ? value.toFixed(places) : formatPrintf(format, [String(value)]).text;
    const width = equal ? Math.max(shape(first).length, last.toFixed(places).length) : 0;
    let out = '';
    let any = false;
    for (
      let value = first, count = 0;
      step > 0 ? value <= last + 1e-12 : value >= last - 1e-12;
      value = first + step * ++count
    ) {
      const text = shape(value);
      out += `${any ? separator : ''}${text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')}`;
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
