import type { Context, Program } from '../../machines/process.ts';
import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import type { Routine } from '../../sim/routine.ts';
import { open, readAll } from '../inputs.ts';
import { options, type ParsedOptions } from '../options.ts';

const WIDTH = 16;

/** The bytes of the files that are named, or of standard input; undefined after saying what is wrong. */
function* bytesOf(context: Context, operands: readonly string[]): Routine<Uint8Array | undefined> {
  let text = '';
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    const opened = yield* open(context, operand);
    if (opened === undefined) return undefined;
    text += yield* readAll(opened);
  }
  return encodeBytes(text);
}

function limited(
  bytes: Uint8Array,
  given: ParsedOptions,
  skip: string,
  length: string,
): { bytes: Uint8Array; from: number } {
  const from = Number(given.value(skip) ?? 0);
  const count = given.value(length);
  return { bytes: bytes.subarray(from, count === undefined ? undefined : from + Number(count)), from };
}

const hex = (value: number, width = 2) => value.toString(16).padStart(width, '0');
const printable = (byte: number) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');

function* rows(bytes: Uint8Array, width = WIDTH): Generator<readonly [number, Uint8Array]> {
  for (let at = 0; at < bytes.length; at += width) yield [at, bytes.subarray(at, at + width)];
}

/** Rows of od and hexdump: those that repeat the one before become a `*`. */
function squeezed(bytes: Uint8Array, show: (at: number, row: Uint8Array) => string, all: boolean): string {
  let out = '';
  let before = '';
  let starred = false;
  for (const [at, row] of rows(bytes)) {
    const same = row.length === WIDTH && row.join() === before;
    before = row.join();
    if (same && !all) {
      if (!starred) out += '*\n';
      starred = true;
      continue;
    }
    starred = false;
    out += show(at, row);
  }
  return out;
}

export const xxd: Program = {
  name: 'xxd',
  summary: 'make a hex dump or do the reverse',
  *run(context) {
    const given = yield* options(context, { short: 'prubc:g:l:s:' });
    if (given === undefined) return 1;
    const read = yield* bytesOf(context, given.operands);
    if (read === undefined) return 2;
    if (given.has('r')) {
      const source = String.fromCharCode(...read);
      const digits = given.has('p')
        ? source.replace(/\s/g, '')
        : source
            .split('\n')
            .map((line) => (line.replace(/^[0-9a-fA-F]+: ?/, '').split('  ')[0] ?? '').replace(/\s/g, ''))
            .join('');
      yield* context.stdout.write(
        decodeBytes(Uint8Array.from((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)))),
      );
      return 0;
    }
    const { bytes, from } = limited(read, given, 's', 'l');
    const upper = (text: string) => (given.has('u') ? text.toUpperCase() : text);
    if (given.has('p')) {
      const width = Number(given.value('c') ?? 30);
      for (const [, row] of rows(bytes, width))
        yield* context.stdout.write(`${upper([...row].map((byte) => hex(byte)).join(''))}\n`);
      return 0;
    }
    const bits = given.has('b');
    const width = Number(given.value('c') ?? (bits ? 6 : WIDTH));
    const group = Number(given.value('g') ?? (bits ? 1 : 2)) || width;
    const digits = bits ? 8 : 2;
    const field = width * digits + Math.ceil(width / group) - 1;
    for (const [at, row] of rows(bytes, width)) {
      const cells = [...row].map((byte) => (bits ? byte.toString(2).padStart(8, '0') : upper(hex(byte))));
      const groups = Array.from({ length: Math.ceil(cells.length / group) }, (_, i) =>
        cells.slice(i * group, i * group + group).join(''),
      );
      yield* context.stdout.write(
        `${hex(at + from, 8)}: ${groups.join(' ').padEnd(field)}  ${[...row].map(printable).join('')}\n`,
      );
    }
    return 0;
  },
};

const NAMED: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

function odCell(kind: string, row: Uint8Array): string {
  const byte = (at: number) => row[at] ?? 0;
  const words = (size: number, show: (value: number) => string) =>
    Array.from({ length: Math.ceil(row.length / size) }, (_, i) => {
      let value = 0;
      for (let at = size - 1; at >= 0; at--) value = value * 256 + byte(i * size + at);
      return show(value);
    }).join('');
  switch (kind) {
    case 'c':
      return [...row]
        .map((each) =>
          (
            NAMED[each] ?? (each >= 0x20 && each < 0x7f ? String.fromCharCode(each) : each.toString(8).padStart(3, '0'))
          ).padStart(4),
        )
        .join('');
    case 'x1':
      return words(1, (value) => ` ${hex(value)}`);
    case 'x2':
      return words(2, (value) => ` ${hex(value, 4)}`);
    case 'x4':
      return words(4, (value) => ` ${hex(value, 8)}`);
    case 'd1':
    case 'u1':
      return words(
        1,
        (value) => ` ${String(kind === 'd1' && value > 127 ? value - 256 : value).padStart(kind === 'd1' ? 4 : 3)}`,
      );
    case 'd2':
      return words(2, (value) => ` ${String(value > 32_767 ? value - 65_536 : value).padStart(6)}`);
    case 'o1':
      return words(1, (value) => ` ${value.toString(8).padStart(3, '0')}`);
    default:
      return words(2, (value) => ` ${value.toString(8).padStart(6, '0')}`);
  }
}

export const od: Program = {
  name: 'od',
  summary: 'dump files in octal and other formats',
  *run(context) {
    const given = yield* options(context, {
      short: 'abcdoxA:t:N:j:vw::',
      long: { 'address-radix=': 'A', 'format=': 't', 'read-bytes=': 'N', 'skip-bytes=': 'j', 'output-duplicates': 'v' },
    });
    if (given === undefined) return 1;
    const read = yield* bytesOf(context, given.operands);
    if (read === undefined) return 1;
    const { bytes, from } = limited(read, given, 'j', 'N');
    const letters: Readonly<Record<string, string>> = { c: 'c', x: 'x2', d: 'd2', o: 'o2', b: 'o1' };
    const kinds = given.order.flatMap((letter) => {
      if (letter !== 't') return letters[letter] ?? [];
      return (given.value('t')?.match(/[xduo][124]?|c|a/g) ?? []).map((kind) => (kind === 'x' ? 'x4' : kind));
    });
    if (kinds.length === 0) kinds.push('o2');
    const radix = given.value('A') ?? 'o';
    const address = (at: number) =>
      radix === 'n'
        ? ''
        : radix === 'd'
          ? String(at).padStart(7, '0')
          : radix === 'x'
            ? hex(at, 6)
            : at.toString(8).padStart(7, '0');
    const show = (at: number, row: Uint8Array) =>
      kinds
        .map(
          (kind, index) => `${index === 0 ? address(at + from) : ' '.repeat(address(0).length)}${odCell(kind, row)}\n`,
        )
        .join('');
    const end = address(bytes.length + from);
    yield* context.stdout.write(squeezed(bytes, show, given.has('v')) + (end === '' ? '' : `${end}\n`));
    return 0;
  },
};

export const hexdump: Program = {
  name: 'hexdump',
  summary: 'display file contents in hexadecimal, decimal, octal, or ascii',
  *run(context) {
    const given = yield* options(context, {
      short: 'Cvxn:s:',
      long: { canonical: 'C', 'length=': 'n', 'skip=': 's', 'no-squeezing': 'v' },
    });
    if (given === undefined) return 1;
    const read = yield* bytesOf(context, given.operands);
    if (read === undefined) return 1;
    const { bytes, from } = limited(read, given, 's', 'n');
    const canonical = given.has('C');
    const show = (at: number, row: Uint8Array) => {
      if (canonical) {
        const half = (a: number, b: number) => [...row.subarray(a, b)].map((byte) => hex(byte)).join(' ');
        return `${hex(at + from, 8)}  ${half(0, 8).padEnd(23)}  ${half(8, 16).padEnd(23)}  |${[...row].map(printable).join('')}|\n`;
      }
      const words = odCell('x2', row);
      const cells = given.has('x') ? words.replaceAll(' ', '    ') : words;
      return `${hex(at + from, 7)}${cells.padEnd(given.has('x') ? 64 : 40)}\n`;
    };
    const end = bytes.length === 0 ? '' : `${hex(bytes.length + from, canonical ? 8 : 7)}\n`;
    yield* context.stdout.write(squeezed(bytes, show, given.has('v')) + end);
    return 0;
  },
};
