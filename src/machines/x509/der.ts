/** One value of DER: its tag, its content, and where it lay. */
export interface Tlv {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

/** DER that does not add up, in the words in which OpenSSL complains about it. */
export class DerError extends Error {
  constructor(message: 'too long' | 'wrong tag' | 'header too long') {
    super(message);
    this.name = 'DerError';
  }
}

/** The value at `offset`. @throws DerError */
export function readTlv(bytes: Uint8Array, offset = 0): Tlv {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new DerError('too long');
  let length = first;
  let start = offset + 2;
  if (first > 127) {
    const count = first & 127;
    if (count > 4) throw new DerError('header too long');
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start++] ?? 0);
  }
  if (start + length > bytes.length) throw new DerError('too long');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(offset, start + length) };
}

/** The values inside a sequence or set. @throws DerError */
export function children(content: Uint8Array): Tlv[] {
  const out: Tlv[] = [];
  for (let offset = 0; offset < content.length; ) {
    const value = readTlv(content, offset);
    out.push(value);
    offset += value.whole.length;
  }
  return out;
}

/** The values inside a value that must be a sequence. @throws DerError */
export function sequenceOf(value: Tlv | undefined): Tlv[] {
  if (value?.tag !== 0x30) throw new DerError('wrong tag');
  return children(value.content);
}

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size: number[] = [];
  if (length < 128) size.push(length);
  else {
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
    size.unshift(128 + size.length);
  }
  return concat(Uint8Array.from([tag, ...size]), ...parts);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]) => tlv(0x04, ...parts);
export const bits = (...parts: readonly Uint8Array[]) => tlv(0x03, Uint8Array.of(0), ...parts);
export const nothing = () => Uint8Array.of(5, 0);
export const yes = () => Uint8Array.of(1, 1, 255);
export const utf8 = (text: string) => tlv(0x0c, new TextEncoder().encode(text));
export const printable = (text: string) => tlv(0x13, new TextEncoder().encode(text));

/** A number that is not negative. */
export function integer(value: bigint): Uint8Array {
  const bytes = toBytes(value);
  return tlv(0x02, (bytes[0] ?? 0) > 127 ? concat(Uint8Array.of(0), bytes) : bytes);
}

/** `2.5.4.3` */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const out = [first * 40 + second];
  for (const part of rest) {
    const group = [part % 128];
    for (let more = Math.floor(part / 128); more > 0; more = Math.floor(more / 128)) group.unshift(128 + (more % 128));
    out.push(...group);
  }
  return tlv(0x06, Uint8Array.from(out));
}

export function oidText(content: Uint8Array): string {
  const [first = 0, ...rest] = content;
  const out = [Math.floor(first / 40), first % 40];
  let value = 0;
  for (const byte of rest) {
    value = value * 128 + (byte & 127);
    if (byte < 128) {
      out.push(value);
      value = 0;
    }
  }
  return out.join('.');
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280). */
export function time(ms: number): Uint8Array {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  const year = Number(text.slice(0, 4));
  return year < 2050 ? tlv(0x17, new TextEncoder().encode(text.slice(2))) : tlv(0x18, new TextEncoder().encode(text));
}

/** Milliseconds since 1970. */
export function timeOf({ tag, content }: Tlv): number {
  const text = new TextDecoder().decode(content);
  const year = tag === 0x18 ? text.slice(0, 4) : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text.slice(0, 2)}`;
  const rest = tag === 0x18 ? text.slice(4) : text.slice(2);
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`);
}

export function toBytes(value: bigint, length?: number): Uint8Array {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  if (length === undefined || bytes.length >= length) return bytes;
  return concat(new Uint8Array(length - bytes.length), bytes);
}

export function fromBytes(bytes: Uint8Array): bigint {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}
