import { errors } from '../api/errors.ts';
import type { ApiError, KubeObject } from '../api/types.ts';
import { canonicalQuantity, QUANTITY_FORMAT } from './quantity.ts';
import type { Structure } from './structure.ts';

/** What decoding an object into its Go type finds. */
export interface Decoded {
  /** The object as Go would write it again: no unknown fields, no nulls, nothing that `omitempty` leaves out. */
  readonly object: KubeObject;
  /** Paths of fields that the type does not have: `spec.template.spec.containers[0].imag`. In order of their names, as kubectl sends them. */
  readonly unknown: readonly string[];
  /** Go's words for the value of a wrong type that stops decoding; undefined when there is none. */
  readonly error: string | undefined;
}

/**
 * Decodes an object as sigs.k8s.io/json does: strict about names and types. A kind that the structure does not know is taken
 * as it is.
 */
export function decode(kind: string, given: KubeObject, structure: Structure): Decoded {
  if (structure[kind] === undefined) return { object: given, unknown: [], error: undefined };
  const decoder = new Decoder(structure);
  try {
    const object = decoder.struct(kind, given, [], '') as KubeObject;
    return { object, unknown: decoder.unknown, error: decoder.saved };
  } catch (error) {
    if (!(error instanceof Halt)) throw error;
    return { object: given, unknown: decoder.unknown, error: error.message };
  }
}

/** The names of unknown fields and the first type error, without the object. */
export function checkFields(
  kind: string,
  given: KubeObject,
  structure: Structure,
): { readonly unknown: readonly string[]; readonly error: string | undefined } {
  const { unknown, error } = decode(kind, given, structure);
  return { unknown, error };
}

/** BadRequest for an object that cannot be decoded. `why` is {@link Decoded.error}, or what {@link strictError} says. */
export function decodingError(kind: string, version: string, why: string): ApiError {
  return errors.badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
}

/** The complaint about unknown fields under strict validation. */
export function strictError(unknown: readonly string[]): string {
  return `strict decoding error: ${unknown.map(unknownFieldText).join(', ')}`;
}

/** `unknown field "spec.replica"`: part of a strict error, or a warning of its own. */
export function unknownFieldText(path: string): string {
  return `unknown field ${JSON.stringify(path)}`;
}

/** An error of a type that decodes itself: it ends decoding, whatever was found before. */
class Halt extends Error {}

interface Place {
  /** Go's name of the struct that has the field. */
  readonly struct: string;
  /** Names of fields from the top; Go's messages have no indexes. */
  readonly names: readonly string[];
  /** The same with indexes, as strict errors have it. */
  readonly path: string;
}

class Decoder {
  readonly unknown: string[] = [];
  saved: string | undefined;
  private readonly structure: Structure;

  constructor(structure: Structure) {
    this.structure = structure;
  }

  struct(type: string, value: object, names: readonly string[], path: string): Record<string, unknown> {
    const fields = this.structure[type] ?? {};
    const made: Record<string, unknown> = {};
    const source = value as Record<string, unknown>;
    for (const name of Object.keys(source).sort()) {
      const code = fields[name];
      const where = path === '' ? name : `${path}.${name}`;
      if (code === undefined) {
        this.unknown.push(where);
        continue;
      }
      const item = source[name];
      if (item === null || item === undefined) continue;
      const keeps = code.startsWith('!');
      const place = { struct: type.slice(type.lastIndexOf('.') + 1), names: [...names, name], path: where };
      const decoded = this.value(keeps ? code.slice(1) : code, item, place);
      if (decoded !== undefined && (keeps || !isEmpty(code, decoded))) made[name] = decoded;
    }
    return made;
  }

  private value(code: string, value: unknown, place: Place): unknown {
    switch (code.charAt(0)) {
      case '[':
        return this.list(code, value, place);
      case '{':
        return this.map(code, value, place);
      case '=':
        if (!isRecord(value)) return this.mismatch(code, value, place);
        return this.struct(code.slice(1), value, place.names, place.path);
      case 's':
        return typeof value === 'string' ? value : this.mismatch(code, value, place);
      case 'b':
        return typeof value === 'boolean' ? value : this.mismatch(code, value, place);
      case 'i':
        return this.integer(code, value, 2 ** 31, place);
      case 'l':
        return this.integer(code, value, 2 ** 63, place);
      case 'f':
        return typeof value === 'number' ? value : this.mismatch(code, value, place);
      case 'q':
        return quantity(value);
      case 't':
        return wholeSeconds(time(value));
      case 'm':
        return time(value);
      case 'y':
        return typeof value === 'string' ? bytes(value) : this.mismatch(code, value, place);
      case 'x':
        return intOrString(value);
      default:
        return value;
    }
  }

  private list(code: string, value: unknown, place: Place): unknown {
    if (!Array.isArray(value)) return this.mismatch(code, value, place);
    const made: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const inner = { ...place, path: `${place.path}[${index}]` };
      const decoded = item === null ? zero(code.charAt(1)) : this.value(code.slice(1), item, inner);
      if (decoded !== undefined) made.push(decoded);
    }
    return made;
  }

  private map(code: string, value: unknown, place: Place): unknown {
    if (!isRecord(value)) return this.mismatch(code, value, place);
    const made: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const item = value[key];
      const inner = { ...place, path: `${place.path}.${key}` };
      const decoded = item === null ? zero(code.charAt(1)) : this.value(code.slice(1), item, inner);
      if (decoded !== undefined) made[key] = decoded;
    }
    return made;
  }

  private integer(code: string, value: unknown, limit: number, place: Place): unknown {
    if (typeof value !== 'number') return this.mismatch(code, value, place);
    if (Number.isInteger(value) && value >= -limit && value < limit) return value;
    return this.mismatch(code, value, place, `number ${value}`);
  }

  /** UnmarshalTypeError: the first one is kept, and decoding goes on. */
  private mismatch(code: string, value: unknown, place: Place, word = wordFor(value)): undefined {
    this.saved ??= `json: cannot unmarshal ${word} into Go struct field ${place.struct}.${place.names.join('.')} of type ${goType(code)}`;
    return undefined;
  }
}

const PLAIN: Readonly<Record<string, string>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  f: 'float64',
  q: 'resource.Quantity',
  t: 'v1.Time',
  m: 'v1.MicroTime',
  y: '[]uint8',
  x: 'intstr.IntOrString',
};

/** Go's name of a type. */
function goType(code: string): string {
  if (code === '{q') return 'v1.ResourceList';
  if (code.startsWith('[')) return `[]${goType(code.slice(1))}`;
  if (code.startsWith('{')) return `map[string]${goType(code.slice(1))}`;
  if (code.startsWith('=')) return `v1.${code.slice(code.lastIndexOf('.') + 1).replace('=', '')}`;
  const named = code.indexOf(':');
  return named < 0 ? (PLAIN[code] ?? 'interface {}') : `v1.${code.slice(named + 1)}`;
}

/** How encoding/json names the kind of a value. */
function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `omitempty` leaves out; structs are never empty to it. */
function isEmpty(code: string, value: unknown): boolean {
  // An IntOrString is a struct, or a pointer to one.
  if (code === 'x') return false;
  if (value === '' || value === 0 || value === false) return true;
  return (Array.isArray(value) || code.startsWith('{')) && Object.keys(value as object).length === 0;
}

function zero(code: string): unknown {
  return code === 's' || code === 'y' ? '' : code === 'q' ? '0' : code === '=' ? {} : undefined;
}

function quantity(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(value) : undefined;
  if (text === undefined) throw new Halt(QUANTITY_FORMAT);
  return text;
}

function intOrString(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw new Halt(`json: cannot unmarshal ${wordFor(value)} into Go value of type int32`);
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31)
    throw new Halt(`json: cannot unmarshal number ${value} into Go value of type int32`);
  return value;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function time(value: unknown): string {
  if (typeof value !== 'string')
    throw new Halt(`json: cannot unmarshal ${wordFor(value)} into Go value of type string`);
  if (RFC3339.test(value)) return value;
  const layout = '2006-01-02T15:04:05Z07:00';
  throw new Halt(`parsing time "${value}" as "${layout}": cannot parse "${value}" as "2006"`);
}

/** metav1.Time keeps no fractions, and speaks of UTC alone. */
function wholeSeconds(text: string): string {
  if (/^[-\dT:]{19}Z$/.test(text)) return text;
  return `${new Date(Date.parse(text)).toISOString().slice(0, 19)}Z`;
}

/** Base64 as Go's decoder takes it; the position in the error is that of its CorruptInputError. */
function bytes(text: string): string {
  const at = corruptAt(text);
  if (at !== undefined) throw new Halt(`illegal base64 data at input byte ${at}`);
  return text.replace(/[\r\n]/g, '');
}

function corruptAt(text: string): number | undefined {
  let quantum = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\n' || char === '\r') continue;
    if (/[A-Za-z0-9+/]/.test(char)) {
      quantum = (quantum + 1) % 4;
      continue;
    }
    if (char !== '=' || quantum < 2) return i;
    let next = i + 1;
    if (quantum === 2) {
      while (/[\r\n]/.test(text.charAt(next))) next++;
      if (next === text.length) return text.length;
      if (text.charAt(next) !== '=') return next;
      next++;
    }
    while (/[\r\n]/.test(text.charAt(next))) next++;
    return next < text.length ? next : undefined;
  }
  return quantum === 0 ? undefined : text.length - quantum;
}
