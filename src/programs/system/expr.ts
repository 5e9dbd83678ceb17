import type { Program } from '../../machines/process.ts';
import { compileRegex, RegexError } from '../text/regex.ts';

/** A fault of expr: its words, and the exit status. */
class ExprFault extends Error {}

const INTEGER = /^-?\d+$/;

class Evaluation {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  whole(): string {
    const value = this.level(0);
    const rest = this.tokens[this.at];
    if (rest !== undefined) throw new ExprFault(`syntax error: unexpected argument ‘${rest}’`);
    return value;
  }

  private static readonly LEVELS: readonly (readonly string[])[] = [
    ['|'],
    ['&'],
    ['<', '<=', '=', '==', '!=', '>=', '>'],
    ['+', '-'],
    ['*', '/', '%'],
    [':'],
  ];

  private level(depth: number): string {
    const operators = Evaluation.LEVELS[depth];
    if (operators === undefined) return this.primary();
    let left = this.level(depth + 1);
    for (
      let operator = this.tokens[this.at];
      operator !== undefined && operators.includes(operator);
      operator = this.tokens[this.at]
    ) {
      this.at++;
      left = apply(operator, left, this.level(depth + 1));
    }
    return left;
  }

  private next(): string {
    const token = this.tokens[this.at];
    if (token === undefined)
      throw new ExprFault(`syntax error: missing argument after ‘${this.tokens[this.at - 1] ?? ''}’`);
    this.at++;
    return token;
  }

  private primary(): string {
    const token = this.next();
    if (token === '(') {
      const value = this.level(0);
      const closing = this.tokens[this.at];
      if (closing !== ')')
        throw new ExprFault(
          closing === undefined
            ? `syntax error: expecting ')' after ‘${this.tokens[this.at - 1] ?? ''}’`
            : `syntax error: expecting ')' instead of ‘${closing}’`,
        );
      this.at++;
      return value;
    }
    const more = this.at < this.tokens.length;
    if (token === '+' && more) return this.next();
    if (token === 'length' && more) return String([...this.primary()].length);
    if (token === 'match' && more) return match(this.primary(), this.primary());
    if (token === 'index' && more) {
      const [text, chars] = [[...this.primary()], this.primary()];
      return String(text.findIndex((char) => chars.includes(char)) + 1);
    }
    if (token === 'substr' && more) {
      const [text, from, length] = [[...this.primary()], Number(this.primary()), Number(this.primary())];
      return from >= 1 && length >= 1 ? text.slice(from - 1, from - 1 + length).join('') : '';
    }
    return token;
  }
}

function match(text: string, pattern: string): string {
  try {
    const found = compileRegex(`^${pattern.replace(/^\^/, '')}`, 'basic').find(text);
    const groups = /\\\(/.test(pattern);
    if (found === undefined) return groups ? '' : '0';
    return groups ? (found.groups[1] ?? '') : String([...(found.groups[0] ?? '')].length);
  } catch (error) {
    if (error instanceof RegexError) throw new ExprFault(error.message);
    throw error;
  }
}

function truth(value: string): boolean {
  return value !== '' && !/^-?0+$/.test(value);
}

function apply(operator: string, a: string, b: string): string {
  switch (operator) {
    case '|':
      return truth(a) ? a : truth(b) ? b : '0';
    case '&':
      return truth(a) && truth(b) ? a : '0';
    case ':':
      return match(a, b);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      if (!INTEGER.test(a) || !INTEGER.test(b)) throw new ExprFault('non-integer argument');
      const [x, y] = [BigInt(a), BigInt(b)];
      if ((operator === '/' || operator === '%') && y === 0n) throw new ExprFault('division by zero');
      const value =
        operator === '+'
          ? x + y
          : operator === '-'
            ? x - y
            : operator === '*'
              ? x * y
              : operator === '/'
                ? x / y
                : x % y;
      return String(value);
    }
    default: {
      const numbers = INTEGER.test(a) && INTEGER.test(b);
      const order = numbers ? Number(BigInt(a) - BigInt(b)) : a < b ? -1 : Number(a > b);
      const holds =
        { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0, '!=': order !== 0 }[operator] ??
        order === 0;
      return holds ? '1' : '0';
    }
  }
}

export const expr: Program = {
  name: 'expr',
  summary: 'evaluate expressions',
  *run(context) {
    const args = context.argv.slice(1);
    if (args.length === 0) {
      yield* context.stderr.write("expr: missing operand\nTry 'expr --help' for more information.\n");
      return 2;
    }
    try {
      const value = new Evaluation(args).whole();
      yield* context.stdout.write(`${value}\n`);
      return truth(value) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ExprFault)) throw error;
      yield* context.stderr.write(`expr: ${error.message}\n`);
      return 2;
    }
  },
};
