import type { Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { open } from '../inputs.ts';
import { options } from '../options.ts';

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

export const wc: Program = {
  name: 'wc',
  summary: 'print newline, word, and byte counts for each file',
  *run(context) {
    const given = yield* options(context, {
      short: 'clmwL',
      long: { bytes: 'c', lines: 'l', chars: 'm', words: 'w', 'max-line-length': 'L' },
    });
    if (given === undefined) return 1;
    const all = ['l', 'w', 'm', 'c', 'L'].filter((letter) => given.has(letter));
    const letters = all.length === 0 ? ['l', 'w', 'c'] : all;
    const rows: { name: string | undefined; counts: Counts }[] = [];
    let status = 0;
    for (const file of given.operands.length === 0 ? [undefined] : given.operands) {
      const input = yield* open(context, file ?? '-');
      if (input === undefined) {
        status = 1;
        continue;
      }
      const counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
      let inWord = false;
      let width = 0;
      for (;;) {
        const chunk = yield* input.read();
        if (chunk === null) break;
        counts.bytes += byteLength(chunk);
        for (const char of chunk) {
          counts.chars++;
          if (char === '\n') {
            counts.lines++;
            counts.longest = Math.max(counts.longest, width);
            width = 0;
          } else width++;
          if (/\s/.test(char)) inWord = false;
          else if (!inWord) {
            inWord = true;
            counts.words++;
          }
        }
      }
      counts.longest = Math.max(counts.longest, width);
      rows.push({ name: file, counts });
    }
    if (given.operands.length > 1) {
      const sum = (pick: (counts: Counts) => number) => rows.reduce((total, row) => total + pick(row.counts), 0);
      rows.push({
        name: 'total',
        counts: {
          lines: sum((c) => c.lines),
          words: sum((c) => c.words),
          chars: sum((c) => c.chars),
          bytes: sum((c) => c.bytes),
          longest: Math.max(0, ...rows.map((row) => row.counts.longest)),
        },
      });
    }
    const pick = (counts: Counts, letter: string) =>
      letter === 'l'
        ? counts.lines
        : letter === 'w'
          ? counts.words
          : letter === 'm'
            ? counts.chars
            : letter === 'c'
              ? counts.bytes
              : counts.longest;
    // GNU wc: one number of standard input stands bare; else columns as wide as the largest total, 7 when a pipe is among them.
    const piped = given.operands.length === 0 || given.operands.includes('-');
    const width =
      letters.length === 1 && rows.length === 1
        ? 1
        : piped
          ? 7
          : String(Math.max(...rows.map((row) => row.counts.bytes), 0)).length;
    for (const row of rows) {
      const numbers = letters.map((letter) => String(pick(row.counts, letter)).padStart(width)).join(' ');
      yield* context.stdout.write(`${numbers}${row.name === undefined ? '' : ` ${row.name}`}\n`);
    }
    return status;
  },
};
