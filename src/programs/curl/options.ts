/** curl's options as far as they are known here: letter or name, and whether a value follows. */
const LONG: Readonly<Record<string, readonly [string, boolean]>> = {
  insecure: ['k', false],
  silent: ['s', false],
  'show-error': ['S', false],
  verbose: ['v', false],
  include: ['i', false],
  head: ['I', false],
  location: ['L', false],
  fail: ['f', false],
  output: ['o', true],
  'remote-name': ['O', false],
  'write-out': ['w', true],
  request: ['X', true],
  header: ['H', true],
  data: ['d', true],
  'data-raw': ['data-raw', true],
  'data-binary': ['data-binary', true],
  'user-agent': ['A', true],
  user: ['u', true],
  'max-time': ['m', true],
  'connect-timeout': ['connect-timeout', true],
  cacert: ['cacert', true],
  cert: ['E', true],
  key: ['key', true],
  resolve: ['resolve', true],
  'connect-to': ['connect-to', true],
  retry: ['retry', true],
  'retry-delay': ['retry-delay', true],
  'retry-connrefused': ['retry-connrefused', false],
  'no-progress-meter': ['no-progress-meter', false],
  'progress-bar': ['#', false],
  compressed: ['compressed', false],
  http1: ['http1', false],
  'http1.0': ['0', false],
  'http1.1': ['http1.1', false],
  http2: ['http2', false],
  ipv4: ['4', false],
  ipv6: ['6', false],
  version: ['V', false],
  help: ['h', false],
  get: ['G', false],
  'max-redirs': ['max-redirs', true],
  'tlsv1.2': ['tlsv1.2', false],
  'tlsv1.3': ['tlsv1.3', false],
  'fail-with-body': ['fail-with-body', false],
  noproxy: ['noproxy', true],
  proxy: ['x', true],
  referer: ['e', true],
  globoff: ['g', false],
  'no-buffer': ['N', false],
  json: ['json', true],
  interface: ['interface', true],
};
const SHORT_WITH_VALUE = new Set([
  'o',
  'w',
  'X',
  'H',
  'd',
  'A',
  'u',
  'm',
  'E',
  'x',
  'e',
  'b',
  'c',
  'T',
  'K',
  'F',
  'D',
  'r',
  'C',
  'y',
  'Y',
  'z',
  'U',
  'P',
  't',
  'Q',
]);
const SHORT = new Set('kSsvViILfOGN#0123461ghjnpqaMJR'.split(''));

export class CurlUsage extends Error {
  readonly code: number;
  constructor(message: string, code = 2) {
    super(message);
    this.code = code;
  }
}

export interface CurlOptions {
  readonly urls: readonly string[];
  has(option: string): boolean;
  value(option: string): string | undefined;
  values(option: string): readonly string[];
}

/** @throws CurlUsage in curl's words */
export function parseCurl(args: readonly string[]): CurlOptions {
  const given = new Map<string, string[]>();
  const urls: string[] = [];
  const put = (name: string, value = '') => given.set(name, [...(given.get(name) ?? []), value]);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') continue;
    if (arg.startsWith('--')) {
      const name = arg.slice(2);
      if (name === 'url') {
        urls.push(args[++i] ?? '');
        continue;
      }
      const positive = name.startsWith('no-') && LONG[name] === undefined ? name.slice(3) : name;
      const keys =
        LONG[positive] === undefined ? Object.keys(LONG).filter((key) => key.startsWith(positive)) : [positive];
      const spec = LONG[keys[0] ?? ''];
      if (spec === undefined) throw new CurlUsage(`curl: option ${arg}: is unknown`);
      if (keys.length > 1) throw new CurlUsage(`curl: option ${arg}: is ambiguous`);
      if (positive !== name) continue;
      if (!spec[1]) put(spec[0]);
      else {
        const value = args[++i];
        if (value === undefined) throw new CurlUsage(`curl: option ${arg}: requires parameter`);
        put(spec[0], value);
      }
      continue;
    }
    if (arg.startsWith('-') && arg.length > 1) {
      for (let j = 1; j < arg.length; j++) {
        const letter = arg.charAt(j);
        if (SHORT_WITH_VALUE.has(letter)) {
          const rest = arg.slice(j + 1);
          const value = rest === '' ? args[++i] : rest;
          if (value === undefined) throw new CurlUsage(`curl: option ${arg}: requires parameter`);
          put(letter, value);
          break;
        }
        if (!SHORT.has(letter)) throw new CurlUsage(`curl: option ${arg}: is unknown`);
        put(letter);
      }
      continue;
    }
    urls.push(arg);
  }
  return {
    urls,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1),
    values: (option) => given.get(option) ?? [],
  };
}

export interface Target {
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** @throws CurlUsage for what curl cannot make a URL of */
export function parseUrl(text: string): Target {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/i.exec(text);
  const scheme = (match?.[1] ?? 'http').toLowerCase();
  if (match === null || (match[2] ?? '') === '')
    throw new CurlUsage(
      match === null
        ? 'curl: (3) URL using bad/illegal format or missing URL'
        : 'curl: (3) URL using bad/illegal format or missing URL',
      3,
    );
  if (scheme !== 'http' && scheme !== 'https')
    throw new CurlUsage(`curl: (1) Protocol "${scheme}" not supported or disabled in libcurl`, 1);
  const port = match[3] === undefined || match[3] === '' ? (scheme === 'https' ? 443 : 80) : Number(match[3]);
  if (port > 65535) throw new CurlUsage('curl: (3) URL using bad/illegal format or missing URL', 3);
  const tail = (match[4] ?? '/').replace(/#.*$/, '');
  const path = tail === '' ? '/' : tail.startsWith('?') ? `/${tail}` : tail;
  const host = match[2] ?? '';
  const shownPort = match[3] === undefined || match[3] === '' ? '' : `:${port}`;
  return { url: `${scheme}://${host}${shownPort}${path}`, scheme, host, port, path };
}
