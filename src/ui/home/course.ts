import type { CatalogueEntry } from '../../lessons/content.ts';
import type { Progress } from '../app/keep.ts';

/** One column of the course map: one lesson, or two that may be taken in either order. */
export type Column = readonly CatalogueEntry[];

/** Lessons of equal order stand side by side. */
export function columnsOf(lessons: readonly CatalogueEntry[]): readonly Column[] {
  const columns: CatalogueEntry[][] = [];
  for (const lesson of lessons) {
    const last = columns[columns.length - 1];
    if (last?.[0]?.order === lesson.order) last.push(lesson);
    else columns.push([lesson]);
  }
  return columns;
}

/** How a lesson stands for a learner. */
export type Standing = 'done' | 'current' | 'open';

/** The lesson to go on with: the unfinished one last worked on, else the first that is not done. */
export function currentLesson(lessons: readonly CatalogueEntry[], progress: Progress): CatalogueEntry | undefined {
  const begun = lessons
    .filter((lesson) => progress[lesson.slug] !== undefined && progress[lesson.slug]?.finished !== true)
    .sort((a, b) => (progress[b.slug]?.at ?? 0) - (progress[a.slug]?.at ?? 0));
  return begun[0] ?? lessons.find((lesson) => progress[lesson.slug]?.finished !== true);
}

/** Minutes of the lessons that are still to do. */
export function minutesLeft(lessons: readonly CatalogueEntry[], progress: Progress): number {
  return lessons
    .filter((lesson) => progress[lesson.slug]?.finished !== true)
    .reduce((sum, lesson) => sum + lesson.minutes, 0);
}
