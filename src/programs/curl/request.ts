import { FileError } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import type { Routine } from '../../sim/routine.ts';
import { readAll } from '../inputs.ts';
import { type CurlOptions, CurlUsage } from './options.ts';
import type { Target } from './url.ts';

export const VERSION = '7.88.1';

/** A request as it goes over the wire. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly version: '1.0' | '1.1';
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What is sent along, and how it is described. */
export interface Payload {
  readonly text: string;
  readonly type: string | undefined;
  readonly json: boolean;
  /** The method that it implies. */
  readonly method: 'POST' | 'PUT';
}

/** Collects -d, --json, -F and -T. Undefined when nothing is sent along. @throws CurlUsage */
export function* payloadOf(context: Context, options: CurlOptions): Routine<Payload | undefined> {
  const upload = options.value('upload-file');
  if (upload !== undefined) {
    const text = upload === '-' || upload === '.' ? yield* readAll(context.stdin) : readFile(context, upload);
    if (text === undefined)
      throw new CurlUsage(
        `curl: Can't open '${upload}'!\ncurl: try 'curl --help' or 'curl --manual' for more information\ncurl: (26) Failed to open/read local data from file/application`,
        26,
        false,
      );
    return { text, type: undefined, json: false, method: 'PUT' };
  }
  const forms = options.ordered('form', 'form-string');
  if (forms.length > 0) {
    const boundary = `------------------------${context.machine.world.sim.random.stream(`curl/${context.pid}`).text(16, '0123456789abcdef')}`;
    const parts: string[] = [];
    for (const { name, value } of forms) parts.push(formPart(context, value, name === 'form-string'));
    const text = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
    return { text, type: `multipart/form-data; boundary=${boundary}`, json: false, method: 'POST' };
  }
  const data = options.ordered('data', 'data-ascii', 'data-binary', 'data-raw', 'data-urlencode', 'json');
  if (data.length === 0) return undefined;
  let text = '';
  for (const [index, { name, value }] of data.entries()) {
    const piece = yield* dataPiece(context, name, value);
    text += index > 0 && name !== 'json' ? `&${piece}` : piece;
  }
  const json = data.some((each) => each.name === 'json');
  return { text, type: json ? 'application/json' : 'application/x-www-form-urlencoded', json, method: 'POST' };
}

function* dataPiece(context: Context, name: string, value: string): Routine<string> {
  if (name === 'data-raw') return value;
  if (name === 'data-urlencode') {
    const at = value.search(/[=@]/);
    if (at < 0) return encode(value);
    const key = value.slice(0, at);
    const rest = value.slice(at + 1);
    const content = value[at] === '@' ? yield* fileOrStdin(context, rest) : rest;
    return `${key}${key === '' ? '' : '='}${encode(content)}`;
  }
  if (!value.startsWith('@')) return value;
  const content = yield* fileOrStdin(context, value.slice(1));
  return name === 'data' || name === 'data-ascii' ? content.replace(/[\r\n\0]/g, '') : content;
}

function* fileOrStdin(context: Context, name: string): Routine<string> {
  if (name === '-') return yield* readAll(context.stdin);
  const text = readFile(context, name);
  if (text !== undefined) return text;
  yield* context.stderr.write(wrapWarning(`Couldn't read data from file "${name}", this makes an empty POST.`));
  return '';
}

/** A warning as curl breaks it at 79 columns. */
export function wrapWarning(text: string): string {
  const prefix = 'Warning: ';
  const width = 79 - prefix.length;
  let rest = text;
  let out = '';
  while (rest.length > width) {
    let cut = width - 1;
    while (cut > 0 && rest[cut] !== ' ') cut--;
    if (cut === 0) cut = width - 1;
    out += `${prefix}${rest.slice(0, cut + 1)}\n`;
    rest = rest.slice(cut + 1);
  }
  return `${out}${prefix}${rest}\n`;
}

function formPart(context: Context, value: string, literal: boolean): string {
  const at = value.indexOf('=');
  const name = value.slice(0, at);
  const content = value.slice(at + 1);
  if (literal || !/^[@<]/.test(content)) return `Content-Disposition: form-data; name="${name}"\r\n\r\n${content}`;
  const [file = ''] = content.slice(1).split(';');
  const text = readFile(context, file);
  if (text === undefined)
    throw new CurlUsage('curl: (26) Failed to open/read local data from file/application', 26, false);
  if (content.startsWith('<')) return `Content-Disposition: form-data; name="${name}"\r\n\r\n${text}`;
  const base = file.slice(file.lastIndexOf('/') + 1);
  const type =
    /;type=([^;]+)/.exec(content)?.[1] ?? (base.endsWith('.txt') ? 'text/plain' : 'application/octet-stream');
  return `Content-Disposition: form-data; name="${name}"; filename="${base}"\r\nContent-Type: ${type}\r\n\r\n${text}`;
}

function readFile(context: Context, name: string): string | undefined {
  try {
    return context.fs.read(context.fs.resolve(context.cwd, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return undefined;
  }
}

/** curl's URL encoding: a blank becomes a plus in --data-urlencode. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** The request for one URL, headers in curl's order. */
export function outgoing(
  options: CurlOptions,
  target: Target,
  payload: Payload | undefined,
  redirected: boolean,
): Outgoing {
  const inQuery = options.has('get') && payload !== undefined;
  const sent = inQuery ? undefined : payload;
  const method = options.value('request') ?? (options.has('head') ? 'HEAD' : sent === undefined ? 'GET' : sent.method);
  const custom = options.values('header').map((text): [string, string | undefined] => {
    const colon = text.indexOf(':');
    if (colon < 0) return text.endsWith(';') ? [text.slice(0, -1), ''] : [text, undefined];
    const value = text.slice(colon + 1).trim();
    return [text.slice(0, colon), value === '' ? undefined : value];
  });
  const own = (name: string) => custom.find(([key]) => key.toLowerCase() === name);
  const headers: [string, string][] = [];
  const standard = (name: string, value: string | undefined) => {
    if (value !== undefined && own(name.toLowerCase()) === undefined) headers.push([name, value]);
  };
  const [, host] = own('host') ?? ['', hostHeader(target)];
  if (host !== undefined) headers.push(['Host', host]);
  const user = options.value('user') ?? target.user;
  if (user !== undefined && !redirected) standard('Authorization', `Basic ${btoa(user)}`);
  const bearer = options.value('oauth2-bearer');
  if (bearer !== undefined && !redirected) standard('Authorization', `Bearer ${bearer}`);
  const range = options.value('range');
  if (range !== undefined) standard('Range', `bytes=${range}`);
  const agent = options.value('user-agent') ?? `curl/${VERSION}`;
  if (agent !== '') standard('User-Agent', agent);
  if (sent?.json === true) {
    standard('Content-Type', 'application/json');
    standard('Accept', 'application/json');
  } else standard('Accept', '*/*');
  if (options.has('compressed')) standard('Accept-Encoding', 'deflate, gzip, br, zstd');
  standard('Referer', options.value('referer'));
  const cookies = options.values('cookie').filter((text) => text.includes('='));
  if (cookies.length > 0) standard('Cookie', cookies.join('; '));
  if (options.has('http2') && target.scheme === 'http') {
    standard('Connection', 'Upgrade, HTTP2-Settings');
    standard('Upgrade', 'h2c');
    standard('HTTP2-Settings', 'AAMAAABkAAQCAAAAAAIAAAAA');
  }
  for (const [name, value] of custom)
    if (name.toLowerCase() !== 'host' && value !== undefined) headers.push([name, value]);
  if (sent !== undefined) {
    standard('Content-Length', String(byteLength(sent.text)));
    if (!sent.json) standard('Content-Type', sent.type);
  }
  const path = inQuery ? `${target.path}${target.path.includes('?') ? '&' : '?'}${payload.text}` : target.path;
  return {
    method,
    path: options.value('request-target') ?? path,
    version: options.has('http1.0') ? '1.0' : '1.1',
    headers,
    body: sent?.text ?? '',
  };
}

function hostHeader(target: Target): string {
  const usual = target.scheme === 'https' ? 443 : 80;
  return target.port === usual ? target.host : `${target.host}:${target.port}`;
}
