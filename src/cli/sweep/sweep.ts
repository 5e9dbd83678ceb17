import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serve } from '@hono/node-server';
import { httpApi } from '../../cluster/api/http.ts';
import { Session } from '../../playground/session.ts';
import { Driver } from '../../sim/driver.ts';
import { serveStreams } from '../exec-socket.ts';
import { SWEEP_FILES, type SweepArea, type SweepCase } from './cases.ts';

/** What came of a line. */
export interface SweepResult {
  readonly case: SweepCase;
  /** In the form of {@link SweepCase.says}. */
  readonly said: string;
  readonly ok: boolean;
}

/** Longest that a line may take, in ms. */
const PATIENCE = 60_000;

/** How much faster than the wall clock the served cluster lives: enough that nobody waits, little enough that a watch is seen to go on. */
const SPEED = 10;

/** One real kubectl before one served cluster that lives. */
export class Sweep {
  private constructor(
    private readonly bin: string,
    private readonly address: string,
    private readonly stop: () => void,
  ) {}

  /** Serves a new cluster to the kubectl at a path. */
  static async start(kubectl: string): Promise<Sweep> {
    const session = new Session({ epoch: Date.now() });
    await session.ready();
    const { api } = session.cluster;
    // etcd is compacted every five minutes: a cluster of any age has forgotten its first versions.
    for (const { plural, group } of api.kinds) api.shelf(plural, group).compact(Number(api.resourceVersion));
    const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((done) => {
      const made = serve({ fetch: httpApi(api).fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) =>
        done({ server: made, port: info.port }),
      );
    });
    serveStreams(server, api);
    const driver = new Driver(
      session.sim,
      { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
      { speed: SPEED },
    );
    const bin = mkdtempSync(join(tmpdir(), 'hopscope-'));
    symlinkSync(resolve(kubectl), join(bin, 'kubectl'));
    return new Sweep(bin, `http://127.0.0.1:${port}`, () => {
      driver.stop();
      server.close();
      session.stop();
      rmSync(bin, { recursive: true, force: true });
    });
  }

  close(): void {
    this.stop();
  }

  /** Runs the lines of an area one after the other, but for those that this kubectl is too old for. */
  async run({ name, cases }: SweepArea, minor: number): Promise<SweepResult[]> {
    const home = join(this.bin, name);
    mkdirSync(join(home, '.kube'), { recursive: true });
    writeFileSync(join(home, '.kube/config'), kubeconfig(this.address, name));
    for (const [path, text] of Object.entries(SWEEP_FILES)) writeFileSync(join(home, path), text);
    await this.line(home, `kubectl create namespace ${name}`);
    const results: SweepResult[] = [];
    for (const each of cases) {
      if (each.since !== undefined && minor < each.since) continue;
      const said = await this.line(home, each.line);
      results.push({ case: each, said, ok: each.says.test(said) });
    }
    return results;
  }

  private line(home: string, line: string): Promise<string> {
    return new Promise((done) => {
      const child = spawn('bash', ['-c', line], {
        cwd: home,
        env: { HOME: home, PATH: `${this.bin}:/usr/bin:/bin`, TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const patience = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), PATIENCE);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => {
        stdout += String(chunk);
      });
      child.stderr.on('data', (chunk) => {
        stderr += String(chunk);
      });
      child.on('close', (code) => {
        clearTimeout(patience);
        done(`${stdout}${stderr}${code === 0 ? '' : `exit ${code ?? 'by a signal'}`}`);
      });
    });
  }
}

/** The minor version of a kubectl, or undefined where there is none. */
export function minorOf(kubectl: string): number | undefined {
  const { status, stdout } = spawnSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const found = /"minor": "(\d+)/.exec(stdout)?.[1];
  return found === undefined ? undefined : Number(found);
}

function kubeconfig(server: string, namespace: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hopscope', cluster: { server } }],
    contexts: [{ name: 'hopscope', context: { cluster: 'hopscope', user: 'admin', namespace } }],
    'current-context': 'hopscope',
    users: [{ name: 'admin', user: {} }],
  });
}
