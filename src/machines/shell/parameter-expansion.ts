import type { ParameterExpansionPart, ParameterOperation } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { arithmetic, parseArithmetic } from './arithmetic-expansion.ts';
import { expandPattern, expandText, fragmentsOf } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import type { Shell } from './shell.ts';
import type { Fragment } from './word.ts';

/** `$name` and `$1`. @throws ExpansionError when it is unset under `set -u` */
export function parameter(shell: Shell, name: string, quoted: boolean): Fragment[] {
  if (name === '@' || name === '*') return items(shell.positional, name === '@', quoted, shell);
  const value = shell.parameter(name);
  if (value === undefined && shell.options.has('nounset') && !'@*#?$!0'.includes(name))
    throw new ExpansionError(`${name}: unbound variable`, true);
  return [{ text: value ?? '', quoted, split: !quoted }];
}

function items(values: readonly string[], separate: boolean, quoted: boolean, shell: Shell): Fragment[] {
  if (quoted && !separate)
    return [{ text: values.join((shell.variable('IFS') ?? ' ').charAt(0)), quoted: true, split: false }];
  return values.map((text, index) => ({ text, quoted, split: !quoted, breakAfter: index < values.length - 1 }));
}

/** `${name}` in all its forms. @throws ExpansionError */
export function* parameterExpansion(shell: Shell, part: ParameterExpansionPart, quoted: boolean): Routine<Fragment[]> {
  const { operation } = part;
  let name = part.parameter;
  const index = part.index === undefined ? undefined : yield* expandText(shell, part.index);
  if (part.prefix === '!' && (index === '@' || index === '*'))
    return items(shell.keys(name), index === '@', quoted, shell);
  if (part.prefix === '!') name = shell.parameter(name) ?? '';
  const list =
    name === '@' || name === '*' ? shell.positional : index === '@' || index === '*' ? shell.array(name) : undefined;
  if (part.prefix === '#')
    return [
      {
        text: String(list === undefined ? [...(shell.parameter(name, index) ?? '')].length : list.length),
        quoted,
        split: false,
      },
    ];
  const one = (text: string): Fragment[] => [{ text, quoted, split: !quoted }];
  if (list !== undefined && operation === undefined) return items(list, name === '@' || index === '@', quoted, shell);
  const value = list === undefined ? shell.parameter(name, index) : list.join(' ');
  if (operation === undefined) {
    if (value === undefined && shell.options.has('nounset'))
      throw new ExpansionError(`${name}: unbound variable`, true);
    return one(value ?? '');
  }
  switch (operation.type) {
    case 'Default': {
      const { operator } = operation;
      const missing = value === undefined || (operator.startsWith(':') && value === '');
      const sign = operator.at(-1);
      if (sign === '+') return missing ? one('') : yield* fragmentsOf(shell, operation.operand, quoted);
      if (!missing) return one(value ?? '');
      if (sign === '?') {
        const words = yield* expandText(shell, operation.operand);
        throw new ExpansionError(
          `${name}: ${words === '' ? (operator === ':?' ? 'parameter null or not set' : 'parameter not set') : words}`,
          true,
        );
      }
      const made = yield* expandText(shell, operation.operand);
      if (sign === '=') shell.assign(name, made);
      return one(made);
    }
    case 'Remove':
    case 'Replace':
    case 'CaseModification': {
      if (list === undefined) return one(yield* changed(shell, operation, value ?? ''));
      const made: string[] = [];
      for (const each of list) made.push(yield* changed(shell, operation, each));
      return items(made, name === '@' || index === '@', quoted, shell);
    }
    case 'Slice': {
      const text =
        list === undefined ? [...(value ?? '')] : name === '@' || name === '*' ? [shell.name, ...list] : list;
      const shown = (piece: readonly string[]) =>
        list === undefined ? one(piece.join('')) : items(piece, name === '@' || index === '@', quoted, shell);
      const number = (raw: string) => Number(arithmetic(shell, parseArithmetic(raw), raw));
      const offset = number(yield* expandText(shell, operation.offset));
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      if (operation.length === undefined) return shown(text.slice(from));
      const length = number(yield* expandText(shell, operation.length));
      return shown(length < 0 ? text.slice(from, text.length + length) : text.slice(from, from + length));
    }
    default:
      throw new ExpansionError(`${part.text}: bad substitution`);
  }
}

/** A value with a prefix or suffix taken away, parts replaced, or its letters' case changed. */
function* changed(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: 'Remove' | 'Replace' | 'CaseModification' }>,
  value: string,
): Routine<string> {
  switch (operation.type) {
    case 'Remove': {
      const pattern = yield* expandPattern(shell, operation.operand);
      return strip(value, pattern, operation.operator);
    }
    case 'Replace': {
      const pattern = (yield* expandPattern(shell, operation.pattern)).source.slice(1, -1);
      const made = (yield* expandText(shell, operation.replacement)).replaceAll('$', '$$$$');
      const greedy = pattern.replaceAll('[^]*?', '[^]*');
      const source =
        operation.operator === '/#' ? `^(?:${greedy})` : operation.operator === '/%' ? `(?:${greedy})$` : greedy;
      return greedy === '' ? value : value.replace(new RegExp(source, operation.operator === '//' ? 'gu' : 'u'), made);
    }
    case 'CaseModification': {
      const text = value;
      const all = operation.operator.length === 2;
      const change = (each: string) => (operation.operator.startsWith('^') ? each.toUpperCase() : each.toLowerCase());
      return all ? change(text) : change(text.charAt(0)) + text.slice(1);
    }
  }
}

function strip(text: string, pattern: RegExp, operator: string): string {
  const front = operator.startsWith('#');
  const longest = operator.length === 2;
  const lengths = Array.from({ length: text.length + 1 }, (_, index) => index);
  if (longest) lengths.reverse();
  for (const length of lengths) {
    const piece = front ? text.slice(0, length) : text.slice(text.length - length);
    if (pattern.test(piece)) return front ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}
