/**
 * Runs each command of src/programs/testing/everyday/recorded.json with the real program, in an empty folder with the files given
 * there, and writes down what it printed. The test beside it holds our programs to that. To add a case, add its `argv`.
 *
 * Usage: tsx scripts/record-everyday.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Recorded } from '../src/programs/testing/everyday/recorded.ts';

const path = join(import.meta.dirname, '../src/programs/testing/everyday/recorded.json');
const { files, cases } = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
const folder = mkdtempSync(join(tmpdir(), 'hopscope-everyday-'));
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const ran = cases.map(({ argv }) => {
  const [program = '', ...args] = argv;
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    encoding: 'utf8',
    input: '',
    timeout: 10_000,
  });
  return { argv, stdout, stderr, status };
});
rmSync(folder, { recursive: true });
writeFileSync(path, `${JSON.stringify({ files, cases: ran }, undefined, 1)}\n`);
console.log(`${ran.length} commands`);
