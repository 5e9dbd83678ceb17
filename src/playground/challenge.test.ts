import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { LessonContent } from '../lessons/content.ts';
import { readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { BrowserPlayground } from './browser.ts';
import type { LessonState, PlaygroundEvent } from './protocol.ts';

const SLUG = 'debug-easy';
const { parsed } = parseLesson(readLessonFolder(fileURLToPath(new URL('../../lessons', import.meta.url)), SLUG));
if (parsed === undefined) throw new Error('the lesson cannot be read');
const content: LessonContent = { lesson: parsed.lesson, files: parsed.files, language: 'en', prose: parsed.prose.en };

class Learner {
  readonly playground = new BrowserPlayground({
    host: { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
    loadLesson: async () => content,
    toYaml: () => '',
  });
  private readonly seen: PlaygroundEvent[] = [];
  private waiting: (() => void)[] = [];

  async open(saved?: string): Promise<void> {
    await this.playground.open({ lesson: SLUG, ...(saved === undefined ? {} : { saved }) }, (events) => {
      this.seen.push(...events);
      for (const check of this.waiting) check();
    });
    await this.playground.setSpeed(1000);
    await this.playground.openTerminal('laptop', 80, 24);
    await this.printed('$');
    this.forget();
  }

  told<T>(find: (event: PlaygroundEvent) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        for (const event of this.seen) {
          const found = find(event);
          if (found !== undefined) return resolve(found);
        }
      };
      this.waiting.push(check);
      check();
    });
  }

  printed(text: string): Promise<true> {
    return this.told((event) => (event.type === 'terminal' && event.data.includes(text) ? true : undefined));
  }

  /** The lesson, once it is like this. */
  lesson(is: (lesson: LessonState) => boolean): Promise<LessonState> {
    return this.told((event) => (event.type === 'lesson' && is(event.lesson) ? event.lesson : undefined));
  }

  /** A request that the container's own program made, and that went so. */
  request(outcome: string): Promise<number> {
    return this.told((event) =>
      event.type === 'trace' && event.trace.purpose === 'http' && event.trace.outcome === outcome
        ? event.trace.id
        : undefined,
    );
  }

  async type(line: string): Promise<void> {
    await this.playground.input(1, `${line}\r`);
  }

  forget(): void {
    this.seen.length = 0;
    this.waiting = [];
  }

  async files(): Promise<string[]> {
    return (await this.playground.files()).map(({ path }) => path.split('/').at(-1) ?? '');
  }
}

const opened: { now?: Learner } = {};
afterEach(() => opened.now?.playground.close());

async function learner(saved?: string): Promise<Learner> {
  const one = new Learner();
  opened.now = one;
  await one.open(saved);
  return one;
}

const step = (lesson: LessonState, id: string) => lesson.steps.find((each) => each.id === id);

describe('a challenge', () => {
  it('keeps the cause of a failure, on the page and in the terminal, until it is asked for, and counts that', async () => {
    const one = await learner();
    const failed = await one.request('refused');
    expect(await one.playground.why(failed)).toMatchObject({ withheld: true, links: [], fixes: [] });
    expect(await one.playground.tryFix(failed, 0)).toBeNull();
    expect(await one.playground.insights(content.files['web.yaml'] ?? '')).toEqual([]);
    await one.type('hopscope fix');
    await one.printed('hopscope why --reveal');
    one.forget();
    await one.type('hopscope why --reveal');
    await one.printed('selector.app');
    const asked = await one.lesson((lesson) => step(lesson, 'selector')?.help !== undefined);
    expect(step(asked, 'selector')?.help).toEqual(['why']);
    expect((await one.playground.why(failed))?.links.at(-1)?.code).toBe('selector.no-match');
    expect((await one.playground.insights(content.files['web.yaml'] ?? '')).map(({ code }) => code)).toContain(
      'selects-none',
    );
  });

  it('is solved when the traffic flows, says with how much help, and does not count for the next', async () => {
    const one = await learner();
    const failed = await one.request('refused');
    await one.playground.helped('selector', 'compare');
    await one.type('kubectl label pods -l app=web app=wbe --overwrite');
    const solved = await one.lesson((lesson) => step(lesson, 'selector')?.done === true);
    expect(step(solved, 'selector')?.help).toEqual(['compare']);
    expect(solved).toMatchObject({ current: 'target-port', begun: 'selector' });
    // Afterwards there is nothing to hide, and help is no longer counted.
    expect(await one.playground.why(failed)).not.toHaveProperty('withheld');
    await one.playground.helped('selector', 'why');
    one.forget();
    await one.playground.resetStep('target-port');
    const next = await one.lesson((lesson) => lesson.begun === 'target-port');
    expect(step(next, 'selector')).toMatchObject({ done: true, help: ['compare'] });
    expect(step(next, 'target-port')).not.toHaveProperty('help');
    const files = await one.files();
    expect(files).toContain('hello.yaml');
    expect(files).not.toContain('web.yaml');
  });

  it('can be taken in any order, left, and begun again', async () => {
    const one = await learner();
    await one.playground.resetStep('image');
    await one.playground.helped('image', 'why');
    const there = await one.lesson((lesson) => step(lesson, 'image')?.help !== undefined);
    expect(there).toMatchObject({ current: 'image', begun: 'image' });
    const saved = await one.playground.save();
    await one.playground.close();

    const later = await learner(saved);
    expect(await later.lesson(() => true)).toMatchObject({ current: 'image', begun: 'image' });
    await later.type('kubectl set image deployment/menu nginx=nginx');
    const done = await later.lesson((lesson) => step(lesson, 'image')?.done === true);
    expect(done.current).toBe('name');
    expect(step(done, 'image')?.help).toEqual(['why']);
    // Once more, from the start: what was seen then does not count now.
    await later.playground.resetStep('image');
    const again = await later.lesson(
      (lesson) => lesson.current === 'image' && step(lesson, 'image')?.help === undefined,
    );
    expect(step(again, 'image')?.done).toBe(false);
    later.forget();
    await later.request('refused');
  });
});
