import { base32, sha256 } from '../sha256.ts';
import type { ProxyEndpoint, ServicePortRule } from './service-port.ts';

/** The chains of one Service port (pkg/proxy/iptables, newServiceInfo): the first 16 characters of base32(sha256(name + protocol)). */
export interface PortChains {
  /** `KUBE-SVC-…`: all endpoints. */
  readonly cluster: string;
  /** `KUBE-SVL-…`: those of this node, for policy Local. */
  readonly local: string;
  /** `KUBE-EXT-…`: what comes from outside. */
  readonly external: string;
  /** `KUBE-FW-…`: source ranges of a load balancer. */
  readonly firewall: string;
}

const PORTS = new WeakMap<ServicePortRule, PortChains>();
const ENDPOINTS = new WeakMap<ServicePortRule, Map<ProxyEndpoint, string>>();

export function chainsOf(rule: ServicePortRule): PortChains {
  const known = PORTS.get(rule);
  if (known !== undefined) return known;
  const hash = hashed(rule.name + rule.protocol.toLowerCase());
  const made = {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
  PORTS.set(rule, made);
  return made;
}

/** `KUBE-SEP-…`: one endpoint of a Service port. */
export function endpointChain(rule: ServicePortRule, endpoint: ProxyEndpoint): string {
  let chains = ENDPOINTS.get(rule);
  if (chains === undefined) {
    chains = new Map();
    ENDPOINTS.set(rule, chains);
  }
  const known = chains.get(endpoint);
  if (known !== undefined) return known;
  const made = `KUBE-SEP-${hashed(`${rule.name}${rule.protocol.toLowerCase()}${endpoint.address}:${endpoint.port}`)}`;
  chains.set(endpoint, made);
  return made;
}

const HASHES = new Map<string, string>();

function hashed(text: string): string {
  let hash = HASHES.get(text);
  if (hash === undefined) {
    hash = base32(sha256(text).subarray(0, 10));
    // Names come and go with pods; what is still needed is made again.
    if (HASHES.size > 50_000) HASHES.clear();
    HASHES.set(text, hash);
  }
  return hash;
}

/**
 * `--probability` of rule `index` of `count`, as iptables prints it back: each rule takes its share of what the rules before it
 * let pass, written with ten digits by kube-proxy and kept in 31 bits by the kernel. None for the last.
 */
export function probability(index: number, count: number): string | undefined {
  if (index >= count - 1) return undefined;
  const share = count - index;
  const known = PROBABILITIES[share];
  if (known !== undefined) return known;
  const written = Number((1 / share).toFixed(10));
  const text = (Math.round(written * 0x80000000) / 0x80000000).toFixed(11);
  PROBABILITIES[share] = text;
  return text;
}

/** By how many endpoints are left. */
const PROBABILITIES: string[] = [];
