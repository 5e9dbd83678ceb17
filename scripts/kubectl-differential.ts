/**
 * Judges our kubectl by the real one: the command lines of each corpus are run by both on the same frozen cluster, and
 * stdout, stderr and exit status are compared byte for byte.
 *
 * Usage: tsx scripts/kubectl-differential.ts KUBECTL [--record] [--show] [CORPUS...]
 * --record keeps the real one's answers in src/programs/kubectl/differential/recorded, for the test that needs no kubectl.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  kubeconfig,
  parseCorpus,
  RECORDED_SERVER,
  type Recorded,
  words,
} from '../src/programs/kubectl/differential/cases.ts';
import { equalOutcome } from '../src/programs/kubectl/differential/compare.ts';
import { corpusFiles, frozenCluster, frozenSession } from '../src/programs/kubectl/differential/replay.ts';
import type { FrozenApi } from '../src/programs/kubectl/testing/frozen-api.ts';

const folder = join(import.meta.dirname, '../src/programs/kubectl/differential');
const [given, ...rest] = process.argv.slice(2);
if (given === undefined) throw new Error('which kubectl?');
// kubectl names itself in some messages by the file it was called as.
const binary = join(mkdtempSync(join(tmpdir(), 'kubectl-')), 'kubectl');
symlinkSync(resolve(given), binary);
const record = rest.includes('--record');
const show = rest.includes('--show');
const chosen = rest.filter((word) => !word.startsWith('--'));

function serve(api: FrozenApi): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = api.handle({
      method: (request.method ?? 'GET') as 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
    });
    response.writeHead(answer.code, { 'content-type': answer.contentType });
    response.end(typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

function run(home: string, line: string, server: string): Promise<Recorded> {
  return new Promise((done) => {
    const child = spawn(binary, words(line), {
      cwd: home,
      env: { HOME: home, PATH: '/usr/bin:/bin', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const settle = (text: string) =>
      text
        .replaceAll(server, RECORDED_SERVER)
        .replaceAll(server.replace('http://', ''), RECORDED_SERVER.replace('http://', ''))
        .replaceAll(home, '/home/learner');
    child.on('close', (code) => done({ line, stdout: settle(stdout), stderr: settle(stderr), status: code ?? 1 }));
  });
}

/** Lines that only one of them has: `-` the real one, `+` ours. */
function difference(ours: string, real: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'difference-'));
  writeFileSync(join(folder, 'real'), real);
  writeFileSync(join(folder, 'ours'), ours);
  const { stdout } = spawnSync('diff', ['-U1', join(folder, 'real'), join(folder, 'ours')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return stdout.split('\n').slice(2).join('\n');
}

let cases = 0;
let equal = 0;
for (const file of readdirSync(join(folder, 'corpus')).sort()) {
  const name = file.replace(/\.txt$/, '');
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const corpus = parseCorpus(readFileSync(join(folder, 'corpus', file), 'utf8'));
  const now = Math.floor(Date.now() / 1000) * 1000;
  const frozen = corpus.cluster === 'none' ? undefined : frozenCluster(corpus.cluster, now);
  const server = frozen === undefined ? undefined : await serve(frozen);
  const address =
    server === undefined ? 'http://127.0.0.1:1' : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = mkdtempSync(join(tmpdir(), 'kubectl-'));
  mkdirSync(join(home, '.kube'));
  writeFileSync(join(home, '.kube/config'), kubeconfig(address));
  for (const [path, text] of corpusFiles()) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const recorded: Recorded[] = [];
  const session = frozenSession(corpus.cluster, now);
  for (const line of corpus.lines) {
    cases++;
    const real = await run(home, line, address);
    recorded.push(real);
    const ours = await session.run(words(line));
    if (equalOutcome(ours, real)) equal++;
    else {
      console.log(`--- ${name}: kubectl ${line}`);
      if (show)
        for (const part of ['stdout', 'stderr', 'status'] as const)
          if (String(ours[part]) !== String(real[part]))
            console.log(`  ${part}:\n${difference(String(ours[part]), String(real[part]))}`);
    }
  }
  server?.close();
  rmSync(home, { recursive: true });
  if (record) {
    mkdirSync(join(folder, 'recorded'), { recursive: true });
    const text = recorded.map((one) => JSON.stringify(one)).join(',\n');
    writeFileSync(join(folder, 'recorded', `${name}.json`), `{"now": ${now}, "cases": [\n${text}\n]}\n`);
  }
}
console.log(`${equal} of ${cases} equal`);
