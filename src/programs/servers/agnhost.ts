import type { AppReply, Peer } from '../../cluster/network/namespace.ts';
import type { Context, Program } from '../../machines/process.ts';
import { type Routine, until } from '../../sim/routine.ts';
import { goReply, type HttpRequest, listening, type Socket } from './listening.ts';

const VERSION = '2.53';

/** The test image of Kubernetes: netexec, serve-hostname, pause. */
export const agnhost: Program = {
  name: 'agnhost',
  summary: 'a multi-purpose test server',
  *run(context) {
    const [command = 'pause', ...args] = context.argv.slice(1);
    switch (command) {
      case 'pause':
        yield* context.stdout.write('Paused\n');
        yield* until<void>((done) => {
          const stops = [context.onSignal('SIGTERM', () => done()), context.onSignal('SIGINT', () => done())];
          return () => {
            for (const stop of stops) stop();
          };
        });
        return 0;
      case 'netexec':
        return yield* netexec(context, args);
      case 'serve-hostname':
        return yield* serveHostname(context, args);
      case '--version':
        yield* context.stdout.write(`agnhost version ${VERSION}\n`);
        return 0;
      default:
        yield* context.stderr.write(`Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`);
        return 1;
    }
  },
};

/** `--name=value` or `--name value`. */
function flag(args: readonly string[], name: string, fallback: string): string {
  for (const [index, arg] of args.entries()) {
    if (arg === `--${name}`) return args[index + 1] ?? fallback;
    if (arg.startsWith(`--${name}=`)) return arg.slice(name.length + 3);
  }
  return fallback;
}

function klog(context: Context): string {
  const date = new Date(context.machine.world.sim.calendar()).toISOString();
  return `I${date.slice(5, 7)}${date.slice(8, 10)} ${date.slice(11, 23)}000       1 log.go:245] `;
}

function taken(context: Context): (socket: Socket) => string {
  return ({ protocol, port }) =>
    `${klog(context)}listen ${(protocol ?? 'TCP').toLowerCase()} :${port}: bind: address already in use\n`;
}

function* netexec(context: Context, args: readonly string[]): Routine<number> {
  const http = Number(flag(args, 'http-port', '8080'));
  const udp = Number(flag(args, 'udp-port', '8081'));
  const { hostname } = context.machine;
  const began = context.machine.world.sim.now();
  return yield* listening(
    context,
    'agnhost',
    (log) => {
      log.error(`${klog(context)}Started HTTP server on port ${http}\n`);
      log.error(`${klog(context)}Started UDP server on port  ${udp}\n`);
      return [
        {
          port: http,
          serve(request, peer) {
            if (request.kind !== 'http') return { kind: 'close' };
            log.error(`${klog(context)}${request.method} ${request.path.split('?')[0]}\n`);
            return answer(context, request, peer, began, (code) => log.exit(code));
          },
        },
        ...(udp < 0
          ? []
          : [
              {
                protocol: 'UDP' as const,
                port: udp,
                serve(request: { kind: string; data?: string }, peer: Peer): AppReply {
                  const data = (request.data ?? '').trim();
                  log.error(`${klog(context)}Received: ${data}\n`);
                  const text = ofUdp(data, hostname, peer);
                  return text === '' ? { kind: 'close' } : { kind: 'raw', data: text };
                },
              },
            ]),
      ];
    },
    taken(context),
  );
}

function ofUdp(data: string, hostname: string, peer: Peer): string {
  const [command = '', ...rest] = data.split(' ');
  switch (command.toLowerCase()) {
    case 'echo':
      return rest.join(' ');
    case 'hostname':
      return hostname;
    case 'clientip':
      return `${peer.address}:${peer.port}`;
    default:
      return '';
  }
}

/** What netexec answers at each path. */
function answer(
  context: Context,
  request: HttpRequest,
  peer: Peer,
  began: number,
  exit: (code: number) => void,
): AppReply {
  const { machine } = context;
  const now = machine.world.sim.calendar();
  const url = new URL(request.path, 'http://agnhost');
  const query = (name: string) => url.searchParams.get(name) ?? '';
  switch (url.pathname) {
    case '/hostname':
    case '/hostName':
      return goReply(now, machine.hostname);
    case '/clientip':
      return goReply(now, `${peer.address}:${peer.port}`);
    case '/echo': {
      const code = Number(query('code') || 200);
      return goReply(now, query('msg'), Number.isInteger(code) && code >= 100 && code <= 599 ? code : 400);
    }
    case '/header': {
      const key = query('key').toLowerCase();
      return goReply(now, request.headers.find(([name]) => name.toLowerCase() === key)?.[1] ?? '');
    }
    case '/healthz':
      return goReply(now, '');
    case '/redirect': {
      const reply = goReply(now, '', Number(query('code') || 302));
      return reply.kind === 'http' ? { ...reply, headers: [...reply.headers, ['Location', query('location')]] } : reply;
    }
    case '/dial':
      return goReply(now, dial(context, url.searchParams));
    case '/exit':
      exit(Number(query('code') || 0));
      return { kind: 'close' };
    case '/shell':
    case '/upload':
      return goReply(now, `${url.pathname} is not simulated; kubectl exec runs commands in this container\n`, 501);
    case '/':
      return goReply(
        now,
        `NOW: ${new Date(now).toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC m=+${((machine.world.sim.now() - began) / 1000).toFixed(9)}`,
      );
    default:
      return goReply(now, '404 page not found\n', 404);
  }
}

/** Asks other servers in turn and collects what they say: `/dial?host=…&port=…&request=hostname&protocol=http&tries=3`. */
function dial(context: Context, query: URLSearchParams): string {
  const { network, world } = context.machine;
  const host = query.get('host') ?? '';
  const port = Number(query.get('port') ?? 80);
  const udp = query.get('protocol') === 'udp';
  const asked = query.get('request') ?? 'hostname';
  const responses: string[] = [];
  const errors: string[] = [];
  const target = `${host}:${port}`;
  for (let left = Math.min(Number(query.get('tries') ?? 1), 50); left > 0; left--) {
    const [address] = world.network.lookup(network, host, { program: 'agnhost', target }).addresses;
    const { reply, trace } =
      address === undefined
        ? { reply: undefined, trace: undefined }
        : world.network.connect(
            network,
            {
              protocol: udp ? 'UDP' : 'TCP',
              address,
              port,
              request: udp
                ? { kind: 'raw', data: asked }
                : {
                    kind: 'http',
                    method: 'GET',
                    path: `/${asked}`,
                    version: '1.1',
                    headers: [['Host', target]],
                    body: '',
                  },
            },
            { program: 'agnhost', target },
          );
    if (reply?.kind === 'raw') responses.push(reply.data);
    else if (reply?.kind === 'http') responses.push(reply.body);
    else if (trace === undefined) errors.push(`dial tcp: lookup ${host}: no such host`);
    else
      errors.push(
        `dial ${udp ? 'udp' : 'tcp'} ${target}: ${trace.outcome === 'refused' ? 'connect: connection refused' : 'i/o timeout'}`,
      );
  }
  return JSON.stringify({ ...(errors.length === 0 ? {} : { errors }), responses });
}

function* serveHostname(context: Context, args: readonly string[]): Routine<number> {
  const port = Number(flag(args, 'port', '9376'));
  const on = (name: string, fallback: boolean) =>
    args.includes(`--${name}`) || flag(args, name, String(fallback)) === 'true';
  const { hostname } = context.machine;
  const http = on('http', true);
  return yield* listening(
    context,
    'agnhost',
    (log) => {
      const tell = (what: string, peer: Peer) =>
        log.error(`${klog(context)}${what} request from ${peer.address}:${peer.port}\n`);
      const sockets: Socket[] = [];
      if (on('udp', false))
        sockets.push({
          protocol: 'UDP',
          port,
          serve(_, peer) {
            tell('UDP', peer);
            return { kind: 'raw', data: hostname };
          },
        });
      if (on('tcp', false) || http)
        sockets.push({
          port,
          serve(request, peer) {
            tell(request.kind === 'http' ? 'HTTP' : 'TCP', peer);
            if (request.kind === 'http') return goReply(context.machine.world.sim.calendar(), hostname);
            return { kind: 'raw', data: hostname };
          },
        });
      log.error(`${klog(context)}Serving on port ${port}.\n`);
      return sockets;
    },
    taken(context),
  );
}
