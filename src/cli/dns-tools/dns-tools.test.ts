import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../machines/process.ts';
import { Session } from '../../playground/session.ts';
import type { Outcome } from '../web-tools/compare.ts';
import { comparable } from './compare.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';

const FOLDER = import.meta.dirname;
const session = new Session();

async function inPod(pod: string, command: string): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): Output => ({
    tty: false,
    *write(text) {
      texts[name] += text;
    },
    close() {},
  });
  const quoted = command.replaceAll("'", "'\\''");
  const { status } = await session.script(`kubectl exec ${pod} -- sh -c '${quoted}'`, {
    stdout: into('stdout'),
    stderr: into('stderr'),
  });
  return { ...texts, status };
}

beforeAll(async () => {
  await session.ready();
  session.laptop.fs.write('/tmp/services.yaml', readFileSync(join(FOLDER, 'services.yaml'), 'utf8'));
  await session.script('kubectl apply -f /tmp/services.yaml; kubectl wait --for=condition=Ready pod/bind pod/busybox');
});

const known = new Set(KNOWN_DIFFERENCES.map(({ line }) => line));

describe.each(['bind', 'busybox'])('%s asks as the real one', (name) => {
  const recorded = JSON.parse(readFileSync(join(FOLDER, 'recorded', `${name}.json`), 'utf8')) as (Outcome & {
    command: string;
  })[];
  it.each(recorded.map((each) => [each.command, each] as const))('%s', async (command, outcome) => {
    const got = comparable(await inPod(name, command));
    if (known.has(`${name}: ${command}`)) expect(got, 'equal now: take it off').not.toEqual(comparable(outcome));
    else expect(got).toEqual(comparable(outcome));
  });
});

it('has every recording of its corpus', () => {
  expect(readdirSync(join(FOLDER, 'recorded')).sort()).toEqual(['bind.json', 'busybox.json']);
});
