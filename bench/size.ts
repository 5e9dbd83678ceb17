/**
 * How much JavaScript must arrive before the prompt can be used: what index.html loads, the terminal, and the worker's first
 * file, each with everything it imports statically. Then, until a kubectl command can answer: the engine and kubectl.
 * `npm run -s build && npm run -s size` prints both, gzipped, and fails above either budget. `npm run -s bench -- page` measures the
 * same in a browser, by what was really asked for before the prompt took typing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes, gzipped, that must have loaded until the prompt takes typing. */
const PROMPT_BUDGET = 250_000;
/**
 * Until the first kubectl command answers: the engine and kubectl, which arrive behind the prompt. It grows only by what a cluster
 * cannot answer without: StatefulSets, DaemonSets, Jobs, disruption budgets, NetworkPolicies and TLS brought it from 470 to 490, and the
 * rest of bash (traps, history expansion, attributes, every pattern) to 500.
 */
const ANSWER_BUDGET = 500_000;

const dist = fileURLToPath(new URL('../dist', import.meta.url));
if (!existsSync(join(dist, 'index.html'))) {
  console.error('There is no dist/. Run `npm run build` first.');
  process.exit(1);
}

/** A file and all files that it imports statically, as absolute paths. */
function closure(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/\b(?:import|from)\s*["'](\.{1,2}\/[^"']+\.js)["']/g))
    if (specifier !== undefined) closure(join(dirname(file), specifier), found);
  return found;
}

function one(folder: string, pattern: RegExp): string {
  const found = readdirSync(folder).filter((name) => pattern.test(name));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} files in ${folder} match ${pattern}`);
  return join(folder, found[0]);
}

/** All files whose names match, with what they import. */
function several(folder: string, pattern: RegExp): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(folder)) if (pattern.test(name)) closure(join(folder, name), found);
  return found;
}

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const entry = /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(html)?.[1];
if (entry === undefined) throw new Error('dist/index.html has no module script');
const assets = join(dist, 'assets');
type Part = readonly [string, Set<string>];
const beforePrompt: readonly Part[] = [
  ['page', closure(join(dist, entry))],
  ['terminal', closure(one(assets, /^screens-.*\.js$/))],
  ['prompt (worker)', closure(one(assets, /^worker-.*\.js$/))],
];
const behindPrompt: readonly Part[] = [
  ['engine (worker)', closure(one(assets, /^engine-.*\.js$/))],
  ['kubectl get', several(assets, /^(kubectl|dispatch|get)-.*\.js$/)],
];

const counted = new Set<string>();
const prompt = sum(beforePrompt);
console.log(`${kilobytes(prompt)}  until the prompt is usable (budget ${kilobytes(PROMPT_BUDGET).trim()} kB gzip)\n`);
const answer = prompt + sum(behindPrompt);
console.log(`${kilobytes(answer)}  until kubectl answers (budget ${kilobytes(ANSWER_BUDGET).trim()} kB gzip)`);
if (prompt > PROMPT_BUDGET || answer > ANSWER_BUDGET) {
  console.error('That is over the budget.');
  process.exit(1);
}

/** Prints the files of each part that no part before it has, and gives their bytes. */
function sum(parts: readonly Part[]): number {
  let total = 0;
  for (const [name, files] of parts) {
    let bytes = 0;
    const lines: string[] = [];
    for (const file of files) {
      if (counted.has(file)) continue;
      counted.add(file);
      const size = gzipSync(readFileSync(file), { level: 9 }).length;
      bytes += size;
      lines.push(`    ${kilobytes(size)}  ${basename(file)}`);
    }
    total += bytes;
    console.log(`${kilobytes(bytes)}  ${name}`);
    for (const line of lines.sort().reverse()) console.log(line);
  }
  return total;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1).padStart(7);
}
