import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpApi } from '../cluster/api/http.ts';
import { Session } from '../playground/session.ts';
import { Driver } from '../sim/driver.ts';
import { serveStreams } from './exec-socket.ts';
import { SWEEP_FILES } from './sweep/cases.ts';

/** The real kubectl judges the API, where there is one on the PATH. */
const { status } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
const present = status === 0;

describe.skipIf(!present)('the real kubectl', () => {
  const home = mkdtempSync(join(tmpdir(), 'hopscope-'));
  let server: ServerType;
  let driver: Driver;
  let session: Session;

  beforeAll(async () => {
    session = new Session({ epoch: Date.now() });
    await session.ready();
    const { api } = session.cluster;
    server = await new Promise<ServerType>((done) => {
      const made = serve({ fetch: httpApi(api).fetch, port: 0, hostname: '127.0.0.1' }, () => done(made));
    });
    serveStreams(server, api);
    driver = new Driver(
      session.sim,
      { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
      { speed: 20 },
    );
    writeFileSync(join(home, 'web.yaml'), SWEEP_FILES['web.yaml'] ?? '');
  });

  afterAll(() => {
    driver?.stop();
    server?.close();
    session?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const kubectl = (...argv: string[]) => kubectlUntil(undefined, ...argv);

  /**
   * Ends kubectl as soon as it has printed what is expected; the watch would go on for ever. `onOutput` is called with all that it has
   * printed, whenever that is more.
   */
  async function kubectlUntil(
    expected: RegExp | undefined | { readonly until: RegExp; readonly onOutput: (text: string) => void },
    ...argv: string[]
  ): Promise<{ stdout: string; stderr: string; status: number }> {
    const { port } = server.address() as AddressInfo;
    const child = spawn('kubectl', ['--server', `http://127.0.0.1:${port}`, ...argv], {
      cwd: home,
      env: { HOME: home, PATH: process.env['PATH'] },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      const pattern = expected instanceof RegExp ? expected : expected?.until;
      if (expected !== undefined && !(expected instanceof RegExp)) expected.onOutput(stdout);
      if (pattern?.test(stdout) === true) child.kill();
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    const status = await new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)));
    return { stdout, stderr, status };
  }

  it('applies, waits, lists and describes', async () => {
    expect((await kubectl('apply', '-f', 'web.yaml')).stdout).toBe(
      'deployment.apps/web created\nservice/web created\n',
    );
    expect((await kubectl('wait', '--for=condition=Available', 'deploy/web', '--timeout=20s')).stdout).toBe(
      'deployment.apps/web condition met\n',
    );
    expect((await kubectl('get', 'nodes')).stdout).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION\nkubernetes-minion-905m +Ready +<none> +\w+ +v1\.33\.4\n/,
    );
    expect((await kubectl('get', 'deploy', 'web')).stdout).toMatch(/\nweb +2\/2 +2 +2 /);
    expect((await kubectl('describe', 'service', 'web')).stdout).toMatch(
      /\nEndpoints: +10\.244\.\S+:80,10\.244\.\S+:80\n/,
    );
    expect((await kubectl('apply', '-f', 'web.yaml')).stdout).toBe(
      'deployment.apps/web unchanged\nservice/web unchanged\n',
    );
  });

  it('applies on the server, patches and scales', async () => {
    expect((await kubectl('apply', '--server-side', '-f', 'web.yaml')).stdout).toBe(
      'deployment.apps/web serverside-applied\nservice/web serverside-applied\n',
    );
    expect((await kubectl('scale', 'deploy/web', '--replicas=3')).stdout).toBe('deployment.apps/web scaled\n');
    expect((await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s')).stdout).toMatch(
      /successfully rolled out\n$/,
    );
    const conflict = await kubectl('apply', '--server-side', '-f', 'web.yaml');
    expect(conflict.stderr).toMatch(
      /^error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas\n/,
    );
    const patch = '{"spec":{"ports":[{"port":80,"name":"http"}]}}';
    expect((await kubectl('patch', 'svc', 'web', '-p', patch)).stdout).toBe('service/web patched\n');
    expect((await kubectl('diff', '-f', 'web.yaml')).stdout).toMatch(/^-\s+replicas: 3$\n^\+\s+replicas: 2$/m);
  });

  it('sends protobuf, and is told what is wrong', async () => {
    expect((await kubectl('create', 'secret', 'generic', 's', '--from-literal=a=b')).stdout).toBe('secret/s created\n');
    expect((await kubectl('create', 'service', 'clusterip', 'Bad', '--tcp=80')).stderr).toMatch(
      /^error: failed to create ClusterIP service: Service "Bad" is invalid: \[?metadata.name: Invalid value: "Bad": a DNS-1035 label must consist/,
    );
    expect((await kubectl('auth', 'can-i', 'delete', 'nodes')).stdout).toMatch(/^yes\n/m);
    expect((await kubectl('explain', 'service.spec.type')).stdout).toContain('FIELD: type <string>');
    expect((await kubectl('get', 'pods', '--field-selector', 'spec.foo=1')).stderr).toBe(
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.foo=1": field label not supported: spec.foo\n',
    );
  });

  it('runs commands in a container', async () => {
    expect(await kubectl('exec', 'deploy/web', '--', 'sh', '-c', 'echo hello; exit 3')).toEqual({
      stdout: 'hello\n',
      stderr: 'command terminated with exit code 3\n',
      status: 3,
    });
    expect((await kubectl('exec', 'nope', '--', 'ls')).stderr).toBe(
      'Error from server (NotFound): pods "nope" not found\n',
    );
  });

  it('deletes, and watches it happen', async () => {
    let watched: Promise<{ stdout: string }> | undefined;
    // Deleted before the watch stands, there would be nothing to see.
    await new Promise<void>((stands) => {
      watched = kubectlUntil(
        { until: /^DELETED +web-/m, onOutput: (text) => /^ADDED +web-/m.test(text) && stands() },
        ...['get', 'pods', '-l', 'run=web', '-w', '--output-watch-events'],
      );
    });
    expect((await kubectl('delete', '-f', 'web.yaml', '--cascade=foreground')).stdout).toBe(
      'deployment.apps "web" deleted\nservice "web" deleted\n',
    );
    expect((await watched)?.stdout).toMatch(/^DELETED +web-/m);
    expect((await kubectl('get', 'pods')).stderr).toBe('No resources found in default namespace.\n');
  });
});
