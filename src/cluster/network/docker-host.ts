import type { DockerHostSpec } from '../flavours/flavour.ts';
import { AddressRange, Cidr, toAddress, toNumber } from './ipam.ts';
import { NetworkNamespace, type TransportProtocol } from './namespace.ts';

/** A port of a host that leads to a container's. */
export interface PublishedPort {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0`, or the one address of the host that it is published on. */
  readonly address: string;
  readonly hostPort: number;
  readonly container: NetworkNamespace;
  readonly containerPort: number;
}

/** Docker's default bridge has the same range on every host: nothing outside of a host knows it. */
export const DOCKER_BRIDGE = '172.17.0.0/16';

/**
 * A plain Docker host: its own namespace with eth0 and docker0, the containers on that bridge, and the ports published for
 * them. Containers' addresses are known on their host only, so two hosts may well use the same ones.
 */
export class DockerHost {
  readonly spec: DockerHostSpec;
  readonly namespace: NetworkNamespace;
  readonly bridge = new Cidr(DOCKER_BRIDGE);
  /** The bridge's own address: 172.17.0.1. */
  readonly gateway: string;
  private readonly containers = new Map<string, NetworkNamespace>();
  private readonly published = new Map<string, PublishedPort>();

  constructor(spec: DockerHostSpec, resolver: string) {
    this.spec = spec;
    this.gateway = new AddressRange(DOCKER_BRIDGE).gateway;
    this.namespace = new NetworkNamespace(
      `docker/${spec.name}`,
      { at: 'node', node: spec.name },
      {
        hostname: spec.name,
        interfaces: [
          { name: 'eth0', address: spec.address, prefixLength: 24, mac: hardware('52:54', spec.address) },
          { name: 'docker0', address: this.gateway, prefixLength: 16, mac: hardware('02:42', this.gateway) },
        ],
        resolver: { nameservers: [resolver], search: [], ndots: 1 },
      },
    );
  }

  /** Joins a container to docker0, with the lowest address that is free. */
  attach(container: string, hostname: string): NetworkNamespace {
    let address = toNumber(this.gateway) + 1;
    while (this.containers.has(toAddress(address))) address++;
    const ip = toAddress(address);
    const made = new NetworkNamespace(
      `docker/${this.spec.name}/${container}`,
      { at: 'pod', namespace: this.spec.name, pod: container, node: this.spec.name },
      {
        hostname,
        interfaces: [{ name: 'eth0', address: ip, prefixLength: 16, mac: hardware('02:42', ip) }],
        resolver: this.namespace.resolver,
      },
    );
    this.containers.set(ip, made);
    return made;
  }

  /** Takes a container off the bridge and withdraws what was published for it. */
  detach(container: NetworkNamespace): void {
    container.up = false;
    if (container.address !== undefined) this.containers.delete(container.address);
    for (const [key, port] of this.published) if (port.container === container) this.published.delete(key);
  }

  containerAt(address: string): NetworkNamespace | undefined {
    return this.containers.get(address);
  }

  /** Every container on the bridge, by address. */
  attached(): NetworkNamespace[] {
    return [...this.containers.values()];
  }

  /** False when somebody has the port already: another container, or a process of the host itself. */
  publish(port: PublishedPort): boolean {
    const key = `${port.protocol}/${port.hostPort}`;
    const taken = this.namespace
      .listeners()
      .some((each) => each.protocol === port.protocol && each.port === port.hostPort);
    if (taken || this.published.has(key)) return false;
    this.published.set(key, port);
    return true;
  }

  publishedAt(protocol: TransportProtocol | 'ICMP', port: number): PublishedPort | undefined {
    return this.published.get(`${protocol}/${port}`);
  }

  /** In the order in which they were published. */
  publishedPorts(): PublishedPort[] {
    return [...this.published.values()];
  }

  /** A port of the kernel's ephemeral range that nobody has, for `-p 80` and `-P`. */
  freePort(protocol: TransportProtocol): number {
    let port = 32768;
    while (this.published.has(`${protocol}/${port}`)) port++;
    return port;
  }
}

function hardware(prefix: string, address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${prefix}:${bytes.join(':')}`;
}
