import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
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

/** Asks for the two fonts at once, so that the first text appears in them. */
function preloadFonts(): Plugin {
  return {
    name: 'hopscope-preload-fonts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        return Object.keys(context.bundle ?? {})
          .filter((file) => /(inter|jetbrains-mono)-latin-wght-normal.*\.woff2$/.test(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `./${file}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}

/** Names the terminal's file in the page's first script, which asks for it where a terminal will be. */
function preloadTerminal(): Plugin {
  return {
    name: 'hopscope-preload-terminal',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const files = Object.keys(context.bundle ?? {}).filter((file) => /^assets\/screens-.*\.(js|css)$/.test(file));
        return html.replace('const early = [];', `const early = ${JSON.stringify(files.map((file) => `./${file}`))};`);
      },
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [react(), preloadTerminal(), contentSecurityPolicy(), preloadFonts(), offline()],
  resolve: {
    alias: [{ find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' }],
  },
  worker: { format: 'es' },
  optimizeDeps: { include: ['monaco-yaml/yaml.worker.js', 'monaco-editor/editor/editor.worker.js'] },
  build: {
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 4096,
  },
});
