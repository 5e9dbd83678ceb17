import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { starterLesson } from '../lessons/starter.ts';

/** Writes a working lesson to start from. Undefined when all went well, else what is in the way. */
export function writeNewLesson(root: string, slug: string, order: number): string | undefined {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(slug))
    return `"${slug}" cannot be a folder's name: lower-case letters, digits and dashes`;
  const folder = join(root, slug);
  if (existsSync(folder)) return `lessons/${slug} is there already`;
  for (const [path, text] of Object.entries(starterLesson(order))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return undefined;
}
