/**
 * resource.Quantity of apimachinery: numbers with a suffix, such as `100m`, `1.5Gi`, `2e3`. The server stores and shows
 * them in their canonical form (`1000m` is `1`, `1024Mi` is `1Gi`), so two spellings of one amount are one value.
 */

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Decimal suffixes by power of 1000, from nano. */
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const NANO = 1_000_000_000n;

/** The error of decoding one that is malformed (resource.ErrFormatWrong). */
export const QUANTITY_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

interface Quantity {
  /** In billionths, rounded away from zero. */
  readonly nano: bigint;
  readonly format: 'decimal' | 'binary' | 'exponent';
  readonly text: string;
}

const known = new Map<string, Quantity | undefined>();

/** Parses a quantity; undefined when it is malformed. Remembers what it has seen: clusters repeat few of them. */
function parse(input: string | number): Quantity | undefined {
  const key = String(input).trim();
  if (known.has(key)) return known.get(key);
  const parsed = parseNew(key);
  if (known.size > 5000) known.clear();
  known.set(key, parsed);
  return parsed;
}

function parseNew(input: string): Quantity | undefined {
  const match = FORM.exec(input);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  let scaled: { top: bigint; bottom: bigint };
  let format: Quantity['format'] = 'decimal';
  const power = BINARY.indexOf(suffix);
  if (power > 0) {
    format = 'binary';
    scaled = { top: digits * 1024n ** BigInt(power) * NANO, bottom: 10n ** BigInt(fraction.length) };
  } else {
    let exponent = DECIMAL[suffix] ?? 0;
    if (DECIMAL[suffix] === undefined && suffix !== '') {
      format = 'exponent';
      exponent = Number(suffix.slice(1));
      if (Math.abs(exponent) > 1000) return undefined;
    }
    const shift = 9 + exponent - fraction.length;
    scaled =
      shift >= 0 ? { top: digits * 10n ** BigInt(shift), bottom: 1n } : { top: digits, bottom: 10n ** BigInt(-shift) };
  }
  const size = (scaled.top + scaled.bottom - 1n) / scaled.bottom;
  const nano = sign === '-' ? -size : size;
  return { nano, format, text: render(nano, format) };
}

/** Quantity.CanonicalizeBytes */
function render(nano: bigint, format: Quantity['format']): string {
  if (nano === 0n) return '0';
  const kibi = 1024n * NANO;
  if (format === 'binary' && nano % NANO === 0n && (nano >= kibi || nano <= -kibi)) {
    let value = nano / NANO;
    let power = 0;
    while (power < 6 && value % 1024n === 0n) {
      value /= 1024n;
      power++;
    }
    return `${value}${BINARY[power] ?? ''}`;
  }
  let value = nano;
  let power = 0;
  while ((power < 9 || format === 'exponent') && value % 1000n === 0n) {
    value /= 1000n;
    power++;
  }
  if (format !== 'exponent') return `${value}${DECIMAL_SUFFIXES[power] ?? ''}`;
  const exponent = (power - 3) * 3;
  return exponent === 0 ? String(value) : `${value}e${exponent}`;
}

/** The canonical form; undefined for what is no quantity. */
export function canonicalQuantity(text: string | number): string | undefined {
  return parse(text)?.text;
}

/** The amount: `100m` is 0.1, `1Gi` is 1073741824; NaN when it is malformed. An absent one is 0. */
export function quantityValue(text: string | number | undefined | null): number {
  if (text === undefined || text === null) return 0;
  const parsed = parse(text);
  return parsed === undefined ? Number.NaN : Number(parsed.nano) / 1e9;
}

/** Quantity.MilliValue: thousandths, rounded up. CPU in millicores. */
export function milliValue(text: string | number | undefined | null): number {
  const nano = text === undefined || text === null ? 0n : (parse(text)?.nano ?? 0n);
  return Number((nano + (nano > 0n ? 999_999n : 0n)) / 1_000_000n);
}

/** Below zero, zero or above as the first is less than, equal to or greater than the second. */
export function compareQuantities(a: string | number, b: string | number): number {
  const [left, right] = [parse(a)?.nano ?? 0n, parse(b)?.nano ?? 0n];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Puts the quantities of a resource list into canonical form, in place. */
export function canonicalize(list: Record<string, unknown> | undefined | null): void {
  if (list === undefined || list === null) return;
  for (const name of Object.keys(list)) {
    const text = canonicalQuantity(list[name] as string);
    if (text !== undefined && text !== list[name]) list[name] = text;
  }
}
