import { AddressInUse, type AppReply, type AppRequest, type Peer } from '../../cluster/network/namespace.ts';
import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { type Routine, sleep, until } from '../../sim/routine.ts';
import { answer } from './answer.ts';
import { ConfigError } from './directive.ts';
import { type Loaded, load } from './load.ts';
import { Logs, stamp } from './logs.ts';
import { page } from './pages.ts';
import { chooseServer, type HttpRequest, type Listen, type Site, type VirtualServer } from './site.ts';
import { header } from './variables.ts';

const CONFIG = '/etc/nginx/nginx.conf';

/** nginx: parses its configuration, listens, serves files, passes requests on, logs them. */
export const nginx: Program = {
  name: 'nginx',
  summary: 'HTTP and reverse proxy server',
  catchesSignals: true,
  *run(context) {
    const args = context.argv.slice(1);
    const version = context.env.get('NGINX_VERSION')?.replace(/-.*$/, '') ?? '1.29.1';
    if (args.includes('-v')) {
      yield* context.stderr.write(`nginx version: nginx/${version}\n`);
      return 0;
    }
    const path = args.includes('-c') ? (args[args.indexOf('-c') + 1] ?? CONFIG) : CONFIG;
    const testing = args.includes('-t') || args.includes('-T');
    let loaded: Loaded;
    try {
      loaded = load(context, path);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      yield* emergency(context, error.message);
      if (testing) yield* context.stderr.write(`nginx: configuration file ${path} test failed\n`);
      return 1;
    }
    if (testing) yield* context.stderr.write(`nginx: the configuration file ${path} syntax is ok\n`);
    if (!loaded.main.some((each) => each.name === 'events')) {
      yield* emergency(context, 'no "events" section in configuration');
      if (testing) yield* context.stderr.write(`nginx: configuration file ${path} test failed\n`);
      return 1;
    }
    if (testing) {
      yield* context.stderr.write(`nginx: configuration file ${path} test is successful\n`);
      if (args.includes('-T')) yield* context.stdout.write(`# configuration file ${path}:\n${context.fs.read(path)}\n`);
      return 0;
    }
    const pidFile = loaded.main.find((each) => each.name === 'pid')?.args[0] ?? '/run/nginx.pid';
    if (args.includes('-s')) return yield* signal(context, pidFile, args[args.indexOf('-s') + 1] ?? '');
    return yield* serveForever(context, path, version, loaded, pidFile);
  },
};

/** `nginx -s reload` and its like: speaks to the nginx that runs on this machine. */
function* signal(context: Context, pidFile: string, name: string): Routine<number> {
  const signals = { reload: 'SIGHUP', stop: 'SIGTERM', quit: 'SIGQUIT', reopen: 'SIGCONT' } as const;
  const found = signals[name as keyof typeof signals];
  if (found === undefined) {
    yield* context.stderr.write(`nginx: invalid option: "-s ${name}"\n`);
    return 1;
  }
  yield* context.stderr.write(
    `${stamp(context.machine.world.sim.calendar())} [notice] ${context.pid}#${context.pid}: signal process started\n`,
  );
  const pid = context.fs.exists(pidFile) ? Number(context.fs.read(pidFile)) : Number.NaN;
  if (Number.isNaN(pid)) {
    yield* emergency(context, `open() "${pidFile}" failed (2: No such file or directory)`, 'error');
    return 1;
  }
  return yield* context.run(['sh', '-c', `kill -${found.slice(3)} ${pid}`]);
}

function* serveForever(
  context: Context,
  path: string,
  version: string,
  first: Loaded,
  pidFile: string,
): Routine<number> {
  const logs = new Logs(context, first.main);
  const closers: (() => void)[] = [];
  const close = () => {
    for (const each of closers.splice(0)) each();
  };
  const turns = new Map<string, number>();
  if (!(yield* bound(context, () => open(context, first.servers, version, logs, turns, closers), close))) return 1;
  keepPid(context, pidFile);
  logs.notice(
    'using the "epoll" event method',
    `nginx/${version}`,
    'start worker processes',
    'start worker process 29',
  );
  let over = false;
  const stop = () => {
    over = true;
    logs.wake();
  };
  for (const each of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) context.onSignal(each, stop);
  context.onSignal('SIGHUP', () => {
    logs.notice('signal 1 (SIGHUP) received, reconfiguring', 'reconfiguring');
    try {
      const fresh = load(context, path);
      close();
      open(context, fresh.servers, version, logs, turns, closers);
    } catch (error) {
      if (!(error instanceof ConfigError) && !(error instanceof AddressInUse)) throw error;
      // The old configuration goes on.
      logs.notice(error.message);
    }
  });
  try {
    while (!over) {
      yield* logs.write();
      yield* until<void>((resolve) => {
        logs.wake = () => resolve();
        if (!logs.empty || over) resolve();
        return () => {
          logs.wake = () => {};
        };
      });
    }
    yield* logs.write();
  } finally {
    close();
    if (context.fs.exists(pidFile)) context.fs.remove(pidFile);
  }
  return 0;
}

function keepPid(context: Context, pidFile: string): void {
  try {
    context.fs.write(pidFile, `${context.pid}\n`);
  } catch (error) {
    // A folder that is not there: only `nginx -s` will miss it.
    if (!(error instanceof FileError)) throw error;
  }
}

/** Opens the sockets; five attempts half a second apart, as nginx does when an address is taken. */
function* bound(context: Context, attempt: () => void, undo: () => void): Routine<boolean> {
  for (let left = 5; left > 0; left--) {
    try {
      attempt();
      return true;
    } catch (error) {
      if (!(error instanceof AddressInUse)) throw error;
      undo();
      yield* emergency(context, error.message);
      yield* sleep(500);
    }
  }
  yield* emergency(context, 'still could not bind()');
  return false;
}

/** Versions from 1.23.4 on speak TLS 1.3 unless told otherwise. */
function defaultProtocols(version: string): readonly string[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const modern = major > 1 || minor > 23 || (minor === 23 && patch >= 4);
  return modern ? ['TLSv1.2', 'TLSv1.3'] : ['TLSv1', 'TLSv1.1', 'TLSv1.2'];
}

function open(
  context: Context,
  servers: readonly VirtualServer[],
  version: string,
  logs: Logs,
  turns: Map<string, number>,
  closers: (() => void)[],
): void {
  for (const { listen, group } of byListen(servers)) {
    closers.push(
      context.machine.network.listen({
        protocol: 'TCP',
        address: listen.address,
        port: listen.port,
        program: 'nginx',
        ...tlsOf(context, group, listen, version),
        serve: (request, peer) => serve(context, group, version, logs, turns, request, peer, listen.ssl),
      }),
    );
  }
}

function byListen(servers: readonly VirtualServer[]): { listen: Listen; group: VirtualServer[] }[] {
  const groups = new Map<string, { listen: Listen; group: VirtualServer[] }>();
  for (const server of servers) {
    for (const listen of server.listens) {
      if (listen.address === '::') continue;
      const key = `${listen.address}:${listen.port}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { listen, group: [server] });
      else {
        known.group.push(server);
        if (listen.ssl) known.listen = listen;
      }
    }
  }
  return [...groups.values()];
}

function tlsOf(context: Context, group: readonly VirtualServer[], listen: Listen, version: string) {
  if (!listen.ssl) return {};
  const place = { address: listen.address, port: listen.port };
  const certificateOf = (server: VirtualServer | undefined) =>
    server?.certificate === undefined ? '' : context.fs.read(server.certificate);
  const first = chooseServer(group, '', place);
  const pems = new Map(group.map((server) => [server, certificateOf(server)]));
  return {
    tls: {
      certificatePem: certificateOf(first),
      keyPem: first?.key === undefined ? '' : context.fs.read(first.key),
      protocols: first?.protocols ?? defaultProtocols(version),
      certificateFor: (name: string) => {
        const server = chooseServer(group, name, place);
        return server === undefined ? undefined : pems.get(server);
      },
    },
  };
}

function serve(
  context: Context,
  group: readonly VirtualServer[],
  version: string,
  logs: Logs,
  turns: Map<string, number>,
  request: AppRequest,
  peer: Peer,
  ssl: boolean,
): AppReply {
  if (request.kind !== 'http') return { kind: 'close' };
  const host = header(request, 'host');
  const server = chooseServer(group, host, peer.local);
  if (server === undefined) return { kind: 'close' };
  const errors: [level: string, text: string, more: string | undefined][] = [];
  const site = siteOf(context, version, turns, (level, text, more) => errors.push([level, text, more]));
  const refused = refusal(site, request, host, ssl);
  if (refused !== undefined) {
    logs.access(refusedAs(refused, server, site, request, peer), server);
    return refused;
  }
  const answered = answer(server, site, request, peer);
  for (const [level, text, more] of errors) logs.error(answered.scope, answered.exchange, level, text, more);
  logs.access(answered, server);
  return answered.reply.status === 444 ? { kind: 'close' } : answered.reply;
}

type HttpReply = Extract<AppReply, { kind: 'http' }>;

/** Requests that no server block gets to see. */
function refusal(site: Site, request: HttpRequest, host: string, ssl: boolean): HttpReply | undefined {
  const signature = { version: site.version, tokens: true, now: site.now() };
  const reply =
    ssl && request.tls === undefined
      ? page(signature, 400, { note: 'The plain HTTP request was sent to HTTPS port' })
      : host === '' && request.version === '1.1'
        ? page(signature, 400)
        : undefined;
  return reply?.kind === 'http' ? reply : undefined;
}

function refusedAs(reply: HttpReply, server: VirtualServer, site: Site, request: HttpRequest, peer: Peer) {
  return {
    reply,
    scope: server.scope,
    exchange: {
      request,
      peer,
      site,
      serverName: server.names[0] ?? '',
      uri: request.path,
      args: '',
      set: new Map<string, string>(),
      status: reply.status,
      bytes: byteLength(reply.body),
    },
  };
}

function siteOf(
  context: Context,
  version: string,
  turns: Map<string, number>,
  error: (level: 'error' | 'warn', text: string, more?: string) => void,
): Site {
  const { fs, machine } = context;
  const born = machine.world.sim.epoch - 90 * 86_400_000;
  return {
    version,
    hostname: machine.hostname,
    error,
    read: (path) => (fs.exists(path) && fs.stat(path).type === 'file' ? fs.read(path) : undefined),
    isDirectory: (path) =>
      fs.exists(path === '' ? '/' : path) && fs.stat(path === '' ? '/' : path).type === 'directory',
    list: (path) => fs.list(path === '' ? '/' : path),
    size: (path) => fs.stat(path).size,
    now: () => machine.world.sim.calendar(),
    // A file of the image is as old as the image.
    modified: (path) =>
      path.startsWith('/usr/share/nginx/html/') && fs.stat(path).owner === 'root' ? born : fs.stat(path).modified,
    turn(upstream) {
      const turn = turns.get(upstream) ?? 0;
      turns.set(upstream, turn + 1);
      return turn;
    },
    proxy(address, request) {
      const [host = '', port = '80'] = address.split(':');
      const { network } = machine.world;
      const target = `http://${address}${request.path}`;
      const found = network.lookup(machine.network, host, { program: 'nginx', target });
      const [ip] = found.addresses;
      if (ip === undefined) return { outcome: 'no-such-host', duration: found.duration };
      const { reply, trace } = network.connect(
        machine.network,
        { protocol: 'TCP', address: ip, port: Number(port), request },
        { program: 'nginx', target, group: found.group },
      );
      return {
        ...(reply === undefined ? {} : { reply }),
        outcome: trace.outcome,
        duration: Math.min(trace.duration, 60_000),
      };
    },
  };
}

function* emergency(context: Context, message: string, level = 'emerg'): Routine {
  const now = stamp(context.machine.world.sim.calendar());
  yield* context.stderr.write(`${now} [${level}] 1#1: ${message}\nnginx: [${level}] ${message}\n`);
}
