import { FileError } from '../../machines/filesystem.ts';
import type { Program } from '../../machines/process.ts';
import { open, readAll } from '../inputs.ts';
import { options } from '../options.ts';
import { RegexError } from '../text/regex.ts';
import { Editor } from './editor.ts';
import { type Command, ScriptParser, SedError } from './script.ts';

export const sed: Program = {
  name: 'sed',
  summary: 'stream editor for filtering and transforming text',
  *run(context) {
    const given = yield* options(context, {
      short: 'ne:f:i::Erszu',
      long: {
        quiet: 'n',
        silent: 'n',
        'expression=': 'e',
        'file=': 'f',
        'in-place=?': 'i',
        'regexp-extended': 'E',
        separate: 's',
      },
    });
    if (given === undefined) return 1;
    const operands = [...given.operands];
    const scripts: string[] = [...(given.values.get('e') ?? [])];
    for (const file of given.values.get('f') ?? []) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      scripts.push(yield* readAll(input));
    }
    if (scripts.length === 0) {
      const first = operands.shift();
      if (first === undefined) {
        yield* context.stderr.write('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n');
        return 1;
      }
      scripts.push(first);
    }
    let commands: Command[];
    try {
      commands = new ScriptParser(scripts.join('\n'), given.has('E') || given.has('r')).parse();
    } catch (error) {
      if (!(error instanceof SedError || error instanceof RegexError)) throw error;
      yield* context.stderr.write(`sed: ${error.message}\n`);
      return 1;
    }
    const files = operands.length === 0 ? ['-'] : operands;
    if (!given.has('i')) {
      let text = '';
      let status = 0;
      for (const file of files) {
        const input = yield* open({ ...context, argv: ["sed: can't read"] }, file);
        if (input === undefined) {
          status = 2;
          continue;
        }
        text += yield* readAll(input);
        if (!given.has('s') || file === files.at(-1)) continue;
        // Each file has its own last line.
        yield* new Editor(commands, given.has('n'), context).run(text, (out) => context.stdout.write(out));
        text = '';
      }
      const editor = new Editor(commands, given.has('n'), context);
      yield* editor.run(text, (out) => context.stdout.write(out));
      return editor.status ?? status;
    }
    for (const file of files) {
      try {
        const path = context.fs.resolve(context.cwd, file);
        const before = context.fs.read(path);
        let after = '';
        const editor = new Editor(commands, given.has('n'), context);
        yield* editor.run(before, function* (out) {
          after += out;
        });
        const suffix = given.value('i') ?? '';
        if (suffix !== '') context.fs.write(`${path}${suffix}`, before);
        context.fs.write(path, after);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* context.stderr.write(`sed: can't read ${file}: ${error.message}\n`);
        return 2;
      }
    }
    return 0;
  },
};
