import type { Context, Input, Program } from '../../machines/process.ts';
import { Tty } from '../../machines/terminal/tty.ts';
import { textWidth } from '../../machines/terminal/width.ts';
import type { Routine } from '../../sim/routine.ts';
import { type FullScreen, fullScreen, type Screen } from '../editors/keys.ts';
import { type Opened, open } from '../inputs.ts';
import { OptionError, parseOptions } from '../options.ts';
import { compileRegex, type Regex, RegexError } from './regex.ts';

/** Lines of the inputs one after another, read no further than somebody looks. */
class Lines {
  readonly lines: string[] = [];
  ended = false;
  private rest = '';
  private readonly inputs: Opened[];

  constructor(inputs: readonly Opened[]) {
    this.inputs = [...inputs];
  }

  /** Reads until there are so many lines, or no more. */
  *fill(count: number): Routine {
    while (this.lines.length < count && !this.ended) {
      const [input] = this.inputs;
      const chunk = input === undefined ? null : yield* input.read();
      if (chunk !== null) {
        const pieces = (this.rest + chunk).split('\n');
        this.rest = pieces.pop() ?? '';
        for (const piece of pieces) this.lines.push(piece);
        continue;
      }
      this.inputs.shift();
      if (this.rest !== '') this.lines.push(this.rest);
      this.rest = '';
      if (this.inputs.length === 0) this.ended = true;
    }
  }
}

const FAR = 1_000_000;

class Pager implements FullScreen {
  private readonly lines: Lines;
  private readonly name: string;
  private readonly more: boolean;
  private readonly numbered: boolean;
  private readonly chop: boolean;
  private top = 0;
  private shift = 0;
  private height = 23;
  private width = 80;
  private asked = '';
  private message = '';
  private pattern: Regex | undefined;
  private count = '';
  private ignoreCase: boolean;

  constructor(
    lines: Lines,
    name: string,
    flags: { more: boolean; numbered: boolean; chop: boolean; ignoreCase: boolean },
  ) {
    this.lines = lines;
    this.name = name;
    this.more = flags.more;
    this.numbered = flags.numbered;
    this.chop = flags.chop;
    this.ignoreCase = flags.ignoreCase;
  }

  /** The first page, before anything is drawn. */
  *begin(columns: number, rows: number): Routine {
    this.height = rows - 1;
    this.width = columns;
    yield* this.lines.fill(rows);
  }

  private rowsOf(line: string): number {
    return this.chop ? 1 : Math.max(1, Math.ceil(textWidth(line) / Math.max(1, this.width - (this.numbered ? 8 : 0))));
  }

  /** The top line from which the last line just fits. */
  private get lastTop(): number {
    let used = 0;
    for (let line = this.lines.lines.length - 1; line >= 0; line--) {
      used += this.rowsOf(this.lines.lines[line] ?? '');
      if (used > this.height) return line + 1;
    }
    return 0;
  }

  private *go(to: number): Routine {
    yield* this.lines.fill(Math.max(0, to) + this.height + 1);
    this.top = Math.max(0, Math.min(to, this.lastTop));
  }

  *key(key: string): Routine<number | undefined> {
    if (this.asked !== '') return yield* this.askedKey(key);
    this.message = '';
    if (/^\d$/.test(key)) {
      this.count += key;
      return undefined;
    }
    const given = this.count === '' ? undefined : Number(this.count);
    this.count = '';
    const half = Math.max(1, Math.floor(this.height / 2));
    switch (key) {
      case 'q':
      case 'Q':
      case 'Ctrl-C':
        return 0;
      case ' ':
      case 'f':
      case 'Ctrl-F':
      case 'Ctrl-V':
      case 'PageDown':
        if (this.more && this.lines.ended && this.top >= this.lastTop) return 0;
        yield* this.go(this.top + (given ?? this.height));
        break;
      case 'b':
      case 'Ctrl-B':
      case 'PageUp':
        yield* this.go(this.top - (given ?? this.height));
        break;
      case 'd':
      case 'Ctrl-D':
        yield* this.go(this.top + (given ?? half));
        break;
      case 'u':
      case 'Ctrl-U':
        yield* this.go(this.top - (given ?? half));
        break;
      case 'j':
      case 'e':
      case 'Down':
      case 'Enter':
        if (this.more && this.lines.ended && this.top >= this.lastTop) return 0;
        yield* this.go(this.top + (given ?? 1));
        break;
      case 'k':
      case 'y':
      case 'Up':
        yield* this.go(this.top - (given ?? 1));
        break;
      case 'g':
      case '<':
      case 'Home':
        yield* this.go((given ?? 1) - 1);
        break;
      case 'G':
      case '>':
      case 'End':
        yield* this.go((given ?? FAR) - 1);
        break;
      case 'Right':
        this.shift += Math.floor(this.width / 2);
        break;
      case 'Left':
        this.shift = Math.max(0, this.shift - Math.floor(this.width / 2));
        break;
      case 'n':
      case 'N':
        yield* this.search(key === 'n');
        break;
      case '/':
      case '?':
      case ':':
      case '&':
        this.asked = key;
        break;
      case 'h':
      case 'H':
        this.message =
          'q quits, space and b turn pages, arrows move, / searches, n finds the next, g and G go to the ends';
        break;
      default:
    }
    return undefined;
  }

  private forward = true;

  private *askedKey(key: string): Routine<number | undefined> {
    if (key === 'Escape' || key === 'Ctrl-C' || (key === 'Backspace' && this.asked.length === 1)) this.asked = '';
    else if (key === 'Backspace') this.asked = this.asked.slice(0, -1);
    else if (key !== 'Enter') {
      if ([...key].length === 1) this.asked += key;
    } else {
      const [kind, text] = [this.asked.charAt(0), this.asked.slice(1)];
      this.asked = '';
      if (kind === ':') return /^q(uit)?!?$/.test(text) ? 0 : undefined;
      try {
        if (text !== '')
          this.pattern = compileRegex(text, 'extended', { ignoreCase: this.ignoreCase && text === text.toLowerCase() });
        this.forward = kind !== '?';
        yield* this.search(true);
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        this.message = `Invalid pattern`;
      }
    }
    return undefined;
  }

  private *search(same: boolean): Routine {
    const { pattern } = this;
    if (pattern === undefined) {
      this.message = 'No previous regular expression';
      return;
    }
    const by = this.forward === same ? 1 : -1;
    for (let line = this.top + by; line >= 0; line += by) {
      yield* this.lines.fill(line + 1);
      const text = this.lines.lines[line];
      if (text === undefined) break;
      if (pattern.find(text) !== undefined) {
        yield* this.lines.fill(line + this.height + 1);
        this.top = line;
        return;
      }
    }
    this.message = 'Pattern not found';
  }

  draw(columns: number, rows: number): Screen {
    this.height = Math.max(1, rows - 1);
    this.width = columns;
    const out: string[] = [];
    let line = this.top;
    for (; out.length < this.height; line++) {
      const text = this.lines.lines[line];
      if (text === undefined) {
        out.push('~');
        continue;
      }
      const label = this.numbered ? `${String(line + 1).padStart(7)} ` : '';
      for (const piece of this.cutUp(text, columns - label.length)) out.push(`${label}${this.lit(piece)}`);
    }
    const { prompt, length } = this.prompt(line);
    return { rows: [...out.slice(0, this.height), prompt], row: this.height, column: Math.min(columns - 1, length) };
  }

  private cutUp(text: string, width: number): string[] {
    const plain = text.replaceAll('\t', '        ').replace(/\u001b\[[0-9;]*m/g, '');
    if (this.chop || this.shift > 0) return [[...plain].slice(this.shift, this.shift + width).join('')];
    const pieces: string[] = [''];
    for (const char of plain) {
      if (textWidth((pieces.at(-1) ?? '') + char) > width) pieces.push('');
      pieces.push((pieces.pop() ?? '') + char);
    }
    return pieces;
  }

  private lit(piece: string): string {
    if (this.pattern === undefined) return piece;
    let out = '';
    let from = 0;
    while (from <= piece.length) {
      const found = this.pattern.find(piece, from);
      if (found === undefined || found.end === found.start) break;
      out += `${piece.slice(from, found.start)}\u001b[7m${piece.slice(found.start, found.end)}\u001b[27m`;
      from = found.end;
    }
    return out + piece.slice(from);
  }

  private prompt(next: number): { prompt: string; length: number } {
    const shown = (text: string) => ({ prompt: `\u001b[7m${text}`, length: text.length });
    if (this.asked !== '') return { prompt: this.asked, length: this.asked.length };
    if (this.message !== '') return shown(`${this.message}  (press RETURN)`);
    const end = this.lines.ended && next >= this.lines.lines.length;
    if (this.more) {
      const total = this.lines.ended ? this.lines.lines.length : 0;
      return shown(total > 0 && !end ? `--More--(${Math.floor((next * 100) / total)}%)` : '--More--');
    }
    if (end) return shown('(END)');
    return this.top === 0 && this.name !== '' ? shown(this.name) : { prompt: ':', length: 1 };
  }
}

function pager(name: 'less' | 'more'): Program {
  return {
    name,
    summary: name === 'less' ? 'opposite of more' : 'display the contents of a file in a terminal',
    *run(context: Context) {
      let given: ReturnType<typeof parseOptions>;
      try {
        given = parseOptions(
          context.argv.slice(1).filter((arg) => !/^\+/.test(arg)),
          { short: 'abcdefgGiIJKLmMnNqQrRsSuUVwWXFx:p:P:j:z:' },
        );
      } catch (error) {
        if (!(error instanceof OptionError)) throw error;
        yield* context.stderr.write(`${name}: ${error.message}\n`);
        return 1;
      }
      const piped = given.operands.length === 0;
      if (piped && context.stdin.tty) {
        yield* context.stderr.write(
          name === 'less'
            ? 'Missing filename ("less --help" for help)\n'
            : "more: bad usage\nTry 'more --help' for more information.\n",
        );
        return 1;
      }
      const inputs: Opened[] = [];
      for (const operand of piped ? ['-'] : given.operands) {
        const path = context.fs.resolve(context.cwd, operand);
        if (
          name === 'less' &&
          operand !== '-' &&
          context.fs.exists(path) &&
          context.fs.stat(path).type === 'directory'
        ) {
          yield* context.stderr.write(`${operand} is a directory\n`);
          continue;
        }
        if (name === 'less' && operand !== '-' && !context.fs.exists(path)) {
          yield* context.stderr.write(`${operand}: No such file or directory\n`);
          continue;
        }
        const input = yield* open(context, operand);
        if (input !== undefined) inputs.push(input);
      }
      if (inputs.length === 0) return 1;
      const { terminal } = context;
      if (terminal === undefined || !context.stdout.tty) return yield* copy(context, inputs);
      const lines = new Lines(inputs);
      const view = new Pager(lines, piped ? '' : (given.operands[0] ?? ''), {
        more: name === 'more',
        numbered: given.has('N'),
        chop: given.has('S'),
        ignoreCase: given.has('i') || given.has('I'),
      });
      yield* view.begin(terminal.columns, terminal.rows);
      // more leaves at once what fits on the screen; less does so when asked.
      if ((name === 'more' || given.has('F')) && lines.ended && lines.lines.length < terminal.rows) {
        yield* context.stdout.write(lines.lines.map((line) => `${line}\n`).join(''));
        return 0;
      }
      const keyboard: Input = terminal instanceof Tty ? terminal.input : context.stdin;
      return yield* fullScreen(context, view, keyboard);
    },
  };
}

/** Without a terminal to show pages on, both are cat. */
function* copy(context: Context, inputs: readonly Opened[]): Routine<number> {
  for (const input of inputs)
    for (let chunk = yield* input.read(); chunk !== null; chunk = yield* input.read())
      yield* context.stdout.write(chunk);
  return 0;
}

export const less = pager('less');
export const more = pager('more');
