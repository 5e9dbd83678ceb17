import { RegexError } from '../text/regex.ts';
import { type Place, ViBuffer } from './vi-buffer.ts';
import { searchRegex } from './vi-commands.ts';

/** Where a motion leads, and whether an operator takes whole lines or the last character too. */
export interface Motion {
  readonly to: Place;
  readonly lines?: boolean;
  readonly inclusive?: boolean;
}

/** Where vi's motions, searches and text objects lead from the cursor. */
export class ViMotions {
  buffer: ViBuffer;
  message = '';
  /** Lines that fit on the screen, for Ctrl-F and its kin. */
  height = 20;
  protected pattern = '';
  protected forward = true;
  private found = '';

  constructor(text: string) {
    this.buffer = new ViBuffer(text);
  }

  protected here(): Place {
    return { line: this.buffer.line, column: this.buffer.column };
  }

  /** `iw`, `i"`, `i(` and the like: from and to, the second not included. */
  protected object(around: boolean, name: string): [Place, Place] | undefined {
    const { buffer } = this;
    const { line, column } = this.here();
    const text = buffer.current;
    const place = (from: number, to: number): [Place, Place] => [
      { line, column: from },
      { line, column: to },
    ];
    if (name === 'w' || name === 'W') {
      const kind = (char: string) => (/\s/.test(char) ? 0 : name === 'W' || /\w/.test(char) ? 1 : 2);
      const at = kind(text.charAt(column));
      let [from, to] = [column, column];
      while (from > 0 && kind(text.charAt(from - 1)) === at) from--;
      while (to < text.length && kind(text.charAt(to)) === at) to++;
      if (around) while (/\s/.test(text.charAt(to))) to++;
      return place(from, to);
    }
    const open = { ')': '(', b: '(', ']': '[', '}': '{', B: '{', '>': '<' }[name] ?? name;
    const close = { '(': ')', '[': ']', '{': '}', '<': '>' }[open] ?? open;
    const from = text.lastIndexOf(open, column);
    const start = from < 0 ? text.indexOf(open) : from;
    const end = text.indexOf(close, Math.max(start + 1, column));
    if (start < 0 || end < 0) return undefined;
    return around ? place(start, end + 1) : place(start + 1, end);
  }

  protected motion(keys: string, times: number, counted: boolean): Motion | undefined {
    const { buffer } = this;
    const { line, column } = this.here();
    const at = (toLine: number, toColumn: number): Motion => ({ to: { line: toLine, column: toColumn } });
    const rows = (by: number): Motion => ({
      to: { line: Math.max(0, Math.min(buffer.lines.length - 1, line + by)), column },
      lines: true,
    });
    const first = (toLine: number): Motion => {
      const bounded = Math.max(0, Math.min(buffer.lines.length - 1, toLine));
      return { to: { line: bounded, column: (buffer.lines[bounded] ?? '').search(/\S|$/) }, lines: true };
    };
    const words = (direction: 'next' | 'previous' | 'end', big: boolean): Motion => {
      let to = this.here();
      for (let i = 0; i < times; i++) to = buffer.word(direction, to, big);
      return { to, inclusive: direction === 'end' };
    };
    switch (keys) {
      case 'h':
      case 'Left':
      case 'Backspace':
        return at(line, Math.max(0, column - times));
      case 'l':
      case 'Right':
      case ' ':
        return at(line, Math.min(buffer.current.length, column + times));
      case 'j':
      case 'Down':
      case 'Ctrl-N':
        return rows(times);
      case 'k':
      case 'Up':
      case 'Ctrl-P':
        return rows(-times);
      case 'Enter':
      case '+':
        return first(line + times);
      case '-':
        return first(line - times);
      case '0':
      case 'Home':
        return at(line, 0);
      case '^':
        return at(line, buffer.current.search(/\S|$/));
      case '$':
      case 'End':
        return { to: { line, column: Math.max(0, buffer.current.length - 1) }, inclusive: buffer.current !== '' };
      case 'G':
        return first(counted ? times - 1 : buffer.lines.length - 1);
      case 'gg':
        return first(counted ? times - 1 : 0);
      case 'w':
      case 'W':
        return words('next', keys === 'W');
      case 'b':
      case 'B':
        return words('previous', keys === 'B');
      case 'e':
      case 'E':
        return words('end', keys === 'E');
      case 'Ctrl-F':
      case 'PageDown':
        return rows((this.height - 2) * times);
      case 'Ctrl-B':
      case 'PageUp':
        return rows(-(this.height - 2) * times);
      case 'Ctrl-D':
        return rows(Math.floor(this.height / 2));
      case 'Ctrl-U':
        return rows(-Math.floor(this.height / 2));
      case '{':
      case '}': {
        let to = line;
        const by = keys === '}' ? 1 : -1;
        do to += by;
        while (to > 0 && to < buffer.lines.length - 1 && (buffer.lines[to] ?? '').trim() !== '');
        return at(Math.max(0, Math.min(buffer.lines.length - 1, to)), 0);
      }
      case '%':
        return this.matching();
      case 'n':
      case 'N':
        return this.next(keys === 'n' ? this.forward : !this.forward, times);
      case '*':
      case '#': {
        const word = this.object(false, 'w');
        if (word === undefined) return undefined;
        this.pattern = `\\<${buffer.between(word[0], word[1])}\\>`;
        this.forward = keys === '*';
        return this.next(this.forward, times);
      }
      case ';':
      case ',':
        return this.found === '' ? undefined : this.toChar(this.found, times, keys === ',');
      default:
    }
    if (/^[fFtT].$/su.test(keys)) {
      this.found = keys;
      return this.toChar(keys, times, false);
    }
    return undefined;
  }

  private toChar(keys: string, times: number, reverse: boolean): Motion | undefined {
    const { line, column } = this.here();
    const text = this.buffer.current;
    const letter = keys.charAt(0);
    const char = keys.slice(1);
    const forward = (letter === 'f' || letter === 't') !== reverse;
    let at = column;
    for (let i = 0; i < times; i++) {
      at = forward ? text.indexOf(char, at + 1) : at === 0 ? -1 : text.lastIndexOf(char, at - 1);
      if (at < 0) return undefined;
    }
    if (letter === 't' || letter === 'T') at += forward ? -1 : 1;
    return { to: { line, column: at }, inclusive: forward };
  }

  private matching(): Motion | undefined {
    const { buffer } = this;
    const { line } = this.here();
    const offset = buffer.current.slice(buffer.column).search(/[()[\]{}]/);
    if (offset < 0) return undefined;
    const open = buffer.current.charAt(buffer.column + offset);
    const other = { '(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{' }[open] ?? '';
    const by = '([{'.includes(open) ? 1 : -1;
    let depth = 0;
    for (let at = line, column = buffer.column + offset; at >= 0 && at < buffer.lines.length; ) {
      const text = buffer.lines[at] ?? '';
      for (; column >= 0 && column < text.length; column += by) {
        if (text.charAt(column) === open) depth++;
        else if (text.charAt(column) === other && --depth === 0) return { to: { line: at, column }, inclusive: true };
      }
      at += by;
      column = by === 1 ? 0 : (buffer.lines[at] ?? '').length - 1;
    }
    return undefined;
  }

  protected search(forward: boolean): void {
    const motion = this.next(forward, 1);
    if (motion !== undefined) this.buffer.moveTo(motion.to);
  }

  private next(forward: boolean, times: number): Motion | undefined {
    const { buffer } = this;
    if (this.pattern === '') {
      this.message = 'E35: No previous regular expression';
      return undefined;
    }
    const matches: Place[] = [];
    try {
      const regex = searchRegex(this.pattern);
      for (const [line, text] of buffer.lines.entries())
        for (let from = 0; from <= text.length; ) {
          const found = regex.find(text, from);
          if (found === undefined) break;
          matches.push({ line, column: found.start });
          from = Math.max(found.end, found.start + 1);
        }
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
    }
    if (matches.length === 0) {
      this.message = `E486: Pattern not found: ${this.pattern}`;
      return undefined;
    }
    let to = this.here();
    for (let i = 0; i < Math.min(times, matches.length * 2); i++) {
      const here = to;
      const after = (place: Place) =>
        place.line > here.line || (place.line === here.line && place.column > here.column);
      const before = (place: Place) =>
        place.line < here.line || (place.line === here.line && place.column < here.column);
      const found = forward ? matches.find(after) : matches.findLast(before);
      if (found === undefined)
        this.message = forward ? 'search hit BOTTOM, continuing at TOP' : 'search hit TOP, continuing at BOTTOM';
      to = found ?? (forward ? matches[0] : matches.at(-1)) ?? here;
    }
    return { to };
  }
}
