import { en } from './words.en.ts';
import { ko } from './words.ko.ts';
import { zhCN } from './words.zh-CN.ts';

/** Everything the graph says in a person's language. Names, addresses and states of kubectl are machine text and stay as they are. */
export interface GraphWords {
  readonly cluster: string;
  readonly virtual: string;
  readonly wire: (network: string) => string;
  readonly written: string;
  readonly writtenAll: string;
  readonly rules: string;
  readonly rulesShort: string;
  readonly shell: string;
  readonly shells: (count: number) => string;
  readonly idle: string;
  readonly laptop: string;
  readonly laptopShort: string;
  readonly internet: string;
  readonly loadBalancer: string;
  readonly noLoadBalancer: string;
  readonly ready: string;
  readonly notReady: string;
  readonly noPower: string;
  readonly cordoned: string;
  readonly selector: string;
  readonly noSelector: string;
  readonly port: string;
  readonly externalIP: string;
  readonly endpoints: string;
  readonly readyOf: (ready: number, all: number) => string;
  readonly endpointCount: (count: number) => string;
  readonly more: (count: number) => string;
  readonly noPodMatches: string;
  readonly noEndpoint: string;
  readonly headless: string;
  readonly noRules: string;
  readonly noRulesYet: string;
  readonly anyNode: (port: number) => string;
  readonly services: (count: number) => string;
  readonly pods: (count: number) => string;
  readonly moreNodes: (count: number) => string;
  readonly selectToOpen: string;
  readonly noIP: string;
  readonly lastKnown: string;
  readonly withoutHeartbeat: string;
  readonly silence: (ms: number) => string;
  readonly notYet: string;
  readonly noService: string;
  readonly noServiceHint: string;
  readonly noPods: string;
  readonly noPodsHint: string;
  readonly waitingPods: (count: number) => string;
  readonly docker: string;
  readonly aCluster: string;
  readonly nothingSpans: string;
  readonly sameAddress: string;
  readonly fit: string;
  readonly fullscreen: string;
  readonly leaveFullscreen: string;
  readonly graphOf: (nodes: number, services: number, pods: number) => string;
  readonly state: {
    readonly pending: string;
    readonly ready: string;
    readonly notready: string;
    readonly terminating: string;
    readonly failed: string;
    readonly succeeded: string;
  };
  readonly kinds: {
    readonly node: string;
    readonly pod: string;
    readonly service: string;
    readonly container: string;
    readonly group: (owner: string, count: number) => string;
  };
  readonly legend: {
    readonly dns: string;
    readonly http: string;
    readonly tls: string;
    readonly reply: string;
    readonly dropped: string;
  };
}

export type Locale = 'en' | 'zh-CN' | 'ko';

export function graphWords(locale: string): GraphWords {
  return locale.startsWith('zh') ? zhCN : locale.startsWith('ko') ? ko : en;
}
