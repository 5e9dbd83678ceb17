import { expect, test } from '@playwright/test';
import { LessonPage, lessons, watchConsole } from './lesson-page.ts';

test.use({ serviceWorkers: 'allow' });

const slug = lessons()[0]?.lesson.slug ?? '';

test('after the first visit the page works without a network', async ({ page, context }) => {
  const learner = new LessonPage(page);
  await learner.open(slug);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  const complaints = watchConsole(page);
  await page.reload();
  await learner.ready();
  await learner.type('kubectl get nodes');
  expect(await learner.screen()).toContain('kubernetes-minion-905m');
  await page.goto('#/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('the page can be installed', async ({ page, request }) => {
  await page.goto('');
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const answer = await request.get(href ?? '');
  const manifest = (await answer.json()) as { name: string; start_url: string; icons: { src: string }[] };
  expect(manifest.name).toBe('Hopscope');
  expect(manifest.start_url, 'from any path').toBe('./');
  for (const { src } of manifest.icons) expect((await request.get(src)).status()).toBe(200);
});
