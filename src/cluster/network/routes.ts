import type { Host } from './hosts.ts';
import { toAddress, toNumber } from './ipam.ts';
import type { NetworkInterface, NetworkNamespace } from './namespace.ts';

/** The routes of a namespace's kernel, as `ip route` prints them (each line with the blank that it ends with). */
export function routesOf(from: NetworkNamespace, hosts: readonly Host[]): string[] {
  const [first, bridge] = from.interfaces;
  if (first === undefined) return [];
  const { place } = from;
  if (from.id.startsWith('docker/')) return dockerRoutes(from);
  const own = connected(first);
  if (place.at === 'pod') {
    const gateway = hosts.find((host) => host.spec.name === place.node)?.gateway ?? '';
    return [`default via ${gateway} dev eth0 `, own];
  }
  if (place.at !== 'node') {
    const gateway = toAddress(base(first) + 1);
    return [`default via ${gateway} dev ${first.name} proto dhcp src ${first.address} metric 600 `, own];
  }
  const gateway = toAddress(base(first) + 1);
  const others = hosts
    .filter((host) => host.spec.name !== place.node)
    .map((host) => ({
      range: host.podRange.text,
      line: `${host.podRange.text} via ${host.spec.internalIP} dev eth0 `,
    }));
  const lines = [
    { range: `${toAddress(base(first))}/${first.prefixLength}`, line: own },
    ...(bridge === undefined
      ? []
      : [{ range: `${toAddress(base(bridge))}/${bridge.prefixLength}`, line: connected(bridge) }]),
    ...others,
  ];
  const key = (range: string) => toNumber(range.split('/')[0] ?? '');
  return [
    `default via ${gateway} dev eth0 proto dhcp src ${first.address} metric 100 `,
    ...lines.sort((a, b) => key(a.range) - key(b.range)).map((each) => each.line),
  ];
}

/** A Docker host sees its bridge as any other link; a container sees nothing else. */
function dockerRoutes(from: NetworkNamespace): string[] {
  const [first, bridge] = from.interfaces;
  if (first === undefined) return [];
  const gateway = toAddress(base(first) + 1);
  if (bridge === undefined) return [`default via ${gateway} dev ${first.name} `, connected(first)];
  return [`default via ${gateway} dev ${first.name} onlink `, connected(bridge), connected(first)];
}

function base(device: NetworkInterface): number {
  const size = 2 ** (32 - device.prefixLength);
  return Math.floor(toNumber(device.address) / size) * size;
}

function connected(device: NetworkInterface): string {
  return `${toAddress(base(device))}/${device.prefixLength} dev ${device.name} proto kernel scope link src ${device.address} `;
}
