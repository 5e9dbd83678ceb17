/**
 * Gives every line of src/cli/sweep/cases.ts to real kubectls, each before a served cluster of its own, and writes what came of
 * it to docs/kubectl-versions.md.
 *
 * Usage: npx tsx scripts/kubectl-sweep.ts [--show] [--only AREA] KUBECTL...
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SWEEP } from '../src/cli/sweep/cases.ts';
import { minorOf, Sweep, type SweepResult } from '../src/cli/sweep/sweep.ts';
import { versionTable } from '../src/cli/sweep/table.ts';

const { values, positionals } = parseArgs({
  options: { show: { type: 'boolean' }, only: { type: 'string' } },
  allowPositionals: true,
});
if (positionals.length === 0) throw new Error('which kubectls?');
const areas = SWEEP.filter(({ name }) => values.only === undefined || name === values.only);
const found = new Map<number, SweepResult[]>();
for (const kubectl of positionals) {
  const minor = minorOf(kubectl);
  if (minor === undefined) throw new Error(`${kubectl} is no kubectl`);
  const sweep = await Sweep.start(kubectl);
  const results = (await Promise.all(areas.map((area) => sweep.run(area, minor)))).flat();
  sweep.close();
  found.set(minor, results);
  console.log(`1.${minor}: ${results.filter(({ ok }) => ok).length} of ${results.length}`);
  for (const {
    case: { line, says },
    said,
  } of results.filter(({ ok }) => !ok))
    console.log(`\n$ ${line}\n${said}\n  expected ${says}`);
  if (values.show === true)
    for (const {
      case: { line },
      said,
    } of results)
      console.log(`\n$ ${line}\n${said}`);
}
if (values.only === undefined)
  writeFileSync(join(import.meta.dirname, '../docs/kubectl-versions.md'), versionTable(found));
process.exit(0);
