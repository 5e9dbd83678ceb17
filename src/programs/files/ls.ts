import { FileError, type FileInfo } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { textWidth } from '../../machines/terminal/width.ts';
import type { Routine } from '../../sim/routine.ts';
import { options, type ParsedOptions } from '../options.ts';

interface Entry {
  readonly name: string;
  readonly info: FileInfo;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const ls: Program = {
  name: 'ls',
  summary: 'list directory contents',
  *run(context) {
    const given = yield* options(context, {
      short: '1aAlhRtrdSFiCnG',
      long: {
        all: 'a',
        'almost-all': 'A',
        'human-readable': 'h',
        recursive: 'R',
        reverse: 'r',
        directory: 'd',
        classify: 'F',
        'color=?': 'color',
      },
    });
    if (given === undefined) return 2;
    const operands = given.operands.length === 0 ? ['.'] : given.operands;
    const files: Entry[] = [];
    const folders: string[] = [];
    let status = 0;
    for (const operand of operands) {
      try {
        const path = context.fs.resolve(context.cwd, operand);
        const info = given.has('d') || given.has('l') ? context.fs.lstat(path) : context.fs.stat(path);
        if (info.type === 'directory' && !given.has('d')) folders.push(operand);
        else files.push({ name: operand, info });
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* context.stderr.write(`ls: cannot access '${operand}': ${error.message}\n`);
        status = 2;
      }
    }
    if (files.length > 0) yield* print(context, given, sorted(files, given));
    let first = files.length === 0;
    const queue = [...folders];
    const titled = operands.length > 1 || given.has('R');
    while (queue.length > 0) {
      const folder = queue.shift() ?? '.';
      if (titled) yield* context.stdout.write(`${first ? '' : '\n'}${folder}:\n`);
      first = false;
      const path = context.fs.resolve(context.cwd, folder);
      const all = given.has('a');
      const names = context.fs.list(path).filter((name) => all || given.has('A') || !name.startsWith('.'));
      const entries: Entry[] = names.map((name) => ({
        name,
        info: context.fs.lstat(`${path === '/' ? '' : path}/${name}`),
      }));
      if (all)
        entries.unshift(
          ...['.', '..'].map((name) => ({ name, info: context.fs.stat(context.fs.resolve(path, name)) })),
        );
      const list = sorted(entries, given);
      if (given.has('l'))
        yield* context.stdout.write(
          `total ${list.reduce((sum, each) => sum + Math.ceil(each.info.size / 4096) * 4, 0)}\n`,
        );
      yield* print(context, given, list);
      if (given.has('R'))
        queue.unshift(
          ...list
            .filter((each) => each.info.type === 'directory' && each.name !== '.' && each.name !== '..')
            .map((each) => `${folder}/${each.name}`),
        );
    }
    return status;
  },
};

function sorted(entries: readonly Entry[], given: ParsedOptions): Entry[] {
  const list = [...entries].sort((a, b) => {
    if (given.has('t')) return b.info.modified - a.info.modified || (a.name < b.name ? -1 : 1);
    if (given.has('S')) return b.info.size - a.info.size || (a.name < b.name ? -1 : 1);
    // Every machine's LANG is C.UTF-8: by code point.
    return a.name < b.name ? -1 : 1;
  });
  return given.has('r') ? list.reverse() : list;
}

function* print(context: Context, given: ParsedOptions, entries: readonly Entry[]): Routine {
  const tty = context.stdout.tty;
  const colour = (tty && context.machine.kind !== 'container') || given.value('color') === 'always';
  const label = ({ name, info }: Entry) => {
    const mark = given.has('F')
      ? info.type === 'directory'
        ? '/'
        : info.type === 'symlink'
          ? '@'
          : (info.mode & 0o111) !== 0
            ? '*'
            : ''
      : '';
    if (!colour) return name + mark;
    const code =
      info.type === 'directory'
        ? '01;34'
        : info.type === 'symlink'
          ? '01;36'
          : (info.mode & 0o111) !== 0
            ? '01;32'
            : '';
    return code === '' ? name + mark : `\u001b[${code}m${name}\u001b[0m${mark}`;
  };
  if (given.has('l')) {
    const now = context.machine.world.sim.calendar();
    const rows = entries.map((entry) => ({
      entry,
      size: given.has('h') ? human(entry.info.size) : String(entry.info.size),
    }));
    const width = Math.max(0, ...rows.map((row) => row.size.length));
    const owner = Math.max(0, ...entries.map((each) => each.info.owner.length));
    for (const { entry, size } of rows) {
      const { info } = entry;
      const link = info.type === 'symlink' ? ` -> ${info.target}` : '';
      const links = info.type === 'directory' ? 2 : 1;
      yield* context.stdout.write(
        `${mode(info)} ${links} ${info.owner.padEnd(owner)} ${info.group.padEnd(owner)} ${size.padStart(width)} ${when(info.modified, now)} ${label(entry)}${link}\n`,
      );
    }
    return;
  }
  if (!tty || given.has('1')) {
    for (const entry of entries) yield* context.stdout.write(`${label(entry)}\n`);
    return;
  }
  if (entries.length === 0) return;
  const columns = context.terminal?.columns ?? 80;
  const widths = entries.map((entry) => textWidth(label(entry)));
  let rows = 1;
  for (; rows < entries.length; rows++) {
    let total = 0;
    for (let start = 0; start < entries.length; start += rows)
      total += Math.max(...widths.slice(start, start + rows)) + 2;
    if (total - 2 <= columns) break;
  }
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let at = row; at < entries.length; at += rows) {
      const start = at - row;
      const cell = label(entries[at] as Entry);
      const wide = Math.max(...widths.slice(start, start + rows));
      line += at + rows < entries.length ? cell + ' '.repeat(wide + 2 - textWidth(cell)) : cell;
    }
    yield* context.stdout.write(`${line}\n`);
  }
}

function mode(info: FileInfo): string {
  const kind = info.type === 'directory' ? 'd' : info.type === 'symlink' ? 'l' : info.type === 'device' ? 'c' : '-';
  const bits = [...'rwxrwxrwx'].map((letter, index) => ((info.mode >> (8 - index)) & 1 ? letter : '-')).join('');
  return kind + (info.mode & 0o1000 ? `${bits.slice(0, 8)}t` : bits);
}

function when(modified: number, now: number): string {
  const date = new Date(modified);
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  const recent = modified <= now && now - modified < 15_778_476_000;
  return recent
    ? `${day} ${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}`
    : `${day}  ${date.getUTCFullYear()}`;
}

function human(size: number): string {
  if (size < 1024) return String(size);
  let value = size;
  for (const unit of ['K', 'M', 'G']) {
    value /= 1024;
    if (value < 1024)
      return value < 10 ? `${(Math.ceil(value * 10) / 10).toFixed(1)}${unit}` : `${Math.ceil(value)}${unit}`;
  }
  return `${Math.ceil(value)}G`;
}
