import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { LessonPage } from './lesson-page.ts';

/** Rules of WCAG 2.2 AA that a screen breaks in light or in dark, each with the elements that break it. */
async function faults(page: Page, screen: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    for (const { id, help, nodes } of violations)
      all.push(`${screen}, ${colorScheme}: ${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  }
  return all;
}

test('assistive technology finds no fault on any screen, in either theme', async ({ page }) => {
  test.setTimeout(120_000);
  const found: string[] = [];
  const look = async (screen: string) => found.push(...(await faults(page, screen)));
  await page.addInitScript(() => localStorage.setItem('hopscope.speed', '100'));
  const learner = new LessonPage(page);

  await page.goto('');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look('home');
  await page.goto('#/no-such-place');
  await look('a place that is not there');
  await page.goto('#/s/nothing-of-the-kind');
  await look('a link that cannot be opened');
  await page.goto('#/studio');
  await expect(page.getByRole('button', { name: 'Make it' })).toBeVisible();
  await look('the Studio');

  await page.goto('#/lesson/create-service');
  await learner.ready();
  await expect(page.locator('[data-place="editor"] .view-line').first()).toBeVisible();
  await look('a lesson');
  await learner.type(`kubectl create service clusterip nobody --tcp=80:80
ssh kubernetes-minion-905m curl -sS http://$(kubectl get svc nobody -o jsonpath={.spec.clusterIP})
kubectl expose deployment/my-nginx`);
  await look('a request that failed');
  await page.getByRole('button', { name: 'Why did this fail?' }).click();
  await expect(page.getByRole('region', { name: 'Why did this fail?' })).toBeVisible();
  await look('why it failed');
  await page.keyboard.press('Escape');
  await learner.graph.getByRole('treeitem').filter({ hasText: 'my-nginx' }).first().focus();
  await page.keyboard.press('Enter');
  for (const tab of ['Facts', 'Events', 'YAML']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await look(`the inspector's ${tab}`);
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('the palette');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('the shortcuts');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.setViewportSize({ width: 390, height: 844 });
  const tabs = page.getByRole('navigation', { name: 'Views' }).getByRole('button');
  await expect(tabs.first()).toBeVisible();
  for (const tab of await tabs.all()) {
    await tab.click();
    await look(`a phone's ${await tab.textContent()}`);
  }
  expect(found).toEqual([]);
});
