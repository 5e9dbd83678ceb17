/** rand.SafeEncodeString's alphabet: hashes look like generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The `pod-template-hash` of a template: 32 bits of FNV-1a over its canonical JSON, written in decimal and encoded as
 * controller.ComputeHash does. The digits differ from a real cluster's, which hashes Go's dump of the struct; the form is the same.
 */
export function templateHash(template: object, collisions: number | undefined): string {
  let hash = 0x811c9dc5;
  const text = textOf(template) + (collisions === undefined ? '' : String(collisions));
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return [...String(hash >>> 0)].map((digit) => ALPHABET.charAt(digit.charCodeAt(0) % ALPHABET.length)).join('');
}

/** Templates never change once they are stored, and are hashed with every look of a controller. */
const texts = new WeakMap<object, string>();

function textOf(template: object): string {
  let text = texts.get(template);
  if (text === undefined) {
    text = canonical(template);
    texts.set(template, text);
  }
  return text;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key])}`).join(',')}}`;
}
