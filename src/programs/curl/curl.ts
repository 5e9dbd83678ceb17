import type { AppReply } from '../../cluster/network/namespace.ts';
import type { Trace } from '../../cluster/network/trace.ts';
import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { findHost } from '../network/target.ts';
import { type CurlOptions, CurlUsage, parseCurl, parseUrl, type Target } from './options.ts';
import { verifyCertificate } from './verify.ts';
import { writeOut } from './write-out.ts';

const VERSION = '7.88.1';
/** Linux gives up a connection attempt after about two minutes. */
const SYN_LIMIT = 130_000;

/** How one transfer ended. */
interface Transfer {
  code: number;
  message?: string;
  target: Target;
  reply?: Extract<AppReply, { kind: 'http' }>;
  address?: string;
  trace?: Trace;
  lookupMs: number;
  totalMs: number;
  redirects: number;
}

export const curl: Program = {
  name: 'curl',
  summary: 'transfer a URL',
  *run(context) {
    let options: CurlOptions;
    try {
      options = parseCurl(context.argv.slice(1));
    } catch (error) {
      if (!(error instanceof CurlUsage)) throw error;
      yield* context.stderr.write(
        `${error.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
      );
      return error.code;
    }
    if (options.has('V')) {
      yield* context.stdout.write(
        `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION} OpenSSL/3.0.17\nProtocols: http https\nFeatures: alt-svc AsynchDNS HSTS HTTP2 HTTPS-proxy IPv6 Largefile SSL\n`,
      );
      return 0;
    }
    if (options.has('h')) {
      yield* context.stdout.write(
        'Usage: curl [options...] <url>\n -d, --data <data>          HTTP POST data\n -f, --fail                 Fail fast with no output on HTTP errors\n -h, --help <category>      Get help for commands\n -i, --include              Include protocol response headers in the output\n -o, --output <file>        Write to file instead of stdout\n -O, --remote-name          Write output to a file named as the remote file\n -s, --silent               Silent mode\n -T, --upload-file <file>   Transfer local FILE to destination\n -u, --user <user:password> Server user and password\n -A, --user-agent <name>    Send User-Agent <name> to server\n -v, --verbose              Make the operation more talkative\n -V, --version              Show version number and quit\n',
      );
      return 0;
    }
    if (options.urls.length === 0) {
      yield* context.stderr.write(
        "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
      );
      return 2;
    }
    let status = 0;
    for (const url of options.urls) status = yield* fetchOne(context, options, url);
    return status;
  },
};

function* fetchOne(context: Context, options: CurlOptions, url: string): Routine<number> {
  const quiet = options.has('s');
  let target: Target;
  try {
    target = parseUrl(url);
  } catch (error) {
    if (!(error instanceof CurlUsage)) throw error;
    if (!quiet || options.has('S')) yield* context.stderr.write(`${error.message}\n`);
    return error.code;
  }
  const outputFile =
    options.value('o') ?? (options.has('O') ? target.path.split('?')[0]?.split('/').at(-1) : undefined);
  const meter =
    !quiet &&
    !options.has('#') &&
    !options.has('no-progress-meter') &&
    (outputFile !== undefined ? true : !context.stdout.tty);
  let transfer: Transfer;
  let tries = Number(options.value('retry') ?? 0);
  for (let wait = 1000; ; wait *= 2) {
    transfer = yield* perform(context, options, target);
    const transient =
      transfer.code === 28 ||
      (transfer.reply !== undefined && [408, 429, 500, 502, 503, 504].includes(transfer.reply.status)) ||
      (transfer.code === 7 && options.has('retry-connrefused'));
    if (!transient || tries-- <= 0) break;
    yield* sleep(options.value('retry-delay') === undefined ? wait : Number(options.value('retry-delay')) * 1000);
  }
  const { reply } = transfer;
  const hidden = reply !== undefined && options.has('f') && reply.status >= 400;
  const head = reply === undefined || !(options.has('i') || options.has('I')) ? '' : headText(reply);
  const body = reply === undefined || options.has('I') ? '' : reply.body;
  const shown = hidden ? '' : head + body;
  if (meter && transfer.address !== undefined) yield* progress(context, shown === '' ? 0 : byteLength(body), transfer);
  if (reply !== undefined && shown !== '') {
    if (outputFile === undefined) yield* context.stdout.write(shown);
    else if (outputFile === '/dev/null') yield* sleep(0);
    else if (outputFile === '-') yield* context.stdout.write(shown);
    else {
      try {
        context.fs.write(context.fs.resolve(context.cwd, outputFile), shown);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (!quiet || options.has('S'))
          yield* context.stderr.write(`curl: (23) Failure writing output to destination\n`);
        return 23;
      }
    }
  }
  if (hidden || (reply !== undefined && options.has('fail-with-body') && reply.status >= 400)) {
    transfer.code = 22;
    transfer.message = `The requested URL returned error: ${reply?.status}`;
  }
  if (transfer.code !== 0 && transfer.message !== undefined && (!quiet || options.has('S')))
    yield* context.stderr.write(`curl: (${transfer.code}) ${transfer.message}\n`);
  if (transfer.code === 60 && (!quiet || options.has('S')))
    yield* context.stderr.write(
      'More details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.\n',
    );
  const format = options.value('w');
  if (format !== undefined)
    yield* context.stdout.write(writeOut(format, { ...transfer, size: reply === undefined ? 0 : byteLength(body) }));
  return transfer.code;
}

function* perform(context: Context, options: CurlOptions, first: Target): Routine<Transfer> {
  const { machine } = context;
  const { sim, network } = machine.world;
  const began = sim.now();
  const limit = Math.min(
    options.value('m') === undefined ? Number.POSITIVE_INFINITY : Number(options.value('m')) * 1000,
    Number.POSITIVE_INFINITY,
  );
  const connectLimit = Math.min(
    limit,
    options.value('connect-timeout') === undefined ? SYN_LIMIT + 5000 : Number(options.value('connect-timeout')) * 1000,
  );
  const say = function* (text: string): Routine {
    if (options.has('v')) yield* context.stderr.write(`${text}\n`);
  };
  let target = first;
  const result: Transfer = { code: 0, target, lookupMs: 0, totalMs: 0, redirects: 0 };
  const finish = (code: number, message?: string): Transfer => {
    result.code = code;
    if (message !== undefined) result.message = message;
    result.target = target;
    result.totalMs = sim.now() - began;
    return result;
  };
  for (;;) {
    const pinned = options
      .values('resolve')
      .map((each) => /^\+?([^:]+):(\d+):(.+)$/.exec(each))
      .find(
        (match) =>
          match !== null && match[1]?.toLowerCase() === target.host.toLowerCase() && Number(match[2]) === target.port,
      );
    const found =
      pinned === undefined
        ? yield* findHost(context, target.host, target.url)
        : { addresses: [pinned?.[3] ?? ''], group: network.recent().length, duration: 0, outcome: 'ok' as const };
    result.lookupMs = sim.now() - began;
    const [address] = found.addresses;
    if (address === undefined) {
      yield* say(`* Could not resolve host: ${target.host}\n* Closing connection 0`);
      if (found.outcome === 'dns-timeout')
        return finish(28, `Resolving timed out after ${Math.round(sim.now() - began)} milliseconds`);
      return finish(6, `Could not resolve host: ${target.host}`);
    }
    result.address = address;
    yield* say(`*   Trying ${address}:${target.port}...`);
    const method = options.value('X') ?? (options.has('I') ? 'HEAD' : body(options) !== undefined ? 'POST' : 'GET');
    const host = target.port === (target.scheme === 'https' ? 443 : 80) ? target.host : `${target.host}:${target.port}`;
    const headers = requestHeaders(options, host);
    const payload = body(options) ?? '';
    const exchange = network.connect(
      machine.network,
      {
        protocol: 'TCP',
        address,
        port: target.port,
        ...(target.scheme === 'https' ? { tls: { serverName: target.host, insecure: options.has('k') } } : {}),
        request: {
          kind: 'http',
          method,
          path: target.path,
          version: options.has('0') ? '1.0' : '1.1',
          headers,
          body: payload,
        },
      },
      { program: 'curl', target: target.url, ...(pinned === undefined ? { group: found.group } : {}) },
    );
    const { trace } = exchange;
    result.trace = trace;
    const spent = sim.now() - began;
    const duration = trace.duration;
    if (trace.outcome === 'timeout' || (trace.outcome !== 'ok' && duration > connectLimit - spent)) {
      const wait = Math.min(duration, connectLimit - spent);
      yield* sleep(Math.max(0, wait));
      const after = Math.round(sim.now() - began);
      if (wait < duration)
        return finish(
          28,
          options.value('m') !== undefined && connectLimit === limit
            ? `Connection timed out after ${after} milliseconds`
            : `Failed to connect to ${target.host} port ${target.port} after ${after} ms: Timeout was reached`,
        );
      return finish(
        28,
        `Failed to connect to ${target.host} port ${target.port} after ${after} ms: Couldn't connect to server`,
      );
    }
    if (trace.outcome === 'refused' || trace.outcome === 'unreachable') {
      yield* sleep(duration);
      const after = Math.round(sim.now() - began);
      yield* say(
        `* connect to ${address} port ${target.port} failed: ${trace.outcome === 'refused' ? 'Connection refused' : 'No route to host'}\n* Failed to connect to ${target.host} port ${target.port} after ${after} ms: Couldn't connect to server\n* Closing connection 0`,
      );
      return finish(
        7,
        `Failed to connect to ${target.host} port ${target.port} after ${after} ms: Couldn't connect to server`,
      );
    }
    if (spent + duration > limit) {
      yield* sleep(Math.max(0, limit - spent));
      return finish(
        28,
        `Operation timed out after ${Math.round(sim.now() - began)} milliseconds with 0 bytes received`,
      );
    }
    yield* sleep(duration);
    yield* say(`* Connected to ${target.host} (${address}) port ${target.port} (#0)`);
    if (trace.outcome === 'protocol-error')
      return finish(35, 'OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number');
    if (target.scheme === 'https') {
      const problem = options.has('k')
        ? undefined
        : yield* verifyCertificate(context, exchange.serverCertificatePem ?? '', target.host, options.value('cacert'));
      if (problem !== undefined) {
        yield* say(`* ${problem.message}\n* Closing connection 0`);
        return finish(problem.code, problem.message);
      }
      yield* say('* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384');
    }
    yield* say(
      `> ${method} ${target.path} HTTP/1.1\r\n${headers.map(([name, value]) => `> ${name}: ${value}\r\n`).join('')}> \r`,
    );
    const { reply } = exchange;
    if (reply?.kind !== 'http') {
      if (reply?.kind === 'raw') return finish(1, `Received HTTP/0.9 when not allowed`);
      yield* say('* Empty reply from server\n* Closing connection 0');
      return finish(52, 'Empty reply from server');
    }
    yield* say(`< ${headText(reply).trimEnd().replaceAll('\r\n', '\r\n< ')}\r\n< \r`);
    result.reply = reply;
    const location = reply.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
    if (options.has('L') && location !== undefined && reply.status >= 300 && reply.status < 400) {
      if (result.redirects >= Number(options.value('max-redirs') ?? 50))
        return finish(47, `Maximum (${options.value('max-redirs') ?? 50}) redirects followed`);
      result.redirects++;
      target = parseUrl(location.startsWith('/') ? `${target.scheme}://${host}${location}` : location);
      continue;
    }
    yield* say(`* Connection #0 to host ${target.host} left intact`);
    return finish(0);
  }
}

function body(options: CurlOptions): string | undefined {
  const parts = [
    ...options.values('d'),
    ...options.values('data-raw'),
    ...options.values('data-binary'),
    ...options.values('json'),
  ];
  return parts.length === 0 ? undefined : parts.join('&');
}

function requestHeaders(options: CurlOptions, host: string): [string, string][] {
  const own = options.values('H').map((each): [string, string] => {
    const at = each.indexOf(':');
    return at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1).trim()];
  });
  const has = (name: string) => own.some(([key]) => key.toLowerCase() === name);
  const payload = body(options);
  return [
    ...(has('host') ? [] : ([['Host', host]] as [string, string][])),
    ...(has('user-agent') ? [] : ([['User-Agent', options.value('A') ?? `curl/${VERSION}`]] as [string, string][])),
    ...(has('accept') ? [] : ([['Accept', '*/*']] as [string, string][])),
    ...own.filter(([, value]) => value !== ''),
    ...(payload === undefined
      ? []
      : ([
          ['Content-Length', String(byteLength(payload))],
          ...(has('content-type') ? [] : [['Content-Type', 'application/x-www-form-urlencoded']]),
        ] as [string, string][])),
  ];
}

function headText(reply: Extract<AppReply, { kind: 'http' }>): string {
  return `HTTP/1.1 ${reply.status} ${reply.reason ?? ''}\r\n${reply.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** The meter that curl shows on standard error when its output is not a terminal. */
function* progress(context: Context, bytes: number, transfer: Transfer): Routine {
  const speed = bytes === 0 ? 0 : Math.round(bytes / Math.max(transfer.totalMs / 1000, 0.001));
  const short = (value: number) =>
    value < 100_000
      ? String(value)
      : value < 10_240_000
        ? `${Math.round(value / 1024)}k`
        : `${Math.round(value / 1048576)}M`;
  const cell = (value: number) => short(value).padStart(5);
  const percent = bytes === 0 ? '  0' : '100';
  yield* context.stderr.write(
    `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r${percent} ${cell(bytes)}  ${percent} ${cell(bytes)}    0     0 ${short(speed).padStart(6)}      0 --:--:-- --:--:-- --:--:-- ${short(speed).padStart(5)}\n`,
  );
}
