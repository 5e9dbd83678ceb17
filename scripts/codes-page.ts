import { CAUSE_CODES, type CodeMeaning, FIX_CODES, STEP_CODES } from '../src/cluster/network/codes.ts';

function table(codes: Readonly<Record<string, CodeMeaning>>): string {
  const rows = Object.entries(codes).map(
    ([code, { summary, facts }]) =>
      `| \`${code}\` | ${summary.replaceAll('|', '\\|')} | ${facts.map((fact) => `\`${fact}\``).join(', ')} |`,
  );
  return ['| code | meaning | facts |', '|---|---|---|', ...rows].join('\n');
}

/** The text of `docs/codes.md`: every code of steps, causes and fixes, from the tables that the engine itself is held to. */
export function codesPage(): string {
  return `# Codes of traces, causes and fixes

Written by \`npx tsx scripts/codes.ts\` from \`src/cluster/network/codes.ts\`. A code never changes its meaning; new ones are added. The
facts are the named values that come with it, some only where they apply. \`hopscope codes\` prints this list in the terminal,
and a lesson's checks may ask for a code.

## Steps

What happened to a packet at one place, there and back. A trace is a list of these.

${table(STEP_CODES)}

## Causes

Why an exchange failed. A chain begins with the symptom and ends at what a person can change: a field of an object, a missing
object, a node without power, a wrong command. Codes of exchanges that went well say what is worth knowing of them.

${table(CAUSE_CODES)}

## Fixes

What a person could do about the last link of a chain, as commands that run and, where an object is changed, as a JSON patch.

${table(FIX_CODES)}
`;
}
