import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Answers of one name: type, time to live, data as a zone file has it. */
type Records = readonly (readonly [type: 'A' | 'CNAME' | 'PTR' | 'SRV', value: string])[];

const TYPES: Readonly<Record<string, number>> = { A: 1, CNAME: 5, SOA: 6, PTR: 12, AAAA: 28, SRV: 33 };
const TTL = 30;

/** What CoreDNS holds for the Services of src/cli/dns-tools/services.yaml. */
const ZONE: Readonly<Record<string, Records>> = {
  'kubernetes.default.svc.cluster.local.': [
    ['A', '10.0.0.1'],
    ['SRV', '0 100 443 kubernetes.default.svc.cluster.local.'],
  ],
  '_https._tcp.kubernetes.default.svc.cluster.local.': [['SRV', '0 100 443 kubernetes.default.svc.cluster.local.']],
  'kube-dns.kube-system.svc.cluster.local.': [['A', '10.0.0.10']],
  'my-nginx.default.svc.cluster.local.': [
    ['A', '10.0.162.149'],
    ['SRV', '0 100 80 my-nginx.default.svc.cluster.local.'],
  ],
  '_http._tcp.my-nginx.default.svc.cluster.local.': [['SRV', '0 100 80 my-nginx.default.svc.cluster.local.']],
  'one.default.svc.cluster.local.': [['A', '10.244.9.7']],
  'web-0.one.default.svc.cluster.local.': [['A', '10.244.9.7']],
  'alias.default.svc.cluster.local.': [['CNAME', 'my-nginx.default.svc.cluster.local.']],
  '1.0.0.10.in-addr.arpa.': [['PTR', 'kubernetes.default.svc.cluster.local.']],
  '10.0.0.10.in-addr.arpa.': [['PTR', 'kube-dns.kube-system.svc.cluster.local.']],
  '149.162.0.10.in-addr.arpa.': [['PTR', 'my-nginx.default.svc.cluster.local.']],
};

function nameBytes(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function numbers(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const out = Buffer.alloc(bytes);
      out.writeUIntBE(value, 0, bytes);
      return out;
    }),
  );
}

function data(type: string, value: string): Buffer {
  const words = value.split(' ');
  if (type === 'A') return Buffer.from(value.split('.').map(Number));
  if (type === 'SRV')
    return Buffer.concat([
      numbers(...words.slice(0, 3).map((each) => [2, Number(each)] as const)),
      nameBytes(words[3] ?? ''),
    ]);
  if (type === 'SOA')
    return Buffer.concat([
      nameBytes(words[0] ?? ''),
      nameBytes(words[1] ?? ''),
      numbers(...words.slice(2).map((each) => [4, Number(each)] as const)),
    ]);
  return nameBytes(value);
}

/** Names are not compressed: CoreDNS does that only where an answer would be too large. */
function record(name: string, type: string, value: string): Buffer {
  const bytes = data(type, value);
  return Buffer.concat([nameBytes(name), numbers([2, TYPES[type] ?? 0], [2, 1], [4, TTL], [2, bytes.length]), bytes]);
}

/** The answer to a query, as CoreDNS with its kubernetes plugin gives it. */
export function answer(query: Buffer): Buffer {
  let at = 12;
  const labels: string[] = [];
  while (query[at] !== 0) {
    const length = query[at] ?? 0;
    labels.push(query.subarray(at + 1, at + 1 + length).toString());
    at += length + 1;
  }
  const name = `${labels.join('.').toLowerCase()}.`;
  const wanted = query.readUInt16BE(at + 1);
  const question = query.subarray(12, at + 5);
  const edns = query.subarray(at + 5);
  const answers: Buffer[] = [];
  const additional: Buffer[] = [];
  let asked = name;
  for (let hop = 0; hop < 3; hop++) {
    const alias = (ZONE[asked] ?? []).find(([type]) => type === 'CNAME');
    for (const [type, value] of ZONE[asked] ?? []) {
      if (TYPES[type] !== wanted && type !== 'CNAME') continue;
      answers.push(record(asked, type, value));
      const target = value.split(' ').at(-1) ?? '';
      if (type === 'SRV')
        for (const [other, address] of ZONE[target] ?? [])
          if (other === 'A') additional.push(record(target, 'A', address));
    }
    if (alias === undefined || wanted === TYPES['CNAME']) break;
    asked = alias[1];
  }
  const zone = name.endsWith('.in-addr.arpa.') ? 'in-addr.arpa.' : 'cluster.local.';
  const soa = record(zone, 'SOA', `ns.dns.${zone} hostmaster.${zone} 1795165200 7200 1800 86400 30`);
  const ours = name.endsWith(zone);
  if (name === 'cluster.local.' && wanted === TYPES['SOA']) answers.push(soa);
  const lacking = answers.length === 0 && ours;
  const exists = !ours || ZONE[name] !== undefined || Object.keys(ZONE).some((each) => each.endsWith(`.${name}`));
  const flags = 0x8000 | (ours ? 0x0400 : 0x0080) | (query.readUInt16BE(2) & 0x0100) | (exists && ours ? 0 : 3);
  const header = numbers(
    [2, query.readUInt16BE(0)],
    [2, flags],
    [2, 1],
    [2, answers.length],
    [2, lacking ? 1 : 0],
    [2, additional.length + query.readUInt16BE(10)],
  );
  return Buffer.concat([header, question, ...answers, ...(lacking ? [soa] : []), ...additional, edns]);
}

/** Serves the zone on an address, port 53, UDP and TCP. */
export async function serveZone(address: string): Promise<() => void> {
  const udp = createSocket('udp4', (query, from) => udp.send(answer(query), from.port, from.address));
  const tcp = createServer((socket) => {
    socket.on('data', (chunk) => {
      const made = answer(chunk.subarray(2));
      socket.end(Buffer.concat([numbers([2, made.length]), made]));
    });
  });
  await new Promise<void>((resolve) => udp.bind(53, address, () => resolve()));
  await new Promise<void>((resolve) => tcp.listen(53, address, () => resolve()));
  return () => {
    udp.close();
    tcp.close();
  };
}
