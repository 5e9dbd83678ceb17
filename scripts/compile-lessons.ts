/**
 * Turns `lessons/` into what the page loads: a catalogue, and one small JSON file for each lesson and language. Writes the
 * JSON Schema of `lesson.yaml` beside the lessons, so that editors know it. Fails on the first lesson that cannot be read.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CatalogueEntry, LessonContent } from '../src/lessons/content.ts';
import { lessonSlugs, readLessonFolder } from '../src/lessons/folder.ts';
import { LANGUAGES } from '../src/lessons/format.ts';
import { parseLesson } from '../src/lessons/parse.ts';
import { lessonJsonSchema } from '../src/lessons/schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'lessons');
const target = join(root, 'generated', 'lessons');
mkdirSync(target, { recursive: true });

let broken = 0;
const catalogue: CatalogueEntry[] = [];
for (const slug of lessonSlugs(source)) {
  const { parsed, problems } = parseLesson(readLessonFolder(source, slug));
  for (const problem of problems) {
    broken++;
    console.error(`${problem.file}:${problem.line}: ${problem.message}\n    ${problem.remedy}`);
  }
  if (parsed === undefined) continue;
  const { lesson, files, prose } = parsed;
  for (const language of LANGUAGES) {
    const content: LessonContent = { lesson, files, language, prose: prose[language] };
    writeJson(join(target, `${slug}.${language}.json`), content);
  }
  const words = (field: 'title' | 'summary') => ({
    en: prose.en[field],
    'zh-CN': prose['zh-CN'][field],
    ko: prose.ko[field],
  });
  catalogue.push({
    slug,
    order: lesson.order,
    minutes: lesson.minutes,
    breaks: lesson.breaks ?? false,
    cluster: lesson.cluster,
    steps: lesson.steps.map((step) => step.id),
    titles: words('title'),
    summaries: words('summary'),
  });
}
catalogue.sort((a, b) => a.order - b.order || (a.slug < b.slug ? -1 : 1));
writeJson(join(target, 'catalogue.json'), catalogue);
writeIfChanged(join(source, 'lesson.schema.json'), `${JSON.stringify(lessonJsonSchema(), null, 2)}\n`);
if (broken > 0) process.exit(1);

function writeJson(path: string, value: unknown): void {
  writeIfChanged(path, JSON.stringify(value));
}

/** Leaves a file alone that is right already, so that a watching server does not reload for nothing. */
function writeIfChanged(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // It is not there yet.
  }
  writeFileSync(path, text);
}
