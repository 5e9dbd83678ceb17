import { CurlUsage } from './options.ts';

/** A URL, taken apart as curl understands it. */
export interface Target {
  /** As it was asked, made whole: `http://my-nginx/`. */
  readonly url: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** `user:password`, when the URL has it. */
  readonly user?: string;
}

const BAD = 'curl: (3) URL using bad/illegal format or missing URL';
const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, telnet: 23 };

/** Takes a URL apart; without a scheme it is http. @throws CurlUsage with curl's own status */
export function parseUrl(text: string, asIs = false): Target {
  if (/[\s\u0000-\u001f]/.test(text)) throw new CurlUsage(BAD, 3, false);
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::([^/?#]*))?([/?#].*)?$/i.exec(
    text,
  );
  const scheme = (match?.[1] ?? 'http').toLowerCase();
  const host = match?.[3] ?? '';
  if (match === null) throw new CurlUsage(BAD, 3, false);
  if (scheme === 'file') return { url: text, scheme, host: '', port: 0, path: match[5] ?? '/' };
  if (PORTS[scheme] === undefined)
    throw new CurlUsage(`curl: (1) Protocol "${scheme}" not supported or disabled in libcurl`, 1, false);
  if (host === '') throw new CurlUsage(BAD, 3, false);
  const shownPort = match[4] ?? '';
  if (!/^\d*$/.test(shownPort) || Number(shownPort) > 65535) throw new CurlUsage(BAD, 3, false);
  const port = shownPort === '' ? (PORTS[scheme] ?? 80) : Number(shownPort);
  const tail = (match[5] ?? '/').replace(/#.*$/, '');
  const [before = '', ...query] = tail.split('?');
  const path = asIs ? before : withoutDots(before === '' ? '/' : before);
  const whole = `${path === '' ? '/' : path}${query.length === 0 ? '' : `?${query.join('?')}`}`;
  const name = numericHost(host);
  return {
    url: `${scheme}://${name}${shownPort === '' ? '' : `:${port}`}${whole}`,
    scheme,
    host: name,
    port,
    path: whole,
    ...(match[2] === undefined ? {} : { user: decodeURIComponent(match[2].replace(/%(?![0-9a-f]{2})/gi, '%25')) }),
  };
}

/** `127.1` and `0x7f000001` are addresses too. */
function numericHost(host: string): string {
  const parts = host.replace(/\.$/, '').split('.');
  if (parts.length > 4 || !parts.every((part) => /^(0x[0-9a-f]+|\d+)$/i.test(part))) return host;
  const numbers = parts.map((part) => Number(/^0\d+$/.test(part) ? `0o${part.slice(1)}` : part));
  if (numbers.some((number) => Number.isNaN(number))) return host;
  const last = numbers.pop() ?? 0;
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return host;
  const value = numbers.reduce((sum, number, index) => sum + number * 256 ** (3 - index), 0) + last;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Takes `.` and `..` out of a path (RFC 3986, 5.2.4). */
function withoutDots(path: string): string {
  const out: string[] = [];
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === '.') {
      if (last) out.push('');
    } else if (part === '..') {
      if (out.length > 1) out.pop();
      if (last) out.push('');
    } else out.push(part);
  }
  return out.join('/');
}

/** The address that a Location header leads to. */
export function resolveLocation(from: Target, location: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return location;
  const base = from.url.slice(0, from.url.indexOf('/', from.scheme.length + 3));
  if (location.startsWith('//')) return `${from.scheme}:${location}`;
  if (location.startsWith('/')) return base + location;
  const [path = '/'] = from.path.split('?');
  if (location.startsWith('?')) return `${base}${path}${location}`;
  return `${base}${path.slice(0, path.lastIndexOf('/') + 1)}${location}`;
}

/** One URL of a pattern, and what stood for each part of it (`#1` in -o). */
export interface Globbed {
  readonly url: string;
  readonly parts: readonly string[];
}

/** Opens curl's own patterns: `{a,b}` and `[1-3]`, `[01-10:2]`, `[a-c]`. @throws CurlUsage */
export function glob(pattern: string): Globbed[] {
  let results: Globbed[] = [{ url: '', parts: [] }];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at];
    if (char === '\\' && /[{}[\]]/.test(pattern[at + 1] ?? '')) {
      results = results.map((each) => ({ ...each, url: each.url + pattern[at + 1] }));
      at += 2;
      continue;
    }
    const close = char === '{' ? pattern.indexOf('}', at) : char === '[' ? pattern.indexOf(']', at) : -1;
    // An IPv6 address is no pattern.
    const inner = close < 0 ? '' : pattern.slice(at + 1, close);
    if ((char !== '{' && char !== '[') || (char === '[' && /^[0-9a-f:.]*:[0-9a-f:.]*:/i.test(inner))) {
      results = results.map((each) => ({ ...each, url: each.url + char }));
      at++;
      continue;
    }
    if (close < 0) throw globError(pattern, at + 1, char === '{' ? 'unmatched brace' : 'bad range specification');
    const choices = char === '{' ? inner.split(',') : range(pattern, at, inner);
    results = results.flatMap((each) =>
      choices.map((choice) => ({ url: each.url + choice, parts: [...each.parts, choice] })),
    );
    if (results.length > 10_000) throw globError(pattern, at + 1, 'range overflow');
    at = close + 1;
  }
  return results;
}

function range(pattern: string, at: number, text: string): string[] {
  const match = /^(?:(\d+)-(\d+)|([a-z])-([a-z])|([A-Z])-([A-Z]))(?::(\d+))?$/.exec(text);
  if (match === null) throw globError(pattern, at + 2, 'bad range');
  const step = Number(match[7] ?? 1);
  const letters = match[3] ?? match[5];
  const from = letters === undefined ? Number(match[1]) : letters.charCodeAt(0);
  const to = letters === undefined ? Number(match[2]) : (match[4] ?? match[6] ?? '').charCodeAt(0);
  if (to < from || step < 1 || (to - from) / step > 10_000) throw globError(pattern, at + 2, 'bad range');
  const width = match[1]?.startsWith('0') === true ? match[1].length : 0;
  const out: string[] = [];
  for (let value = from; value <= to; value += step)
    out.push(letters === undefined ? String(value).padStart(width, '0') : String.fromCharCode(value));
  return out;
}

function globError(pattern: string, position: number, words: string): CurlUsage {
  return new CurlUsage(
    `curl: (3) ${words} in URL position ${position}:\n${pattern}\n${' '.repeat(position - 1)}^`,
    3,
    false,
  );
}
