import { type Fix, fixesFor } from '../fixes/index.ts';
import type { CauseLink, Trace } from '../trace.ts';
import type { Case } from './cause.ts';
import { explain } from './index.ts';
import { remarks } from './protocols.ts';

/** Why an exchange went as it did, and what would mend it. */
export interface Diagnosis {
  readonly trace: Trace;
  /** From the symptom to what a person can change; of an exchange that went well, what is worth knowing. May be empty. */
  readonly chain: readonly CauseLink[];
  /** The likeliest first. */
  readonly fixes: readonly Fix[];
}

/** Explains an exchange by the cluster as it is now. */
export function diagnose(given: Case): Diagnosis {
  const chain = given.trace.outcome === 'ok' ? remarks(given) : explain(given);
  return { trace: given.trace, chain, fixes: fixesFor(given, chain) };
}
