import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { type FullScreen, fullScreen, type Screen } from './keys.ts';
import { laidOut } from './vi.ts';
import { ViBuffer } from './vi-buffer.ts';

const VERSION = '7.2';

/** A question at the bottom line, and what happens with its answer. */
interface Question {
  readonly text: string;
  answer: string;
  /** One of these keys answers at once; otherwise Enter does. */
  readonly keys?: string;
  readonly done: (answer: string) => number | undefined;
}

class Nano implements FullScreen {
  private readonly context: Context;
  private readonly buffer: ViBuffer;
  private path: string;
  private message: string;
  private question: Question | undefined;
  private top = 0;
  private cut: string[] = [];
  private cutting = false;
  private sought = '';

  constructor(context: Context, path: string) {
    this.context = context;
    this.path = path;
    const { fs } = context;
    const absolute = fs.resolve(context.cwd, path);
    let text = '';
    this.message = '[ New File ]';
    if (path === '') this.message = '[ Welcome to nano.  For basic help, type Ctrl+G. ]';
    else if (fs.exists(absolute)) {
      if (fs.stat(absolute).type === 'directory') this.message = `[ "${path}" is a directory ]`;
      else {
        text = fs.read(absolute);
        const count = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
        this.message = `[ Read ${count} line${count === 1 ? '' : 's'} ]`;
      }
    }
    this.buffer = new ViBuffer(text);
  }

  private save(path: string): boolean {
    try {
      this.context.fs.write(this.context.fs.resolve(this.context.cwd, path), this.buffer.text);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.message = `[ Error writing ${path}: ${error.message} ]`;
      return false;
    }
    const count = this.buffer.text === '' ? 0 : this.buffer.lines.length;
    this.message = `[ Wrote ${count} line${count === 1 ? '' : 's'} ]`;
    this.path = path;
    this.buffer.changed = false;
    return true;
  }

  private askName(leave: boolean): void {
    this.question = {
      text: 'File Name to Write: ',
      answer: this.path,
      done: (path) => (path !== '' && this.save(path) && leave ? 0 : undefined),
    };
  }

  *key(key: string): Routine<number | undefined> {
    if (this.question !== undefined) return this.answerKey(this.question, key);
    const { buffer } = this;
    this.message = '';
    const cutting = this.cutting;
    this.cutting = false;
    const edit = (work: () => void) => {
      buffer.changed = true;
      work();
    };
    switch (key) {
      case 'Ctrl-X':
        if (!buffer.changed) return 0;
        this.question = {
          text: 'Save modified buffer? ',
          answer: '',
          keys: 'yn',
          done: (answer) => {
            if (answer === 'n') return 0;
            this.askName(true);
            return undefined;
          },
        };
        return undefined;
      case 'Ctrl-O':
        this.askName(false);
        return undefined;
      case 'Ctrl-S':
        if (this.path === '') this.askName(false);
        else this.save(this.path);
        return undefined;
      case 'Ctrl-W':
        this.question = {
          text: `Search${this.sought === '' ? '' : ` [${this.sought}]`}: `,
          answer: '',
          done: (answer) => {
            this.find(answer === '' ? this.sought : answer);
            return undefined;
          },
        };
        return undefined;
      case 'Ctrl-K':
        edit(() => {
          this.cut = [...(cutting ? this.cut : []), buffer.current];
          buffer.lines.splice(buffer.line, 1);
          if (buffer.lines.length === 0) buffer.lines.push('');
          buffer.moveTo({ line: buffer.line, column: 0 });
        });
        this.cutting = true;
        return undefined;
      case 'Ctrl-U':
        if (this.cut.length > 0)
          edit(() => {
            buffer.lines.splice(buffer.line, 0, ...this.cut);
            buffer.moveTo({ line: buffer.line + this.cut.length, column: 0 });
          });
        return undefined;
      case 'Ctrl-C':
        this.message = `[ line ${buffer.line + 1}/${buffer.lines.length} (${Math.round(((buffer.line + 1) * 100) / buffer.lines.length)}%), col ${buffer.column + 1}/${buffer.current.length + 1} ]`;
        return undefined;
      case 'Ctrl-G':
        this.message = '[ ^O writes the file, ^X leaves, ^W searches, ^K cuts a line, ^U pastes ]';
        return undefined;
      case 'Enter':
        edit(() => buffer.insert('\n'));
        return undefined;
      case 'Backspace':
        edit(() => buffer.backspace());
        return undefined;
      case 'Delete':
      case 'Ctrl-D':
        edit(() => {
          if (buffer.column < buffer.current.length) buffer.column++;
          else if (buffer.line + 1 < buffer.lines.length) {
            buffer.line++;
            buffer.column = 0;
          } else return;
          buffer.backspace();
        });
        return undefined;
      case 'Tab':
        edit(() => buffer.insert('\t'));
        return undefined;
      default:
        if (!this.move(key) && [...key].length === 1) edit(() => buffer.insert(key));
        return undefined;
    }
  }

  private move(key: string): boolean {
    const { buffer } = this;
    const to = (line: number, column: number) => {
      buffer.moveTo({ line, column }, true);
      return true;
    };
    switch (key) {
      case 'Up':
      case 'Ctrl-P':
        return to(buffer.line - 1, buffer.column);
      case 'Down':
      case 'Ctrl-N':
        return to(buffer.line + 1, buffer.column);
      case 'Left':
      case 'Ctrl-B':
        return buffer.column > 0 || buffer.line === 0
          ? to(buffer.line, buffer.column - 1)
          : to(buffer.line - 1, Number.MAX_SAFE_INTEGER);
      case 'Right':
      case 'Ctrl-F':
        return buffer.column < buffer.current.length || buffer.line + 1 >= buffer.lines.length
          ? to(buffer.line, buffer.column + 1)
          : to(buffer.line + 1, 0);
      case 'Home':
      case 'Ctrl-A':
        return to(buffer.line, 0);
      case 'End':
      case 'Ctrl-E':
        return to(buffer.line, buffer.current.length);
      case 'PageUp':
      case 'Ctrl-Y':
        return to(buffer.line - 18, 0);
      case 'PageDown':
      case 'Ctrl-V':
        return to(buffer.line + 18, 0);
      default:
        return false;
    }
  }

  private find(text: string): void {
    this.sought = text;
    const { buffer } = this;
    const { lines, line, column } = buffer;
    for (let step = 0; step <= lines.length; step++) {
      const at = (line + step) % lines.length;
      const found = (lines[at] ?? '').toLowerCase().indexOf(text.toLowerCase(), step === 0 ? column + 1 : 0);
      if (found >= 0) {
        buffer.moveTo({ line: at, column: found }, true);
        if (at < line || (at === line && found <= column)) this.message = '[ Search Wrapped ]';
        return;
      }
    }
    this.message = `[ "${text}" not found ]`;
  }

  private answerKey(question: Question, key: string): number | undefined {
    if (key === 'Ctrl-C' || key === 'Escape') {
      this.question = undefined;
      this.message = '[ Cancelled ]';
    } else if (question.keys !== undefined) {
      if (!question.keys.includes(key.toLowerCase())) return undefined;
      this.question = undefined;
      return question.done(key.toLowerCase());
    } else if (key === 'Enter') {
      this.question = undefined;
      return question.done(question.answer);
    } else if (key === 'Backspace') question.answer = question.answer.slice(0, -1);
    else if ([...key].length === 1) question.answer += key;
    return undefined;
  }

  draw(columns: number, rows: number): Screen {
    const { buffer } = this;
    const height = Math.max(1, rows - 5);
    if (buffer.line < this.top) this.top = buffer.line;
    if (buffer.line >= this.top + height) this.top = buffer.line - Math.floor(height / 2);
    const name = this.path === '' ? 'New Buffer' : this.path;
    const left = `  GNU nano ${VERSION}`;
    const right = buffer.changed ? 'Modified ' : '';
    const middle = name.padStart(Math.floor((columns + name.length) / 2) - left.length);
    const title = `${left}${middle}`.padEnd(columns - right.length).slice(0, columns - right.length) + right;
    const { columns: places } = laidOut(buffer.current);
    const place = places[Math.min(buffer.column, places.length - 1)] ?? 0;
    const shift = place < columns ? 0 : place - (place % Math.max(1, columns - 8)) - 8;
    const text = Array.from({ length: height }, (_, row) => {
      const line = buffer.lines[this.top + row];
      if (line === undefined) return '';
      const from = this.top + row === buffer.line ? shift : 0;
      return [...laidOut(line).cells.join('')].slice(from, from + columns).join('');
    });
    const bar =
      this.question === undefined
        ? this.message === ''
          ? ''
          : `${' '.repeat(Math.max(0, Math.floor((columns - this.message.length) / 2)))}\u001b[7m${this.message}`
        : `\u001b[7m${`${this.question.text}${this.question.answer}`.padEnd(columns)}`;
    const help = (items: readonly (readonly [string, string])[]) =>
      items.map(([key, words]) => `\u001b[7m${key}\u001b[27m ${words}`.padEnd(13 + 9)).join('');
    const asked = this.question;
    const bottom =
      asked?.keys === undefined
        ? [
            help([
              ['^G', 'Help'],
              ['^O', 'Write Out'],
              ['^W', 'Where Is'],
              ['^K', 'Cut'],
            ]),
            help([
              ['^X', 'Exit'],
              ['^C', 'Location'],
              ['^U', 'Paste'],
            ]),
          ]
        : [
            help([[' Y', 'Yes']]),
            help([
              [' N', 'No'],
              ['^C', 'Cancel'],
            ]),
          ];
    const cursor =
      asked === undefined
        ? { row: 2 + buffer.line - this.top, column: Math.min(columns - 1, place - shift) }
        : { row: rows - 3, column: Math.min(columns - 1, asked.text.length + asked.answer.length) };
    return { rows: [`\u001b[7m${title}`, '', ...text, bar, ...bottom], ...cursor };
  }
}

/** nano, with what people use of it: typing, ^O, ^X, ^W, ^K, ^U. */
export const nano: Program = {
  name: 'nano',
  summary: "Nano's ANOther editor, inspired by Pico",
  *run(context) {
    if (context.terminal === undefined || !context.stdin.tty) {
      yield* context.stderr.write('Standard input is not a terminal\n');
      return 1;
    }
    const [path = ''] = context.argv.slice(1).filter((arg) => !/^[-+]/.test(arg));
    return yield* fullScreen(context, new Nano(context, path));
  },
};
