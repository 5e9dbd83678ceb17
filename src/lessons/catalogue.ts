import type { CatalogueEntry, LessonContent } from './content.ts';
import type { Language } from './format.ts';

/** The compiled lessons (`npm run generate`), each loaded when it is opened. For bundled code only: Vite makes the map. */
const LESSONS = import.meta.glob<LessonContent>('../../generated/lessons/*.*.json', { import: 'default' });
const CATALOGUE = import.meta.glob<readonly CatalogueEntry[]>('../../generated/lessons/catalogue.json', {
  import: 'default',
  eager: true,
});

/** All lessons in the order of the course. */
export function catalogue(): readonly CatalogueEntry[] {
  return Object.values(CATALOGUE)[0] ?? [];
}

/** One lesson with its words in one language, or undefined when there is no such lesson. */
export async function loadLesson(slug: string, language: Language): Promise<LessonContent | undefined> {
  return LESSONS[`../../generated/lessons/${slug}.${language}.json`]?.();
}
