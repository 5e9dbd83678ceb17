/** A file of an archive: its path with forward slashes, and its text. */
export interface ZipEntry {
  readonly path: string;
  readonly text: string;
}

/** How much an archive may hold before it is refused. */
export interface ZipLimits {
  readonly files: number;
  /** Bytes, unpacked, of all files together. */
  readonly bytes: number;
}

/** Why files are not taken, as the Studio words it. */
export type Reason = 'noLessonYaml' | 'noArchive' | 'brokenArchive' | 'unknownPacking' | 'tooMany' | 'tooLarge';

/** Files that are not taken. */
export class Refused extends Error {
  readonly why: Reason;

  constructor(why: Reason, message: string) {
    super(message);
    this.why = why;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Names are UTF-8. */
const UTF8 = 0x0800;
/** 1980-01-01: the earliest date that the format knows. The same files make the same archive. */
const DATE = 0x0021;

/** Writes a zip archive without compression, so that any program reads it. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { path, text } of entries) {
    const name = encoder.encode(path);
    const data = encoder.encode(text);
    const common = [20, UTF8, 0, 0, DATE] as const;
    const sizes = [crc32(data), data.length, data.length] as const;
    const local = record(30, (view) => {
      view.setUint32(0, LOCAL, true);
      common.forEach((value, index) => {
        view.setUint16(4 + index * 2, value, true);
      });
      sizes.forEach((value, index) => {
        view.setUint32(14 + index * 4, value, true);
      });
      view.setUint16(26, name.length, true);
    });
    const entry = record(46, (view) => {
      view.setUint32(0, CENTRAL, true);
      view.setUint16(4, 20, true);
      common.forEach((value, index) => {
        view.setUint16(6 + index * 2, value, true);
      });
      sizes.forEach((value, index) => {
        view.setUint32(16 + index * 4, value, true);
      });
      view.setUint16(28, name.length, true);
      view.setUint32(42, offset, true);
    });
    parts.push(local, name, data);
    central.push(entry, name);
    offset += local.length + name.length + data.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const end = record(22, (view) => {
    view.setUint32(0, END, true);
    view.setUint16(8, entries.length, true);
    view.setUint16(10, entries.length, true);
    view.setUint32(12, size, true);
    view.setUint32(16, offset, true);
  });
  return join([...parts, ...central, end]);
}

/**
 * Reads the files of a zip archive, stored or deflated. Nothing is unpacked beyond the limits, whatever the archive claims.
 * @throws Refused when it is no archive, is broken, or holds too much
 */
export async function readZip(bytes: Uint8Array<ArrayBuffer>, limits: ZipLimits): Promise<readonly ZipEntry[]> {
  try {
    return await entriesOf(bytes, limits);
  } catch (error) {
    // What is cut off, points elsewhere, or is no text.
    throw error instanceof Refused ? error : new Refused('brokenArchive', 'the archive is broken');
  }
}

async function entriesOf(bytes: Uint8Array<ArrayBuffer>, limits: ZipLimits): Promise<readonly ZipEntry[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Refused('noArchive', 'no zip archive');
  const count = view.getUint16(end + 10, true);
  if (count > limits.files * 2) throw new Refused('tooMany', 'too many files');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found: ZipEntry[] = [];
  let left = limits.bytes;
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Refused('brokenArchive', 'the archive is broken');
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const nameLength = view.getUint16(at + 28, true);
    const path = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (path.endsWith('/')) continue;
    if (found.length >= limits.files) throw new Refused('tooMany', 'too many files');
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = bytes.subarray(from, from + packed);
    const plain = method === 0 ? data : method === 8 ? await inflate(data, left) : undefined;
    if (plain === undefined) throw new Refused('unknownPacking', 'the archive is packed in a way that is not known');
    left -= plain.length;
    if (left < 0) throw new Refused('tooLarge', 'too large');
    found.push({ path, text: decoder.decode(plain) });
  }
  return found;
}

/** Unpacks, and stops as soon as it is more than the limit. */
async function inflate(data: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(parts);
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Refused('tooLarge', 'too large');
    }
    parts.push(value);
  }
}

function record(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
