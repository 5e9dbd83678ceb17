import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCorpus, type Recording, words } from './cases.ts';
import { comparable } from './compare.ts';
import { frozenSession } from './replay.ts';

/** What the real kubectl 1.33 printed, recorded by scripts/kubectl-differential.ts, is what ours prints. */
for (const file of readdirSync(join(import.meta.dirname, 'corpus'))) {
  const name = file.replace(/\.txt$/, '');
  describe(`kubectl as the real one: ${name}`, () => {
    const corpus = parseCorpus(readFileSync(join(import.meta.dirname, 'corpus', file), 'utf8'));
    const recording = JSON.parse(
      readFileSync(join(import.meta.dirname, 'recorded', `${name}.json`), 'utf8'),
    ) as Recording;

    it('has a recording of every line', () => {
      expect(recording.cases.map(({ line }) => line)).toEqual(corpus.lines);
    });

    it('prints the same', async () => {
      const session = frozenSession(corpus.cluster, recording.now);
      for (const real of recording.cases) {
        const ours = await session.run(words(real.line));
        expect(comparable(ours), `kubectl ${real.line}`).toEqual(comparable(real));
      }
    });
  });
}
