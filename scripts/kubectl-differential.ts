/**
 * Judges our kubectl by the real one, byte for byte: stdout, stderr and exit status, and what became of the objects.
 *
 * - `corpus/`: on a cluster written down by hand, any fields in any state
 * - `states/`: on simulated clusters, each brought into its state by a script and then stopped
 * - `writing/`: command lines that write, each on a copy of a state of its own; the objects afterwards are compared too
 *
 * Usage: tsx scripts/kubectl-differential.ts KUBECTL [--record] [--show] [NAME...]
 * NAMEs are those of corpora, `states` and `writing` for all of a sort. --record keeps the real one's answers in
 * src/programs/kubectl/differential/recorded, for the test that needs no kubectl, and writes docs/differential-kubectl.md.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { serve as serveFetch } from '@hono/node-server';
import { Session as Playground } from '../src/playground/session.ts';
import {
  parseCorpus,
  type Recorded,
  type RecordedOnState,
  type Recording,
  type StateRecording,
  words,
} from '../src/programs/kubectl/differential/cases.ts';
import { equalOutcome } from '../src/programs/kubectl/differential/compare.ts';
import { FrozenServer, type State, sessionOn } from '../src/programs/kubectl/differential/frozen-server.ts';
import { differences, RealKubectl } from '../src/programs/kubectl/differential/real.ts';
import { corpusFiles, frozenCluster, frozenSession } from '../src/programs/kubectl/differential/replay.ts';
import {
  corpusLines,
  recordedState,
  runCase,
  runOurs,
  stateScripts,
  stateText,
  writingCorpora,
} from '../src/programs/kubectl/differential/states.ts';
import { documentText } from '../src/programs/kubectl/differential/summary.ts';
import type { FrozenApi } from '../src/programs/kubectl/testing/frozen-api.ts';
import type { Outcome } from '../src/programs/kubectl/testing/session.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'src/programs/kubectl/differential');
const [given, ...rest] = process.argv.slice(2);
if (given === undefined) throw new Error('which kubectl?');
const kubectl = new RealKubectl(given);
const record = rest.includes('--record');
const show = rest.includes('--show');
const chosen = rest.filter((word) => !word.startsWith('--'));
const wanted = (name: string, sort: string) => chosen.length === 0 || chosen.includes(name) || chosen.includes(sort);
/** Both read the clock, a moment apart: a second's turn in between is no difference. */
const TRIES = 3;

let cases = 0;
let equal = 0;

function judge(where: string, line: string, ours: Outcome, real: Outcome, changes?: [ours: unknown, real: unknown]) {
  cases++;
  const [mine, theirs] = (changes ?? ['', '']).map((each) => JSON.stringify(each, undefined, 1));
  if (equalOutcome(ours, real) && mine === theirs) {
    equal++;
    return;
  }
  console.log(`--- ${where}: kubectl ${line}`);
  if (!show) return;
  console.log(differences(ours, real));
  if (mine !== theirs)
    console.log(
      differences({ ...ours, stdout: mine ?? '', stderr: '' }, { ...ours, stdout: theirs ?? '', stderr: '' }),
    );
}

function keep(path: string, text: string): void {
  if (!record) return;
  const file = join(folder, 'recorded', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 1)}\n`;

await corpora();
await states();
await writing();
if (record) writeFileSync(join(root, 'docs/differential-kubectl.md'), documentText());
console.log(`${equal} of ${cases} equal`);

async function corpora(): Promise<void> {
  for (const file of readdirSync(join(folder, 'corpus')).sort()) {
    const name = file.replace(/\.txt$/, '');
    if (!wanted(name, 'corpus')) continue;
    const corpus = parseCorpus(readFileSync(join(folder, 'corpus', file), 'utf8'));
    const now = Math.floor(Date.now() / 1000) * 1000;
    const frozen = corpus.cluster === 'none' ? undefined : frozenCluster(corpus.cluster, now);
    const server = frozen === undefined ? undefined : await serve(frozen);
    const address = server === undefined ? 'http://127.0.0.1:1' : addressOf(server);
    const home = kubectl.home(address, corpusFiles());
    const recorded: Recorded[] = [];
    const session = frozenSession(corpus.cluster, now);
    for (const line of corpus.lines) {
      const real = await kubectl.run(home, words(line), address);
      recorded.push({ line, ...real });
      judge(name, line, await session.run(words(line)), real);
    }
    server?.close();
    rmSync(home, { recursive: true });
    const recording: Recording = { now, cases: recorded };
    keep(`${name}.json`, `${JSON.stringify(recording, undefined, 2)}\n`);
  }
}

/** The states, brought about anew when they are recorded; what is read from them. */
async function states(): Promise<void> {
  for (const { name, flavour, script, lines } of stateScripts()) {
    if (!wanted(name, 'states')) continue;
    const state = await broughtAbout(flavour, script);
    keep(`clusters/${name}.jsonl`, stateText(state));
    const recording = await onState(name, [...corpusLines('states/reading.txt'), ...lines], state, false);
    keep(`states/${name}.json`, json(recording));
  }
}

async function writing(): Promise<void> {
  for (const { name, state, lines } of writingCorpora()) {
    if (!wanted(name, 'writing')) continue;
    keep(`writing/${name}.json`, json(await onState(state, lines, recordedState(state), true)));
  }
}

async function onState(name: string, lines: readonly string[], state: State, writes: boolean): Promise<StateRecording> {
  let current = new FrozenServer(state);
  const server = await new Promise<ReturnType<typeof serveFetch>>((done) => {
    const fetch = (request: Request) => current.fetch(request);
    const starting = serveFetch({ fetch, port: 0, hostname: '127.0.0.1' }, () => done(starting));
  });
  const address = addressOf(server);
  const recorded: RecordedOnState[] = [];
  for (const line of lines) {
    const home = kubectl.home(address, corpusFiles());
    for (let tries = 1; ; tries++) {
      current = new FrozenServer(state);
      const mine = new FrozenServer(state);
      const at = Date.now();
      const real = await runCase(line, (argv) => kubectl.run(home, argv, address));
      const ours = await runOurs(line, sessionOn(mine, at));
      const changes: [unknown, unknown] = [mine.changes(), current.changes()];
      const same = equalOutcome(ours, real) && JSON.stringify(changes[0]) === JSON.stringify(changes[1]);
      if (!same && tries < TRIES) continue;
      judge(name, line, ours, real, writes ? changes : undefined);
      recorded.push({ line, at, ...real, ...(writes ? { changes: current.changes() } : {}) });
      break;
    }
    rmSync(home, { recursive: true });
  }
  server.close();
  return { state: name, cases: recorded };
}

/** Brought about twice: when it is known how long that takes, it can end now. */
async function broughtAbout(flavour: string, script: string): Promise<State> {
  const run = async (epoch: number) => {
    const session = new Playground({ cluster: flavour, seed: 1, epoch: Math.floor(epoch / 1000) * 1000 });
    await session.ready(script);
    return session;
  };
  const age = (await run(Date.now())).sim.now();
  const { cluster, sim } = await run(Date.now() - age);
  return { ...cluster.api.snapshot(), now: sim.calendar() };
}

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

function addressOf(server: { address(): AddressInfo | string | null }): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
