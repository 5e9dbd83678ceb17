/**
 * Proves lessons, from both sides, without a browser, and makes new ones.
 *
 *   lessons check [SLUG...] [--json] [--mutations]
 *   lessons new SLUG
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Problem } from '../lessons/content.ts';
import { lessonSlugs, readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { prove } from '../lessons/proof.ts';
import { openStage } from './lesson-stage.ts';
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

const began = performance.now();
const results: {
  slug: string;
  assertions: number;
  problems: readonly Problem[];
  /** Checks whose deletion no listed wrong answer would notice. */
  unguarded: readonly string[];
}[] = [];
for (const slug of wanted.length === 0 ? slugs : wanted) {
  const folder = readLessonFolder(root, slug);
  const { parsed, problems } = parseLesson(folder);
  if (parsed === undefined || problems.length > 0) {
    results.push({ slug, assertions: 1, problems, unguarded: [] });
    continue;
  }
  const lines = (folder.texts['lesson.yaml'] ?? '').split('\n');
  const proof = await prove(parsed, openStage, (step, word) => {
    const start = lines.findIndex((line) => line.trim() === `- id: ${step}`);
    const at = lines.findIndex((line, index) => index >= start && new RegExp(`(id: |hint: |^ *)${word}\\b`).test(line));
    return (at < 0 ? start : at) + 1;
  });
  results.push({ slug, assertions: proof.assertions, problems: proof.problems, unguarded: proof.unguarded });
}
const failed = results.flatMap((result) => result.problems);
if (values.json === true)
  console.log(JSON.stringify({ results, seconds: (performance.now() - began) / 1000 }, null, 2));
else {
  for (const { slug, assertions, problems, unguarded } of results) {
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${slug}: ${assertions} statements`);
    if (values.mutations === true && unguarded.length > 0)
      console.log(`  no wrong answer would notice if these checks were deleted: ${unguarded.join(', ')}`);
    for (const problem of problems)
      console.log(`  ${problem.file}:${problem.line}: ${problem.message}\n    ${problem.remedy}`);
  }
  console.log(`${results.length} lessons in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
