import type { SweepResult } from './sweep.ts';

/** The table of verb by version of kubectl, in Markdown. Keys are minor versions. */
export function versionTable(found: ReadonlyMap<number, readonly SweepResult[]>): string {
  const minors = [...found.keys()].sort((a, b) => a - b);
  const verbs = [...new Set([...found.values()].flat().map((each) => each.case.verb))].sort();
  const cell = (minor: number, verb: string) => {
    const of = (found.get(minor) ?? []).filter((each) => each.case.verb === verb);
    const ok = of.filter((each) => each.ok).length;
    return of.length === 0 ? 'n/a' : ok === of.length ? String(ok) : `**${ok} of ${of.length}**`;
  };
  const lines = minors.map((minor) => {
    const all = found.get(minor) ?? [];
    return `- kubectl 1.${minor}: ${all.filter((each) => each.ok).length} of ${all.length} lines`;
  });
  const failed = minors.flatMap((minor) =>
    (found.get(minor) ?? []).filter((each) => !each.ok).map((each) => `- 1.${minor}: \`${each.case.line}\``),
  );
  return `# Real kubectls before the served API

Written by \`npx tsx scripts/kubectl-sweep.ts KUBECTL...\`; do not edit.

Every line of src/cli/sweep/cases.ts was run in bash with a real kubectl of each version before \`npm run -s api\`'s server, on a
cluster that lives; a cell counts the lines that did what they do on a real cluster. \`n/a\` is a line that this kubectl is too old for. A verb with a
star is refused, and the line checks in which words: nothing measures the nodes, HorizontalPodAutoscalers and
CertificateSigningRequests are not served, and the images hold no tar.

${lines.join('\n')}

| Verb | ${minors.map((minor) => `1.${minor}`).join(' | ')} |
|---|${minors.map(() => '---:|').join('')}
${verbs.map((verb) => `| ${verb} | ${minors.map((minor) => cell(minor, verb)).join(' | ')} |`).join('\n')}
${failed.length === 0 ? '' : `\n## What did not\n\n${failed.join('\n')}\n`}`;
}
