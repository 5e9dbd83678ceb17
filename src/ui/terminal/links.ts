import type { ILink, ILinkProvider, Terminal } from '@xterm/xterm';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Scene } from '../../playground/scene.ts';
import type { Session } from '../app/session.ts';
import { useSession } from '../app/store.ts';
import { wordsOf } from './words.ts';

let indexed: { readonly scene: Scene | undefined; readonly names: ReadonlyMap<string, ObjectRef> } = {
  scene: undefined,
  names: new Map(),
};

/** Names and addresses of what the scene shows. */
export function namesIn(scene: Scene | undefined): ReadonlyMap<string, ObjectRef> {
  if (indexed.scene === scene) return indexed.names;
  const names = new Map<string, ObjectRef>();
  for (const node of scene?.nodes ?? []) {
    names.set(node.name, node.ref);
    names.set(node.internalIP, node.ref);
    if (node.externalIP !== undefined) names.set(node.externalIP, node.ref);
  }
  for (const pod of scene?.pods ?? []) {
    names.set(pod.name, pod.ref);
    if (pod.ip !== undefined && !names.has(pod.ip)) names.set(pod.ip, pod.ref);
  }
  for (const service of scene?.services ?? []) {
    if (!names.has(service.name)) names.set(service.name, service.ref);
    if (service.clusterIP !== undefined) names.set(service.clusterIP, service.ref);
  }
  indexed = { scene, names };
  return names;
}

/**
 * Makes addresses and names in the output into links: pointing at one lights it up in the graph, a click opens it in the
 * inspector.
 */
export function linksOf(terminal: Terminal, session: Session): ILinkProvider {
  return {
    provideLinks(row, callback) {
      const { text, first, width } = wholeLine(terminal, row);
      const known = namesIn(useSession.getState().scene);
      const links = wordsOf(text, known).map((word): ILink => {
        const place = (offset: number) => ({ x: (offset % width) + 1, y: first + Math.floor(offset / width) + 1 });
        return {
          text: word.text,
          range: { start: place(word.from), end: place(word.from + word.text.length - 1) },
          decorations: { pointerCursor: true, underline: true },
          activate: () => find(word.text, session, known, (ref) => session.select(ref)),
          hover: () => find(word.text, session, known, (ref) => session.point(ref)),
          leave: () => session.point(undefined),
        };
      });
      callback(links.length === 0 ? undefined : links);
    },
  };
}

function find(
  word: string,
  session: Session,
  known: ReadonlyMap<string, ObjectRef>,
  then: (ref: ObjectRef) => void,
): void {
  const ref = known.get(word);
  if (ref !== undefined) {
    then(ref);
    return;
  }
  session
    .identify(word)
    .then((found) => {
      if (found !== null) then(found);
    })
    .catch(() => {});
}

/** The whole line that a row is part of, with the row it begins at (0-based). */
function wholeLine(terminal: Terminal, row: number): { text: string; first: number; width: number } {
  const buffer = terminal.buffer.active;
  let first = row - 1;
  while (first > 0 && buffer.getLine(first)?.isWrapped === true) first--;
  let text = buffer.getLine(first)?.translateToString(false) ?? '';
  for (let next = first + 1; buffer.getLine(next)?.isWrapped === true; next++)
    text += buffer.getLine(next)?.translateToString(false) ?? '';
  return { text, first, width: terminal.cols };
}
