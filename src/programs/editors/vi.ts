import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { charWidth } from '../../machines/terminal/width.ts';
import { byteLength } from '../../machines/text.ts';
import type { Routine } from '../../sim/routine.ts';
import { type FullScreen, fullScreen, type Screen } from './keys.ts';
import { runEx } from './vi-commands.ts';
import { ViModes } from './vi-modes.ts';

const TAB = 8;

/** A line as it stands on the screen: tabs to spaces, control characters as `^X`, and the column of each character. */
export function laidOut(line: string): { readonly cells: readonly string[]; readonly columns: readonly number[] } {
  const cells: string[] = [];
  const columns: number[] = [];
  let column = 0;
  for (const char of line) {
    const cell =
      char === '\t'
        ? ' '.repeat(TAB - (column % TAB))
        : char < ' '
          ? `^${String.fromCharCode(char.charCodeAt(0) + 64)}`
          : char;
    for (let i = 0; i < char.length; i++) {
      cells.push(i === 0 ? cell : '');
      columns.push(column);
    }
    column += cell.length > 1 ? cell.length : charWidth(cell);
  }
  columns.push(column);
  return { cells, columns };
}

class Vi implements FullScreen {
  private readonly context: Context;
  private readonly modes: ViModes;
  private path: string;
  private top = 0;
  private numbers = false;

  constructor(context: Context, path: string, at: number | undefined) {
    this.context = context;
    this.path = path;
    this.modes = new ViModes('');
    this.modes.message = this.load(path);
    if (at !== undefined) this.modes.buffer.moveTo({ line: at - 1, column: 0 });
  }

  private absolute(path: string): string {
    return this.context.fs.resolve(this.context.cwd, path);
  }

  /** Reads a file into the buffer; what vi says about it. */
  private load(path: string): string {
    const { fs } = this.context;
    this.modes.buffer = new ViModes('').buffer;
    if (path === '') return '';
    try {
      if (!fs.exists(this.absolute(path))) return `"${path}" [New]`;
      if (fs.stat(this.absolute(path)).type === 'directory') return `"${path}" is a directory`;
      const text = fs.read(this.absolute(path));
      this.modes.buffer = new ViModes(text).buffer;
      return `"${path}" ${text === '' ? 0 : text.replace(/\n$/, '').split('\n').length}L, ${byteLength(text)}B`;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return `"${path}" [${error.message}]`;
    }
  }

  /** Writes the buffer; false when it could not. */
  private save(path: string | undefined): boolean {
    const target = path ?? this.path;
    if (target === '') {
      this.modes.message = 'E32: No file name';
      return false;
    }
    const { fs } = this.context;
    const { buffer } = this.modes;
    try {
      const isNew = !fs.exists(this.absolute(target));
      fs.write(this.absolute(target), buffer.text);
      this.modes.message = `"${target}"${isNew ? ' [New]' : ''} ${buffer.text === '' ? 0 : buffer.lines.length}L, ${byteLength(buffer.text)}B written`;
      if (this.path === '') this.path = target;
      if (target === this.path) buffer.changed = false;
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.modes.message =
        error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EROFS'
          ? `"${target}" E212: Can't open file for writing`
          : `"${target}" ${error.message}`;
      return false;
    }
  }

  *key(key: string): Routine<number | undefined> {
    const { modes } = this;
    modes.key(key);
    const { command } = modes;
    if (command === undefined) return undefined;
    modes.command = undefined;
    const result = runEx(modes.buffer, command);
    if (result.message !== undefined) modes.message = result.message;
    if (result.numbers !== undefined) this.numbers = result.numbers;
    if (result.write !== undefined && !this.save(result.write.path)) return undefined;
    if (result.open !== undefined) {
      if (modes.buffer.changed && !result.open.force) {
        modes.message = 'E37: No write since last change (add ! to override)';
        return undefined;
      }
      this.path = result.open.path === '' ? this.path : result.open.path;
      modes.message = this.load(this.path);
    }
    if (result.read !== undefined) this.insertFile(result.read);
    if (result.quit === undefined) return undefined;
    if (modes.buffer.changed && !result.quit.force && !result.quit.ifWritten) {
      modes.message = 'E37: No write since last change (add ! to override)';
      return undefined;
    }
    return 0;
  }

  private insertFile(path: string): void {
    const { fs } = this.context;
    const { buffer } = this.modes;
    if (!fs.exists(this.absolute(path))) {
      this.modes.message = `E484: Can't open file ${path}`;
      return;
    }
    buffer.remember();
    buffer.lines.splice(buffer.line + 1, 0, ...fs.read(this.absolute(path)).replace(/\n$/, '').split('\n'));
    buffer.moveTo({ line: buffer.line + 1, column: 0 });
  }

  draw(columns: number, rows: number): Screen {
    const { modes } = this;
    const { buffer } = modes;
    const height = Math.max(1, rows - 1);
    modes.height = height;
    const gutter = this.numbers ? Math.max(4, String(buffer.lines.length).length + 1) : 0;
    const width = Math.max(1, columns - gutter);
    const rowsOf = (line: number) =>
      Math.max(1, Math.ceil((laidOut(buffer.lines[line] ?? '').columns.at(-1) ?? 0) / width));
    if (buffer.line < this.top) this.top = buffer.line;
    let needed = 0;
    for (let line = buffer.line; line >= this.top; line--) {
      needed += rowsOf(line);
      if (needed > height) {
        this.top = Math.min(line + 1, buffer.line);
        break;
      }
    }
    const out: string[] = [];
    let cursor = { row: 0, column: 0 };
    for (let line = this.top; out.length < height; line++) {
      if (line >= buffer.lines.length) {
        out.push('\u001b[94m~');
        continue;
      }
      const began = out.length;
      const { columns: places } = laidOut(buffer.lines[line] ?? '');
      for (const piece of this.pieces(line, width)) {
        const label =
          gutter === 0 ? '' : out.length === began ? `${String(line + 1).padStart(gutter - 1)} ` : ' '.repeat(gutter);
        out.push(`${label}${piece}`);
      }
      if (line === buffer.line) {
        const column = places[Math.min(buffer.column, places.length - 1)] ?? 0;
        cursor = { row: began + Math.floor(column / width), column: gutter + (column % width) };
      }
    }
    const status = this.status(columns);
    const shown = [...out.slice(0, height), status];
    if (modes.mode === 'line') cursor = { row: height, column: Math.min(columns - 1, modes.typed.length) };
    return { rows: shown, ...cursor };
  }

  /** A line cut into rows of the screen, what is selected in reverse video. */
  private pieces(line: number, width: number): string[] {
    const { selection, buffer } = this.modes;
    const { cells, columns } = laidOut(buffer.lines[line] ?? '');
    const chosen = (column: number) =>
      selection !== undefined &&
      line >= selection.from.line &&
      line <= selection.to.line &&
      (selection.lines ||
        ((line > selection.from.line || column >= selection.from.column) &&
          (line < selection.to.line || column <= selection.to.column)));
    const pieces: string[] = [''];
    let used = 0;
    for (const [index, cell] of cells.entries()) {
      const size = (columns[index + 1] ?? 0) - (columns[index] ?? 0);
      if (used + size > width) {
        pieces.push('');
        used = 0;
      }
      used += size;
      pieces.push((pieces.pop() ?? '') + (chosen(index) ? `\u001b[7m${cell}\u001b[27m` : cell));
    }
    return pieces;
  }

  private status(columns: number): string {
    const { modes } = this;
    const { buffer } = modes;
    if (modes.mode === 'line') return modes.typed.slice(-columns);
    const label = {
      normal: '',
      insert: '-- INSERT --',
      replace: '-- REPLACE --',
      visual: '-- VISUAL --',
      'visual line': '-- VISUAL LINE --',
    }[modes.mode];
    const left = label === '' ? modes.message : `\u001b[1m${label}\u001b[0m`;
    const shownLength = label === '' ? modes.message.length : label.length;
    const whole = buffer.lines.length <= modes.height;
    const bottom = this.top + modes.height >= buffer.lines.length;
    const where = whole
      ? 'All'
      : this.top === 0
        ? 'Top'
        : bottom
          ? 'Bot'
          : `${Math.floor((this.top * 100) / Math.max(1, buffer.lines.length - modes.height))}%`;
    const place = `${buffer.line + 1},${buffer.current === '' ? '0-1' : buffer.column + 1}`;
    const right = `${place.padEnd(14)} ${where}`;
    const room = columns - right.length - 2;
    return shownLength > room ? left.slice(0, columns) : `${left}${' '.repeat(room - shownLength)}${right}`;
  }
}

/** vi and vim: the same small editor under both names. */
export function viProgram(name: string): Program {
  return {
    name,
    summary: "Vi IMproved, a programmer's text editor",
    *run(context) {
      const args = context.argv.slice(1);
      const line = args.map((arg) => /^\+(\d*)$/.exec(arg)).find((each) => each !== null);
      const [path = ''] = args.filter((arg) => !/^[-+]/.test(arg));
      if (context.terminal === undefined || !context.stdin.tty) {
        yield* context.stderr.write('Vim: Warning: Input is not from a terminal\n');
        return 1;
      }
      const at = line === undefined ? undefined : line[1] === '' ? Number.MAX_SAFE_INTEGER : Number(line[1]);
      return yield* fullScreen(context, new Vi(context, path, at));
    },
  };
}
