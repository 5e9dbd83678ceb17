import type { Program } from '../../machines/process.ts';
import { encodeBytes } from '../../machines/text.ts';
import { open, readAll } from '../inputs.ts';
import { options } from '../options.ts';

const SHIFTS: readonly (readonly number[])[] = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) >>> 0);

/** The MD5 digest of RFC 1321 in hexadecimal. WebCrypto has none. */
export function md5(bytes: Uint8Array): string {
  const length = (((bytes.length + 8) >> 6) + 1) * 64;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, (bytes.length << 3) >>> 0, true);
  view.setUint32(length - 4, Math.floor(bytes.length / 2 ** 29), true);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < length; block += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] ?? 0;
      const sum = (a + mixed + (SINES[i] ?? 0) + view.getUint32(block + (word % 16) * 4, true)) | 0;
      const shift = SHIFTS[round]?.[i % 4] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
  }
  const out = new DataView(new ArrayBuffer(16));
  for (const [index, part] of [a0, b0, c0, d0].entries()) out.setInt32(index * 4, part, true);
  return [...new Uint8Array(out.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const md5sum: Program = {
  name: 'md5sum',
  summary: 'compute and check MD5 message digest',
  *run(context) {
    const given = yield* options(context, { short: 'btz', long: { binary: 'b', text: 't', zero: 'z' } });
    if (given === undefined) return 1;
    let status = 0;
    for (const operand of given.operands.length === 0 ? ['-'] : given.operands) {
      const input = yield* open(context, operand);
      if (input === undefined) status = 1;
      else
        yield* context.stdout.write(
          `${md5(encodeBytes(yield* readAll(input)))} ${given.has('b') ? '*' : ' '}${operand}\n`,
        );
    }
    return status;
  },
};
