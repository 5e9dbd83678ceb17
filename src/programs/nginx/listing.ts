import type { Site } from './site.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The page of `autoindex`: folders first, then files, each by name. */
export function listing(site: Site, uri: string, folder: string): string {
  const base = folder.replace(/\/$/, '');
  const entries = site
    .list(base)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, directory: site.isDirectory(`${base}/${name}`) }))
    .sort((a, b) => Number(b.directory) - Number(a.directory) || (a.name < b.name ? -1 : 1));
  const lines = entries.map(({ name, directory }) => {
    const shown = directory ? `${name}/` : name;
    const cut = shown.length > 50 ? `${shown.slice(0, 47)}..&gt;` : shown;
    const date = new Date(site.modified(`${base}/${name}`));
    const two = (number: number) => String(number).padStart(2, '0');
    const stamp = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
    const size = directory ? '-' : String(site.size(`${base}/${name}`));
    return `<a href="${encodeURI(shown)}">${cut}</a>${' '.repeat(Math.max(0, 50 - shown.length))} ${stamp} ${size.padStart(19)}\r\n`;
  });
  return `<html>\r\n<head><title>Index of ${uri}</title></head>\r\n<body>\r\n<h1>Index of ${uri}</h1><hr><pre><a href="../">../</a>\r\n${lines.join('')}</pre><hr></body>\r\n</html>\r\n`;
}
