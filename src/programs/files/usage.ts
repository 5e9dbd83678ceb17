import type { Program } from '../../machines/process.ts';
import { options } from '../options.ts';

const BLOCK = 4096;

/** Bytes in the units that people read: `4.0K`, `23M`; rounded up as the coreutils do. */
export function human(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  const shown = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  return `${value < 10 && shown < 10 ? shown.toFixed(1) : String(Math.ceil(shown))}${'KMGTP'.charAt(unit)}`;
}

export const du: Program = {
  name: 'du',
  summary: 'estimate file space usage',
  *run(context) {
    const given = yield* options(context, {
      short: 'ashcbkmd:x',
      long: {
        all: 'a',
        summarize: 's',
        'human-readable': 'h',
        total: 'c',
        bytes: 'b',
        'max-depth=': 'd',
        'apparent-size': 'A',
      },
    });
    if (given === undefined) return 1;
    const { fs, cwd } = context;
    const apparent = given.has('b') || given.has('A');
    const shown = (bytes: number) =>
      given.has('h')
        ? human(bytes)
        : String(given.has('b') ? bytes : Math.ceil(bytes / (given.has('m') ? 1024 * 1024 : 1024)));
    const deepest = given.has('s') ? 0 : Number(given.value('d') ?? Number.POSITIVE_INFINITY);
    const lines: string[] = [];
    const walk = (path: string, name: string, depth: number): number => {
      const info = fs.lstat(path);
      if (info.type !== 'directory') {
        const size = apparent ? info.size : info.type === 'symlink' ? 0 : Math.ceil(info.size / BLOCK) * BLOCK;
        if (depth === 0 || (given.has('a') && depth <= deepest)) lines.push(`${shown(size)}\t${name}\n`);
        return size;
      }
      let sum = BLOCK;
      for (const each of fs.list(path))
        sum += walk(fs.resolve(path, each), name === '/' ? `/${each}` : `${name}/${each}`, depth + 1);
      if (depth <= deepest) lines.push(`${shown(sum)}\t${name}\n`);
      return sum;
    };
    let total = 0;
    let status = 0;
    for (const operand of given.operands.length === 0 ? ['.'] : given.operands) {
      const path = fs.resolve(cwd, operand);
      if (!fs.exists(path)) {
        yield* context.stderr.write(`du: cannot access '${operand}': No such file or directory\n`);
        status = 1;
        continue;
      }
      total += walk(path, operand, 0);
    }
    if (given.has('c')) lines.push(`${shown(total)}\ttotal\n`);
    yield* context.stdout.write(lines.join(''));
    return status;
  },
};

export const tree: Program = {
  name: 'tree',
  summary: 'list contents of directories in a tree-like format',
  *run(context) {
    const given = yield* options(context, { short: 'adfL:I:', long: { noreport: 'n', dirsfirst: 'D' } });
    if (given === undefined) return 1;
    const { fs, cwd } = context;
    const deepest = Number(given.value('L') ?? Number.POSITIVE_INFINITY);
    let folders = 0;
    let files = 0;
    let out = '';
    const walk = (path: string, name: string, indent: string, depth: number) => {
      if (depth > deepest) return;
      let names = fs.list(path).filter((each) => given.has('a') || !each.startsWith('.'));
      const isFolder = (each: string) => fs.lstat(fs.resolve(path, each)).type === 'directory';
      const hidden = given.value('I')?.split('|');
      if (hidden !== undefined) names = names.filter((each) => !hidden.includes(each));
      if (given.has('d')) names = names.filter(isFolder);
      if (given.has('D')) names = [...names.filter(isFolder), ...names.filter((each) => !isFolder(each))];
      for (const [index, each] of names.entries()) {
        const last = index === names.length - 1;
        const inner = fs.resolve(path, each);
        const info = fs.lstat(inner);
        const shown = given.has('f') ? `${name}/${each}` : each;
        out += `${indent}${last ? '└── ' : '├── '}${shown}${info.target === undefined ? '' : ` -> ${info.target}`}\n`;
        if (info.type === 'directory') {
          folders++;
          walk(inner, `${name}/${each}`, `${indent}${last ? '    ' : '│\u00a0\u00a0 '}`, depth + 1);
        } else files++;
      }
    };
    let status = 0;
    for (const operand of given.operands.length === 0 ? ['.'] : given.operands) {
      const path = fs.resolve(cwd, operand);
      if (!fs.exists(path) || fs.stat(path).type !== 'directory') {
        out += `${operand}  [error opening dir]\n`;
        status = 2;
        continue;
      }
      folders++;
      out += `${operand}\n`;
      walk(path, operand.replace(/\/$/, ''), '', 1);
    }
    const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
    if (!given.has('n'))
      out += `\n${count(folders, 'directory', 'directories')}${given.has('d') ? '' : `, ${count(files, 'file', 'files')}`}\n`;
    yield* context.stdout.write(out);
    return status;
  },
};
