/** Writes `docs/not-simulated.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { notSimulatedPage } from './not-simulated-page.ts';

const path = fileURLToPath(new URL('../docs/not-simulated.md', import.meta.url));
const page = notSimulatedPage();
let before = '';
try {
  before = readFileSync(path, 'utf8');
} catch {}
if (before !== page) writeFileSync(path, page);
