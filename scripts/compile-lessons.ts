/**
 * Turns `lessons/` into what the page loads: a catalogue, and one small JSON file for each lesson and language. Writes the
 * JSON Schema of `lesson.yaml` beside the lessons, so that editors know it. Fails on the first lesson that cannot be read.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileLesson } from '../src/lessons/compile.ts';
import type { CatalogueEntry } from '../src/lessons/content.ts';
import { lessonSlugs, readLessonFolder } from '../src/lessons/folder.ts';
import { writeCatalogue, writeIfChanged, writeLesson, writeSource } from './generated-lessons.ts';
import { LESSON_SCHEMA_FILE, lessonSchemaText } from './lesson-schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'lessons');
const target = join(root, 'generated', 'lessons');
mkdirSync(target, { recursive: true });

let broken = 0;
const catalogue: CatalogueEntry[] = [];
for (const slug of lessonSlugs(source)) {
  const folder = readLessonFolder(source, slug);
  const { compiled, problems } = compileLesson(folder);
  for (const problem of problems) {
    broken++;
    console.error(`${problem.file}:${problem.line}: ${problem.message}\n    ${problem.remedy}`);
  }
  if (compiled === undefined) continue;
  writeLesson(target, compiled);
  writeSource(join(root, 'generated', 'lesson-sources'), folder);
  catalogue.push(compiled.entry);
}
writeCatalogue(target, catalogue);
writeIfChanged(join(source, LESSON_SCHEMA_FILE), lessonSchemaText());
if (broken > 0) process.exit(1);
