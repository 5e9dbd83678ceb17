import type { Peer } from '../../cluster/network/namespace.ts';
import type { HttpRequest, Site } from './site.ts';

/** What is known of a request while it is being answered. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly peer: Peer;
  readonly site: Site;
  readonly serverName: string;
  /** The address within the server; changes by internal redirects. */
  uri: string;
  args: string;
  /** What `set` has set, and groups of regular expressions. */
  readonly set: Map<string, string>;
  status: number;
  bytes: number;
  upstream?: { readonly address: string; readonly host: string; readonly status: number; readonly seconds: number };
  root?: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The value of a request's header; empty without one. */
export function header(request: HttpRequest, name: string): string {
  return request.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}

/** `20/Nov/2026:09:00:00 +0000` */
export function localTime(now: number): string {
  const date = new Date(now);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** The value of a variable; undefined when nginx knows none of that name. */
export function variable(exchange: Exchange, name: string): string | undefined {
  const { request, peer, site, uri, args } = exchange;
  const known = exchange.set.get(name);
  if (known !== undefined) return known;
  if (name.startsWith('http_')) return header(request, name.slice(5).replaceAll('_', '-'));
  if (name.startsWith('arg_')) return new URLSearchParams(args).get(name.slice(4)) ?? '';
  if (name.startsWith('cookie_')) {
    const cookie = header(request, 'cookie')
      .split(/;\s*/)
      .find((each) => each.startsWith(`${name.slice(7)}=`));
    return cookie?.slice(name.length - 6) ?? '';
  }
  switch (name) {
    case 'host':
      return (header(request, 'host').replace(/:\d+$/, '') || exchange.serverName).toLowerCase();
    case 'request_uri':
      return request.path;
    case 'uri':
    case 'document_uri':
      return uri;
    case 'args':
    case 'query_string':
      return args;
    case 'is_args':
      return args === '' ? '' : '?';
    case 'remote_addr':
    case 'binary_remote_addr':
      return peer.address;
    case 'remote_port':
      return String(peer.port);
    case 'remote_user':
      return '';
    case 'server_addr':
      return peer.local.address;
    case 'server_port':
      return String(peer.local.port);
    case 'server_name':
      return exchange.serverName;
    case 'server_protocol':
      return `HTTP/${request.version}`;
    case 'scheme':
      return request.tls === undefined ? 'http' : 'https';
    case 'https':
      return request.tls === undefined ? '' : 'on';
    case 'ssl_server_name':
      return request.tls?.serverName ?? '';
    case 'request_method':
      return request.method;
    case 'request':
      return `${request.method} ${request.path} HTTP/${request.version}`;
    case 'request_body':
      return request.body;
    case 'request_length':
      return String(request.path.length + 60);
    case 'content_type':
      return header(request, 'content-type');
    case 'content_length':
      return header(request, 'content-length');
    case 'status':
      return String(exchange.status);
    case 'body_bytes_sent':
    case 'bytes_sent':
      return String(exchange.bytes);
    case 'request_time':
      return (exchange.upstream?.seconds ?? 0).toFixed(3);
    case 'upstream_addr':
      return exchange.upstream?.address ?? '';
    case 'upstream_status':
      return exchange.upstream === undefined ? '' : String(exchange.upstream.status);
    case 'upstream_response_time':
      return exchange.upstream?.seconds.toFixed(3) ?? '';
    case 'proxy_host':
      return exchange.upstream?.host ?? '';
    case 'proxy_add_x_forwarded_for': {
      const before = header(request, 'x-forwarded-for');
      return before === '' ? peer.address : `${before}, ${peer.address}`;
    }
    case 'time_local':
      return localTime(site.now());
    case 'time_iso8601':
      return `${new Date(site.now()).toISOString().slice(0, 19)}+00:00`;
    case 'msec':
      return (site.now() / 1000).toFixed(3);
    case 'hostname':
      return site.hostname;
    case 'nginx_version':
      return site.version;
    case 'pid':
      return '29';
    case 'connection':
      return '1';
    case 'document_root':
      return exchange.root ?? '';
    case 'request_filename':
      return `${exchange.root ?? ''}${uri}`;
    default:
      return undefined;
  }
}

/** A text with its variables filled in. `empty` stands for one without a value: `-` in logs. */
export function fill(text: string, exchange: Exchange, empty = ''): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const value = variable(exchange, braced ?? bare ?? '') ?? '';
    return value === '' ? empty : value;
  });
}
