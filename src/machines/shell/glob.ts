import type { FileSystem } from '../filesystem.ts';

/** A shell pattern as an anchored regular expression; quoted parts are literal. Linear for all that globs can say. */
export function globRegExp(pattern: readonly { text: string; quoted: boolean }[]): RegExp {
  let source = '';
  for (const { text, quoted } of pattern) {
    if (quoted) {
      source += text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      continue;
    }
    for (let i = 0; i < text.length; i++) {
      const char = text.charAt(i);
      if (char === '*') {
        while (text.charAt(i + 1) === '*') i++;
        source += '[^]*?';
      } else if (char === '?') source += '[^]';
      else if (char === '[') {
        const end = text.indexOf(']', text.charAt(i + 1) === ']' || /[!^]/.test(text.charAt(i + 1)) ? i + 3 : i + 1);
        if (end < 0) source += '\\[';
        else {
          const set = text
            .slice(i + 1, end)
            .replace(/^!/, '^')
            .replace(/\[:(\w+):\]/g, (_, name: string) => CLASSES[name] ?? '');
          source += `[${set.replace(/[\\[\]]/g, '\\$&')}]`;
          i = end;
        }
      } else if (char === '\\') source += (text.charAt(++i) || '\\').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
};

/** Paths that match, sorted; empty when none does. The pattern's parts are split at its slashes. */
export function globPaths(
  fs: FileSystem,
  cwd: string,
  pattern: readonly { text: string; quoted: boolean }[],
): string[] {
  const segments: { text: string; quoted: boolean }[][] = [[]];
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
      if (index === segments.length - 1 && index > 0) found = found.map((path) => `${path}/`);
      continue;
    }
    const wild = segment.some((part) => !part.quoted && /[*?[]/.test(part.text));
    const literal = segment.map((part) => part.text).join('');
    const next: string[] = [];
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
        if ((!name.startsWith('.') || literal.startsWith('.')) && regex.test(name)) next.push(prefix + name);
    }
    found = next;
  }
  return found.filter((path) => path !== '').sort();
}
