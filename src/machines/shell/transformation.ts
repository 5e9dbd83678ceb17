import { unescapeText } from './escapes.ts';
import { doubleQuoted, quoted } from './quoting.ts';
import type { Shell } from './shell.ts';

/** A variable as `declare -p` prints it; undefined when there is none. */
export function declaration(shell: Shell, name: string): string | undefined {
  const list = shell.arrays.get(name);
  const map = shell.maps.get(name);
  const value = shell.variables.get(name);
  const attributes = shell.attributes.get(name) ?? '';
  if (list === undefined && map === undefined && value === undefined && attributes === '' && !shell.exported.has(name))
    return undefined;
  const letters = [
    list === undefined ? '' : 'a',
    map === undefined ? '' : 'A',
    attributes.includes('i') ? 'i' : '',
    attributes.includes('l') ? 'l' : '',
    attributes.includes('n') ? 'n' : '',
    shell.readonlys.has(name) ? 'r' : '',
    attributes.includes('u') ? 'u' : '',
    shell.exported.has(name) ? 'x' : '',
  ].join('');
  const items = (entries: Iterable<[string, string]>) =>
    [...entries].map(([key, item]) => `[${key}]=${doubleQuoted(item)}`).join(' ');
  const shown =
    map !== undefined
      ? `=(${[...map].map(([key, item]) => `[${key}]=${doubleQuoted(item)} `).join('')})`
      : list !== undefined
        ? `=(${items(Object.entries(list))})`
        : value === undefined
          ? ''
          : `=${doubleQuoted(value)}`;
  return `declare -${letters === '' ? '-' : letters} ${name}${shown}\n`;
}

/** `${v@Q}` and its kin. */
export function transformed(letter: string, text: string): string {
  switch (letter) {
    case 'Q':
      return quoted(text);
    case 'U':
      return text.toUpperCase();
    case 'L':
      return text.toLowerCase();
    case 'u':
      return text.charAt(0).toUpperCase() + text.slice(1);
    case 'E':
      return unescapeText(text).text;
    default:
      return text;
  }
}

/** A text with the case of its first letter, or of all, turned round. */
export function swapped(text: string, all: boolean): string {
  return [...text]
    .map((char, at) => (!all && at > 0 ? char : char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))
    .join('');
}
