/** An expression of an awk program. */
export type Expr =
  | { readonly k: 'num'; readonly value: number }
  | { readonly k: 'str'; readonly value: string }
  | { readonly k: 'regex'; readonly source: string }
  | { readonly k: 'var'; readonly name: string }
  | { readonly k: 'index'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly k: 'field'; readonly of: Expr }
  | { readonly k: 'unary'; readonly op: '!' | '-' | '+'; readonly of: Expr }
  | { readonly k: 'step'; readonly op: '++' | '--'; readonly prefix: boolean; readonly of: Expr }
  | { readonly k: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'concat'; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'match'; readonly negated: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly k: 'in'; readonly keys: readonly Expr[]; readonly array: string }
  | { readonly k: 'cond'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly k: 'assign'; readonly op: string; readonly to: Expr; readonly value: Expr }
  | { readonly k: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly k: 'getline';
      readonly to: Expr | undefined;
      readonly file: Expr | undefined;
      /** `file` is a command whose output is read. */
      readonly command?: boolean;
    };

/** A statement. */
export type Stmt =
  | { readonly k: 'expr'; readonly expr: Expr }
  | {
      readonly k: 'print';
      readonly args: readonly Expr[];
      readonly format: boolean;
      readonly out: Redirect | undefined;
    }
  | { readonly k: 'if'; readonly test: Expr; readonly yes: Stmt; readonly no: Stmt | undefined }
  | { readonly k: 'while'; readonly test: Expr; readonly body: Stmt; readonly first: boolean }
  | {
      readonly k: 'for';
      readonly init: Stmt | undefined;
      readonly test: Expr | undefined;
      readonly next: Stmt | undefined;
      readonly body: Stmt;
    }
  | { readonly k: 'forin'; readonly name: string; readonly array: string; readonly body: Stmt }
  | { readonly k: 'block'; readonly body: readonly Stmt[] }
  | { readonly k: 'delete'; readonly name: string; readonly keys: readonly Expr[] | undefined }
  | { readonly k: 'jump'; readonly to: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly k: 'exit'; readonly status: Expr | undefined }
  | { readonly k: 'return'; readonly value: Expr | undefined };

export interface Redirect {
  readonly mode: '>' | '>>' | '|';
  readonly file: Expr;
}

/** `pattern { action }`. */
export interface Rule {
  readonly on: 'BEGIN' | 'END' | 'line';
  readonly pattern?: Expr;
  /** The end of a range `from, to`. */
  readonly until?: Expr;
  readonly body: Stmt | undefined;
}

export interface Func {
  readonly params: readonly string[];
  readonly body: Stmt;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, Func>;
}

/** A program that awk cannot read; the message is mawk's. */
export class AwkSyntaxError extends Error {
  constructor(line: number, near: string) {
    super(`line ${line}: syntax error at or near ${near}`);
    this.name = 'AwkSyntaxError';
  }
}

interface Token {
  readonly type: 'num' | 'str' | 'regex' | 'name' | 'func' | 'word' | 'op' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
}

const WORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

const OPERATORS = [
  '**=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '>>',
  '!~',
  '**',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '<',
  '>',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function tokenize(text: string): Token[] {
  const out: Token[] = [];
  let line = 1;
  let at = 0;
  const push = (type: Token['type'], value: string) => out.push({ type, text: value, line });
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\' && text.charAt(at + 1) === '\n') {
      at += 2;
      line++;
    } else if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '#') while (at < text.length && text.charAt(at) !== '\n') at++;
    else if (char === '\n') {
      push('newline', '\n');
      at++;
      line++;
    } else if (char === '"') {
      let value = '';
      at++;
      while (at < text.length && text.charAt(at) !== '"') {
        if (text.charAt(at) === '\\') {
          const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1));
          const next = text.charAt(at + 1);
          if (octal !== null) {
            value += String.fromCharCode(parseInt(octal[0], 8));
            at += 1 + octal[0].length;
          } else {
            value += ESCAPES[next] ?? `\\${next}`;
            at += 2;
          }
        } else value += text.charAt(at++);
      }
      if (at >= text.length) throw new AwkSyntaxError(line, `"${value}`);
      at++;
      push('str', value);
    } else if (/[0-9.]/.test(char) && /^(\d+\.?\d*|\.\d+)/.test(text.slice(at))) {
      const number = /^(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)/.exec(text.slice(at))?.[0] ?? char;
      push('num', number);
      at += number.length;
    } else if (/[A-Za-z_]/.test(char)) {
      const name = /^\w+/.exec(text.slice(at))?.[0] ?? char;
      at += name.length;
      push(WORDS.has(name) ? 'word' : text.charAt(at) === '(' ? 'func' : 'name', name);
    } else if (char === '/' && regexMayStart(out.at(-1))) {
      let source = '';
      let inSet = false;
      at++;
      while (at < text.length && (text.charAt(at) !== '/' || inSet)) {
        if (text.charAt(at) === '\n') throw new AwkSyntaxError(line, '/');
        if (text.charAt(at) === '\\') {
          source += text.charAt(at + 1) === '/' ? '/' : text.slice(at, at + 2);
          at += 2;
          continue;
        }
        if (text.charAt(at) === '[') inSet = true;
        if (text.charAt(at) === ']') inSet = false;
        source += text.charAt(at++);
      }
      at++;
      push('regex', source);
    } else {
      const operator = OPERATORS.find((each) => text.startsWith(each, at));
      if (operator === undefined) throw new AwkSyntaxError(line, char);
      push('op', operator === '**' ? '^' : operator === '**=' ? '^=' : operator);
      at += operator.length;
    }
  }
  push('end', 'end of file');
  return out;
}

/** A slash divides after a value, and begins a pattern elsewhere. */
function regexMayStart(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.type === 'num' || before.type === 'str' || before.type === 'name' || before.type === 'regex') return false;
  return !(before.type === 'op' && (before.text === ')' || before.text === ']' || before.text === '$'));
}

/** Reads a program. @throws AwkSyntaxError */
export function parseAwk(text: string): AwkProgram {
  return new Parser(tokenize(text)).program();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  /** Inside print's list `>` is a redirection, inside for's head `in` belongs to the loop. */
  private noGreater = 0;
  private noIn = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, Func>();
    this.skip();
    while (this.peek().type !== 'end') {
      if (this.word('function') || this.word('func')) {
        this.at++;
        const name = this.next().text;
        this.expect('(');
        const params: string[] = [];
        while (!this.op(')')) {
          params.push(this.next().text);
          if (this.op(',')) this.at++;
        }
        this.at++;
        this.skip();
        functions.set(name, { params, body: this.block() });
      } else if (this.word('BEGIN') || this.word('END')) {
        const on = this.next().text === 'BEGIN' ? 'BEGIN' : 'END';
        this.newlines();
        rules.push({ on, body: this.block() });
      } else {
        const pattern = this.op('{') ? undefined : this.expr();
        let until: Expr | undefined;
        if (pattern !== undefined && this.op(',')) {
          this.at++;
          this.newlines();
          until = this.expr();
        }
        const body = this.op('{') ? this.block() : undefined;
        rules.push({
          on: 'line',
          body,
          ...(pattern === undefined ? {} : { pattern }),
          ...(until === undefined ? {} : { until }),
        });
      }
      this.skip();
    }
    return { rules, functions };
  }

  private peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { type: 'end', text: 'end of file', line: 0 };
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private op(text: string): boolean {
    return this.peek().type === 'op' && this.peek().text === text;
  }

  private word(text: string): boolean {
    return this.peek().type === 'word' && this.peek().text === text;
  }

  private expect(text: string): void {
    if (!this.op(text)) throw this.error();
    this.at++;
  }

  private error(): AwkSyntaxError {
    const { line, text, type } = this.peek();
    return new AwkSyntaxError(line, type === 'newline' ? 'end of line' : text);
  }

  private newlines(): void {
    while (this.peek().type === 'newline') this.at++;
  }

  /** Ends of lines and semicolons. */
  private skip(): void {
    while (this.peek().type === 'newline' || this.op(';')) this.at++;
  }

  private block(): Stmt {
    this.expect('{');
    const body: Stmt[] = [];
    this.skip();
    while (!this.op('}')) {
      if (this.peek().type === 'end') throw this.error();
      body.push(this.statement());
      this.skip();
    }
    this.at++;
    return { k: 'block', body };
  }

  private statement(): Stmt {
    if (this.op('{')) return this.block();
    if (this.op(';')) {
      this.at++;
      return { k: 'block', body: [] };
    }
    const token = this.peek();
    if (token.type === 'word')
      switch (token.text) {
        case 'if':
          return this.ifStatement();
        case 'while': {
          this.at++;
          const test = this.parenthesised();
          if (this.op(';')) {
            this.at++;
            return { k: 'while', test, body: { k: 'block', body: [] }, first: true };
          }
          return { k: 'while', test, body: this.body(), first: true };
        }
        case 'do': {
          this.at++;
          const body = this.body();
          this.skip();
          if (!this.word('while')) throw this.error();
          this.at++;
          const statement: Stmt = { k: 'while', test: this.parenthesised(), body, first: false };
          this.endOfStatement();
          return statement;
        }
        case 'for':
          return this.forStatement();
        default:
      }
    const statement = this.simple();
    this.endOfStatement();
    return statement;
  }

  private endOfStatement(): void {
    if (this.op(';') || this.peek().type === 'newline') this.at++;
    else if (!this.op('}') && this.peek().type !== 'end') throw this.error();
  }

  private body(): Stmt {
    this.newlines();
    return this.statement();
  }

  private parenthesised(): Expr {
    this.expect('(');
    const expr = this.expr();
    this.expect(')');
    return expr;
  }

  private ifStatement(): Stmt {
    this.at++;
    const test = this.parenthesised();
    const yes = this.body();
    const back = this.at;
    this.skip();
    if (!this.word('else')) {
      this.at = back;
      return { k: 'if', test, yes, no: undefined };
    }
    this.at++;
    return { k: 'if', test, yes, no: this.body() };
  }

  private forStatement(): Stmt {
    this.at++;
    this.expect('(');
    if (this.peek().type === 'name' && this.peek(1).text === 'in' && this.peek(3).text === ')') {
      const name = this.next().text;
      this.at++;
      const array = this.next().text;
      this.at++;
      return { k: 'forin', name, array, body: this.body() };
    }
    const init = this.op(';') ? undefined : this.simple();
    this.expect(';');
    this.newlines();
    const test = this.op(';') ? undefined : this.expr();
    this.expect(';');
    this.newlines();
    const next = this.op(')') ? undefined : this.simple();
    this.expect(')');
    if (this.op(';')) {
      this.at++;
      return { k: 'for', init, test, next, body: { k: 'block', body: [] } };
    }
    return { k: 'for', init, test, next, body: this.body() };
  }

  private simple(): Stmt {
    const token = this.peek();
    if (token.type === 'word')
      switch (token.text) {
        case 'print':
        case 'printf':
          return this.print();
        case 'next':
        case 'nextfile':
        case 'break':
        case 'continue':
          this.at++;
          return { k: 'jump', to: token.text };
        case 'exit':
        case 'return': {
          this.at++;
          const bare = this.op(';') || this.op('}') || this.peek().type === 'newline' || this.peek().type === 'end';
          const value = bare ? undefined : this.expr();
          return token.text === 'exit' ? { k: 'exit', status: value } : { k: 'return', value };
        }
        case 'delete': {
          this.at++;
          const name = this.next().text;
          if (!this.op('[')) return { k: 'delete', name, keys: undefined };
          this.at++;
          const keys = this.list(']');
          return { k: 'delete', name, keys };
        }
        default:
      }
    return { k: 'expr', expr: this.expr() };
  }

  private print(): Stmt {
    const format = this.next().text === 'printf';
    let args: Expr[] = [];
    const ends = () =>
      this.op(';') ||
      this.op('}') ||
      this.op('>') ||
      this.op('>>') ||
      this.op('|') ||
      this.peek().type === 'newline' ||
      this.peek().type === 'end';
    this.noGreater++;
    if (!ends()) {
      const back = this.at;
      // `print (a, b) > "x"` is a list in parentheses; `print (a)(b)` is an expression.
      if (this.op('(')) {
        this.at++;
        const before = this.noGreater;
        this.noGreater = 0;
        const list = this.list(')');
        this.noGreater = before;
        if (ends()) args = list;
        else this.at = back;
      }
      if (args.length === 0) {
        args.push(this.expr());
        while (this.op(',')) {
          this.at++;
          this.newlines();
          args.push(this.expr());
        }
      }
    }
    this.noGreater--;
    let out: Redirect | undefined;
    if (this.op('>') || this.op('>>') || this.op('|')) {
      const mode = this.next().text as Redirect['mode'];
      this.noGreater++;
      out = { mode, file: this.concatenation() };
      this.noGreater--;
    }
    return { k: 'print', args, format, out };
  }

  private list(end: string): Expr[] {
    const out: Expr[] = [];
    this.newlines();
    while (!this.op(end)) {
      out.push(this.expr());
      this.newlines();
      if (this.op(',')) {
        this.at++;
        this.newlines();
      } else if (!this.op(end)) throw this.error();
    }
    this.at++;
    return out;
  }

  private expr(): Expr {
    const left = this.ternary();
    const token = this.peek();
    if (token.type === 'op' && /^([-+*/%^]?=)$/.test(token.text)) {
      if (left.k !== 'var' && left.k !== 'index' && left.k !== 'field') throw this.error();
      this.at++;
      this.newlines();
      return { k: 'assign', op: token.text.slice(0, -1), to: left, value: this.expr() };
    }
    return left;
  }

  private ternary(): Expr {
    const test = this.or();
    if (!this.op('?')) return test;
    this.at++;
    this.newlines();
    const yes = this.expr();
    this.newlines();
    this.expect(':');
    this.newlines();
    return { k: 'cond', test, yes, no: this.expr() };
  }

  private or(): Expr {
    let left = this.and();
    while (this.op('||')) {
      this.at++;
      this.newlines();
      left = { k: 'binary', op: '||', left, right: this.and() };
    }
    return left;
  }

  private and(): Expr {
    let left = this.membership();
    while (this.op('&&')) {
      this.at++;
      this.newlines();
      left = { k: 'binary', op: '&&', left, right: this.membership() };
    }
    return left;
  }

  private membership(): Expr {
    let left = this.matching();
    while (this.noIn === 0 && this.word('in')) {
      this.at++;
      left = { k: 'in', keys: [left], array: this.next().text };
    }
    return left;
  }

  private matching(): Expr {
    let left = this.comparison();
    while (this.op('~') || this.op('!~')) {
      const negated = this.next().text === '!~';
      left = { k: 'match', negated, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): Expr {
    let left = this.concatenation();
    while (this.op('|') && this.peek(1).type === 'word' && this.peek(1).text === 'getline') {
      this.at += 2;
      const { type, text } = this.peek();
      const to = type === 'name' || (type === 'op' && text === '$') ? this.primary() : undefined;
      left = { k: 'getline', to, file: left, command: true };
    }
    const token = this.peek();
    if (token.type !== 'op' || !/^(<|<=|==|!=|>|>=)$/.test(token.text)) return left;
    if (token.text === '>' && this.noGreater > 0) return left;
    this.at++;
    return { k: 'binary', op: token.text, left, right: this.concatenation() };
  }

  private concatenation(): Expr {
    let left = this.additive();
    while (this.startsOperand()) left = { k: 'concat', left, right: this.additive() };
    return left;
  }

  private startsOperand(): boolean {
    const { type, text } = this.peek();
    if (type === 'num' || type === 'str' || type === 'name' || type === 'func' || type === 'regex') return true;
    return (
      type === 'op' &&
      ['$', '!', '(', '-', '+', '++', '--'].includes(text) &&
      text !== '!' &&
      !(text === '-' || text === '+')
    );
  }

  private additive(): Expr {
    let left = this.multiplicative();
    while (this.op('+') || this.op('-')) {
      const op = this.next().text;
      left = { k: 'binary', op, left, right: this.multiplicative() };
    }
    return left;
  }

  private multiplicative(): Expr {
    let left = this.unary();
    while (this.op('*') || this.op('/') || this.op('%')) {
      const op = this.next().text;
      left = { k: 'binary', op, left, right: this.unary() };
    }
    return left;
  }

  private unary(): Expr {
    const { type, text } = this.peek();
    if (type === 'op' && (text === '!' || text === '-' || text === '+')) {
      this.at++;
      return { k: 'unary', op: text, of: this.unary() };
    }
    return this.power();
  }

  private power(): Expr {
    const left = this.postfix();
    if (!this.op('^')) return left;
    this.at++;
    return { k: 'binary', op: '^', left, right: this.unary() };
  }

  private postfix(): Expr {
    const { type, text } = this.peek();
    if (type === 'op' && (text === '++' || text === '--')) {
      this.at++;
      return { k: 'step', op: text, prefix: true, of: this.primary() };
    }
    const of = this.primary();
    if ((of.k === 'var' || of.k === 'index' || of.k === 'field') && (this.op('++') || this.op('--')))
      return { k: 'step', op: this.next().text as '++' | '--', prefix: false, of };
    return of;
  }

  private primary(): Expr {
    const token = this.next();
    switch (token.type) {
      case 'num':
        return { k: 'num', value: Number(token.text) };
      case 'str':
        return { k: 'str', value: token.text };
      case 'regex':
        return { k: 'regex', source: token.text };
      case 'func': {
        this.expect('(');
        return { k: 'call', name: token.text, args: this.grouped(() => this.list(')')) };
      }
      case 'name':
        if (this.op('[')) {
          this.at++;
          return { k: 'index', name: token.text, keys: this.grouped(() => this.list(']')) };
        }
        return { k: 'var', name: token.text };
      case 'word':
        if (token.text === 'getline') return this.getline();
        break;
      case 'op':
        if (token.text === '$') {
          if (this.op('++') || this.op('--') || this.op('-')) return { k: 'field', of: this.unaryField() };
          return { k: 'field', of: this.primary() };
        }
        if (token.text === '(') {
          const first = this.grouped(() => this.list(')'));
          if (this.word('in') && first.length > 0) {
            this.at++;
            return { k: 'in', keys: first, array: this.next().text };
          }
          const [only] = first;
          if (only === undefined || first.length > 1) break;
          // Parentheses end what an operator outside could still take apart.
          return { k: 'cond', test: { k: 'num', value: 1 }, yes: only, no: only };
        }
        break;
      default:
    }
    this.at--;
    throw this.error();
  }

  private unaryField(): Expr {
    const { text } = this.next();
    if (text === '-') return { k: 'unary', op: '-', of: this.primary() };
    return { k: 'step', op: text as '++' | '--', prefix: true, of: this.primary() };
  }

  /** Inside brackets `>` and `in` mean what they mean everywhere. */
  private grouped<T>(read: () => T): T {
    const [greater, within] = [this.noGreater, this.noIn];
    this.noGreater = 0;
    this.noIn = 0;
    const result = read();
    this.noGreater = greater;
    this.noIn = within;
    return result;
  }

  private getline(): Expr {
    const { type, text } = this.peek();
    const to = type === 'name' || (type === 'op' && text === '$') ? this.primary() : undefined;
    if (!this.op('<')) return { k: 'getline', to, file: undefined };
    this.at++;
    return { k: 'getline', to, file: this.primary() };
  }
}
