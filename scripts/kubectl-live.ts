/**
 * Judges our kubectl by the real one on living clusters: each script of src/programs/kubectl/differential/states brings a
 * simulated cluster into a state; its time then stands still while both kubectls ask the same API server the same things.
 *
 * The state "watch" is different: there both kubectls watch while time goes on and things happen.
 *
 * Usage: tsx scripts/kubectl-live.ts KUBECTL [--show] [STATE...]
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { httpApi } from '../src/cluster/api/http.ts';
import type { ApiServer } from '../src/cluster/api/server.ts';
import { FLAVOURS } from '../src/cluster/flavours/index.ts';
import { Session as Playground } from '../src/playground/session.ts';
import type { KubeApi } from '../src/programs/kubectl/api.ts';
import { kubeconfig, parseCorpus, RECORDED_SERVER, words } from '../src/programs/kubectl/differential/cases.ts';
import { equalOutcome } from '../src/programs/kubectl/differential/compare.ts';
import { differences, RealKubectl } from '../src/programs/kubectl/differential/real.ts';
import { type Outcome, Session } from '../src/programs/kubectl/testing/session.ts';
import { outside } from '../src/sim/routine.ts';
import { Simulation } from '../src/sim/simulation.ts';

const folder = join(import.meta.dirname, '../src/programs/kubectl/differential/states');
const [given, ...rest] = process.argv.slice(2);
if (given === undefined) throw new Error('which kubectl?');
const kubectl = new RealKubectl(given);
const show = rest.includes('--show');
const chosen = rest.filter((word) => !word.startsWith('--'));
const HOME = '/home/learner';
/** Both read the clock, a moment apart: a second's turn in between is no difference. */
const TRIES = 3;

/** What the real one prints in an order of chance, a Go map's. */
const UNORDERED = /^describe (cm|secret)/;

let cases = 0;
let equal = 0;
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.sh'))
  .sort()) {
  const state = file.replace(/\.sh$/, '');
  if (chosen.length > 0 && !chosen.includes(state)) continue;
  const script = readFileSync(join(folder, file), 'utf8');
  // Brought about twice: when it is known how long that takes, it can end now.
  const age = (await playground(script, Date.now())).sim.now();
  const { cluster } = await playground(script, Date.now() - age);
  const { api } = cluster;
  const { address, close } = await served(api);
  const home = kubectl.home(address, new Map());
  const own = inProcess(api);
  const corpus =
    readFileSync(join(folder, 'corpus.txt'), 'utf8') + script.replace(/^(?!#: ).*$/gm, '').replace(/^#: /gm, '');
  for (const line of parseCorpus(corpus).lines) {
    let ours: Outcome;
    let real: Outcome;
    let tries = 0;
    do {
      real = await kubectl.run(home, words(line), address);
      const session = new Session({
        sim: new Simulation({ epoch: Date.now() }),
        home: HOME,
        files: { [`${HOME}/.kube/config`]: kubeconfig(RECORDED_SERVER) },
        api: own,
      });
      ours = await session.run(words(line));
      if (UNORDERED.test(line)) [ours, real] = [inOrder(ours), inOrder(real)];
    } while (!equalOutcome(ours, real) && ++tries < TRIES);
    judge(state, line, ours, real);
  }
  close();
  rmSync(home, { recursive: true });
}
if (chosen.length === 0 || chosen.includes('watch')) await watches();
console.log(`${equal} of ${cases} equal`);

function judge(state: string, line: string, ours: Outcome, real: Outcome): void {
  cases++;
  if (equalOutcome(ours, real)) equal++;
  else {
    console.log(`--- ${state}: kubectl ${line}`);
    if (show) console.log(differences(ours, real));
  }
}

/** Both watch the same cluster while a Deployment is scaled, a pod deleted, and a Service made. */
async function watches(): Promise<void> {
  const script = readFileSync(join(folder, 'healthy.sh'), 'utf8');
  for (const line of parseCorpus(readFileSync(join(folder, 'watch.txt'), 'utf8')).lines) {
    const { cluster, sim } = await playground(script, Date.now());
    const { address, close } = await served(cluster.api);
    const home = kubectl.home(address, new Map());
    const watching = kubectl.start(home, words(line), address);
    await new Promise((done) => setTimeout(done, 1000));
    const send = (path: string, method: 'PATCH' | 'POST' | 'DELETE', body?: unknown) =>
      cluster.api.rest({
        method,
        path,
        headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
    sim.schedule(1000, () =>
      send('/apis/apps/v1/namespaces/default/deployments/my-nginx', 'PATCH', { spec: { replicas: 5 } }),
    );
    sim.schedule(8000, () => send('/api/v1/namespaces/default/pods/web', 'DELETE'));
    sim.schedule(9000, () =>
      send('/api/v1/namespaces/default/services', 'POST', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'more' },
        spec: { selector: { app: 'my-nginx' }, ports: [{ port: 80 }] },
      }),
    );
    sim.schedule(12_000, () =>
      send('/apis/apps/v1/namespaces/default/deployments/my-nginx', 'PATCH', { spec: { replicas: 1 } }),
    );
    const ours = await new Session({
      sim,
      home: HOME,
      files: { [`${HOME}/.kube/config`]: kubeconfig(RECORDED_SERVER) },
      api: inProcess(cluster.api),
    }).run(words(line), { limit: 30_000 });
    await new Promise((done) => setTimeout(done, 500));
    watching.interrupt();
    const real = await watching.outcome;
    // Interrupted, a process has no exit status of its own.
    judge('watch', line, ours, { ...real, status: ours.status });
    close();
    rmSync(home, { recursive: true });
  }
}

async function served(api: ApiServer): Promise<{ address: string; close(): void }> {
  const server = await new Promise<ReturnType<typeof serve>>((done) => {
    const starting = serve({ fetch: httpApi(api).fetch, port: 0, hostname: '127.0.0.1' }, () => done(starting));
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

function inProcess(api: ApiServer): KubeApi {
  return {
    server: RECORDED_SERVER,
    *request(request) {
      const loading = api.preload(request);
      if (loading !== undefined) yield* outside(() => loading);
      return api.rest(request);
    },
    *connect() {
      yield* [];
      return { error: 'nothing runs while time stands still' };
    },
  };
}

function inOrder(outcome: Outcome): Outcome {
  return { ...outcome, stdout: outcome.stdout.split('\n').sort().join('\n') };
}

async function playground(script: string, epoch: number): Promise<Playground> {
  const flavour = /^# cluster: (\S+)$/m.exec(script)?.[1] ?? 'gce';
  if (FLAVOURS[flavour] === undefined) throw new Error(`no cluster is called ${flavour}`);
  const session = new Playground({ cluster: flavour, seed: 1, epoch: Math.floor(epoch / 1000) * 1000 });
  await session.ready(script);
  return session;
}
