/**
 * Proves lessons, from both sides, without a browser, and makes new ones.
 *
 *   lessons check [SLUG...] [--json] [--mutations]
 *   lessons new SLUG
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Problem } from '../lessons/content.ts';
import { lessonSlugs, readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { linesOf, prove } from '../lessons/proof.ts';
import { openStage } from '../playground/lesson-stage.ts';
import { writeNewLesson } from './new-lesson.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, mutations: { type: 'boolean' } },
});
const [verb, ...wanted] = positionals;
const root = fileURLToPath(new URL('../../lessons', import.meta.url));

if (verb !== 'check' && (verb !== 'new' || wanted.length !== 1)) {
  console.error('usage: lessons check [SLUG...] [--json] [--mutations]\n       lessons new SLUG');
  process.exit(2);
}

const slugs = lessonSlugs(root);
if (verb === 'new') {
  const [slug = ''] = wanted;
  const problem = writeNewLesson(root, slug, slugs.length + 1);
  if (problem !== undefined) {
    console.error(problem);
    process.exit(1);
  }
  console.log(
    `lessons/${slug} is made, and works: npm run -s lessons -- check ${slug}\nnpm start shows it, and reloads as you save; docs/lessons.md tells the rest.`,
  );
  process.exit(0);
}
for (const slug of wanted) {
  if (slugs.includes(slug)) continue;
  console.error(`there is no lesson "${slug}"; there are ${slugs.join(', ')}`);
  process.exit(2);
}

interface Result {
  slug: string;
  assertions: number;
  problems: readonly Problem[];
  /** Checks whose deletion nothing would notice, as in Proof. */
  unguarded: readonly string[];
}

async function check(slug: string): Promise<Result> {
  const folder = readLessonFolder(root, slug);
  const { parsed, problems } = parseLesson(folder, slugs);
  if (parsed === undefined || problems.length > 0) return { slug, assertions: 1, problems, unguarded: [] };
  const proof = await prove(parsed, openStage, linesOf(folder), { mutations: values.mutations === true });
  return { slug, assertions: proof.assertions, problems: proof.problems, unguarded: proof.unguarded };
}

/** Has another process prove some of the lessons: each process has one core to itself. */
function elsewhere(some: readonly string[]): Promise<readonly Result[]> {
  return new Promise((resolve, reject) => {
    const self = fileURLToPath(import.meta.url);
    const child = spawn(
      process.execPath,
      [...process.execArgv, self, 'check', ...some, '--json', ...(values.mutations === true ? ['--mutations'] : [])],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve((JSON.parse(text) as { results: readonly Result[] }).results);
      } catch {
        reject(new Error(`${some.join(', ')}: the proof ended without a result`));
      }
    });
  });
}

/** Lessons in as many lots as there are cores, with about as many steps in each. */
function lots(all: readonly string[], cores: number): string[][] {
  const weighed = all.map((slug) => ({
    slug,
    steps: (readLessonFolder(root, slug).texts['lesson.yaml'] ?? '').split('solutions:').length,
  }));
  const out = Array.from({ length: Math.min(cores, all.length) }, () => ({ slugs: [] as string[], steps: 0 }));
  for (const { slug, steps } of weighed.sort((a, b) => b.steps - a.steps)) {
    const least = out.reduce((low, lot) => (lot.steps < low.steps ? lot : low));
    least.slugs.push(slug);
    least.steps += steps;
  }
  return out.map((lot) => lot.slugs);
}

const began = performance.now();
const asked = wanted.length === 0 ? slugs : wanted;
// A process takes a second to start: worth it for many lessons alone.
const [own = [], ...others] = asked.length > 3 ? lots(asked, availableParallelism()) : [asked];
const proofs = others.map((lot) => elsewhere(lot));
const mine: Result[] = [];
for (const slug of own) mine.push(await check(slug));
const results = [...mine, ...(await Promise.all(proofs)).flat()].sort(
  (a, b) => asked.indexOf(a.slug) - asked.indexOf(b.slug),
);
const failed = results.flatMap((result) => result.problems);
if (values.json === true)
  console.log(JSON.stringify({ results, seconds: (performance.now() - began) / 1000 }, null, 2));
else {
  for (const { slug, assertions, problems, unguarded } of results) {
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${slug}: ${assertions} statements`);
    if (values.mutations === true && unguarded.length > 0)
      console.log(`  nothing would notice if these checks were deleted: ${unguarded.join(', ')}`);
    for (const problem of problems)
      console.log(`  ${problem.file}:${problem.line}: ${problem.message}\n    ${problem.remedy}`);
  }
  console.log(`${results.length} lessons in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
