import type { Simulation } from '../../sim/simulation.ts';
import type { AppReply, AppRequest } from './namespace.ts';
import { NetworkNamespace } from './namespace.ts';

/** The resolvers that machines outside of the cluster's DNS ask: the cloud's, and the one of the learner's home. */
export const CLOUD_RESOLVER = '169.254.169.254';
export const HOME_RESOLVER = '198.51.100.1';

/** Names of a small made-up internet, in address ranges that are set aside for documentation. */
const SITES: Readonly<Record<string, string>> = {
  'example.com': '203.0.113.10',
  'www.example.com': '203.0.113.10',
  'example.org': '203.0.113.11',
  'example.net': '203.0.113.12',
  'kubernetes.io': '203.0.113.20',
  'www.google.com': '203.0.113.30',
  'google.com': '203.0.113.30',
  'github.com': '203.0.113.40',
  'registry-1.docker.io': '203.0.113.50',
};

/** The names that this internet knows. */
export const SITE_NAMES: readonly string[] = Object.keys(SITES);

const PAGE = `<!doctype html>
<html>
<head>
    <title>Example Domain</title>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
</head>
<body>
<div>
    <h1>Example Domain</h1>
    <p>This page stands for every page outside of the cluster.</p>
</div>
</body>
</html>
`;

/** Addresses of balancers that are known by a name: behind the sites in the same range. */
export function balancerAddress(hostname: string): string {
  let hash = 0;
  for (let i = 0; i < hostname.length; i++) hash = (Math.imul(hash, 31) + hostname.charCodeAt(i)) >>> 0;
  return `203.0.113.${128 + (hash % 120)}`;
}

/** The machines of the internet: web servers, and resolvers that know them. `extra` knows names of the cloud's balancers. */
export function internet(sim: Simulation, extra: (name: string) => string | undefined): Map<string, NetworkNamespace> {
  const found = new Map<string, NetworkNamespace>();
  const make = (address: string, hostname: string) => {
    const known = found.get(address);
    if (known !== undefined) return known;
    const made = new NetworkNamespace(
      `internet/${hostname}`,
      { at: 'internet' },
      { hostname, interfaces: [{ name: 'eth0', address, prefixLength: 32, mac: '42:01:cb:00:71:01' }] },
    );
    found.set(address, made);
    return made;
  };
  for (const [name, address] of Object.entries(SITES)) {
    if (found.has(address)) continue;
    make(address, name).listen({
      protocol: 'TCP',
      address: '0.0.0.0',
      port: 80,
      program: 'httpd',
      serve: (request) => page(request, sim.calendar()),
    });
  }
  for (const address of [CLOUD_RESOLVER, HOME_RESOLVER])
    for (const protocol of ['UDP', 'TCP'] as const)
      make(address, address === CLOUD_RESOLVER ? 'metadata.google.internal' : 'resolver').listen({
        protocol,
        address: '0.0.0.0',
        port: 53,
        program: 'dns',
        serve: (request) => resolve(request, extra),
      });
  return found;
}

function page(request: AppRequest, now: number): AppReply {
  if (request.kind !== 'http') return { kind: 'close' };
  return {
    kind: 'http',
    status: 200,
    reason: 'OK',
    headers: [
      ['Content-Type', 'text/html'],
      ['Last-Modified', 'Mon, 13 Jan 2025 20:11:20 GMT'],
      ['Date', new Date(now).toUTCString()],
      ['Content-Length', String(PAGE.length)],
      ['Connection', 'keep-alive'],
    ],
    body: request.method === 'HEAD' ? '' : PAGE,
  };
}

function resolve(request: AppRequest, extra: (name: string) => string | undefined): AppReply {
  if (request.kind !== 'dns') return { kind: 'close' };
  const name = request.name.toLowerCase().replace(/\.$/, '');
  const address = SITES[name] ?? extra(name);
  const delay = 4;
  if (address === undefined) return { kind: 'dns', rcode: 'NXDOMAIN', answers: [], delay };
  return {
    kind: 'dns',
    rcode: 'NOERROR',
    answers: request.type === 'A' ? [{ name: `${name}.`, type: 'A', ttl: 300, value: address }] : [],
    delay,
  };
}
