/**
 * Serves the API of a simulated cluster over HTTP, its time running with the wall clock: for the real kubectl, or any other
 * client. Prints a kubeconfig once it is ready.
 *
 *   api [--port N] [--cluster NAME] [--seed N] [--file SCRIPT]
 *
 * --port 0 takes any free port. --file runs a script on the cluster's laptop first.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { httpApi } from '../cluster/api/http.ts';
import { FLAVOURS } from '../cluster/flavours/index.ts';
import { Session } from '../playground/session.ts';
import { Driver } from '../sim/driver.ts';
import { serveStreams } from './exec-socket.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8001' },
    cluster: { type: 'string', default: 'gce' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`--port takes a port number, not "${values.port}"`);
if (FLAVOURS[values.cluster] === undefined)
  fail(`no cluster is called "${values.cluster}"; there are ${Object.keys(FLAVOURS).join(', ')}`);

// Virtual time is the wall clock's, but for the few seconds that a session lets pass at first.
const session = new Session({
  cluster: values.cluster,
  seed: Number(values.seed) || 1,
  epoch: Date.now() - 3000,
});
await session.ready(values.file === undefined ? undefined : readFileSync(values.file, 'utf8'));

const { api } = session.cluster;
const server = serve({ fetch: httpApi(api).fetch, port, hostname: '127.0.0.1' }, (info: AddressInfo) => {
  process.stdout.write(kubeconfig(`http://127.0.0.1:${info.port}`));
});
serveStreams(server, api);
new Driver(session.sim, {
  now: () => performance.now(),
  later: (ms, run) => void setTimeout(run, ms),
});

function kubeconfig(address: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: hopscope
  cluster:
    server: ${address}
contexts:
- name: hopscope
  context:
    cluster: hopscope
    user: kubernetes-admin
current-context: hopscope
users:
- name: kubernetes-admin
  user: {}
`;
}

function fail(message: string): never {
  console.error(`api: ${message}`);
  process.exit(2);
}
