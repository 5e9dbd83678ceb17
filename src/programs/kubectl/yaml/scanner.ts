import { errorAt, type Mark } from './error.ts';

export type Token = { readonly start: Mark; readonly end: Mark } & (
  | { readonly type: Bare }
  | { readonly type: 'alias' | 'anchor'; readonly value: string }
  | { readonly type: 'tag'; readonly handle: string; readonly suffix: string }
  | { readonly type: 'tag-directive'; readonly handle: string; readonly prefix: string }
  | { readonly type: 'version-directive'; readonly major: number; readonly minor: number }
  | { readonly type: 'scalar'; readonly value: string; readonly plain: boolean }
);

type Bare =
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | 'block-entry'
  | ','
  | 'key'
  | 'value';

interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly mark: Mark;
}

const MAX_DEPTH = 10_000;
const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/**
 * Cuts YAML 1.1 into tokens by libyaml's rules, so that what it refuses is refused here, at the same line and in the same
 * words (which a learner meets in the real kubectl).
 */
export class Scanner {
  private readonly text: string;
  private index = 0;
  private line = 0;
  private column = 0;
  private tokens: Token[] = [];
  private head = 0;
  private parsed = 0;
  private ended = false;
  private indent = -1;
  private readonly indents: number[] = [];
  private flowLevel = 0;
  private keyAllowed = true;
  private readonly keys: SimpleKey[] = [];

  constructor(text: string) {
    this.text = text;
    this.keys.push({ possible: false, required: false, tokenNumber: 0, mark: this.mark() });
  }

  /** The next token, without taking it. @throws YamlError */
  peek(): Token {
    while (this.head === this.tokens.length || this.mayBeKey()) {
      if (this.ended) break;
      this.fetch();
    }
    const token = this.tokens[this.head];
    if (token === undefined) throw errorAt('attempted to go past the end of stream', this.mark(), 'parser');
    return token;
  }

  /** Takes the token that peek showed. */
  skip(): void {
    this.head++;
    this.parsed++;
    if (this.head > 512) {
      this.tokens = this.tokens.slice(this.head);
      this.head = 0;
    }
  }

  /** Whether the next token could still turn out to be the key of a mapping. */
  private mayBeKey(): boolean {
    return this.keys.some((key) => key.possible && key.tokenNumber === this.parsed && this.isValid(key));
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.mark.line >= this.line && key.mark.index + 1024 >= this.index) return true;
    if (key.required) throw this.error("could not find expected ':'", key.mark);
    key.possible = false;
    return false;
  }

  private mark(): Mark {
    return { index: this.index, line: this.line, column: this.column };
  }

  private error(problem: string, context?: Mark): Error {
    return errorAt(problem, this.mark(), 'scanner', context);
  }

  private at(offset = 0): string {
    return this.text.charAt(this.index + offset);
  }

  private forward(count = 1): void {
    this.index += count;
    this.column += count;
  }

  /** Takes a line break and gives its normal form; '' when there is none. */
  private takeBreak(): string {
    const char = this.at();
    if (!isBreak(char)) return '';
    this.index += char === '\r' && this.at(1) === '\n' ? 2 : 1;
    this.line++;
    this.column = 0;
    return char === '\u2028' || char === '\u2029' ? char : '\n';
  }

  private add(type: Bare, start: Mark, position?: number): void {
    const token: Token = { type, start, end: type === 'block-end' ? start : this.mark() };
    if (position === undefined) this.tokens.push(token);
    else this.tokens.splice(this.head + position, 0, token);
  }

  private fetch(): void {
    this.toNextToken();
    this.unroll(this.column);
    const char = this.at();
    const next = this.at(1);
    const inFlow = this.flowLevel > 0;
    if (char === '') this.fetchEnd();
    else if (this.column === 0 && char === '%') this.fetchDirective();
    else if (this.atIndicator()) this.fetchIndicator(char === '-' ? 'document-start' : 'document-end');
    else if (char === '[' || char === '{') this.fetchFlowStart(char);
    else if (char === ']' || char === '}') this.fetchFlowEnd(char);
    else if (char === ',') this.fetchFlowEntry();
    else if (char === '-' && isBlankOrEnd(next)) this.fetchBlockEntry();
    else if (char === '?' && (inFlow || isBlankOrEnd(next))) this.fetchKey();
    else if (char === ':' && (inFlow || isBlankOrEnd(next))) this.fetchValue();
    else if (char === '*' || char === '&') this.fetchAnchor(char === '*' ? 'alias' : 'anchor');
    else if (char === '!') this.fetchTag();
    else if ((char === '|' || char === '>') && !inFlow) this.fetchBlockScalar(char === '|');
    else if (char === "'" || char === '"') this.fetchQuoted(char);
    else if (
      !(isBlankOrEnd(char) || '-?:,[]{}#&*!|>\'"%@`'.includes(char)) ||
      (char === '-' && !isBlank(next)) ||
      (!inFlow && (char === '?' || char === ':') && !isBlankOrEnd(next))
    )
      this.fetchPlain();
    else throw this.error('found character that cannot start any token');
  }

  /** `---` or `...` at the beginning of a line. */
  private atIndicator(): boolean {
    if (this.column !== 0) return false;
    const three = this.text.slice(this.index, this.index + 3);
    return (three === '---' || three === '...') && isBlankOrEnd(this.at(3));
  }

  private toNextToken(): void {
    for (;;) {
      if (this.index === 0 && this.at() === '\ufeff') this.forward();
      while (this.at() === ' ' || ((this.flowLevel > 0 || !this.keyAllowed) && this.at() === '\t')) this.forward();
      if (this.at() === '#') this.skipComment();
      if (this.takeBreak() === '') return;
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private skipComment(): void {
    while (!isBreakOrEnd(this.at())) this.forward();
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    const key: SimpleKey = {
      possible: true,
      required: this.flowLevel === 0 && this.indent === this.column,
      tokenNumber: this.parsed + this.tokens.length - this.head,
      mark: this.mark(),
    };
    this.removeKey();
    this.keys[this.keys.length - 1] = key;
  }

  private removeKey(): void {
    const key = this.keys[this.keys.length - 1];
    if (key === undefined || !key.possible) return;
    if (key.required) throw this.error("could not find expected ':'", key.mark);
    key.possible = false;
  }

  private roll(column: number, type: Bare, mark: Mark, tokenNumber?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > MAX_DEPTH) throw this.error(`exceeded max depth of ${MAX_DEPTH}`);
    const token: Token = { type, start: mark, end: mark };
    if (tokenNumber === undefined) this.tokens.push(token);
    else this.tokens.splice(this.head + tokenNumber - this.parsed, 0, token);
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.add('block-end', this.mark());
      this.indent = this.indents.pop() ?? -1;
    }
  }

  private fetchEnd(): void {
    if (this.column !== 0) {
      this.column = 0;
      this.line++;
    }
    this.unroll(-1);
    this.removeKey();
    this.keyAllowed = false;
    this.add('stream-end', this.mark());
    this.ended = true;
  }

  private fetchIndicator(type: Bare): void {
    this.unroll(-1);
    this.removeKey();
    this.keyAllowed = false;
    const start = this.mark();
    this.forward(3);
    this.add(type, start);
  }

  private fetchFlowStart(type: '[' | '{'): void {
    this.saveKey();
    this.keys.push({ possible: false, required: false, tokenNumber: -1, mark: this.mark() });
    this.flowLevel++;
    if (this.flowLevel > MAX_DEPTH) throw this.error(`exceeded max depth of ${MAX_DEPTH}`);
    this.keyAllowed = true;
    this.take(type);
  }

  private fetchFlowEnd(type: ']' | '}'): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.keys.pop();
    }
    this.keyAllowed = false;
    this.take(type);
  }

  private fetchFlowEntry(): void {
    this.removeKey();
    this.keyAllowed = true;
    this.take(',');
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw this.error('block sequence entries are not allowed in this context');
      this.roll(this.column, 'block-sequence-start', this.mark());
    }
    this.removeKey();
    this.keyAllowed = true;
    this.take('block-entry');
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw this.error('mapping keys are not allowed in this context');
      this.roll(this.column, 'block-mapping-start', this.mark());
    }
    this.removeKey();
    this.keyAllowed = this.flowLevel === 0;
    this.take('key');
  }

  private fetchValue(): void {
    const key = this.keys[this.keys.length - 1];
    if (key !== undefined && this.isValid(key)) {
      this.tokens.splice(this.head + key.tokenNumber - this.parsed, 0, { type: 'key', start: key.mark, end: key.mark });
      this.roll(key.mark.column, 'block-mapping-start', key.mark, key.tokenNumber);
      key.possible = false;
      this.keyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.keyAllowed) throw this.error('mapping values are not allowed in this context');
        this.roll(this.column, 'block-mapping-start', this.mark());
      }
      this.keyAllowed = this.flowLevel === 0;
    }
    this.take('value');
  }

  /** A token of one character. */
  private take(type: Bare): void {
    const start = this.mark();
    this.forward();
    this.add(type, start);
  }

  private fetchAnchor(type: 'alias' | 'anchor'): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.mark();
    this.forward();
    const value = this.takeWord();
    if (value === '' || !(isBlankOrEnd(this.at()) || '?:,]}%@`'.includes(this.at())))
      throw this.error('did not find expected alphabetic or numeric character', start);
    this.tokens.push({ type, value, start, end: this.mark() });
  }

  private takeWord(): string {
    const from = this.index;
    while (/^[A-Za-z0-9_-]$/.test(this.at())) this.forward();
    return this.text.slice(from, this.index);
  }

  private fetchDirective(): void {
    this.unroll(-1);
    this.removeKey();
    this.keyAllowed = false;
    const start = this.mark();
    this.forward();
    const name = this.takeWord();
    if (name === '') throw this.error('could not find expected directive name', start);
    if (!isBlankOrEnd(this.at())) throw this.error('found unexpected non-alphabetical character', start);
    if (name === 'YAML') {
      this.skipBlanks();
      const major = this.takeVersionNumber(start);
      if (this.at() !== '.') throw this.error("did not find expected digit or '.' character", start);
      this.forward();
      const minor = this.takeVersionNumber(start);
      this.tokens.push({ type: 'version-directive', major, minor, start, end: this.mark() });
    } else if (name === 'TAG') {
      this.skipBlanks();
      const handle = this.takeTagHandle(true, start);
      if (!isBlank(this.at())) throw this.error('did not find expected whitespace', start);
      this.skipBlanks();
      const prefix = this.takeTagUri('', start);
      if (!isBlankOrEnd(this.at())) throw this.error('did not find expected whitespace or line break', start);
      this.tokens.push({ type: 'tag-directive', handle, prefix, start, end: this.mark() });
    } else throw this.error('found unknown directive name', start);
    this.endOfLine(start);
  }

  private takeVersionNumber(start: Mark): number {
    const digits = /^\d*/.exec(this.text.slice(this.index, this.index + 3))?.[0] ?? '';
    if (digits.length > 2) throw this.error('found extremely long version number', start);
    if (digits === '') throw this.error('did not find expected version number', start);
    this.forward(digits.length);
    return Number(digits);
  }

  private skipBlanks(): void {
    while (isBlank(this.at())) this.forward();
  }

  private endOfLine(start: Mark): void {
    this.skipBlanks();
    if (this.at() === '#') this.skipComment();
    if (!isBreakOrEnd(this.at())) throw this.error('did not find expected comment or line break', start);
    this.takeBreak();
  }

  private fetchTag(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.mark();
    let handle = '';
    let suffix: string;
    if (this.at(1) === '<') {
      this.forward(2);
      suffix = this.takeTagUri('', start);
      if (this.at() !== '>') throw this.error("did not find the expected '>'", start);
      this.forward();
    } else {
      handle = this.takeTagHandle(false, start);
      if (handle.length > 1 && handle.endsWith('!')) suffix = this.takeTagUri('', start);
      else {
        suffix = this.takeTagUri(handle, start);
        handle = '!';
        if (suffix === '') [handle, suffix] = [suffix, handle];
      }
    }
    if (!isBlankOrEnd(this.at())) throw this.error('did not find expected whitespace or line break', start);
    this.tokens.push({ type: 'tag', handle, suffix, start, end: this.mark() });
  }

  private takeTagHandle(directive: boolean, start: Mark): string {
    if (this.at() !== '!') throw this.error("did not find expected '!'", start);
    this.forward();
    const handle = `!${this.takeWord()}`;
    if (this.at() === '!') {
      this.forward();
      return `${handle}!`;
    }
    if (directive && handle !== '!') throw this.error("did not find expected '!'", start);
    return handle;
  }

  private takeTagUri(head: string, start: Mark): string {
    let uri = head.slice(1);
    const from = this.index;
    while (/^[A-Za-z0-9_\-;/?:@&=+$,.!~*'()[\]%]$/.test(this.at())) this.forward();
    const found = this.text.slice(from, this.index);
    if (found === '' && head === '') throw this.error('did not find expected tag URI', start);
    try {
      uri += decodeURIComponent(found);
    } catch {
      throw this.error('did not find URI escaped octet', start);
    }
    return uri;
  }

  private fetchBlockScalar(literal: boolean): void {
    this.removeKey();
    this.keyAllowed = true;
    const start = this.mark();
    this.forward();
    const header = /^(?:([+-])(\d)?|(\d)([+-])?)?/.exec(this.text.slice(this.index, this.index + 2)) ?? [''];
    const increment = header[2] ?? header[3];
    if (increment === '0') throw this.error('found an indentation indicator equal to 0', start);
    const chomping = header[1] ?? header[4] ?? '';
    this.forward(header[0].length);
    this.endOfLine(start);
    let end = this.mark();
    let indent = increment === undefined ? 0 : Math.max(this.indent, 0) + Number(increment);
    const parts: string[] = [];
    let leading = '';
    let trailing = '';
    const breaks = () => {
      end = this.mark();
      let deepest = 0;
      for (;;) {
        while ((indent === 0 || this.column < indent) && this.at() === ' ') this.forward();
        deepest = Math.max(deepest, this.column);
        if ((indent === 0 || this.column < indent) && this.at() === '\t')
          throw this.error('found a tab character where an indentation space is expected', start);
        const found = this.takeBreak();
        if (found === '') break;
        trailing += found;
        end = this.mark();
      }
      if (indent === 0) indent = Math.max(deepest, this.indent + 1, 1);
    };
    breaks();
    let leadingBlank = false;
    while (this.column === indent && this.at() !== '') {
      const blank = isBlank(this.at());
      if (!literal && !leadingBlank && !blank && leading.startsWith('\n')) {
        if (trailing === '') parts.push(' ');
      } else parts.push(leading);
      parts.push(trailing);
      leading = '';
      trailing = '';
      leadingBlank = blank;
      const from = this.index;
      while (!isBreakOrEnd(this.at())) this.forward();
      parts.push(this.text.slice(from, this.index));
      leading = this.takeBreak();
      breaks();
    }
    if (chomping !== '-') parts.push(leading);
    if (chomping === '+') parts.push(trailing);
    this.tokens.push({ type: 'scalar', value: parts.join(''), plain: false, start, end });
  }

  private fetchQuoted(quote: string): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.mark();
    const single = quote === "'";
    this.forward();
    let value = '';
    for (;;) {
      if (this.atIndicator()) throw this.error('found unexpected document indicator', start);
      if (this.at() === '') throw this.error('found unexpected end of stream', start);
      let leadingBlanks = false;
      while (!isBlankOrEnd(this.at())) {
        const char = this.at();
        if (single && char === "'" && this.at(1) === "'") {
          value += "'";
          this.forward(2);
        } else if (char === quote) break;
        else if (!single && char === '\\' && isBreak(this.at(1))) {
          this.forward();
          this.takeBreak();
          leadingBlanks = true;
          break;
        } else if (!single && char === '\\') value += this.takeEscape(start);
        else {
          value += char;
          this.forward();
        }
      }
      if (this.at() === quote) break;
      let whitespace = '';
      let leading = '';
      let trailing = '';
      while (isBlank(this.at()) || isBreak(this.at())) {
        if (isBlank(this.at())) {
          if (!leadingBlanks) whitespace += this.at();
          this.forward();
        } else if (!leadingBlanks) {
          whitespace = '';
          leading = this.takeBreak();
          leadingBlanks = true;
        } else trailing += this.takeBreak();
      }
      if (!leadingBlanks) value += whitespace;
      else if (leading.startsWith('\n')) value += trailing === '' ? ' ' : trailing;
      else value += leading + trailing;
    }
    this.forward();
    this.tokens.push({ type: 'scalar', value, plain: false, start, end: this.mark() });
  }

  private takeEscape(start: Mark): string {
    const char = this.at(1);
    const length = { x: 2, u: 4, U: 8 }[char];
    const simple = ESCAPES[char];
    if (simple === undefined && length === undefined) throw this.error('found unknown escape character', start);
    this.forward(2);
    if (length === undefined) return simple ?? '';
    const digits = this.text.slice(this.index, this.index + length);
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits))
      throw this.error('did not find expected hexdecimal number', start);
    const code = Number.parseInt(digits, 16);
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
      throw this.error('found invalid Unicode character escape code', start);
    this.forward(length);
    return String.fromCodePoint(code);
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const start = this.mark();
    let end = start;
    const indent = this.indent + 1;
    let value = '';
    let leadingBlanks = false;
    let whitespace = '';
    let leading = '';
    let trailing = '';
    for (;;) {
      if (this.atIndicator()) break;
      if (this.at() === '#') break;
      const from = this.index;
      while (!isBlankOrEnd(this.at())) {
        const char = this.at();
        if (char === ':' && isBlankOrEnd(this.at(1))) break;
        if (this.flowLevel > 0 && ',?[]{}'.includes(char)) break;
        this.forward();
      }
      if (this.index > from) {
        if (leadingBlanks) value += leading.startsWith('\n') ? (trailing === '' ? ' ' : trailing) : leading + trailing;
        else value += whitespace;
        leadingBlanks = false;
        whitespace = '';
        leading = '';
        trailing = '';
        value += this.text.slice(from, this.index);
        end = this.mark();
      }
      if (!isBlank(this.at()) && !isBreak(this.at())) break;
      while (isBlank(this.at()) || isBreak(this.at())) {
        if (isBlank(this.at())) {
          if (leadingBlanks && this.column < indent && this.at() === '\t')
            throw this.error('found a tab character that violates indentation', start);
          if (!leadingBlanks) whitespace += this.at();
          this.forward();
        } else if (!leadingBlanks) {
          whitespace = '';
          leading = this.takeBreak();
          leadingBlanks = true;
        } else trailing += this.takeBreak();
      }
      if (this.flowLevel === 0 && this.column < indent) break;
    }
    this.tokens.push({ type: 'scalar', value, plain: true, start, end });
    if (leadingBlanks) this.keyAllowed = true;
  }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t';
}

function isBreak(char: string): boolean {
  return char === '\n' || char === '\r' || char === '\x85' || char === '\u2028' || char === '\u2029';
}

function isBreakOrEnd(char: string): boolean {
  return char === '' || isBreak(char);
}

function isBlankOrEnd(char: string): boolean {
  return char === '' || isBlank(char) || isBreak(char);
}
