/**
 * Judges our kubectl by the real one: the command lines of each corpus are run by both on the same frozen cluster, and
 * stdout, stderr and exit status are compared byte for byte.
 *
 * Usage: tsx scripts/kubectl-differential.ts KUBECTL [--record] [--show] [CORPUS...]
 * --record keeps the real one's answers in src/programs/kubectl/differential/recorded, for the test that needs no kubectl.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseCorpus, type Recorded, type Recording, words } from '../src/programs/kubectl/differential/cases.ts';
import { equalOutcome } from '../src/programs/kubectl/differential/compare.ts';
import { differences, RealKubectl } from '../src/programs/kubectl/differential/real.ts';
import { corpusFiles, frozenCluster, frozenSession } from '../src/programs/kubectl/differential/replay.ts';
import type { FrozenApi } from '../src/programs/kubectl/testing/frozen-api.ts';

const folder = join(import.meta.dirname, '../src/programs/kubectl/differential');
const [given, ...rest] = process.argv.slice(2);
if (given === undefined) throw new Error('which kubectl?');
const kubectl = new RealKubectl(given);
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
  const home = kubectl.home(address, corpusFiles());
  const recorded: Recorded[] = [];
  const session = frozenSession(corpus.cluster, now);
  for (const line of corpus.lines) {
    cases++;
    const real = await kubectl.run(home, words(line), address);
    recorded.push({ line, ...real });
    const ours = await session.run(words(line));
    if (equalOutcome(ours, real)) equal++;
    else {
      console.log(`--- ${name}: kubectl ${line}`);
      if (show) console.log(differences(ours, real));
    }
  }
  server?.close();
  rmSync(home, { recursive: true });
  if (record) {
    mkdirSync(join(folder, 'recorded'), { recursive: true });
    const recording: Recording = { now, cases: recorded };
    writeFileSync(join(folder, 'recorded', `${name}.json`), `${JSON.stringify(recording, undefined, 2)}\n`);
  }
}
console.log(`${equal} of ${cases} equal`);
