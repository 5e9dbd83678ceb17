/**
 * Records what the real bash and the real programs do with each line of src/programs/differential/corpus, in an empty folder,
 * standard output and error together. The test in src/playground holds our shell to it.
 *
 * Usage: tsx scripts/shell-differential.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseLines, type ShellCase } from '../src/programs/differential/cases.ts';

const folder = join(import.meta.dirname, '../src/programs/differential');
mkdirSync(join(folder, 'recorded'), { recursive: true });
for (const file of readdirSync(join(folder, 'corpus')).sort()) {
  const cases: ShellCase[] = parseLines(readFileSync(join(folder, 'corpus', file), 'utf8')).map((line) => {
    const home = mkdtempSync(join(tmpdir(), 'hopscope-shell-'));
    writeFileSync(`${home}.sh`, `exec 2>&1\n${line}\n`);
    const ran = spawnSync('bash', [`${home}.sh`], {
      cwd: home,
      env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
      encoding: 'utf8',
      timeout: 10_000,
    });
    rmSync(home, { recursive: true });
    rmSync(`${home}.sh`);
    return { line, output: ran.stdout.replaceAll(`${home}.sh`, 'script'), status: ran.status ?? 1 };
  });
  writeFileSync(join(folder, 'recorded', `${basename(file, '.txt')}.json`), `${JSON.stringify(cases, undefined, 1)}\n`);
  console.log(`${file}: ${cases.length}`);
}
