import type { FileSystem } from '../filesystem.ts';

type Piece = { readonly text: string; readonly quoted: boolean };

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/**
 * A shell pattern as an anchored regular expression; quoted parts are literal. `|` and parentheses of an extended pattern
 * (`+(a|b)`) are known without `shopt`, as within `[[ ]]`.
 */
export function globRegExp(pattern: readonly Piece[]): RegExp {
  return new RegExp(`^${globSource(pattern)}$`, 'u');
}

/** A shell pattern as the source of a regular expression, each `*` as short as can be. */
export function globSource(pattern: readonly Piece[]): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const piece = pattern[at];
    if (piece === undefined) continue;
    let { text } = piece;
    if (piece.quoted) {
      source += text.replace(SPECIAL, '\\$&');
      continue;
    }
    while (pattern[at + 1]?.quoted === false) text += pattern[++at]?.text ?? '';
    source += unquoted(text);
  }
  return source;
}

function unquoted(text: string): string {
  let source = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (/[?*+@!]/.test(char) && text.charAt(i + 1) === '(') {
      const end = closing(text, i + 1);
      if (end > 0) {
        const choices = alternatives(text.slice(i + 2, end))
          .map(unquoted)
          .join('|');
        source += char === '!' ? `(?:(?!(?:${choices})$)[^]*?)` : `(?:${choices})${char === '@' ? '' : char}`;
        i = end;
        continue;
      }
    }
    if (char === '*') {
      while (text.charAt(i + 1) === '*') i++;
      source += '[^]*?';
    } else if (char === '?') source += '[^]';
    else if (char === '[') {
      const end = endOfSet(text, i);
      if (end < 0) source += '\\[';
      else {
        const negated = /[!^]/.test(text.charAt(i + 1));
        const set = text.slice(i + (negated ? 2 : 1), end);
        source += `[${negated ? '^' : ''}${members(set)}]`;
        i = end;
      }
    } else if (char === '\\') source += (text.charAt(++i) || '\\').replace(SPECIAL, '\\$&');
    else source += char.replace(SPECIAL, '\\$&');
  }
  return source;
}

/** Where the parenthesis that opens at `open` closes. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text.charAt(at) === '(') depth++;
    else if (text.charAt(at) === ')' && --depth === 0) return at;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const out = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === '|' && depth === 0) out.push('');
    else out.push((out.pop() ?? '') + char);
  }
  return out;
}

/** Where the set that opens at `open` ends: a `]` at its start, and classes such as `[:alpha:]`, belong to it. */
function endOfSet(text: string, open: number): number {
  let at = open + (/[!^]/.test(text.charAt(open + 1)) ? 2 : 1);
  if (text.charAt(at) === ']') at++;
  for (; at < text.length; at++) {
    if (text.charAt(at) === ']') return at;
    const named = /^\[:\w+:\]/.exec(text.slice(at));
    if (named !== null) at += named[0].length - 1;
    else if (text.charAt(at) === '\\') at++;
  }
  return -1;
}

function members(set: string): string {
  return set.replace(/\[:(\w+):\]|\\(.)|([\\[\]^])/g, (_, name?: string, escaped?: string, plain?: string) => {
    if (name !== undefined) return CLASSES[name] ?? '';
    const char = escaped ?? plain ?? '';
    return /[\\[\]^-]/.test(char) ? `\\${char}` : char;
  });
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\0-\\x1f\\x7f',
};

/** Paths that match, sorted; empty when none does. The pattern's parts are split at its slashes. */
export function globPaths(
  fs: FileSystem,
  cwd: string,
  pattern: readonly Piece[],
  options: ReadonlySet<string> = new Set(),
): string[] {
  const segments: Piece[][] = [[]];
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
      const regex = globRegExp(segment);
      for (const name of fs.list(folder))
        if ((!name.startsWith('.') || literal.startsWith('.') || options.has('dotglob')) && regex.test(name))
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
