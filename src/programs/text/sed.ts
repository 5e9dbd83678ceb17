import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { MemoryExhausted, open, readAll } from '../inputs.ts';
import { options } from '../options.ts';
import { compileRegex, type Regex, RegexError } from './regex.ts';

type Address =
  | { readonly line: number }
  | { readonly last: true }
  | { readonly regex: Regex }
  | { readonly first: number; readonly step: number };

interface Command {
  readonly from?: Address;
  readonly to?: Address | { readonly plus: number };
  readonly not: boolean;
  readonly name: string;
  readonly text?: string;
  readonly label?: string;
  readonly block?: readonly Command[];
  readonly substitute?: {
    regex: Regex;
    replacement: string;
    global: boolean;
    nth: number;
    print: boolean;
    target?: string;
  };
  readonly map?: ReadonlyMap<string, string>;
  /** Whether the range is open. */
  state: { inside: boolean; until: number };
}

class SedError extends Error {}

/** After so many commands on one line it lets others run: a branch may loop for ever. */
const STEPS_BETWEEN_BREATHS = 2_000;
/** The longest pattern space, in letters. */
const LONGEST = 8 * 1024 * 1024;

export const sed: Program = {
  name: 'sed',
  summary: 'stream editor for filtering and transforming text',
  *run(context) {
    const given = yield* options(context, {
      short: 'ne:f:i::Erszu',
      long: {
        quiet: 'n',
        silent: 'n',
        'expression=': 'e',
        'file=': 'f',
        'in-place=?': 'i',
        'regexp-extended': 'E',
        separate: 's',
      },
    });
    if (given === undefined) return 1;
    const operands = [...given.operands];
    const scripts: string[] = [...(given.values.get('e') ?? [])];
    for (const file of given.values.get('f') ?? []) {
      const input = yield* open(context, file);
      if (input === undefined) return 1;
      scripts.push(yield* readAll(input));
    }
    if (scripts.length === 0) {
      const first = operands.shift();
      if (first === undefined) {
        yield* context.stderr.write('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n');
        return 1;
      }
      scripts.push(first);
    }
    let commands: Command[];
    try {
      commands = new Parser(scripts.join('\n'), given.has('E') || given.has('r')).parse();
    } catch (error) {
      if (!(error instanceof SedError || error instanceof RegexError)) throw error;
      yield* context.stderr.write(`sed: ${error.message}\n`);
      return 1;
    }
    const files = operands.length === 0 ? ['-'] : operands;
    if (!given.has('i')) {
      let text = '';
      let status = 0;
      for (const file of files) {
        const input = yield* open({ ...context, argv: ["sed: can't read"] }, file);
        if (input === undefined) {
          status = 2;
          continue;
        }
        text += yield* readAll(input);
        if (!given.has('s') || file === files.at(-1)) continue;
        // Each file has its own last line.
        yield* new Editor(commands, given.has('n'), context).run(text, (out) => context.stdout.write(out));
        text = '';
      }
      const editor = new Editor(commands, given.has('n'), context);
      yield* editor.run(text, (out) => context.stdout.write(out));
      return editor.status ?? status;
    }
    for (const file of files) {
      try {
        const path = context.fs.resolve(context.cwd, file);
        const before = context.fs.read(path);
        let after = '';
        const editor = new Editor(commands, given.has('n'), context);
        yield* editor.run(before, function* (out) {
          after += out;
        });
        const suffix = given.value('i') ?? '';
        if (suffix !== '') context.fs.write(`${path}${suffix}`, before);
        context.fs.write(path, after);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* context.stderr.write(`sed: can't read ${file}: ${error.message}\n`);
        return 2;
      }
    }
    return 0;
  },
};

class Parser {
  private at = 0;
  private readonly source: string;
  private readonly extended: boolean;

  constructor(source: string, extended: boolean) {
    this.source = source;
    this.extended = extended;
  }

  parse(inBlock = false): Command[] {
    const commands: Command[] = [];
    for (;;) {
      this.skip(/[\s;]/);
      if (this.at >= this.source.length) {
        if (inBlock) throw this.error("unmatched `{'", 0);
        return commands;
      }
      if (this.peek() === '}') {
        if (!inBlock) throw this.error("unexpected `}'");
        this.at++;
        return commands;
      }
      if (this.peek() === '#') {
        this.until('\n');
        continue;
      }
      commands.push(this.command());
    }
  }

  private command(): Command {
    const from = this.address();
    let to: Command['to'];
    this.skip(/\s/);
    if (this.peek() === ',') {
      if (from === undefined) throw this.error("unexpected `,'");
      this.at++;
      this.skip(/\s/);
      if (this.peek() === '+') {
        this.at++;
        to = { plus: this.number() };
      } else to = this.address();
      if (to === undefined) throw this.error("unexpected `,'");
    }
    this.skip(/\s/);
    let not = false;
    while (this.peek() === '!') {
      not = true;
      this.at++;
      this.skip(/\s/);
    }
    const name = this.peek();
    this.at++;
    const base = {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      not,
      name,
      state: { inside: false, until: 0 },
    };
    switch (name) {
      case '':
        throw this.error('missing command');
      case '{':
        return { ...base, block: this.parse(true) };
      case 's':
        return { ...base, substitute: this.substitute() };
      case 'y':
        return { ...base, map: this.transliterate() };
      case 'a':
      case 'i':
      case 'c':
        return { ...base, text: this.text() };
      case ':':
      case 'b':
      case 't':
      case 'T':
        this.skip(/[ \t]/);
        return { ...base, label: this.take(/[^;\n}\s]/) };
      case 'r':
      case 'w':
        this.skip(/[ \t]/);
        return { ...base, text: this.until('\n') };
      case 'q':
      case 'Q':
        this.skip(/[ \t]/);
        return { ...base, text: this.take(/\d/) };
      default:
        if (!'dDgGhHlnNpPx='.includes(name)) throw this.error(`unknown command: \`${name}'`);
        this.skip(/[ \t]/);
        if (!['', ';', '\n', '}', '#'].includes(this.peek()))
          throw this.error('extra characters after command', this.at + 1);
        return base;
    }
  }

  private address(): Address | undefined {
    const char = this.peek();
    if (/\d/.test(char)) {
      const line = this.number();
      if (this.peek() !== '~') return { line };
      this.at++;
      return { first: line, step: this.number() };
    }
    if (char === '$') {
      this.at++;
      return { last: true };
    }
    if (char !== '/' && char !== '\\') return undefined;
    if (char === '\\') this.at++;
    const pattern = this.delimited(this.peek(), false, true);
    let ignoreCase = false;
    while (this.peek() === 'I') {
      ignoreCase = true;
      this.at++;
    }
    return { regex: this.regex(pattern, ignoreCase) };
  }

  private substitute(): Command['substitute'] {
    const delimiter = this.peek();
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\') throw this.error("unterminated `s' command");
    const pattern = this.delimited(delimiter);
    this.at--;
    const replacement = this.delimited(delimiter, true);
    const flags = this.take(/[gpiI\d]/);
    const nth = Number(/\d+/.exec(flags)?.[0] ?? 0);
    this.skip(/[ \t]/);
    if (!['', ';', '\n', '}', '#'].includes(this.peek())) throw this.error("unknown option to `s'", this.at + 1);
    return {
      regex: this.regex(pattern, /[iI]/.test(flags)),
      replacement,
      global: flags.includes('g'),
      nth: nth === 0 ? 1 : nth,
      print: flags.includes('p'),
    };
  }

  private transliterate(): ReadonlyMap<string, string> {
    const delimiter = this.peek();
    const from = [...this.delimited(delimiter)];
    this.at--;
    const to = [...this.delimited(delimiter)];
    if (from.length !== to.length) throw this.error("strings for `y' command are different lengths");
    return new Map(from.map((char, index) => [char, to[index] ?? '']));
  }

  /** Text up to the delimiter; a `\` before the delimiter makes it ordinary. Leaves the position after the closing one. */
  private delimited(delimiter: string, keepEscapes = false, address = false): string {
    let out = '';
    this.at++;
    let inSet = false;
    for (; this.at < this.source.length; this.at++) {
      const char = this.peek();
      if (char === '\\') {
        const next = this.source.charAt(this.at + 1);
        this.at++;
        if (next === delimiter && !(keepEscapes && next === '&'))
          out += /[A-Za-z0-9]/.test(next) || '/|,#@:;!%_'.includes(next) ? next : `\\${next}`;
        else out += `\\${next}`;
        continue;
      }
      if (char === '[' && !keepEscapes) inSet = true;
      if (char === ']') inSet = false;
      if (char === delimiter && !inSet) {
        this.at++;
        return out;
      }
      out += char;
    }
    throw this.error(address ? 'unterminated address regex' : "unterminated `s' command");
  }

  private text(): string {
    this.skip(/[ \t]/);
    if (this.peek() === '\\') {
      this.at++;
      const behind = this.at;
      this.skip(/[ \t]/);
      // GNU: `i\  text` on one line keeps the blanks behind the backslash.
      if (this.peek() === '\n') this.at++;
      else this.at = behind;
    }
    let out = '';
    while (this.at < this.source.length) {
      const char = this.peek();
      this.at++;
      if (char === '\\') {
        out += this.peek();
        this.at++;
      } else if (char === '\n') break;
      else out += char;
    }
    if (out === '') throw this.error("expected \\ after `a', `c' or `i'");
    return `${out}\n`;
  }

  private regex(pattern: string, ignoreCase: boolean): Regex {
    return compileRegex(pattern, this.extended ? 'extended' : 'basic', { ignoreCase });
  }

  private number(): number {
    return Number(this.take(/\d/));
  }

  private peek(): string {
    return this.source.charAt(this.at);
  }

  private skip(pattern: RegExp): void {
    this.take(pattern);
  }

  private take(pattern: RegExp): string {
    const from = this.at;
    while (this.at < this.source.length && pattern.test(this.peek())) this.at++;
    return this.source.slice(from, this.at);
  }

  private until(end: string): string {
    const at = this.source.indexOf(end, this.at);
    const text = this.source.slice(this.at, at < 0 ? undefined : at);
    this.at = at < 0 ? this.source.length : at + 1;
    return text;
  }

  private error(message: string, position = this.at): SedError {
    return new SedError(`-e expression #1, char ${position}: ${message}`);
  }
}

class Editor {
  status: number | undefined;
  private readonly commands: readonly Command[];
  private readonly silent: boolean;
  private readonly context: Context;
  private hold = '';

  constructor(commands: readonly Command[], silent: boolean, context: Context) {
    this.commands = commands;
    this.silent = silent;
    this.context = context;
  }

  *run(text: string, put: (out: string) => Routine): Routine {
    const endsWithNewline = text.endsWith('\n') || text === '';
    const lines = text.split('\n');
    if (text.endsWith('\n') || text === '') lines.pop();
    let index = 0;
    let space = '';
    const emit = (line: string) => put(index >= lines.length && !endsWithNewline ? line : `${line}\n`);
    while (index < lines.length) {
      if (index % 2000 === 1999) yield* sleep(0.01);
      space = lines[index++] ?? '';
      let appended = '';
      let quit = false;
      let deleted = false;
      let substituted = false;
      let steps = 0;
      const flat = flatten(this.commands);
      for (let at = 0; at < flat.length; ) {
        if (++steps % STEPS_BETWEEN_BREATHS === 0) yield* sleep(0.2);
        if (space.length > LONGEST) throw new MemoryExhausted();
        const { command, skipTo } = flat[at] as Flat;
        const applies = selects(command, index, index === lines.length, space);
        if (!applies) {
          at = skipTo;
          continue;
        }
        at++;
        switch (command.name) {
          case 's': {
            const made = substitute(command.substitute as NonNullable<Command['substitute']>, space);
            if (made === undefined) break;
            space = made;
            substituted = true;
            if (command.substitute?.print === true) yield* put(`${space}\n`);
            break;
          }
          case 'y':
            space = [...space].map((char) => command.map?.get(char) ?? char).join('');
            break;
          case 'd':
            deleted = true;
            at = flat.length;
            break;
          case 'D': {
            const newline = space.indexOf('\n');
            deleted = true;
            if (newline >= 0) {
              lines[--index] = space.slice(newline + 1);
            }
            at = flat.length;
            break;
          }
          case 'p':
            yield* put(`${space}\n`);
            break;
          case 'P':
            yield* put(`${space.split('\n', 1)[0]}\n`);
            break;
          case 'n':
            if (index < lines.length) {
              if (!this.silent) yield* put(`${space}\n`);
              space = lines[index++] ?? '';
            } else {
              quit = true;
              at = flat.length;
            }
            break;
          case 'N':
            if (index < lines.length) space += `\n${lines[index++] ?? ''}`;
            else {
              quit = true;
              at = flat.length;
            }
            break;
          case 'g':
            space = this.hold;
            break;
          case 'G':
            space += `\n${this.hold}`;
            break;
          case 'h':
            this.hold = space;
            break;
          case 'H':
            this.hold += `\n${space}`;
            break;
          case 'x':
            [space, this.hold] = [this.hold, space];
            break;
          case '=':
            yield* put(`${index}\n`);
            break;
          case 'l':
            yield* put(`${space.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}$\n`);
            break;
          case 'a':
            appended += command.text ?? '';
            break;
          case 'i':
            yield* put(command.text ?? '');
            break;
          case 'c':
            if (command.to === undefined || !command.state.inside) yield* put(command.text ?? '');
            deleted = true;
            at = flat.length;
            break;
          case 'r': {
            const path = this.context.fs.resolve(this.context.cwd, command.text ?? '');
            if (this.context.fs.exists(path)) appended += this.context.fs.read(path);
            break;
          }
          case 'w':
            this.context.fs.write(this.context.fs.resolve(this.context.cwd, command.text ?? ''), `${space}\n`, {
              append: true,
            });
            break;
          case 'q':
          case 'Q':
            quit = true;
            deleted = command.name === 'Q';
            this.status = Number(command.text ?? '0') || 0;
            at = flat.length;
            break;
          case 'b':
          case 't':
          case 'T':
            if (command.name === 'b' || (command.name === 't') === substituted) {
              const label = flat.findIndex((each) => each.command.name === ':' && each.command.label === command.label);
              at = command.label === undefined || command.label === '' || label < 0 ? flat.length : label + 1;
            }
            if (command.name !== 'b') substituted = false;
            break;
          default:
            break;
        }
      }
      if (!deleted && !this.silent) yield* emit(space);
      if (appended !== '') yield* put(appended);
      if (quit) return;
    }
  }
}

interface Flat {
  readonly command: Command;
  /** Where to go on when its addresses do not select: after its block. */
  readonly skipTo: number;
}

function flatten(commands: readonly Command[], offset = 0): Flat[] {
  const flat: Flat[] = [];
  for (const command of commands) {
    const block = command.block === undefined ? [] : flatten(command.block, offset + flat.length + 1);
    flat.push({ command, skipTo: offset + flat.length + 1 + block.length }, ...block);
  }
  return flat;
}

function selects(command: Command, line: number, last: boolean, space: string): boolean {
  const { from, to, state } = command;
  const matches = (address: Address): boolean =>
    'line' in address
      ? line === address.line
      : 'last' in address
        ? last
        : 'regex' in address
          ? address.regex.find(space) !== undefined
          : address.step === 0
            ? line === address.first
            : line >= address.first && (line - address.first) % address.step === 0;
  if (from === undefined) return !command.not;
  if (to === undefined) return matches(from) !== command.not;
  if (state.inside) {
    const ends = 'plus' in to ? line >= state.until : 'line' in to ? line >= to.line : matches(to);
    if (ends) state.inside = false;
    if ('line' in to && line > to.line) return matches(from) !== command.not;
    return !command.not;
  }
  if (!matches(from)) return command.not;
  if ('plus' in to) {
    state.until = line + to.plus;
    state.inside = to.plus > 0;
  } else state.inside = !('line' in to && to.line <= line);
  return !command.not;
}

function substitute(wanted: NonNullable<Command['substitute']>, space: string): string | undefined {
  let out = '';
  let from = 0;
  let count = 0;
  let changed = false;
  while (from <= space.length) {
    const match = wanted.regex.find(space, from);
    if (match === undefined) break;
    count++;
    out += space.slice(from, match.start);
    if (count >= wanted.nth) {
      out += replacement(wanted.replacement, match.groups);
      changed = true;
    } else out += space.slice(match.start, match.end);
    if (match.end === match.start) {
      out += space.charAt(match.end);
      from = match.end + 1;
    } else from = match.end;
    if (changed && !wanted.global) break;
  }
  return changed ? out + space.slice(from) : undefined;
}

function replacement(text: string, groups: readonly (string | undefined)[]): string {
  let out = '';
  let convert: '' | 'U' | 'L' | 'u' | 'l' = '';
  const add = (piece: string) => {
    if (convert === 'U') out += piece.toUpperCase();
    else if (convert === 'L') out += piece.toLowerCase();
    else if (convert !== '' && piece !== '') {
      out += (convert === 'u' ? piece.charAt(0).toUpperCase() : piece.charAt(0).toLowerCase()) + piece.slice(1);
      convert = '';
    } else out += piece;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '&') add(groups[0] ?? '');
    else if (char === '\\') {
      const next = text.charAt(++i);
      if (/\d/.test(next)) add(groups[Number(next)] ?? '');
      else if (next === 'n') add('\n');
      else if (next === 't') add('\t');
      else if ('ULul'.includes(next)) convert = next as 'U';
      else if (next === 'E') convert = '';
      else add(next);
    } else add(char);
  }
  return out;
}
