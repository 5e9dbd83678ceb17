import type { AppReply, AppRequest } from '../../cluster/network/namespace.ts';
import { AddressInUse } from '../../cluster/network/namespace.ts';
import type { Context, Program } from '../../machines/process.ts';
import { type Routine, sleep, until } from '../../sim/routine.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';
import { findHost } from './target.ts';

const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
	  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
	  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
	  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
	  [destination] [port]
`;

const BUSYBOX_USAGE = `BusyBox v1.36.1 (2024-05-18 20:19:27 UTC) multi-call binary.

Usage: nc [OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

	-e PROG	Run PROG after connect (must be last)
	-l	Listen mode, for inbound connects
	-lk	With -e, provides persistent server
	-p PORT	Local port
	-s ADDR	Local address
	-w SEC	Timeout for connects and final net reads
	-i SEC	Delay interval for lines sent
	-n	Don't do DNS resolution
	-u	UDP mode
	-b	Allow broadcasts
	-v	Verbose
	-o FILE	Hex dump traffic
	-z	Zero-I/O mode (scanning)
`;

/** nc: OpenBSD's on the laptop and the nodes, busybox's in a container. */
export const nc: Program = {
  name: 'nc',
  summary: 'arbitrary TCP and UDP connections and listens',
  *run(context) {
    const busybox = context.machine.kind === 'container';
    const usage = busybox ? BUSYBOX_USAGE : USAGE;
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), { short: '46CDdFhklNnrStUuvZzi:p:q:s:w:e:o:b' });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(`nc: ${error.message}\n${usage}`);
      return 1;
    }
    if (given.has('l')) return yield* listen(context, given, busybox);
    const [host, ports] = given.operands;
    if (host === undefined) {
      yield* context.stderr.write(usage);
      return 1;
    }
    if (ports === undefined) {
      yield* context.stderr.write(busybox ? usage : 'nc: missing port number\n');
      return 1;
    }
    const range = /^(\d+)(?:-(\d+))?$/.exec(ports);
    if (range === null) {
      yield* context.stderr.write(busybox ? `nc: bad port '${ports}'\n` : `nc: port number invalid: ${ports}\n`);
      return 1;
    }
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    let status = 1;
    for (let port = first; port <= Math.min(last, first + 1000); port++) {
      const code = yield* connect(context, given, busybox, host, port);
      if (code === undefined) return 1;
      if (code === 0) status = 0;
    }
    return status;
  },
};

/** Undefined when the name cannot be found: no other port will do better. */
function* connect(
  context: Context,
  given: ParsedOptions,
  busybox: boolean,
  host: string,
  port: number,
): Routine<number | undefined> {
  const { network, world } = context.machine;
  const udp = given.has('u');
  const found = yield* findHost(context, host, `${host}:${port}`);
  const [address] = found.addresses;
  if (address === undefined) {
    yield* context.stderr.write(
      busybox
        ? `nc: bad address '${host}'\n`
        : `nc: getaddrinfo for host "${host}" port ${port}: ${found.outcome === 'no-such-host' ? 'Name or service not known' : 'Temporary failure in name resolution'}\n`,
    );
    return undefined;
  }
  const zero = given.has('z');
  const data = zero || context.stdin.tty ? '' : yield* everything(context);
  const request: AppRequest = { kind: 'raw', data };
  const { trace, reply } = world.network.connect(
    network,
    { protocol: udp ? 'UDP' : 'TCP', address, port, ...(zero && !udp ? {} : { request }) },
    { program: 'nc', target: `${host}:${port}`, group: found.group },
  );
  const wait = given.value('w');
  const limit = wait === undefined ? Number.POSITIVE_INFINITY : Number(wait) * 1000;
  const silent = udp && trace.outcome === 'timeout';
  yield* sleep(Math.min(silent ? 1000 : trace.duration, limit));
  const failed = (trace.outcome !== 'ok' && trace.outcome !== 'empty-reply' && !silent) || trace.duration > limit;
  const shown = host === address ? host : `${host} (${address})`;
  if (failed) {
    const why =
      trace.outcome === 'refused'
        ? 'Connection refused'
        : trace.outcome === 'unreachable'
          ? 'No route to host'
          : busybox
            ? 'Connection timed out'
            : wait === undefined
              ? 'Connection timed out'
              : 'Connection timed out';
    if (busybox) {
      if (trace.outcome === 'timeout' || trace.duration > limit) yield* context.stderr.write('nc: timed out\n');
      else yield* context.stderr.write(`nc: can't connect to remote host (${address}): ${why}\n`);
    } else if (given.has('v') || zero)
      if (given.has('v'))
        yield* context.stderr.write(
          `nc: connect to ${shown} port ${port} (${udp ? 'udp' : 'tcp'}) ${trace.outcome === 'refused' || trace.outcome === 'unreachable' ? 'failed' : 'timed out'}: ${trace.outcome === 'refused' || trace.outcome === 'unreachable' ? why : 'Operation now in progress'}\n`,
        );
    return 1;
  }
  if (given.has('v'))
    yield* context.stderr.write(
      busybox
        ? `${host} (${address}:${port}) open\n`
        : `Connection to ${shown} ${port} port [${udp ? 'udp' : 'tcp'}/${SERVICES[port] ?? '*'}] succeeded!\n`,
    );
  if (!zero && reply !== undefined) yield* context.stdout.write(textOf(reply));
  return 0;
}

const SERVICES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
};

function* everything(context: Context): Routine<string> {
  let text = '';
  for (;;) {
    const chunk = yield* context.stdin.read();
    if (chunk === null) return text;
    text += chunk;
    if (text.length > 1_000_000) return text;
  }
}

function textOf(reply: AppReply): string {
  if (reply.kind === 'raw') return reply.data;
  if (reply.kind !== 'http') return '';
  const head = reply.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${reply.status} ${reply.reason ?? ''}\r\n${head}\r\n${reply.body}`;
}

/** Waits for connections: prints what comes, answers with what standard input holds. */
function* listen(context: Context, given: ParsedOptions, busybox: boolean): Routine<number> {
  const port = Number(given.value('p') ?? given.operands.at(-1) ?? Number.NaN);
  const address = given.value('p') === undefined && given.operands.length > 1 ? (given.operands[0] ?? '') : '0.0.0.0';
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    yield* context.stderr.write(busybox ? BUSYBOX_USAGE : USAGE);
    return 1;
  }
  const { network } = context.machine;
  if (port < 1024 && context.user !== 'root') {
    yield* context.stderr.write(busybox ? 'nc: bind: Permission denied\n' : 'nc: Permission denied\n');
    return 1;
  }
  const answer = context.stdin.tty ? '' : yield* everything(context);
  const queue: string[] = [];
  let wake: (() => void) | undefined;
  let close: () => void;
  try {
    close = network.listen({
      protocol: given.has('u') ? 'UDP' : 'TCP',
      address,
      port,
      program: 'nc',
      serve(request, peer) {
        if (given.has('v')) queue.push(`\0Connection received on ${peer.address} ${peer.port}\n`);
        queue.push(incoming(request));
        wake?.();
        return answer === '' ? { kind: 'close' } : { kind: 'raw', data: answer };
      },
    });
  } catch (error) {
    if (!(error instanceof AddressInUse)) throw error;
    yield* context.stderr.write(busybox ? 'nc: bind: Address already in use\n' : 'nc: Address already in use\n');
    return 1;
  }
  try {
    if (given.has('v')) yield* context.stderr.write(`Listening on ${address} ${port}\n`);
    for (;;) {
      if (queue.length === 0)
        yield* until<void>((resolve) => {
          wake = resolve;
          return () => {
            wake = undefined;
          };
        });
      while (queue.length > 0) {
        const text = queue.shift() ?? '';
        if (text.startsWith('\0')) yield* context.stderr.write(text.slice(1));
        else yield* context.stdout.write(text);
      }
      if (!given.has('k')) return 0;
    }
  } finally {
    close();
  }
}

function incoming(request: AppRequest): string {
  if (request.kind === 'raw') return request.data;
  if (request.kind !== 'http') return '';
  const head = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${request.method} ${request.path} HTTP/${request.version}\r\n${head}\r\n${request.body}`;
}
