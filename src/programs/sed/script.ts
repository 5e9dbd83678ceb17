import { compileRegex, type Regex } from '../text/regex.ts';

/** The lines that a command is for. */
export type Address =
  | { readonly line: number }
  | { readonly last: true }
  | { readonly regex: Regex }
  | { readonly first: number; readonly step: number };

/** One command of a script. */
export interface Command {
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

/** A script that sed cannot read; the message is its own. */
export class SedError extends Error {}

/** Reads a script. */
export class ScriptParser {
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
