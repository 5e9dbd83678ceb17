import { diagnosisOf, requestFor } from '../../programs/hopscope/diagnosis.ts';
import { requestsOf } from '../../programs/hopscope/requests.ts';
import type { Random } from '../../sim/random.ts';
import type { Session } from '../session.ts';
import { pass, tryOn } from '../what-if.ts';
import { type Scenario, scenario } from './mutations.ts';

/** What became of one scenario. */
export interface Repair {
  readonly scenario: Scenario;
  /** `fine`: the request did not fail. `mended`: a proposed fix, or one after the other, made it succeed on the fork. */
  readonly result: 'fine' | 'mended' | 'not mended' | 'no fix';
  /** How many fixes it took, each for what failed next. */
  readonly steps: number;
  /** Code of the first chain's last link; none when nothing failed. */
  readonly cause?: string;
  /** The chains' last links and the fixes, for reports. */
  readonly story: readonly string[];
}

/** Breaks a copy of a working session at random, asks, and mends what fails by the fixes that are proposed, on forks alone. */
export async function repair(
  working: Session,
  random: Random,
  most: number,
  made: Scenario = scenario(random, most),
): Promise<Repair> {
  let session = working.fork();
  const story: string[] = [];
  let cause: string | undefined;
  const ended = (result: Repair['result'], steps: number, told = story): Repair => ({
    scenario: made,
    result,
    steps,
    story: told,
    ...(cause === undefined ? {} : { cause }),
  });
  try {
    await session.ready();
    await pass(session.sim, 300);
    await session.script(made.setup);
    await pass(session.sim, 15_000 + random.below(60_000));
    const before = session.cluster.network.recent().at(-1)?.id ?? 0;
    for (let tries = 0; tries < 6; tries++) await session.script(made.request);
    const asked = requestsOf(session.cluster.network.recent().filter((trace) => trace.id > before)).find(
      (each) => !each.ok && each.decisive.program === 'curl',
    );
    if (asked === undefined) return ended('fine', 0);
    let request = requestFor(asked.decisive);
    let diagnosis = diagnosisOf(session.cluster.network, asked.decisive);
    cause = diagnosis?.chain.at(-1)?.code ?? asked.decisive.code;
    for (let steps = 1; steps <= most + 2; steps++) {
      const last = diagnosis?.chain.at(-1);
      const fixes = diagnosis?.fixes ?? [];
      if (fixes.length === 0) return ended('no fix', steps, [...story, `${last?.code} has no fix`]);
      let kept: { session: Session; attempt: Awaited<ReturnType<typeof tryOn>> } | undefined;
      for (const fix of fixes.slice(0, 3)) {
        const copy = session.fork();
        const attempt = await tryOn(copy, request, fix);
        story.push(
          `${last?.code} -> ${fix.code}: ${attempt.ok ? 'ok' : (attempt.next?.chain.at(-1)?.code ?? attempt.trace?.code ?? 'no request')}`,
        );
        if (attempt.ok) {
          copy.stop();
          return ended('mended', steps);
        }
        // The first fix that leads to something else is the way on.
        if (kept === undefined && attempt.next?.chain.at(-1)?.code !== last?.code) kept = { session: copy, attempt };
        else copy.stop();
      }
      if (kept === undefined) return ended('not mended', steps);
      session.stop();
      session = kept.session;
      request = kept.attempt.request;
      diagnosis = kept.attempt.next;
    }
    return ended('not mended', most + 2);
  } finally {
    session.stop();
  }
}
