import type { Fix } from '../../cluster/network/fixes/fix.ts';
import { locate, patched } from './sources.ts';

/** A change of a file. */
export interface FileEdit {
  readonly path: string;
  /** The whole file as it is to be. */
  readonly text: string;
  /** The first line that changes, counted from 1, as it is and as it is to be. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** How a fix is done: files are changed and applied where they hold the object; else kubectl changes it in the cluster. */
export interface Realised {
  readonly edits: readonly FileEdit[];
  readonly commands: readonly string[];
}

/** A fix, for the files that there are. */
export function realise(fix: Fix, files: ReadonlyMap<string, string>): Realised {
  const { object, patch, commands } = fix;
  if (object === undefined || patch === undefined || object.kind === 'Pod') return { edits: [], commands };
  for (const [path, text] of files) {
    if (locate(text, object) === undefined) continue;
    const changed = patched(text, object, patch);
    if (changed === undefined || changed === text) continue;
    return { edits: [editOf(path, text, changed)], commands: [`kubectl apply -f ${path}`, ...commands.slice(1)] };
  }
  return { edits: [], commands };
}

function editOf(path: string, text: string, changed: string): FileEdit {
  const [before, after] = [text.split('\n'), changed.split('\n')];
  const index = before.findIndex((line, at) => line !== after[at]);
  const at = index < 0 ? before.length : index;
  return { path, text: changed, line: at + 1, before: (before[at] ?? '').trim(), after: (after[at] ?? '').trim() };
}
