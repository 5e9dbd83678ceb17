import type { ObjectRef } from '../../cluster/api/types.ts';

/** A word of output that may stand for something in the cluster. */
export interface Word {
  readonly text: string;
  /** Index of its first character in the line. */
  readonly from: number;
}

const WORD = /[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/g;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The words of a line that are addresses or names of objects in the scene. */
export function wordsOf(line: string, known: ReadonlyMap<string, ObjectRef>): readonly Word[] {
  const words: Word[] = [];
  for (const match of line.matchAll(WORD)) {
    const [text] = match;
    if (known.has(text) || ADDRESS.test(text)) words.push({ text, from: match.index });
  }
  return words;
}
