import type { Json } from './syntax.ts';

/** What a jq program raises: any value. */
export class JqError extends Error {
  readonly value: Json;

  constructor(value: Json) {
    super(typeof value === 'string' ? value : JSON.stringify(value));
    this.value = value;
  }
}

/** The name of a value's type, as `type` gives it. */
export function typeName(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** Everything but `null` and `false` counts as true. */
export function truthy(value: Json): boolean {
  return value !== null && value !== false;
}

const ORDER = ['null', 'boolean', 'number', 'string', 'array', 'object'];

function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Json, b: Json): number {
  const difference = ORDER.indexOf(typeName(a)) - ORDER.indexOf(typeName(b));
  if (difference !== 0) return difference;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'string') return byCodePoint(a, b as string);
  if (Array.isArray(a)) {
    const other = b as Json[];
    for (let i = 0; i < Math.min(a.length, other.length); i++) {
      const each = compare(a[i] ?? null, other[i] ?? null);
      if (each !== 0) return each;
    }
    return a.length - other.length;
  }
  if (a === null) return 0;
  const [left, right] = [a as Record<string, Json>, b as Record<string, Json>];
  const keys = sortedKeys(left);
  const byKeys = compare(keys, sortedKeys(right));
  if (byKeys !== 0) return byKeys;
  for (const key of keys) {
    const each = compare(left[key] ?? null, right[key] ?? null);
    if (each !== 0) return each;
  }
  return 0;
}

export function sortedKeys(value: { [key: string]: Json }): string[] {
  return Object.keys(value).sort(byCodePoint);
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  if (Object.is(value, -0)) return '-0';
  if (Math.abs(value) >= 1e17 || (value !== 0 && Math.abs(value) < 1e-5)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    const power = Number(exponent);
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(value);
}

function quote(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text).replaceAll('\u007f', '\\u007f');
  return ascii
    ? quoted.replace(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : quoted;
}

/** How values are printed. */
export interface Style {
  /** Undefined for one line. */
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
  readonly ascii: boolean;
  readonly color: boolean;
}

export const COMPACT: Style = { indent: undefined, sortKeys: false, ascii: false, color: false };

const BOLD = '\u001b[1;39m';
const RESET = '\u001b[0m';
const KEY = '\u001b[34;1m';

/** A value as JSON text, in colour as jq 1.6 paints on a terminal when asked. */
export function render(value: Json, style: Style, depth = 0): string {
  const pad = (level: number) => (style.indent === undefined ? '' : `\n${style.indent.repeat(level)}`);
  if (typeof value !== 'object' || value === null) {
    const text =
      typeof value === 'string' ? quote(value, style.ascii) : typeof value === 'number' ? number(value) : String(value);
    if (!style.color) return text;
    return `${value === null ? '\u001b[1;30m' : typeof value === 'string' ? '\u001b[0;32m' : '\u001b[0;39m'}${text}${RESET}`;
  }
  const colon = style.indent === undefined ? ':' : ': ';
  if (Array.isArray(value)) {
    const items = value.map((item) => render(item, style, depth + 1));
    if (style.color) {
      if (items.length === 0) return `${BOLD}[]${RESET}`;
      return `${BOLD}[${pad(depth + 1)}${items.join(`${BOLD},${pad(depth + 1)}`)}${BOLD}${pad(depth)}${BOLD}]${RESET}`;
    }
    return items.length === 0 ? '[]' : `[${pad(depth + 1)}${items.join(`,${pad(depth + 1)}`)}${pad(depth)}]`;
  }
  const keys = style.sortKeys ? sortedKeys(value) : Object.keys(value);
  if (style.color) {
    if (keys.length === 0) return `${BOLD}{}${RESET}`;
    const items = keys.map(
      (key) =>
        `${RESET}${KEY}${quote(key, style.ascii)}${RESET}${BOLD}${colon}${RESET}${render(value[key] ?? null, style, depth + 1)}`,
    );
    return `${BOLD}{${pad(depth + 1)}${items.join(`${BOLD},${pad(depth + 1)}`)}${BOLD}${pad(depth)}${BOLD}}${RESET}`;
  }
  const items = keys.map((key) => `${quote(key, style.ascii)}${colon}${render(value[key] ?? null, style, depth + 1)}`);
  return items.length === 0 ? '{}' : `{${pad(depth + 1)}${items.join(`,${pad(depth + 1)}`)}${pad(depth)}}`;
}

/** A value in an error message: `number (1)`, cut as jq cuts it. */
export function described(value: Json): string {
  const text = render(value, COMPACT);
  return `${typeName(value)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`;
}
