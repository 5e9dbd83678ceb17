/**
 * Records what the real curl, nginx and openssl print for the corpora of src/cli/web-tools, with a real nginx on this machine.
 * Usage: tsx scripts/record-web-tools.ts (Debian 12: curl, nginx-light, openssl). Uses /tmp/web and the ports 18080 to 18447.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '../src/cli/web-tools/compare.ts';

const folder = join(import.meta.dirname, '../src/cli/web-tools');
const home = '/tmp/web';
rmSync(home, { recursive: true, force: true });
mkdirSync(home, { recursive: true });
cpSync(join(folder, 'files'), home, { recursive: true });

const env = { HOME: home, PATH: process.env['PATH'] ?? '', LANG: 'C' };
execFileSync('nginx', ['-c', join(home, 'nginx.conf')], { env, stdio: 'inherit' });
try {
  for (const name of readdirSync(join(folder, 'corpus'))) {
    const outcomes = linesOf(readFileSync(join(folder, 'corpus', name), 'utf8')).map((command) => {
      const { stdout, stderr, status } = spawnSync('bash', ['-c', command], {
        cwd: home,
        env,
        encoding: 'utf8',
        input: '',
        timeout: 20_000,
      });
      return { command, stdout, stderr, status };
    });
    writeFileSync(join(folder, 'recorded', name.replace('.txt', '.json')), `${JSON.stringify(outcomes, null, 1)}\n`);
    console.log(`${name}: ${outcomes.length} commands`);
  }
} finally {
  process.kill(Number(readFileSync(join(home, 'nginx.pid'), 'utf8')));
}
