/**
 * Proves lessons, from both sides, without a browser.
 *
 *   lessons check [SLUG...] [--json]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LessonContent, Problem } from '../lessons/content.ts';
import { lessonSlugs, readLessonFolder } from '../lessons/folder.ts';
import { type ParsedLesson, parseLesson } from '../lessons/parse.ts';
import { prove, type Stage } from '../lessons/proof.ts';
import { Session } from '../playground/session.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const [verb, ...wanted] = positionals;
const root = fileURLToPath(new URL('../../lessons', import.meta.url));

if (verb !== 'check') {
  console.error('usage: lessons check [SLUG...] [--json]');
  process.exit(2);
}

const slugs = lessonSlugs(root);
for (const slug of wanted) {
  if (slugs.includes(slug)) continue;
  console.error(`there is no lesson "${slug}"; there are ${slugs.join(', ')}`);
  process.exit(2);
}

/** Opens a lesson on a cluster of its own. */
async function open(parsed: ParsedLesson, seed: number): Promise<Stage> {
  const content: LessonContent = { lesson: parsed.lesson, files: parsed.files, language: 'en', prose: parsed.prose.en };
  const session = new Session({ lesson: content, seed });
  await session.ready(parsed.lesson.setup);
  return {
    run: (script) => session.script(script),
    progress: () => session.progress?.steps ?? [],
    fingerprint: () => session.fingerprint(),
    close: () => session.stop(),
  };
}

const began = performance.now();
const results: { slug: string; assertions: number; problems: readonly Problem[] }[] = [];
for (const slug of wanted.length === 0 ? slugs : wanted) {
  const folder = readLessonFolder(root, slug);
  const { parsed, problems } = parseLesson(folder);
  if (parsed === undefined || problems.length > 0) {
    results.push({ slug, assertions: 1, problems });
    continue;
  }
  const lines = (folder.texts['lesson.yaml'] ?? '').split('\n');
  const proof = await prove(parsed, open, (step, word) => {
    const start = lines.findIndex((line) => line.trim() === `- id: ${step}`);
    const at = lines.findIndex((line, index) => index >= start && new RegExp(`(id: |hint: |^ *)${word}\\b`).test(line));
    return (at < 0 ? start : at) + 1;
  });
  results.push({ slug, assertions: proof.assertions, problems: proof.problems });
}
const failed = results.flatMap((result) => result.problems);
if (values.json === true)
  console.log(JSON.stringify({ results, seconds: (performance.now() - began) / 1000 }, null, 2));
else {
  for (const { slug, assertions, problems } of results) {
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${slug}: ${assertions} statements`);
    for (const problem of problems)
      console.log(`  ${problem.file}:${problem.line}: ${problem.message}\n    ${problem.remedy}`);
  }
  console.log(`${results.length} lessons in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
