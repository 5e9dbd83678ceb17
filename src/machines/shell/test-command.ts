import type { TestExpression } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { FileError } from '../filesystem.ts';
import { expandPattern, expandText } from './expand.ts';
import type { Shell } from './shell.ts';

/** `[[ ... ]]` */
export function* evaluateTest(shell: Shell, expression: TestExpression): Routine<boolean> {
  switch (expression.type) {
    case 'TestGroup':
      return yield* evaluateTest(shell, expression.expression);
    case 'TestNot': {
      const inner = yield* evaluateTest(shell, expression.operand);
      return expression.negations.length % 2 === 1 ? !inner : inner;
    }
    case 'TestLogical': {
      for (const operand of expression.operands) {
        const holds = yield* evaluateTest(shell, operand);
        if (holds === (expression.operator === '||')) return holds;
      }
      return expression.operator === '&&';
    }
    case 'TestUnary':
      return unary(shell, expression.operator, yield* expandText(shell, expression.operand));
    case 'TestBinary': {
      const left = yield* expandText(shell, expression.left);
      if (expression.operator === '==' || expression.operator === '=')
        return (yield* expandPattern(shell, expression.right)).test(left);
      if (expression.operator === '!=') return !(yield* expandPattern(shell, expression.right)).test(left);
      const right = yield* expandText(shell, expression.right);
      if (expression.operator === '=~') {
        const match = new RegExp(right).exec(left.slice(0, 10_000));
        if (match !== null)
          shell.arrays.set(
            'BASH_REMATCH',
            [...match].map((each) => each ?? ''),
          );
        return match !== null;
      }
      return binary(expression.operator, left, right) ?? false;
    }
  }
}

/** A file or string test with one operand. */
export function unary(shell: Shell, operator: string, operand: string): boolean {
  if (operator === '-z') return operand === '';
  if (operator === '-n') return operand !== '';
  if (operator === '-v') return shell.variable(operand) !== undefined;
  if (operator === '-t') return shell.context.stdout.tty;
  const { fs, cwd } = shell.context;
  try {
    const path = fs.resolve(cwd, operand);
    const info = operator === '-L' || operator === '-h' ? fs.lstat(path) : fs.stat(path);
    switch (operator) {
      case '-e':
      case '-a':
        return true;
      case '-f':
        return info.type === 'file';
      case '-d':
        return info.type === 'directory';
      case '-L':
      case '-h':
        return info.type === 'symlink';
      case '-s':
        return info.size > 0;
      case '-x':
        return info.type === 'directory' || (info.mode & 0o111) !== 0;
      case '-r':
      case '-w':
        return true;
      default:
        return false;
    }
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** A comparison; undefined for an operator that does not exist. */
export function binary(operator: string, left: string, right: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-eq':
      return Number(left) === Number(right);
    case '-ne':
      return Number(left) !== Number(right);
    case '-lt':
      return Number(left) < Number(right);
    case '-le':
      return Number(left) <= Number(right);
    case '-gt':
      return Number(left) > Number(right);
    case '-ge':
      return Number(left) >= Number(right);
    default:
      return undefined;
  }
}
