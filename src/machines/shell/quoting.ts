const ANSI: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\x1b': '\\E',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

const CONTROL = /[\0-\x1f\x7f]/;

function ansi(text: string): string {
  return `$'${[...text]
    .map((char) => ANSI[char] ?? (CONTROL.test(char) ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char))
    .join('')}'`;
}

/** A value in single quotes, or in `$'...'` when it has control characters: `${v@Q}`. */
export function quoted(text: string): string {
  return CONTROL.test(text) ? ansi(text) : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word as `set -x` and `set` print it: quoted only where it must be. */
export function quotedIfNeeded(text: string): string {
  return /^[\w@%+:,./=^~{}-]+$/.test(text) && !/^~|[{}]/.test(text) ? text : quoted(text);
}

/** A word with backslashes: `printf %q`. */
export function backslashed(text: string): string {
  if (text === '') return "''";
  if (CONTROL.test(text)) return ansi(text);
  return text.replace(/[^\w@%+=:./\u0080-\u{10ffff}-]/gu, '\\$&');
}

/** A value in double quotes, as `declare -p` prints it. */
export function doubleQuoted(text: string): string {
  return CONTROL.test(text) ? ansi(text) : `"${text.replace(/["$`\\]/g, '\\$&')}"`;
}
