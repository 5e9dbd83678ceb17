import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { linesOf, prove } from '../lessons/proof.ts';
import { openStage } from '../playground/lesson-stage.ts';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const guide = readFileSync(`${docs}/lessons.md`, 'utf8');
const folder = readLessonFolder(docs, 'second-name');

/** What stands between the fences of the guide that follow a file's name. */
function printed(file: string): string {
  const [, rest = ''] = guide.split(`\`${file}\`:\n\n`);
  return /^(`{3,})\w+\n([\s\S]*?\n)\1\n/.exec(rest)?.[2] ?? '';
}

describe('the lesson in the guide for instructors', () => {
  it.each(['lesson.yaml', 'en.md'])('is printed as it is: %s', (file) => {
    expect(printed(file)).toBe(folder.texts[file]);
  });

  it('is proven, and each of its checks is needed', async () => {
    const { parsed, problems } = parseLesson(folder);
    expect(problems).toEqual([]);
    if (parsed === undefined) throw new Error('not parsed');
    const proof = await prove(parsed, openStage, linesOf(folder), { mutations: true });
    expect(proof.problems).toEqual([]);
    expect(proof.unguarded).toEqual([]);
  });

  it('names every field that a condition may have', () => {
    const schema = JSON.parse(readFileSync(`${docs}/../lessons/lesson.schema.json`, 'utf8')) as object;
    const text = JSON.stringify(schema);
    for (const word of ['objects', 'command', 'request', 'file', 'cel', 'all', 'any', 'not', 'row', 'times', 'sources'])
      expect([text.includes(`"${word}"`), guide.includes(`\`${word}\``)], word).toEqual([true, true]);
  });
});
