/** A jq program, parsed. */
export type Filter =
  | { readonly type: 'identity' | 'recurse' | 'break' | 'none'; readonly name?: string }
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'text'; readonly parts: readonly (string | Filter)[]; readonly format: string | undefined }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'index'; readonly of: Filter; readonly key: Filter }
  | {
      readonly type: 'slice';
      readonly of: Filter;
      readonly from: Filter | undefined;
      readonly to: Filter | undefined;
    }
  | { readonly type: 'each'; readonly of: Filter }
  | { readonly type: 'array'; readonly body: Filter | undefined }
  | { readonly type: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly type: 'negate'; readonly of: Filter }
  | {
      readonly type: 'pipe' | 'comma' | 'binary' | 'update';
      readonly operator: string;
      readonly left: Filter;
      readonly right: Filter;
    }
  | { readonly type: 'bind'; readonly source: Filter; readonly patterns: readonly Pattern[]; readonly body: Filter }
  | {
      readonly type: 'reduce' | 'foreach';
      readonly source: Filter;
      readonly pattern: Pattern;
      readonly start: Filter;
      readonly update: Filter;
      readonly extract: Filter | undefined;
    }
  | { readonly type: 'if'; readonly test: Filter; readonly yes: Filter; readonly no: Filter | undefined }
  | { readonly type: 'try'; readonly body: Filter; readonly handler: Filter | undefined }
  | { readonly type: 'label'; readonly name: string; readonly body: Filter }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Filter[] }
  | { readonly type: 'def'; readonly definition: Definition; readonly body: Filter };

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Filter;
}

/** What `as` takes apart. */
export type Pattern =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Pattern[] }
  | { readonly type: 'map'; readonly entries: readonly (readonly [Filter, string | undefined, Pattern | undefined])[] };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A program that jq cannot compile, in its words. */
export class SyntaxFault extends Error {}

interface Token {
  readonly kind: 'name' | 'field' | 'variable' | 'number' | 'text' | 'format' | 'sign' | 'end';
  readonly text: string;
  readonly parts?: readonly (string | Filter)[];
}

const SIGNS = /^(\?\/\/=|\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\]{}()|,:;=<>+\-*/%?$])/;

function tokens(source: string): Token[] {
  const out: Token[] = [];
  let rest = source;
  const take = (length: number) => {
    rest = rest.slice(length);
  };
  while (rest !== '') {
    const space = /^(\s+|#[^\n]*)/.exec(rest);
    if (space !== null) {
      take(space[0].length);
      continue;
    }
    const number = /^(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(rest);
    const field = /^\.([A-Za-z_]\w*)/.exec(rest);
    const variable = /^\$([A-Za-z_]\w*(::\w+)*)/.exec(rest);
    const name = /^[A-Za-z_]\w*(::\w+)*/.exec(rest);
    const format = /^@[A-Za-z0-9_]+/.exec(rest);
    if (rest.startsWith('"')) {
      const { parts, length } = stringParts(rest);
      out.push({ kind: 'text', text: '', parts });
      take(length);
    } else if (number !== null) {
      out.push({ kind: 'number', text: number[0] });
      take(number[0].length);
    } else if (field !== null) {
      out.push({ kind: 'field', text: field[1] ?? '' });
      take(field[0].length);
    } else if (variable !== null) {
      out.push({ kind: 'variable', text: variable[1] ?? '' });
      take(variable[0].length);
    } else if (name !== null) {
      out.push({ kind: 'name', text: name[0] });
      take(name[0].length);
    } else if (format !== null) {
      out.push({ kind: 'format', text: format[0] });
      take(format[0].length);
    } else {
      const sign = SIGNS.exec(rest);
      if (sign === null) throw new SyntaxFault('syntax error, unexpected INVALID_CHARACTER');
      out.push({ kind: 'sign', text: sign[0] });
      take(sign[0].length);
    }
  }
  out.push({ kind: 'end', text: '' });
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
};

function stringParts(source: string): { parts: (string | Filter)[]; length: number } {
  const parts: (string | Filter)[] = [];
  let text = '';
  for (let i = 1; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '"') {
      parts.push(text);
      return { parts, length: i + 1 };
    }
    if (char !== '\\') {
      text += char;
      continue;
    }
    const next = source.charAt(++i);
    if (next === 'u') {
      text += String.fromCharCode(Number.parseInt(source.slice(i + 1, i + 5), 16));
      i += 4;
    } else if (next === '(') {
      let depth = 1;
      let end = i + 1;
      for (; end < source.length && depth > 0; end++) {
        const inner = source.charAt(end);
        if (inner === '"') end += stringParts(source.slice(end)).length - 1;
        else if (inner === '(') depth++;
        else if (inner === ')') depth--;
      }
      parts.push(text, parseFilter(source.slice(i + 1, end - 1)));
      text = '';
      i = end - 1;
    } else text += ESCAPES[next] ?? next;
  }
  throw new SyntaxFault('syntax error, unexpected QQSTRING_START, expecting $end');
}

/** The parser of a jq program. @throws SyntaxFault */
export function parseFilter(source: string): Filter {
  const parser = new Parser(tokens(source));
  const filter = parser.program();
  return filter;
}

const LEVELS: Readonly<Record<string, number>> = {
  '//': 3,
  '=': 2,
  '|=': 2,
  '+=': 2,
  '-=': 2,
  '*=': 2,
  '/=': 2,
  '%=': 2,
  '//=': 2,
  or: 4,
  and: 5,
  '==': 6,
  '!=': 6,
  '<': 6,
  '<=': 6,
  '>': 6,
  '>=': 6,
  '+': 7,
  '-': 7,
  '*': 8,
  '/': 8,
  '%': 8,
};

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(list: readonly Token[]) {
    this.tokens = list;
  }

  program(): Filter {
    if (this.peek().kind === 'end') return { type: 'identity' };
    const filter = this.pipe();
    if (this.peek().kind !== 'end') this.unexpected();
    return filter;
  }

  private peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { kind: 'end', text: '' };
  }

  private is(text: string): boolean {
    const token = this.peek();
    return (token.kind === 'sign' || token.kind === 'name') && token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.unexpected();
  }

  private unexpected(): never {
    const token = this.peek();
    const name =
      token.kind === 'end'
        ? '$end'
        : token.kind === 'name' || token.kind === 'field'
          ? KEYWORDS.has(token.text)
            ? token.text
            : token.kind === 'name'
              ? 'IDENT'
              : 'FIELD'
          : token.kind === 'number'
            ? 'LITERAL'
            : token.kind === 'text'
              ? 'QQSTRING_START'
              : token.kind === 'variable'
                ? "'$'"
                : `'${token.text}'`;
    throw new SyntaxFault(`syntax error, unexpected ${name}`);
  }

  private pipe(noComma = false): Filter {
    if (this.is('def')) {
      const definition = this.definition();
      const body = this.peek().kind === 'end' || this.is(')') ? ({ type: 'identity' } as const) : this.pipe();
      return { type: 'def', definition, body };
    }
    const left = noComma ? this.operators(0) : this.comma();
    if (this.accept('as')) {
      const patterns = [this.pattern()];
      while (this.accept('?//')) patterns.push(this.pattern());
      this.expect('|');
      return { type: 'bind', source: left, patterns, body: this.pipe() };
    }
    if (this.accept('|')) return { type: 'pipe', operator: '|', left, right: this.pipe(noComma) };
    return left;
  }

  private comma(): Filter {
    let left = this.operators(0);
    while (this.accept(',')) left = { type: 'comma', operator: ',', left, right: this.operators(0) };
    return left;
  }

  private operators(least: number): Filter {
    let left: Filter = this.accept('-') ? { type: 'negate', of: this.operators(8) } : this.postfix();
    for (;;) {
      const token = this.peek();
      const level = token.kind === 'sign' || token.kind === 'name' ? LEVELS[token.text] : undefined;
      if (level === undefined || level < least) return left;
      this.at++;
      const right = this.operators(level === 3 ? level : level + 1);
      left = { type: level === 2 ? 'update' : 'binary', operator: token.text, left, right };
    }
  }

  private postfix(): Filter {
    let of = this.term();
    for (;;) {
      const token = this.peek();
      if (token.kind === 'field') {
        this.at++;
        of = { type: 'index', of, key: { type: 'literal', value: token.text } };
      } else if (this.is('.') && this.peek(1).kind === 'text') {
        this.at++;
        of = { type: 'index', of, key: this.text(undefined) };
      } else if (this.is('.') && this.peek(1).text === '[') this.at++;
      else if (this.is('[')) of = this.brackets(of);
      else if (this.accept('?')) of = { type: 'try', body: of, handler: undefined };
      else if (this.is('as')) {
        this.at++;
        const patterns = [this.pattern()];
        while (this.accept('?//')) patterns.push(this.pattern());
        this.expect('|');
        return { type: 'bind', source: of, patterns, body: this.pipe() };
      } else return of;
    }
  }

  private brackets(of: Filter): Filter {
    this.expect('[');
    if (this.accept(']')) return { type: 'each', of };
    if (this.accept(':')) {
      const to = this.pipe();
      this.expect(']');
      return { type: 'slice', of, from: undefined, to };
    }
    const key = this.pipe();
    if (this.accept(':')) {
      const to = this.is(']') ? undefined : this.pipe();
      this.expect(']');
      return { type: 'slice', of, from: key, to };
    }
    this.expect(']');
    return { type: 'index', of, key };
  }

  private text(format: string | undefined): Filter {
    const token = this.peek();
    this.at++;
    return { type: 'text', parts: token.parts ?? [], format };
  }

  private term(): Filter {
    const token = this.peek();
    switch (token.kind) {
      case 'number':
        this.at++;
        return { type: 'literal', value: Number(token.text) };
      case 'text':
        return this.text(undefined);
      case 'format':
        this.at++;
        return this.peek().kind === 'text' ? this.text(token.text) : { type: 'format', name: token.text };
      case 'field':
        this.at++;
        return { type: 'index', of: { type: 'identity' }, key: { type: 'literal', value: token.text } };
      case 'variable':
        this.at++;
        return { type: 'variable', name: token.text };
      case 'name':
        return this.named(token.text);
      default:
    }
    if (this.accept('..')) return { type: 'recurse' };
    if (this.accept('.')) {
      if (this.peek().kind === 'text') return { type: 'index', of: { type: 'identity' }, key: this.text(undefined) };
      return this.is('[') ? this.brackets({ type: 'identity' }) : { type: 'identity' };
    }
    if (this.accept('(')) {
      const inner = this.pipe();
      this.expect(')');
      return inner;
    }
    if (this.accept('[')) {
      if (this.accept(']')) return { type: 'array', body: undefined };
      const body = this.pipe();
      this.expect(']');
      return { type: 'array', body };
    }
    if (this.accept('{')) return this.object();
    return this.unexpected();
  }

  private named(name: string): Filter {
    this.at++;
    switch (name) {
      case 'if': {
        const test = this.pipe();
        this.expect('then');
        return this.conditional(test);
      }
      case 'try': {
        const body = this.postfixTry();
        return { type: 'try', body, handler: this.accept('catch') ? this.postfixTry() : undefined };
      }
      case 'reduce':
      case 'foreach': {
        const source = this.postfixSource();
        this.expect('as');
        const pattern = this.pattern();
        this.expect('(');
        const start = this.pipe();
        this.expect(';');
        const update = this.pipe();
        const extract = this.accept(';') ? this.pipe() : undefined;
        this.expect(')');
        return { type: name, source, pattern, start, update, extract };
      }
      case 'label': {
        const label = this.peek().text;
        this.at++;
        this.expect('|');
        return { type: 'label', name: label, body: this.pipe() };
      }
      case 'break': {
        const label = this.peek().text;
        this.at++;
        return { type: 'break', name: label };
      }
      case 'def': {
        this.at--;
        const definition = this.definition();
        return { type: 'def', definition, body: this.pipe() };
      }
      default:
    }
    if (KEYWORDS.has(name)) {
      this.at--;
      this.unexpected();
    }
    const args: Filter[] = [];
    if (this.accept('(')) {
      do args.push(this.pipe());
      while (this.accept(';'));
      this.expect(')');
    }
    return { type: 'call', name, args };
  }

  private postfixTry(): Filter {
    let of = this.term();
    for (;;) {
      const token = this.peek();
      if (token.kind === 'field') {
        this.at++;
        of = { type: 'index', of, key: { type: 'literal', value: token.text } };
      } else if (this.is('[')) of = this.brackets(of);
      else return of;
    }
  }

  private postfixSource(): Filter {
    return this.postfixTry();
  }

  private conditional(test: Filter): Filter {
    const yes = this.pipe();
    if (this.accept('elif')) {
      const next = this.pipe();
      this.expect('then');
      return { type: 'if', test, yes, no: this.conditional(next) };
    }
    const no = this.accept('else') ? this.pipe() : undefined;
    this.expect('end');
    return { type: 'if', test, yes, no };
  }

  private definition(): Definition {
    this.expect('def');
    const name = this.peek().text;
    this.at++;
    const parameters: string[] = [];
    if (this.accept('(')) {
      do {
        const token = this.peek();
        parameters.push(token.kind === 'variable' ? `$${token.text}` : token.text);
        this.at++;
      } while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.pipe();
    this.expect(';');
    return { name, parameters, body };
  }

  private object(): Filter {
    const entries: (readonly [Filter, Filter])[] = [];
    while (!this.accept('}')) {
      const token = this.peek();
      let key: Filter;
      let value: Filter | undefined;
      if (token.kind === 'variable') {
        this.at++;
        key = { type: 'literal', value: token.text };
        value = { type: 'variable', name: token.text };
      } else if (token.kind === 'name' || token.kind === 'number') {
        this.at++;
        key = { type: 'literal', value: token.text };
      } else if (token.kind === 'text') key = this.text(undefined);
      else if (token.kind === 'format') {
        this.at++;
        key = this.peek().kind === 'text' ? this.text(token.text) : { type: 'format', name: token.text };
      } else {
        this.expect('(');
        key = this.pipe();
        this.expect(')');
      }
      if (this.accept(':')) {
        value = this.operatorsInObject();
      }
      entries.push([key, value ?? { type: 'index', of: { type: 'identity' }, key }]);
      if (!this.accept(',') && !this.is('}')) this.unexpected();
    }
    return { type: 'object', entries };
  }

  /** A value in an object: terms joined by `|` only, as jq's grammar has it. */
  private operatorsInObject(): Filter {
    const left = this.accept('-') ? ({ type: 'negate', of: this.postfix() } as const) : this.operators(0);
    return this.accept('|') ? { type: 'pipe', operator: '|', left, right: this.operatorsInObject() } : left;
  }

  private pattern(): Pattern {
    const token = this.peek();
    if (token.kind === 'variable') {
      this.at++;
      return { type: 'name', name: token.text };
    }
    if (this.accept('[')) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (this.accept(','));
      this.expect(']');
      return { type: 'list', items };
    }
    this.expect('{');
    const entries: (readonly [Filter, string | undefined, Pattern | undefined])[] = [];
    do {
      const key = this.peek();
      if (key.kind === 'variable') {
        this.at++;
        entries.push([{ type: 'literal', value: key.text }, key.text, this.accept(':') ? this.pattern() : undefined]);
        continue;
      }
      let filter: Filter;
      if (key.kind === 'name') {
        this.at++;
        filter = { type: 'literal', value: key.text };
      } else if (key.kind === 'text') filter = this.text(undefined);
      else {
        this.expect('(');
        filter = this.pipe();
        this.expect(')');
      }
      this.expect(':');
      entries.push([filter, undefined, this.pattern()]);
    } while (this.accept(','));
    this.expect('}');
    return { type: 'map', entries };
  }
}

const KEYWORDS = new Set([
  'if',
  'then',
  'elif',
  'else',
  'end',
  'as',
  'def',
  'reduce',
  'foreach',
  'try',
  'catch',
  'label',
  'and',
  'or',
  '__loc__',
  'import',
  'include',
]);
