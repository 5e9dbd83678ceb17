import type { Random } from '../../sim/random.ts';

/** Which addresses and ports Services get. */
export interface ServiceRanges {
  /** `10.0.0.0/16` */
  readonly serviceCIDR: string;
  /** First and last node port. */
  readonly nodePorts: readonly [number, number];
}

/** Message of a value that cannot be given. */
export class AllocationError extends Error {}

/** Gives out ClusterIPs and node ports, at random as the real allocators do, and remembers whose they are. */
export class Allocators {
  private readonly ips = new Map<number, string>();
  private readonly ports = new Map<string, string>();
  /** What each owner holds, so that giving back costs nothing for the many objects that hold nothing. */
  private readonly held = new Map<string, { readonly ips: Set<number>; readonly ports: Set<string> }>();
  private readonly base: number;
  private readonly size: number;
  private readonly ranges: ServiceRanges;
  private readonly random: Random;

  constructor(ranges: ServiceRanges, random: Random) {
    this.ranges = ranges;
    this.random = random;
    const [address = '', bits = '16'] = ranges.serviceCIDR.split('/');
    this.base = toNumber(address);
    this.size = 2 ** (32 - Number(bits));
  }

  /** @throws AllocationError in ipallocator's words */
  clusterIP(wanted: string | undefined, owner: string): string {
    if (wanted !== undefined) {
      const number = toNumber(wanted) - this.base;
      if (!/^\d+\.\d+\.\d+\.\d+$/.test(wanted) || number <= 0 || number >= this.size - 1)
        throw new AllocationError(
          `failed to allocate IP ${wanted}: the provided network does not match the current range`,
        );
      const holder = this.ips.get(number);
      if (holder !== undefined && holder !== owner)
        throw new AllocationError(`failed to allocate IP ${wanted}: provided IP is already allocated`);
      this.holdIP(number, owner);
      return wanted;
    }
    // The lower part of the range is for addresses that people choose (KEP-3070).
    const reserved = Math.min(Math.max(16, Math.floor(this.size / 16)), 256);
    for (let tries = 0; tries < 1000; tries++) {
      const number = reserved + this.random.below(this.size - reserved - 1);
      if (this.ips.has(number)) continue;
      this.holdIP(number, owner);
      return toAddress(this.base + number);
    }
    for (let number = 1; number < this.size - 1; number++) {
      if (this.ips.has(number)) continue;
      this.holdIP(number, owner);
      return toAddress(this.base + number);
    }
    throw new AllocationError('failed to allocate a serviceIP: range is full');
  }

  /** @throws AllocationError in portallocator's words */
  nodePort(wanted: number | undefined, protocol: string, owner: string): number {
    const [first, last] = this.ranges.nodePorts;
    if (wanted !== undefined) {
      if (wanted < first || wanted > last)
        throw new AllocationError(
          `provided port is not in the valid range. The range of valid ports is ${first}-${last}`,
        );
      const holder = this.ports.get(`${protocol}/${wanted}`);
      if (holder !== undefined && holder !== owner) throw new AllocationError('provided port is already allocated');
      this.holdPort(`${protocol}/${wanted}`, owner);
      return wanted;
    }
    for (let tries = 0; tries < 10_000; tries++) {
      const port = first + this.random.below(last - first + 1);
      if (this.ports.has(`${protocol}/${port}`)) continue;
      this.holdPort(`${protocol}/${port}`, owner);
      return port;
    }
    throw new AllocationError('range is full');
  }

  /** Gives back everything an owner holds. */
  release(owner: string): void {
    const held = this.held.get(owner);
    if (held === undefined) return;
    for (const number of held.ips) this.ips.delete(number);
    for (const port of held.ports) this.ports.delete(port);
    this.held.delete(owner);
  }

  private holdIP(number: number, owner: string): void {
    this.ips.set(number, owner);
    this.holdings(owner).ips.add(number);
  }

  private holdPort(port: string, owner: string): void {
    this.ports.set(port, owner);
    this.holdings(owner).ports.add(port);
  }

  private holdings(owner: string): { readonly ips: Set<number>; readonly ports: Set<string> } {
    let held = this.held.get(owner);
    if (held === undefined) {
      held = { ips: new Set(), ports: new Set() };
      this.held.set(owner, held);
    }
    return held;
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
