import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SWEEP } from './cases.ts';
import { minorOf, Sweep } from './sweep.ts';

/** HOPSCOPE_KUBECTL names real kubectls, with colons between them; `npm test` puts the one on the PATH there. */
const kubectls = (process.env['HOPSCOPE_KUBECTL'] ?? '').split(':').filter((each) => each !== '');

it('docs/kubectl-versions.md has what came of every line', () => {
  const table = readFileSync(new URL('../../../docs/kubectl-versions.md', import.meta.url), 'utf8');
  for (const minor of [27, 29, 31, 32, 33]) {
    const { length } = SWEEP.flatMap(({ cases }) => cases).filter(({ since = 0 }) => since <= minor);
    expect(table).toContain(`- kubectl 1.${minor}: ${length} of ${length} lines`);
  }
});

describe.each(kubectls)('%s before the served API', (kubectl) => {
  const minor = minorOf(kubectl);
  let sweep: Sweep;
  beforeAll(async () => {
    sweep = await Sweep.start(kubectl);
  });
  afterAll(() => sweep?.close());

  it.concurrent.each(SWEEP.map((area) => [area.name, area] as const))(
    '%s',
    async (_, area) => {
      const results = await sweep.run(area, minor ?? 0);
      expect(results.filter(({ ok }) => !ok).map(({ case: { line }, said }) => `$ ${line}\n${said}`)).toEqual([]);
      expect(results.length).toBeGreaterThan(0);
    },
    180_000,
  );
});
