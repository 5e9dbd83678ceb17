/** What a plain scalar means to go-yaml, which reads YAML 1.1: `yes`, `0x1F`, `2024-01-02` and `1_000` are no strings. */
export type ScalarKind = 'string' | 'bool' | 'null' | 'int' | 'float' | 'timestamp' | 'merge';

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const SPECIAL_FLOAT = new Map([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/** The kind and value of a plain scalar. A timestamp's value is its text; JSON has no other form for it. */
export function resolvePlain(text: string): { kind: ScalarKind; value: string | number | boolean | null } {
  if (TRUE.has(text)) return { kind: 'bool', value: true };
  if (FALSE.has(text)) return { kind: 'bool', value: false };
  if (NULL.has(text)) return { kind: 'null', value: null };
  if (text === '<<') return { kind: 'merge', value: text };
  const special = SPECIAL_FLOAT.get(text);
  if (special !== undefined) return { kind: 'float', value: special };
  const first = text.charAt(0);
  if (first === '.') {
    if (/^\.\d[\d_]*([eE][-+]?\d+)?$/.test(text)) return { kind: 'float', value: Number(text.replaceAll('_', '')) };
    return { kind: 'string', value: text };
  }
  if (!/^[-+0-9]/.test(text)) return { kind: 'string', value: text };
  if (isTimestamp(text)) return { kind: 'timestamp', value: text };
  const plain = text.replaceAll('_', '');
  const integer = parseInteger(plain);
  if (integer !== undefined) return { kind: 'int', value: integer };
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return { kind: 'float', value };
  }
  return { kind: 'string', value: text };
}

/** strconv.ParseInt with base 0, or an unsigned 64 bit number. */
function parseInteger(text: string): number | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? '0';
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (magnitude >= 1n << (match[1] === '' ? 64n : 63n) && !(match[1] === '-' && magnitude === 1n << 63n))
    return undefined;
  return Number(match[1] === '-' ? -magnitude : magnitude);
}

function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(?:Z|[-+]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?)?$/.exec(
      text,
    );
  if (match === null) return false;
  const [month = 0, day = 0] = [Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [4, 5, 6].map((i) => Number(match[i] ?? match[i + 4] ?? 0));
  if (month < 1 || month > 12 || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return false;
  return day >= 1 && day <= new Date(Date.UTC(Number(match[1]), month, 0)).getUTCDate();
}

/** Numbers of base 60, which only other parsers read, are quoted all the same. */
export function isBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}
