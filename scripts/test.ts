/**
 * Everything that must hold before a change is taken: lint with the floors, types, unit tests, the proof of the lessons, the
 * build with its size budget, and every lesson in a real browser. Ends with one line that counts it all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

interface Count {
  passed: number;
  failed: number;
}

const REPORTS = 'test-results';
const total: Count = { passed: 0, failed: 0 };

function run(title: string, command: string, args: string[], env: Record<string, string> = {}): boolean {
  console.log(`\n== ${title}`);
  const began = performance.now();
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  console.log(`== ${title}: ${status === 0 ? 'ok' : 'FAILED'}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return status === 0;
}

/** A check that is one yes or no. */
function gate(title: string, command: string, args: string[]): boolean {
  const ok = run(title, command, args);
  total[ok ? 'passed' : 'failed']++;
  return ok;
}

/** A runner that counts for itself, in a JSON report. A runner that ran nothing has failed. */
function counted(
  title: string,
  command: string,
  args: string[],
  report: string,
  read: (json: unknown) => Count,
  env = {},
): void {
  rmSync(report, { force: true });
  const ok = run(title, command, args, env);
  const count: Count = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 };
  total.passed += count.passed;
  total.failed += count.failed;
  if ((!ok && count.failed === 0) || count.passed + count.failed === 0) total.failed++;
}

/** What vitest's report counts. */
function unitCount(json: unknown): Count {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = json as Record<string, number>;
  const failed = (numFailedTests ?? 0) + (numTotalTests === 0 ? (numFailedTestSuites ?? 0) : 0);
  return { passed: numPassedTests ?? 0, failed };
}

/** Where a program is that the shell would find. */
function pathOf(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((folder) => `${folder}/${program}`).find((path) => existsSync(path));
}

const only = process.argv.slice(2);
const wanted = (part: string) => only.length === 0 || only.includes(part);

mkdirSync(REPORTS, { recursive: true });
if (wanted('lint')) gate('lint and floors', 'npx', ['biome', 'check', '.']);
if (wanted('types')) gate('types', 'npx', ['tsc', '-p', '.']);
if (wanted('unit')) {
  counted('unit tests', 'npx', ['vitest', 'run'], `${REPORTS}/unit.json`, unitCount, {
    HOPSCOPE_TEST_REPORT: `${REPORTS}/unit.json`,
  });
}
if (wanted('kubectl')) {
  const kubectls = process.env['HOPSCOPE_KUBECTL'] ?? pathOf('kubectl');
  if (kubectls === undefined)
    console.log('\n== real kubectl: skipped, there is none on the PATH or in HOPSCOPE_KUBECTL');
  else
    counted('real kubectl', 'npx', ['vitest', 'run', 'src/cli/sweep'], `${REPORTS}/kubectl.json`, unitCount, {
      HOPSCOPE_TEST_REPORT: `${REPORTS}/kubectl.json`,
      HOPSCOPE_KUBECTL: kubectls,
    });
}
if (wanted('lessons')) gate('lessons', 'npm', ['run', '-s', 'lessons', '--', 'check']);
if (wanted('build') || wanted('e2e')) {
  const built = gate('build', 'npm', ['run', '-s', 'build']);
  if (built) gate('size budget', 'npm', ['run', '-s', 'size']);
  if (built && (only.length === 0 || only.includes('e2e'))) {
    counted('lessons in the browser', 'npx', ['playwright', 'test'], `${REPORTS}/report.json`, (json) => {
      const stats = (json as { stats: { expected: number; unexpected: number; flaky: number } }).stats;
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
    });
  }
}

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
