import type { Program } from '../../machines/process.ts';
import { linesOf, open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

interface Key {
  readonly from: number;
  readonly fromChar: number;
  readonly to: number | undefined;
  readonly flags: string;
}

const UNITS = 'KMGTPEZY';

export const sort: Program = {
  name: 'sort',
  summary: 'sort lines of text files',
  *run(context) {
    const given = yield* options(context, {
      short: 'bcCdfghik:mMno:rRsS:t:T:uVz',
      long: {
        'ignore-leading-blanks': 'b',
        'ignore-case': 'f',
        'general-numeric-sort': 'g',
        'human-numeric-sort': 'h',
        'key=': 'k',
        'numeric-sort': 'n',
        'output=': 'o',
        reverse: 'r',
        stable: 's',
        'field-separator=': 't',
        unique: 'u',
        'version-sort': 'V',
        check: 'c',
      },
    });
    if (given === undefined) return 2;
    const lines: string[] = [];
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open({ ...context, argv: ['sort: cannot read'] }, file);
      if (input === undefined) return 2;
      lines.push(...linesOf(yield* readAll(input)));
    }
    const global = ['n', 'g', 'h', 'V', 'f', 'b', 'r', 'd', 'M'].filter((letter) => given.has(letter)).join('');
    const keys: Key[] = [];
    for (const text of given.values.get('k') ?? []) {
      const match = /^(\d+)(?:\.(\d+))?([bdfghinMrV]*)(?:,(\d+)(?:\.\d+)?([bdfghinMrV]*))?$/.exec(text);
      if (match === null || match[1] === '0') {
        yield* context.stderr.write(
          match === null
            ? `sort: invalid number at field start: invalid count at start of ‘${text}’\n`
            : `sort: -: invalid field specification ‘${text}’\n`,
        );
        return 2;
      }
      const own = `${match[3] ?? ''}${match[5] ?? ''}`;
      keys.push({
        from: Number(match[1]),
        fromChar: Number(match[2] ?? '1'),
        to: match[4] === undefined ? undefined : Number(match[4]),
        flags: own === '' ? global : own,
      });
    }
    const separator = given.value('t');
    if (separator !== undefined && [...separator].length > 1 && separator !== '\\0') {
      yield* context.stderr.write(`sort: multi-character tab ‘${separator}’\n`);
      return 2;
    }
    const effective: Key[] = keys.length > 0 ? keys : [{ from: 0, fromChar: 1, to: undefined, flags: global }];
    const compareKeys = (a: string, b: string): number => {
      for (const key of effective) {
        const order = compare(part(a, key, separator), part(b, key, separator), key.flags);
        if (order !== 0) return key.flags.includes('r') ? -order : order;
      }
      return 0;
    };
    const lastResort = (a: string, b: string) =>
      given.has('s') || given.has('u') ? 0 : given.has('r') ? -bytes(a, b) : bytes(a, b);
    const sorted = lines
      .map((line, index) => ({ line, index }))
      .sort((a, b) => compareKeys(a.line, b.line) || lastResort(a.line, b.line) || a.index - b.index)
      .map(({ line }) => line);
    if (given.has('c') || given.has('C')) {
      // Without -u the whole line decides between equal keys; with it, two equal lines are out of order as well.
      const order = (a: string, b: string) => compareKeys(a, b) || (given.has('u') ? 1 : lastResort(a, b));
      const bad = lines.findIndex((line, index) => index > 0 && order(lines[index - 1] ?? '', line) > 0);
      if (bad < 0) return 0;
      if (given.has('c'))
        yield* context.stderr.write(`sort: ${given.operands[0] ?? '-'}:${bad + 1}: disorder: ${lines[bad]}\n`);
      return 1;
    }
    const shown = given.has('u')
      ? sorted.filter((line, index) => index === 0 || compareKeys(sorted[index - 1] ?? '', line) !== 0)
      : sorted;
    const text = shown.map((line) => `${line}\n`).join('');
    const target = given.value('o');
    if (target === undefined) yield* context.stdout.write(text);
    else context.fs.write(context.fs.resolve(context.cwd, target), text);
    return 0;
  },
};

/** The part of a line that a key names. Fields are separated by a character, or begin at runs of blanks. */
function part(line: string, key: Key, separator: string | undefined): string {
  if (key.from === 0) return line;
  const fields = separator === undefined ? (line.match(/\s*\S+|\s+$/g) ?? []) : line.split(separator);
  const chosen = fields.slice(key.from - 1, key.to);
  let text = chosen.join(separator ?? '');
  if (key.flags.includes('b')) text = text.trimStart();
  return key.fromChar > 1 ? text.slice(key.fromChar - 1) : text;
}

function compare(a: string, b: string, flags: string): number {
  if (flags.includes('n')) return number(a) - number(b);
  if (flags.includes('g')) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (flags.includes('h')) return human(a) - human(b);
  if (flags.includes('V')) return version(a, b);
  if (flags.includes('M')) return month(a) - month(b);
  const [x, y] = flags.includes('f') ? [a.toUpperCase(), b.toUpperCase()] : [a, b];
  return flags.includes('b') ? bytes(x.trimStart(), y.trimStart()) : bytes(x, y);
}

/** By code point, as the C locale sorts. */
function bytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function number(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] || 0) || 0;
}

function month(text: string): number {
  return Math.floor('JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC'.indexOf(text.trim().slice(0, 3).toUpperCase() || '?') / 3);
}

function human(text: string): number {
  const match = /^\s*(-?\d*\.?\d+)\s*([KMGTPEZYk])?/.exec(text);
  if (match === null) return 0;
  return Number(match[1]) * 1024 ** (UNITS.indexOf((match[2] ?? '').toUpperCase() || '?') + 1);
}

function version(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p = '', q = ''] = [x[i], y[i]];
    const order = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : bytes(p, q);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}
