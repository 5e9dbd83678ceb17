import { beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../session.ts';
import { WORKING } from './mutations.ts';
import { type Repair, repair } from './repair.ts';

const told = ({ scenario, result, story }: Repair) =>
  `${result}: ${scenario.setup}\n$ ${scenario.request}\n${story.join('\n')}`;

describe('whatever breaks a working Service', () => {
  let working: Session;
  beforeAll(async () => {
    working = new Session({});
    await working.ready(WORKING);
  });

  it('one thing broken: a proposed fix makes the request succeed on the fork', async () => {
    const random = working.sim.random.stream('why/one');
    const found: Repair[] = [];
    for (let i = 0; i < 120; i++) found.push(await repair(working, random, 1));
    expect(found.filter((each) => each.result === 'no fix' || each.result === 'not mended').map(told)).toEqual([]);
    expect(found.filter((each) => each.result === 'mended').length).toBeGreaterThan(80);
  });

  it('several things broken: fix after fix, each for what fails next', async () => {
    const random = working.sim.random.stream('why/several');
    const found: Repair[] = [];
    for (let i = 0; i < 40; i++) found.push(await repair(working, random, 3));
    const mended = found.filter((each) => each.result === 'mended').length;
    const failed = found.filter((each) => each.result !== 'fine').length;
    expect(mended / failed, found.map(told).join('\n\n')).toBeGreaterThanOrEqual(0.95);
    expect(found.some((each) => each.steps > 1)).toBe(true);
  });
});
