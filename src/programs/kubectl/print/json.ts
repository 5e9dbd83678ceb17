/** JSON as kubectl prints it: keys sorted, four spaces, and `<`, `>`, `&` escaped as Go's encoding/json does. */
export function emitJson(value: unknown, indent = '    '): string {
  return byteEscaped(JSON.stringify(sorted(value), undefined, indent));
}

/** The same on one line. */
export function compactJson(value: unknown): string {
  return byteEscaped(JSON.stringify(sorted(value)));
}

/** What Go's encoder escapes beyond JSON's own needs. */
export function byteEscaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy whose maps are in the order of their keys' code points. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  // Keys that look like array indexes would jump the queue in a plain object; no Kubernetes map depends on it.
  for (const key of Object.keys(record).sort(byCodePoint)) out[key] = sorted(record[key]);
  return out;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
