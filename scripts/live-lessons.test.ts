import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNewLesson } from '../src/cli/new-lesson.ts';
import { compileLesson } from '../src/lessons/compile.ts';
import { sameStart } from '../src/lessons/content.ts';
import { readLessonFolder } from '../src/lessons/folder.ts';
import { LessonProgress } from '../src/lessons/progress.ts';
import { readCatalogue } from './generated-lessons.ts';
import { forget, renew, slugOf } from './live-lessons.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hopscope-live-'));
  expect(writeNewLesson(root, 'web', 3)).toBeUndefined();
});

afterAll(() => rmSync(root, { recursive: true }));

/** The lesson as it would be saved with a piece of a file replaced. */
function saved(file: string, from: string, to: string) {
  const folder = readLessonFolder(root, 'web');
  const text = folder.texts[file] ?? '';
  expect(text).toContain(from);
  return compileLesson({ slug: 'web', texts: { ...folder.texts, [file]: text.replace(from, () => to) } });
}

const lesson = () => compileLesson(readLessonFolder(root, 'web'));

describe('a saved file', () => {
  it('belongs to the lesson whose folder it lies in, or to none', () => {
    expect(slugOf('/x/lessons', '/x/lessons/dns/en.md')).toBe('dns');
    expect(slugOf('/x/lessons', '/x/lessons/dns/files/web.yaml')).toBe('dns');
    expect(slugOf('/x/lessons', '/x/lessons/lesson.schema.json')).toBeUndefined();
    expect(slugOf('/x/lessons', '/x/src/ui/main.tsx')).toBeUndefined();
  });

  it('is written for the page; the course map says when it has changed', () => {
    const target = join(root, 'generated');
    expect(renew(target, lesson())).toEqual({ course: true });
    expect(renew(target, lesson())).toEqual({ course: false });
    const update = saved('en.md', 'Why it matters', 'Why it is good');
    expect(renew(target, update)).toEqual({ course: false });
    expect(readFileSync(join(target, 'web.en.json'), 'utf8')).toContain('Why it is good');
    expect(renew(target, saved('ko.md', 'title: 새 레슨', 'title: 웹'))).toEqual({ course: true });
    expect(readCatalogue(target)[0]?.titles.ko).toBe('웹');
  });

  it('that is wrong leaves what the page has, and names file, line and remedy', () => {
    const target = join(root, 'generated');
    renew(target, lesson());
    const update = saved('lesson.yaml', 'cluster: gce', 'cluster: gcx');
    expect(renew(target, update)).toEqual({ course: false });
    expect(readFileSync(join(target, 'web.en.json'), 'utf8')).toContain('"cluster":"gce"');
    expect(update.problems[0]).toMatchObject({ file: 'lessons/web/lesson.yaml', line: 4 });
    expect(update.problems[0]?.remedy).toContain('gce, aws');
  });

  it('of a folder that is gone takes the lesson out of the course', () => {
    const target = join(root, 'generated');
    renew(target, lesson());
    expect(forget(target, 'web')).toEqual({ course: true });
    expect(readCatalogue(target)).toEqual([]);
  });
});

describe('a new version of the lesson that is open', () => {
  const content = (update: ReturnType<typeof lesson>) => {
    if (update.compiled === undefined) throw new Error('the lesson cannot be used');
    return update.compiled.contents.en;
  };

  it('keeps the cluster as long as it begins as before', () => {
    const before = content(lesson());
    expect(sameStart(before, content(saved('en.md', 'Start a pod', 'Start one pod')))).toBe(true);
    expect(sameStart(before, content(saved('lesson.yaml', 'minutes: 5', 'minutes: 6')))).toBe(true);
    expect(sameStart(before, content(saved('lesson.yaml', 'name: web }', 'name: web-0 }')))).toBe(true);
    expect(sameStart(before, content(saved('lesson.yaml', 'cluster: gce', 'cluster: aws')))).toBe(false);
    expect(sameStart(before, content(saved('files/web.yaml', 'image: nginx', 'image: httpd')))).toBe(false);
    expect(
      sameStart(before, content(saved('lesson.yaml', 'cluster: gce', 'cluster: gce\nsetup: kubectl create ns a'))),
    ).toBe(false);
  });

  it('keeps what was done, but for steps whose checks have changed', () => {
    const before = content(lesson()).lesson;
    const done = new LessonProgress(before, { done: ['apply'], happened: {}, predicted: {} });
    expect(done.revised(content(saved('lesson.yaml', 'minutes: 5', 'minutes: 6')).lesson).current).toBeUndefined();
    expect(done.revised(content(saved('lesson.yaml', 'name: web, match', 'name: www, match')).lesson).current?.id).toBe(
      'apply',
    );
  });
});
