/**
 * Records what the real nslookup, host and dig (bind9-dnsutils) and busybox print for the corpora of src/cli/dns-tools, against a DNS
 * server with a cluster's zone on 10.0.0.10, in a network namespace of its own. The test beside the corpora holds our programs to it.
 *
 * Usage, as root: unshare -nm npx tsx scripts/record-dns-tools.ts
 */

import { execFile, execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, type Outcome } from '../src/cli/web-tools/compare.ts';
import { serveZone } from './dns-server.ts';

const folder = join(import.meta.dirname, '../src/cli/dns-tools');
const resolv =
  'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.0.0.10\noptions ndots:5\n';
writeFileSync('/tmp/hopscope-resolv.conf', resolv);
for (const command of ['link set lo up', 'addr add 10.0.0.10/32 dev lo', 'addr add 10.0.0.99/32 dev lo'])
  execFileSync('ip', command.split(' '));
execFileSync('mount', ['--bind', '/tmp/hopscope-resolv.conf', '/etc/resolv.conf']);

function run(command: string): Promise<Outcome & { command: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', command],
      { env: { PATH: '/usr/bin:/bin:/usr/sbin', LANG: 'C', TZ: 'UTC', HOME: '/' }, timeout: 30_000 },
      (error, stdout, stderr) =>
        resolve({ command, stdout, stderr, status: typeof error?.code === 'number' ? error.code : 0 }),
    );
    child.stdin?.end();
  });
}

const close = await serveZone('10.0.0.10');
// One that never answers.
const silent = createSocket('udp4').bind(53, '10.0.0.99');
for (const name of readdirSync(join(folder, 'corpus'))) {
  const outcomes: (Outcome & { command: string })[] = [];
  for (const line of linesOf(readFileSync(join(folder, 'corpus', name), 'utf8'))) {
    const ran = await run(name.startsWith('busybox') ? `nslookup() { busybox nslookup "$@"; }; ${line}` : line);
    outcomes.push({ ...ran, command: line });
  }
  writeFileSync(join(folder, 'recorded', name.replace('.txt', '.json')), `${JSON.stringify(outcomes, null, 1)}\n`);
  console.log(`${name}: ${outcomes.length} commands`);
}
silent.close();
close();
