import { sprintf } from '../../go/printf.ts';
import { formatValue, typeName } from '../../go/value.ts';

/** What a field that is not there yields: it prints as `<no value>`. */
export const NOTHING = Symbol('no value');

/** A function went wrong; the message is Go's. */
export class CallError extends Error {}

/** A function that templates may call. */
export type TemplateFunction = (...args: unknown[]) => unknown;

/** Whether Go's templates take a value as true. */
export function isTrue(value: unknown): boolean {
  if (value === NOTHING || value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

/** text/template's functions, and kubectl's two. `and` and `or` are evaluated lazily by the interpreter. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((arg) => !isTrue(arg)) ?? args[args.length - 1],
  or: (...args) => args.find(isTrue) ?? args[args.length - 1],
  not: (value) => !isTrue(value),
  len: length,
  index,
  slice,
  print: (...args) =>
    args.map((arg, i) => (i > 0 && spaced(args[i - 1], arg) ? ' ' : '') + formatValue(plain(arg))).join(''),
  println: (...args) => `${args.map((arg) => formatValue(plain(arg))).join(' ')}\n`,
  printf: (format, ...args) => sprintf(String(format), args.map(plain)),
  html: (...args) => join(args).replace(/[\0"&'<>]/g, (char) => HTML[char] ?? char),
  js: (...args) => escapeJs(join(args)),
  urlquery: (...args) =>
    encodeURIComponent(join(args))
      .replace(/%20/g, '+')
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  call: (value) => {
    throw new CallError(value === NOTHING || value === null ? 'call of nil' : `non-function of type ${kind(value)}`);
  },
  eq: (first, ...others) => {
    if (others.length === 0) throw new CallError('missing argument for comparison');
    return others.some((other) => equal(first, other));
  },
  ne: (a, b) => !equal(a, b),
  lt: less,
  le: (a, b) => less(a, b) || equal(a, b),
  gt: (a, b) => !(less(a, b) || equal(a, b)),
  ge: (a, b) => !less(a, b),
  exists: (item, ...path) => {
    let at: unknown = item;
    for (const step of path) {
      if (at === null || at === undefined || at === NOTHING) return false;
      if (Array.isArray(at) || typeof at === 'string') {
        if (typeof step !== 'number' || step < 0 || step >= at.length) return false;
        at = at[step];
      } else if (typeof at === 'object') at = (at as Record<string, unknown>)[String(step)];
      else return false;
    }
    return at !== null && at !== undefined;
  },
  base64decode: (value) => {
    const text = String(value);
    const bad = /[^A-Za-z0-9+/=\r\n]/.exec(text)?.index ?? badPadding(text);
    if (bad >= 0) throw new CallError(`base64 decode failed: illegal base64 data at input byte ${bad}`);
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  },
};

function badPadding(text: string): number {
  const body = text.replace(/[\r\n]/g, '');
  if (body.length % 4 !== 0) return body.length - (body.length % 4);
  const at = body.indexOf('=');
  return at >= 0 && at < body.length - 2 ? at : -1;
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=\0-\x1f]/g, (char) => {
    if (char === '\\' || char === "'" || char === '"') return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function plain(value: unknown): unknown {
  return value === NOTHING ? null : value;
}

function join(args: readonly unknown[]): string {
  return args.map((arg) => formatValue(plain(arg))).join('');
}

/** fmt.Sprint puts a space between two values when neither is a string. */
function spaced(a: unknown, b: unknown): boolean {
  return typeof a !== 'string' && typeof b !== 'string';
}

function kind(value: unknown): string {
  if (value === NOTHING || value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  return (
    { object: 'map[string]interface {}', string: 'string', boolean: 'bool' }[typeof value as string] ?? typeof value
  );
}

function length(value: unknown): number {
  if (value === NOTHING) throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  if (value === null) throw new CallError('len of nil pointer');
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object') return Object.keys(value as object).length;
  throw new CallError(`len of type ${kind(value)}`);
}

function index(item: unknown, ...steps: unknown[]): unknown {
  if (item === NOTHING || item === null) throw new CallError('index of untyped nil');
  let at: unknown = item;
  for (const step of steps) {
    if (at === NOTHING || at === null || at === undefined) throw new CallError('index of nil pointer');
    if (Array.isArray(at) || typeof at === 'string') {
      const list: ArrayLike<unknown> = typeof at === 'string' ? new TextEncoder().encode(at) : at;
      if (step === NOTHING || step === null) throw new CallError('cannot index slice/array with nil');
      if (typeof step !== 'number' || !Number.isInteger(step))
        throw new CallError(`cannot index slice/array with type ${kind(step)}`);
      if (step < 0 || step >= list.length) throw new CallError(`index out of range: ${step}`);
      at = list[step];
    } else if (typeof at === 'object') {
      if (typeof step !== 'string') throw new CallError(`value has type ${kind(step)}; should be string`);
      const map = at as Record<string, unknown>;
      at = Object.hasOwn(map, step) ? map[step] : NOTHING;
    } else throw new CallError(`can't index item of type ${typeName(at)}`);
  }
  return at;
}

function slice(item: unknown, ...bounds: unknown[]): unknown {
  if (item === NOTHING || item === null) throw new CallError('slice of untyped nil');
  if (!Array.isArray(item) && typeof item !== 'string') throw new CallError(`can't slice item of type ${kind(item)}`);
  for (const bound of bounds)
    if (typeof bound !== 'number' || bound < 0 || bound > item.length)
      throw new CallError(`index out of range: ${formatValue(bound)}`);
  const [from = 0, to = item.length] = bounds as number[];
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  return item.slice(from, to);
}

function basic(value: unknown): 'bool' | 'int' | 'float' | 'string' {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  throw new CallError('invalid type for comparison');
}

function equal(a: unknown, b: unknown): boolean {
  const [x, y] = [plain(a) ?? null, plain(b) ?? null];
  if (x === null || y === null) return x === y;
  if (typeof x === 'object' || typeof y === 'object')
    throw new CallError(`non-comparable type ${formatValue(x)}: ${kind(x)}`);
  if (basic(x) !== basic(y)) throw new CallError('incompatible types for comparison');
  return x === y;
}

function less(a: unknown, b: unknown): boolean {
  const type = basic(plain(a));
  if (type !== basic(plain(b))) throw new CallError('incompatible types for comparison');
  if (type === 'bool') throw new CallError('invalid type for comparison');
  return (a as number | string) < (b as number | string);
}
