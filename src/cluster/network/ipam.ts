/**
 * Gives out the addresses of a node's range as the host-local plugin does: the next one after the last given, round and round, so
 * that an address rests before another pod gets it.
 */
export class AddressRange {
  private readonly base: number;
  private readonly size: number;
  private readonly used = new Set<number>();
  private last = 1;

  /** `10.244.3.0/24`; the first address is the bridge's. */
  constructor(cidr: string) {
    const [address = '', bits = '24'] = cidr.split('/');
    this.base = toNumber(address);
    this.size = 2 ** (32 - Number(bits));
  }

  /** Undefined when the range is full. */
  allocate(): string | undefined {
    for (let tries = 0; tries < this.size; tries++) {
      this.last = this.last + 1 >= this.size - 1 ? 2 : this.last + 1;
      if (this.used.has(this.last)) continue;
      this.used.add(this.last);
      return toAddress(this.base + this.last);
    }
    return undefined;
  }

  /** Takes a certain address (a restored pod's). False when it is not of this range, or taken. */
  take(address: string): boolean {
    const offset = toNumber(address) - this.base;
    if (offset <= 1 || offset >= this.size - 1 || this.used.has(offset)) return false;
    this.used.add(offset);
    this.last = Math.max(this.last, offset);
    return true;
  }

  release(address: string): void {
    this.used.delete(toNumber(address) - this.base);
  }

  /** The bridge's address: the first of the range. */
  get gateway(): string {
    return toAddress(this.base + 1);
  }
}

export function toNumber(address: string): number {
  let value = 0;
  let part = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      value = value * 256 + part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return value * 256 + part;
}

export function toAddress(number: number): string {
  return `${Math.floor(number / 0x1000000) % 256}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** A range of addresses, ready to be asked many times. */
export class Cidr {
  readonly text: string;
  private readonly size: number;
  private readonly block: number;

  constructor(text: string) {
    this.text = text;
    const [base = '', bits = '32'] = text.split('/');
    this.size = 2 ** (32 - Number(bits));
    this.block = Math.floor(toNumber(base) / this.size);
  }

  has(address: string): boolean {
    return Math.floor(toNumber(address) / this.size) === this.block;
  }
}

/** Whether an address lies in `10.244.0.0/16`. */
export function inRange(address: string, cidr: string): boolean {
  return new Cidr(cidr).has(address);
}
