import type { Program } from '../../machines/process.ts';
import { encodeBytes } from '../../machines/text.ts';
import { open, readAll } from '../inputs.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';

const NEWLINE = 10;

export const cmp: Program = {
  name: 'cmp',
  summary: 'compare two files byte by byte',
  *run(context) {
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'bln:s',
        long: { 'print-bytes': 'b', verbose: 'l', 'bytes=': 'n', quiet: 's', silent: 's' },
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`cmp: ${error.message}\ncmp: Try 'cmp --help' for more information.\n`);
      return 2;
    }
    const [first, second = '-'] = given.operands;
    if (first === undefined) {
      yield* context.stderr.write("cmp: missing operand after 'cmp'\ncmp: Try 'cmp --help' for more information.\n");
      return 2;
    }
    const [left, right] = [yield* open(context, first), yield* open(context, second)];
    if (left === undefined || right === undefined) return 2;
    const [a, b] = [encodeBytes(yield* readAll(left)), encodeBytes(yield* readAll(right))];
    const limit = Math.min(Number(given.value('n') ?? Number.POSITIVE_INFINITY), Math.max(a.length, b.length));
    const shared = Math.min(a.length, b.length, limit);
    let line = 1;
    let status = 0;
    for (let at = 0; at < shared; at++) {
      const [x = 0, y = 0] = [a[at], b[at]];
      if (x !== y) {
        status = 1;
        if (given.has('s')) return 1;
        if (!given.has('l')) {
          yield* context.stdout.write(`${first} ${second} differ: byte ${at + 1}, line ${line}\n`);
          return 1;
        }
        const octal = (byte: number) => byte.toString(8).padStart(3);
        yield* context.stdout.write(
          `${String(at + 1).padStart(String(Math.min(a.length, b.length, limit)).length)} ${octal(x)} ${octal(y)}\n`,
        );
      } else if (x === NEWLINE) line++;
    }
    if (a.length === b.length || shared === limit) return status;
    if (!given.has('s')) {
      const [short, name] = a.length < b.length ? [a, first] : [b, second];
      const newlines = short.reduce((count, byte) => count + Number(byte === NEWLINE), 0);
      const place =
        short.length === 0
          ? 'which is empty'
          : given.has('l')
            ? `after byte ${short.length}`
            : short.at(-1) === NEWLINE
              ? `after byte ${short.length}, line ${newlines}`
              : `after byte ${short.length}, in line ${newlines + 1}`;
      yield* context.stderr.write(`cmp: EOF on ${name} ${place}\n`);
    }
    return 1;
  },
};
