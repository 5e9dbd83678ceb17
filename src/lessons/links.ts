import type { Problem } from './content.ts';

const LINK = /(?<!!)\[[^\]]*\]\(\s*<?([^)\s>]*)[^)]*\)/g;

/**
 * Looks at the links of a lesson's words: they lead to the web or to another lesson. `lessons` are those that there are; without them
 * any lesson may be named.
 */
export function checkLinks(file: string, text: string, problems: Problem[], lessons?: readonly string[]): void {
  let fence = '';
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (mark !== '') fence = fence === '' ? mark : line.startsWith(fence) ? '' : fence;
    if (fence !== '' || mark !== '') continue;
    for (const [, target = ''] of line.replace(/`[^`]*`/g, '').matchAll(LINK)) {
      const slug = /^#\/lesson\/([a-z0-9][a-z0-9-]*)$/.exec(target)?.[1];
      if (slug === undefined ? isWeb(target) : lessons?.includes(slug) !== false) continue;
      problems.push({
        file,
        line: index + 1,
        message:
          slug === undefined
            ? `the link "${target}" leads nowhere`
            : `the link leads to a lesson "${slug}", which there is not`,
        remedy:
          slug === undefined
            ? "Write an address with https://, or #/lesson/ and the name of a lesson's folder."
            : `Name one of: ${lessons?.join(', ')}.`,
      });
    }
  }
}

function isWeb(target: string): boolean {
  return /^https?:\/\/[^/]/.test(target) && URL.canParse(target);
}
