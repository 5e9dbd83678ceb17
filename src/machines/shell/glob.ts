import type { FileSystem } from '../filesystem.ts';
import { Pattern, type PatternPiece } from './pattern.ts';

/** Paths that match, sorted; empty when none does. The pattern's parts are split at its slashes. */
export function globPaths(
  fs: FileSystem,
  cwd: string,
  pattern: readonly PatternPiece[],
  options: ReadonlySet<string> = new Set(),
): string[] {
  const segments: PatternPiece[][] = [[]];
  for (const part of pattern) {
    const pieces = part.text.split('/');
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) segments.push([]);
      if (piece !== '') segments.at(-1)?.push({ text: piece, quoted: part.quoted });
    }
  }
  const absolute = pattern[0]?.text.startsWith('/') === true;
  let found = [absolute ? '/' : ''];
  for (const [index, segment] of segments.entries()) {
    if (segment.length === 0) {
      if (index === segments.length - 1 && index > 0)
        found = found
          .filter((path) => fs.exists(fs.resolve(cwd, path)) && fs.stat(fs.resolve(cwd, path)).type === 'directory')
          .map((path) => (path.endsWith('/') ? path : `${path}/`));
      continue;
    }
    const wild = segment.some((part) => !part.quoted && /[*?[]|[+@!]\(/.test(part.text));
    const literal = segment.map((part) => part.text).join('');
    const next: string[] = [];
    if (literal === '**' && options.has('globstar')) {
      for (const base of found) below(fs, cwd, base, index === segments.length - 1, next);
      found = next;
      continue;
    }
    for (const base of found) {
      const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
      if (!wild) {
        if (fs.exists(fs.resolve(cwd, prefix + literal))) next.push(prefix + literal);
        continue;
      }
      const folder = fs.resolve(cwd, base === '' ? '.' : base);
      if (!fs.exists(folder) || fs.stat(folder).type !== 'directory') continue;
      const matcher = new Pattern(segment, options.has('nocaseglob'));
      for (const name of fs.list(folder))
        if ((!name.startsWith('.') || literal.startsWith('.') || options.has('dotglob')) && matcher.test(name))
          next.push(prefix + name);
    }
    found = next;
  }
  return found.filter((path) => path !== '').sort();
}

/** `**`: the folder itself and all below it; files too when nothing follows. */
function below(fs: FileSystem, cwd: string, base: string, files: boolean, out: string[]): void {
  out.push(base);
  const folder = fs.resolve(cwd, base === '' ? '.' : base);
  if (!fs.exists(folder) || fs.stat(folder).type !== 'directory') return;
  const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
  for (const name of fs.list(folder)) {
    if (name.startsWith('.')) continue;
    const path = prefix + name;
    if (fs.lstat(fs.resolve(cwd, path)).type === 'directory') below(fs, cwd, path, files, out);
    else if (files) out.push(path);
  }
}
