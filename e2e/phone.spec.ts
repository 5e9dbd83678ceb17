import { expect, test } from '@playwright/test';
import { LessonPage, watchConsole } from './lesson-page.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone a lesson is done by tapping alone', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.addInitScript(() => localStorage.setItem('hopscope.speed', '100'));
  await page.goto('#/lesson/environment-variables');
  await expect(page.locator('[data-step]').first()).toBeVisible();
  const steps = await page
    .locator('[data-step]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-step') ?? ''));
  for (const [index, id] of steps.entries()) {
    const step = page.locator(`[data-step="${id}"]`);
    await expect(step).toHaveAttribute('aria-current', 'step');
    for (const run of await step.getByRole('button', { name: /^Run/ }).all()) {
      await run.tap();
    }
    await expect(step, `step ${id} is done`).toHaveAttribute('data-state', 'done');
    if (index + 1 < steps.length) await page.getByRole('button', { name: 'Continue', exact: true }).tap();
  }
  await expect(page.getByText('Lesson done')).toBeVisible();
  const terminal = page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: /Terminal/ });
  await expect(terminal.getByRole('img', { name: 'New output' })).toBeVisible();
  await terminal.tap();
  await expect(terminal.getByRole('img')).toHaveCount(0);
  await expect.poll(() => new LessonPage(page).screen()).toMatch(/laptop \$$/);
  expect(complaints).toEqual([]);
});

test('the row of keys above a phone keyboard types what it lacks', async ({ page }) => {
  const learner = new LessonPage(page);
  await page.addInitScript(() => localStorage.setItem('hopscope.speed', '100'));
  await page.goto('#/play');
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Terminal' }).tap();
  await learner.ready();
  await page.locator('.xterm').tap();
  await page.keyboard.type('kubectl get no');
  const keys = page.getByRole('toolbar', { name: 'Keys' });
  await keys.getByRole('button', { name: 'Tab' }).tap();
  await expect.poll(() => learner.screen()).toMatch(/\$ kubectl get nodes?/);
  await keys.getByRole('button', { name: 'Ctrl C' }).tap();
  await learner.ready();
  expect(await learner.screen()).toMatch(/kubectl get nodes? ?\^C/);
});
