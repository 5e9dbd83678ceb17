import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LessonFolder } from './parse.ts';

/** The lesson folders below `root`, by name; a folder is a lesson when it holds a `lesson.yaml` or Markdown. For Node only. */
export function lessonSlugs(root: string): string[] {
  return readdirSync(root)
    .filter((name) => statSync(join(root, name)).isDirectory())
    .sort();
}

/** Reads one lesson folder from disk. @throws when it does not exist. */
export function readLessonFolder(root: string, slug: string): LessonFolder {
  const texts: Record<string, string> = {};
  const walk = (folder: string, prefix: string) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path, `${prefix}${name}/`);
      else texts[`${prefix}${name}`] = readFileSync(path, 'utf8');
    }
  };
  walk(join(root, slug), '');
  return { slug, texts };
}
