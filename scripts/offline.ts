import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Plugin } from 'vite';

/** All files of a folder, as paths from it with forward slashes. */
function filesOf(folder: string, under = ''): string[] {
  return readdirSync(join(folder, under)).flatMap((name) => {
    const path = posix.join(under, name);
    return statSync(join(folder, path)).isDirectory() ? filesOf(folder, path) : [path];
  });
}

/**
 * Writes the service worker: once it is installed, the page opens and works without a network. Its list names every file of the
 * build, and its version is their fingerprint, so that an unchanged build is no update.
 */
export function offline(): Plugin {
  let folder = 'dist';
  return {
    name: 'hopscope-offline',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      handler() {
        const files = filesOf(folder)
          .filter((file) => file !== 'sw.js' && !file.startsWith('.'))
          .sort();
        const hash = createHash('sha256');
        for (const file of files)
          hash
            .update(file)
            .update('\0')
            .update(readFileSync(join(folder, file)));
        writeFileSync(join(folder, 'sw.js'), serviceWorker(hash.digest('hex').slice(0, 12), files));
      },
    },
  };
}

function serviceWorker(version: string, files: readonly string[]): string {
  return `// Keeps this build's files, and answers from them. Written by the build.
const CACHE = 'hopscope-${version}';
const FILES = ${JSON.stringify(files)};
const at = (file) => new URL(file, self.registration.scope).href;

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // A few at a time: the page may need the line, too.
    const left = [...FILES];
    const work = async () => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) {
        const named = file.startsWith('assets/');
        const known = named ? await caches.match(at(file)) : undefined;
        const answer = known ?? await fetch(at(file), named ? {} : { cache: 'no-cache' });
        if (!answer.ok) throw new Error(file + ': ' + answer.status);
        await cache.put(at(file), answer);
      }
    };
    await Promise.all([work(), work(), work()]);
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('hopscope-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

// The page asks for it once its work is kept.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || !url.href.startsWith(self.registration.scope)) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    const known = await cache.match(request.mode === 'navigate' ? at('index.html') : url.origin + url.pathname);
    return known ?? fetch(request);
  })());
});
`;
}
