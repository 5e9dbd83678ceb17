import type { Context, Program } from '../../machines/process.ts';
import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import type { Routine } from '../../sim/routine.ts';
import { type Opened, open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  M: 1048576,
  MB: 1e6,
  G: 1073741824,
};

/** A count with a multiplier suffix, or undefined when it is none. */
export function parseCount(text: string): number | undefined {
  const match = /^[+-]?(\d+)(b|kB|k|K|MB|M|G)?$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? 1);
}

export const head: Program = {
  name: 'head',
  summary: 'output the first part of files',
  *run(context) {
    const given = yield* options(context, {
      short: 'n:c:qv',
      long: { 'lines=': 'n', 'bytes=': 'c', quiet: 'q', silent: 'q', verbose: 'v' },
      digits: 'n',
    });
    if (given === undefined) return 1;
    const bytes = given.value('c');
    const text = bytes ?? given.value('n') ?? '10';
    const count = parseCount(text);
    if (count === undefined) {
      yield* context.stderr.write(`head: invalid number of ${bytes === undefined ? 'lines' : 'bytes'}: ‘${text}’\n`);
      return 1;
    }
    const fromEnd = text.startsWith('-');
    const files = given.operands.length === 0 ? ['-'] : given.operands;
    const titled = given.has('v') || (files.length > 1 && !given.has('q'));
    let status = 0;
    let first = true;
    for (const file of files) {
      const input = yield* open({ ...context, stderr: cannotOpen(context.stderr) }, file);
      if (input === undefined) {
        status = 1;
        continue;
      }
      if (titled)
        yield* context.stdout.write(`${first ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`);
      first = false;
      if (bytes !== undefined && !fromEnd) yield* firstBytes(context, input, count);
      else if (bytes !== undefined) {
        const all = encodeBytes(yield* readAll(input));
        yield* context.stdout.write(decodeBytes(all.subarray(0, Math.max(0, all.length - count))));
      } else if (fromEnd) {
        const lines = (yield* readAll(input)).match(/[^\n]*\n|[^\n]+$/g) ?? [];
        yield* context.stdout.write(lines.slice(0, Math.max(0, lines.length - count)).join(''));
      } else yield* firstLines(context, input, count);
    }
    return status;
  },
};

/** Errors of opening in head's words. */
function cannotOpen(stderr: Context['stderr']): Context['stderr'] {
  return {
    ...stderr,
    write: (text) =>
      stderr.write(
        text.replace(
          /^head: (.*): (No such file or directory|Permission denied)/,
          "head: cannot open '$1' for reading: $2",
        ),
      ),
  };
}

/** Stops reading as soon as it has enough, so that `head -c 16 /dev/urandom` ends. */
function* firstBytes(context: Context, input: Opened, count: number): Routine {
  let left = count;
  while (left > 0) {
    const chunk = yield* input.read();
    if (chunk === null) return;
    const bytes = encodeBytes(chunk).subarray(0, left);
    left -= bytes.length;
    yield* context.stdout.write(decodeBytes(bytes));
  }
}

/** Stops reading as soon as it has enough, so that `yes | head -1` ends. */
function* firstLines(context: Context, input: Opened, count: number): Routine {
  let left = count;
  while (left > 0) {
    const chunk = yield* input.read();
    if (chunk === null) return;
    let end = 0;
    while (left > 0) {
      const at = chunk.indexOf('\n', end);
      if (at < 0) {
        end = chunk.length;
        break;
      }
      end = at + 1;
      left--;
    }
    yield* context.stdout.write(chunk.slice(0, end));
  }
}
