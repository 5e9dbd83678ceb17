import { expect, type Page, test } from '@playwright/test';
import { content, LessonPage, lessons, watchConsole } from './lesson-page.ts';

const first = lessons()[0];
if (first === undefined) throw new Error('there are no lessons');
const { slug } = first.lesson;

/** What the catalogue calls the first lesson in a language. */
function titleIn(language: 'zh-CN' | 'ko'): string {
  return content(slug, language).prose.title;
}

async function editorText(page: Page): Promise<string> {
  // The plain field stands there until the full editor has arrived.
  const plain = page.locator('[data-place="editor"] .plain textarea');
  if ((await plain.count()) > 0) return plain.inputValue({ timeout: 500 }).catch(() => '');
  const lines = await page.locator('[data-place="editor"] .view-lines .view-line').allInnerTexts();
  return lines.join('\n').replace(/\u00a0/g, ' ');
}

test('the home page opens, lists every lesson, and the browser has nothing to complain about', async ({ page }) => {
  const complaints = watchConsole(page);
  await page.goto('');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const { prose } of lessons()) await expect(page.getByText(prose.title, { exact: true }).first()).toBeVisible();
  await page.locator(`a[href="#/lesson/${slug}"]`).first().click();
  await expect(page.locator('section[data-place="lesson"]')).toBeVisible();
  await page
    .getByRole('link', { name: /home|lessons/i })
    .first()
    .click();
  await expect(page.locator('section[data-place="lesson"]')).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('dark and light: the choice is seen and outlives a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('');
  const root = page.locator('html');
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await expect(root).toHaveAttribute('data-theme', 'light');
  const light = await background();
  await page.getByRole('button', { name: 'Use the dark theme' }).click();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect.poll(background).not.toBe(light);
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  await expect.poll(background).toBe(light);
});

for (const language of ['zh-CN', 'ko'] as const) {
  test(`the page speaks ${language}`, async ({ page }) => {
    const complaints = watchConsole(page);
    await page.goto('');
    await page.getByRole('combobox', { name: 'Language' }).selectOption(language);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    const link = page.locator(`a[href="#/lesson/${slug}"]`).first();
    const title = page.getByText(titleIn(language), { exact: true }).first();
    await expect(title).toBeVisible();
    await page.reload();
    await expect(title).toBeVisible();
    await link.click();
    await expect(page.locator('[data-place="lesson"] h1')).toHaveText(titleIn(language));
    expect(complaints).toEqual([]);
  });
}

const WRITTEN = '# kept across a reload';

/** Writes a comment at the top of the lesson's first file. Gives the file's name. */
async function writeInEditor(page: Page, learner: LessonPage): Promise<string> {
  await page.locator('[data-place="editor"] .view-lines').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText(`${WRITTEN}\n`);
  await expect.poll(() => editorText(page)).toContain(WRITTEN);
  await learner.type(`grep -l "${WRITTEN}" *.yaml`);
  const file = (await learner.screen()).split('\n').at(-2) ?? '';
  expect(file, 'the laptop has what is written').toMatch(/\.yaml$/);
  return file;
}

/** Whether the text is in what this browser keeps of the lesson. */
function isKept(page: Page): Promise<boolean> {
  return page.evaluate(
    ([key, text]) =>
      new Promise<boolean>((resolve, reject) => {
        const opening = indexedDB.open('keyval-store');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('keyval').objectStore('keyval').get(key);
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(JSON.stringify(reading.result?.files ?? []).includes(text));
          };
        };
      }),
    [`hopscope/session/${slug}`, WRITTEN] as const,
  );
}

test('a reload keeps what was written in the editor, and the laptop has it', async ({ page }) => {
  const learner = new LessonPage(page);
  await learner.open(slug);
  const file = await writeInEditor(page, learner);
  await expect.poll(() => isKept(page)).toBe(true);
  await page.reload();
  await learner.ready();
  await expect.poll(() => editorText(page)).toContain(WRITTEN);
  await learner.type(`head -n 1 ${file}`);
  expect(await learner.screen()).toMatch(/# kept across a reload\nlaptop \$$/);
});

test('a reload right after writing keeps it, too', async ({ page }) => {
  const learner = new LessonPage(page);
  await learner.open(slug);
  await writeInEditor(page, learner);
  await page.reload();
  await learner.ready();
  await expect.poll(() => editorText(page)).toContain(WRITTEN);
});

test('a followed request is shown hop by hop before its reply is printed', async ({ page }) => {
  const learner = new LessonPage(page);
  await learner.open('create-service', 'follow');
  await expect(page.getByRole('combobox', { name: 'Speed' })).toHaveValue('follow');
  await learner.begin(
    'ssh kubernetes-minion-905m curl -s http://$(kubectl get pod -o jsonpath="{.items[0].status.podIP}")',
  );
  const now = page.locator('.hops-pane [aria-current="step"]');
  await expect(page.getByText(/^Waiting for a reply\. The packet is at hop 2 of/)).toBeVisible();
  await expect(now).toBeVisible();
  expect(await learner.screen()).not.toContain('Welcome to nginx');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText(/^Waiting for a reply\. Paused at hop/)).toBeVisible();
  const at = await now.textContent();
  await page.getByRole('button', { name: 'One hop forward' }).click();
  await expect(now).not.toHaveText(at ?? '');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await learner.ready();
  expect(await learner.screen()).toContain('nginx');
});
