import type { Context, Program } from '../../machines/process.ts';
import { callbackOutput, EMPTY_INPUT } from '../../machines/streams.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';

const ENTER = '\x1b[?1049h\x1b[H';
const LEAVE = '\x1b[?1049l';

/** watch of procps: runs a command again and again and shows what it prints, full screen on a terminal. */
export const watch: Program = {
  name: 'watch',
  summary: 'execute a program periodically, showing output fullscreen',
  *run(context) {
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'bcCd::egn:ptvxwh',
        long: {
          'interval=': 'n',
          'differences=?': 'd',
          'no-title': 't',
          errexit: 'e',
          chgexit: 'g',
          exec: 'x',
          color: 'c',
          beep: 'b',
          precise: 'p',
          version: 'v',
          help: 'h',
        },
        stopAtOperand: true,
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`watch: ${error.message}\n\nUsage:\n watch [options] command\n`);
      return 1;
    }
    if (given.has('v')) {
      yield* context.stdout.write('watch from procps-ng 4.0.2\n');
      return 0;
    }
    if (given.operands.length === 0) {
      yield* context.stderr.write('\nUsage:\n watch [options] command\n');
      return 1;
    }
    const seconds = Number((given.value('n') ?? '2').replace(',', '.'));
    if (Number.isNaN(seconds)) {
      yield* context.stderr.write(`watch: failed to parse argument: '${given.value('n')}'\n`);
      return 1;
    }
    return yield* repeat(context, given, Math.max(0.1, seconds));
  },
};

function* repeat(context: Context, given: ParsedOptions, seconds: number): Routine<number> {
  const { sim } = context.machine.world;
  const command = given.operands.join(' ');
  const tty = context.terminal !== undefined && context.stdout.tty;
  let before: string[] | undefined;
  if (tty) yield* context.stdout.write(ENTER);
  try {
    for (;;) {
      const collected: string[] = [];
      const output = callbackOutput((text) => collected.push(text));
      const argv = given.has('x') ? given.operands : ['/bin/sh', '-c', command];
      const status = yield* context.run(argv, { stdin: EMPTY_INPUT, stdout: output, stderr: output });
      const lines = collected.join('').replace(/\r/g, '').split('\n');
      const title = `Every ${seconds.toFixed(1)}s: ${command}`;
      const right = `${context.machine.hostname}: ${new Date(sim.calendar()).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (.*) GMT$/, '$1 $3 $2 $5 $4')}`;
      const columns = context.terminal?.columns ?? 80;
      const rows = context.terminal?.rows ?? 24;
      const head = given.has('t')
        ? []
        : [`${title.slice(0, Math.max(0, columns - right.length - 1)).padEnd(columns - right.length)}${right}`, ''];
      const screen = [...head, ...lines].slice(0, rows).map((line) => [...line].slice(0, columns).join(''));
      if (tty) {
        const shown = given.has('d') && before !== undefined ? marked(screen, before, head.length) : screen;
        yield* context.stdout.write(`\x1b[H${shown.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
      } else yield* context.stdout.write(`${screen.join('\n')}\n`);
      if (given.has('e') && status !== 0) return status;
      if (
        given.has('g') &&
        before !== undefined &&
        before.slice(head.length).join('\n') !== screen.slice(head.length).join('\n')
      )
        return 0;
      before = screen;
      const left = yield* context.interrupted(waiting(seconds), 'SIGINT', 'SIGTERM');
      if (left === undefined) return 0;
    }
  } finally {
    if (tty) yield* context.stdout.write(LEAVE);
  }
}

function* waiting(seconds: number): Routine<true> {
  yield* sleep(seconds * 1000);
  return true;
}

/** What differs from the screen before, in reverse video. */
function marked(screen: readonly string[], before: readonly string[], from: number): string[] {
  return screen.map((line, at) => {
    if (at < from) return line;
    const old = before[at] ?? '';
    return [...line].map((char, column) => (char === old.charAt(column) ? char : `\x1b[7m${char}\x1b[27m`)).join('');
  });
}
