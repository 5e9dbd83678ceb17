import type { Diagnosis } from '../../cluster/network/causes/diagnosis.ts';
import type { Fix } from '../../cluster/network/fixes/fix.ts';
import type { CauseLink, Trace } from '../../cluster/network/trace.ts';
import { serviceKey } from '../../machines/machine.ts';

/** How a request is made again. */
export interface Request {
  /** Where: `laptop`, `node/NAME`, `pod/NAMESPACE/NAME`. */
  readonly machine: string;
  /** The command line. */
  readonly line: string;
}

/** What came of a fix that was tried on a copy of the cluster. */
export interface Attempt {
  /** Whether the request arrived and was answered, several times in a row. */
  readonly ok: boolean;
  /** The request as it was made. */
  readonly request: Request;
  /** The last exchange that the request made; absent when it made none. */
  readonly trace?: Trace;
  /** Why it still fails: what fails next. */
  readonly next?: Diagnosis;
  /** What the fix's commands printed. */
  readonly output: string;
  /** Virtual seconds from the fix to the answer. */
  readonly seconds: number;
}

/** Why a command failed, and what would mend it, where there is no exchange to tell. */
export interface Explained {
  readonly request: Request;
  readonly chain: readonly CauseLink[];
  readonly fixes: readonly Fix[];
}

/** What the session around the machines can do about a failed request. */
export interface WhyService {
  /** Tries a fix on a copy of the cluster: nothing of it is seen outside. */
  whatIf(request: Request, fix: Fix): Promise<Attempt>;
  /** Why the last command failed that sent no packet; undefined when it did not, or nothing is known. */
  lastCommand(): Promise<Explained | undefined>;
  /** Turns a node on. */
  powerOn(node: string): void;
  /** Whether causes and fixes are kept from the learner, who is to find them. */
  withheld(): boolean;
  /** The learner asks for them all the same. */
  reveal(): void;
}

export const WHY = serviceKey<WhyService>('why');
