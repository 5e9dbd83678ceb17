import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../lessons/content.ts';
import { columnsOf, currentLesson, minutesLeft } from './course.ts';

const lesson = (slug: string, order: number): CatalogueEntry => ({
  slug,
  order,
  minutes: 5,
  breaks: false,
  cluster: 'gce',
  steps: ['a', 'b'],
  titles: { en: slug, 'zh-CN': slug, ko: slug },
  summaries: { en: '', 'zh-CN': '', ko: '' },
});
const lessons = [lesson('one', 1), lesson('two', 2), lesson('three', 2), lesson('four', 3)];

describe('the course', () => {
  it('has doubles where either lesson may come first', () => {
    expect(columnsOf(lessons).map((column) => column.map(({ slug }) => slug))).toEqual([
      ['one'],
      ['two', 'three'],
      ['four'],
    ]);
  });

  it('goes on where the learner was last', () => {
    expect(currentLesson(lessons, {})?.slug).toBe('one');
    const progress = {
      one: { done: ['a', 'b'], finished: true, at: 9 },
      two: { done: ['a'], finished: false, at: 3 },
      three: { done: [], finished: false, at: 5 },
    };
    expect(currentLesson(lessons, progress)?.slug).toBe('three');
    expect(minutesLeft(lessons, progress)).toBe(15);
  });

  it('has no current lesson once all are done', () => {
    const done = Object.fromEntries(lessons.map(({ slug }) => [slug, { done: [], finished: true, at: 1 }]));
    expect(currentLesson(lessons, done)).toBeUndefined();
  });
});
