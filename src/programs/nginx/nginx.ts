import { AddressInUse, type AppReply, type AppRequest, type Peer } from '../../cluster/network/namespace.ts';
import type { Context, Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { type Routine, until } from '../../sim/routine.ts';
import { loadPair } from './certificates.ts';
import { ConfigError, parseConfig } from './config.ts';
import { answer, chooseServer, type Listen, page, type Site, type VirtualServer, virtualServers } from './server.ts';

const CONFIG = '/etc/nginx/nginx.conf';

/** Parsed configurations by the texts they were made of: a thousand replicas share one. */
const CACHE = new Map<string, VirtualServer[]>();

/** nginx: parses its configuration, listens, serves files, logs requests. */
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
    let servers: VirtualServer[];
    try {
      servers = load(context, path);
      checkCertificates(context, servers);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      yield* emergency(context, error.message);
      if (args.includes('-t')) yield* context.stderr.write(`nginx: configuration file ${path} test failed\n`);
      return 1;
    }
    if (args.includes('-t')) {
      yield* context.stderr.write(
        `nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`,
      );
      return 0;
    }
    if (args.includes('-s')) return 0;
    const log: string[] = [];
    let wake: () => void = () => {};
    const site = siteOf(context, version);
    const closers: (() => void)[] = [];
    const open = (list: readonly VirtualServer[]) => {
      for (const [key, group] of byListen(list)) {
        const [first] = group;
        const listen = first?.listens.find((each) => `${each.address}:${each.port}` === key);
        if (first === undefined || listen === undefined) continue;
        closers.push(
          context.machine.network.listen({
            protocol: 'TCP',
            address: listen.address,
            port: listen.port,
            program: 'nginx',
            ...tlsOf(context, first, listen),
            serve: (request, peer) => {
              const reply = serve(group, site, request, peer, listen.ssl);
              log.push(accessLine(site, request, reply, peer));
              wake();
              return reply;
            },
          }),
        );
      }
    };
    try {
      open(servers);
    } catch (error) {
      if (!(error instanceof AddressInUse)) throw error;
      for (const close of closers) close();
      yield* emergency(context, error.message);
      return 1;
    }
    let over = false;
    const stop = () => {
      over = true;
      wake();
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) context.onSignal(signal, stop);
    context.onSignal('SIGHUP', () => {
      try {
        const fresh = load(context, path);
        checkCertificates(context, fresh);
        for (const close of closers.splice(0)) close();
        open(fresh);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    });
    try {
      while (!over) {
        yield* until<void>((resolve) => {
          wake = () => resolve();
          if (log.length > 0 || over) resolve();
          return () => {
            wake = () => {};
          };
        });
        if (log.length > 0) yield* context.stdout.write(log.splice(0).join(''));
      }
    } finally {
      for (const close of closers) close();
    }
    return 0;
  },
};

function load(context: Context, path: string): VirtualServer[] {
  const { fs } = context;
  const texts: string[] = [];
  const files = {
    read: (file: string) => {
      const text = fs.exists(file) && fs.stat(file).type === 'file' ? fs.read(file) : undefined;
      texts.push(file, text ?? '');
      return text;
    },
    glob: (pattern: string) => {
      const folder = pattern.slice(0, pattern.lastIndexOf('/'));
      if (!fs.exists(folder)) return [];
      const suffix = pattern.slice(pattern.lastIndexOf('*') + 1);
      return fs
        .list(folder)
        .filter((name) => name.endsWith(suffix) && !name.startsWith('.'))
        .map((name) => `${folder}/${name}`);
    },
  };
  const main = files.read(path) ?? '';
  const included = /include\s+([^;]*\*[^;]*);/.exec(main)?.[1];
  if (included !== undefined)
    for (const file of files.glob(included.startsWith('/') ? included : `/etc/nginx/${included}`)) files.read(file);
  const key = texts.join('\0');
  const known = CACHE.get(key);
  if (known !== undefined) return known;
  const servers = virtualServers(parseConfig(path, files));
  if (CACHE.size > 100) CACHE.clear();
  CACHE.set(key, servers);
  return servers;
}

function byListen(servers: readonly VirtualServer[]): Map<string, VirtualServer[]> {
  const groups = new Map<string, VirtualServer[]>();
  for (const server of servers) {
    for (const listen of server.listens) {
      if (listen.address === '::') continue;
      const key = `${listen.address}:${listen.port}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [server]);
      else group.push(server);
    }
  }
  return groups;
}

/** @throws ConfigError */
function checkCertificates(context: Context, servers: readonly VirtualServer[]): void {
  for (const { listens, certificate, key } of servers) {
    if (!listens.some((each) => each.ssl)) continue;
    if (certificate === undefined)
      throw new ConfigError(
        'no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/nginx.conf',
      );
    loadPair(context.fs, certificate, key ?? '');
  }
}

function tlsOf(context: Context, server: VirtualServer, listen: Listen) {
  if (!listen.ssl) return {};
  const { certificate = '', key = '' } = server;
  return {
    tls: {
      certificatePem: context.fs.read(certificate),
      keyPem: context.fs.read(key),
      protocols: ['TLSv1.2', 'TLSv1.3'],
    },
  };
}

function siteOf(context: Context, version: string): Site {
  const { fs, machine } = context;
  const born = machine.world.sim.epoch - 90 * 86_400_000;
  return {
    version,
    read: (path) => (fs.exists(path) && fs.stat(path).type === 'file' ? fs.read(path) : undefined),
    isDirectory: (path) => fs.exists(path) && fs.stat(path).type === 'directory',
    now: () => machine.world.sim.calendar(),
    // A file of the image is as old as the image.
    modified: (path) =>
      path.startsWith('/usr/share/nginx/html/') && fs.stat(path).owner === 'root' ? born : fs.stat(path).modified,
    proxy(url, request) {
      const match = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
      if (match === null) return undefined;
      const { network } = machine.world;
      const found = network.lookup(machine.network, match[1] ?? '', { program: 'nginx', target: url });
      const [address] = found.addresses;
      if (address === undefined) return undefined;
      const exchange = network.connect(
        machine.network,
        {
          protocol: 'TCP',
          address,
          port: Number(match[2] ?? 80),
          request: { ...request, path: (match[3] ?? '') === '' ? request.path : (match[3] ?? '/') },
        },
        { program: 'nginx', target: url, group: found.group },
      );
      return exchange.reply;
    },
  };
}

function serve(servers: readonly VirtualServer[], site: Site, request: AppRequest, peer: Peer, ssl: boolean): AppReply {
  if (request.kind !== 'http') return { kind: 'close' };
  if (ssl && request.tls === undefined) return page(site, 400, [], 'The plain HTTP request was sent to HTTPS port');
  const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  if (host === undefined && request.version === '1.1') return page(site, 400);
  const server = chooseServer(servers, host ?? '');
  return server === undefined ? page(site, 404) : answer(server, site, request, peer);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function accessLine(site: Site, request: AppRequest, reply: AppReply, peer: Peer): string {
  const date = new Date(site.now());
  const time = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  const agent =
    request.kind === 'http' ? (request.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? '-') : '-';
  const line = request.kind === 'http' ? `${request.method} ${request.path} HTTP/${request.version}` : '';
  const [status, bytes] = reply.kind === 'http' ? [reply.status, byteLength(reply.body)] : [400, 0];
  return `${peer.address} - - [${time}] "${line}" ${status} ${bytes} "-" "${agent}" "-"\n`;
}

function* emergency(context: Context, message: string): Routine {
  const date = new Date(context.machine.world.sim.calendar());
  const stamp = `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  yield* context.stderr.write(`${stamp} [emerg] 1#1: ${message}\nnginx: [emerg] ${message}\n`);
}
