/**
 * A seeded source of randomness (xoshiro128**, seeded by splitmix32).
 *
 * Each part of the simulation draws from a stream of its own, so that one more draw in one part does not change what
 * every other part sees.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.a = splitmix(this.seed, 1);
    this.b = splitmix(this.seed, 2);
    this.c = splitmix(this.seed, 3);
    this.d = splitmix(this.seed, 4) | 1;
  }

  /** An independent stream, the same for the same seed and name. */
  stream(name: string): Random {
    let hash = 0x811c9dc5 ^ this.seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Random(hash >>> 0);
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const result = Math.imul(rotl(Math.imul(this.b, 5), 7), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotl(this.d, 11);
    return result;
  }

  /** A number in [0, 1). */
  next(): number {
    return this.uint32() / 0x100000000;
  }

  /** A whole number in [0, bound). `bound` must be at least 1. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A number in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** One of the given choices; the list must not be empty. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('pick from an empty list');
    return choice;
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string {
    // One flat string, as many of these are kept for as long as the cluster lives.
    const codes: number[] = [];
    for (let i = 0; i < length; i++) codes.push(alphabet.charCodeAt(this.below(alphabet.length)));
    return String.fromCharCode(...codes);
  }

  /** What a snapshot must keep so that {@link resume} continues the same sequence. */
  save(): readonly [number, number, number, number] {
    return [this.a, this.b, this.c, this.d];
  }

  /** Continues a sequence that {@link save} recorded. */
  resume(state: readonly [number, number, number, number]): void {
    [this.a, this.b, this.c, this.d] = state;
  }
}

/** The nth number that splitmix32 makes of a seed. */
function splitmix(seed: number, n: number): number {
  const state = (seed + Math.imul(0x9e3779b9, n)) | 0;
  let z = state ^ (state >>> 16);
  z = Math.imul(z, 0x21f0aaad);
  z ^= z >>> 15;
  z = Math.imul(z, 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
