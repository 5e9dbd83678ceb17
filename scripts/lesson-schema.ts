import type { Plugin } from 'vite';
import { lessonJsonSchema } from '../src/lessons/schema.ts';

/** What the file is called, in `lessons/` and on the site. */
export const LESSON_SCHEMA_FILE = 'lesson.schema.json';

/** The JSON Schema of `lesson.yaml` as the file's text. */
export function lessonSchemaText(): string {
  return `${JSON.stringify(lessonJsonSchema(), null, 2)}\n`;
}

/** Puts the JSON Schema of `lesson.yaml` into the built site, for editors of lessons that are kept elsewhere. */
export function publishLessonSchema(): Plugin {
  return {
    name: 'hopscope-lesson-schema',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: LESSON_SCHEMA_FILE, source: lessonSchemaText() });
    },
  };
}
