import { Session } from '../src/playground/session.ts';
import { WORKING } from '../src/playground/why-cases/mutations.ts';
import { repair } from '../src/playground/why-cases/repair.ts';
import type { Figure } from './figure.ts';

/** Breaks a working Service at random, so many times, and tries the fixes that are proposed for what then fails; the share of each first cause, too. */
async function mended(working: Session, runs: number, most: number): Promise<Figure[]> {
  const random = working.sim.random.stream(`bench/why/${most}`);
  const count = { fine: 0, mended: 0, 'not mended': 0, 'no fix': 0 };
  const began = performance.now();
  const causes = new Map<string, { failed: number; mended: number }>();
  for (let i = 0; i < runs; i++) {
    const { result, cause } = await repair(working, random, most);
    count[result]++;
    if (cause === undefined) continue;
    const of = causes.get(cause) ?? { failed: 0, mended: 0 };
    causes.set(cause, of);
    of.failed++;
    if (result === 'mended') of.mended++;
  }
  const milliseconds = (performance.now() - began) / runs;
  const failed = runs - count.fine;
  const what = most === 1 ? 'one thing broken' : `up to ${most} things broken`;
  return [
    {
      name: `${what}: failures mended by proposed fixes (of ${failed})`,
      value: (100 * count.mended) / failed,
      unit: '%',
      least: most === 1 ? 99 : 95,
    },
    { name: `${what}: to break, ask, explain, try`, value: milliseconds, unit: 'ms' },
    ...[...causes]
      .sort(([, a], [, b]) => b.failed - a.failed)
      .map(([cause, of]) => ({
        name: `${what}: mended of ${of.failed} ${cause}`,
        value: (100 * of.mended) / of.failed,
        unit: '%',
      })),
  ];
}

/** All figures of explanations and fixes. */
export async function whyFigures(): Promise<Figure[]> {
  const working = new Session({});
  await working.ready(WORKING);
  return [...(await mended(working, 2000, 1)), ...(await mended(working, 1000, 3))];
}
