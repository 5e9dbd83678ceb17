/** Any JSON. */
export type Json = unknown;
export type Dict = Record<string, Json>;

export function isDict(value: Json): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as Go's %v prints it: `map[a:1 b:[x y]]`. */
export function goText(value: Json): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isDict(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`)
    .join(' ')}]`;
}
