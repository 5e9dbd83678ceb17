import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIFFERENCES } from './known-differences.ts';
import { stateScripts } from './states.ts';
import { documentText, recordedCases } from './summary.ts';

it('the table of results is what the recordings say', () => {
  const path = join(import.meta.dirname, '../../../../docs/differential-kubectl.md');
  expect(readFileSync(path, 'utf8')).toBe(documentText());
});

it('the corpus is as large as it is said to be', () => {
  expect(recordedCases().length).toBeGreaterThan(1000);
  expect(stateScripts().length).toBeGreaterThanOrEqual(12);
});

it('every known difference is of a recorded case', () => {
  const cases = new Set(recordedCases().map(({ where, line }) => `${where} ${line}`));
  for (const { where, line } of DIFFERENCES) expect(cases, `${where}: ${line}`).toContain(`${where} ${line}`);
});
