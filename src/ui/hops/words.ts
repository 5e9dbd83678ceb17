import type { Outcome } from '../../cluster/network/trace.ts';
import { en } from './words.en.ts';
import { ko } from './words.ko.ts';
import { zhCN } from './words.zh-CN.ts';

/** The words of the hop list. Names, addresses, programs and answers are machine text and come in as they are. */
export interface HopsWords {
  readonly title: string;
  readonly none: string;
  readonly noneHint: string;
  readonly findAddress: string;
  readonly thenConnect: string;
  readonly connect: string;
  readonly handshake: string;
  readonly ping: string;
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly inFlight: string;
  readonly paused: string;
  readonly failedAt: (outcome: Outcome, hop: number) => string;
  readonly hopOf: (hop: number, all: number) => string;
  readonly waiting: (count: number) => string;
  readonly never: string;
  readonly asking: string;
  readonly notSent: string;
  readonly answered: string;
  readonly opens: (program: string) => string;
  readonly asksName: (program: string) => string;
  readonly sendsEcho: (program: string) => string;
  readonly probes: string;
  readonly rewrites: (node: string) => string;
  readonly rewritesBoth: (node: string) => string;
  readonly rewritesSource: (node: string) => string;
  readonly restores: (node: string) => string;
  readonly rejects: (node: string) => string;
  readonly out: (to: string) => string;
  readonly outOf: string;
  readonly into: (node: string) => string;
  readonly across: (bridge: string) => string;
  readonly onWire: string;
  readonly answers: (who: string) => string;
  readonly serverRefuses: (who: string) => string;
  readonly dnsAnswers: (who: string) => string;
  readonly dnsDenies: (who: string) => string;
  readonly cloud: string;
  readonly balancer: string;
  readonly policy: string;
  readonly lost: string;
  readonly lostAt: (where: string) => string;
  readonly unreachable: string;
  readonly gets: (program: string) => string;
  readonly gotName: (program: string) => string;
  readonly gotEcho: (program: string) => string;
  readonly fails: (program: string, outcome: Outcome) => string;
  readonly tls: string;
  readonly tlsFails: string;
  readonly aPod: string;
  readonly local: string;
  readonly noPing: string;
  readonly noNeighbour: string;
  readonly noRoute: string;
  readonly lostBeyond: string;
  readonly noPower: (node: string) => string;
  readonly intoHost: (host: string) => string;
  readonly publishes: (host: string, container: string) => string;
  readonly dockerProxy: (container: string) => string;
  readonly noTls: (who: string) => string;
  readonly closes: (who: string) => string;
  readonly echoes: (who: string) => string;
}

export function hopsWords(locale: string): HopsWords {
  return locale.startsWith('zh') ? zhCN : locale.startsWith('ko') ? ko : en;
}
