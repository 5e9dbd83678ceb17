import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledLesson } from '../src/lessons/compile.ts';
import type { CatalogueEntry } from '../src/lessons/content.ts';
import type { LessonFolder } from '../src/lessons/parse.ts';

/** Writes what the page loads of one lesson. */
export function writeLesson(target: string, { contents, entry }: CompiledLesson): void {
  mkdirSync(target, { recursive: true });
  for (const [language, content] of Object.entries(contents))
    writeIfChanged(join(target, `${entry.slug}.${language}.json`), JSON.stringify(content));
}

/** Writes a lesson's own texts, from which the Studio makes a copy. */
export function writeSource(target: string, folder: LessonFolder): void {
  mkdirSync(target, { recursive: true });
  writeIfChanged(join(target, `${folder.slug}.json`), JSON.stringify(folder));
}

/** Writes the catalogue, in the course's order. Tells whether it is another one than before. */
export function writeCatalogue(target: string, entries: readonly CatalogueEntry[]): boolean {
  const sorted = [...entries].sort((a, b) => a.order - b.order || (a.slug < b.slug ? -1 : 1));
  return writeIfChanged(join(target, 'catalogue.json'), JSON.stringify(sorted));
}

/** The catalogue that was written last; empty when there is none. */
export function readCatalogue(target: string): readonly CatalogueEntry[] {
  try {
    return JSON.parse(readFileSync(join(target, 'catalogue.json'), 'utf8')) as readonly CatalogueEntry[];
  } catch {
    return [];
  }
}

/** Leaves a file alone that is right already, so that a watching server does not reload for nothing. Tells whether it wrote. */
export function writeIfChanged(path: string, text: string): boolean {
  try {
    if (readFileSync(path, 'utf8') === text) return false;
  } catch {
    // It is not there yet.
  }
  writeFileSync(path, text);
  return true;
}
