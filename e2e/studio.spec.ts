import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { starterLesson } from '../src/lessons/starter.ts';
import { writeZip } from '../src/ui/studio/zip.ts';
import { LessonPage, watchConsole } from './lesson-page.ts';

test('a lesson is written in the Studio: seen at once, its checks told, its mistakes placed, kept, proven, exported and imported', async ({
  page,
}) => {
  const complaints = watchConsole(page);
  const learner = new LessonPage(page);
  await page.addInitScript(() => localStorage.setItem('hopscope.speed', '100'));
  await page.goto('#/studio');
  await page.getByRole('textbox').fill('my-lesson');
  await page.getByRole('button', { name: 'Make it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A new lesson' })).toBeVisible();
  await learner.ready();

  await page.getByRole('tab', { name: 'Checks', exact: true }).click();
  const check = page.locator('[data-check="apply/ready"]');
  await expect(check).toHaveAttribute('data-state', 'open');
  await learner.type('kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web');
  await expect(check).toHaveAttribute('data-state', 'passed');
  await page.getByRole('button', { name: 'Record what I did as solution' }).click();
  await expect(page.getByText('Written into lesson.yaml.')).toBeVisible();

  const text = page.locator('.studio-text');
  await page.getByRole('tab', { name: 'en.md' }).click();
  await expect(text.locator('.monaco-editor')).toBeVisible();
  await text.locator('.view-line').filter({ hasText: 'title: A new lesson' }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' of mine');
  await expect(page.getByRole('heading', { level: 1, name: 'A new lesson of mine' })).toBeVisible();
  await expect(check, 'the cluster goes on').toHaveAttribute('data-state', 'passed');

  await text.locator('.view-line').filter({ hasText: 'Start a pod' }).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await page.getByRole('tab', { name: /^Problems/ }).click();
  const problem = page.getByRole('button', { name: 'en.md:8' });
  await expect(problem).toBeVisible();
  await problem.click();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: /^Problems/ }), 'Escape leads out of the text').toBeFocused();
  await expect(page.locator('.studio-problems')).toHaveCount(0);

  const axe = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  expect(axe.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);

  const loading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as zip' }).click();
  const download = await loading;
  expect(download.suggestedFilename()).toBe('my-lesson.zip');
  const zip = readFileSync(await download.path());
  expect(zip.includes('my-lesson/files/web.yaml')).toBe(true);

  await page.reload();
  await page.getByRole('button', { name: 'A new lesson of mine my-lesson' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A new lesson of mine' })).toBeVisible();

  await page.getByRole('tab', { name: 'Proof' }).click();
  await page.getByRole('button', { name: 'Run the proof' }).click();
  await expect(page.getByText(/All \d+ statements hold/)).toBeVisible({ timeout: 60_000 });

  await page.getByRole('button', { name: 'All lessons' }).click();
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'other.zip', mimeType: 'application/zip', buffer: zip });
  await expect(page.getByRole('heading', { level: 1, name: 'A new lesson of mine' })).toBeVisible();
  await expect(page.getByText('Studio: my-lesson-2')).toBeVisible();
  expect(complaints).toEqual([]);
});

const ILL = `
<script>window.harmed = true</script>
<img src=x onerror="window.harmed = true">
<iframe srcdoc="<script>parent.harmed = true</script>"></iframe>
<style>body { display: none }</style>

[run](javascript:window.harmed=true) [data](data:text/html,<script>1</script>) ![far](https://example.com/pixel.png)
`;

test('a lesson from elsewhere that means ill does nothing: no script, no HTML, no request', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const texts = Object.fromEntries(
    Object.entries(starterLesson(3)).map(([path, text]) => [
      path,
      path.endsWith('.md')
        ? text.replace('\n\n:::step', `\n${ILL}\n:::step`).replace('::check[', `::check[${ILL.trim().split('\n')[1]} `)
        : text,
    ]),
  );
  const zip = writeZip(
    Object.entries({ ...texts, '../../outside.yaml': 'x', 'evil.js': 'x' }).map(([path, text]) => ({
      path: `ill/${path}`,
      text,
    })),
  );
  await page.goto('#/studio');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'ill.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
  const lesson = page.locator('.studio-lesson [data-place="lesson"]');
  await expect(lesson.getByText('Start a pod')).toBeVisible();
  await expect(lesson.getByText('run', { exact: true })).toBeVisible();
  expect(await lesson.locator('script, style, iframe, [onerror], [href^="javascript"], [href^="data"]').count()).toBe(
    0,
  );
  await expect(page.getByRole('tab', { name: /outside|evil/ })).toHaveCount(0);
  expect(await page.evaluate(() => (window as { harmed?: boolean }).harmed)).toBeUndefined();
  expect(asked.filter((url) => url.includes('example.com'))).toEqual([]);
});
