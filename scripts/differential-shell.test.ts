import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differentialShellPage, PAGE, shellCases } from './differential-shell-page.ts';

it('the table of results is what the recordings say', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(differentialShellPage());
});

it('the corpus is as large as it is said to be', () => {
  expect(shellCases().length).toBeGreaterThan(600);
  expect(shellCases().filter(({ reason }) => reason !== undefined).length).toBeLessThan(20);
});
