import type { ArithmeticExpression } from 'unbash';

/** What is wrong with an expression, in bash's words without the expression itself. */
export class ArithmeticError extends Error {}

/** The variables an expression reads and writes. */
export interface Numbers {
  get(name: string): string;
  set(name: string, value: string): void;
  /** Parses the value of a variable that is an expression itself. */
  parse(text: string): ArithmeticExpression | undefined;
  /** The text of a word, its expansions done. */
  word(expression: ArithmeticExpression): string;
}

const DEPTH_LIMIT = 100;

/** Evaluates an expression in 64-bit integers that wrap around. @throws ArithmeticError */
export function evaluateArithmetic(expression: ArithmeticExpression | undefined, numbers: Numbers, depth = 0): bigint {
  if (expression === undefined) return 0n;
  if (depth > DEPTH_LIMIT) throw new ArithmeticError('expression recursion level exceeded');
  const value = (each: ArithmeticExpression) => evaluateArithmetic(each, numbers, depth + 1);
  switch (expression.type) {
    case 'ArithmeticGroup':
      return value(expression.expression);
    case 'ArithmeticTernary':
      return value(expression.test) !== 0n ? value(expression.consequent) : value(expression.alternate);
    case 'ArithmeticUnary': {
      if (expression.operator === '++' || expression.operator === '--') {
        const name = target(expression.operand);
        const before = value(expression.operand);
        const after = wrap(before + (expression.operator === '++' ? 1n : -1n));
        numbers.set(name, String(after));
        return expression.prefix ? after : before;
      }
      const operand = value(expression.operand);
      return expression.operator === '-'
        ? wrap(-operand)
        : expression.operator === '!'
          ? flag(operand === 0n)
          : expression.operator === '~'
            ? ~operand
            : operand;
    }
    case 'ArithmeticBinary':
      return binary(expression.operator, expression.left, expression.right, numbers, depth);
    default:
      return number(numbers.word(expression).trim(), numbers, depth);
  }
}

function target(expression: ArithmeticExpression): string {
  const name = expression.type === 'ArithmeticWord' ? expression.value : '';
  if (!/^[A-Za-z_]\w*(\[.*\])?$/.test(name)) throw new ArithmeticError('attempted assignment to non-variable');
  return name;
}

function number(text: string, numbers: Numbers, depth: number): bigint {
  if (text === '') return 0n;
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  let value: bigint | undefined;
  if (/^0[0-9]+$/.test(digits)) {
    if (/[89]/.test(digits)) throw new ArithmeticError(`value too great for base (error token is "${digits}")`);
    value = BigInt(`0o${digits.slice(1)}`);
  } else if (/^\d+$/.test(digits) || /^0[xX][0-9a-fA-F]+$/.test(digits)) value = BigInt(digits);
  else {
    const based = /^(\d+)#([0-9A-Za-z@_]+)$/.exec(digits);
    if (based !== null) value = inBase(based[2] ?? '', Number(based[1]), digits);
  }
  if (value !== undefined) return wrap(negative ? -value : value);
  if (/^[A-Za-z_]\w*(\[[^\]]*\])?$/.test(text)) {
    if (depth > DEPTH_LIMIT) throw new ArithmeticError('expression recursion level exceeded');
    return number(numbers.get(text).trim(), numbers, depth + 1);
  }
  const inner = numbers.parse(text);
  const second = /^\w+\s+(\S.*)$/s.exec(text)?.[1];
  if (second !== undefined && (inner === undefined || inner.type === 'ArithmeticWord'))
    throw new ArithmeticError(`syntax error in expression (error token is "${second}")`);
  if (inner === undefined || inner.type === 'ArithmeticWord')
    throw new ArithmeticError(
      /^\d/.test(text)
        ? `value too great for base (error token is "${text}")`
        : `syntax error: operand expected (error token is "${text}")`,
    );
  return evaluateArithmetic(inner, numbers, depth + 1);
}

function inBase(digits: string, base: number, whole: string): bigint {
  let value = 0n;
  for (const char of digits) {
    const at = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'.indexOf(
      base <= 36 ? char.toLowerCase() : char,
    );
    if (at >= base) throw new ArithmeticError(`value too great for base (error token is "${whole}")`);
    value = value * BigInt(base) + BigInt(at);
  }
  return value;
}

function binary(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  numbers: Numbers,
  depth: number,
): bigint {
  const value = (each: ArithmeticExpression) => evaluateArithmetic(each, numbers, depth + 1);
  for (const side of [left, right])
    if (side.type === 'ArithmeticWord' && side.value === '')
      throw new ArithmeticError(`syntax error: operand expected (error token is "${operator}")`);
  if (operator === '&&') return flag(value(left) !== 0n && value(right) !== 0n);
  if (operator === '||') return flag(value(left) !== 0n || value(right) !== 0n);
  const assigned = /^(\*|\/|%|\+|-|<<|>>|&|\^|\|)?=$/.exec(operator);
  if (assigned !== null) {
    const name = target(left);
    const made = assigned[1] === undefined ? value(right) : compute(assigned[1], value(left), value(right), right);
    numbers.set(name, String(made));
    return made;
  }
  return compute(operator, value(left), value(right), right);
}

function compute(operator: string, a: bigint, b: bigint, right: ArithmeticExpression): bigint {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '/':
    case '%':
      if (b === 0n)
        throw new ArithmeticError(
          `division by 0 (error token is "${right.type === 'ArithmeticWord' ? right.value : '0'}")`,
        );
      return wrap(operator === '/' ? a / b : a % b);
    case '**':
      if (b < 0n) throw new ArithmeticError('exponent less than 0 (error token is "")');
      return power(a, b);
    case '<<':
      return wrap(a << (b & 63n));
    case '>>':
      return a >> (b & 63n);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<':
      return flag(a < b);
    case '>':
      return flag(a > b);
    case '<=':
      return flag(a <= b);
    case '>=':
      return flag(a >= b);
    case '==':
      return flag(a === b);
    case '!=':
      return flag(a !== b);
    case ',':
      return b;
    default:
      throw new ArithmeticError(`syntax error: invalid arithmetic operator (error token is "${operator}")`);
  }
}

/** By squaring, so that a huge exponent costs no more than its bits. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = wrap(result * factor);
    factor = wrap(factor * factor);
  }
  return result;
}

function flag(holds: boolean): bigint {
  return holds ? 1n : 0n;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}
