/**
 * Records what the real kubectl prints for `--help` of every command into src/programs/kubectl/help, one file a verb.
 * Usage: tsx scripts/record-kubectl-help.ts /path/to/kubectl (1.33)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const kubectl = process.argv[2];
if (kubectl === undefined) throw new Error('which kubectl? tsx scripts/record-kubectl-help.ts /path/to/kubectl');
const binary = kubectl;
const folder = join(import.meta.dirname, '../src/programs/kubectl/help/texts');
const home = '/home/recorder';

function print(args: readonly string[]): string {
  return execFileSync(binary, args, {
    encoding: 'utf8',
    env: { HOME: home, PATH: '/nonexistent', KUBECONFIG: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).replaceAll(home, '$HOME');
}

/** Names under `Available Commands:` and the groups of the root. */
function commandsIn(help: string): string[] {
  const names: string[] = [];
  let inside = false;
  for (const line of help.split('\n')) {
    if (/ Commands( \(.*\))?:$|^Subcommands provided/.test(line)) inside = true;
    else if (line === '') continue;
    else if (inside && /^ {2}\S/.test(line)) names.push(line.trim().split(/\s/)[0] ?? '');
    else inside = false;
  }
  return names;
}

function record(path: readonly string[], into: Map<string, string>): void {
  const text = print([...path, '--help']);
  into.set(path.join(' '), text);
  for (const name of commandsIn(text)) record([...path, name], into);
}

function save(verb: string, texts: ReadonlyMap<string, string>): void {
  const entries = [...texts].map(([path, text]) => `  ${JSON.stringify(path)}: ${JSON.stringify(text.split('\n'))}`);
  writeFileSync(join(folder, `${verb}.json`), `{\n${entries.join(',\n')}\n}\n`);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const root = print(['--help']);
save('kubectl', new Map([['', root]]));
for (const verb of [...commandsIn(root), 'options', 'alpha']) {
  const texts = new Map<string, string>();
  if (verb === 'options' || verb === 'alpha') texts.set(verb, print([verb]));
  else record([verb], texts);
  save(verb, texts);
}
const verbs = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
console.log(`${verbs.length} verbs recorded`);
writeFileSync(
  join(folder, '../index.ts'),
  `/** Written by scripts/record-kubectl-help.ts: where the recorded help of each verb is. \`kubectl\` is the root. */
const TEXTS: Readonly<Record<string, () => Promise<{ default: Readonly<Record<string, readonly string[]>> }>>> = {
${verbs.map((verb) => `  ${/^[a-z]+$/.test(verb) ? verb : `'${verb}'`}: () => import('./texts/${verb}.json'),`).join('\n')}
};

/** The \`--help\` of a verb and its subcommands by their path (\`rollout undo\`); of kubectl itself for ''. */
export async function recordedHelp(verb: string): Promise<Readonly<Record<string, string>>> {
  const texts = await TEXTS[verb === '' ? 'kubectl' : verb]?.();
  return Object.fromEntries(Object.entries(texts?.default ?? {}).map(([path, lines]) => [path, lines.join('\\n')]));
}
`,
);
