import type { ArithmeticExpression } from 'unbash';

export class ArithmeticError extends Error {}

/** The variables an expression reads and writes. */
export interface Numbers {
  get(name: string): string;
  set(name: string, value: number): void;
  /** The value of a word with expansions in it. */
  word(expression: ArithmeticExpression): string;
}

/** Evaluates `$(( ))` in 64-bit integers as far as a double holds them. @throws ArithmeticError in bash's words */
export function evaluateArithmetic(expression: ArithmeticExpression | undefined, numbers: Numbers, depth = 0): number {
  if (expression === undefined) return 0;
  if (depth > 100) throw new ArithmeticError('expression recursion level exceeded');
  const value = (each: ArithmeticExpression) => evaluateArithmetic(each, numbers, depth + 1);
  switch (expression.type) {
    case 'ArithmeticGroup':
      return value(expression.expression);
    case 'ArithmeticTernary':
      return value(expression.test) !== 0 ? value(expression.consequent) : value(expression.alternate);
    case 'ArithmeticUnary': {
      if (expression.operator === '++' || expression.operator === '--') {
        const name = expression.operand.type === 'ArithmeticWord' ? expression.operand.value : '';
        const before = value(expression.operand);
        const after = before + (expression.operator === '++' ? 1 : -1);
        numbers.set(name, after);
        return expression.prefix ? after : before;
      }
      const operand = value(expression.operand);
      return expression.operator === '-'
        ? -operand
        : expression.operator === '!'
          ? Number(operand === 0)
          : expression.operator === '~'
            ? ~operand
            : operand;
    }
    case 'ArithmeticBinary':
      return binary(expression.operator, expression.left, expression.right, numbers, depth);
    default: {
      const text = numbers.word(expression).trim();
      return number(text, numbers, depth);
    }
  }
}

function number(text: string, numbers: Numbers, depth: number): number {
  if (text === '') return 0;
  if (/^-?\d+$/.test(text))
    return text.length > 1 && text.startsWith('0') ? Number.parseInt(text, 8) || 0 : Number(text);
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  const based = /^(\d+)#(\w+)$/.exec(text);
  if (based !== null) return Number.parseInt(based[2] ?? '0', Number(based[1]));
  if (/^[A-Za-z_]\w*$/.test(text)) {
    if (depth > 50) throw new ArithmeticError(`${text}: expression recursion level exceeded`);
    return number(numbers.get(text).trim(), numbers, depth + 1);
  }
  throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${text}")`);
}

function binary(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  numbers: Numbers,
  depth: number,
): number {
  const value = (each: ArithmeticExpression) => evaluateArithmetic(each, numbers, depth + 1);
  if (operator === '&&') return Number(value(left) !== 0 && value(right) !== 0);
  if (operator === '||') return Number(value(left) !== 0 || value(right) !== 0);
  const assigned = /^(\*|\/|%|\+|-|<<|>>|&|\^|\|)?=$/.exec(operator);
  if (assigned !== null && operator !== '==') {
    const name = left.type === 'ArithmeticWord' ? left.value : '';
    const made = assigned[1] === undefined ? value(right) : compute(assigned[1], value(left), value(right));
    numbers.set(name, made);
    return made;
  }
  return compute(operator, value(left), value(right));
}

function compute(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0) throw new ArithmeticError('division by 0 (error token is "0")');
      return operator === '/' ? Math.trunc(a / b) : a % b;
    case '**':
      return a ** b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case ',':
      return b;
    default:
      throw new ArithmeticError(`syntax error: invalid arithmetic operator (error token is "${operator}")`);
  }
}
