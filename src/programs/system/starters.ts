import type { Computer } from '../../machines/computer.ts';
import type { Context, Program } from '../../machines/process.ts';
import { echoed } from '../../machines/shell/builtins/echo.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { eachLine, open, readAll } from '../inputs.ts';
import { OptionError, options, type ParsedOptions, parseOptions } from '../options.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** xargs: builds command lines from standard input. */
export const xargs: Program = {
  name: 'xargs',
  summary: 'build and execute command lines from standard input',
  *run(context) {
    const given = yield* options(context, {
      short: '0rtI:n:L:P:d:a:',
      long: {
        null: '0',
        'no-run-if-empty': 'r',
        verbose: 't',
        'max-args=': 'n',
        'max-lines=': 'L',
        'replace=': 'I',
        'delimiter=': 'd',
        'max-procs=': 'P',
        'arg-file=': 'a',
      },
      stopAtOperand: true,
    });
    if (given === undefined) return 1;
    const file = given.value('a');
    const input = file === undefined ? context.stdin : yield* open(context, file);
    if (input === undefined) return 1;
    const text = yield* readAll(input);
    const quote = given.has('0') || given.has('d') ? undefined : openQuote(text);
    if (quote !== undefined) {
      yield* context.stderr.write(
        `xargs: unmatched ${quote} quote; by default quotes are special to xargs unless you use the -0 option\n`,
      );
      return 1;
    }
    const items = words(text, given);
    const command = given.operands.length === 0 ? ['echo'] : given.operands;
    const replace = given.value('I');
    const size = replace !== undefined ? 1 : Number(given.value('n') ?? given.value('L') ?? 5000);
    if (items.length === 0) return given.has('r') || replace !== undefined ? 0 : yield* start(context, given, command);
    let status = 0;
    for (let at = 0; at < items.length; at += size) {
      const part = items.slice(at, at + size);
      const argv =
        replace === undefined ? [...command, ...part] : command.map((word) => word.replaceAll(replace, part[0] ?? ''));
      const code = yield* start(context, given, argv);
      if (code === 127 || code === 126) return code;
      if (code === 255) {
        yield* context.stderr.write(`xargs: ${argv[0]}: exited with status 255; aborting\n`);
        return 124;
      }
      if (code !== 0) status = 123;
    }
    return status;
  },
};

function* start(context: Context, given: ParsedOptions, argv: readonly string[]): Routine<number> {
  if (given.has('t')) yield* context.stderr.write(`${argv.join(' ')}\n`);
  const [name = ''] = argv;
  if (context.machine.program(name) === undefined && name !== 'echo') {
    yield* context.stderr.write(`xargs: ${name}: No such file or directory\n`);
    return 127;
  }
  if (name === 'echo') {
    yield* context.stdout.write(`${argv.slice(1).join(' ')}\n`);
    return 0;
  }
  return yield* context.run(argv);
}

/** The kind of a quote that is not closed on its line. */
function openQuote(text: string): 'single' | 'double' | undefined {
  const rest = text.replace(/\\[\s\S]|"[^"\n]*"|'[^'\n]*'/g, '');
  const found = /["']/.exec(rest)?.[0];
  return found === undefined ? undefined : found === '"' ? 'double' : 'single';
}

function words(text: string, given: ParsedOptions): string[] {
  if (given.has('0')) return text.split('\0').filter((each, at, all) => each !== '' || at < all.length - 1);
  const by = given.value('d');
  if (by !== undefined) {
    const parts = text.split(by === '\\n' ? '\n' : by === '\\t' ? '\t' : by);
    if (parts.at(-1) === '') parts.pop();
    return parts;
  }
  if (given.has('I') || given.has('L'))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return [...text.matchAll(/(?:"([^"\n]*)"|'([^'\n]*)'|\\([\s\S])|[^\s"'\\])+/g)].map(([whole]) =>
    whole.replace(/"([^"]*)"|'([^']*)'|\\([\s\S])/g, (_, double, single, escaped) => double ?? single ?? escaped ?? ''),
  );
}

/** timeout: ends a command that takes too long. */
export const timeout: Program = {
  name: 'timeout',
  summary: 'run a command with a time limit',
  *run(context) {
    const given = yield* options(context, {
      short: 'k:s:v',
      long: { 'kill-after=': 'k', 'signal=': 's', foreground: 'f0', 'preserve-status': 'p0', verbose: 'v' },
      stopAtOperand: true,
    });
    if (given === undefined) return 125;
    const [span, ...argv] = given.operands;
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(span ?? '');
    if (span === undefined || argv.length === 0) {
      yield* context.stderr.write("timeout: missing operand\nTry 'timeout --help' for more information.\n");
      return 125;
    }
    if (match === null) {
      yield* context.stderr.write(
        `timeout: invalid time interval ‘${span}’\nTry 'timeout --help' for more information.\n`,
      );
      return 125;
    }
    const [name = ''] = argv;
    const machine = context.machine as Computer;
    if (machine.program(name) === undefined) {
      yield* context.stderr.write(`timeout: failed to run command ‘${name}’: No such file or directory\n`);
      return 127;
    }
    const limit = Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) * 1000;
    const parent = machine.processes.get(context.pid);
    const child = machine.start({
      argv,
      env: context.env,
      cwd: context.cwd,
      stdin: context.stdin,
      stdout: context.stdout,
      stderr: context.stderr,
      ...(context.terminal === undefined ? {} : { terminal: context.terminal }),
      user: context.user,
      ...(parent === undefined ? {} : { parent }),
    });
    let late = false;
    const timer =
      limit === 0
        ? undefined
        : machine.world.sim.schedule(limit, () => {
            late = true;
            child.signalTree(
              given.value('s') === 'KILL' || given.value('s') === '9'
                ? 'SIGKILL'
                : given.value('s') === 'INT'
                  ? 'SIGINT'
                  : 'SIGTERM',
            );
          });
    const status = yield* child.wait();
    timer?.cancel();
    return late && !given.has('p0') ? 124 : status;
  },
};

/** yes: a line for ever. */
export const yes: Program = {
  name: 'yes',
  summary: 'output a string repeatedly until killed',
  *run(context) {
    const line = `${context.argv.slice(1).join(' ') || 'y'}\n`;
    const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
    for (;;) {
      yield* context.stdout.write(block);
      yield* sleep(0.05);
    }
  },
};

/** nohup, as far as a terminal here can hang up. */
export const nohup: Program = {
  name: 'nohup',
  summary: 'run a command immune to hangups',
  *run(context) {
    const argv = context.argv.slice(1);
    if (argv.length === 0) {
      yield* context.stderr.write("nohup: missing operand\nTry 'nohup --help' for more information.\n");
      return 125;
    }
    return yield* context.run(argv);
  },
};

/** tee's cousin for those who wait: reads lines and ignores them, `true` and `false` as programs. */
export const yesNo = (name: 'true' | 'false'): Program => ({
  name,
  summary: `do nothing, ${name === 'true' ? 'successfully' : 'unsuccessfully'}`,
  *run() {
    return name === 'true' ? 0 : 1;
  },
});

/** echo as a program of its own, for env, xargs and kubectl exec. */
export const echo: Program = {
  name: 'echo',
  summary: 'display a line of text',
  *run(context) {
    yield* context.stdout.write(echoed(context.argv.slice(1)));
    return 0;
  },
};

/** shuf: lines in an order of chance. */
export const shuf: Program = {
  name: 'shuf',
  summary: 'generate random permutations',
  *run(context) {
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'n:ei:',
        long: { 'head-count=': 'n', echo: 'e', 'input-range=': 'i' },
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`shuf: ${error.message}\nTry 'shuf --help' for more information.\n`);
      return 1;
    }
    const lines: string[] = [];
    const range = /^(\d+)-(\d+)$/.exec(given.value('i') ?? '');
    if (range !== null)
      for (let n = Number(range[1]); n <= Math.min(Number(range[2]), Number(range[1]) + 100_000); n++)
        lines.push(String(n));
    else if (given.has('e')) lines.push(...given.operands);
    else {
      const input = yield* open(context, given.operands[0] ?? '-');
      if (input === undefined) return 1;
      yield* eachLine(input, function* (line) {
        lines.push(line);
        return undefined;
      });
    }
    const random = context.machine.world.sim.random.stream(
      `shuf/${context.machine.id}/${context.pid}/${context.machine.world.sim.now()}`,
    );
    for (let at = lines.length - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
    }
    yield* context.stdout.write(
      lines
        .slice(0, Number(given.value('n') ?? lines.length))
        .map((line) => `${line}\n`)
        .join(''),
    );
    return 0;
  },
};
