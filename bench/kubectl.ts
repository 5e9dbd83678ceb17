import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { httpApi } from '../src/cluster/api/http.ts';
import { Session } from '../src/playground/session.ts';
import type { Figure } from './figure.ts';

const TIMES = 20;
const SETUP = 'kubectl create deployment my-nginx --image=nginx --replicas=5\nsleep 30\n';

/** The middle one of so many measurements, in ms. */
async function median(work: () => Promise<void>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now();
    await work();
    all.push(performance.now() - began);
  }
  return all.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
}

/** Whether the process ended well; undefined when there is no such program. */
function run(program: string, args: readonly string[], home: string): Promise<boolean | undefined> {
  return new Promise((done) => {
    const child = spawn(program, args, { env: { HOME: home, PATH: process.env['PATH'] }, stdio: 'ignore' });
    child.on('error', () => done(undefined));
    child.on('close', (code) => done(code === 0));
  });
}

/**
 * `kubectl get pods` in the shell of Hopscope beside the real kubectl on the same cluster served over HTTP (KUBECTL names it;
 * without one only ours is measured), each after it has run once. Ours is measured as fast as possible: what it takes of the
 * machine. The way to the API server that the cluster simulates is a figure of its own; time in a page passes it too.
 */
export async function kubectlFigures(): Promise<Figure[]> {
  const session = new Session({ seed: 1, epoch: Date.now() - 60_000 });
  await session.ready(SETUP);
  const ask = async () => {
    const { status, output } = await session.script('kubectl get pods');
    if (status !== 0 || output.split('\n').length !== 7) throw new Error(`no five pods: ${output}`);
  };
  const began = performance.now();
  await ask();
  const first = performance.now() - began;
  const then = session.sim.now();
  await ask();
  const simulated = session.sim.now() - then;
  const ours = await median(ask);
  const figures: Figure[] = [
    { name: 'kubectl get pods in the terminal, the first time', value: first, unit: 'ms' },
    { name: 'kubectl get pods in the terminal', value: ours, unit: 'ms' },
    { name: 'the time that it simulates, its way to the API server', value: simulated, unit: 'ms' },
  ];
  const server = await new Promise<ReturnType<typeof serve>>((done) => {
    const { fetch } = httpApi(session.cluster.api);
    const starting = serve({ fetch, port: 0, hostname: '127.0.0.1' }, () => done(starting));
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const program = process.env['KUBECTL'] ?? 'kubectl';
  const args = ['--server', address, 'get', 'pods'];
  if ((await run(program, args, home)) === true) {
    const real = await median(async () => {
      if ((await run(program, args, home)) !== true) throw new Error('the real kubectl failed');
    });
    figures.push(
      { name: 'the real kubectl get pods on the same cluster, served', value: real, unit: 'ms' },
      { name: 'ours, compared with the real one', value: ours / real, unit: 'times', most: 0.1 },
    );
  }
  server.close();
  rmSync(home, { recursive: true });
  return figures;
}
