/** Gives out the addresses of a node's range, the next free one each time, as the host-local plugin does. */
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

  /** Takes a certain address (a restored pod's). False when it is not of this range. */
  take(address: string): boolean {
    const offset = toNumber(address) - this.base;
    if (offset <= 0 || offset >= this.size) return false;
    this.used.add(offset);
    this.last = Math.max(this.last, offset);
    return true;
  }

  release(address: string): void {
    this.used.delete(toNumber(address) - this.base);
  }
}

export function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Whether an address lies in `10.244.0.0/16`. */
export function inRange(address: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}
