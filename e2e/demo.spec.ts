import { expect, test } from '@playwright/test';
import { LessonPage, watchConsole } from './lesson-page.ts';

test('a demonstration plays by itself before the learner acts, on a copy, and ends when they do', async ({ page }) => {
  const complaints = watchConsole(page);
  const learner = new LessonPage(page);
  await learner.open('create-service');
  const bar = page.getByRole('complementary', { name: 'Demonstration' });
  const service = learner.graph.getByRole('treeitem').filter({ hasText: /Service.*my-nginx/ });
  await page.getByRole('radio', { name: 'In rules on every node, and nowhere else' }).click();
  await expect(bar).toContainText('curl -s http://10.0.');
  await expect(bar).toContainText("Rules on the client's own node");
  await expect(service.first(), "the copy's Service is in the graph").toBeAttached();
  await expect(page.locator('.hops-pane')).toContainText('905m rewrites the address');
  await expect(page.locator('[data-place="graph"] > [role="status"]'), 'it is announced').toContainText(
    /^Demonstration on a copy of your cluster: curl -s http:\/\/10\.0\.\d+\.\d+, on kubernetes-minion-905m\. The request/,
  );
  await expect(learner.step('expose'), 'nothing of it counts').toHaveAttribute('data-state', 'current');

  await learner.type('kubectl get services -o name');
  await expect(bar).toBeHidden();
  await expect(service, "the learner's cluster is back").toHaveCount(0);
  expect(await learner.screen()).toContain('service/kubernetes\nlaptop $');

  await page.getByRole('button', { name: 'Show me the packet' }).click();
  await expect(bar).toBeVisible();
  await bar.getByRole('button', { name: 'Pause' }).click();
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();

  await page.reload();
  await learner.ready();
  await page.waitForTimeout(2500);
  await expect(bar, 'what was seen does not begin by itself again').toBeHidden();
  expect(complaints).toEqual([]);
});

test('whoever asked for less motion is shown a demonstration on demand alone', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const learner = new LessonPage(page);
  await learner.open('dns');
  const bar = page.getByRole('complementary', { name: 'Demonstration' });
  await page.getByRole('button', { name: 'Show me the packet' }).click();
  await expect(bar).toContainText('curl -s http://my-nginx');
  await bar.getByRole('button', { name: 'Back to my cluster' }).click();
  await expect(bar).toBeHidden();
});
