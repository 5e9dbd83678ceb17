/**
 * Makes pictures of every screen, in both themes and three languages, into `pictures/` (not kept in the repository): to be looked at.
 *
 *   npm run build && npm run pictures [-- NAME...]     only the screens whose names hold one of the words
 */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { lessonSlugs } from '../src/lessons/folder.ts';

interface Screen {
  readonly name: string;
  readonly at: string;
  readonly size?: readonly [width: number, height: number];
  readonly act?: (page: Page) => Promise<void>;
}

const PHONE = [390, 844] as const;
const LANGUAGES = ['en', 'zh-CN', 'ko'] as const;
const THEMES = ['light', 'dark'] as const;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Types a line into the terminal and lets its packets travel. */
const type = (line: string, wait: number) => async (page: Page) => {
  await page.locator('textarea.xterm-helper-textarea').focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(wait);
};

const expose = 'kubectl expose deployment/my-nginx; sleep 2; ssh kubernetes-minion-905m';
const curl = 'curl -s http://$(kubectl get svc my-nginx -o jsonpath={.spec.clusterIP}) | head -n 4';
const refused =
  'kubectl expose deployment/my-nginx --target-port=81; sleep 2; kubectl exec deploy/my-nginx -- curl -sS http://my-nginx';

/** Presses the button of the request card, whatever it is called in the page's language. */
const why = async (page: Page) => {
  await type(refused, 9000)(page);
  await page.locator('.why-ask').click({ timeout: 8000 });
  await page.waitForTimeout(600);
};

const tab = (number: number) => async (page: Page) => {
  await page.locator('.phone-tabs button').nth(number).click();
  await page.waitForTimeout(500);
};

const SCREENS: readonly Screen[] = [
  { name: 'home', at: '#/' },
  { name: 'home-phone', at: '#/', size: PHONE },
  { name: 'nowhere', at: '#/nowhere' },
  { name: 'link-damaged', at: '#/s/nothing' },
  { name: 'play', at: '#/play' },
  ...lessonSlugs(`${root}lessons`).map((slug) => ({ name: `lesson-${slug}`, at: `#/lesson/${slug}` })),
  { name: 'packet', at: '#/lesson/create-service', act: type(`${expose} ${curl}`, 6000) },
  { name: 'packet-1280', at: '#/lesson/create-service', size: [1280, 720], act: type(`${expose} ${curl}`, 6000) },
  { name: 'packet-1024', at: '#/lesson/create-service', size: [1024, 768], act: type(`${expose} ${curl}`, 6000) },
  {
    name: 'demonstration',
    at: '#/lesson/dns',
    act: async (page) => {
      await page.locator('.demo-ask button').click();
      await page.waitForTimeout(5000);
    },
  },
  { name: 'why', at: '#/lesson/create-service', act: why },
  {
    name: 'palette',
    at: '#/lesson/create-service',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForTimeout(500);
    },
  },
  {
    name: 'shortcuts',
    at: '#/lesson/create-service',
    act: async (page) => {
      await page.locator('.lesson h1').click();
      await page.keyboard.press('?');
      await page.waitForTimeout(500);
    },
  },
  { name: 'phone-lesson', at: '#/lesson/create-service', size: PHONE },
  ...['hops', 'terminal', 'files', 'inspect'].map((name, index) => ({
    name: `phone-${name}`,
    at: '#/lesson/create-service',
    size: PHONE,
    act: tab(index + 1),
  })),
  {
    name: 'phone-packet',
    at: '#/lesson/create-service',
    size: PHONE,
    act: async (page) => {
      await tab(2)(page);
      await type(`${expose} ${curl}`, 6000)(page);
    },
  },
];

if (!existsSync(`${root}dist/index.html`)) {
  console.error('There is no dist/. Run `npm run build` first.');
  process.exit(1);
}
const words = process.argv.slice(2);
const wanted = SCREENS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
mkdirSync(`${root}pictures`, { recursive: true });
const server = await preview({ root, preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (place) => place !== undefined && existsSync(place),
);
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: ['--no-sandbox', '--disable-gpu'],
});
let failed = 0;
try {
  for (const { name, at, size: [width, height] = [1440, 900], act } of wanted)
    for (const language of LANGUAGES)
      for (const theme of THEMES) {
        const context = await browser.newContext({ viewport: { width, height }, serviceWorkers: 'block' });
        const page = await context.newPage();
        await page.addInitScript(() => {
          localStorage.setItem('hopscope.demos', '');
          localStorage.setItem('hopscope.speed', 'follow');
        });
        const file = `pictures/${name}.${language}.${theme}.png`;
        try {
          await page.goto(`${server.resolvedUrls?.local[0] ?? ''}?lang=${language}&theme=${theme}${at}`);
          await page.waitForTimeout(at.startsWith('#/lesson') || at === '#/play' ? 3000 : 900);
          await act?.(page);
          await page.screenshot({ path: `${root}${file}` });
          console.log(file);
        } catch (error) {
          failed++;
          console.error(`${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
        }
        await context.close();
      }
} finally {
  await browser.close();
  await server.close();
}
process.exit(failed === 0 ? 0 : 1);
