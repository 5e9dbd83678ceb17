import { FileError } from '../../machines/filesystem.ts';
import type { Program } from '../../machines/process.ts';
import { eachLine, linesOf, open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

export const tac: Program = {
  name: 'tac',
  summary: 'concatenate and print files in reverse',
  *run(context) {
    const given = yield* options(context, { short: '' });
    if (given === undefined) return 1;
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      yield* context.stdout.write(((yield* readAll(input)).match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(''));
    }
    return 0;
  },
};

export const rev: Program = {
  name: 'rev',
  summary: 'reverse lines characterwise',
  *run(context) {
    const given = yield* options(context, { short: '' });
    if (given === undefined) return 1;
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      yield* eachLine(input, function* (line, ended) {
        yield* context.stdout.write(`${[...line].reverse().join('')}${ended ? '\n' : ''}`);
        return undefined;
      });
    }
    return 0;
  },
};

export const nl: Program = {
  name: 'nl',
  summary: 'number lines of files',
  *run(context) {
    const given = yield* options(context, { short: 'b:w:s:v:', long: { 'body-numbering=': 'b' } });
    if (given === undefined) return 1;
    const width = Number(given.value('w') ?? 6);
    const separator = given.value('s') ?? '\t';
    let number = Number(given.value('v') ?? 1);
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      yield* eachLine(input, function* (line) {
        const counted = given.value('b') === 'a' || line !== '';
        yield* context.stdout.write(
          counted
            ? `${String(number++).padStart(width)}${separator}${line}\n`
            : `${' '.repeat(width + separator.length)}\n`,
        );
        return undefined;
      });
    }
    return 0;
  },
};

export const paste: Program = {
  name: 'paste',
  summary: 'merge lines of files',
  *run(context) {
    const given = yield* options(context, { short: 'd:s', long: { 'delimiters=': 'd', serial: 's' } });
    if (given === undefined) return 1;
    const delimiters = [...(given.value('d') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
    const files: string[][] = [];
    const operands = given.operands.length === 0 ? ['-'] : given.operands;
    // Several `-` take turns at the lines of standard input.
    const turns = operands.filter((file) => file === '-').length;
    const typed = turns === 0 ? [] : linesOf(yield* readAll(context.stdin));
    let turn = 0;
    for (const file of operands) {
      if (file === '-') {
        const own = turn++;
        files.push(typed.filter((_, at) => at % turns === own));
        continue;
      }
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      files.push(linesOf(yield* readAll(input)));
    }
    const join = (parts: readonly string[]) =>
      parts.reduce(
        (line, part, index) =>
          index === 0 ? part : `${line}${delimiters[(index - 1) % delimiters.length] ?? ''}${part}`,
        '',
      );
    if (given.has('s')) for (const lines of files) yield* context.stdout.write(`${join(lines)}\n`);
    else
      for (let row = 0; row < Math.max(...files.map((lines) => lines.length)); row++)
        yield* context.stdout.write(`${join(files.map((lines) => lines[row] ?? ''))}\n`);
    return 0;
  },
};

export const tee: Program = {
  name: 'tee',
  summary: 'read from standard input and write to standard output and files',
  *run(context) {
    const given = yield* options(context, { short: 'ai', long: { append: 'a', 'ignore-interrupts': 'i' } });
    if (given === undefined) return 1;
    const paths: string[] = [];
    let status = 0;
    for (const file of given.operands) {
      const path = context.fs.resolve(context.cwd, file);
      try {
        context.fs.write(path, '', { append: given.has('a') });
        paths.push(path);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* context.stderr.write(`tee: ${file}: ${error.message}\n`);
        status = 1;
      }
    }
    for (;;) {
      const chunk = yield* context.stdin.read();
      if (chunk === null) return status;
      for (const path of paths) context.fs.write(path, chunk, { append: true });
      yield* context.stdout.write(chunk);
    }
  },
};

export const fold: Program = {
  name: 'fold',
  summary: 'wrap each input line to fit in specified width',
  *run(context) {
    const given = yield* options(context, {
      short: 'bsw:',
      long: { spaces: 's', 'width=': 'w', bytes: 'b' },
      digits: 'w',
    });
    if (given === undefined) return 1;
    const width = Math.max(1, Number(given.value('w') ?? 80));
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      yield* eachLine(input, function* (line, ended) {
        let rest = line;
        while (rest.length > width) {
          const space = given.has('s') ? rest.lastIndexOf(' ', width - 1) : -1;
          const at = space > 0 ? space + 1 : width;
          yield* context.stdout.write(`${rest.slice(0, at)}\n`);
          rest = rest.slice(at);
        }
        yield* context.stdout.write(`${rest}${ended ? '\n' : ''}`);
        return undefined;
      });
    }
    return 0;
  },
};

export const column: Program = {
  name: 'column',
  summary: 'columnate lists',
  *run(context) {
    const given = yield* options(context, {
      short: 'ts:o:',
      long: { table: 't', 'separator=': 's', 'output-separator=': 'o' },
    });
    if (given === undefined) return 1;
    const rows: string[][] = [];
    for (const file of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      const separator = given.value('s');
      for (const line of linesOf(yield* readAll(input)))
        if (line.trim() !== '')
          rows.push(
            separator === undefined
              ? line.trim().split(/\s+/)
              : line.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, '\\$&')}]`)),
          );
    }
    if (!given.has('t')) {
      for (const row of rows) yield* context.stdout.write(`${row.join(' ')}\n`);
      return 0;
    }
    const widths: number[] = [];
    for (const row of rows)
      for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
    const between = given.value('o') ?? '  ';
    for (const row of rows)
      yield* context.stdout.write(
        `${row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join(between)}\n`,
      );
    return 0;
  },
};
