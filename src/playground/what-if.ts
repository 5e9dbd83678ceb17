import { diagnose } from '../cluster/network/causes/diagnosis.ts';
import type { Fix } from '../cluster/network/fixes/fix.ts';
import type { Trace } from '../cluster/network/trace.ts';
import type { Computer } from '../machines/computer.ts';
import { callbackOutput } from '../machines/streams.ts';
import type { Attempt, Request } from '../programs/hopscope/attempt.ts';
import { realise } from '../programs/hopscope/realise.ts';
import { arrived, verdictOf } from '../programs/hopscope/requests.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { Session } from './session.ts';

/** A fix may take so long until it shows: images are pulled, pods become ready, mounts are tried again. */
const PATIENCE = 180_000;

/** So often a request has to succeed in a row: endpoints are chosen by chance. */
const IN_A_ROW = 4;

/** Tries a fix on a copy of the cluster (where `files` hold the object, by changing and applying them), in virtual time of its own: nothing of it is seen outside. */
export async function whatIf(
  session: Session,
  request: Request,
  fix: Fix,
  files: ReadonlyMap<string, string> = new Map(),
): Promise<Attempt> {
  const copy = session.fork();
  try {
    return await tryOn(copy, request, fix, files);
  } finally {
    copy.stop();
  }
}

/** Does a fix to a session that is a copy, and makes the request until it succeeds or patience ends. */
export async function tryOn(
  copy: Session,
  request: Request,
  fix: Fix,
  files: ReadonlyMap<string, string> = new Map(),
): Promise<Attempt> {
  await copy.ready();
  await pass(copy.sim, 200);
  const began = copy.sim.now();
  if (fix.power !== undefined) copy.setPower(fix.power, true);
  const { edits, commands } = realise(fix, files);
  for (const { path, text } of edits) copy.laptop.fs.write(path, text);
  const { output } = commands.length === 0 ? { output: '' } : await copy.script(commands.join('\n'));
  const asked: Request =
    fix.ask === undefined
      ? request
      : { machine: fix.ask.machine === 'laptop' ? 'laptop' : request.machine, line: fix.ask.line };
  const limit = began + PATIENCE;
  let result = await ask(copy, asked);
  let row = result.ok ? 1 : 0;
  for (let pause = 250; row < IN_A_ROW && copy.sim.now() < limit; ) {
    await pass(copy.sim, result.ok ? 50 : pause);
    if (!result.ok) pause = Math.min(5000, pause * 1.5);
    result = await ask(copy, asked);
    row = result.ok ? row + 1 : 0;
  }
  const seconds = Math.round((copy.sim.now() - began) / 100) / 10;
  const { trace } = result;
  const given = trace === undefined || row >= IN_A_ROW ? undefined : copy.cluster.network.caseOf(trace);
  return {
    ok: row >= IN_A_ROW,
    request: asked,
    output,
    seconds,
    ...(trace === undefined ? {} : { trace }),
    ...(given === undefined ? {} : { next: diagnose(given) }),
  };
}

/** Makes a request and looks how it goes; it is given up once its fate is known. */
export async function ask(session: Session, { machine, line }: Request): Promise<{ ok: boolean; trace?: Trace }> {
  const { sim, cluster } = session;
  const computer = client(session, machine);
  if (computer === undefined) return { ok: false };
  const traces: Trace[] = [];
  const unwatch = cluster.network.onTrace((trace) => {
    if (trace.purpose !== 'healthcheck' && !session.ownTraffic(trace)) traces.push(trace);
  });
  const quiet = callbackOutput(() => {}, false);
  const process = computer.start({ argv: ['sh', '-c', line], env: computer.env, stdout: quiet, stderr: quiet });
  const limit = sim.now() + 12_000;
  const lost = () => traces.some((trace) => trace.purpose !== 'dns' && trace.outcome === 'timeout');
  while (process.alive && sim.now() < limit && !lost()) {
    if (sim.held) await loaded(sim);
    else if (!sim.step() && !sim.held) break;
  }
  const ended = process.alive ? undefined : process.exitCode;
  if (process.alive) process.signalTree('SIGKILL');
  unwatch();
  const decisive = verdictOf(traces);
  const ok = ended === 0 && decisive !== undefined && arrived(decisive);
  return { ok, ...(decisive === undefined ? {} : { trace: decisive }) };
}

/** The machine that asks; another pod of the same owner when the one that asked is gone. */
function client(session: Session, id: string): Computer | undefined {
  const same = session.machine(id);
  if (same !== undefined || !id.startsWith('pod/')) return same;
  const family = id.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, '-');
  return session.machines().find((each) => each.id.startsWith(family));
}

/** Lets virtual time pass, and waits for programs that load in the meantime. */
export async function pass(sim: Simulation, ms: number): Promise<void> {
  const end = sim.now() + ms;
  while (sim.now() < end) {
    if (sim.held) await loaded(sim);
    sim.runUntil(end);
  }
}

async function loaded(sim: Simulation): Promise<void> {
  do await new Promise<void>((resolve) => setTimeout(resolve, 0));
  while (sim.held);
}
