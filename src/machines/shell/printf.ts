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

/** printf(1): the format is used again as long as arguments are left. */
export function formatPrintf(format: string, args: readonly string[]): { text: string; errors: string[] } {
  const errors: string[] = [];
  let out = '';
  let at = 0;
  do {
    const before = at;
    let i = 0;
    while (i < format.length) {
      const char = format.charAt(i);
      if (char === '\\') {
        const rest = /^\\(?:0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|.|$)/.exec(format.slice(i))?.[0] ?? '\\';
        const made = unescapeText(rest);
        if (made.stop) return { text: out, errors };
        out += made.text;
        i += rest.length;
        continue;
      }
      const spec =
        char === '%' ? /^%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXeEfgGcsbq%])/.exec(format.slice(i)) : null;
      if (spec === null) {
        out += char;
        i++;
        continue;
      }
      i += spec[0].length;
      const [, flags = '', widthText, precisionText, kind = 's'] = spec;
      if (kind === '%') {
        out += '%';
        continue;
      }
      const width = widthText === '*' ? Number(args[at++] ?? 0) : Number(widthText ?? 0);
      const precision =
        precisionText === undefined
          ? undefined
          : precisionText === '*'
            ? Number(args[at++] ?? 0)
            : Number(precisionText);
      const value = args[at++] ?? '';
      let text: string;
      if ('diouxX'.includes(kind)) {
        const number = integer(value, errors);
        text =
          kind === 'x'
            ? number.toString(16)
            : kind === 'X'
              ? number.toString(16).toUpperCase()
              : kind === 'o'
                ? number.toString(8)
                : String(number);
        if (precision !== undefined) text = text.padStart(precision, '0');
        if (flags.includes('+') && number >= 0) text = `+${text}`;
      } else if ('eEfgG'.includes(kind)) {
        const number = Number.parseFloat(value) || 0;
        text =
          kind === 'f'
            ? number.toFixed(precision ?? 6)
            : kind.toLowerCase() === 'e'
              ? number.toExponential(precision ?? 6)
              : String(number);
      } else if (kind === 'c') text = value.charAt(0);
      else if (kind === 'b') text = unescapeText(value).text;
      else if (kind === 'q')
        text = /^[\w@%+=:,./-]+$/.test(value) ? value : value === '' ? "''" : value.replace(/[^\w@%+=:,./-]/g, '\\$&');
      else text = precision === undefined ? value : value.slice(0, precision);
      out += flags.includes('-')
        ? text.padEnd(width)
        : text.padStart(width, flags.includes('0') && kind !== 's' ? '0' : ' ');
    }
    if (at === before) break;
  } while (at < args.length);
  return { text: out, errors };
}

function integer(value: string, errors: string[]): number {
  if (/^["']/.test(value)) return value.charCodeAt(1) || 0;
  if (value === '' || /^[+-]?\d+$/.test(value) || /^0x[0-9a-f]+$/i.test(value)) return Number(value) || 0;
  errors.push(`${value}: invalid number`);
  return Number.parseInt(value, 10) || 0;
}
