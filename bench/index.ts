/**
 * Measures the engine and prints a line a figure, each against its target. The code is compiled as for the page first: what a
 * development loader adds to every function is no part of the product.
 *
 *   bench [GROUP...]
 *   bench page           the built page in a browser: see page.ts
 *   bench graph          the graph in a browser: see graph.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { type Figure, meets } from './figure.ts';
import { graph } from './graph.ts';
import { page } from './page.ts';

if (process.argv[2] === 'page') process.exit((await page(fileURLToPath(new URL('../dist/', import.meta.url)))) ? 0 : 1);

if (process.argv[2] === 'graph') process.exit((await graph()) ? 0 : 1);

const folder = mkdtempSync(join(tmpdir(), 'hopscope-bench-'));

function measure(...args: string[]): unknown {
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', join(folder, 'measure.mjs'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} could not be measured`);
  return JSON.parse(stdout);
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 1 ? 3 : 2);
}

function print(figure: Figure): void {
  const { name, value, unit, most, least } = figure;
  const target = most !== undefined ? `at most ${shown(most)}` : least !== undefined ? `at least ${shown(least)}` : '';
  const verdict = { true: 'met', false: 'MISSED', undefined: '' }[String(meets(figure))];
  console.log(
    `${name.padEnd(62)} ${shown(value).padStart(9)} ${unit.padEnd(11)} ${target.padEnd(16)} ${verdict}`.trimEnd(),
  );
}

try {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'bench/measure.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      rolldownOptions: { output: { entryFileNames: 'measure.mjs' } },
    },
    ssr: { noExternal: true },
  });
  const wanted = process.argv.slice(2);
  const perReplica = new Map<string, number>();
  for (const group of wanted.length > 0 ? wanted : (measure() as string[])) {
    const figures = measure(group) as Figure[];
    for (const figure of figures) {
      print(figure);
      if (figure.name.startsWith('one of ')) perReplica.set(group, figure.value);
    }
  }
  const [few, many] = [perReplica.get('replicas-1000'), perReplica.get('replicas-10000')];
  if (few !== undefined && many !== undefined)
    print({ name: 'one of 10000 replicas, compared with one of 1000', value: many / few, unit: 'times', most: 1.3 });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
