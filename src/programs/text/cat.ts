import type { Program } from '../../machines/process.ts';
import { eachLine, open } from '../inputs.ts';
import { options } from '../options.ts';

export const cat: Program = {
  name: 'cat',
  summary: 'concatenate files and print on the standard output',
  *run(context) {
    const given = yield* options(context, {
      short: 'nbEsATvetu',
      long: {
        number: 'n',
        'number-nonblank': 'b',
        'show-ends': 'E',
        'squeeze-blank': 's',
        'show-all': 'A',
        'show-tabs': 'T',
        'show-nonprinting': 'v',
      },
    });
    if (given === undefined) return 1;
    const ends = given.has('E') || given.has('A') || given.has('e');
    const tabs = given.has('T') || given.has('A') || given.has('t');
    const plain = !ends && !tabs && !['n', 'b', 's'].some((letter) => given.has(letter));
    let status = 0;
    let number = 0;
    let blanks = 0;
    for (const operand of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, operand);
      if (input === undefined) {
        status = 1;
        continue;
      }
      if (plain) {
        for (;;) {
          const chunk = yield* input.read();
          if (chunk === null) break;
          yield* context.stdout.write(chunk);
        }
        continue;
      }
      yield* eachLine(input, function* (line, ended) {
        blanks = line === '' ? blanks + 1 : 0;
        if (given.has('s') && blanks > 1) return undefined;
        const counted = given.has('b') ? line !== '' : given.has('n');
        const prefix = counted ? `${String(++number).padStart(6)}\t` : '';
        const shown = tabs ? line.replaceAll('\t', '^I') : line;
        yield* context.stdout.write(`${prefix}${shown}${ended ? (ends ? '$\n' : '\n') : ''}`);
        return undefined;
      });
    }
    return status;
  },
};
