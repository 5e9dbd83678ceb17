import { formatValue } from '../go/value.ts';
import type { Describer } from './describer.ts';
import { annotationsMultiline, labelsMultiline } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** Kinds without a describer of their own: every field, by its name in words. */
export const describeGeneric: Describer = function* (object, writer, context) {
  const events = yield* context.events(object);
  const { metadata } = object;
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  fields(writer, 0, object, '');
  context.writeEvents(writer, events);
};

const SKIPPED = new Set(
  ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map((name) => `.metadata.${name}`),
);

function fields(writer: DescribeWriter, level: number, content: Readonly<Record<string, unknown>>, path: string): void {
  for (const name of Object.keys(content).sort()) {
    const value = content[name];
    const here = `${path}.${name}`;
    if (value === undefined || SKIPPED.has(here)) continue;
    if (Array.isArray(value)) {
      writer.write(level, `${words(name)}:\n`);
      for (const item of value as unknown[]) {
        if (typeof item === 'object' && item !== null && !Array.isArray(item))
          fields(writer, level + 1, item as Record<string, unknown>, here);
        else writer.write(level + 1, `${formatValue(item)}\n`);
      }
    } else if (typeof value === 'object' && value !== null) {
      writer.write(level, `${words(name)}:\n`);
      fields(writer, level + 1, value as Record<string, unknown>, here);
    } else writer.write(level, `${words(name)}:\t${formatValue(value)}\n`);
  }
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `lastTransitionTime` -> `Last Transition Time`, `apiVersion` -> `API Version`. */
function words(name: string): string {
  if (!/^[\p{L}-]+$/u.test(name)) return name;
  const parts = name.match(/-|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+/gu) ?? [name];
  return parts
    .map((part) =>
      ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join(' ');
}
