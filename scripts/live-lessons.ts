import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import type { LessonUpdate } from '../src/lessons/compile.ts';
import { readCatalogue, writeCatalogue, writeLesson } from './generated-lessons.ts';

/** The event by which the page learns of a saved lesson; its data is a {@link LessonUpdate}. */
export const LESSON_SAVED = 'hopscope:lesson';

/** Saving writes some files several times, and some editors write several files at once, in ms. */
const REST = 60;

/** The lesson that a path below `lessons/` belongs to; undefined for what lies elsewhere, or beside the lessons. */
export function slugOf(root: string, path: string): string | undefined {
  const [slug, ...rest] = relative(root, path).split(sep);
  return slug === undefined || slug === '' || slug === '..' || rest.length === 0 ? undefined : slug;
}

/**
 * What becomes of a lesson whose file was saved: its compiled files are written when the whole lesson is in order, else those of the
 * version before stay. Tells whether the course map has changed.
 */
export function renew(target: string, update: LessonUpdate): { readonly course: boolean } {
  if (update.compiled === undefined || update.problems.length > 0) return { course: false };
  const { compiled } = update;
  writeLesson(target, compiled);
  const others = readCatalogue(target).filter(({ slug }) => slug !== update.slug);
  return { course: writeCatalogue(target, [...others, compiled.entry]) };
}

/** Takes a lesson whose folder is gone out of the course. */
export function forget(target: string, slug: string): { readonly course: boolean } {
  return {
    course: writeCatalogue(
      target,
      readCatalogue(target).filter((entry) => entry.slug !== slug),
    ),
  };
}

/**
 * While developing: a lesson's file that is saved changes the page at once. The page is told of the new version, or of what is
 * wrong with it; it decides itself whether the cluster can go on.
 */
export function liveLessons(): Plugin {
  return {
    name: 'hopscope-live-lessons',
    apply: 'serve',
    configureServer(server) {
      const root = join(server.config.root, 'lessons');
      const target = join(server.config.root, 'generated', 'lessons');
      const saved = new Set<string>();
      /** Lessons that are wrong now: whoever opens the page later is told, too. */
      const wrong = new Map<string, LessonUpdate>();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const flush = async () => {
        const slugs = [...saved];
        saved.clear();
        for (const slug of slugs) {
          if (!existsSync(join(root, slug))) {
            wrong.delete(slug);
            if (forget(target, slug).course) server.ws.send({ type: 'full-reload' });
            continue;
          }
          const update = await compile(server, root, slug);
          if (update.problems.length > 0) wrong.set(slug, update);
          else wrong.delete(slug);
          const known = readCatalogue(target).some((entry) => entry.slug === slug);
          renew(target, update);
          server.ws.send(LESSON_SAVED, update);
          // A lesson that is new to the course: the page knows its addresses from the start only.
          if (!known && update.problems.length === 0) server.ws.send({ type: 'full-reload' });
        }
      };
      const notice = (path: string) => {
        const slug = slugOf(root, path);
        if (slug === undefined) return;
        saved.add(slug);
        clearTimeout(timer);
        timer = setTimeout(() => {
          flush().catch((error: unknown) => server.config.logger.error(String(error)));
        }, REST);
      };
      for (const event of ['add', 'change', 'unlink', 'unlinkDir'] as const) server.watcher.on(event, notice);
      server.ws.on('hopscope:listening', (_, client) => {
        for (const update of wrong.values()) client.send(LESSON_SAVED, update);
      });
    },
    // What was compiled is told by an event of its own; a reload would lose the cluster.
    hotUpdate({ file }) {
      return file.includes('/generated/lessons/') ? [] : undefined;
    },
  };
}

/** Reads and compiles by the code as it is now, not as it was when the server started. */
async function compile(server: ViteDevServer, root: string, slug: string): Promise<LessonUpdate> {
  const [{ compileLesson }, { readLessonFolder }] = (await Promise.all([
    server.ssrLoadModule('/src/lessons/compile.ts'),
    server.ssrLoadModule('/src/lessons/folder.ts'),
  ])) as [typeof import('../src/lessons/compile.ts'), typeof import('../src/lessons/folder.ts')];
  return compileLesson(readLessonFolder(root, slug));
}
