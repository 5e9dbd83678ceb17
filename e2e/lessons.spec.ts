import { expect, test } from '@playwright/test';
import { LessonPage, lessons, watchConsole } from './lesson-page.ts';

for (const { lesson, prose } of lessons()) {
  test(`lesson ${lesson.slug}: its solutions, typed into the terminal, tick every check`, async ({ page }) => {
    const complaints = watchConsole(page);
    const learner = new LessonPage(page);
    await learner.open(lesson.slug);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(prose.title);

    for (const [index, step] of lesson.steps.entries()) {
      await test.step(`step ${step.id}`, async () => {
        const place = learner.step(step.id);
        await expect(place, `lesson ${lesson.slug}, step ${step.id} is the one to do`).toHaveAttribute(
          'data-state',
          'current',
        );
        await expect(place, `lesson ${lesson.slug}, step ${step.id} is open`).toHaveAttribute('aria-current', 'step');
        await learner.type(step.solutions[0] ?? '');
        await learner.expectTicked(
          lesson.slug,
          step.id,
          step.checks.map((check) => check.id),
        );
        await expect(place, `lesson ${lesson.slug}, step ${step.id} is done`).toHaveAttribute('data-state', 'done');
        const next = lesson.steps[index + 1];
        if (next === undefined) return;
        await page.getByRole('button', { name: 'Continue', exact: true }).click();
        await expect(
          learner.step(next.id),
          `lesson ${lesson.slug}: step ${next.id} follows ${step.id}`,
        ).toHaveAttribute('aria-current', 'step');
      });
    }

    await expect(page.locator('[data-place="lesson"]').getByText('Lesson done')).toBeVisible();
    const items = learner.graph.getByRole('treeitem');
    await expect(items.filter({ hasText: /node/i }).first(), 'the nodes are in the graph').toBeAttached();
    // Each exercise of a challenge has a cluster of its own: what is there is the last one's.
    const here = lesson.challenge === true ? lesson.steps.slice(-1) : lesson.steps;
    for (const { kind, name, namespace } of here.flatMap(({ focus }) => focus ?? [])) {
      if (kind !== 'Service' || name === undefined || namespace !== undefined) continue;
      await expect(
        items.filter({ hasText: new RegExp(`Service.*${name}`) }).first(),
        `the Service ${name} is in the graph`,
      ).toBeAttached();
    }
    expect(complaints, 'the browser has nothing to complain about').toEqual([]);
  });
}
