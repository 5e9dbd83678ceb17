import type { AppReply } from '../../cluster/network/namespace.ts';
import type { ConnectRequest, Exchange, TlsClient } from '../../cluster/network/network.ts';
import type { Context } from '../../machines/process.ts';
import { byteLength } from '../../machines/text.ts';
import type { Routine } from '../../sim/routine.ts';
import { judgeCertificate, rootsOf, tlsClient } from './certificate.ts';
import type { Meter } from './meter.ts';
import { type CurlOptions, CurlUsage } from './options.ts';
import { type Outgoing, outgoing, type Payload } from './request.ts';
import { farewell, handshake, hello, type TalkLine, tickets } from './tls-talk.ts';
import { parseUrl, resolveLocation, type Target } from './url.ts';

export type HttpReply = Extract<AppReply, { kind: 'http' }>;

/** Milliseconds after which Linux itself gives a connection attempt up, and a bit: curl's own limit comes later. */
const CONNECT_LIMIT = 300_000;
const OPENSSL = 'OpenSSL/3.0.17';

/** What came of one URL. */
export interface Transfer {
  code: number;
  message?: string;
  target: Target;
  method: string;
  /** The last answer, and the heads of those before it that -L followed. */
  reply?: HttpReply;
  readonly earlier: HttpReply[];
  address: string;
  localAddress: string;
  localPort: number;
  connects: number;
  redirects: number;
  requestSize: number;
  uploaded: number;
  /** Milliseconds since the beginning at which each phase was over; 0 when it was not reached. */
  readonly times: {
    lookup: number;
    connect: number;
    tls: number;
    sent: number;
    first: number;
    redirect: number;
    total: number;
  };
  verify: number;
}

/** What a transfer needs to know besides its URL. */
export interface Job {
  readonly context: Context;
  readonly options: CurlOptions;
  readonly payload: Payload | undefined;
  readonly meter: Meter;
  /** The body goes to a terminal: -v does not count its bytes then. */
  readonly visible: boolean;
  /** Connections left open by earlier transfers of this command, by scheme, host and port. */
  readonly open: Map<string, number>;
}

/** Fetches one URL, following redirects when told to. @throws CurlUsage for an address it cannot read in a redirect */
export function* transfer(job: Job, first: Target): Routine<Transfer> {
  const { context, options } = job;
  const { sim } = context.machine.world;
  const began = sim.now();
  const result: Transfer = {
    code: 0,
    target: first,
    method: 'GET',
    earlier: [],
    address: '',
    localAddress: '',
    localPort: 0,
    connects: 0,
    redirects: 0,
    requestSize: 0,
    uploaded: 0,
    times: { lookup: 0, connect: 0, tls: 0, sent: 0, first: 0, redirect: 0, total: 0 },
    verify: 0,
  };
  let payload = job.payload;
  for (;;) {
    const failure = yield* once(job, result, payload, began);
    result.times.total = sim.now() - began;
    if (failure !== undefined) {
      result.code = failure.code;
      result.message = failure.message;
      break;
    }
    const { reply } = result;
    const location = reply === undefined ? undefined : headerOf(reply, 'location');
    if (!options.has('location') && !options.has('location-trusted')) break;
    if (reply === undefined || location === undefined || reply.status < 300 || reply.status > 399) break;
    const limit = Number(options.value('max-redirs') ?? 50);
    if (limit >= 0 && result.redirects >= limit) {
      result.code = 47;
      result.message = `Maximum (${limit}) redirects followed`;
      yield* say(job, `* ${result.message}`);
      break;
    }
    const next = resolveLocation(result.target, location);
    if (options.has('verbose')) yield* say(job, `* Issue another request to this URL: '${next}'`);
    result.redirects++;
    result.times.redirect = sim.now() - began;
    result.earlier.push(reply);
    result.target = parseUrl(next);
    // A POST becomes a GET on the way, unless it was named by -X.
    if ([301, 302, 303].includes(reply.status)) payload = undefined;
  }
  return result;
}

interface Failure {
  readonly code: number;
  readonly message: string;
}

function* once(job: Job, result: Transfer, payload: Payload | undefined, began: number): Routine<Failure | undefined> {
  const { context, options, meter } = job;
  const { machine } = context;
  const { sim } = machine.world;
  const { target } = result;
  const key = `${target.scheme}://${target.host}:${target.port}`;
  const reused = job.open.get(key);
  const elapsed = () => sim.now() - began;
  const limit = secondsOf(options.value('max-time'));
  const connectLimit = Math.min(limit, secondsOf(options.value('connect-timeout')), CONNECT_LIMIT);
  const pinned = pin(options, target);
  if (pinned !== undefined && reused === undefined) yield* say(job, `* Hostname ${target.host} was found in DNS cache`);
  if (reused !== undefined)
    yield* say(
      job,
      `* Found bundle for host: 0x55d0c0a7b2e0 [serially]`,
      '* Can not multiplex, even if we wanted to',
      `* Re-using existing connection #${reused} with host ${target.host}`,
    );
  yield* meter.start();
  const found =
    pinned === undefined
      ? machine.world.network.lookup(machine.network, target.host, {
          program: 'curl',
          target: target.url,
          argv: context.argv,
        })
      : undefined;
  if (found !== undefined && reused === undefined && found.duration > 0) {
    if (elapsed() + found.duration > connectLimit) {
      yield* meter.wait(Math.max(0, connectLimit - elapsed()));
      return yield* fail(28, `Resolving timed out after ${Math.floor(elapsed())} milliseconds`, true);
    }
    yield* meter.wait(found.duration);
  }
  result.times.lookup = elapsed();
  const address = pinned ?? found?.addresses[0];
  if (address === undefined) {
    yield* say(job, `* Could not resolve host: ${target.host}`, '* Closing connection 0');
    return { code: 6, message: `Could not resolve host: ${target.host}` };
  }
  result.address = address;
  const request = outgoing(options, target, payload, result.redirects > 0);
  result.method = request.method;
  const exchange = machine.world.network.connect(
    machine.network,
    connectRequest(context, request, target, address, options),
    {
      program: 'curl',
      target: target.url,
      argv: context.argv,
      ...(found === undefined ? {} : { group: found.group }),
    },
  );
  const { trace, timing, reply } = exchange;
  const { src, srcPort } = trace.steps[0]?.before ?? { src: '', srcPort: 0 };
  result.localAddress = src;
  result.localPort = srcPort;
  const opened = elapsed();
  if (reused === undefined) {
    yield* say(job, `*   Trying ${address}:${target.port}...`);
    const refused = yield* open(job, result, exchange, began, limit, connectLimit);
    if (refused !== undefined) return refused;
  }
  const number = reused ?? job.open.size;
  result.times.connect = elapsed();
  if (target.scheme === 'https' && reused === undefined) {
    const failure = yield* secure(job, result, exchange, began);
    if (failure !== undefined) return failure;
    result.times.tls = elapsed();
  }
  if (trace.outcome === 'protocol-error') return yield* fail(1, 'Received HTTP/0.9 when not allowed', true);
  const user = options.value('user') ?? target.user;
  if (user !== undefined) yield* say(job, `* Server auth using Basic with user '${user.split(':')[0]}'`);
  const head = `${request.method} ${request.path} HTTP/${request.version}\r\n${request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  result.requestSize += byteLength(head) + byteLength(request.body);
  yield* talk(job, '> ', head);
  result.times.sent = elapsed();
  if (request.body !== '') {
    result.uploaded = byteLength(request.body);
    meter.progress.sent = result.uploaded;
    yield* bytes(job, '}', result.uploaded);
  }
  const remaining = Math.max(0, trace.duration - (elapsed() - opened) - (reused === undefined ? 0 : timing.connect));
  if (elapsed() + remaining > limit) {
    yield* meter.wait(Math.max(0, limit - elapsed()));
    return yield* fail(
      28,
      `Operation timed out after ${Math.floor(elapsed())} milliseconds with 0 bytes received`,
      true,
    );
  }
  yield* meter.wait(remaining);
  result.times.first = elapsed();
  if (target.scheme === 'https' && reused === undefined) {
    yield* bytes(job, '{', 5);
    yield* lines(job, tickets(versionOf(exchange)));
  }
  if (reply?.kind !== 'http') {
    if (reply?.kind === 'raw') return yield* fail(1, 'Received HTTP/0.9 when not allowed', true);
    return yield* fail(52, 'Empty reply from server', true);
  }
  result.reply = reply;
  return yield* answered(job, result, reply, key, number, request);

  function* fail(code: number, message: string, closing: boolean): Routine<Failure> {
    yield* say(job, `* ${message}`);
    yield* meter.finish();
    if (closing) yield* say(job, `* Closing connection ${reused ?? job.open.size}`);
    return { code, message };
  }
}

/** Waits for the connection; what curl says when there is none. */
function* open(
  job: Job,
  result: Transfer,
  exchange: Exchange,
  began: number,
  limit: number,
  connectLimit: number,
): Routine<Failure | undefined> {
  const { context, meter } = job;
  const { sim } = context.machine.world;
  const { trace, timing } = exchange;
  const { host, port } = result.target;
  const elapsed = () => sim.now() - began;
  const from = elapsed();
  const failing = trace.outcome === 'timeout' || trace.outcome === 'refused' || trace.outcome === 'unreachable';
  const takes = failing ? trace.duration : timing.connect;
  if (from + takes > connectLimit) {
    yield* meter.wait(Math.max(0, connectLimit - from));
    const ms = Math.floor(elapsed());
    if (connectLimit === limit) {
      const message = `Connection timed out after ${ms} milliseconds`;
      yield* say(job, `* ${message}`);
      yield* closed(job);
      return { code: 28, message };
    }
    const message = `Failed to connect to ${host} port ${port} after ${ms} ms: Timeout was reached`;
    yield* say(job, `* ipv4 connect timeout after ${Math.round(connectLimit - from)}ms, move on!`, `* ${message}`);
    yield* closed(job);
    return { code: 28, message };
  }
  yield* meter.wait(takes);
  if (!failing) {
    result.connects++;
    yield* say(job, `* Connected to ${host} (${result.address}) port ${port} (#${job.open.size})`);
    return undefined;
  }
  const why =
    trace.outcome === 'refused'
      ? 'Connection refused'
      : trace.outcome === 'unreachable'
        ? 'No route to host'
        : 'Connection timed out';
  const message = `Failed to connect to ${host} port ${port} after ${Math.floor(elapsed())} ms: Couldn't connect to server`;
  yield* say(job, `* connect to ${result.address} port ${port} failed: ${why}`, `* ${message}`);
  yield* closed(job);
  return { code: trace.outcome === 'timeout' ? 28 : 7, message };
}

/** The TLS handshake: keys, certificate, name. */
function* secure(job: Job, result: Transfer, exchange: Exchange, began: number): Routine<Failure | undefined> {
  const { context, options, meter } = job;
  const { sim } = context.machine.world;
  const insecure = options.has('insecure');
  const cacert = cacertOf(context, options);
  yield* lines(job, hello(insecure, cacert));
  if (options.has('tlsv1.3') && versionOf(exchange) !== 'TLSv1.3') {
    const message = `${OPENSSL}: error:0A00042E:SSL routines::tlsv1 alert protocol version`;
    yield* say(job, `* ${message}`);
    yield* closed(job);
    return { code: 35, message };
  }
  if (exchange.trace.outcome === 'protocol-error') {
    yield* meter.wait(exchange.trace.duration - exchange.timing.connect);
    const message = `${OPENSSL}: error:0A00010B:SSL routines::wrong version number`;
    yield* say(job, `* ${message}`);
    yield* closed(job);
    return { code: 35, message };
  }
  yield* meter.wait(Math.max(0, exchange.timing.tls - exchange.timing.connect));
  const pem = exchange.serverCertificatePem ?? '';
  // Nobody looks at the certificate when nobody asked to see it.
  if (insecure && !options.has('verbose') && !options.has('write-out')) return undefined;
  const roots = insecure ? [] : rootsOf(context, cacert);
  if (typeof roots === 'string') {
    yield* say(job, `* ${roots}`);
    yield* closed(job);
    return { code: 77, message: roots };
  }
  const judgement = judgeCertificate(context, pem, result.target.host, roots);
  const size = Math.floor((pem.replace(/-----[^-]+-----|\s/g, '').length * 3) / 4) + 10;
  yield* lines(job, handshake(versionOf(exchange), judgement, insecure, size));
  result.verify = Number(/\((\d+)\)/.exec(judgement.verdict)?.[1] ?? 0);
  result.times.tls = sim.now() - began;
  if (insecure || judgement.problem === undefined) return undefined;
  yield* closed(job);
  if (judgement.problem.at === 'name') yield* lines(job, farewell(versionOf(exchange)));
  return { code: judgement.problem.code, message: judgement.problem.message };
}

/** The answer is here: shown with -v, counted, its connection kept or closed. */
function* answered(
  job: Job,
  result: Transfer,
  reply: HttpReply,
  key: string,
  number: number,
  request: Outgoing,
): Routine<Failure | undefined> {
  const { options, meter } = job;
  const failing = options.has('fail') && reply.status >= 400;
  const head = headText(reply);
  if (failing) {
    yield* talk(job, '< ', head.slice(0, -2));
    const message = `The requested URL returned error: ${reply.status}`;
    meter.progress.total = byteLength(reply.body);
    yield* say(job, `* ${message}`);
    yield* meter.finish();
    yield* say(job, `* Closing connection ${number}`);
    return { code: 22, message };
  }
  yield* talk(job, '< ', head);
  const size = byteLength(reply.body);
  const following =
    options.has('location') && reply.status >= 300 && reply.status < 400 && headerOf(reply, 'location') !== undefined;
  if (following && size > 0) yield* say(job, '* Ignoring the response-body');
  if (size > 0) yield* bytes(job, '{', size);
  meter.progress.total = size;
  meter.progress.received = size;
  yield* meter.finish();
  const closes = headerOf(reply, 'connection')?.toLowerCase() === 'close' || request.version === '1.0';
  if (closes) {
    job.open.delete(key);
    yield* say(job, `* Closing connection ${number}`);
  } else {
    job.open.set(key, number);
    yield* say(job, `* Connection #${number} to host ${result.target.host} left intact`);
  }
  return undefined;
}

function connectRequest(
  context: Context,
  request: Outgoing,
  target: Target,
  address: string,
  options: CurlOptions,
): ConnectRequest {
  return {
    protocol: 'TCP',
    address,
    port: target.port,
    ...(target.scheme === 'https' ? { tls: tlsOf(context, target.host, options) } : {}),
    request: {
      kind: 'http',
      method: request.method,
      path: request.path,
      version: request.version,
      headers: request.headers,
      body: request.body,
    },
  };
}

/** How curl checks this server. A file of roots that cannot be read is told before anything is sent. */
function tlsOf(context: Context, host: string, options: CurlOptions): TlsClient {
  const roots = rootsOf(context, cacertOf(context, options));
  return tlsClient(context, host, {
    insecure: options.has('insecure'),
    least: options.has('tlsv1.3') ? 'TLSv1.3' : undefined,
    roots: typeof roots === 'string' ? [] : roots,
  });
}

function cacertOf(context: Context, options: CurlOptions): string | undefined {
  return options.value('cacert') ?? context.env.get('CURL_CA_BUNDLE');
}

/** The address that --resolve gives for this host and port. @throws CurlUsage for one that it cannot read */
function pin(options: CurlOptions, target: Target): string | undefined {
  let found: string | undefined;
  for (const entry of options.values('resolve')) {
    const match = /^[+-]?(\*|\[[^\]]+\]|[^:]+):(\d+)(?::(.+))?$/.exec(entry);
    if (match === null) throw new CurlUsage(`curl: (49) Couldn't parse CURLOPT_RESOLVE entry '${entry}'`, 49, false);
    const [, host = '', port, addresses = ''] = match;
    if ((host === '*' || host.toLowerCase() === target.host.toLowerCase()) && Number(port) === target.port)
      found = addresses.split(',')[0]?.replace(/^\[|\]$/g, '');
  }
  return found === '' ? undefined : found;
}

/** `* Added …` for every --resolve. */
export function* announcePins(job: Job): Routine {
  for (const entry of job.options.values('resolve'))
    yield* say(job, `* Added ${entry.replace(/^\+/, '')} to DNS cache`);
}

function secondsOf(value: string | undefined): number {
  const ms = value === undefined ? 0 : Number(value) * 1000;
  return ms === 0 ? Number.POSITIVE_INFINITY : ms;
}

function versionOf(exchange: Exchange): string {
  return exchange.tlsVersion ?? 'TLSv1.3';
}

/** The value of an answer's header, if it has one. */
export function headerOf(reply: HttpReply, name: string): string | undefined {
  return reply.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Status line and headers as they came over the wire. */
export function headText(reply: HttpReply): string {
  return `HTTP/1.1 ${reply.status} ${reply.reason ?? ''}\r\n${reply.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** The first connection ends: the meter's last line, then the news of it. */
function* closed(job: Job): Routine {
  yield* job.meter.finish();
  yield* say(job, '* Closing connection 0');
}

/** Lines of -v. */
function* say(job: Job, ...texts: string[]): Routine {
  if (!job.options.has('verbose')) return;
  for (const text of texts) yield* job.context.stderr.write(`${text}\n`);
}

/** A head, each line behind its mark. */
function* talk(job: Job, mark: string, head: string): Routine {
  if (!job.options.has('verbose')) return;
  const parts = head.split('\r\n');
  if (parts.at(-1) === '') parts.pop();
  yield* job.context.stderr.write(parts.map((part) => `${mark}${part}\r\n`).join(''));
}

function* bytes(job: Job, mark: '{' | '}', count: number): Routine {
  if (job.options.has('verbose') && !job.visible) yield* job.context.stderr.write(`${mark} [${count} bytes data]\n`);
}

function* lines(job: Job, given: readonly TalkLine[]): Routine {
  if (!job.options.has('verbose')) return;
  for (const { text, data } of given) {
    if (text !== '') yield* job.context.stderr.write(`${text}\n`);
    if (data !== undefined) yield* bytes(job, ...data);
  }
}
