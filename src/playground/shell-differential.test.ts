import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ShellCase } from '../programs/differential/cases.ts';
import { KNOWN_DIFFERENCES } from '../programs/differential/known-differences.ts';
import { Session } from './session.ts';

const folder = join(import.meta.dirname, '../programs/differential/recorded');
let count = 0;

/** Our shell's answer to one line, run as a script in an empty folder. */
async function ours(session: Session, line: string): Promise<{ output: string; status: number }> {
  const home = `/tmp/case-${count++}`;
  session.laptop.fs.makeDirectory(home);
  session.laptop.fs.write(`${home}.sh`, `exec 2>&1\n${line}\n`);
  const { output, status } = await session.script(`cd ${home}; HOME=${home}; export HOME; bash ${home}.sh`, {
    limit: 30_000,
  });
  return { output: output.replaceAll(`${home}.sh`, 'script'), status };
}

describe('bash and the programs beside it answer as the real ones did', () => {
  const session = new Session();
  const known = new Map(KNOWN_DIFFERENCES.map(({ line, reason }) => [line, reason]));
  for (const file of readdirSync(folder).sort()) {
    const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ShellCase[];
    it.each(cases.map((each) => [each.line, each] as const))(`${file}: %s`, async (line, { output, status }) => {
      await session.ready();
      const got = await ours(session, line);
      if (known.has(line)) expect(got, 'equal now: take it off the list').not.toEqual({ output, status });
      else expect(got).toEqual({ output, status });
    });
  }
});
