import type { Program } from '../../machines/process.ts';
import { fileOutput } from '../../machines/streams.ts';
import { eachLine, open } from '../inputs.ts';
import { options } from '../options.ts';

export const uniq: Program = {
  name: 'uniq',
  summary: 'report or omit repeated lines',
  *run(context) {
    const given = yield* options(context, {
      short: 'cdDf:is:uw:',
      long: {
        count: 'c',
        repeated: 'd',
        'skip-fields=': 'f',
        'ignore-case': 'i',
        'skip-chars=': 's',
        unique: 'u',
        'check-chars=': 'w',
      },
    });
    if (given === undefined) return 1;
    const input = yield* open(context, given.operands[0] ?? '-');
    if (input === undefined) return 1;
    const target = given.operands[1];
    const stdout =
      target === undefined ? context.stdout : fileOutput(context.fs, context.fs.resolve(context.cwd, target), false);
    const key = (line: string): string => {
      let text = line;
      for (let i = Number(given.value('f') ?? 0); i > 0; i--) text = text.replace(/^\s*\S+/, '');
      text = text.slice(Number(given.value('s') ?? 0));
      const width = given.value('w');
      if (width !== undefined) text = text.slice(0, Number(width));
      return given.has('i') ? text.toLowerCase() : text;
    };
    let previous: string | undefined;
    let count = 0;
    const flush = function* () {
      if (previous === undefined) return;
      if (given.has('d') && count < 2) return;
      if (given.has('u') && count > 1) return;
      yield* stdout.write(`${given.has('c') ? `${String(count).padStart(7)} ` : ''}${previous}\n`);
    };
    yield* eachLine(input, function* (line) {
      if (previous !== undefined && key(previous) === key(line)) count++;
      else {
        yield* flush();
        previous = line;
        count = 1;
      }
      return undefined;
    });
    yield* flush();
    return 0;
  },
};
