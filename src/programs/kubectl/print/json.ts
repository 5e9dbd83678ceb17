/** The keys of a map in the order they are written, each with the type of its value (for the order further in). */
export type KeyOrder = (
  record: Readonly<Record<string, unknown>>,
  type: string,
) => readonly (readonly [string, string])[];

/** JSON as kubectl prints it: keys sorted, four spaces, and `<`, `>`, `&` escaped as Go's encoding/json does. */
export function emitJson(value: unknown, indent = '    '): string {
  return writeJson(value, indent, byKey, '');
}

/** The same on one line. */
export function compactJson(value: unknown): string {
  return writeJson(value, '', byKey, '');
}

/**
 * Writes JSON with the keys in an order. (JSON.stringify would move keys such as `10` before all others.) Fields that are
 * undefined are left out.
 */
export function writeJson(value: unknown, indent: string, order: KeyOrder, type: string, margin = '\n'): string {
  if (typeof value === 'string') return byteEscaped(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = `${margin}${indent}`;
  const [before, between, after] = indent === '' ? ['', ',', ''] : [inner, `,${inner}`, margin];
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${before}${value.map((item) => writeJson(item, indent, order, type, inner)).join(between)}${after}]`;
  }
  const record = value as Record<string, unknown>;
  const fields = order(record, type).filter(([key]) => record[key] !== undefined);
  if (fields.length === 0) return '{}';
  const colon = indent === '' ? ':' : ': ';
  return `{${before}${fields
    .map(
      ([key, of]) => `${byteEscaped(JSON.stringify(key))}${colon}${writeJson(record[key], indent, order, of, inner)}`,
    )
    .join(between)}${after}}`;
}

/** What Go's encoder escapes beyond JSON's own needs. */
function byteEscaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function byKey(record: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.keys(record)
    .sort()
    .map((key) => [key, '']);
}
