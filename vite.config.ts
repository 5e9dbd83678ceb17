import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { publishLessonSchema } from './scripts/lesson-schema.ts';
import { liveLessons } from './scripts/live-lessons.ts';
import { offline } from './scripts/offline.ts';

/**
 * The built page may load only its own files, and evaluates no strings. Left out while developing, because the development
 * server puts scripts of its own into the page. Styles may be inline: the terminal and the editor make theirs at run time.
 */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'hopscope-content-security-policy',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
          ([, text]) =>
            `'sha256-${createHash('sha256')
              .update(text ?? '')
              .digest('base64')}'`,
        );
        const policy = [
          "default-src 'none'",
          `script-src 'self' ${hashes.join(' ')}`,
          "style-src 'self' 'unsafe-inline'",
          "img-src 'self' data:",
          "font-src 'self' data:",
          "connect-src 'self'",
          "worker-src 'self'",
          "manifest-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
        ].join('; ');
        return html.replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`);
      },
    },
  };
}

/**
 * Names in the page's first script what it asks for at once: the terminal and the lesson's text where a lesson is opened, the
 * fonts elsewhere (a lesson asks for them once its terminal takes typing). The large files come first: a browser asks an HTTP/1.1
 * server for six files at a time, and on a slow line the small ones would hold them up by a way there and back.
 */
function early(): Plugin {
  return {
    name: 'hopscope-early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const files = Object.keys(context.bundle ?? {});
        const pick = (pattern: RegExp) => files.filter((file) => pattern.test(file)).map((file) => `./${file}`);
        const lessons: Record<string, string> = {};
        for (const [file, chunk] of Object.entries(context.bundle ?? {})) {
          const source = chunk.type === 'chunk' ? chunk.facadeModuleId : undefined;
          const name = /\/generated\/lessons\/([^/]+\.[^/.]+)\.json$/.exec(source ?? '')?.[1];
          if (name !== undefined) lessons[name] = `./${file}`;
        }
        // The worker asks for these one after the other: for each a way there and back on a slow line.
        const worker = files.find((file) => /^assets\/worker-.*\.js$/.test(file)) ?? '';
        const code = context.bundle?.[worker];
        const text = code?.type === 'asset' ? String(code.source) : (code?.code ?? '');
        const parts = [...text.matchAll(/\bfrom\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, name]) => `./assets/${name}`);
        const found = {
          page: [/^assets\/index-.*\.js$/, /^assets\/index-.*\.css$/].flatMap((kind) =>
            pick(kind).filter((file) => html.includes(file)),
          ),
          worker: worker === '' ? [] : [`./${worker}`, ...new Set(parts)],
          terminal: pick(/^assets\/screens-.*\.(js|css)$/),
          fonts: pick(/(inter|jetbrains-mono)-latin-wght-normal.*\.woff2$/),
          lessons,
        };
        return html.replace(
          'const early = { page: [], worker: [], terminal: [], fonts: [], lessons: {} };',
          `const early = ${JSON.stringify(found)};`,
        );
      },
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [react(), liveLessons(), early(), contentSecurityPolicy(), publishLessonSchema(), offline()],
  resolve: {
    alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' }],
  },
  worker: { format: 'es' },
  optimizeDeps: { include: ['monaco-yaml/yaml.worker.js', 'monaco-editor/editor/editor.worker.js'] },
  build: {
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      output: {
        // Monaco by its own floors, each a file that starts by itself: see warm.ts.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'monaco-base', test: /monaco-editor\/esm\/vs\/(base\/|nls|amdX)/, priority: 4 },
            { name: 'monaco-platform', test: /monaco-editor\/esm\/vs\/platform\//, priority: 3 },
            { name: 'monaco-common', test: /monaco-editor\/esm\/vs\/editor\/(standalone\/)?common\//, priority: 2 },
            { name: 'monaco-browser', test: /monaco-editor\/esm\/vs\/editor\/browser\//, priority: 1 },
          ],
        },
      },
    },
  },
});
