import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLines, parseCorpus, words } from './cases.ts';
import { DIFFERENCES } from './known-differences.ts';
import { stateScripts, writingCorpora } from './states.ts';

const FOLDER = import.meta.dirname;

/** One command line that was recorded. */
export interface Case {
  /** `corpus/get`, `states/healthy`, `writing/apply` */
  readonly where: string;
  readonly line: string;
}

/** Every case that is recorded. */
export function recordedCases(): Case[] {
  const read = (path: string) =>
    (JSON.parse(readFileSync(join(FOLDER, 'recorded', path), 'utf8')) as { cases: { line: string }[] }).cases;
  const found: Case[] = [];
  const add = (where: string, path: string) => {
    if (existsSync(join(FOLDER, 'recorded', path))) for (const { line } of read(path)) found.push({ where, line });
  };
  for (const file of readdirSync(join(FOLDER, 'corpus')).sort()) {
    const name = file.replace(/\.txt$/, '');
    add(`corpus/${name}`, `${name}.json`);
  }
  for (const { name } of stateScripts()) add(`states/${name}`, `states/${name}.json`);
  for (const { name } of writingCorpora()) add(`writing/${name}`, `writing/${name}.json`);
  return found;
}

/** The verb that a case is about: that of its last command line. */
export function verbOf(line: string): string {
  const argv = words(commandLines(line).at(-1) ?? '');
  const [verb = ''] = argv;
  return verb.startsWith('-') || verb === '' ? '(none)' : VERBS.has(verb) ? verb : '(unknown)';
}

const VERBS: ReadonlySet<string> = new Set(
  parseCorpus(readFileSync(join(FOLDER, 'corpus/help.txt'), 'utf8')).lines.map((line) => line.split(' ')[0] ?? ''),
);

/** The reason why a case may differ, or undefined when it must be equal. */
export function reasonFor({ where, line }: Case): string | undefined {
  return DIFFERENCES.find((known) => known.where === where && known.line === line)?.reason;
}

/** docs/differential-kubectl.md, from the recordings. */
export function documentText(): string {
  const cases = recordedCases();
  const verbs = new Map<string, { all: number; equal: number }>();
  for (const each of cases) {
    const verb = verbOf(each.line);
    const row = verbs.get(verb) ?? { all: 0, equal: 0 };
    row.all++;
    if (reasonFor(each) === undefined) row.equal++;
    verbs.set(verb, row);
  }
  const equal = [...verbs.values()].reduce((sum, row) => sum + row.equal, 0);
  const states = stateScripts().map(({ name }) => name);
  const rows = [...verbs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([verb, row]) => `| ${verb} | ${row.all} | ${row.equal} |`);
  const differing = cases.flatMap((each) => {
    const reason = reasonFor(each);
    return reason === undefined
      ? []
      : [`| \`kubectl ${each.line.replaceAll('|', '\\|')}\` | ${each.where} | ${reason} |`];
  });
  return `# kubectl, judged by the real one

Written by \`npx tsx scripts/kubectl-differential.ts KUBECTL --record\`; do not edit.

${cases.length} command lines were given to the real kubectl 1.33, over HTTP, and to the one of Hopscope, in process, on the same
cluster standing still. Standard output, standard error and exit status are compared byte for byte; where a command line writes,
so are the objects as they are afterwards. ${equal} are equal. Set aside is only what cannot be equal: the time and the process
number in log lines (\`E1120 22:40:01.123456 4242 ...\`), the names and times of the temporary files that \`kubectl diff\` compares, and the order of the keys that the real one prints by chance when it
describes a ConfigMap or a Secret.

The clusters: one written down by hand, with kinds and states that the simulated one does not come to; and ${states.length} states of
simulated clusters: ${states.join(', ')}. Each command line that writes has a copy of its own.

| Verb | Cases | Equal |
|---|---:|---:|
${rows.join('\n')}
| **all** | **${cases.length}** | **${equal}** |

## What differs, and why

${differing.length === 0 ? 'Nothing.' : `| Command line | Where | Reason |\n|---|---|---|\n${differing.join('\n')}`}
`;
}
