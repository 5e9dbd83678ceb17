import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../machines/process.ts';
import { Session } from '../../playground/session.ts';
import { comparable, linesOf, type Outcome } from './compare.ts';

const FOLDER = import.meta.dirname;
const HOME = '/tmp/web';
const VERSION = '1.22.1';

/** A session whose laptop serves the corpora's pages as the recording machine did. */
async function prepared(): Promise<Session> {
  const session = new Session();
  await session.ready();
  const { laptop } = session;
  const copy = (folder: string, to: string) => {
    laptop.fs.makeDirectory(to);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) copy(path, `${to}/${name}`);
      else laptop.fs.write(`${to}/${name}`, readFileSync(path, 'utf8'));
    }
  };
  copy(join(FOLDER, 'files'), HOME);
  const silent: Output = { tty: false, *write() {}, close() {} };
  laptop.start({
    argv: ['nginx', '-c', `${HOME}/nginx.conf`, '-g', 'daemon off;'],
    env: new Map([...laptop.env, ['NGINX_VERSION', VERSION]]),
    user: 'root',
    stdout: silent,
    stderr: silent,
  });
  await session.script('sleep 1');
  return session;
}

async function ours(session: Session, command: string): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): Output => ({
    tty: false,
    *write(text) {
      texts[name] += text;
    },
    close() {},
  });
  const { status } = await session.script(`cd ${HOME}; export NGINX_VERSION=${VERSION} HOME=${HOME}\n${command}`, {
    stdout: into('stdout'),
    stderr: into('stderr'),
  });
  return { ...texts, status };
}

for (const name of readdirSync(join(FOLDER, 'corpus')).map((file) => file.replace('.txt', ''))) {
  describe(`${name} as the real one`, () => {
    const recorded = JSON.parse(readFileSync(join(FOLDER, 'recorded', `${name}.json`), 'utf8')) as (Outcome & {
      command: string;
    })[];
    let session: Session;
    beforeAll(async () => {
      session = await prepared();
    });
    it('has been recorded whole', () => {
      const corpus = linesOf(readFileSync(join(FOLDER, 'corpus', `${name}.txt`), 'utf8'));
      expect(recorded.map((each) => each.command)).toEqual(corpus);
    });
    it.each(recorded)('$command', async ({ command, stdout, stderr, status }) => {
      expect(comparable(await ours(session, command))).toEqual(comparable({ stdout, stderr, status }));
    });
  });
}
