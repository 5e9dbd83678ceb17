import type { ReactNode } from 'react';

export interface PaletteEntry {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail?: string | undefined;
  /** What the query is looked for in. */
  readonly search: string;
  /** Machine text. */
  readonly machine?: boolean;
  /** Comes after the others of its group: what belongs to the system. */
  readonly late?: boolean;
  readonly icon: ReactNode;
  readonly run: () => void;
}

/** How many results of a group are shown. */
const MOST = 8;

/**
 * The entries that hold every word of the query, best first: a word that begins the text counts more than one inside it. Groups
 * keep their order of appearance, led by the group of the best result.
 */
export function filterEntries(entries: readonly PaletteEntry[], query: string): readonly PaletteEntry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = new Map<string, { best: number; entries: { entry: PaletteEntry; score: number }[] }>();
  for (const entry of entries) {
    const score = scoreOf(entry, words);
    if (score < 0) continue;
    const group = groups.get(entry.group) ?? { best: 0, entries: [] };
    groups.set(entry.group, group);
    group.best = Math.max(group.best, score);
    group.entries.push({ entry, score });
  }
  const ordered = [...groups.values()];
  if (words.length > 0) ordered.sort((a, b) => b.best - a.best);
  return ordered.flatMap((group) =>
    group.entries
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST)
      .map(({ entry }) => entry),
  );
}

function scoreOf(entry: PaletteEntry, words: readonly string[]): number {
  const text = entry.search.toLowerCase();
  let score = entry.late === true ? 0 : 0.5;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return -1;
    score += at === 0 ? 3 : /[\s./-]/.test(text[at - 1] ?? '') ? 2 : 1;
  }
  return score;
}
