import { parse } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import { expandParts } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import type { Shell } from './shell.ts';
import { capture } from './subshell.ts';

type Arithmetic = Parameters<typeof evaluateArithmetic>[0];

/** The expression with its command substitutions run: evaluation itself never waits. */
export function* substituted(shell: Shell, expression: Arithmetic): Routine<Arithmetic> {
  if (expression === undefined) return undefined;
  switch (expression.type) {
    case 'ArithmeticGroup':
      return { ...expression, expression: (yield* substituted(shell, expression.expression)) ?? expression.expression };
    case 'ArithmeticBinary':
      return {
        ...expression,
        left: (yield* substituted(shell, expression.left)) ?? expression.left,
        right: (yield* substituted(shell, expression.right)) ?? expression.right,
      };
    case 'ArithmeticTernary':
      return {
        ...expression,
        test: (yield* substituted(shell, expression.test)) ?? expression.test,
        consequent: (yield* substituted(shell, expression.consequent)) ?? expression.consequent,
        alternate: (yield* substituted(shell, expression.alternate)) ?? expression.alternate,
      };
    case 'ArithmeticUnary':
      return { ...expression, operand: (yield* substituted(shell, expression.operand)) ?? expression.operand };
    case 'ArithmeticCommandExpansion': {
      const value = expression.script === undefined ? '' : yield* capture(shell, expression.script);
      return { type: 'ArithmeticWord', pos: expression.pos, end: expression.end, value: value.trim() };
    }
    case 'ArithmeticWord': {
      if (expression.parts?.some((part) => part.type === 'CommandExpansion') !== true) return expression;
      const { parts: _, ...rest } = expression;
      return { ...rest, value: (yield* expandParts(shell, expression.parts)).trim() };
    }
    default:
      return expression;
  }
}

/** An arithmetic expression, parsed; undefined when it is not one. */
export function parseArithmetic(text: string): Arithmetic {
  const script = parse(`((${text}))`);
  const node = script.commands[0]?.command;
  return (script.errors ?? []).length === 0 && node?.type === 'ArithmeticCommand' ? node.expression : undefined;
}

/** Evaluates an arithmetic expression with the shell's variables, in 64 bits. @throws ExpansionError */
export function arithmetic(shell: Shell, expression: Arithmetic, text: string): bigint {
  const item = (name: string): readonly [string, string] | undefined => {
    const match = /^(\w+)\[(.*)\]$/s.exec(name);
    if (match === null) return undefined;
    const [, list = '', index = ''] = match;
    return [list, shell.maps.has(list) ? index : String(arithmetic(shell, parseArithmetic(index), index))];
  };
  try {
    return evaluateArithmetic(expression, {
      get: (name) => {
        const found = item(name);
        const value = found === undefined ? shell.variable(name) : shell.parameter(...found);
        if (value === undefined && shell.options.has('nounset'))
          throw new ExpansionError(`${name}: unbound variable`, true);
        return value ?? '';
      },
      set: (name, value) => {
        const found = item(name);
        if (found === undefined) shell.assign(name, value);
        else shell.setItem(...found, value);
      },
      parse: parseArithmetic,
      word: (each) => {
        if (each.type !== 'ArithmeticWord') return '';
        if (each.parts === undefined)
          return /^\$(\w+|[@*#?$!-])$/.test(each.value) ? (shell.parameter(each.value.slice(1)) ?? '') : each.value;
        return each.parts
          .map((part) =>
            part.type === 'SimpleExpansion'
              ? (shell.parameter(part.text.slice(1)) ?? '')
              : part.type === 'ParameterExpansion'
                ? part.prefix === '#'
                  ? String((shell.parameter(part.parameter) ?? '').length)
                  : (shell.parameter(part.parameter) ?? '')
                : part.type === 'ArithmeticExpansion'
                  ? String(arithmetic(shell, part.expression, part.text))
                  : 'value' in part
                    ? String(part.value)
                    : part.text,
          )
          .join('');
      },
    });
  } catch (error) {
    if (error instanceof ArithmeticError)
      throw new ExpansionError(`${text.replace(/^\$\(\(|\)\)$/g, '')}: ${error.message}`, true);
    throw error;
  }
}
