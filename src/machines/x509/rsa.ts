import {
  bits,
  children,
  concat,
  DerError,
  fromBytes,
  integer,
  nothing,
  octets,
  oid,
  readTlv,
  sequence,
  sequenceOf,
  type Tlv,
  toBytes,
} from './der.ts';

/** An RSA key pair; numbers as PKCS #1 names them. */
export interface RsaKey {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
}

const RSA = '1.2.840.113549.1.1.1';
const EXPONENT = 65537n;

/** Primes below 2,000, to tell most composites apart cheaply. */
const SMALL: readonly bigint[] = (() => {
  const out: bigint[] = [];
  for (let n = 3; n < 2000; n += 2) if (out.every((p) => n % Number(p) !== 0)) out.push(BigInt(n));
  return out;
})();

/**
 * A key of so many bits. `random(hexDigits)` is the only source of chance, so the same one makes the same key: WebCrypto's own
 * generator cannot be seeded, and a simulation must be repeatable.
 */
export function generateRsa(size: number, random: (hexDigits: number) => string): RsaKey {
  for (;;) {
    const p = prime(size / 2, random);
    const q = prime(size / 2, random);
    const n = p * q;
    const phi = (p - 1n) * (q - 1n);
    if (p === q || n.toString(2).length !== size || phi % EXPONENT === 0n) continue;
    return p > q
      ? { n, e: EXPONENT, d: inverse(EXPONENT, phi), p, q }
      : { n, e: EXPONENT, d: inverse(EXPONENT, phi), p: q, q: p };
  }
}

function prime(size: number, random: (hexDigits: number) => string): bigint {
  const top = 3n << BigInt(size - 2);
  // One draw, then upwards: as many draws as a search takes would be wasted on most candidates.
  let candidate = BigInt(`0x${random(size / 4)}`) | top | 1n;
  for (;;) {
    if (SMALL.every((p) => candidate % p !== 0n) && probablyPrime(candidate)) return candidate;
    candidate += 2n;
  }
}

/** Miller and Rabin's test with fixed bases; for random candidates of this size two are plenty (HAC table 4.4). */
function probablyPrime(n: bigint): boolean {
  let odd = n - 1n;
  let twos = 0;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos++;
  }
  next: for (const base of [2n, 3n, 5n, 7n]) {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) continue;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === n - 1n) continue next;
    }
    return false;
  }
  return true;
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (const bit of [...exponent.toString(2)].reverse()) {
    if (bit === '1') result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + modulus : x;
}

function pkcs1({ n, e, d, p, q }: RsaKey): Uint8Array {
  return sequence(
    integer(0n),
    integer(n),
    integer(e),
    integer(d),
    integer(p),
    integer(q),
    integer(d % (p - 1n)),
    integer(d % (q - 1n)),
    integer(inverse(q, p)),
  );
}

const algorithm = () => sequence(oid(RSA), nothing());

/** PKCS #8, what `-----BEGIN PRIVATE KEY-----` holds. */
export function encodePrivateKey(key: RsaKey): Uint8Array {
  return sequence(integer(0n), algorithm(), octets(pkcs1(key)));
}

/** PKCS #1, what `-----BEGIN RSA PRIVATE KEY-----` holds. */
export function encodeRsaPrivateKey(key: RsaKey): Uint8Array {
  return pkcs1(key);
}

/** SubjectPublicKeyInfo. */
export function encodePublicKey({ n, e }: Pick<RsaKey, 'n' | 'e'>): Uint8Array {
  return sequence(algorithm(), bits(sequence(integer(n), integer(e))));
}

/** PKCS #1's bytes of the public key alone: what a key identifier is the SHA-1 of. */
export function publicKeyBits({ n, e }: Pick<RsaKey, 'n' | 'e'>): Uint8Array {
  return sequence(integer(n), integer(e));
}

/** Reads PKCS #8 or PKCS #1. @throws DerError */
export function decodePrivateKey(bytes: Uint8Array): RsaKey {
  const outer = sequenceOf(readTlv(bytes));
  const inner = outer[1]?.tag === 0x30 ? sequenceOf(readTlv(outer[2]?.content ?? new Uint8Array())) : outer;
  const number = (at: number) => numberOf(inner[at]);
  return { n: number(1), e: number(2), d: number(3), p: number(4), q: number(5) };
}

/** Reads a SubjectPublicKeyInfo. Undefined when it is not RSA. @throws DerError */
export function decodePublicKey(value: Tlv | undefined): { readonly n: bigint; readonly e: bigint } | undefined {
  const [, key] = sequenceOf(value);
  if (key === undefined || key.tag !== 0x03) return undefined;
  const content = key.content.subarray(1);
  if (content[0] !== 0x30) return undefined;
  const [n, e] = children(readTlv(content).content);
  return n?.tag === 2 && e?.tag === 2 ? { n: numberOf(n), e: numberOf(e) } : undefined;
}

function numberOf(value: Tlv | undefined): bigint {
  if (value?.tag !== 0x02) throw new DerError('wrong tag');
  return fromBytes(value.content);
}

/** Whether the parts of a key fit together. */
export function keyIsConsistent({ n, e, d, p, q }: RsaKey): boolean {
  return p * q === n && (e * d) % (p - 1n) === 1n && (e * d) % (q - 1n) === 1n;
}

const SHA256_PREFIX = Uint8Array.from([
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
]);

/** RSASSA-PKCS1-v1_5 over a SHA-256 digest. */
export function sign(key: RsaKey, digest: Uint8Array): Uint8Array {
  const size = Math.ceil(key.n.toString(16).length / 2);
  const info = concat(SHA256_PREFIX, digest);
  const padding = new Uint8Array(size - info.length - 3).fill(255);
  const message = fromBytes(concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info));
  // By the Chinese remainder theorem: a quarter of the work.
  const { p, q, d } = key;
  const first = power(message, d % (p - 1n), p);
  const second = power(message, d % (q - 1n), q);
  const difference = ((first - second) % p) + p;
  return toBytes(second + q * ((difference * inverse(q, p)) % p), size);
}
