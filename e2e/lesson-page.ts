import { existsSync, readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { LessonContent } from '../src/lessons/content.ts';
import type { Language } from '../src/lessons/format.ts';

const LESSONS = new URL('../generated/lessons/', import.meta.url);

/** The lessons that the site has, in the course's order. They are compiled first: `npm run generate`. */
export function lessons(): readonly LessonContent[] {
  const catalogue = new URL('catalogue.json', LESSONS);
  if (!existsSync(catalogue)) throw new Error('the lessons are not compiled: npm run generate');
  const entries = JSON.parse(readFileSync(catalogue, 'utf8')) as readonly { readonly slug: string }[];
  return entries.map(({ slug }) => content(slug, 'en'));
}

/** One compiled lesson, with its text in a language. */
export function content(slug: string, language: Language): LessonContent {
  return JSON.parse(readFileSync(new URL(`${slug}.${language}.json`, LESSONS), 'utf8')) as LessonContent;
}

/** Collects what a learner never sees but the browser complains about: errors of scripts, refused files, broken policies. */
export function watchConsole(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  return complaints;
}

/** What stands on the last line of a terminal that waits: a shell's own prompt, or that of an unfinished command. */
const PROMPT = /^(\S+( [~/]\S*)? [$#]|>)$/;

/** A lesson as a learner has it before them. */
export class LessonPage {
  readonly page: Page;
  readonly graph: Locator;
  private readonly rows: Locator;

  constructor(page: Page) {
    this.page = page;
    this.graph = page.locator('[data-place="graph"] [role="tree"]');
    this.rows = page.locator('[data-place="terminal"] .xterm-rows > div');
  }

  /** Opens a lesson and waits for the terminal's prompt. Time passes 100 times as fast, and no packet holds it. */
  async open(slug: string, speed = '100'): Promise<void> {
    await this.page.addInitScript((value) => localStorage.setItem('hopscope.speed', value), speed);
    await this.page.goto(`#/lesson/${slug}`);
    await this.ready();
  }

  /** Waits for the terminal's prompt. */
  async ready(): Promise<void> {
    await this.prompt('the terminal opens');
  }

  step(id: string): Locator {
    return this.page.locator(`[data-step="${id}"]`);
  }

  /** Types lines as a learner would, each once the terminal waits for it. */
  async type(script: string): Promise<void> {
    for (const line of script.trim().split('\n')) await this.typeLine(line);
  }

  private async typeLine(line: string): Promise<void> {
    await this.begin(line);
    await this.prompt(`the command ends: ${line}`);
  }

  /** Types a line and does not wait for its end. */
  async begin(line: string): Promise<void> {
    const shown = this.page.locator('[data-place="terminal"] textarea.xterm-helper-textarea');
    await shown.focus();
    await this.page.keyboard.type(line);
    // The echo has to be there first: else the prompt before it would be taken for the one after the command.
    await expect
      .poll(() => this.waits(), { message: `the terminal shows what is typed: ${line}`, intervals: [20, 50, 100] })
      .toBe(false);
    await this.page.keyboard.press('Enter');
  }

  private async prompt(message: string): Promise<void> {
    await expect
      .poll(() => this.waits(), { message, timeout: 30_000, intervals: [50, 100] })
      .toBe(true)
      .catch(async (error: unknown) => {
        throw new Error(`${message}\n${await this.screen()}`, { cause: error });
      });
  }

  /** What the terminal shows, without the empty lines below. */
  async screen(): Promise<string> {
    // What is drawn: the copy for screen readers follows a second later.
    const rows = await this.rows.allTextContents();
    return rows
      .map((row) => row.replace(/\u00a0/g, ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  private async waits(): Promise<boolean> {
    const last = (await this.screen()).split('\n').at(-1) ?? '';
    return PROMPT.test(last.trim());
  }

  /** Waits until every check of a step is ticked; else says which one is not, what the page says of it, and what the terminal shows. */
  async expectTicked(slug: string, step: string, checks: readonly string[]): Promise<void> {
    for (const check of checks) {
      const line = this.step(step).locator(`[data-check="${check}"]`);
      await test.step(`${slug} / ${step} / ${check}`, async () => {
        await expect(line)
          .toHaveAttribute('data-state', 'passed')
          .catch(async () => {
            const says = (await line.count()) === 0 ? 'not on the page' : await line.textContent();
            throw new Error(
              `lesson ${slug}, step ${step}, check ${check} is not ticked: ${says}\n--- terminal\n${await this.screen()}`,
            );
          });
      });
    }
  }
}
