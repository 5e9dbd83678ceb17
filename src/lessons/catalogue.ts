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

/** Versions that came after the page was loaded, by `slug.language`. */
const newer = new Map<string, LessonContent>();

/** From now on this is the lesson in its language: somebody is writing it. */
export function replaceLesson(content: LessonContent): void {
  newer.set(`${content.lesson.slug}.${content.language}`, content);
}

/** One lesson with its words in one language, or undefined when there is no such lesson. */
export async function loadLesson(slug: string, language: Language): Promise<LessonContent | undefined> {
  return newer.get(`${slug}.${language}`) ?? LESSONS[`../../generated/lessons/${slug}.${language}.json`]?.();
}
