import { KINDS } from '../src/cluster/resources/index.ts';
import {
  KINDS_WITHOUT_CONTROLLER,
  NOT_SIMULATED,
  OBJECT_FIELDS,
  POD_FIELDS,
  type UnsimulatedField,
} from '../src/cluster/resources/unsimulated.ts';

/** `docs/not-simulated.md`: all that the API stores and nothing acts on, from the one table that the warnings come from too. */
export function notSimulatedPage(): string {
  const kinds = Object.entries(KINDS_WITHOUT_CONTROLLER).filter(([kind]) => KINDS.some((each) => each.kind === kind));
  return `# What Hopscope stores and does not simulate

The API server of Hopscope takes every field of Kubernetes v1.33 for the kinds that it knows, and judges it as the real one
does. Some fields ask for things that this cluster does not have. They are stored and shown, nothing acts on them, and the
write that sets one comes back with a warning:

\`\`\`
Warning: spec.template.spec.hostPID: ${NOT_SIMULATED}
\`\`\`

This page is made by \`npm run generate\` from \`src/cluster/resources/unsimulated.ts\`. A kind that is not known at all is an
error, never a warning.

## Pods, and the templates that pods are made from

${table(POD_FIELDS)}
${Object.entries(OBJECT_FIELDS)
  .map(([kind, fields]) => `## ${kind}\n\n${table(fields)}`)
  .join('\n')}
## Kinds without a controller

| Kind | What happens instead |
| --- | --- |
${kinds.map(([kind, instead]) => `| ${kind} | ${instead} |`).join('\n')}
`;
}

function table(fields: readonly UnsimulatedField[]): string {
  const rows = fields.map(({ path, instead }) => {
    const written = spelledOut(path.replaceAll('containers|initContainers', 'containers'));
    return `| ${written.map((each) => `\`${each}\``).join(', ')} | ${instead} |`;
  });
  return `| Field | What happens instead |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** Every path that one with alternatives stands for. */
function spelledOut(path: string): string[] {
  return path.split('.').reduce<string[]>(
    (paths, part) => {
      const list = part.endsWith('[]') ? '[]' : '';
      const names = part.replace('[]', '').split('|');
      return paths.flatMap((before) => names.map((name) => `${before === '' ? '' : `${before}.`}${name}${list}`));
    },
    [''],
  );
}
