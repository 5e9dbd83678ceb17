import type { Trace } from '../../cluster/network/trace.ts';
import type { Hue } from '../graph/layout/picture.ts';
import { traceHue } from '../graph/path/hue.ts';
import type { HopsWords } from './words.ts';

/** One name that the resolver tried. */
export interface Attempt {
  readonly name: string;
  readonly state: 'hit' | 'miss' | 'asking';
  readonly label: string;
}

/** One exchange in the list: a header, its hops, and for DNS the names that were tried. */
export interface Section {
  readonly trace: Trace;
  readonly title: string;
  readonly protocol: string;
  readonly hue: Hue;
  /** Number of its first hop: numbers run on. */
  readonly first: number;
  readonly attempts: readonly Attempt[];
}

/** Splits the traces of an exchange into sections. Look-ups that follow each other share one: each attempt is a line in it. */
export function sectionsOf(
  exchange: readonly Trace[],
  current: Trace | undefined,
  words: HopsWords,
): readonly Section[] {
  const sections: Section[] = [];
  let first = 1;
  let index = 0;
  while (index < exchange.length) {
    const start = index;
    while (exchange[index]?.purpose === 'dns' && exchange[index + 1]?.purpose === 'dns') index++;
    const run = exchange.slice(start, index + 1);
    const shown = run.find((trace) => trace === current) ?? run[run.length - 1];
    index++;
    if (shown === undefined) continue;
    sections.push({
      trace: shown,
      title: titleOf(shown, sections.length > 0, words),
      protocol: protocolOf(shown),
      hue: traceHue(shown),
      first,
      attempts: run.length < 2 ? [] : run.map((trace) => attemptOf(trace, trace === current, words)),
    });
    first += shown.steps.length;
  }
  return sections;
}

function titleOf(trace: Trace, later: boolean, words: HopsWords): string {
  if (trace.purpose === 'dns') return words.findAddress;
  if (trace.purpose === 'ping') return words.ping;
  return later ? words.thenConnect : words.connect;
}

function protocolOf(trace: Trace): string {
  const first = trace.steps[0];
  if (first === undefined) return '';
  const name = first.packet === 'dns' || first.packet === 'udp' ? 'UDP' : first.packet === 'icmp' ? 'ICMP' : 'TCP';
  return first.before.dstPort === 0 ? name : `${name} ${first.before.dstPort}`;
}

function attemptOf(trace: Trace, current: boolean, words: HopsWords): Attempt {
  const name = trace.steps.find((step) => step.facts?.['query'] !== undefined)?.facts?.['query'] ?? trace.target;
  if (trace.outcome === 'ok') return { name, state: 'hit', label: words.answered };
  if (current) return { name, state: 'asking', label: words.asking };
  return { name, state: 'miss', label: trace.outcome === 'no-such-host' ? 'NXDOMAIN' : words.outcome[trace.outcome] };
}
