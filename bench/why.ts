import { Session } from '../src/playground/session.ts';
import { WORKING } from '../src/playground/why-cases/mutations.ts';
import { repair } from '../src/playground/why-cases/repair.ts';
import type { Figure } from './figure.ts';

/** Breaks a working Service at random, so many times, and tries the fixes that are proposed for what then fails. */
async function mended(working: Session, runs: number, most: number): Promise<Figure[]> {
  const random = working.sim.random.stream(`bench/why/${most}`);
  const count = { fine: 0, mended: 0, 'not mended': 0, 'no fix': 0 };
  const began = performance.now();
  for (let i = 0; i < runs; i++) count[(await repair(working, random, most)).result]++;
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
  ];
}

/** All figures of explanations and fixes. */
export async function whyFigures(): Promise<Figure[]> {
  const working = new Session({});
  await working.ready(WORKING);
  return [...(await mended(working, 2000, 1)), ...(await mended(working, 1000, 3))];
}
