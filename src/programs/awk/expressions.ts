import { AwkSyntaxError, type Expr } from './syntax.ts';
import type { Token } from './tokens.ts';

/** Reads expressions, from the loosest binding to the tightest. */
export class ExpressionParser {
  protected at = 0;
  /** Inside print's list `>` is a redirection, inside for's head `in` belongs to the loop. */
  protected noGreater = 0;
  protected noIn = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  protected peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { type: 'end', text: 'end of file', line: 0 };
  }

  protected next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  protected op(text: string): boolean {
    return this.peek().type === 'op' && this.peek().text === text;
  }

  protected word(text: string): boolean {
    return this.peek().type === 'word' && this.peek().text === text;
  }

  protected expect(text: string): void {
    if (!this.op(text)) throw this.error();
    this.at++;
  }

  protected error(): AwkSyntaxError {
    const { line, text, type } = this.peek();
    return new AwkSyntaxError(line, type === 'newline' ? 'end of line' : text);
  }

  protected newlines(): void {
    while (this.peek().type === 'newline') this.at++;
  }

  /** Ends of lines and semicolons. */
  protected skip(): void {
    while (this.peek().type === 'newline' || this.op(';')) this.at++;
  }

  protected list(end: string): Expr[] {
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

  protected expr(): Expr {
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

  protected ternary(): Expr {
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

  protected or(): Expr {
    let left = this.and();
    while (this.op('||')) {
      this.at++;
      this.newlines();
      left = { k: 'binary', op: '||', left, right: this.and() };
    }
    return left;
  }

  protected and(): Expr {
    let left = this.membership();
    while (this.op('&&')) {
      this.at++;
      this.newlines();
      left = { k: 'binary', op: '&&', left, right: this.membership() };
    }
    return left;
  }

  protected membership(): Expr {
    let left = this.matching();
    while (this.noIn === 0 && this.word('in')) {
      this.at++;
      left = { k: 'in', keys: [left], array: this.next().text };
    }
    return left;
  }

  protected matching(): Expr {
    let left = this.comparison();
    while (this.op('~') || this.op('!~')) {
      const negated = this.next().text === '!~';
      left = { k: 'match', negated, left, right: this.comparison() };
    }
    return left;
  }

  protected comparison(): Expr {
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

  protected concatenation(): Expr {
    let left = this.additive();
    while (this.startsOperand()) left = { k: 'concat', left, right: this.additive() };
    return left;
  }

  protected startsOperand(): boolean {
    const { type, text } = this.peek();
    if (type === 'num' || type === 'str' || type === 'name' || type === 'func' || type === 'regex') return true;
    return (
      type === 'op' &&
      ['$', '!', '(', '-', '+', '++', '--'].includes(text) &&
      text !== '!' &&
      !(text === '-' || text === '+')
    );
  }

  protected additive(): Expr {
    let left = this.multiplicative();
    while (this.op('+') || this.op('-')) {
      const op = this.next().text;
      left = { k: 'binary', op, left, right: this.multiplicative() };
    }
    return left;
  }

  protected multiplicative(): Expr {
    let left = this.unary();
    while (this.op('*') || this.op('/') || this.op('%')) {
      const op = this.next().text;
      left = { k: 'binary', op, left, right: this.unary() };
    }
    return left;
  }

  protected unary(): Expr {
    const { type, text } = this.peek();
    if (type === 'op' && (text === '!' || text === '-' || text === '+')) {
      this.at++;
      return { k: 'unary', op: text, of: this.unary() };
    }
    return this.power();
  }

  protected power(): Expr {
    const left = this.postfix();
    if (!this.op('^')) return left;
    this.at++;
    return { k: 'binary', op: '^', left, right: this.unary() };
  }

  protected postfix(): Expr {
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

  protected primary(): Expr {
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

  protected unaryField(): Expr {
    const { text } = this.next();
    if (text === '-') return { k: 'unary', op: '-', of: this.primary() };
    return { k: 'step', op: text as '++' | '--', prefix: true, of: this.primary() };
  }

  /** Inside brackets `>` and `in` mean what they mean everywhere. */
  protected grouped<T>(read: () => T): T {
    const [greater, within] = [this.noGreater, this.noIn];
    this.noGreater = 0;
    this.noIn = 0;
    const result = read();
    this.noGreater = greater;
    this.noIn = within;
    return result;
  }

  protected getline(): Expr {
    const { type, text } = this.peek();
    const to = type === 'name' || (type === 'op' && text === '$') ? this.primary() : undefined;
    if (!this.op('<')) return { k: 'getline', to, file: undefined };
    this.at++;
    return { k: 'getline', to, file: this.primary() };
  }
}
