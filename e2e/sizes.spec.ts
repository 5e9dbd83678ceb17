import { expect, type Page, test } from '@playwright/test';
import { LessonPage, lessons } from './lesson-page.ts';

const SIZES = [
  [360, 780],
  [390, 844],
  // 1440 by 900 at 200 % zoom.
  [720, 450],
  [768, 1024],
  [1024, 768],
  [1280, 720],
  [1440, 900],
  [2560, 1440],
] as const;

/** What makes the page wider than the window: the elements that reach out of it and that nothing clips. Empty when it fits. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (Math.max(scrollWidth, document.body.scrollWidth) <= clientWidth) return [];
    const out = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return [
      `${scrollWidth} px in a window of ${clientWidth} px`,
      ...out.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`),
    ];
  });
}

/**
 * Texts that are cut with nothing to say so: of buttons, links, headings and labels that clip what they hold and have neither an
 * ellipsis nor a title.
 */
function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a, h1, h2, h3, label, b, .crumb *, .head *')]
      .filter((element) => {
        const style = getComputedStyle(element);
        const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
        const shown = element.getClientRects().length > 0 && element.clientWidth > 1 && element.clientHeight > 1;
        return (
          shown &&
          clips &&
          element.scrollWidth > element.clientWidth + 1 &&
          (element.textContent ?? '').trim() !== '' &&
          style.textOverflow !== 'ellipsis' &&
          element.closest('[title]') === null
        );
      })
      .map((element) => `${element.className}: ${element.textContent}`),
  );
}

async function faults(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    // Two frames: the layout, and what follows from measuring it.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    for (const fault of [...(await tooWide(page)), ...(await cutTexts(page))]) found.push(`${width} px: ${fault}`);
  }
  return found;
}

for (const language of ['en', 'zh-CN', 'ko'] as const) {
  test(`nothing reaches out of the window or is cut off, from 360 to 2560 px, in ${language}`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('hopscope.language', value), language);
    await page.goto('');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await faults(page), 'home').toEqual([]);
    const { slug } = lessons().at(-1)?.lesson ?? { slug: '' };
    const learner = new LessonPage(page);
    await learner.open(slug);
    await expect(learner.graph.getByRole('treeitem').first()).toBeAttached();
    expect(await faults(page), slug).toEqual([]);
  });
}
