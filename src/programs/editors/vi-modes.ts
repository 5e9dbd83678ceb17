import type { Place } from './vi-buffer.ts';
import { ViMotions } from './vi-motions.ts';

export type Mode = 'normal' | 'insert' | 'replace' | 'visual' | 'visual line' | 'line';

/** vi's keys: modes, counts, operators, motions. Knows nothing of files or of the screen. */
export class ViModes extends ViMotions {
  mode: Mode = 'normal';
  /** What is being typed at the bottom: begins with `:`, `/` or `?`. */
  typed = '';
  /** Set by `ZZ` and by Enter on a command line: an ex command to run. */
  command: string | undefined;
  private pending = '';
  private count = '';
  private anchor: Place = { line: 0, column: 0 };
  /** Keys of the running change, and of the last one, for `.`. */
  private recorded: string[] = [];
  private lastChange: string[] = [];
  private replaying = false;

  key(key: string): void {
    if (this.mode === 'line') this.lineKey(key);
    else if (this.mode === 'insert' || this.mode === 'replace') this.insertKey(key);
    else this.normalKey(key);
  }

  private lineKey(key: string): void {
    if (key === 'Escape' || key === 'Ctrl-C' || (key === 'Backspace' && this.typed.length === 1)) this.mode = 'normal';
    else if (key === 'Backspace') this.typed = this.typed.slice(0, -1);
    else if (key === 'Enter') {
      this.mode = 'normal';
      const text = this.typed.slice(1);
      if (this.typed.startsWith(':')) this.command = text;
      else {
        if (text !== '') this.pattern = text;
        this.forward = this.typed.startsWith('/');
        this.search(this.forward);
      }
    } else if (key === 'Ctrl-U') this.typed = this.typed.charAt(0);
    else if (key === 'Tab') this.typed += '\t';
    else if ([...key].length === 1) this.typed += key;
  }

  private insertKey(key: string): void {
    const { buffer } = this;
    if (!this.replaying) this.recorded.push(key);
    switch (key) {
      case 'Escape':
      case 'Ctrl-C':
        this.mode = 'normal';
        buffer.moveTo({ line: buffer.line, column: buffer.column - 1 });
        if (!this.replaying) this.lastChange = [...this.recorded];
        return;
      case 'Enter':
        buffer.insert('\n');
        return;
      case 'Backspace':
        buffer.backspace();
        return;
      case 'Tab':
        buffer.insert('\t');
        return;
      case 'Ctrl-W': {
        const kept = buffer.current.slice(0, buffer.column).replace(/(\w+|[^\w\s]+)?\s*$/, '');
        buffer.lines[buffer.line] = kept + buffer.current.slice(buffer.column);
        buffer.column = kept.length;
        return;
      }
      case 'Ctrl-U':
        buffer.lines[buffer.line] = buffer.current.slice(buffer.column);
        buffer.column = 0;
        return;
      case 'Delete':
        buffer.lines[buffer.line] = buffer.current.slice(0, buffer.column) + buffer.current.slice(buffer.column + 1);
        return;
      case 'Home':
        buffer.moveTo({ line: buffer.line, column: 0 });
        return;
      case 'End':
        buffer.moveTo({ line: buffer.line, column: buffer.current.length }, true);
        return;
      case 'Up':
      case 'Down':
        buffer.moveTo({ line: buffer.line + (key === 'Up' ? -1 : 1), column: buffer.column }, true);
        return;
      case 'Left':
      case 'Right':
        buffer.moveTo({ line: buffer.line, column: buffer.column + (key === 'Left' ? -1 : 1) }, true);
        return;
      default:
        if ([...key].length !== 1) return;
        if (this.mode === 'replace')
          buffer.lines[buffer.line] = buffer.current.slice(0, buffer.column) + buffer.current.slice(buffer.column + 1);
        buffer.insert(key);
    }
  }

  private normalKey(key: string): void {
    this.message = '';
    if (!this.replaying && this.pending === '' && this.count === '') this.recorded = [];
    if (!this.replaying) this.recorded.push(key);
    if (key === 'Escape' || key === 'Ctrl-C') {
      this.reset();
      this.mode = 'normal';
      if (key === 'Ctrl-C') this.message = 'Type  :qa  and press <Enter> to exit Vim';
      return;
    }
    if (/^[1-9]$/.test(key) || (key === '0' && this.count !== '' && !/[fFtTr]$/.test(this.pending))) {
      if (!/[fFtTr]$/.test(this.pending)) {
        this.count += key;
        return;
      }
    }
    const whole = this.pending + key;
    if (this.awaitsMore(whole)) {
      this.pending = whole;
      return;
    }
    const times = Math.min(Number(this.count || 1), 10_000);
    const counted = this.count !== '';
    this.reset();
    if (this.mode === 'normal') this.run(whole, times, counted);
    else this.visual(whole, times, counted);
    const [line, column] = [this.buffer.line, this.buffer.column];
    if (this.mode === 'normal') this.buffer.moveTo({ line, column });
  }

  private reset(): void {
    this.pending = '';
    this.count = '';
  }

  private awaitsMore(keys: string): boolean {
    if (this.mode !== 'normal') return /^([gfFtTri]|[ia])$/.test(keys) && keys !== 'i';
    return /^([dcy><]?[gfFtT]|[dcy][ia]|[dcy><]|[rZzg])$/.test(keys);
  }

  private startInsert(): void {
    this.mode = 'insert';
  }

  private change(work: () => void): void {
    this.buffer.remember();
    work();
    if (this.mode === 'normal' && !this.replaying) this.lastChange = [...this.recorded];
  }

  private run(keys: string, times: number, counted: boolean): void {
    const { buffer } = this;
    const motion = this.motion(keys, times, counted);
    if (motion !== undefined) {
      buffer.moveTo(motion.to);
      return;
    }
    const operator = /^([dcy><])(.+)$/.exec(keys);
    if (operator !== null) {
      this.operate(operator[1] ?? '', operator[2] ?? '', times, counted);
      return;
    }
    switch (keys) {
      case 'i':
      case 'a':
      case 'I':
      case 'A':
        buffer.remember();
        buffer.changed = true;
        if (keys === 'I') buffer.toFirstNonBlank();
        this.startInsert();
        buffer.moveTo(
          {
            line: buffer.line,
            column: keys === 'A' ? buffer.current.length : buffer.column + (keys === 'a' ? 1 : 0),
          },
          true,
        );
        return;
      case 'o':
      case 'O':
        buffer.remember();
        buffer.lines.splice(buffer.line + (keys === 'o' ? 1 : 0), 0, '');
        this.startInsert();
        buffer.moveTo({ line: buffer.line + (keys === 'o' ? 1 : 0), column: 0 }, true);
        return;
      case 'R':
        buffer.remember();
        this.mode = 'replace';
        return;
      case 'x':
      case 'Delete':
      case 'X':
        this.change(() => {
          const from = keys === 'X' ? Math.max(0, buffer.column - times) : buffer.column;
          const to = keys === 'X' ? buffer.column : Math.min(buffer.current.length, buffer.column + times);
          buffer.remove({ line: buffer.line, column: from }, { line: buffer.line, column: to });
        });
        return;
      case 's':
        this.operate('c', 'l', times, counted);
        return;
      case 'D':
        this.operate('d', '$', 1, false);
        return;
      case 'C':
        this.operate('c', '$', 1, false);
        return;
      case 'S':
        this.operate('c', 'c', times, counted);
        return;
      case 'Y':
        this.operate('y', 'y', times, counted);
        return;
      case 'p':
      case 'P':
        this.change(() => buffer.put(keys === 'p', times));
        return;
      case 'J':
        this.change(() => this.join(Math.max(1, times - 1)));
        return;
      case '~':
        this.change(() => {
          const to = Math.min(buffer.current.length, buffer.column + times);
          const piece = buffer.current.slice(buffer.column, to);
          const swapped = [...piece].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
          buffer.lines[buffer.line] = buffer.current.slice(0, buffer.column) + swapped + buffer.current.slice(to);
          buffer.column = to;
        });
        return;
      case 'u':
        for (let i = 0; i < times; i++) if (!buffer.undo()) this.message = 'Already at oldest change';
        return;
      case 'Ctrl-R':
        for (let i = 0; i < times; i++) if (!buffer.redo()) this.message = 'Already at newest change';
        return;
      case '.':
        this.repeat();
        return;
      case 'v':
      case 'V':
        this.mode = keys === 'v' ? 'visual' : 'visual line';
        this.anchor = this.here();
        return;
      case ':':
      case '/':
      case '?':
        this.mode = 'line';
        this.typed = keys;
        return;
      case 'ZZ':
        this.command = 'x';
        return;
      case 'ZQ':
        this.command = 'q!';
        return;
      default: {
        const replaced = /^r(.)$/su.exec(keys);
        const char = keys === 'rEnter' ? '\n' : replaced?.[1];
        if (char !== undefined && buffer.current.length >= buffer.column + times)
          this.change(() => {
            const { column } = buffer;
            const rest = buffer.current.slice(column + times);
            buffer.lines[buffer.line] = buffer.current.slice(0, column);
            buffer.column = column;
            buffer.insert(char.repeat(times) + rest);
            buffer.column = char === '\n' ? 0 : column + times - 1;
          });
      }
    }
  }

  private repeat(): void {
    if (this.replaying || this.lastChange.length === 0) return;
    this.replaying = true;
    for (const key of this.lastChange) this.key(key);
    this.replaying = false;
  }

  private join(times: number): void {
    const { buffer } = this;
    for (let i = 0; i < times && buffer.line + 1 < buffer.lines.length; i++) {
      const next = (buffer.lines[buffer.line + 1] ?? '').trimStart();
      const current = buffer.current.trimEnd();
      buffer.column = current.length;
      buffer.lines.splice(buffer.line, 2, next === '' || current === '' ? current + next : `${current} ${next}`);
    }
  }

  private operate(operator: string, motionKeys: string, times: number, counted: boolean): void {
    const { buffer } = this;
    if (motionKeys === operator) {
      this.apply(
        operator,
        this.here(),
        { line: Math.min(buffer.lines.length - 1, buffer.line + times - 1), column: 0 },
        true,
      );
      return;
    }
    const inner = /^([ia])(.)$/.exec(motionKeys);
    if (inner !== null) {
      const object = this.object(inner[1] === 'a', inner[2] ?? '');
      if (object !== undefined) this.apply(operator, object[0], object[1], false);
      return;
    }
    // cw ends where the word does, as in vi.
    const shown = operator === 'c' && /^[wW]$/.test(motionKeys) ? (motionKeys === 'w' ? 'e' : 'E') : motionKeys;
    const motion = this.motion(shown, times, counted);
    if (motion === undefined) return;
    let [from, to] = [this.here(), motion.to];
    if (to.line < from.line || (to.line === from.line && to.column < from.column)) [from, to] = [to, from];
    if (motion.inclusive === true) to = { line: to.line, column: to.column + 1 };
    // dw on a line's last word stays on the line.
    if (/^[wW]$/.test(shown) && to.line > from.line)
      to = { line: from.line, column: (buffer.lines[from.line] ?? '').length };
    this.apply(operator, from, to, motion.lines === true || operator === '>' || operator === '<');
  }

  private apply(operator: string, from: Place, to: Place, lines: boolean): void {
    const { buffer } = this;
    if (operator === 'y') {
      if (lines) buffer.yankLines(from.line, to.line);
      else {
        buffer.register = { text: buffer.between(from, to), whole: false };
        buffer.moveTo(from);
      }
      const count = to.line - from.line + 1;
      if (lines && count > 2) this.message = `${count} lines yanked`;
      return;
    }
    buffer.remember();
    if (operator === '>' || operator === '<') {
      for (let line = from.line; line <= to.line; line++) {
        const text = buffer.lines[line] ?? '';
        buffer.lines[line] = operator === '>' ? (text === '' ? '' : `\t${text}`) : text.replace(/^(\t| {1,8})/, '');
      }
      buffer.moveTo({ line: from.line, column: 0 });
      buffer.toFirstNonBlank();
    } else if (lines && operator === 'c') {
      buffer.yankLines(from.line, to.line);
      buffer.lines.splice(from.line, to.line - from.line + 1, '');
      buffer.moveTo({ line: from.line, column: 0 });
    } else if (lines) {
      const count = to.line - from.line + 1;
      buffer.removeLines(from.line, to.line);
      if (count > 2) this.message = `${count} fewer lines`;
    } else buffer.remove(from, to);
    if (operator === 'c') this.startInsert();
    else if (!this.replaying) this.lastChange = [...this.recorded];
  }

  private visual(keys: string, times: number, counted: boolean): void {
    const { buffer } = this;
    const motion = this.motion(keys, times, counted);
    if (motion !== undefined) {
      buffer.moveTo(motion.to);
      return;
    }
    const lines = this.mode === 'visual line';
    let [from, to] = [this.anchor, this.here()];
    if (to.line < from.line || (to.line === from.line && to.column < from.column)) [from, to] = [to, from];
    const operator = { x: 'd', s: 'c', Delete: 'd', D: 'd', X: 'd' }[keys] ?? keys;
    if (/^[dcy<>]$/.test(operator)) {
      this.mode = 'normal';
      this.apply(operator, from, { line: to.line, column: to.column + 1 }, lines || /[<>]/.test(operator));
    } else if (keys === ':') {
      this.mode = 'line';
      this.typed = `:${from.line + 1},${to.line + 1}`;
    } else if (keys === 'v' || keys === 'V') {
      const wanted = keys === 'v' ? 'visual' : 'visual line';
      this.mode = this.mode === wanted ? 'normal' : wanted;
    } else if (keys === 'o') {
      const here = this.here();
      buffer.moveTo(this.anchor);
      this.anchor = here;
    } else if (keys === 'J') {
      this.mode = 'normal';
      buffer.moveTo(from);
      this.change(() => this.join(Math.max(1, to.line - from.line)));
    }
  }

  /** The first and last line that are selected, for the screen; undefined outside of the visual modes. */
  get selection(): { from: Place; to: Place; lines: boolean } | undefined {
    if (this.mode !== 'visual' && this.mode !== 'visual line') return undefined;
    const here = this.here();
    const forward =
      here.line > this.anchor.line || (here.line === this.anchor.line && here.column >= this.anchor.column);
    return {
      from: forward ? this.anchor : here,
      to: forward ? here : this.anchor,
      lines: this.mode === 'visual line',
    };
  }
}
