import type { AppReply, AppRequest } from '../../cluster/network/namespace.ts';
import { ConfigError, type Directive } from './directive.ts';

export type HttpRequest = Extract<AppRequest, { kind: 'http' }>;

export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly preferred: boolean;
}

/** Directives from the inside out: those of a location, of its server, of `http`. */
export type Scope = readonly (readonly Directive[])[];

/** One `server` block, ready to answer. */
export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  readonly formats: ReadonlyMap<string, string>;
  readonly certificate?: string;
  readonly key?: string;
  /** Undefined: nginx's own default, which depends on its version. */
  readonly protocols?: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** What a server needs of the machine it runs on. */
export interface Site {
  readonly version: string;
  readonly hostname: string;
  read(path: string): string | undefined;
  isDirectory(path: string): boolean;
  list(path: string): readonly string[];
  size(path: string): number;
  /** Calendar milliseconds. */
  now(): number;
  modified(path: string): number;
  /** Asks a server behind; `turn` counts the requests to an upstream. */
  proxy(address: string, request: HttpRequest): { reply?: AppReply; outcome: string; duration: number };
  turn(upstream: string): number;
  /** A line of the error log: what happened, and what is told of it between the request and its host. */
  error(level: 'error' | 'warn', text: string, more?: string): void;
}

/** The nearest directive of a name. */
export function nearest(scope: Scope, name: string): Directive | undefined {
  for (const layer of scope) {
    const found = layer.find((each) => each.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All directives of a name in the innermost block that has any: an inner block replaces what an outer one says. */
export function all(scope: Scope, name: string): readonly Directive[] {
  for (const layer of scope) {
    const found = layer.filter((each) => each.name === name);
    if (found.length > 0) return found;
  }
  return [];
}

export function isOn(scope: Scope, name: string): boolean {
  return nearest(scope, name)?.args[0] === 'on';
}

/** The servers of a configuration that has been parsed. `resolves` tells whether a host name has an address. @throws ConfigError */
export function virtualServers(config: readonly Directive[], resolves: (host: string) => boolean): VirtualServer[] {
  const http = config.find((each) => each.name === 'http')?.block ?? [];
  const upstreams = new Map<string, readonly string[]>();
  for (const each of http)
    if (each.name === 'upstream')
      upstreams.set(
        each.args[0] ?? '',
        (each.block ?? []).filter((one) => one.name === 'server').map((one) => one.args[0] ?? ''),
      );
  const formats = new Map([['combined', COMBINED]]);
  for (const each of http) if (each.name === 'log_format') formats.set(each.args[0] ?? '', each.args.slice(1).join(''));
  checkProxies(http, upstreams, resolves);
  return http
    .filter((each) => each.name === 'server')
    .map((server): VirtualServer => {
      const block = server.block ?? [];
      const scope = [block, http];
      const listens = block.filter((each) => each.name === 'listen').map((each) => parseListen(each));
      const certificate = nearest(scope, 'ssl_certificate')?.args[0];
      const key = nearest(scope, 'ssl_certificate_key')?.args[0];
      const protocols = nearest(scope, 'ssl_protocols')?.args;
      return {
        listens: listens.length === 0 ? [{ address: '0.0.0.0', port: 80, ssl: false, preferred: false }] : listens,
        names: block.filter((each) => each.name === 'server_name').flatMap((each) => each.args),
        scope,
        upstreams,
        formats,
        ...(certificate === undefined ? {} : { certificate }),
        ...(key === undefined ? {} : { key }),
        ...(protocols === undefined ? {} : { protocols }),
        file: server.file,
        line: server.line,
      };
    });
}

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Hosts that proxy_pass names are looked up once, when the configuration is read. */
function checkProxies(
  list: readonly Directive[],
  upstreams: ReadonlyMap<string, readonly string[]>,
  resolves: (host: string) => boolean,
): void {
  for (const each of list) {
    const at = `in ${each.file}:${each.line}`;
    if (each.name === 'upstream')
      for (const server of each.block ?? []) {
        const host = (server.args[0] ?? '').replace(/:\d+$/, '');
        if (server.name === 'server' && !resolves(host))
          throw new ConfigError(`host not found in upstream "${server.args[0]}" in ${server.file}:${server.line}`);
      }
    else if (each.name === 'proxy_pass') {
      const url = each.args[0] ?? '';
      const parts = /^https?:\/\/([^/:]*)(?::\d+)?/.exec(url);
      if (parts === null) throw new ConfigError(`invalid URL prefix ${at}`);
      const [, host = ''] = parts;
      if (host === '') throw new ConfigError(`no host in upstream "${url.replace(/^https?:\/\//, '')}" ${at}`);
      if (!host.includes('$') && !upstreams.has(host) && !resolves(host))
        throw new ConfigError(
          `host not found in upstream "${url.replace(/^https?:\/\//, '').replace(/\/.*/, '')}" ${at}`,
        );
    }
    if (each.block !== undefined && each.name !== 'upstream') checkProxies(each.block, upstreams, resolves);
  }
}

function parseListen(directive: Directive): Listen {
  const [value = ''] = directive.args;
  const at = `of the "listen" directive in ${directive.file}:${directive.line}`;
  const match = /^(?:(\*|[\d.]+|\[[^\]]*\]|[A-Za-z][\w.-]*):)?(\d+)$/.exec(value);
  const host = match?.[1];
  const bare = /^[\d.]+$/.test(value) && value.includes('.');
  if (match === null && !bare) throw new ConfigError(`host not found in "${value}" ${at}`);
  const port = bare ? 80 : Number(match?.[2]);
  if (port < 1 || port > 65535) throw new ConfigError(`invalid port in "${value}" ${at}`);
  const address = bare
    ? value
    : host === undefined || host === '*'
      ? '0.0.0.0'
      : host === 'localhost'
        ? '127.0.0.1'
        : host.startsWith('[')
          ? '::'
          : host;
  const known = /^(ssl|default_server|default|http2|quic|reuseport|bind|deferred|proxy_protocol|[\w]+=.*)$/;
  const strange = directive.args.slice(1).find((each) => !known.test(each));
  if (strange !== undefined)
    throw new ConfigError(`invalid parameter "${strange}" in ${directive.file}:${directive.line}`);
  return {
    address,
    port,
    ssl: directive.args.includes('ssl'),
    preferred: directive.args.includes('default_server') || directive.args.includes('default'),
  };
}

/** The server block for a Host header: an exact name, a wildcard, a regular expression, else the default. */
export function chooseServer(
  servers: readonly VirtualServer[],
  host: string,
  place: { readonly address: string; readonly port: number },
): VirtualServer | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const fits = (test: (pattern: string) => boolean) => servers.find((server) => server.names.some(test));
  const fallback = servers.find((server) =>
    server.listens.some(
      (each) =>
        each.preferred && each.port === place.port && (each.address === '0.0.0.0' || each.address === place.address),
    ),
  );
  return (
    fits((pattern) => pattern.toLowerCase() === name) ??
    fits((pattern) => pattern.startsWith('*.') && name.endsWith(pattern.slice(1).toLowerCase())) ??
    fits((pattern) => pattern.startsWith('.') && (name.endsWith(pattern) || name === pattern.slice(1))) ??
    fits((pattern) => pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1).toLowerCase())) ??
    fits((pattern) => pattern.startsWith('~') && expression(pattern.slice(1)).test(name)) ??
    fallback ??
    servers[0]
  );
}

/** A regular expression of the configuration; one that cannot be read fits nothing. */
export function expression(source: string, flags = ''): RegExp {
  try {
    return new RegExp(source.slice(0, 300).replace(/\(\?<(\w+)>/g, '(?<$1>'), flags);
  } catch {
    return /$^/;
  }
}
