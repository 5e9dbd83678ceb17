import { type Routine, sleep } from '../../sim/routine.ts';
import type { Tty } from './tty.ts';
import { textWidth } from './width.ts';

/** What a line editor needs of its shell. */
export interface EditorHost {
  readonly history: string[];
  /** Candidates for the word that ends at the cursor: what they replace, and the words themselves (with their final space or slash). */
  complete(line: string, cursor: number): Routine<{ readonly from: number; readonly words: readonly string[] }>;
}

export type ReadResult =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

const KEY = /\u001b\[200~[\s\S]*?\u001b\[201~|\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^[O])|\r\n|[\s\S]/gu;

/** Reads one line with editing, history and completion, as readline does with its emacs keys. */
export class LineEditor {
  private readonly tty: Tty;
  private readonly host: EditorHost;
  private line: string[] = [];
  private cursor = 0;
  private killed = '';
  private prompt = '';
  private at = 0;
  private draft = '';
  private shownRow = 0;
  private lastTab = false;
  /** Keys that came while no line was being read. */
  private pending = '';
  private search: { text: string; index: number } | undefined;

  constructor(tty: Tty, host: EditorHost) {
    this.tty = tty;
    this.host = host;
  }

  /** How many rows below the prompt's first the cursor stands. */
  get row(): number {
    return this.shownRow;
  }

  *read(prompt: string): Routine<ReadResult> {
    const restore = this.tty.raw();
    this.line = [];
    this.cursor = 0;
    this.prompt = prompt;
    this.at = this.host.history.length;
    this.draft = '';
    this.shownRow = 0;
    this.search = undefined;
    yield* this.tty.output.write(prompt);
    try {
      for (;;) {
        if (this.pending === '') {
          const chunk = yield* this.tty.input.read();
          if (chunk === null) return { kind: 'end' };
          this.pending = chunk;
        }
        KEY.lastIndex = 0;
        const key = KEY.exec(this.pending)?.[0] ?? this.pending;
        this.pending = this.pending.slice(key.length);
        const result = yield* this.key(key);
        if (result !== undefined) return result;
      }
    } finally {
      restore();
    }
  }

  private *key(key: string): Routine<ReadResult | undefined> {
    if (key.startsWith('\u001b[200~')) {
      const text = key.slice(6, -6).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
      const at = text.indexOf('\n');
      if (at < 0) {
        yield* this.insert(text);
        return undefined;
      }
      // A pasted line break is Enter; what follows is typed after it.
      this.pending = `\r${text.slice(at + 1).replaceAll('\n', '\r')}${this.pending}`;
      yield* this.insert(text.slice(0, at));
      return undefined;
    }
    if (this.search !== undefined && (yield* this.searchKey(key))) return undefined;
    const tab = key === '\t';
    const twice = tab && this.lastTab;
    this.lastTab = tab;
    switch (key) {
      case '\r':
      case '\n':
      case '\r\n':
        return yield* this.finish({ kind: 'line', text: this.line.join('') });
      case '\u0003':
        yield* this.end();
        yield* this.tty.output.write('^C\r\n');
        return { kind: 'interrupt' };
      case '\u0004':
        if (this.line.length === 0) {
          yield* this.tty.output.write('\r\n');
          return { kind: 'end' };
        }
        this.line.splice(this.cursor, 1);
        break;
      case '\t':
        yield* this.complete(twice);
        return undefined;
      case '\u007f':
      case '\b':
        if (this.cursor === 0) return undefined;
        this.line.splice(--this.cursor, 1);
        break;
      case '\u001b[3~':
        this.line.splice(this.cursor, 1);
        break;
      case '\u0001':
      case '\u001b[H':
      case '\u001bOH':
      case '\u001b[1~':
        this.cursor = 0;
        break;
      case '\u0005':
      case '\u001b[F':
      case '\u001bOF':
      case '\u001b[4~':
        this.cursor = this.line.length;
        break;
      case '\u0002':
      case '\u001b[D':
      case '\u001bOD':
        this.cursor = Math.max(0, this.cursor - 1);
        break;
      case '\u0006':
      case '\u001b[C':
      case '\u001bOC':
        this.cursor = Math.min(this.line.length, this.cursor + 1);
        break;
      case '\u001bb':
      case '\u001b[1;5D':
        this.cursor = this.wordStart();
        break;
      case '\u001bf':
      case '\u001b[1;5C':
        this.cursor = this.wordEnd();
        break;
      case '\u000b':
        this.killed = this.line.splice(this.cursor).join('');
        break;
      case '\u0015':
        this.killed = this.line.splice(0, this.cursor).join('');
        this.cursor = 0;
        break;
      case '\u0017':
      case '\u001b\u007f': {
        const from = key === '\u0017' ? this.blankStart() : this.wordStart();
        this.killed = this.line.splice(from, this.cursor - from).join('');
        this.cursor = from;
        break;
      }
      case '\u001bd':
        this.killed = this.line.splice(this.cursor, this.wordEnd() - this.cursor).join('');
        break;
      case '\u0019':
        yield* this.insert(this.killed);
        return undefined;
      case '\u0014': {
        const at = this.cursor === this.line.length ? this.cursor - 1 : this.cursor;
        const [a, b] = [this.line[at - 1], this.line[at]];
        if (a !== undefined && b !== undefined) {
          this.line[at - 1] = b;
          this.line[at] = a;
          this.cursor = at + 1;
        }
        break;
      }
      case '\u000c':
        yield* this.tty.output.write('\u001b[H\u001b[2J\u001b[3J');
        this.shownRow = 0;
        break;
      case '\u0010':
      case '\u001b[A':
      case '\u001bOA':
        this.recall(-1);
        break;
      case '\u000e':
      case '\u001b[B':
      case '\u001bOB':
        this.recall(1);
        break;
      case '\u0012':
        this.search = { text: '', index: this.host.history.length };
        yield* this.redrawSearch();
        return undefined;
      default:
        if (key.startsWith('\u001b') || (key < ' ' && key.length === 1)) return undefined;
        yield* this.insert(key);
        return undefined;
    }
    yield* this.redraw();
    return undefined;
  }

  /** Ctrl-R: true when the key belonged to the search. */
  private *searchKey(key: string): Routine<boolean> {
    const search = this.search;
    if (search === undefined) return false;
    const find = (from: number) => {
      for (let i = Math.min(from, this.host.history.length - 1); i >= 0; i--) {
        if (this.host.history[i]?.includes(search.text) === true) {
          search.index = i;
          return;
        }
      }
    };
    if (key === '\u0012') find(search.index - 1);
    else if (key === '\u007f' || key === '\b') {
      search.text = search.text.slice(0, -1);
      find(this.host.history.length - 1);
    } else if (key === '\u0003' || key === '\u0007') {
      this.search = undefined;
      this.line = [];
      this.cursor = 0;
      yield* this.redraw();
      return true;
    } else if (!key.startsWith('\u001b') && key >= ' ') {
      search.text += key;
      find(search.index >= this.host.history.length ? this.host.history.length - 1 : search.index);
    } else {
      this.search = undefined;
      this.line = [...(search.text === '' ? '' : (this.host.history[search.index] ?? ''))];
      this.cursor = this.line.length;
      yield* this.redraw();
      return false;
    }
    yield* this.redrawSearch();
    return true;
  }

  private *redrawSearch(): Routine {
    const search = this.search;
    if (search === undefined) return;
    const found = search.text === '' ? '' : (this.host.history[search.index] ?? '');
    const text = `(reverse-i-search)\`${search.text}': ${found}`;
    yield* this.tty.output.write(`${this.toStart()}\u001b[J${text}`);
    this.shownRow = Math.floor(Math.max(0, textWidth(text)) / this.tty.columns);
  }

  private *insert(text: string): Routine {
    const chars = [...text];
    this.line.splice(this.cursor, 0, ...chars);
    this.cursor += chars.length;
    if (this.cursor === this.line.length && textWidth(this.prompt) + textWidth(this.line.join('')) < this.tty.columns) {
      yield* this.tty.output.write(text);
      return;
    }
    yield* this.redraw();
  }

  private *finish(result: ReadResult): Routine<ReadResult> {
    yield* this.end();
    yield* this.tty.output.write('\r\n');
    return result;
  }

  private *end(): Routine {
    if (this.cursor === this.line.length && this.search === undefined) return;
    this.search = undefined;
    this.cursor = this.line.length;
    yield* this.redraw();
  }

  private recall(step: -1 | 1): void {
    const { history } = this.host;
    const next = this.at + step;
    if (next < 0 || next > history.length) return;
    if (this.at === history.length) this.draft = this.line.join('');
    this.at = next;
    this.line = [...(next === history.length ? this.draft : (history[next] ?? ''))];
    this.cursor = this.line.length;
  }

  private wordStart(): number {
    let at = this.cursor;
    while (at > 0 && !/\w/.test(this.line[at - 1] ?? '')) at--;
    while (at > 0 && /\w/.test(this.line[at - 1] ?? '')) at--;
    return at;
  }

  private wordEnd(): number {
    let at = this.cursor;
    while (at < this.line.length && !/\w/.test(this.line[at] ?? '')) at++;
    while (at < this.line.length && /\w/.test(this.line[at] ?? '')) at++;
    return at;
  }

  private blankStart(): number {
    let at = this.cursor;
    while (at > 0 && /\s/.test(this.line[at - 1] ?? '')) at--;
    while (at > 0 && !/\s/.test(this.line[at - 1] ?? '')) at--;
    return at;
  }

  /** Moves to where the prompt began. */
  private toStart(): string {
    return `\r${this.shownRow > 0 ? `\u001b[${this.shownRow}A` : ''}`;
  }

  /** Draws prompt and line again, over as many rows as they take. */
  private *redraw(): Routine {
    const { columns } = this.tty;
    const text = this.line.join('');
    const before = textWidth(this.prompt) + textWidth(this.line.slice(0, this.cursor).join(''));
    const total = textWidth(this.prompt) + textWidth(text);
    let out = `${this.toStart()}\u001b[J${this.prompt}${text}`;
    // A line that ends exactly at the edge leaves the cursor there: push it over.
    if (total > 0 && total % columns === 0) out += ' \b';
    const endRow = Math.floor(total / columns);
    const row = Math.floor(before / columns);
    if (endRow > row) out += `\u001b[${endRow - row}A`;
    out += `\r${before % columns > 0 ? `\u001b[${before % columns}C` : ''}`;
    this.shownRow = row;
    yield* this.tty.output.write(out);
  }

  private *complete(list: boolean): Routine {
    const { from, words } = yield* this.host.complete(this.line.join(''), this.cursor);
    if (words.length === 0) return;
    const typed = this.line.slice(from, this.cursor).join('');
    const [only = ''] = words;
    const common =
      words.length === 1 ? only : words.reduce((prefix, word) => commonPrefix(prefix, word.trimEnd()), only.trimEnd());
    if (common.length > typed.length && common.startsWith(typed)) {
      yield* this.insert(common.slice(typed.length));
      this.lastTab = false;
      return;
    }
    if (words.length === 1 && common !== typed) {
      this.line.splice(from, this.cursor - from, ...common);
      this.cursor = from + [...common].length;
      yield* this.redraw();
      return;
    }
    if (!list) return;
    const shown = words.map((word) => word.trimEnd());
    const width = Math.max(...shown.map(textWidth)) + 2;
    const perRow = Math.max(1, Math.floor(this.tty.columns / width));
    const rows = Math.ceil(shown.length / perRow);
    let out = '\r\n';
    for (let row = 0; row < rows; row++) {
      const cells: string[] = [];
      for (let column = 0; column < perRow; column++) {
        const word = shown[column * rows + row];
        if (word !== undefined) cells.push(column === perRow - 1 ? word : word.padEnd(width));
      }
      out += `${cells.join('').trimEnd()}\r\n`;
    }
    yield* this.tty.output.write(out);
    this.shownRow = 0;
    yield* sleep(0);
    yield* this.redraw();
  }
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a.charAt(length) === b.charAt(length)) length++;
  return a.slice(0, length);
}
