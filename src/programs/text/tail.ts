import type { Context, Program } from '../../machines/process.ts';
import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { open, readAll } from '../inputs.ts';
import { options } from '../options.ts';
import { parseCount } from './head.ts';

export const tail: Program = {
  name: 'tail',
  summary: 'output the last part of files',
  *run(context) {
    const given = yield* options(context, {
      short: 'n:c:fFqvs:',
      long: {
        'lines=': 'n',
        'bytes=': 'c',
        'follow=?': 'f',
        retry: 'F',
        quiet: 'q',
        silent: 'q',
        verbose: 'v',
        'sleep-interval=': 's',
      },
      digits: 'n',
    });
    if (given === undefined) return 1;
    const bytes = given.value('c');
    const text = bytes ?? given.value('n') ?? '10';
    const count = parseCount(text);
    if (count === undefined) {
      yield* context.stderr.write(`tail: invalid number of ${bytes === undefined ? 'lines' : 'bytes'}: ‘${text}’\n`);
      return 1;
    }
    const fromStart = text.startsWith('+');
    const follow = given.has('f') || given.has('F');
    const files = given.operands.length === 0 ? ['-'] : given.operands;
    const titled = given.has('v') || (files.length > 1 && !given.has('q'));
    let status = 0;
    let first = true;
    const followed: { name: string; path: string; length: number }[] = [];
    for (const file of files) {
      if (follow && file === '-') {
        // A pipe is followed by reading on; what has come so far is part of it.
        yield* copy(context);
        continue;
      }
      const input = yield* open(context, file);
      if (input === undefined) {
        status = 1;
        continue;
      }
      if (titled)
        yield* context.stdout.write(`${first ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`);
      first = false;
      const all = yield* readAll(input);
      if (bytes !== undefined) {
        const raw = encodeBytes(all);
        yield* context.stdout.write(
          decodeBytes(fromStart ? raw.subarray(Math.max(0, count - 1)) : raw.subarray(Math.max(0, raw.length - count))),
        );
      } else {
        const lines = all.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        yield* context.stdout.write(
          (fromStart ? lines.slice(Math.max(0, count - 1)) : count === 0 ? [] : lines.slice(-count)).join(''),
        );
      }
      if (follow) followed.push({ name: file, path: context.fs.resolve(context.cwd, file), length: all.length });
    }
    let shown = followed.at(-1)?.name;
    while (followed.length > 0) {
      yield* sleep(Number(given.value('s') ?? '1') * 1000);
      for (const file of followed) {
        if (!context.fs.exists(file.path)) continue;
        const now = context.fs.read(file.path);
        if (now.length < file.length) {
          yield* context.stderr.write(`tail: ${file.name}: file truncated\n`);
          file.length = 0;
        }
        if (now.length === file.length) continue;
        if (titled && shown !== file.name) yield* context.stdout.write(`\n==> ${file.name} <==\n`);
        shown = file.name;
        yield* context.stdout.write(now.slice(file.length));
        file.length = now.length;
      }
    }
    return status;
  },
};

function* copy(context: Context): Routine {
  for (;;) {
    const chunk = yield* context.stdin.read();
    if (chunk === null) return;
    yield* context.stdout.write(chunk);
  }
}
