import { expect, test } from '@playwright/test';
import { LessonPage, watchConsole } from './lesson-page.ts';

test('a cluster travels in a link, and the cluster of whoever opens it stays as it is', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints = watchConsole(page);
  const learner = new LessonPage(page);
  await learner.open('create-service');
  await learner.type('kubectl expose deployment/my-nginx --name=mine');
  await page.getByRole('button', { name: 'Share this cluster as a link' }).click();
  await expect(page.getByText(/^Link copied, about \d+,000 characters/)).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#\/s\/[\w-]{2000,}$/);
  await learner.type('kubectl delete service mine');

  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('One address for both');
  await expect(page.getByRole('list').filter({ hasText: 'Service' })).toContainText('1 Deployment');
  await expect(page.getByText('nginx-svc.yaml')).toBeVisible();
  await page.getByRole('button', { name: 'Open it' }).click();
  await learner.ready();
  await learner.type('kubectl get services -o name');
  expect(await learner.screen()).toContain('service/kubernetes\nservice/mine\n');
  await page.reload();
  await learner.ready();
  await learner.type('kubectl get services mine -o name');
  expect(await learner.screen(), 'a reload keeps it').toContain('\nservice/mine\n');

  await page.goto('#/lesson/create-service');
  await learner.ready();
  await learner.type('clear; kubectl get services -o name');
  expect(await learner.screen()).toContain('service/kubernetes\nlaptop $');
  expect(complaints).toEqual([]);
});

test('a link that somebody has tampered with harms nothing, and says so', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto('#/s/nothing-of-the-kind');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link cannot be opened');
  await expect(page.getByText('It is incomplete or was changed on its way.')).toBeVisible();
  await page.getByRole('link', { name: 'See all lessons' }).last().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Follow every packet');
  expect(complaints).toEqual([]);
});
