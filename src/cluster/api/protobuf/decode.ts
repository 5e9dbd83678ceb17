import type { FieldTypes } from '../schema.ts';
import type { KubeObject } from '../types.ts';
import { FIELD_NUMBERS, MORE_TYPES } from './field-numbers.ts';

/** What stands before every protobuf object: `k8s` and a zero byte. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** Why bytes are no object. */
export class ProtobufError extends Error {}

/**
 * Decodes an object in Kubernetes' protobuf envelope, as kubectl 1.32 and later send some of theirs, into the form that JSON has.
 * @throws ProtobufError for other bytes
 */
export function decodeProtobuf(bytes: Uint8Array, types: FieldTypes): KubeObject {
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  // runtime.Unknown: typeMeta = 1 { apiVersion = 1, kind = 2 }, raw = 2.
  const envelope = new Reader(bytes.subarray(MAGIC.length)).fields();
  const typeMeta = new Reader(bytesOf(envelope.get(1)?.[0])).fields();
  const apiVersion = textOf(typeMeta.get(1)?.[0]);
  const kind = textOf(typeMeta.get(2)?.[0]);
  // What nothing is known of has no path either, and is refused for that.
  if (FIELD_NUMBERS[kind] === undefined) return { apiVersion, kind };
  const object = message(kind, bytesOf(envelope.get(2)?.[0]), { ...types, ...MORE_TYPES });
  return { apiVersion, kind, ...object };
}

type Value = number | bigint | Uint8Array;

/** The fields of one message, each with its values in order. */
class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  fields(): Map<number, Value[]> {
    const found = new Map<number, Value[]>();
    while (this.at < this.bytes.length) {
      const tag = Number(this.varint());
      const values = found.get(tag >> 3);
      const value = this.value(tag & 7);
      if (values === undefined) found.set(tag >> 3, [value]);
      else values.push(value);
    }
    return found;
  }

  private value(wire: number): Value {
    switch (wire) {
      case 0:
        return this.varint();
      case 1:
        return this.fixed(8);
      case 2:
        return this.take(Number(this.varint()));
      case 5:
        return this.fixed(4);
      default:
        throw new ProtobufError(`proto: illegal wireType ${wire}`);
    }
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  }

  private fixed(length: number): number {
    const bytes = this.take(length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    return length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
  }

  private take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw new ProtobufError('unexpected EOF');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

function message(type: string, bytes: Uint8Array, types: FieldTypes, owner = type): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  const fields = new Reader(bytes).fields();
  const names = (FIELD_NUMBERS[type] ?? '').split(',');
  for (const [at, name] of names.entries()) {
    const values = fields.get(at + 1);
    if (values === undefined || name === '') continue;
    if (name.startsWith('^')) {
      Object.assign(made, message(name.slice(1), bytesOf(values[0]), types, owner));
      continue;
    }
    const code = (types[owner]?.[name] ?? types[type]?.[name])?.replace('!', '');
    if (code === undefined) continue;
    const value = decoded(code, values, types);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

function decoded(code: string, values: readonly Value[], types: FieldTypes): unknown {
  if (code.startsWith('[')) return values.map((value) => scalar(code.slice(1), value, types));
  if (code.startsWith('{')) {
    const entries = values.map((value) => {
      const entry = new Reader(bytesOf(value)).fields();
      return [textOf(entry.get(1)?.[0]), scalar(code.slice(1), entry.get(2)?.[0] ?? new Uint8Array(), types)];
    });
    return Object.fromEntries(entries);
  }
  return scalar(code, values.at(-1), types);
}

function scalar(code: string, value: Value | undefined, types: FieldTypes): unknown {
  switch (code.charAt(0)) {
    case '=':
      return message(code.slice(1), bytesOf(value), types);
    case 's':
      return textOf(value);
    case 'b':
      return Number(value) !== 0;
    case 'i':
    case 'l':
    case 'f':
      return Number(value);
    case 'y':
      return base64(bytesOf(value));
    case 'q':
      return textOf(new Reader(bytesOf(value)).fields().get(1)?.[0]);
    case 't':
    case 'm':
      return time(value);
    case 'x': {
      // IntOrString: type = 1, intVal = 2, strVal = 3.
      const fields = new Reader(bytesOf(value)).fields();
      return Number(fields.get(1)?.[0] ?? 0) === 0 ? Number(fields.get(2)?.[0] ?? 0) : textOf(fields.get(3)?.[0]);
    }
    default:
      return undefined;
  }
}

/** Time: seconds = 1; one without is Go's zero time, which JSON writes as null. */
function time(value: Value | undefined): string | undefined {
  const fields = new Reader(bytesOf(value)).fields();
  const seconds = Number(fields.get(1)?.[0] ?? 0);
  return seconds <= 0 ? undefined : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function bytesOf(value: Value | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function textOf(value: Value | undefined): string {
  return new TextDecoder().decode(bytesOf(value));
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
