/** A place in a text: line and character, both from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface State {
  readonly lines: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** What was last deleted or yanked. */
export interface Register {
  readonly text: string;
  readonly whole: boolean;
}

const UNDO_LIMIT = 500;

/** The text that vi edits, with its cursor, undo and one register. Lines are without their newlines; there is always one. */
export class ViBuffer {
  lines: string[];
  line = 0;
  column = 0;
  register: Register = { text: '', whole: false };
  changed = false;
  private readonly undone: State[] = [];
  private readonly redone: State[] = [];

  constructor(text: string) {
    this.lines = text === '' ? [''] : text.replace(/\n$/, '').split('\n');
  }

  get text(): string {
    return this.lines.length === 1 && this.lines[0] === '' ? '' : `${this.lines.join('\n')}\n`;
  }

  get current(): string {
    return this.lines[this.line] ?? '';
  }

  /** Remembers the state before a change, for `u`. */
  remember(): void {
    this.undone.push({ lines: [...this.lines], line: this.line, column: this.column });
    if (this.undone.length > UNDO_LIMIT) this.undone.shift();
    this.redone.length = 0;
    this.changed = true;
  }

  /** False when there is nothing to undo. */
  undo(): boolean {
    return this.swap(this.undone, this.redone);
  }

  redo(): boolean {
    return this.swap(this.redone, this.undone);
  }

  private swap(from: State[], to: State[]): boolean {
    const state = from.pop();
    if (state === undefined) return false;
    to.push({ lines: [...this.lines], line: this.line, column: this.column });
    this.lines = [...state.lines];
    this.changed = true;
    this.moveTo(state);
    return true;
  }

  /** Moves the cursor; `past` lets it stand behind the last character, as while inserting. */
  moveTo(place: Place, past = false): void {
    this.line = Math.max(0, Math.min(place.line, this.lines.length - 1));
    this.column = Math.max(0, Math.min(place.column, this.current.length - (past ? 0 : 1)));
  }

  insert(text: string): void {
    const before = this.current.slice(0, this.column);
    const pieces = (before + text).split('\n');
    const tail = this.current.slice(this.column);
    const last = pieces.length - 1;
    const column = (pieces[last] ?? '').length;
    pieces[last] = (pieces[last] ?? '') + tail;
    this.lines.splice(this.line, 1, ...pieces);
    this.line += last;
    this.column = column;
  }

  backspace(): void {
    if (this.column > 0) {
      this.lines[this.line] = this.current.slice(0, this.column - 1) + this.current.slice(this.column);
      this.column--;
    } else if (this.line > 0) {
      const text = this.current;
      this.lines.splice(this.line, 1);
      this.line--;
      this.column = this.current.length;
      this.lines[this.line] = this.current + text;
    }
  }

  /** What lies between two places, the second not included. */
  between(from: Place, to: Place): string {
    if (from.line === to.line) return (this.lines[from.line] ?? '').slice(from.column, to.column);
    return [
      (this.lines[from.line] ?? '').slice(from.column),
      ...this.lines.slice(from.line + 1, to.line),
      (this.lines[to.line] ?? '').slice(0, to.column),
    ].join('\n');
  }

  remove(from: Place, to: Place): void {
    this.register = { text: this.between(from, to), whole: false };
    const tail = (this.lines[to.line] ?? '').slice(to.column);
    this.lines.splice(from.line, to.line - from.line + 1, (this.lines[from.line] ?? '').slice(0, from.column) + tail);
    this.line = from.line;
    this.column = from.column;
  }

  yankLines(from: number, to: number): void {
    this.register = { text: this.lines.slice(from, to + 1).join('\n'), whole: true };
  }

  removeLines(from: number, to: number): void {
    this.yankLines(from, to);
    this.lines.splice(from, to - from + 1);
    if (this.lines.length === 0) this.lines.push('');
    this.moveTo({ line: from, column: 0 });
    this.toFirstNonBlank();
  }

  put(after: boolean, count: number): void {
    const { text, whole } = this.register;
    if (whole) {
      const at = this.line + (after ? 1 : 0);
      const added = Array.from({ length: count }, () => text.split('\n')).flat();
      this.lines.splice(at, 0, ...added);
      this.moveTo({ line: at, column: 0 });
      this.toFirstNonBlank();
      return;
    }
    if (after && this.current !== '') this.column++;
    this.insert(text.repeat(count));
    this.column = Math.max(0, this.column - 1);
  }

  toFirstNonBlank(): void {
    this.column = Math.max(0, this.current.search(/\S|$/));
    this.moveTo({ line: this.line, column: this.column });
  }

  /** Where `w`, `b` and `e` lead. */
  word(direction: 'next' | 'previous' | 'end', from: Place, big: boolean): Place {
    const kind = (char: string | undefined) =>
      char === undefined || char === '' || /\s/.test(char) ? 0 : big || /\w/.test(char) ? 1 : 2;
    const at = (place: Place) => (this.lines[place.line] ?? '').charAt(place.column);
    const step = (place: Place, by: 1 | -1): Place | undefined => {
      const length = (this.lines[place.line] ?? '').length;
      if (by === 1) {
        if (place.column < length) return { line: place.line, column: place.column + 1 };
        return place.line + 1 < this.lines.length ? { line: place.line + 1, column: 0 } : undefined;
      }
      if (place.column > 0) return { line: place.line, column: place.column - 1 };
      return place.line > 0 ? { line: place.line - 1, column: (this.lines[place.line - 1] ?? '').length } : undefined;
    };
    let place = from;
    if (direction === 'next') {
      const began = kind(at(place));
      for (let next = step(place, 1); next !== undefined; next = step(next, 1)) {
        const here = kind(at(next));
        const empty = (this.lines[next.line] ?? '') === '';
        if (empty || (here !== 0 && (here !== began || kind(at(place)) === 0 || next.line !== place.line))) return next;
        place = next;
      }
      return place;
    }
    const by = direction === 'end' ? 1 : -1;
    for (let next = step(place, by); next !== undefined; next = step(next, by)) {
      place = next;
      if (kind(at(place)) === 0) continue;
      const beyond = step(place, by);
      if (beyond === undefined || beyond.line !== place.line || kind(at(beyond)) !== kind(at(place))) return place;
    }
    return place;
  }
}
