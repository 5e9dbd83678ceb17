import type { ObjectRef } from '../api/types.ts';
import type { KnownStepCode } from './codes.ts';
import { agree, certificateOf, versionOf } from './handshake.ts';
import { Cidr } from './ipam.ts';
import type { AppReply, AppRequest, Listener, NetworkInterface, NetworkNamespace } from './namespace.ts';
import type { ConnectRequest, Exchange, ExchangeOptions, Timing } from './network.ts';
import type { Outcome, PacketKind, Trace, TraceStep, Tuple } from './trace.ts';
import { TraceBuilder } from './trace-builder.ts';
import { Journey } from './way/journey.ts';
import { COST, type Delivery, reverse, SYN_TIMEOUT, type Terrain } from './way/way.ts';

type Failure = Extract<Delivery, { kind: 'failed' }>;
type Arrival = Extract<Delivery, { kind: 'arrived' }>;

/** What an exchange was, before it becomes a trace. */
export interface Finished {
  readonly builder: TraceBuilder;
  readonly purpose: Trace['purpose'];
  readonly outcome: Outcome;
  readonly duration: number;
  readonly tuple: Tuple;
  readonly service: ObjectRef | undefined;
  readonly endpoint: ObjectRef | undefined;
}

/** Makes a trace of a finished exchange, keeps it and tells the listeners. */
export type Record = (finished: Finished, from: NetworkNamespace, options: ExchangeOptions) => Trace;

/** One ICMP echo and its reply. */
export function echo(
  terrain: Terrain,
  from: NetworkNamespace,
  address: string,
  options: ExchangeOptions,
  record: Record,
): Exchange {
  const builder = new TraceBuilder('icmp');
  const tuple: Tuple = { src: sourceAddress(from, address), srcPort: 0, dst: address, dstPort: 0 };
  builder.step('client.echo', 'client', from.place, 'forward', tuple, COST.stack, {
    facts: { program: options.program },
  });
  const journey = new Journey(terrain, builder, 'ICMP');
  const way = journey.travel(from, tuple);
  const timing: Timing = { connect: 0, tls: 0 };
  if (way.kind === 'failed') return failed(builder, from, options, 'ping', way, tuple, timing, record);
  const forward = builder.time;
  builder.step('server.echo', 'server', way.namespace.place, 'answer', way.tuple, 0, objectOf(way.namespace));
  builder.turn();
  builder.time += forward;
  const back = journey.restore(way.tuple);
  builder.step('client.receive', 'client', from.place, 'answer', back, 0);
  const trace = record(
    {
      builder,
      purpose: 'ping',
      outcome: 'ok',
      duration: builder.time,
      tuple,
      service: undefined,
      endpoint: refOf(way.namespace),
    },
    from,
    options,
  );
  return { trace, timing, ttl: 64 - journey.routers };
}

/** One connection or datagram, with one request and its reply. */
export function connect(
  terrain: Terrain,
  from: NetworkNamespace,
  request: ConnectRequest,
  options: ExchangeOptions,
  record: Record,
): Exchange {
  const purpose = options.purpose ?? purposeOf(request);
  const builder = new TraceBuilder(packetOf(request));
  const tuple: Tuple = {
    src: sourceAddress(from, request.address),
    srcPort: from.ephemeralPort(),
    dst: request.address,
    dstPort: request.port,
  };
  const query = request.request?.kind === 'dns' ? request.request : undefined;
  if (query === undefined)
    builder.step('client.connect', 'client', from.place, 'forward', tuple, COST.stack, {
      facts: { program: options.program },
    });
  else
    builder.step('dns.ask', 'resolver', from.place, 'forward', tuple, COST.stack, {
      facts: { query: query.name, type: query.type },
    });
  const journey = new Journey(terrain, builder, request.protocol);
  const way = journey.travel(from, tuple);
  const none: Timing = { connect: 0, tls: 0 };
  if (way.kind === 'failed') return failed(builder, from, options, purpose, way, tuple, none, record);
  const listener = way.namespace.accepting(request.protocol, way.tuple.dst, way.tuple.dstPort);
  if (listener === undefined) {
    const failure = refuse(builder, request, way);
    return failed(builder, from, options, purpose, failure, tuple, none, record);
  }
  return served(builder, journey, from, request, options, purpose, way, listener, tuple, record);
}

/** Nothing accepts: the kernel there says so, unless a firewall stands before it. */
function refuse(builder: TraceBuilder, request: ConnectRequest, way: Arrival): Failure {
  const { namespace, tuple, rule, endpoint } = way;
  const behind = { ...(rule === undefined ? {} : { rule }), ...(endpoint === undefined ? {} : { endpoint }) };
  if (namespace.place.at === 'internet') {
    builder.step('server.silent', 'server', namespace.place, 'drop', tuple, 0, {
      facts: { port: String(tuple.dstPort) },
    });
    return { kind: 'failed', outcome: 'timeout', wait: SYN_TIMEOUT, ...behind };
  }
  const all = namespace.listeners();
  const same = all.filter((each) => each.protocol === request.protocol);
  const bound = same.find((each) => each.port === tuple.dstPort)?.address;
  const other = all.find((each) => each.port === tuple.dstPort && each.protocol !== request.protocol)?.protocol;
  builder.step('server.refuse', 'server', namespace.place, 'reject', tuple, 0, {
    ...objectOf(namespace),
    facts: {
      port: String(tuple.dstPort),
      protocol: request.protocol,
      listens: [...new Set(same.map((each) => each.port))].sort((a, b) => a - b).join(','),
      ...(bound === undefined ? {} : { bound }),
      ...(other === undefined ? {} : { other }),
    },
  });
  return { kind: 'failed', outcome: 'refused', wait: 0, ...behind };
}

function served(
  builder: TraceBuilder,
  journey: Journey,
  from: NetworkNamespace,
  request: ConnectRequest,
  options: ExchangeOptions,
  purpose: Trace['purpose'],
  way: Arrival,
  listener: Listener,
  tuple: Tuple,
  record: Record,
): Exchange {
  const { namespace } = way;
  const oneWay = builder.time;
  const service = way.rule?.service;
  const endpoint = way.endpoint?.pod ?? refOf(namespace);
  const finish = (outcome: Outcome) =>
    record({ builder, purpose, outcome, duration: builder.time, tuple, service, endpoint }, from, options);
  // TCP opens with a round trip of its own before the request goes the same way.
  const open = request.protocol === 'TCP' ? 2 * oneWay : 0;
  builder.time += open;
  const timing: Timing = { connect: open, tls: 0 };
  if (request.tls !== undefined) {
    if (listener.tls === undefined) {
      builder.step('tls.plain', 'tls', namespace.place, 'reject', way.tuple, COST.server, {
        ...objectOf(namespace),
        facts: { program: listener.program },
      });
      builder.turn();
      builder.time += oneWay;
      return { trace: finish('protocol-error'), timing };
    }
    builder.step('tls.handshake', 'tls', namespace.place, 'forward', way.tuple, 1.2 + 2 * oneWay, {
      facts: { serverName: request.tls.serverName },
    });
    const end = { place: namespace.place, tuple: way.tuple, ...objectOf(namespace) };
    if (!agree(builder, end, listener.tls, request.tls, from))
      return {
        trace: finish('tls-failed'),
        timing: { connect: timing.connect, tls: builder.time },
        serverCertificatePem: certificateOf(listener.tls, request.tls),
        tlsVersion: versionOf(listener.tls),
      };
  }
  const tls = builder.time - oneWay;
  const reply = request.request === undefined ? undefined : answer(listener, request.request, request, way.tuple);
  const forwarded = builder.time;
  answerStep(builder, way, listener, request.request, reply);
  builder.time = forwarded + COST.server + (reply?.delay ?? 0);
  builder.turn();
  builder.time += oneWay - Math.min(oneWay, COST.stack);
  const back = journey.restore(way.tuple);
  builder.time = Math.max(builder.time, forwarded + COST.server + (reply?.delay ?? 0) + oneWay);
  receiveStep(builder, from, request.request, reply, back);
  const server = request.tls === undefined ? undefined : listener.tls;
  return {
    trace: finish(outcomeOf(reply)),
    timing: { connect: timing.connect, tls: request.tls === undefined ? 0 : tls },
    ...(reply === undefined ? {} : { reply }),
    ...(server === undefined || request.tls === undefined
      ? {}
      : { serverCertificatePem: certificateOf(server, request.tls), tlsVersion: versionOf(server) }),
  };
}

function answer(listener: Listener, asked: AppRequest, request: ConnectRequest, tuple: Tuple): AppReply {
  return listener.serve(
    asked.kind === 'http' && request.tls !== undefined
      ? { ...asked, tls: { serverName: request.tls.serverName } }
      : asked,
    {
      address: tuple.src,
      port: tuple.srcPort,
      local: { address: tuple.dst, port: tuple.dstPort },
      tuple,
    },
  );
}

function answerStep(
  builder: TraceBuilder,
  way: Arrival,
  listener: Listener,
  asked: AppRequest | undefined,
  reply: AppReply | undefined,
): void {
  const { place } = way.namespace;
  const object = objectOf(way.namespace);
  if (reply?.kind === 'close') {
    const facts = { program: listener.program };
    builder.step('server.close', 'server', place, 'reject', way.tuple, 0, { ...object, facts });
  } else if (reply?.kind === 'dns' && asked?.kind === 'dns') {
    const facts = { query: asked.name, type: asked.type };
    const text = reply.answers.map((each) => each.value).join(', ');
    if (reply.rcode !== 'NOERROR')
      builder.step('dns.nxdomain', 'coredns', place, 'reject', way.tuple, 0, {
        ...object,
        facts: { ...facts, rcode: reply.rcode },
      });
    else if (reply.answers.length === 0)
      builder.step('dns.nodata', 'coredns', place, 'answer', way.tuple, 0, { ...object, facts });
    else
      builder.step('dns.answer', 'coredns', place, 'answer', way.tuple, 0, {
        ...object,
        facts: { ...facts, answer: text },
      });
  } else {
    const status = statusOf(reply);
    builder.step('server.answer', 'server', place, 'answer', way.tuple, 0, {
      ...object,
      facts: { program: listener.program, ...(status === undefined ? {} : { status }) },
    });
  }
}

function receiveStep(
  builder: TraceBuilder,
  from: NetworkNamespace,
  asked: AppRequest | undefined,
  reply: AppReply | undefined,
  back: Tuple,
): void {
  if (reply?.kind === 'dns' && asked?.kind === 'dns') {
    const text = reply.answers.map((each) => each.value).join(', ');
    builder.step('dns.receive', 'resolver', from.place, reply.rcode === 'NOERROR' ? 'answer' : 'reject', back, 0, {
      facts: { query: asked.name, type: asked.type, ...(text === '' ? {} : { answer: text }) },
    });
    return;
  }
  const status = statusOf(reply);
  builder.step(
    'client.receive',
    'client',
    from.place,
    reply?.kind === 'close' ? 'reject' : 'answer',
    back,
    0,
    status === undefined ? {} : { facts: { status } },
  );
}

function outcomeOf(reply: AppReply | undefined): Outcome {
  if (reply?.kind === 'close') return 'empty-reply';
  return reply?.kind === 'dns' && reply.rcode !== 'NOERROR' ? 'no-such-host' : 'ok';
}

const STATUS = new Map<string, string>();

function statusOf(reply: AppReply | undefined): string | undefined {
  if (reply?.kind !== 'http') return undefined;
  if (reply.reason === undefined) return String(reply.status);
  const key = `${reply.status} ${reply.reason}`;
  const known = STATUS.get(key);
  if (known !== undefined) return known;
  if (STATUS.size < 100) STATUS.set(key, key);
  return key;
}

const CLIENT_STEPS: Partial<Readonly<{ [outcome in Outcome]: KnownStepCode }>> = {
  refused: 'client.refused',
  unreachable: 'client.unreachable',
};

function failed(
  builder: TraceBuilder,
  from: NetworkNamespace,
  options: ExchangeOptions,
  purpose: Trace['purpose'],
  way: Failure,
  tuple: Tuple,
  timing: Timing,
  record: Record,
): Exchange {
  builder.turn();
  if (way.outcome === 'timeout') builder.time = way.wait;
  else builder.time = builder.time * 2 + way.wait;
  const verdict: TraceStep['verdict'] = way.outcome === 'timeout' ? 'drop' : 'reject';
  const facts = way.reporter === undefined ? {} : { facts: { reporter: way.reporter } };
  const code = CLIENT_STEPS[way.outcome] ?? 'client.timeout';
  builder.step(code, 'client', from.place, verdict, reverse(tuple), 0, code === 'client.timeout' ? {} : facts);
  const trace = record(
    {
      builder,
      purpose,
      outcome: way.outcome,
      duration: builder.time,
      tuple,
      service: way.rule?.service,
      endpoint: way.endpoint?.pod,
    },
    from,
    options,
  );
  return { trace, timing, ...(way.reporter === undefined ? {} : { reporter: way.reporter }) };
}

function packetOf(request: ConnectRequest): PacketKind {
  if (request.request?.kind === 'dns') return 'dns';
  if (request.tls !== undefined) return 'tls';
  if (request.request?.kind === 'http') return 'http';
  return request.protocol === 'UDP' ? 'udp' : 'tcp';
}

function purposeOf(request: ConnectRequest): Trace['purpose'] {
  if (request.request?.kind === 'dns') return 'dns';
  if (request.tls !== undefined) return 'https';
  if (request.request?.kind === 'http') return 'http';
  return request.protocol === 'UDP' ? 'udp' : 'tcp';
}

/** The address a namespace speaks from: a node reaches its own pods from the bridge's. */
function sourceAddress(from: NetworkNamespace, to: string): string {
  if (to.startsWith('127.')) return '127.0.0.1';
  for (const each of from.interfaces) if (each.address === to) return to;
  const bridge = from.interfaces[1];
  if (bridge !== undefined && rangeOf(bridge).has(to)) return bridge.address;
  return from.address ?? '0.0.0.0';
}

const RANGES = new WeakMap<NetworkInterface, Cidr>();

function rangeOf(device: NetworkInterface): Cidr {
  let range = RANGES.get(device);
  if (range === undefined) {
    range = new Cidr(`${device.address}/${device.prefixLength}`);
    RANGES.set(device, range);
  }
  return range;
}

const REFS = new WeakMap<NetworkNamespace, { readonly object?: ObjectRef }>();

function objectOf(namespace: NetworkNamespace): { readonly object?: ObjectRef } {
  let known = REFS.get(namespace);
  if (known === undefined) {
    const { place } = namespace;
    known =
      place.at === 'pod' && namespace.id.startsWith('docker/')
        ? { object: { kind: 'Container', name: place.pod, namespace: place.namespace } }
        : place.at === 'pod'
          ? { object: { kind: 'Pod', name: place.pod, namespace: place.namespace } }
          : place.at === 'node' && !namespace.id.startsWith('docker/')
            ? { object: { kind: 'Node', name: place.node } }
            : {};
    REFS.set(namespace, known);
  }
  return known;
}

function refOf(namespace: NetworkNamespace): ObjectRef | undefined {
  return objectOf(namespace).object;
}
