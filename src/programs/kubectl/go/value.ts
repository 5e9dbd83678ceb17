import { goQuote } from './quote.ts';

/** Go's %v of a value decoded from JSON: `map[a:1 b:[x y]]`, `<nil>`. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(formatValue).join(' ')}]`;
  if (typeof value === 'object')
    return `map[${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${key}:${formatValue(item)}`)
      .join(' ')}]`;
  if (typeof value === 'number') return formatNumber(value);
  return String(value);
}

/** %v of an int64, or of a float64 where it is none: strconv.FormatFloat(x, 'g', -1, 64). */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  return power >= -4 && power < 6
    ? String(value)
    : `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Go's name of the type that a JSON value is decoded to. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'object':
      return 'map[string]interface {}';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

/** Go's %#v of a value decoded from JSON, or with `interface {}` keys from YAML. */
export function goSyntax(value: unknown, key = 'string'): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item, key)).join(', ')}}`;
  if (typeof value === 'object')
    return `map[${key}]interface {}{${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => `${goQuote(name)}:${goSyntax(item, key)}`)
      .join(', ')}}`;
  return typeof value === 'string' ? goQuote(value) : String(value);
}
