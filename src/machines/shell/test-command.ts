import type { TestExpression } from 'unbash';
import { outside, type Routine } from '../../sim/routine.ts';
import { arithmetic, parseArithmetic } from './arithmetic-expansion.ts';
import { binary, newer, unary } from './conditions.ts';
import { expandExpression, expandPattern, expandText } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
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
        const match = yield* matched(yield* expandExpression(shell, expression.right), left, shell);
        shell.arrays.set('BASH_REMATCH', match ?? []);
        return match !== undefined;
      }
      if (/^-(nt|ot|ef)$/.test(expression.operator)) return newer(shell, expression.operator, left, right);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(expression.operator)) {
        const number = (text: string) => String(arithmetic(shell, parseArithmetic(text), text));
        return binary(expression.operator, number(left), number(right)) ?? false;
      }
      return binary(expression.operator, left, right) ?? false;
    }
  }
}

/** What an extended regular expression finds, groups behind it, in linear time; undefined when it finds nothing. */
function* matched(pattern: string, text: string, shell: Shell): Routine<string[] | undefined> {
  const { RE2JS } = yield* outside(() => import('re2js'));
  try {
    const matcher = RE2JS.compile(pattern, shell.options.has('nocasematch') ? RE2JS.CASE_INSENSITIVE : 0).matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '');
  } catch {
    throw new ExpansionError(`[[: ${pattern}: invalid regular expression`, false, 2);
  }
}
