import { get, set } from 'idb-keyval';
import { LANGUAGES, type Language } from '../../lessons/format.ts';
import type { LessonFolder } from '../../lessons/parse.ts';
import { Refused, readZip, writeZip, type ZipEntry } from './zip.ts';

/** What a lesson that comes from outside may hold. */
export const LIMITS = { files: 40, bytes: 1024 * 1024 } as const;

/** What a lesson's folder may hold: nothing else of an archive is taken. */
const WANTED = /^(lesson\.yaml|en\.md|zh-CN\.md|ko\.md|files\/[A-Za-z0-9][\w.-]*)$/;

const KEY = 'hopscope/studio';

export type Drafts = Readonly<Record<string, LessonFolder>>;

/** The lessons that are being written in this browser, by name. */
export async function loadDrafts(): Promise<Drafts> {
  try {
    return (await get<Drafts>(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Keeps all drafts. Returns false when the browser has no room for them. */
export async function keepDrafts(drafts: Drafts): Promise<boolean> {
  try {
    await set(KEY, drafts);
    return true;
  } catch {
    return false;
  }
}

/** A folder's name made of any text: lower-case letters, digits and dashes. */
export function slugFrom(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'lesson' : slug.slice(0, 60);
}

/** A name that no other draft has: `dns`, `dns-2`. */
export function freeSlug(wanted: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.includes(slug)) return slug;
  }
}

/** What the lesson is called in a language, or in another one; its folder's name when it has no title yet. */
export function titleOf(folder: LessonFolder, language: Language): string {
  for (const each of [language, ...LANGUAGES]) {
    const title = /^title:\s*(.+?)\s*$/m.exec(folder.texts[`${each}.md`] ?? '')?.[1];
    if (title !== undefined) return title.replace(/^(["'])(.*)\1$/, '$2');
  }
  return folder.slug;
}

/** The files in the order in which they are shown and packed. */
export function pathsOf(folder: LessonFolder): string[] {
  const order = ['lesson.yaml', 'en.md', 'zh-CN.md', 'ko.md'];
  const rank = (path: string) => (order.includes(path) ? order.indexOf(path) : order.length);
  return Object.keys(folder.texts).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The folder as the repository holds it, in a zip archive. */
export function packFolder(folder: LessonFolder): Uint8Array<ArrayBuffer> {
  return writeZip(pathsOf(folder).map((path) => ({ path: `${folder.slug}/${path}`, text: folder.texts[path] ?? '' })));
}

/**
 * The lesson in a set of files: the folder that holds a `lesson.yaml`. What does not belong to a lesson is left out.
 * @throws Refused when there is none
 */
export function folderOf(entries: readonly ZipEntry[], name: string): LessonFolder {
  const root = entries
    .map(({ path }) => path)
    .filter((path) => /(^|\/)lesson\.yaml$/.test(path))
    .sort((a, b) => a.length - b.length)[0]
    ?.replace(/lesson\.yaml$/, '');
  if (root === undefined) throw new Refused('noLessonYaml', 'no lesson.yaml');
  const texts: Record<string, string> = {};
  for (const { path, text } of entries) {
    const inside = path.startsWith(root) ? path.slice(root.length) : '';
    if (WANTED.test(inside)) texts[inside] = text;
  }
  return { slug: slugFrom(root.split('/').at(-2) ?? name), texts };
}

/**
 * A lesson from files that somebody chose: one zip archive, or the files of a folder. They are read as text and nothing else.
 * @throws Refused when they hold no lesson, or too much
 */
export async function importFiles(files: readonly File[]): Promise<LessonFolder> {
  const [first] = files;
  if (first === undefined) throw new Refused('noLessonYaml', 'no lesson.yaml');
  if (files.reduce((sum, file) => sum + file.size, 0) > LIMITS.bytes || files.length > LIMITS.files)
    throw new Refused('tooLarge', 'too large');
  const name = first.name.replace(/\.zip$/i, '');
  if (files.length === 1 && /\.zip$/i.test(first.name))
    return folderOf(await readZip(new Uint8Array(await first.arrayBuffer()), LIMITS), name);
  const entries = await Promise.all(
    files.map(async (file) => ({ path: file.webkitRelativePath || file.name, text: await file.text() })),
  );
  return folderOf(entries, name);
}
