import type { AppReply, AppRequest, Peer } from '../../cluster/network/namespace.ts';
import { byteLength } from '../../machines/text.ts';
import { ConfigError, type Directive } from './config.ts';

export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly ssl: boolean;
}

/** One `server` block, ready to answer. */
export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly directives: readonly Directive[];
  readonly certificate?: string;
  readonly key?: string;
}

/** What a server needs of the machine it runs on. */
export interface Site {
  readonly version: string;
  read(path: string): string | undefined;
  isDirectory(path: string): boolean;
  /** Calendar milliseconds. */
  now(): number;
  modified(path: string): number;
  /** Asks an upstream, for proxy_pass. */
  proxy(url: string, request: Extract<AppRequest, { kind: 'http' }>, peer: Peer): AppReply | undefined;
}

const KNOWN = new Set(
  'listen server_name root index location return proxy_pass ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers ssl_prefer_server_ciphers ssl_session_cache ssl_session_timeout error_page access_log error_log try_files add_header default_type user worker_processes pid events http worker_connections include log_format sendfile tcp_nopush tcp_nodelay keepalive_timeout gzip server alias rewrite proxy_set_header proxy_http_version proxy_read_timeout proxy_connect_timeout client_max_body_size charset autoindex expires set if deny allow upstream map types types_hash_max_size server_tokens internal stub_status daemon ssl'.split(
    ' ',
  ),
);

/** The servers of a configuration. @throws ConfigError in nginx's words */
export function virtualServers(config: readonly Directive[]): VirtualServer[] {
  const check = (list: readonly Directive[], types: boolean) => {
    for (const each of list) {
      if (!types && !KNOWN.has(each.name))
        throw new ConfigError(`unknown directive "${each.name}" in ${each.file}:${each.line}`);
      if (each.block !== undefined)
        check(each.block, each.name === 'types' || each.name === 'map' || each.name === 'upstream');
    }
  };
  check(config, false);
  const http = config.find((each) => each.name === 'http');
  const servers = (http?.block ?? []).filter((each) => each.name === 'server');
  return servers.map((server) => {
    const block = server.block ?? [];
    const one = (name: string) => block.find((each) => each.name === name)?.args[0];
    const listens = block.filter((each) => each.name === 'listen').map((each) => parseListen(each));
    const certificate = one('ssl_certificate');
    const key = one('ssl_certificate_key');
    const ssl = listens.find((each) => each.ssl);
    if (ssl !== undefined && certificate === undefined)
      throw new ConfigError(
        `no "ssl_certificate" is defined for the "listen ... ssl" directive in ${server.file}:${server.line}`,
      );
    if (ssl !== undefined && key === undefined)
      throw new ConfigError(
        `no "ssl_certificate_key" is defined for the "ssl" directive in ${server.file}:${server.line}`,
      );
    return {
      listens: listens.length === 0 ? [{ address: '0.0.0.0', port: 80, ssl: false }] : listens,
      names: block.filter((each) => each.name === 'server_name').flatMap((each) => each.args),
      directives: block,
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
    };
  });
}

function parseListen(directive: Directive): Listen {
  const [value = ''] = directive.args;
  const match = /^(?:(\*|[\d.]+|\[[^\]]*\]|[A-Za-z][\w.-]*):)?(\d+)$/.exec(value);
  const host = match?.[1];
  const bare = /^[\d.]+$/.test(value) && value.includes('.');
  if (match === null && !bare)
    throw new ConfigError(
      `host not found in "${value}" of the "listen" directive in ${directive.file}:${directive.line}`,
    );
  const port = bare ? 80 : Number(match?.[2]);
  if (port < 1 || port > 65535)
    throw new ConfigError(
      `invalid port in "${value}" of the "listen" directive in ${directive.file}:${directive.line}`,
    );
  const address = bare
    ? value
    : host === undefined || host === '*'
      ? '0.0.0.0'
      : host === 'localhost'
        ? '127.0.0.1'
        : host.startsWith('[')
          ? '::'
          : host;
  return { address, port, ssl: directive.args.includes('ssl') };
}

/** The server block for a Host header: the first whose name fits, else the first. */
export function chooseServer(servers: readonly VirtualServer[], host: string): VirtualServer | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return servers.find((server) => server.names.includes(name)) ?? servers[0];
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  txt: 'text/plain',
  json: 'application/json',
  js: 'application/javascript',
};
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The reason phrase nginx gives a status. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? '';
}

/** Answers one request as the server block says. */
export function answer(
  server: VirtualServer,
  site: Site,
  request: Extract<AppRequest, { kind: 'http' }>,
  peer: Peer,
): AppReply {
  const path = request.path.split('?')[0] ?? '/';
  const location = chooseLocation(server.directives, path);
  const scope = [...(location?.block ?? []), ...server.directives];
  const find = (name: string) => scope.find((each) => each.name === name);
  const redirect =
    (location?.block ?? server.directives).find((each) => each.name === 'return') ??
    server.directives.find((each) => each.name === 'return');
  if (redirect !== undefined) {
    const [code = '200', text = ''] = /^\d+$/.test(redirect.args[0] ?? '')
      ? redirect.args
      : ['302', redirect.args[0] ?? ''];
    const filled = variables(text, request, peer);
    const status = Number(code);
    if (status >= 300 && status < 400)
      return page(site, status, [
        ['Location', filled.startsWith('/') ? `http://${header(request, 'host')}${filled}` : filled],
      ]);
    return filled === '' && status !== 200
      ? page(site, status)
      : reply(site, status, filled, 'application/octet-stream');
  }
  const proxy = find('proxy_pass');
  if (proxy !== undefined) {
    const upstream = site.proxy(proxy.args[0] ?? '', request, peer);
    return upstream ?? page(site, 502);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(site, 405);
  const root =
    location?.block?.find((each) => each.name === 'root')?.args[0] ?? find('root')?.args[0] ?? '/etc/nginx/html';
  const alias = location?.block?.find((each) => each.name === 'alias')?.args[0];
  const base = alias === undefined ? `${root}${path}` : alias + path.slice((location?.args.at(-1) ?? '').length);
  const file = base.replace(/\/+/g, '/');
  if (file.split('/').includes('..')) return page(site, 400);
  if (site.isDirectory(file.replace(/\/$/, ''))) {
    if (!file.endsWith('/')) return page(site, 301, [['Location', `http://${header(request, 'host')}${path}/`]]);
    for (const index of find('index')?.args ?? ['index.html']) {
      const text = site.read(file + index);
      if (text !== undefined) return content(site, file + index, text, request);
    }
    return page(site, 403);
  }
  const text = site.read(file);
  return text === undefined ? page(site, 404) : content(site, file, text, request);
}

function chooseLocation(directives: readonly Directive[], path: string): Directive | undefined {
  const locations = directives.filter((each) => each.name === 'location');
  const exact = locations.find((each) => each.args[0] === '=' && each.args[1] === path);
  if (exact !== undefined) return exact;
  const prefixes = locations.filter(
    (each) =>
      (each.args.length === 1 && path.startsWith(each.args[0] ?? '')) ||
      (each.args[0] === '^~' && path.startsWith(each.args[1] ?? '')),
  );
  const longest = prefixes.sort((a, b) => (b.args.at(-1) ?? '').length - (a.args.at(-1) ?? '').length)[0];
  if (longest?.args[0] === '^~') return longest;
  const regex = locations.find(
    (each) =>
      (each.args[0] === '~' || each.args[0] === '~*') &&
      new RegExp((each.args[1] ?? '').slice(0, 200), each.args[0] === '~*' ? 'i' : '').test(path),
  );
  return regex ?? longest;
}

/** The value of a request's header; empty without one. */
export function header(request: Extract<AppRequest, { kind: 'http' }>, name: string): string {
  return request.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}

function variables(text: string, request: Extract<AppRequest, { kind: 'http' }>, peer: Peer): string {
  const values: Readonly<Record<string, string>> = {
    host: header(request, 'host').replace(/:\d+$/, ''),
    request_uri: request.path,
    uri: request.path.split('?')[0] ?? '/',
    remote_addr: peer.address,
    server_addr: peer.local.address,
    server_port: String(peer.local.port),
    scheme: request.tls === undefined ? 'http' : 'https',
    request_method: request.method,
  };
  return text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => values[name] ?? whole).replaceAll('\\n', '\n');
}

function content(site: Site, file: string, text: string, request: Extract<AppRequest, { kind: 'http' }>): AppReply {
  const modified = site.modified(file);
  const length = byteLength(text);
  const etag = `"${Math.floor(modified / 1000).toString(16)}-${length.toString(16)}"`;
  if (header(request, 'if-none-match') === etag)
    return { kind: 'http', status: 304, reason: REASONS[304] ?? '', headers: common(site), body: '' };
  return {
    kind: 'http',
    status: 200,
    reason: 'OK',
    headers: [
      ...common(site),
      ['Content-Type', TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream'],
      ['Content-Length', String(length)],
      ['Last-Modified', new Date(modified).toUTCString()],
      ['Connection', 'keep-alive'],
      ['ETag', etag],
      ['Accept-Ranges', 'bytes'],
    ],
    body: request.method === 'HEAD' ? '' : text,
  };
}

function common(site: Site): [string, string][] {
  return [
    ['Server', `nginx/${site.version}`],
    ['Date', new Date(Math.floor(site.now() / 1000) * 1000).toUTCString()],
  ];
}

function reply(site: Site, status: number, body: string, type: string): AppReply {
  return {
    kind: 'http',
    status,
    reason: reasonOf(status),
    headers: [
      ...common(site),
      ['Content-Type', type],
      ['Content-Length', String(byteLength(body))],
      ['Connection', 'keep-alive'],
    ],
    body,
  };
}

/** One of nginx's own pages. `title` replaces the reason where nginx has another one there. */
export function page(
  site: Site,
  status: number,
  extra: readonly (readonly [string, string])[] = [],
  title?: string,
): AppReply {
  const words = `${status} ${title ?? reasonOf(status)}`;
  const body = `<html>\r\n<head><title>${words}</title></head>\r\n<body>\r\n<center><h1>${status === 400 && title !== undefined ? '400 Bad Request' : words}</h1></center>\r\n${title === undefined ? '' : `<center>${TITLES[title] ?? ''}</center>\r\n`}<hr><center>nginx/${site.version}</center>\r\n</body>\r\n</html>\r\n`;
  return {
    kind: 'http',
    status,
    reason: reasonOf(status),
    headers: [
      ...common(site),
      ['Content-Type', 'text/html'],
      ['Content-Length', String(byteLength(body))],
      ['Connection', status === 400 ? 'close' : 'keep-alive'],
      ...extra,
    ],
    body,
  };
}

const TITLES: Readonly<Record<string, string>> = {
  'The plain HTTP request was sent to HTTPS port': 'The plain HTTP request was sent to HTTPS port',
};
