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
        // What a step is about is in the graph when the step is done, but for steps that end by taking things away.
        const focus = /\bdelete\b/.test(step.solutions[0] ?? '') ? undefined : step.focus;
        if (focus?.kind === 'Service' && focus.name !== undefined && focus.namespace === undefined)
          await expect(
            learner.graph
              .getByRole('treeitem')
              .filter({ hasText: new RegExp(`Service.*${focus.name}`) })
              .first(),
            `lesson ${lesson.slug}, step ${step.id}: the Service ${focus.name} is in the graph`,
          ).toBeAttached();
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
    await expect(
      learner.graph.getByRole('treeitem').filter({ hasText: /node/i }).first(),
      'the nodes are in the graph',
    ).toBeAttached();
    expect(complaints, 'the browser has nothing to complain about').toEqual([]);
  });
}
