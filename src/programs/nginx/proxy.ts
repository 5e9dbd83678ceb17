import type { AppReply } from '../../cluster/network/namespace.ts';
import type { Visit } from './answer.ts';
import type { Directive } from './directive.ts';
import { opening, reasonOf } from './pages.ts';
import { all, type HttpRequest, nearest, type Scope } from './site.ts';
import { fill } from './variables.ts';

type HttpReply = Extract<AppReply, { kind: 'http' }>;

/** Asks the server behind, the next one of its group if one fails. The status of the error when none answers. */
export function passOn(
  visit: Visit,
  scope: Scope,
  location: Directive | undefined,
  directive: Directive,
): HttpReply | number {
  const { exchange, site, server, request } = visit;
  const target = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(fill(directive.args[0] ?? '', exchange));
  if (target === null) return 500;
  const [, scheme = 'http', host = '', path] = target;
  const group = server.upstreams.get(host.replace(/:\d+$/, ''));
  const members = group ?? [host];
  const first = group === undefined ? 0 : site.turn(host);
  const query = exchange.args === '' ? '' : `?${exchange.args}`;
  const prefix = location?.args.at(-1) ?? '/';
  const uri =
    path === undefined
      ? visit.cycles === 0
        ? request.path
        : exchange.uri + query
      : path + exchange.uri.slice(prefix.length) + query;
  let failure = 502;
  let seconds = 0;
  for (let tried = 0; tried < members.length; tried++) {
    const member = members[(first + tried) % members.length] ?? host;
    exchange.upstream = { address: member, host, status: 0, seconds };
    const address = member.includes(':') ? member : `${member}:${scheme === 'https' ? 443 : 80}`;
    const { reply, outcome, duration } = site.proxy(address, forwarded(visit, scope, host, uri));
    seconds += duration / 1000;
    if (reply?.kind === 'http') {
      exchange.upstream = { address: member, host, status: reply.status, seconds };
      return { ...back(visit, reply), delay: seconds * 1000 };
    }
    failure = outcome === 'timeout' ? 504 : 502;
    exchange.upstream = { address: member, host, status: failure, seconds };
    site.error(
      'error',
      WHY[outcome] ?? 'upstream prematurely closed connection while reading response header from upstream',
      `upstream: "${scheme}://${address}${uri}"`,
    );
  }
  return failure;
}

const WHY: Readonly<Record<string, string>> = {
  refused: 'connect() failed (111: Connection refused) while connecting to upstream',
  unreachable: 'connect() failed (113: Host is unreachable) while connecting to upstream',
  timeout: 'upstream timed out (110: Connection timed out) while connecting to upstream',
};

/** The request as the server behind gets it. */
function forwarded(visit: Visit, scope: Scope, host: string, path: string): HttpRequest {
  const { request, exchange } = visit;
  const given = all(scope, 'proxy_set_header').map((each): [string, string] => [
    each.args[0] ?? '',
    fill(each.args[1] ?? '', exchange),
  ]);
  const named = new Set(given.map(([name]) => name.toLowerCase()));
  const version = nearest(scope, 'proxy_http_version')?.args[0] === '1.1' ? '1.1' : '1.0';
  const { tls: _, ...rest } = request;
  return {
    ...rest,
    version,
    path,
    headers: [
      ...(named.has('host') ? [] : ([['Host', host]] as const)),
      ...given.filter(([, value]) => value !== ''),
      ...(named.has('connection') ? [] : ([['Connection', 'close']] as const)),
      ...request.headers.filter(([name]) => {
        const lower = name.toLowerCase();
        return lower !== 'host' && lower !== 'connection' && !named.has(lower);
      }),
    ],
  };
}

/** The answer as the client gets it: nginx puts its own name and the time on it. */
function back(visit: Visit, reply: HttpReply): HttpReply {
  const value = (name: string) => reply.headers.find(([each]) => each.toLowerCase() === name)?.[1];
  const hidden = new Set([
    'server',
    'date',
    'content-type',
    'content-length',
    'connection',
    'transfer-encoding',
    'x-accel-redirect',
  ]);
  const type = value('content-type');
  const length = value('content-length');
  return {
    kind: 'http',
    status: reply.status,
    reason: reply.reason ?? reasonOf(reply.status),
    headers: [
      ...opening({ version: visit.site.version, tokens: true, now: visit.site.now() }),
      ...(type === undefined ? [] : ([['Content-Type', type]] as const)),
      ...(length === undefined
        ? ([['Transfer-Encoding', 'chunked']] as const)
        : ([['Content-Length', length]] as const)),
      ['Connection', 'keep-alive'],
      ...reply.headers.filter(([name]) => !hidden.has(name.toLowerCase())),
    ],
    body: reply.body,
  };
}
