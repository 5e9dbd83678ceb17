import type { KnownCauseCode, KnownFixCode } from '../../cluster/network/codes.ts';
import { en } from './words.en.ts';
import { ko } from './words.ko.ts';
import { zhCN } from './words.zh-CN.ts';

/** The named values of a cause or a fix. Names, addresses, messages of programs: machine text, the same in every language. */
export type Facts = Readonly<Record<string, string>>;

/** Everything that is said about why a request failed and what would mend it. */
export interface WhyWords {
  /** The question itself: the button, and the head of the card. */
  readonly ask: string;
  readonly whatIf: string;
  readonly failed: (line: string) => string;
  readonly succeeded: (line: string) => string;
  readonly nothing: string;
  readonly noCause: string;
  /** Where the learner is to find the cause. */
  readonly withheld: string;
  /** The button that shows it all the same. */
  readonly reveal: string;
  readonly shows: string;
  readonly tryIt: string;
  readonly apply: string;
  readonly trying: string;
  readonly arrives: (seconds: number) => string;
  readonly failsNext: string;
  readonly tooLate: string;
  readonly close: string;
  readonly traffic: string;
  readonly noTraffic: string;
  readonly selects: (pods: number, ready: number) => string;
  readonly selectsNone: string;
  readonly nearest: (labels: string) => string;
  readonly portUnnamed: (name: string, known: string) => string;
  readonly portClosed: (port: string, open: string) => string;
  readonly objectMissing: (kind: string, name: string) => string;
  readonly keyMissing: (kind: string, name: string, key: string) => string;
  readonly causes: Readonly<Record<KnownCauseCode, (facts: Facts) => string | undefined>>;
  readonly fixes: Readonly<Record<KnownFixCode, (facts: Facts) => string>>;
}

/** The words of a language: a locale of the page, or what `LANG` says in a shell. */
export function whyWords(locale: string): WhyWords {
  return locale.startsWith('zh') ? zhCN : locale.startsWith('ko') ? ko : en;
}

export function causeText(words: WhyWords, code: string, facts: Facts = {}): string {
  return words.causes[code as KnownCauseCode]?.(facts) ?? code;
}

export function fixText(words: WhyWords, code: string, facts: Facts = {}): string {
  return words.fixes[code as KnownFixCode]?.(facts) ?? code;
}
