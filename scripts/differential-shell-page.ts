/**
 * `docs/differential-shell.md`: what of the recordings of real programs our shell and programs answer alike. The tests beside the
 * recordings hold them to it, so the page counts what is recorded and what is known to differ.
 *
 * Usage: tsx scripts/differential-shell-page.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KNOWN_DIFFERENCES as DNS_DIFFERENCES } from '../src/cli/dns-tools/known-differences.ts';
import { KNOWN_DIFFERENCES as SHELL_DIFFERENCES } from '../src/programs/differential/known-differences.ts';
import { PROGRAMS } from '../src/programs/registry.ts';

const SOURCE = join(import.meta.dirname, '../src');
export const PAGE = join(import.meta.dirname, '../docs/differential-shell.md');

interface Case {
  readonly line: string;
  /** The programs that it is about; a script is about bash too. */
  readonly programs: ReadonlySet<string>;
  readonly reason?: string;
}

const NAMES = new Set([...PROGRAMS.map(({ name }) => name), 'nginx']);

/** The programs in the places of a line where a command stands. */
function programsOf(line: string): Set<string> {
  const segments = line.split(/\|\|?|&&|;|\$\(|[(){}`]|\b(?:do|then|else|exec|xargs|time|env|sudo)\b/);
  return new Set(
    segments.map((each) => /^\s*(?:!\s+)?([\w.-]+)/.exec(each)?.[1] ?? '').filter((name) => NAMES.has(name)),
  );
}

function recorded<T>(folder: string): [name: string, cases: readonly T[]][] {
  return readdirSync(join(SOURCE, folder))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(SOURCE, folder, file), 'utf8')) as T[]]);
}

/** Every recorded case with what it is about. */
export function shellCases(): Case[] {
  const reasons = new Map([...SHELL_DIFFERENCES, ...DNS_DIFFERENCES].map(({ line, reason }) => [line, reason]));
  const withReason = (line: string, key: string, programs: ReadonlySet<string>): Case => {
    const reason = reasons.get(key);
    return { line, programs, ...(reason === undefined ? {} : { reason }) };
  };
  const scripts = recorded<{ line: string }>('programs/differential/recorded').flatMap(([, cases]) =>
    cases.map(({ line }) => withReason(line, line, new Set(['bash', ...programsOf(line)]))),
  );
  const everyday = JSON.parse(readFileSync(join(SOURCE, 'programs/testing/everyday/recorded.json'), 'utf8')) as {
    cases: { argv: string[] }[];
  };
  const single = everyday.cases.map(({ argv }) => {
    const line = argv.join(' ');
    return withReason(line, line, new Set([argv[0] ?? '']));
  });
  const web = recorded<{ command: string }>('cli/web-tools/recorded').flatMap(([name, cases]) =>
    cases.map(({ command }) => withReason(command, command, new Set([name, ...programsOf(command)]))),
  );
  const dns = recorded<{ command: string }>('cli/dns-tools/recorded').flatMap(([name, cases]) =>
    cases.map(({ command }) =>
      name === 'busybox'
        ? withReason(command, `busybox: ${command}`, new Set(['nslookup (busybox)']))
        : withReason(command, `${name}: ${command}`, programsOf(command)),
    ),
  );
  return [...scripts, ...single, ...web, ...dns];
}

/** The text of the page. */
export function differentialShellPage(): string {
  const cases = shellCases();
  const counts = new Map<string, { all: number; equal: number }>();
  for (const { programs, reason } of cases)
    for (const name of programs) {
      const count = counts.get(name) ?? { all: 0, equal: 0 };
      counts.set(name, { all: count.all + 1, equal: count.equal + (reason === undefined ? 1 : 0) });
    }
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { all, equal }]) => `| ${name} | ${all} | ${equal} |`);
  const different = cases.filter(({ reason }) => reason !== undefined);
  const text = (line: string) => `\`${line.replaceAll('|', '\\|')}\``;
  return `# The shell and its programs, judged by the real ones

Written by \`npx tsx scripts/differential-shell-page.ts\`; do not edit.

${cases.length} scripts and command lines were given to the real programs, and what they printed is kept in the repository: bash 5.2 and
coreutils of Debian 12, mawk, GNU sed and grep, curl and openssl against a real nginx, and nslookup, host and dig of BIND 9.18 and
busybox's nslookup against a DNS server with the zone of a cluster. The unit tests give the same to the programs of Hopscope and compare standard
output, standard error and exit status. ${cases.length - different.length} are equal. Set aside is only what differs from one run of the real one to the next:
times, sizes of encrypted records, the numbers of DNS queries and their cookies.

A script counts for every program in it, and for bash.

| Program | Cases | Equal |
|---|---:|---:|
${rows.join('\n')}
| **all** | **${cases.length}** | **${cases.length - different.length}** |

## What differs, and why

| Command line | Reason |
|---|---|
${different.map(({ line, reason }) => `| ${text(line)} | ${reason} |`).join('\n')}

## What the corpus leaves out

Lines in which these would differ were not taken up, so the score says nothing of them: \`tar\`, \`find -printf\`, \`diff -y\`, \`-c\` and
\`-r\`, \`sed -z\`, \`grep -b\`, \`md5sum -c\`, \`touch -d\`, \`od\` on bytes above 127, the words of awk's syntax errors, link counts of
\`stat\`; \`fmt\`, \`expand\`, \`factor\`, \`split\`, \`truncate\`, \`install\`, \`dd\`, \`cksum\`, \`csplit\`, \`nice\` and \`tty\`; in bash the effect of
\`umask\`, \`coproc\`, \`jobs -l\`, \`EUID\`, traps of USR1, and Ctrl-Z; \`dig\` for a name outside of the cluster. ping, ip and ssh were not
compared: they need a network that only the simulated machines have.

## Recording again

| What | With |
|---|---|
| bash and coreutils | \`npx tsx scripts/shell-differential.ts\` |
| single programs | \`npx tsx scripts/record-everyday.ts\` |
| curl, nginx, openssl | \`npx tsx scripts/record-web-tools.ts\` |
| DNS tools, as root | \`unshare -nm npx tsx scripts/record-dns-tools.ts\` |
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, differentialShellPage());
