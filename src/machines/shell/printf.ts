import { unescapeText } from './escapes.ts';
import { backslashed } from './quoting.ts';

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
        char === '%'
          ? /^%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hjlLtz]*(\([^)]*\)T|[diouxXeEfFgGcsbq%])/.exec(format.slice(i))
          : null;
      if (spec === null && char === '%') {
        const wrong = /^%[-+ 0#]*[\d*]*(?:\.[\d*]*)?[hjlLtz]*(.?)/s.exec(format.slice(i))?.[1] ?? '';
        errors.push(wrong === '' ? "`%': missing format character" : `\`${wrong}': invalid format character`);
        return { text: out, errors };
      }
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
      if (kind.startsWith('(')) {
        const seconds = at < args.length ? integer(args[at++] ?? '', errors) : -1n;
        out += time(kind.slice(1, -2), seconds < 0n ? undefined : Number(seconds)).padStart(width);
        continue;
      }
      const value = args[at++] ?? '';
      let text: string;
      let zeros = flags.includes('0') && !flags.includes('-');
      if ('diouxX'.includes(kind)) {
        const number = integer(value, errors);
        const plain = 'di'.includes(kind) ? number : BigInt.asUintN(64, number);
        text = (plain < 0n ? -plain : plain).toString('xX'.includes(kind) ? 16 : kind === 'o' ? 8 : 10);
        if (kind === 'X') text = text.toUpperCase();
        if (precision !== undefined) {
          text = text.padStart(bounded(precision), '0');
          zeros = false;
        }
        if (flags.includes('#') && number !== 0n) text = (kind === 'o' ? '0' : `0${kind}`) + text;
        const sign =
          plain < 0n ? '-' : !'di'.includes(kind) ? '' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
        text = sign + (zeros ? text.padStart(bounded(width) - sign.length, '0') : text);
      } else if ('eEfFgG'.includes(kind)) {
        text = floating(kind, value, precision, flags, errors);
        if (zeros)
          text = text.replace(
            /^([-+ ]?)(.*)$/,
            (_, sign: string, rest: string) => sign + rest.padStart(bounded(width) - sign.length, '0'),
          );
      } else if (kind === 'c') text = [...value][0] ?? '';
      else if (kind === 'b') {
        const made = unescapeText(value);
        text = made.text;
        if (made.stop) return { text: out + text, errors };
      } else if (kind === 'q') text = backslashed(value);
      else text = precision === undefined ? value : [...value].slice(0, precision).join('');
      // bash counts bytes here, not letters.
      const wide = Math.max(0, bounded(width) - (utf8Length(text) - text.length));
      out += flags.includes('-') || width < 0 ? text.padEnd(Math.abs(wide)) : text.padStart(wide);
    }
    if (at === before) break;
  } while (at < args.length);
  return { text: out, errors };
}

/** What a field may be wide at most; beyond it bash runs out of memory as well. */
const WIDEST = 1_000_000;

function bounded(width: number): number {
  return Math.max(-WIDEST, Math.min(WIDEST, width));
}

function utf8Length(text: string): number {
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function integer(value: string, errors: string[]): bigint {
  if (/^["']/.test(value)) return BigInt(value.codePointAt(1) ?? 0);
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(value);
  const digits = match?.[2] ?? '0';
  const octal = /^0\d/.test(digits);
  const usable = octal ? (/^0[0-7]+/.exec(digits)?.[0] ?? '0') : digits;
  if (value !== '' && (match === null || match[0].length !== value.length || usable.length !== digits.length))
    errors.push(`${value}: ${octal ? 'invalid octal number' : 'invalid number'}`);
  const number = octal ? BigInt(`0o${usable.slice(1)}`) : BigInt(digits);
  return match?.[1] === '-' ? -number : number;
}

function floating(kind: string, value: string, given: number | undefined, flags: string, errors: string[]): string {
  const number = Number.parseFloat(value);
  if (value !== '' && !/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) errors.push(`${value}: invalid number`);
  const exact = Number.isNaN(number) ? 0 : number;
  const precision = Math.min(given ?? 6, 100);
  const exponent = (text: string) => text.replace(/e([-+])(\d)$/, 'e$10$2');
  let text: string;
  if (kind.toLowerCase() === 'f') text = exact.toFixed(precision);
  else if (kind.toLowerCase() === 'e') text = exponent(exact.toExponential(precision));
  else {
    const digits = Math.max(1, precision);
    const power = exact === 0 ? 0 : Number(exact.toExponential(digits - 1).split('e')[1]);
    text =
      power < -4 || power >= digits ? exponent(exact.toExponential(digits - 1)) : exact.toFixed(digits - 1 - power);
    if (!flags.includes('#') && text.includes('.')) text = text.replace(/\.?0+(e|$)/, '$1');
  }
  if (exact >= 0 && flags.includes('+')) text = `+${text}`;
  else if (exact >= 0 && flags.includes(' ')) text = ` ${text}`;
  return kind === kind.toUpperCase() ? text.toUpperCase() : text;
}

/** strftime's common letters, in UTC. */
function time(format: string, seconds: number | undefined): string {
  const at = new Date((seconds ?? 0) * 1000).toISOString();
  const parts: Readonly<Record<string, string>> = {
    Y: at.slice(0, 4),
    m: at.slice(5, 7),
    d: at.slice(8, 10),
    H: at.slice(11, 13),
    M: at.slice(14, 16),
    S: at.slice(17, 19),
    F: at.slice(0, 10),
    T: at.slice(11, 19),
    s: String(seconds ?? 0),
    y: at.slice(2, 4),
    '%': '%',
  };
  return (format === '' ? '%T' : format).replace(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole);
}
