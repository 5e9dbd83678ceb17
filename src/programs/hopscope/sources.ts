import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, stringify } from 'yaml';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { PatchStep } from '../../cluster/network/fixes/fix.ts';
import type { FileSystem } from '../../machines/filesystem.ts';

/** The place in a file where an object's field is written. */
export interface Source {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The line itself, without what surrounds it. */
  readonly text: string;
  /** Whether the field itself is written there, not only the object that lacks it. */
  readonly exact: boolean;
}

/** How deep folders are searched for manifests. */
const DEPTH = 3;

/** Manifests under a folder, as text by path. */
export function manifests(fs: FileSystem, folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (at: string, depth: number) => {
    if (!fs.exists(at)) return;
    for (const name of fs.list(at)) {
      if (name.startsWith('.')) continue;
      const path = `${at}/${name}`;
      const { type, size } = fs.stat(path);
      if (type === 'directory' && depth < DEPTH) walk(path, depth + 1);
      else if (type === 'file' && size < 200_000 && /\.(ya?ml|json)$/.test(name)) found.set(path, fs.read(path));
    }
  };
  walk(folder, 0);
  return found;
}

/** Where a file of the folder writes the object's field; the first file that holds the object. */
export function sourceOf(files: ReadonlyMap<string, string>, ref: ObjectRef): Source | undefined {
  for (const [path, text] of files) {
    if (!text.includes(ref.name)) continue;
    const found = locate(text, ref);
    if (found !== undefined) return { path, ...found };
  }
  return undefined;
}

/** Where a text of YAML documents writes an object's field: the field's key, or the nearest that is there above it. */
export function locate(text: string, ref: ObjectRef): Omit<Source, 'path'> | undefined {
  const counter = new LineCounter();
  const found = objectIn(text, ref, counter);
  if (found === undefined) return undefined;
  let node: unknown = found.node;
  let [start, end] = rangeOf(node) ?? [0, 0];
  let exact = true;
  for (const step of steps(ref.fieldPath ?? '')) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === step);
      if (!isPair(pair)) {
        exact = false;
        break;
      }
      const [keyStart = start] = rangeOf(pair.key) ?? [];
      start = keyStart;
      end = rangeOf(pair.value)?.[1] ?? rangeOf(pair.key)?.[1] ?? end;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (item === undefined) {
        exact = false;
        break;
      }
      [start, end] = rangeOf(item) ?? [start, end];
      node = item;
    } else {
      exact = false;
      break;
    }
  }
  const { line, col } = counter.linePos(start);
  const whole = text.split('\n')[line - 1] ?? '';
  const last = counter.linePos(Math.max(start, end - 1));
  return {
    line,
    column: col,
    endColumn: last.line === line ? last.col + 1 : whole.length + 1,
    text: whole.trim(),
    exact,
  };
}

/** The text with a JSON patch done to one of its objects; undefined when it does not hold the object, or the patch does not fit. */
export function patched(text: string, ref: ObjectRef, patch: readonly PatchStep[]): string | undefined {
  let now = text;
  for (const step of patch) {
    const found = objectIn(now, ref, new LineCounter());
    if (found === undefined) return undefined;
    const path = step.path
      .split('/')
      .slice(1)
      .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'));
    const keys = [...found.path, ...path.map((each) => (/^\d+$/.test(each) ? Number(each) : each))];
    const old: unknown = found.document.getIn(keys, true);
    const range = rangeOf(old);
    if (step.op === 'replace' && isScalar(old) && range !== undefined && !String(step.value).includes('\n')) {
      // A value for a value: nothing else of the file is touched.
      now = now.slice(0, range[0]) + stringify(step.value).trimEnd() + now.slice(range[1]);
      continue;
    }
    if (step.op === 'replace' && old === undefined) return undefined;
    try {
      if (step.op === 'remove') found.document.deleteIn(keys);
      else if (path.at(-1) === '-') found.document.addIn(keys.slice(0, -1), found.document.createNode(step.value));
      else found.document.setIn(keys, found.document.createNode(step.value));
    } catch {
      return undefined;
    }
    now = found.all
      .map((document) =>
        document.toString({ lineWidth: 0, indentSeq: !/^( *)[^\s#-][^\n]*:[^\S\n]*\n\1- /m.test(text) }),
      )
      .join('---\n')
      .replace(/(^|\n)---\n---\n/g, '$1---\n');
  }
  return now;
}

interface Found {
  readonly all: readonly Document[];
  readonly document: Document;
  readonly node: unknown;
  /** The object's place in the document: that of a List's item, or nothing. */
  readonly path: readonly (string | number)[];
}

/** The object in a text of YAML documents, or in a List among them. */
function objectIn(text: string, ref: ObjectRef, counter: LineCounter): Found | undefined {
  let all: Document[];
  try {
    all = [...parseAllDocuments(text, { lineCounter: counter })] as Document[];
  } catch {
    return undefined;
  }
  for (const document of all) {
    const node: unknown = document.contents;
    if (is(node, ref)) return { all, document, node, path: [] };
    const items: unknown = isMap(node) ? node.get('items', true) : undefined;
    if (!isSeq(items)) continue;
    for (const [index, item] of items.items.entries())
      if (is(item, ref)) return { all, document, node: item, path: ['items', index] };
  }
  return undefined;
}

function is(node: unknown, ref: ObjectRef): boolean {
  if (!isMap(node)) return false;
  const namespace: unknown = node.getIn(['metadata', 'namespace']);
  return (
    node.get('kind') === ref.kind &&
    node.getIn(['metadata', 'name']) === ref.name &&
    (namespace === undefined ? (ref.namespace ?? 'default') === 'default' : namespace === ref.namespace)
  );
}

/** Steps of `spec.ports[0].targetPort`; a key of data may hold dots itself. */
function steps(path: string): string[] {
  const data = /^data\.(.+)$/.exec(path)?.[1];
  return data === undefined ? path.split(/[.[\]]+/).filter((each) => each !== '') : ['data', data];
}

function rangeOf(node: unknown): [number, number] | undefined {
  const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
  return range == null ? undefined : [range[0], range[1]];
}
