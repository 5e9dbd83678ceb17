import { ExpressionParser } from './expressions.ts';
import type { AwkProgram, Expr, Func, Redirect, Rule, Stmt } from './syntax.ts';
import { tokenize } from './tokens.ts';

/** Reads a program. @throws AwkSyntaxError */
export function parseAwk(text: string): AwkProgram {
  return new Parser(tokenize(text)).program();
}

/** Reads rules, functions and statements. */
class Parser extends ExpressionParser {
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
}
