import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { KubeObject, OwnerReference } from '../../../cluster/api/types.ts';
import { humanDuration } from '../go/duration.ts';
import { goSort } from '../go/sort.ts';
import type { DescribeWriter } from './writer.ts';

type StringMap = Readonly<Record<string, string>> | undefined;

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Go's time.RFC1123Z in UTC: `Fri, 20 Nov 2026 09:00:00 +0000`. The zero time without one. */
export function longTime(timestamp: string | null | undefined): string {
  if (timestamp === undefined || timestamp === null) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const date = new Date(Date.parse(timestamp));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** How long ago; `<unknown>` without a time. */
export function since(timestamp: string | null | undefined, now: number): string {
  return timestamp === undefined || timestamp === null ? '<unknown>' : humanDuration(now - Date.parse(timestamp));
}

/** `TITLE: a=1` and further ones below. */
export function labelsMultiline(writer: DescribeWriter, title: string, labels: StringMap, initialIndent = ''): void {
  writer.write(0, `${initialIndent}${title}:\t`);
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) writer.write(0, '<none>\n');
  for (const [i, key] of keys.entries())
    writer.write(0, `${i > 0 ? `${initialIndent}\t` : ''}${key}=${labels?.[key] ?? ''}\n`);
}

const LONGEST = 140;

/** Annotations, long ones on lines of their own; kubectl's own record of the last apply is left out. */
export function annotationsMultiline(writer: DescribeWriter, title: string, annotations: StringMap): void {
  writer.write(0, `${title}:\t`);
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
    .sort();
  if (keys.length === 0) writer.write(0, '<none>\n');
  for (const [i, key] of keys.entries()) {
    if (i > 0) writer.write(0, '\t');
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (bytes(value) + bytes(key) + 2 > LONGEST || value.includes('\n')) {
      writer.write(0, `${key}:\n`);
      for (const line of value.split('\n')) writer.write(0, `\t  ${shorten(line, LONGEST - 2)}\n`);
    } else writer.write(0, `${key}: ${value}\n`);
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function shorten(text: string, length: number): string {
  return bytes(text) > length
    ? `${new TextDecoder().decode(new TextEncoder().encode(text).slice(0, length))}...`
    : text;
}

/** metav1.FormatLabelSelector: `<none>` for an empty one. */
export function formatSelector(selector: LabelSelector | undefined): string {
  const text = selectorText(selector);
  return text === '' ? '<none>' : text;
}

/** The string of a selector: `a=b,c in (d,e),!f`. An empty one is ''. */
export function selectorText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '';
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`;
    if (operator === 'In') requirements.push({ key, text: `${key} in ${list}` });
    else if (operator === 'NotIn') requirements.push({ key, text: `${key} notin ${list}` });
    else requirements.push({ key, text: operator === 'Exists' ? key : `!${key}` });
  }
  return goSort(requirements, (a, b) => a.key < b.key)
    .map(({ text }) => text)
    .join(',');
}

/** `ReplicaSet/x`, or '' without a controller. */
export function controllerOf(object: KubeObject | { metadata?: { ownerReferences?: OwnerReference[] } }): string {
  const owner = object.metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? '' : `${owner.kind}/${owner.name}`;
}

export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}

/** An int-or-string as text. */
export function intOrString(value: number | string | undefined): string {
  return value === undefined ? '0' : String(value);
}
