import { expect, type Page, test } from '@playwright/test';
import { LessonPage } from './lesson-page.ts';

const SLUG = 'create-service';

/** Writes over a part of what this browser keeps of the lesson. */
function tamper(page: Page, change: Readonly<Record<string, unknown>>): Promise<void> {
  return page.evaluate(
    ([key, part]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('keyval-store');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const store = opening.result.transaction('keyval', 'readwrite').objectStore('keyval');
          const reading = store.get(key);
          reading.onsuccess = () => {
            const writing = store.put({ ...reading.result, ...part }, key);
            writing.onsuccess = () => {
              opening.result.close();
              resolve();
            };
          };
        };
      }),
    [`hopscope/session/${SLUG}`, change] as const,
  );
}

/** Whether what is kept of the lesson holds a text. */
function kept(page: Page, text: string): Promise<boolean> {
  return page.evaluate(
    ([key, wanted]) =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('keyval-store');
        opening.onsuccess = () => {
          const reading = opening.result.transaction('keyval').objectStore('keyval').get(key);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(JSON.stringify(reading.result ?? '').includes(wanted));
          };
        };
      }),
    [`hopscope/session/${SLUG}`, text] as const,
  );
}

/** Leaves the lesson, and waits until what was open has been kept: else it would be written over what comes next. */
async function leave(page: Page): Promise<void> {
  await page.goto('#/');
  await expect(page.getByRole('heading', { level: 1, name: 'Follow every packet' })).toBeVisible();
  await expect.poll(() => page.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(0);
}

test('a second tab, a crash and data that cannot be read lose nothing without saying so', async ({ page, context }) => {
  test.setTimeout(120_000);
  const learner = new LessonPage(page);
  await learner.open(SLUG);
  await learner.type('kubectl expose deployment/my-nginx; echo "# mine" > mine.yaml');
  await expect.poll(() => kept(page, 'mine.yaml')).toBe(true);

  await test.step('a second tab says that it does not save', async () => {
    const other = await context.newPage();
    await new LessonPage(other).open(SLUG);
    await expect(other.getByText('This lesson is open in another tab. This one does not save.')).toBeVisible();
    await other.close();
  });

  await test.step('the engine crashes: a reload brings cluster, scrollback and files back', async () => {
    await page.workers()[0]?.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of luck');
      }, 0);
    });
    const card = page.getByRole('alertdialog', { name: 'The cluster stopped' });
    await expect(card).toContainText('out of luck');
    await card.getByRole('button', { name: 'Reload' }).click();
    await expect(card).toBeHidden();
    await learner.ready();
    expect(await learner.screen()).toContain('service/my-nginx exposed');
    await learner.type('clear; kubectl get service my-nginx -o name; cat mine.yaml');
    expect(await learner.screen()).toContain('service/my-nginx\n# mine');
  });

  const fresh = page.getByText('The saved cluster could not be restored. It starts afresh, with your files.');
  await test.step('the data of another version: a new cluster, with the files, and a sentence that says so', async () => {
    await leave(page);
    await tamper(page, { version: 0 });
    await page.goto(`#/lesson/${SLUG}`);
    await expect(fresh).toBeVisible();
    await learner.ready();
    await learner.type('clear; kubectl get service -o name; cat mine.yaml');
    expect(await learner.screen()).toContain('service/kubernetes\n# mine');
  });

  await test.step('a cluster that cannot be read: the same', async () => {
    await leave(page);
    await tamper(page, { saved: '{"no":"cluster"' });
    await page.goto(`#/lesson/${SLUG}`);
    await expect(fresh).toBeVisible();
    await learner.ready();
    await learner.type('clear; cat mine.yaml');
    expect(await learner.screen()).toContain('# mine');
  });
});

test('a browser without room says so once, and goes on', async ({ page }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
  });
  const learner = new LessonPage(page);
  await learner.open(SLUG);
  await learner.type('kubectl expose deployment/my-nginx');
  await expect(page.getByText('The browser gives no more space.', { exact: false })).toBeVisible();
  await learner.type('kubectl get service my-nginx -o name');
  expect(await learner.screen()).toContain('\nservice/my-nginx\n');
});
