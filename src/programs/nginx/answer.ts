import type { AppReply, Peer } from '../../cluster/network/namespace.ts';
import { byteLength } from '../../machines/text.ts';
import type { Directive } from './directive.ts';
import { listing } from './listing.ts';
import { opening, page, reasonOf, type Signature } from './pages.ts';
import { passOn } from './proxy.ts';
import { rewritten } from './rewrite.ts';
import { all, expression, type HttpRequest, isOn, nearest, type Scope, type Site, type VirtualServer } from './site.ts';
import { type Exchange, fill, header } from './variables.ts';

type HttpReply = Extract<AppReply, { kind: 'http' }>;

/** Internal redirects before nginx gives up with 500. */
const CYCLES = 10;

/** One request on its way through a server block. */
export interface Visit {
  readonly exchange: Exchange;
  readonly server: VirtualServer;
  readonly site: Site;
  readonly request: HttpRequest;
  readonly peer: Peer;
  cycles: number;
  /** The status that an error_page is shown for. */
  error?: number;
}

export interface Answered {
  readonly reply: HttpReply;
  readonly exchange: Exchange;
  /** Where it was answered, for its log. */
  readonly scope: Scope;
}

/** Answers one request as the server block says. */
export function answer(server: VirtualServer, site: Site, request: HttpRequest, peer: Peer): Answered {
  const [path = '/', args = ''] = split(request.path);
  const exchange: Exchange = {
    request,
    peer,
    site,
    serverName: server.names[0] ?? '',
    uri: normalised(path),
    args,
    set: new Map(),
    status: 0,
    bytes: 0,
  };
  const visit: Visit = { exchange, server, site, request, peer, cycles: 0 };
  const { reply, scope } = go(visit);
  exchange.status = reply.status;
  exchange.bytes = byteLength(reply.body);
  return { reply, scope, exchange };
}

function split(path: string): [string, string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

/** `/a//b/../c%20d` is `/a/c d`. */
function normalised(path: string): string {
  let text = path;
  try {
    text = decodeURIComponent(path);
  } catch {
    // What is no valid encoding stays as it is.
  }
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `/${parts.join('/')}${text.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}

interface Found {
  readonly reply: HttpReply;
  readonly scope: Scope;
}

/** From the address to the answer: location, rewrites, access, content. */
function go(visit: Visit): Found {
  const { server, exchange } = visit;
  if (visit.cycles === 0) {
    const early = rewritten(server.scope[0] ?? [], exchange);
    if (early.kind === 'return') return give(visit, server.scope, early.status, early.text);
  }
  const { scope, location } = locate(visit);
  if (location?.block?.some((each) => each.name === 'internal') === true && visit.cycles === 0)
    return fault(visit, scope, 404);
  return inLocation(visit, scope, location);
}

function locate(visit: Visit): { scope: Scope; location: Directive | undefined } {
  let { scope } = visit.server;
  let location: Directive | undefined;
  for (;;) {
    const found = chooseLocation(scope[0] ?? [], visit.exchange);
    if (found === undefined) return { scope, location };
    location = found;
    scope = [found.block ?? [], ...scope];
  }
}

function inLocation(visit: Visit, scope: Scope, location: Directive | undefined): Found {
  const { exchange, site, request } = visit;
  const own = location?.block ?? [];
  const before = exchange.uri;
  const early = rewritten(own, exchange);
  if (early.kind === 'return') return give(visit, scope, early.status, early.text);
  if (early.kind === 'last' && exchange.uri !== before) return again(visit, scope);
  if (denied(scope, visit.peer.address)) return fault(visit, scope, 403);
  const root = fill(nearest(scope, 'root')?.args[0] ?? '/etc/nginx/html', exchange);
  exchange.root = root;
  const alias = own.find((each) => each.name === 'alias')?.args[0];
  const fileOf = (uri: string) =>
    (alias === undefined
      ? `${root}${uri}`
      : fill(alias, exchange) + uri.slice((location?.args.at(-1) ?? '').length)
    ).replace(/\/+/g, '/');
  const tries = nearest(scope.slice(0, location === undefined ? 1 : 2), 'try_files');
  if (tries !== undefined && visit.error === undefined) {
    // A candidate that ends with a slash asks for a folder, and goes on without that slash.
    const candidates = tries.args.slice(0, -1).map((each) => {
      const folder = each.length > 1 && each.endsWith('/');
      return { folder, uri: fill(folder ? each.slice(0, -1) : each, exchange) };
    });
    const hit = candidates.find(({ folder, uri }) => {
      const file = fileOf(uri);
      return folder ? site.isDirectory(file.replace(/\/$/, '')) : site.read(file) !== undefined;
    });
    if (hit === undefined) {
      const last = fill(tries.args.at(-1) ?? '', exchange);
      if (/^=\d+$/.test(last)) return fault(visit, scope, Number(last.slice(1)));
      return to(visit, scope, last);
    }
    exchange.uri = hit.uri;
  }
  const proxy = own.find((each) => each.name === 'proxy_pass');
  if (proxy !== undefined) {
    const passed = passOn(visit, scope, location, proxy);
    return typeof passed === 'number'
      ? fault(visit, scope, passed)
      : { reply: { ...passed, headers: added(scope, exchange, passed) }, scope };
  }
  if (own.some((each) => each.name === 'stub_status'))
    return give(
      visit,
      scope,
      200,
      'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
      'text/plain',
    );
  if (!['GET', 'HEAD', ...(visit.error === undefined ? [] : [request.method])].includes(request.method))
    return fault(visit, scope, 405);
  return files(visit, scope, fileOf(exchange.uri));
}

/** A file, the index of a folder, or its listing. */
function files(visit: Visit, scope: Scope, file: string): Found {
  const { exchange, site } = visit;
  const { uri } = exchange;
  if (uri.endsWith('/')) {
    const names = nearest(scope, 'index')?.args ?? ['index.html'];
    for (const name of names) {
      const filled = fill(name, exchange);
      if (filled.startsWith('/')) return to(visit, scope, filled);
      if (site.read(`${file}/${filled}`.replace(/\/+/g, '/')) !== undefined) return to(visit, scope, uri + filled);
    }
    if (site.isDirectory(file.replace(/\/$/, ''))) {
      if (isOn(scope, 'autoindex')) return listed(visit, scope, file);
      site.error('error', `directory index of "${file}" is forbidden`);
      return fault(visit, scope, 403);
    }
    site.error('error', `"${file}${names[0] ?? ''}" is not found (2: No such file or directory)`);
    return fault(visit, scope, 404);
  }
  if (site.isDirectory(file)) return redirect(visit, scope, 301, `${uri}/`);
  const text = site.read(file);
  if (text === undefined) {
    site.error('error', `open() "${file}" failed (2: No such file or directory)`);
    return fault(visit, scope, 404);
  }
  return { reply: content(visit, scope, file, text), scope };
}

/** Goes to another address of the same server. */
function to(visit: Visit, scope: Scope, target: string): Found {
  const named = target.startsWith('@')
    ? visit.server.scope[0]?.find((each) => each.name === 'location' && each.args[0] === target)
    : undefined;
  if (named !== undefined) {
    if (++visit.cycles > CYCLES) return { reply: own(visit, scope, 500), scope };
    return inLocation(visit, [named.block ?? [], ...visit.server.scope], named);
  }
  const [path, args] = split(target);
  visit.exchange.uri = path;
  if (args !== '') visit.exchange.args = args;
  return again(visit, scope);
}

function again(visit: Visit, scope: Scope): Found {
  if (++visit.cycles > CYCLES) {
    visit.site.error(
      'error',
      `rewrite or internal redirection cycle while internally redirecting to "${visit.exchange.uri}"`,
    );
    return { reply: own(visit, scope, 500), scope };
  }
  return go(visit);
}

/** What `return` says. */
function give(visit: Visit, scope: Scope, status: number, text: string | undefined, type?: string): Found {
  const { exchange, request } = visit;
  if (text === undefined) {
    if (status === 444) return { reply: { kind: 'http', status: 444, headers: [], body: '' }, scope };
    if (status < 300 || status === 304 || reasonOf(status) === '')
      return { reply: { ...own(visit, scope, status) }, scope };
    return fault(visit, scope, status);
  }
  if ([301, 302, 303, 307, 308].includes(status)) return redirect(visit, scope, status, fill(text, exchange));
  const body = fill(text, exchange);
  const signature = sign(visit, scope);
  const reply: HttpReply = {
    kind: 'http',
    status,
    reason: reasonOf(status),
    headers: [
      ...opening(signature),
      ['Content-Type', type ?? typeOf(scope, exchange.uri)],
      ['Content-Length', String(byteLength(body))],
      ['Connection', 'keep-alive'],
    ],
    body: request.method === 'HEAD' ? '' : body,
  };
  return { reply: { ...reply, headers: added(scope, exchange, reply) }, scope };
}

/** A redirect: nginx makes a path absolute, and tells a full address as a header of its own. */
function redirect(visit: Visit, scope: Scope, status: number, target: string): Found {
  const { request, peer } = visit;
  const scheme = request.tls === undefined ? 'http' : 'https';
  const port = peer.local.port;
  const usual = port === (scheme === 'http' ? 80 : 443);
  const host = header(request, 'host').replace(/:\d+$/, '') || peer.local.address;
  const relative = target.startsWith('/');
  const absolute = nearest(scope, 'absolute_redirect')?.args[0] !== 'off';
  const shown =
    relative && absolute
      ? `${scheme}://${host}${usual || nearest(scope, 'port_in_redirect')?.args[0] === 'off' ? '' : `:${port}`}${target}`
      : target;
  const head = request.method === 'HEAD';
  const reply = page(
    sign(visit, scope),
    status,
    relative ? { location: shown, head } : { extra: [['Location', shown]], head },
  );
  if (reply.kind !== 'http') throw new Error('a page is HTTP');
  return { reply: { ...reply, headers: added(scope, visit.exchange, reply) }, scope };
}

/** An error: the page that error_page names, else nginx's own. */
function fault(visit: Visit, scope: Scope, status: number): Found {
  const { exchange } = visit;
  if (visit.error === undefined || isOn(scope, 'recursive_error_pages')) {
    for (const { args } of all(scope, 'error_page')) {
      const codes = args.slice(0, -1).filter((each) => /^\d+$/.test(each));
      if (!codes.includes(String(status))) continue;
      const target = fill(args.at(-1) ?? '', exchange);
      const other = args.slice(0, -1).find((each) => each.startsWith('='));
      visit.error = other === undefined ? status : other === '=' ? 200 : Number(other.slice(1));
      if (/^https?:/.test(target)) return redirect(visit, scope, 302, target);
      const found = to(visit, scope, target);
      return { ...found, reply: { ...found.reply, status: visit.error, reason: reasonOf(visit.error) } };
    }
  }
  return { reply: own(visit, scope, status), scope };
}

function own(visit: Visit, scope: Scope, status: number): HttpReply {
  const reply = page(sign(visit, scope), status, { head: visit.request.method === 'HEAD' });
  if (reply.kind !== 'http') throw new Error('a page is HTTP');
  return { ...reply, headers: added(scope, visit.exchange, reply) };
}

function sign(visit: Visit, scope: Scope): Signature {
  return {
    version: visit.site.version,
    tokens: nearest(scope, 'server_tokens')?.args[0] !== 'off',
    now: visit.site.now(),
  };
}

/** An answer's headers, and what add_header adds. */
function added(scope: Scope, exchange: Exchange, reply: HttpReply): readonly (readonly [string, string])[] {
  const usual = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(reply.status);
  const more = all(scope, 'add_header').filter((each) => usual || each.args[2] === 'always');
  if (more.length === 0) return reply.headers;
  const filled = more.map((each): [string, string] => [each.args[0] ?? '', fill(each.args[1] ?? '', exchange)]);
  const ranges = reply.headers.filter(([name]) => name === 'Accept-Ranges' || name === 'Content-Range');
  return [...reply.headers.filter((each) => !ranges.includes(each)), ...filled, ...ranges];
}

function typeOf(scope: Scope, path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const types = nearest(scope, 'types')?.block ?? [];
  const found =
    types.find((each) => each.args.includes(ending))?.name ??
    (types.length === 0 && ending === 'html' ? 'text/html' : undefined);
  const type = found ?? nearest(scope, 'default_type')?.args[0] ?? 'text/plain';
  const charset = nearest(scope, 'charset')?.args[0];
  return charset === undefined || charset === 'off' || !type.startsWith('text/') ? type : `${type}; charset=${charset}`;
}

function content(visit: Visit, scope: Scope, file: string, text: string): HttpReply {
  const { request, site, exchange } = visit;
  const modified = site.modified(file);
  const length = byteLength(text);
  const etag = `"${Math.floor(modified / 1000).toString(16)}-${length.toString(16)}"`;
  const start = opening(sign(visit, scope));
  const stamp = new Date(Math.floor(modified / 1000) * 1000).toUTCString();
  const head = request.method === 'HEAD';
  if (visit.error !== undefined)
    return {
      kind: 'http',
      status: visit.error,
      reason: reasonOf(visit.error),
      headers: [
        ...start,
        ['Content-Type', typeOf(scope, file)],
        ['Content-Length', String(length)],
        ['Connection', 'keep-alive'],
        ['ETag', etag],
      ],
      body: head ? '' : text,
    };
  const match = header(request, 'if-none-match');
  const since = header(request, 'if-modified-since');
  if (match === '' ? since === stamp : match === '*' || match.includes(etag))
    return {
      kind: 'http',
      status: 304,
      reason: 'Not Modified',
      headers: [...start, ['Last-Modified', stamp], ['Connection', 'keep-alive'], ['ETag', etag]],
      body: '',
    };
  const range = /^bytes=(\d*)-(\d*)$/.exec(header(request, 'range'));
  const part =
    range === null || (range[1] === '' && range[2] === '') ? undefined : slice(range[1] ?? '', range[2] ?? '', length);
  if (part === 'beyond') {
    const reply = page(sign(visit, scope), 416, { extra: [['Content-Range', `bytes */${length}`]], head });
    if (reply.kind === 'http') return reply;
  }
  const cut = typeof part === 'object' ? part : undefined;
  const reply: HttpReply = {
    kind: 'http',
    status: cut === undefined ? 200 : 206,
    reason: reasonOf(cut === undefined ? 200 : 206),
    headers: [
      ...start,
      ['Content-Type', typeOf(scope, file)],
      ['Content-Length', String(cut === undefined ? length : cut.last - cut.first + 1)],
      ['Last-Modified', stamp],
      ['Connection', 'keep-alive'],
      ['ETag', etag],
      cut === undefined ? ['Accept-Ranges', 'bytes'] : ['Content-Range', `bytes ${cut.first}-${cut.last}/${length}`],
    ],
    body: head
      ? ''
      : cut === undefined
        ? text
        : new TextDecoder().decode(new TextEncoder().encode(text).slice(cut.first, cut.last + 1)),
  };
  return { ...reply, headers: added(scope, exchange, reply) };
}

function slice(from: string, until: string, length: number): { first: number; last: number } | 'beyond' {
  if (from === '') {
    const count = Math.min(Number(until), length);
    return count === 0 ? 'beyond' : { first: length - count, last: length - 1 };
  }
  const first = Number(from);
  const last = until === '' ? length - 1 : Math.min(Number(until), length - 1);
  return first >= length || last < first ? 'beyond' : { first, last };
}

function listed(visit: Visit, scope: Scope, folder: string): Found {
  const body = listing(visit.site, visit.exchange.uri, folder);
  const reply: HttpReply = {
    kind: 'http',
    status: 200,
    reason: 'OK',
    headers: [
      ...opening(sign(visit, scope)),
      ['Content-Type', 'text/html'],
      ['Transfer-Encoding', 'chunked'],
      ['Connection', 'keep-alive'],
    ],
    body: visit.request.method === 'HEAD' ? '' : body,
  };
  return { reply: { ...reply, headers: added(scope, visit.exchange, reply) }, scope };
}

function denied(scope: Scope, address: string): boolean {
  const layer = scope.find((each) => each.some((one) => one.name === 'allow' || one.name === 'deny')) ?? [];
  for (const { name, args } of layer) {
    if (name !== 'allow' && name !== 'deny') continue;
    const [rule = ''] = args;
    if (rule === 'all' || rule === address || within(address, rule)) return name === 'deny';
  }
  return false;
}

/** Whether an IPv4 address lies in `10.0.0.0/8`. */
function within(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  if (bits === undefined || !/^[\d.]+$/.test(base)) return false;
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

function chooseLocation(directives: readonly Directive[], exchange: Exchange): Directive | undefined {
  const { uri } = exchange;
  const locations = directives.filter((each) => each.name === 'location' && each.args[0]?.startsWith('@') !== true);
  const exact = locations.find((each) => each.args[0] === '=' && each.args[1] === uri);
  if (exact !== undefined) return exact;
  let longest: Directive | undefined;
  for (const each of locations) {
    const prefix = each.args.length === 1 ? each.args[0] : each.args[0] === '^~' ? each.args[1] : undefined;
    if (prefix !== undefined && uri.startsWith(prefix) && prefix.length > (longest?.args.at(-1) ?? '').length)
      longest = each;
  }
  if (longest?.args[0] === '^~') return longest;
  for (const each of locations) {
    if (each.args[0] !== '~' && each.args[0] !== '~*') continue;
    const match = expression(each.args[1] ?? '', each.args[0] === '~*' ? 'i' : '').exec(uri);
    if (match === null) continue;
    for (const [index, group] of match.entries()) exchange.set.set(String(index), group ?? '');
    return each;
  }
  return longest;
}
