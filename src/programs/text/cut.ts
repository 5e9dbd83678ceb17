import type { Program } from '../../machines/process.ts';
import { decodeBytes, encodeBytes } from '../../machines/text.ts';
import { eachLine, open } from '../inputs.ts';
import { options } from '../options.ts';

type Range = readonly [number, number];

/** `1,3-5,7-` as ranges of 1-based positions. Undefined when it is no list. */
function ranges(text: string): Range[] | undefined {
  const found: Range[] = [];
  for (const item of text.split(',')) {
    const match = /^(\d*)(-?)(\d*)$/.exec(item);
    if (match === null || item === '' || item === '-') return undefined;
    const from = match[1] === '' ? 1 : Number(match[1]);
    const to = match[2] === '' ? from : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (from < 1 || to < from) return undefined;
    found.push([from, to]);
  }
  return found;
}

export const cut: Program = {
  name: 'cut',
  summary: 'remove sections from each line of files',
  *run(context) {
    const given = yield* options(context, {
      short: 'b:c:d:f:ns',
      long: {
        'bytes=': 'b',
        'characters=': 'c',
        'delimiter=': 'd',
        'fields=': 'f',
        'only-delimited': 's',
        complement: 'complement',
        'output-delimiter=': 'output',
      },
    });
    if (given === undefined) return 1;
    const complain = function* (message: string) {
      yield* context.stderr.write(`cut: ${message}\nTry 'cut --help' for more information.\n`);
      return 1;
    };
    const kinds = ['b', 'c', 'f'].filter((letter) => given.has(letter));
    const [kind] = kinds;
    if (kind === undefined) return yield* complain('you must specify a list of bytes, characters, or fields');
    if (kinds.length > 1) return yield* complain('only one list may be specified');
    const list = ranges(given.value(kind) ?? '');
    if (list === undefined)
      return yield* complain(
        kind === 'f'
          ? `invalid field value ‘${given.value(kind)}’`
          : `invalid byte/character position ‘${given.value(kind)}’`,
      );
    const delimiter = given.value('d') ?? '\t';
    if (given.has('d') && [...delimiter].length !== 1)
      return yield* complain('the delimiter must be a single character');
    const wanted = (position: number) =>
      list.some(([from, to]) => position >= from && position <= to) !== given.has('complement');
    const between = given.value('output') ?? delimiter;
    let status = 0;
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) {
        status = 1;
        continue;
      }
      yield* eachLine(input, function* (line) {
        if (kind === 'f') {
          if (!line.includes(delimiter)) {
            if (!given.has('s')) yield* context.stdout.write(`${line}\n`);
            return undefined;
          }
          yield* context.stdout.write(
            `${line
              .split(delimiter)
              .filter((_, index) => wanted(index + 1))
              .join(between)}\n`,
          );
        } else if (kind === 'c')
          yield* context.stdout.write(`${[...line].filter((_, index) => wanted(index + 1)).join('')}\n`);
        else yield* context.stdout.write(`${decodeBytes(encodeBytes(line).filter((_, index) => wanted(index + 1)))}\n`);
        return undefined;
      });
    }
    return status;
  },
};
