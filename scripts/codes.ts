/** Writes `docs/codes.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codesPage } from './codes-page.ts';

const path = fileURLToPath(new URL('../docs/codes.md', import.meta.url));
const page = codesPage();
let before = '';
try {
  before = readFileSync(path, 'utf8');
} catch {}
if (before !== page) writeFileSync(path, page);
