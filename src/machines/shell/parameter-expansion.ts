import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { arithmetic, parseArithmetic } from './arithmetic-expansion.ts';
import { position } from './assignment.ts';
import { atFirstUse } from './at-first-use.ts';
import { expandPattern, expandText, fragmentsOf } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import { items } from './parameter.ts';
import { Pattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import type { Fragment } from './word.ts';

const transformations = atFirstUse(() => import('./transformation.ts'));

/** `${name}` in all its forms. @throws ExpansionError */
export function* parameterExpansion(shell: Shell, part: ParameterExpansionPart, quoted: boolean): Routine<Fragment[]> {
  const { operation } = part;
  let name = part.parameter;
  let index = part.index === undefined ? undefined : yield* expandText(shell, part.index);
  const every = index === '@' || index === '*';
  if (index !== undefined && !every && !shell.maps.has(shell.target(name)))
    index = String(yield* position(shell, index));
  if (operation?.type === 'Names') return items(namesWith(shell, name), operation.operator === '@', quoted, shell);
  if (part.prefix === '!' && every) return items(shell.keys(name), index === '@', quoted, shell);
  if (part.prefix === '!') {
    const target = shell.attributes.get(name)?.includes('n') === true ? undefined : shell.parameter(name, index);
    if (target === undefined) return [{ text: shell.target(name), quoted, split: !quoted }];
    const [, list = target, at] = /^(\w+)\[(.*)\]$/.exec(target) ?? [];
    name = list;
    index = at;
  }
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
      if (sign === '+') return missing ? one('') : yield* operand(shell, operation.operand, quoted);
      if (!missing)
        return list === undefined ? one(value ?? '') : items(list, name === '@' || index === '@', quoted, shell);
      if (sign === '?') {
        const words = yield* expandText(shell, operation.operand);
        throw new ExpansionError(
          `${name}: ${words === '' ? (operator === ':?' ? 'parameter null or not set' : 'parameter not set') : words}`,
          true,
        );
      }
      if (sign !== '=') return yield* operand(shell, operation.operand, quoted);
      const made = yield* expandText(shell, operation.operand);
      if (index === undefined) shell.assign(name, made);
      else shell.setItem(name, index, made);
      return one(made);
    }
    case 'Transform': {
      const letter = operation.operand.text;
      const { declaration, transformed } = yield* transformations();
      if (letter === 'A') return one(declaration(shell, shell.target(name))?.trimEnd() ?? '');
      if (list === undefined) return one(value === undefined ? '' : transformed(letter, value));
      return items(
        list.map((each) => transformed(letter, each)),
        name === '@' || index === '@',
        quoted,
        shell,
      );
    }
    case 'Unknown':
      if (!/^~~?$/.test(operation.operator)) throw new ExpansionError(`${part.text}: bad substitution`, true);
      return one((yield* transformations()).swapped(value ?? '', operation.operator.length === 2));
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

/** The word of `${v:-word}`: quotes in it protect it, and what is not quoted is split. */
function* operand(shell: Shell, word: Word, quoted: boolean): Routine<Fragment[]> {
  const fragments = yield* fragmentsOf(shell, word, quoted);
  return quoted ? fragments : fragments.map((each) => (each.quoted ? each : { ...each, split: true }));
}

/** A value with a prefix or suffix taken away, parts replaced, or its letters' case changed. */
function* changed(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: 'Remove' | 'Replace' | 'CaseModification' }>,
  value: string,
): Routine<string> {
  switch (operation.type) {
    case 'Remove': {
      const { operator } = operation;
      const pattern = yield* expandPattern(shell, operation.operand);
      return pattern.strip(value, operator.startsWith('#') ? 'front' : 'back', operator.length === 2);
    }
    case 'Replace': {
      const { operator } = operation;
      const found = yield* fragmentsOf(shell, operation.pattern, false);
      const pattern = new Pattern(found, shell.options.has('nocasematch'));
      if (found.every(({ text }) => text === '') && operator.length === 1) return value;
      // An unquoted & in the replacement is what matched (bash 5.2).
      const pieces = yield* fragmentsOf(shell, operation.replacement, false);
      const made = (found: string) =>
        pieces
          .map(({ text, quoted }) => (quoted ? text : text.replace(/\\(.)|&/gs, (_, char) => char ?? found)))
          .join('');
      const which = { '/': 'first', '//': 'all', '/#': 'front', '/%': 'back' } as const;
      return pattern.replace(value, which[operator], made);
    }
    case 'CaseModification': {
      const only = operation.operand === undefined ? undefined : yield* expandPattern(shell, operation.operand);
      const change = (each: string) =>
        only !== undefined && !only.test(each)
          ? each
          : operation.operator.startsWith('^')
            ? each.toUpperCase()
            : each.toLowerCase();
      const letters = [...value];
      return (
        operation.operator.length === 2 ? letters.map(change) : [change(letters[0] ?? ''), ...letters.slice(1)]
      ).join('');
    }
  }
}

/** Names of variables that begin so. */
function namesWith(shell: Shell, prefix: string): string[] {
  return [...new Set([...shell.variables.keys(), ...shell.arrays.keys(), ...shell.maps.keys()])]
    .filter((name) => name.startsWith(prefix))
    .sort();
}
