/** Writes `docs/codes.md` and `docs/why.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { codesPage } from './codes-page.ts';
import { whyPage } from './why-page.ts';

for (const [name, page] of [
  ['codes.md', codesPage()],
  ['why.md', whyPage()],
] as const) {
  const path = new URL(`../docs/${name}`, import.meta.url);
  let before = '';
  try {
    before = readFileSync(path, 'utf8');
  } catch {}
  if (before !== page) writeFileSync(path, page);
}
