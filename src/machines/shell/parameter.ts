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

/** The items of a list: fields of their own, or joined by the first letter of IFS. */
export function items(values: readonly string[], separate: boolean, quoted: boolean, shell: Shell): Fragment[] {
  if (quoted && !separate)
    return [{ text: values.join((shell.variable('IFS') ?? ' ').charAt(0)), quoted: true, split: false }];
  // "$@" of nothing is no word at all, not even an empty one.
  if (values.length === 0) return [{ text: '', quoted: false, split: false, nothing: true }];
  return values.map((text, index) => ({ text, quoted, split: !quoted, breakAfter: index < values.length - 1 }));
}
