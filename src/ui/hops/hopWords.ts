import type { Trace, TraceStep } from '../../cluster/network/trace.ts';
import { type HopsWords, hopsWords } from './words.ts';

/** A piece of a hop's second line: machine text, with what was rewritten marked. */
export interface HopPiece {
  readonly kind: 'text' | 'old' | 'new' | 'tag';
  readonly text: string;
}

export interface HopText {
  readonly title: string;
  /** Lines of pieces; a rewrite of both ends has two. */
  readonly lines: readonly (readonly HopPiece[])[];
}

/** The part of a node's name after its last dash, when that tells nodes apart: `905m`, but `host-a`. */
export function shortNode(name: string): string {
  const tail = name.slice(name.lastIndexOf('-') + 1);
  return tail.length < 3 ? name : tail;
}

/**
 * What a person reads about one hop. Made from the step's structure (who acted, where, what came of it) and its facts, so that it
 * says something true of any step.
 */
export function hopWords(step: TraceStep, trace: Trace, locale: string): HopText {
  return { title: titleOf(step, trace, locale), lines: linesOf(step, trace) };
}

/** Titles of steps whose structure alone says too little. */
function titleOfCode(step: TraceStep, trace: Trace, words: HopsWords): string | undefined {
  const node = 'node' in step.place ? shortNode(step.place.node) : '';
  switch (step.code) {
    case 'local.deliver':
      return words.local;
    case 'icmp.unowned':
      return words.noPing;
    case 'host.none':
      return words.noNeighbour;
    case 'route.none':
      return words.noRoute;
    case 'route.lost':
      return words.lostBeyond;
    case 'node.dark':
      return words.noPower(node);
    case 'docker.in':
      return words.intoHost(node);
    case 'docker.cross':
      return words.across('docker0');
    case 'docker.publish':
      return words.publishes(node, step.facts?.['container'] ?? '');
    case 'docker.proxy':
      return words.dockerProxy(step.facts?.['container'] ?? '');
    case 'docker.masquerade':
      return words.rewritesSource(node);
    case 'docker.restore':
      return words.restores(node);
    case 'tls.plain':
      return words.noTls(serverName(step, trace, words.aPod));
    case 'server.close':
      return words.closes(serverName(step, trace, words.aPod));
    case 'server.echo':
      return words.echoes(serverName(step, trace, words.aPod));
    default:
      return undefined;
  }
}

function titleOf(step: TraceStep, trace: Trace, locale: string): string {
  const words = hopsWords(locale);
  const known = titleOfCode(step, trace, words);
  if (known !== undefined) return known;
  const facts = step.facts ?? {};
  const node = 'node' in step.place ? shortNode(step.place.node) : '';
  const program = facts['program'] ?? trace.program;
  const index = trace.steps.indexOf(step);
  const dns = step.packet === 'dns';
  switch (step.component) {
    case 'client':
    case 'resolver': {
      if (index === 0 || (step.direction === 'request' && step.verdict === 'forward')) {
        if (trace.purpose === 'probe' || trace.purpose === 'healthcheck') return words.probes;
        if (dns) return words.asksName(program);
        return step.packet === 'icmp' ? words.sendsEcho(program) : words.opens(program);
      }
      if (trace.outcome !== 'ok' && (index === trace.steps.length - 1 || step.verdict !== 'forward'))
        return words.fails(program, trace.outcome);
      if (dns) return words.gotName(program);
      return step.packet === 'icmp' ? words.gotEcho(program) : words.gets(program);
    }
    case 'kube-proxy': {
      if (step.verdict === 'reject') return words.rejects(node);
      if (step.verdict === 'drop') return words.lostAt(node);
      if (step.direction === 'reply') return words.restores(node);
      if (step.after === undefined) return words.across('kube-proxy');
      const both = step.after.src !== step.before.src && step.after.dst !== step.before.dst;
      return both
        ? words.rewritesBoth(node)
        : step.after.dst !== step.before.dst || step.after.dstPort !== step.before.dstPort
          ? words.rewrites(node)
          : words.rewritesSource(node);
    }
    case 'server':
    case 'coredns': {
      const who =
        step.component === 'coredns' && step.place.at === 'pod'
          ? 'kube-dns'
          : step.component === 'coredns'
            ? step.before.dst
            : serverName(step, trace, words.aPod);
      if (dns) return step.verdict === 'reject' ? words.dnsDenies(who) : words.dnsAnswers(who);
      return step.verdict === 'reject'
        ? words.serverRefuses(who)
        : step.verdict === 'drop'
          ? words.lostAt(who)
          : words.answers(who);
    }
    case 'cloud':
      return step.verdict === 'drop' ? words.lost : words.cloud;
    case 'loadbalancer':
      return step.verdict === 'drop' ? words.lost : words.balancer;
    case 'networkpolicy':
      return words.policy;
    case 'tls':
      return step.verdict === 'reject' ? words.tlsFails : words.tls;
    default:
      return wayTitle(step, trace, index, locale);
  }
}

/** Titles of routing, bridges and the wire. */
function wayTitle(step: TraceStep, trace: Trace, index: number, locale: string): string {
  const words = hopsWords(locale);
  const { place } = step;
  if (step.verdict === 'drop') return 'node' in place ? words.lostAt(shortNode(place.node)) : words.lost;
  if (step.verdict === 'reject') return words.unreachable;
  if (step.verdict === 'rewrite') return 'node' in place ? words.rewritesSource(shortNode(place.node)) : words.cloud;
  if (place.at === 'bridge')
    return entersHere(step, trace, index)
      ? words.into(shortNode(place.node))
      : words.across(step.facts?.['bridge'] ?? 'cbr0');
  if (place.at === 'door') {
    if (entersHere(step, trace, index)) return words.into(shortNode(place.node));
    const to = nextNode(trace, index, place.node);
    return to === undefined ? words.outOf : words.out(shortNode(to));
  }
  return words.onWire;
}

/** Whether the packet comes into this node here: the step before was elsewhere. */
function entersHere(step: TraceStep, trace: Trace, index: number): boolean {
  const { place } = step;
  if (!('node' in place)) return false;
  for (let at = index - 1; at >= 0; at--) {
    const before = trace.steps[at]?.place;
    if (before === undefined) return false;
    if ('node' in before) return before.node !== place.node;
    if (before.at !== 'wire') return true;
  }
  return false;
}

function nextNode(trace: Trace, index: number, from: string): string | undefined {
  for (const step of trace.steps.slice(index + 1))
    if ('node' in step.place && step.place.node !== from) return step.place.node;
  return undefined;
}

function serverName(step: TraceStep, trace: Trace, fallback: string): string {
  const named = step.facts?.['program'] ?? step.facts?.['server'];
  if (named !== undefined) return named;
  if (step.place.at === 'pod') {
    const parts = step.place.pod.split('-');
    return parts.length > 1 ? `…${parts[parts.length - 1]}` : step.place.pod;
  }
  return trace.endpoint?.name ?? fallback;
}

function end(address: string, port: number): string {
  return port === 0 ? address : `${address}:${port}`;
}

const plain = (text: string): HopPiece => ({ kind: 'text', text });

function linesOf(step: TraceStep, trace: Trace): readonly (readonly HopPiece[])[] {
  const facts = step.facts ?? {};
  const { before, after } = step;
  if (after !== undefined && step.verdict === 'rewrite') {
    const lines: HopPiece[][] = [];
    const dst = before.dst !== after.dst || before.dstPort !== after.dstPort;
    const src = before.src !== after.src || before.srcPort !== after.srcPort;
    const both = dst && src;
    const pair = (tag: string, old: readonly [string, number], now: readonly [string, number]) => {
      const tagged = both || step.rewrite === '1:1' || (step.direction === 'request' && tag === 'SNAT');
      const onlyPort = old[0] === now[0];
      const short = both || step.direction === 'reply' || step.rewrite === '1:1';
      lines.push([
        ...(tagged ? [{ kind: 'tag' as const, text: step.rewrite === '1:1' ? '1:1' : tag }] : []),
        { kind: 'old', text: onlyPort ? end(...old) : old[0] },
        plain('→'),
        { kind: 'new', text: short && !onlyPort ? now[0] : end(...now) },
      ]);
    };
    if (dst) pair('DNAT', [before.dst, before.dstPort], [after.dst, after.dstPort]);
    if (src) pair('SNAT', [before.src, before.srcPort], [after.src, after.srcPort]);
    return lines;
  }
  if (facts['comment'] !== undefined) return [[plain(`REJECT ${facts['comment']}`)]];
  if (step.verdict === 'reject' && step.rule !== undefined) return [[plain(step.rule)]];
  if (step.code === 'server.refuse') return [[plain(end(before.dst, before.dstPort))]];
  if (facts['query'] !== undefined) {
    const { query, answer } = facts;
    if ((step.component === 'coredns' || step.direction === 'reply') && step.verdict !== 'forward')
      return [[plain(answer === undefined ? 'NXDOMAIN' : `A ${answer}`)]];
    return [[plain(`A? ${query}`)]];
  }
  const status = facts['status'];
  if (status !== undefined) return [[plain(status)]];
  const route =
    facts['route'] ??
    (facts['cidr'] !== undefined && facts['via'] !== undefined ? `${facts['cidr']} via ${facts['via']}` : undefined);
  if (route !== undefined) return [[plain(route)]];
  if (step.rule !== undefined) return [[plain(step.rule)]];
  if (step.code === 'docker.in') return [[plain('eth0')]];
  if (step.place.at === 'door' && trace.steps.indexOf(step) > 0 && entersHere(step, trace, trace.steps.indexOf(step)))
    return [[plain('eth0 → cbr0 → veth')]];
  if (step.component === 'server') return [[plain(end(before.dst, before.dstPort))]];
  return [[plain(`${before.src} → ${end(before.dst, before.dstPort)}`)]];
}

/** `0.3 ms`, `1.2 s`, `2 min 10 s`. */
export function timeText(ms: number, never: string): string {
  if (!Number.isFinite(ms)) return never;
  if (ms < 1000) return `${ms === 0 ? 0 : ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return seconds < 60
    ? `${Math.round(seconds * 10) / 10} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** One sentence for a screen reader: number, title, and the second line. */
export function announce(step: TraceStep, trace: Trace, number: number, locale: string): string {
  const { title, lines } = hopWords(step, trace, locale);
  return `${number}. ${title}. ${lines.map((line) => line.map((piece) => piece.text).join(' ')).join(', ')}`;
}
