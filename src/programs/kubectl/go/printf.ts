import { goQuote } from './quote.ts';
import { formatValue, goSyntax, typeName } from './value.ts';

/** fmt.Sprintf for values decoded from JSON: %v %+v %#v %s %q %d %f %e %g %x %t %T %c %U %%, with flags, width and precision. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let used = 0;
  const out = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%]|$)/g,
    (match, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (verb === '') return '%!(NOVERB)';
      const size = (text: string | undefined) => (text === '*' ? Number(values[used++]) : Number(text ?? Number.NaN));
      const wide = size(width);
      const exact = match.includes('.') ? size(precision) || 0 : undefined;
      if (used >= values.length) return `%!${verb}(MISSING)`;
      return pad(one(verb, values[used++], flags, exact), flags, wide, verb);
    },
  );
  const rest = values.slice(used);
  if (rest.length === 0) return out;
  return `${out}%!(EXTRA ${rest.map((value) => `${typeOf(value)}=${formatValue(value)}`).join(', ')})`;
}

function typeOf(value: unknown): string {
  const name = typeName(value);
  return name === 'int64' ? 'int' : name;
}

function pad(text: string, flags: string, width: number, verb: string): string {
  const missing = Number.isNaN(width) ? 0 : width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (flags.includes('0') && verb !== 's' && verb !== 'q' && verb !== 'v')
    return /^[+-]/.test(text) ? text.charAt(0) + '0'.repeat(missing) + text.slice(1) : '0'.repeat(missing) + text;
  return ' '.repeat(missing) + text;
}

function one(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  const bad = () =>
    `%!${verb}(${value === null || value === undefined ? '<nil>' : `${typeOf(value)}=${formatValue(value)}`})`;
  if (verb === 'v') return flags.includes('#') ? goSyntax(value) : formatValue(value);
  if (verb === 'T') return typeOf(value);
  if (typeof value === 'string') {
    const text = precision === undefined ? value : [...value].slice(0, precision).join('');
    if (verb === 's') return text;
    if (verb === 'q') return goQuote(text);
    if (verb === 'x' || verb === 'X') {
      const hex = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    return bad();
  }
  if (typeof value === 'boolean') return verb === 't' ? String(value) : bad();
  if (typeof value === 'number') return number(verb, value, flags, precision) ?? bad();
  if (value === null || value === undefined) return bad();
  if (verb === 's' || verb === 'd' || verb === 'q') return each(verb, value, flags, precision);
  return bad();
}

/** Maps and lists: the verb goes to what they hold. */
function each(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item) => one(verb, item, flags, precision)).join(' ')}]`;
  return `map[${Object.entries(value as Record<string, unknown>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${one(verb, key, flags, precision)}:${one(verb, item, flags, precision)}`)
    .join(' ')}]`;
}

function number(verb: string, value: number, flags: string, precision: number | undefined): string | undefined {
  const signed = (text: string) =>
    flags.includes('+') && value >= 0 ? `+${text}` : flags.includes(' ') && value >= 0 ? ` ${text}` : text;
  const integer = Number.isInteger(value);
  switch (verb) {
    case 'd':
      return integer ? signed(String(value)) : undefined;
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      if (!integer) return undefined;
      const text = value.toString({ b: 2, o: 8, x: 16, X: 16 }[verb]);
      return signed(
        (flags.includes('#') && verb !== 'b' ? (verb === 'o' ? '0' : `0${verb}`) : '') +
          (verb === 'X' ? text.toUpperCase() : text),
      );
    }
    case 'c':
      return integer ? String.fromCodePoint(value) : undefined;
    case 'q':
      return integer ? `'${String.fromCodePoint(value)}'` : undefined;
    case 'U':
      return integer ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : undefined;
    case 'f':
    case 'F':
      return integer ? undefined : signed(value.toFixed(precision ?? 6));
    case 'e':
      return integer ? undefined : signed(value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2'));
    case 'g':
      return integer ? undefined : signed(formatValue(value));
    default:
      return undefined;
  }
}
