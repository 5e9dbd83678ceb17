/**
 * Go's sort.Sort (pattern-defeating quicksort): what it calls equal comes out in an order of its own, and a list with
 * equal timestamps or missing fields must come out in the same order here.
 */
export function goSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const data = [...items];
  new Sorter(data, (i, j) => less(data[i] as T, data[j] as T)).sort();
  return data;
}

type Hint = 'unknown' | 'increasing' | 'decreasing';

class Sorter {
  private readonly data: unknown[];
  private readonly less: (i: number, j: number) => boolean;

  constructor(data: unknown[], less: (i: number, j: number) => boolean) {
    this.data = data;
    this.less = less;
  }

  sort(): void {
    const { length } = this.data;
    this.quick(0, length, bitLength(length));
  }

  private swap(i: number, j: number): void {
    const kept = this.data[i];
    this.data[i] = this.data[j];
    this.data[j] = kept;
  }

  private insertion(from: number, to: number): void {
    for (let i = from + 1; i < to; i++) for (let j = i; j > from && this.less(j, j - 1); j--) this.swap(j, j - 1);
  }

  private siftDown(low: number, high: number, first: number): void {
    let root = low;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.less(first + child, first + child + 1)) child++;
      if (!this.less(first + root, first + child)) return;
      this.swap(first + root, first + child);
      root = child;
    }
  }

  private heap(from: number, to: number): void {
    const length = to - from;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i--) this.siftDown(i, length, from);
    for (let i = length - 1; i >= 0; i--) {
      this.swap(from, from + i);
      this.siftDown(0, i, from);
    }
  }

  private quick(begin: number, end: number, bound: number): void {
    let [from, to, limit] = [begin, end, bound];
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = to - from;
      if (length <= 12) {
        this.insertion(from, to);
        return;
      }
      if (limit === 0) {
        this.heap(from, to);
        return;
      }
      if (!wasBalanced) {
        this.breakPatterns(from, to);
        limit--;
      }
      let [pivot, hint] = this.choosePivot(from, to);
      if (hint === 'decreasing') {
        this.reverse(from, to);
        pivot = to - 1 - (pivot - from);
        hint = 'increasing';
      }
      if (wasBalanced && wasPartitioned && hint === 'increasing' && this.partialInsertion(from, to)) return;
      if (from > 0 && !this.less(from - 1, pivot)) {
        from = this.partitionEqual(from, to, pivot);
        continue;
      }
      const [middle, partitioned] = this.partition(from, to, pivot);
      wasPartitioned = partitioned;
      const [left, right] = [middle - from, to - middle];
      const threshold = Math.floor(length / 8);
      if (left < right) {
        wasBalanced = left >= threshold;
        this.quick(from, middle, limit);
        from = middle + 1;
      } else {
        wasBalanced = right >= threshold;
        this.quick(middle + 1, to, limit);
        to = middle;
      }
    }
  }

  private partition(from: number, to: number, pivot: number): [number, boolean] {
    this.swap(from, pivot);
    let i = from + 1;
    let j = to - 1;
    while (i <= j && this.less(i, from)) i++;
    while (i <= j && !this.less(j, from)) j--;
    if (i > j) {
      this.swap(j, from);
      return [j, true];
    }
    this.swap(i++, j--);
    for (;;) {
      while (i <= j && this.less(i, from)) i++;
      while (i <= j && !this.less(j, from)) j--;
      if (i > j) break;
      this.swap(i++, j--);
    }
    this.swap(j, from);
    return [j, false];
  }

  private partitionEqual(from: number, to: number, pivot: number): number {
    this.swap(from, pivot);
    let i = from + 1;
    let j = to - 1;
    for (;;) {
      while (i <= j && !this.less(from, i)) i++;
      while (i <= j && this.less(from, j)) j--;
      if (i > j) return i;
      this.swap(i++, j--);
    }
  }

  private partialInsertion(from: number, to: number): boolean {
    let i = from + 1;
    for (let step = 0; step < 5; step++) {
      while (i < to && !this.less(i, i - 1)) i++;
      if (i === to) return true;
      if (to - from < 50) return false;
      this.swap(i, i - 1);
      if (i - from >= 2) {
        for (let j = i - 1; j >= 1; j--) {
          if (!this.less(j, j - 1)) break;
          this.swap(j, j - 1);
        }
      }
      if (to - i >= 2) {
        for (let j = i + 1; j < to; j++) {
          if (!this.less(j, j - 1)) break;
          this.swap(j, j - 1);
        }
      }
    }
    return false;
  }

  private breakPatterns(from: number, to: number): void {
    const length = to - from;
    if (length < 8) return;
    let random = BigInt(length);
    const modulus = 1n << BigInt(bitLength(length));
    const middle = from + Math.floor(length / 4) * 2;
    for (let i = 0; i < 3; i++) {
      random ^= (random << 13n) & MASK;
      random ^= random >> 7n;
      random ^= (random << 17n) & MASK;
      let other = Number(random & (modulus - 1n));
      if (other >= length) other -= length;
      this.swap(middle - 1 + i, from + other);
    }
  }

  private choosePivot(from: number, to: number): [number, Hint] {
    const length = to - from;
    const swaps = { count: 0 };
    let i = from + Math.floor(length / 4);
    let j = from + Math.floor(length / 4) * 2;
    let k = from + Math.floor(length / 4) * 3;
    if (length >= 8) {
      if (length >= 50) {
        i = this.median(i - 1, i, i + 1, swaps);
        j = this.median(j - 1, j, j + 1, swaps);
        k = this.median(k - 1, k, k + 1, swaps);
      }
      j = this.median(i, j, k, swaps);
    }
    return [j, swaps.count === 0 ? 'increasing' : swaps.count === 12 ? 'decreasing' : 'unknown'];
  }

  private median(x: number, y: number, z: number, swaps: { count: number }): number {
    let [a, b, c] = [x, y, z];
    const order = (i: number, j: number): [number, number] => {
      if (!this.less(j, i)) return [i, j];
      swaps.count++;
      return [j, i];
    };
    [a, b] = order(a, b);
    [b, c] = order(b, c);
    [a, b] = order(a, b);
    return b;
  }

  private reverse(from: number, to: number): void {
    for (let i = from, j = to - 1; i < j; i++, j--) this.swap(i, j);
  }
}

const MASK = (1n << 64n) - 1n;

/** bits.Len */
function bitLength(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}
