import { existsSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { createServer } from 'vite';
import type { Scene } from '../src/playground/scene.ts';
import * as scenes from '../src/ui/graph/fixtures/scenes.ts';
import { layout } from '../src/ui/graph/layout/layout.ts';
import { shareWith } from '../src/ui/graph/layout/share.ts';
import { NO_SLOTS } from '../src/ui/graph/layout/slots.ts';
import { estimate } from '../src/ui/graph/layout/text.ts';
import { graphWords } from '../src/ui/graph/words.ts';

/**
 * Measures the stage: what a scene update costs, in Node (layout alone) and in Chromium (layout, React and the browser's style
 * work), and how many frames a second it draws with 200 packets in flight over 1,000 pods: `npm run -s bench -- graph`.
 */

/** Frames a second of a screen's sixty: the last one may be cut off by the measurement. */
const FRAMES = 59;

const SCENES: readonly (readonly [string, Scene])[] = [
  ['2 nodes, 3 pods', scenes.tutorial],
  ['6 nodes, 100 pods', scenes.hundred],
  ['2 nodes, 1,000 pods', scenes.thousandTwo],
  ['40 nodes, 1,000 pods', scenes.thousand],
];

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The same scene with one pod in another state: what a watch event leads to. */
function changed(scene: Scene, step: number): Scene {
  const pods = scene.pods.map((pod, index) =>
    index === (step * 13) % scene.pods.length
      ? { ...pod, state: step % 2 === 0 ? ('notready' as const) : ('ready' as const) }
      : pod,
  );
  return { ...scene, at: scene.at + step, pods };
}

function layoutCost(scene: Scene): number {
  const options = { width: 816, height: 534, words: graphWords('en'), measure: estimate };
  let laid = layout(scene, options, NO_SLOTS);
  let picture = laid.picture;
  const times: number[] = [];
  for (let step = 0; step < 40; step++) {
    const next = changed(scene, step);
    const start = performance.now();
    laid = layout(next, options, laid.memory);
    picture = shareWith(picture, laid.picture);
    times.push(performance.now() - start);
  }
  return median(times.slice(10));
}

interface StageWindow extends Window {
  updateScene(scene: Scene): void;
  measureFrames(ms: number): Promise<{ fps: number; worst: number; packets: number }>;
  scenes: Record<string, Scene>;
}

async function updateCost(page: Page, base: string, name: string): Promise<number> {
  await page.goto(`${base}?scene=${name}`);
  await page.waitForSelector('.hs-back');
  await page.waitForTimeout(600);
  const times = await page.evaluate(async (key) => {
    const stage = window as unknown as StageWindow;
    const scene = stage.scenes[key];
    if (scene === undefined) return [];
    const taken: number[] = [];
    for (let step = 0; step < 30; step++) {
      const pods = scene.pods.map((pod, index) =>
        index === (step * 13) % scene.pods.length
          ? { ...pod, state: step % 2 === 0 ? ('notready' as const) : ('ready' as const) }
          : pod,
      );
      const start = performance.now();
      stage.updateScene({ ...scene, at: scene.at + step, pods });
      document.body.getBoundingClientRect();
      taken.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    return taken;
  }, name);
  return median(times.slice(5));
}

async function frameRate(
  page: Page,
  base: string,
  query: string,
): Promise<{ readonly fps: number; readonly worst: number; readonly packets: number }> {
  await page.goto(`${base}?${query}`);
  await page.waitForSelector('.hs-back');
  await page.waitForTimeout(2000);
  return page.evaluate(() => (window as unknown as StageWindow).measureFrames(5000));
}

const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((place) => place !== undefined && existsSync(place));

/** Prints the figures. Resolves to whether the graph draws as many frames a second as it should. */
export async function graph(): Promise<boolean> {
  let smooth = true;
  for (const [name, scene] of SCENES)
    console.log(`layout of a scene update, ${name}: ${layoutCost(scene).toFixed(2)} ms`);

  const server = await createServer({ server: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
  await server.listen();
  const address = server.resolvedUrls?.local[0] ?? '';
  const browser = await chromium.launch({
    ...(installed === undefined ? {} : { executablePath: installed }),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({ viewport: { width: 816, height: 568 } });
  const base = `${address}src/ui/graph/graph.html`;
  try {
    for (const name of ['tutorial', 'hundred', 'thousandTwo', 'thousand'])
      console.log(`scene update in the page, ${name}: ${(await updateCost(page, base, name)).toFixed(1)} ms`);
    for (const name of ['thousandTwo', 'thousand']) {
      const { fps, worst, packets } = await frameRate(page, base, `scene=${name}&packets=200`);
      smooth &&= fps >= FRAMES;
      console.log(
        `${name}, ${packets} packets in flight: ${fps.toFixed(1)} frames a second, 99% of frames within ${worst.toFixed(1)} ms (target ${FRAMES})`,
      );
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return smooth;
}
