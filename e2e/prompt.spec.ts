import { expect, test } from '@playwright/test';
import { LessonPage, lessons } from './lesson-page.ts';

const slug = lessons()[0]?.lesson.slug ?? '';

test('the prompt takes typing before the engine has arrived, and the engine then does what was typed', async ({
  page,
}) => {
  let arrive: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let asked = false;
  await page.context().route('**/assets/engine-*.js', async (route) => {
    asked = true;
    await held;
    await route.continue();
  });
  const learner = new LessonPage(page);
  await learner.open(slug);
  await page.locator('textarea.xterm-helper-textarea').focus();
  await page.keyboard.type('echo one twx');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('o');
  await expect.poll(() => learner.screen()).toBe('laptop $ echo one two');
  expect(asked, 'the engine is on its way').toBe(true);
  await page.keyboard.press('Enter');
  arrive();
  await expect.poll(() => learner.screen()).toBe('laptop $ echo one two\none two\nlaptop $');
});

test('text that comes without keys reaches the shell: insertion and composition', async ({ page }) => {
  const learner = new LessonPage(page);
  await learner.open(slug);
  await page.locator('textarea.xterm-helper-textarea').focus();
  await page.keyboard.insertText('echo inserted');
  await expect.poll(() => learner.screen()).toContain('laptop $ echo inserted');
  await page.keyboard.type(' ');
  const devtools = await page.context().newCDPSession(page);
  for (const text of ['ㅎ', '하', '한'])
    await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  await devtools.send('Input.insertText', { text: '한' });
  await page.keyboard.type(' x');
  await page.keyboard.press('Enter');
  await expect.poll(() => learner.screen()).toContain('\ninserted 한 x\nlaptop $');
});

test('before the prompt takes typing no more JavaScript has come than the page, the terminal and the prompt', async ({
  page,
}) => {
  const asked: string[] = [];
  const engine: string[] = [];
  await page.context().route('**/assets/*.js', async (route) => {
    const name = /\/([\w-]+?)-[\w-]{8}\.js$/.exec(route.request().url())?.[1] ?? route.request().url();
    if (name === 'engine') {
      engine.push(...asked);
      return;
    }
    asked.push(name);
    await route.continue();
  });
  const learner = new LessonPage(page);
  await learner.open(slug);
  expect(await learner.screen()).toBe('laptop $');
  await expect.poll(() => engine).toContain('screens');
  expect(asked).not.toContain('kubectl');
  expect(
    engine.filter((name) => /^(cytoscape|MonacoEditor|yaml)/.test(name)),
    'nothing heavy comes before the engine is asked for',
  ).toEqual([]);
});
