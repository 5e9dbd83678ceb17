import type { NodeSpec } from '../flavours/flavour.ts';
import type { AddressRange, Cidr } from './ipam.ts';
import type { NetworkNamespace } from './namespace.ts';

/** A node as the network sees it: its namespace, its pods' range, and whether it has power. */
export interface Host {
  readonly spec: NodeSpec;
  readonly namespace: NetworkNamespace;
  readonly range: AddressRange;
  readonly podRange: Cidr;
  /** Address of its bridge, cbr0. */
  readonly gateway: string;
  power: boolean;
  /** Virtual time at which it lost its power. */
  darkSince: number;
}

/** Who has which address. */
export class AddressBook {
  readonly hosts = new Map<string, Host>();
  private readonly byAddress = new Map<string, NetworkNamespace>();
  private readonly byExternal = new Map<string, Host>();

  addHost(host: Host): void {
    this.hosts.set(host.spec.name, host);
    for (const each of host.namespace.interfaces) this.byAddress.set(each.address, host.namespace);
    if (host.spec.externalIP !== undefined) this.byExternal.set(host.spec.externalIP, host);
  }

  assign(address: string, namespace: NetworkNamespace): void {
    this.byAddress.set(address, namespace);
  }

  /** Gives an address up, unless somebody else has it by now. */
  release(address: string, namespace: NetworkNamespace): void {
    if (this.byAddress.get(address) === namespace) this.byAddress.delete(address);
  }

  ownerOf(address: string): NetworkNamespace | undefined {
    return this.byAddress.get(address);
  }

  /** The node with this external address. */
  external(address: string): Host | undefined {
    return this.byExternal.get(address);
  }

  /** The node that packets for this address go to: its own addresses and its pods'. */
  hostFor(address: string): Host | undefined {
    const place = this.byAddress.get(address)?.place;
    if (place !== undefined) return 'node' in place ? this.hosts.get(place.node) : undefined;
    for (const host of this.hosts.values()) if (host.podRange.has(address)) return host;
    return undefined;
  }
}

/** Whether the address is one of the node's own. */
export function isOwn(host: Host, address: string): boolean {
  return host.namespace.interfaces.some((each) => each.address === address);
}
