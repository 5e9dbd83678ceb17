const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Backslash escapes as echo -e and printf's format know them; `stop` after \c. */
export function unescapeText(text: string): { text: string; stop: boolean } {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== '\\') {
      out += char;
      continue;
    }
    const next = text.charAt(++i);
    if (next === 'c') return { text: out, stop: true };
    const octal = /^0?[0-7]{1,3}/.exec(text.slice(i))?.[0];
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(i));
    const unicode = /^u([0-9a-fA-F]{1,4})/.exec(text.slice(i));
    if (octal !== undefined && octal !== '') {
      out += String.fromCharCode(Number.parseInt(octal, 8));
      i += octal.length - 1;
    } else if (hex !== null) {
      out += String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16));
      i += hex[0].length - 1;
    } else if (unicode !== null) {
      out += String.fromCodePoint(Number.parseInt(unicode[1] ?? '0', 16));
      i += unicode[0].length - 1;
    } else out += ESCAPES[next] ?? `\\${next}`;
  }
  return { text: out, stop: false };
}
