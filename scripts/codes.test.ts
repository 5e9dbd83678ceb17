import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CAUSE_CODES, FIX_CODES, STEP_CODES } from '../src/cluster/network/codes.ts';
import { codesPage } from './codes-page.ts';
import { whyPage } from './why-page.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

function sources(folder: string): string {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('words') && name !== 'codes.ts',
    )
    .map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))
    .join('\n');
}

describe('docs/codes.md', () => {
  it('is what codes.ts says: npx tsx scripts/codes.ts writes it', () => {
    expect(readFileSync(`${root}docs/codes.md`, 'utf8')).toBe(codesPage());
  });

  it('lists no code that nothing ever gives', () => {
    const code = sources('src/cluster/network') + sources('src/programs/hopscope') + sources('src/playground');
    const unused = [STEP_CODES, CAUSE_CODES, FIX_CODES]
      .flatMap((table) => Object.keys(table))
      .filter((each) => !code.includes(`'${each}'`));
    expect(unused).toEqual([]);
  });
});

describe('docs/why.md', () => {
  it('is what the tested cases say: npx tsx scripts/codes.ts writes it', () => {
    expect(readFileSync(`${root}docs/why.md`, 'utf8')).toBe(whyPage());
  });
});
