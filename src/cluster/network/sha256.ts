const K = new Uint32Array(64);
const START = new Uint32Array(8);

// The constants are the fractional parts of roots of the first primes (FIPS 180-4).
for (let n = 2, i = 0; i < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (i < 8) START[i] = (Math.sqrt(n) % 1) * 0x100000000;
  K[i++] = (Math.cbrt(n) % 1) * 0x100000000;
}

/** SHA-256 of a text's UTF-8 form. Synchronous, for names that are made from hashes. */
export function sha256(text: string): Uint8Array {
  return sha256Bytes(new TextEncoder().encode(text));
}

/** SHA-256 of bytes. */
export function sha256Bytes(data: Uint8Array): Uint8Array {
  const length = ((data.length + 8) >> 6) + 1;
  const padded = new Uint8Array(length * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, data.length * 8);
  const hash = Uint32Array.from(START);
  const w = new Uint32Array(64);
  const rotate = (x: number, n: number) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < length; block++) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(block * 64 + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15] as number;
      const b = w[i - 2] as number;
      w[i] =
        (w[i - 16] as number) +
        (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) +
        (w[i - 7] as number) +
        (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const t1 =
        (h +
          (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
          ((e & f) ^ (~e & g)) +
          (K[i] as number) +
          (w[i] as number)) |
        0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i] as number) + value;
  }
  const out = new Uint8Array(32);
  const result = new DataView(out.buffer);
  for (const [i, value] of hash.entries()) result.setUint32(i * 4, value);
  return out;
}

/** Base32 without padding, as Go's base32.StdEncoding. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      out += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? out + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt((value << (5 - bits)) & 31) : out;
}
