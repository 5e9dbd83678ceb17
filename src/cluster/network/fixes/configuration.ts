import { closestWord } from '../causes/cause.ts';

/** Directives of nginx that configurations of the web server begin lines with. */
const DIRECTIVES = [
  'server',
  'listen',
  'server_name',
  'location',
  'root',
  'index',
  'ssl_certificate',
  'ssl_certificate_key',
  'ssl_protocols',
  'proxy_pass',
  'proxy_set_header',
  'return',
  'rewrite',
  'try_files',
  'error_page',
  'access_log',
  'error_log',
  'include',
  'upstream',
  'add_header',
  'alias',
  'default_type',
  'keepalive_timeout',
];

/** A configuration with one line changed. */
export interface Mended {
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

/** What nginx complains of at a line, put right: a word misspelt, a semicolon or a brace forgotten. The likeliest first. */
export function mendedConfig(text: string, line: number, message: string): Mended[] {
  const lines = text.split('\n');
  const at = Math.max(0, Math.min(lines.length, line) - 1);
  const replace = (index: number, after: string): Mended => ({
    text: lines.map((each, other) => (other === index ? after : each)).join('\n'),
    before: (lines[index] ?? '').trim(),
    after: after.trim(),
  });
  const found: Mended[] = [];
  const unknown = /unknown directive "([^"]+)"/.exec(message)?.[1];
  const current = lines[at] ?? '';
  if (unknown !== undefined) {
    const meant = closestWord(unknown, DIRECTIVES);
    if (meant !== undefined) found.push(replace(at, current.replace(unknown, meant)));
    const without = current.replace(new RegExp(`\\s*${unknown.replace(/[^\w]/g, '\\$&')}[^;{}]*;`), '');
    if (without !== current) found.push(replace(at, without));
  }
  const open = (each: string) => /[^;{}\s]\s*$/.test(each.replace(/#.*$/, ''));
  if (/not terminated by ";"|unexpected "}"|invalid number of arguments|unexpected end of file/.test(message))
    for (let index = at; index >= 0; index--) {
      const each = lines[index] ?? '';
      if (/[^;{}\s]\s*}/.test(each)) {
        found.push(replace(index, each.replace(/([^;{}\s])(\s*})/, '$1;$2')));
        break;
      }
      if (!open(each)) continue;
      found.push(replace(index, each.replace(/\s*$/, ';')));
      break;
    }
  if (/expecting "}"/.test(message)) found.push(replace(lines.length - 1, `${lines.at(-1) ?? ''}}`));
  return found;
}
