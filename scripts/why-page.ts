import { CASES } from '../src/playground/why-cases/cases.ts';

/** The text of `docs/why.md`: every broken cluster that a test explains and mends. */
export function whyPage(): string {
  const rows = CASES.map(
    ({ name, code, last, field, fix }) =>
      `| ${name} | \`${code}\` | \`${last}\`${field === undefined ? '' : `, \`${field}\``} | \`${fix}\` |`,
  );
  return `# What is explained, and mended

Written by \`npx tsx scripts/codes.ts\` from \`src/playground/why-cases\`. Each row is a test: the cluster is broken so, a request
fails at this hop, the chain of causes ends at this link and field, every command that is shown as evidence runs, and the fix that
is proposed first makes the same request arrive on a copy of the cluster. [codes.md](codes.md) says what the codes mean.

Variables that are missing because a pod is older than the Service are tested in \`terminal.test.ts\` beside them. What else can go
wrong is drawn by lot, one thing or several at once, and mended by fix after fix: \`npm run -s bench -- why\` says what share of
thousands of failures that is, and the share of each cause.

| what is broken | where the packet ends | last cause | first fix |
|---|---|---|---|
${rows.join('\n')}
`;
}
