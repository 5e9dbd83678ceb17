import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Desk } from '../desk.ts';
import type { Recorded } from './recorded.ts';

const { files, cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Recorded;
const desk = new Desk();
const machine = desk.machine(desk.lab.network.laptop, {
  files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`/root/${name}`, text])),
});

describe('everyday programs print what the real ones do', () => {
  it.each(cases.map((each) => [each.argv.join(' '), each] as const))(
    '%s',
    async (_, { argv, stdout, stderr, status }) => {
      const ran = await desk.run(machine, argv, { stdin: '' });
      expect({ stdout: ran.stdout, stderr: ran.stderr, status: ran.status }).toEqual({ stdout, stderr, status });
    },
  );
});
