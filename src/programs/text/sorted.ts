import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { linesOf, open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

/** The lines of two sorted files, or undefined after saying what is wrong. */
function* twoFiles(context: Context, operands: readonly string[]): Routine<readonly [string[], string[]] | undefined> {
  const [name = ''] = context.argv;
  const [first, second, extra] = operands;
  if (first === undefined || second === undefined || extra !== undefined) {
    const words =
      first === undefined
        ? 'missing operand'
        : second === undefined
          ? `missing operand after ‘${first}’`
          : `extra operand ‘${extra}’`;
    yield* context.stderr.write(`${name}: ${words}\nTry '${name} --help' for more information.\n`);
    return undefined;
  }
  const texts: string[][] = [];
  for (const operand of [first, second]) {
    const opened = yield* open(context, operand);
    if (opened === undefined) return undefined;
    texts.push(linesOf(yield* readAll(opened)));
  }
  return [texts[0] ?? [], texts[1] ?? []];
}

export const comm: Program = {
  name: 'comm',
  summary: 'compare two sorted files line by line',
  *run(context) {
    const given = yield* options(context, {
      short: '123iz',
      long: { 'output-delimiter=': 'D', 'check-order': 'c', 'nocheck-order': 'n' },
    });
    if (given === undefined) return 1;
    const files = yield* twoFiles(context, given.operands);
    if (files === undefined) return 1;
    const [a, b] = files;
    const tab = given.value('D') ?? '\t';
    const before = (column: number) =>
      [1, 2]
        .filter((each) => each < column && !given.has(String(each)))
        .map(() => tab)
        .join('');
    let out = '';
    const put = (column: number, line: string) => {
      if (!given.has(String(column))) out += `${before(column)}${line}\n`;
    };
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      const [x, y] = [a[i], b[j]];
      if (y === undefined || (x !== undefined && x < y)) {
        put(1, x ?? '');
        i++;
      } else if (x === undefined || y < x) {
        put(2, y);
        j++;
      } else {
        put(3, x);
        i++;
        j++;
      }
    }
    yield* context.stdout.write(out);
    for (const [index, lines] of [a, b].entries())
      if (!given.has('n') && lines.some((line, at) => at > 0 && line < (lines[at - 1] ?? ''))) {
        yield* context.stderr.write(`comm: file ${index + 1} is not in sorted order\n`);
        yield* context.stderr.write('comm: input is not in sorted order\n');
        return 1;
      }
    return 0;
  },
};

export const join: Program = {
  name: 'join',
  summary: 'join lines of two files on a common field',
  *run(context) {
    const given = yield* options(context, { short: 'a:v:t:1:2:j:o:e:i', long: { 'ignore-case': 'i', header: 'H' } });
    if (given === undefined) return 1;
    const files = yield* twoFiles(context, given.operands);
    if (files === undefined) return 1;
    const separator = given.value('t');
    const fields = [1, 2].map((file) => Number(given.value(String(file)) ?? given.value('j') ?? 1) - 1);
    const split = (line: string) => (separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator));
    const rows = files.map((lines) => lines.map(split));
    const key = (file: number, row: readonly string[]) => {
      const text = row[fields[file] ?? 0] ?? '';
      return given.has('i') ? text.toLowerCase() : text;
    };
    const empty = given.value('e') ?? '';
    const wanted = given.value('o')?.split(/[ ,]/);
    const show = (a: readonly string[] | undefined, b: readonly string[] | undefined) => {
      const name = (a ?? b ?? [])[fields[a === undefined ? 1 : 0] ?? 0] ?? '';
      const cells =
        wanted === undefined
          ? [name, ...[a, b].flatMap((row, file) => (row ?? []).filter((_, at) => at !== fields[file]))]
          : wanted.map((spec) => {
              if (spec === '0') return name;
              const [file = '1', field = '1'] = spec.split('.');
              return (file === '1' ? a : b)?.[Number(field) - 1] ?? empty;
            });
      return `${cells.join(separator ?? ' ')}\n`;
    };
    const alone = new Set([...(given.values.get('a') ?? []), ...(given.values.get('v') ?? [])]);
    const pairs = !given.has('v');
    const [left = [], right = []] = rows;
    let out = '';
    for (let i = 0, j = 0; i < left.length || j < right.length; ) {
      const [x, y] = [left[i], right[j]];
      const [keyX, keyY] = [x === undefined ? undefined : key(0, x), y === undefined ? undefined : key(1, y)];
      if (keyY === undefined || (keyX !== undefined && keyX < keyY)) {
        if (alone.has('1')) out += show(x, undefined);
        i++;
      } else if (keyX === undefined || keyY < keyX) {
        if (alone.has('2')) out += show(undefined, y);
        j++;
      } else {
        const same = right.slice(j).findIndex((row) => key(1, row) !== keyY);
        const end = same < 0 ? right.length : j + same;
        for (; i < left.length && key(0, left[i] ?? []) === keyX; i++)
          if (pairs) for (const row of right.slice(j, end)) out += show(left[i], row);
        j = end;
      }
    }
    yield* context.stdout.write(out);
    return 0;
  },
};
