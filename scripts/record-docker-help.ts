/**
 * Keeps what the real docker client prints for --help, from which our docker takes its flags, usage lines and help.
 *
 * Usage: tsx scripts/record-docker-help.ts DOCKER
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [docker] = process.argv.slice(2);
if (docker === undefined) throw new Error('which docker?');

const help: Record<string, string> = {};

function ask(...path: string[]): void {
  const { stdout } = spawnSync(docker ?? '', [...path, '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/home/admin' },
  });
  help[path.join(' ')] = stdout;
  if (path.length >= 2) return;
  // Groups of commands list them one a line, two blanks in.
  for (const [, section = '', body = ''] of stdout.matchAll(/^([\w ]*Commands):\n((?: {2}\S.*\n)+)/gm)) {
    if (section === 'Swarm Commands') continue;
    for (const [, name = ''] of body.matchAll(/^ {2}([a-z]+)/gm)) ask(...path, name);
  }
}

ask();
writeFileSync(
  join(import.meta.dirname, '../src/programs/docker/help/texts.json'),
  `${JSON.stringify(help, undefined, 1)}\n`,
);
