import { fileURLToPath } from 'node:url';
import { afterEach, describe, it } from 'vitest';
import type { LessonContent } from '../lessons/content.ts';
import { readLessonFolder } from '../lessons/folder.ts';
import { parseLesson } from '../lessons/parse.ts';
import { BrowserPlayground } from './browser.ts';
import type { PlaygroundEvent } from './protocol.ts';
import type { SavedSession } from './session.ts';

const SLUG = 'expose-pods';
const { parsed } = parseLesson(readLessonFolder(fileURLToPath(new URL('../../lessons', import.meta.url)), SLUG));
if (parsed === undefined) throw new Error('the lesson cannot be read');
const content: LessonContent = { lesson: parsed.lesson, files: parsed.files, language: 'en', prose: parsed.prose.en };
const [first, second] = content.lesson.steps;
if (first === undefined || second === undefined) throw new Error('the lesson has fewer than two steps');

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
  }

  /** Resolves once something like this has been told. */
  told(is: (event: PlaygroundEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.seen.some(is)) resolve();
      };
      this.waiting.push(check);
      check();
    });
  }

  forget(): void {
    this.seen.length = 0;
    this.waiting = [];
  }

  at(step: string): Promise<void> {
    return this.told((event) => event.type === 'lesson' && event.lesson.current === step);
  }

  pods(some: boolean): Promise<void> {
    return this.told(
      (event) => event.type === 'scene' && event.scene.pods.some((pod) => pod.name.startsWith('my-nginx')) === some,
    );
  }
}

const learner = { now: new Learner() };
afterEach(() => learner.now.playground.close());

/** A learner who has done the first step. */
async function afterFirstStep(): Promise<Learner> {
  const one = new Learner();
  learner.now = one;
  await one.open();
  const terminal = await one.playground.openTerminal('laptop', 80, 24);
  await one.told((event) => event.type === 'terminal' && event.data.includes('$'));
  await one.playground.writeFile('/home/learner/notes.txt', 'mine');
  await one.playground.type(terminal, first?.solutions[0] ?? '');
  await one.at(second?.id ?? '');
  return one;
}

describe('putting the beginning of a step back', () => {
  it('takes the cluster, the files and the terminals there', async () => {
    const one = await afterFirstStep();
    await one.pods(true);
    one.forget();
    await one.playground.resetStep(first.id);
    await one.at(first.id);
    await one.pods(false);
    await one.told((event) => event.type === 'file' && event.path.endsWith('notes.txt') && event.text === null);
    await one.told((event) => event.type === 'terminal' && event.terminal === 1 && event.data.includes('$'));
    one.forget();
    await one.playground.input(1, 'kubectl get pods\r');
    await one.told((event) => event.type === 'terminal' && event.data.includes('No resources found'));
  });

  it('builds it anew when nobody has kept it', async () => {
    const before = await afterFirstStep();
    const { beginning: _, ...saved } = JSON.parse(await before.playground.save()) as SavedSession;
    await before.playground.close();
    const one = new Learner();
    learner.now = one;
    await one.open(JSON.stringify(saved));
    await one.at(second.id);
    one.forget();
    await one.playground.resetStep(second.id);
    await one.at(second.id);
    await one.pods(true);
    one.forget();
    await one.playground.resetStep(first.id);
    await one.pods(false);
  });
});
