import type { Case } from '../causes/cause.ts';
import type { CauseLink } from '../trace.ts';
import type { Fix, Propose } from './fix.ts';
import { nodes } from './nodes.ts';
import { policies } from './policies.ts';
import { services } from './services.ts';
import { workloads } from './workloads.ts';

export type { Fix, PatchStep } from './fix.ts';

/** What can be done about a cause, by the cause's code. */
const PROPOSALS: Readonly<Record<string, Propose>> = { ...services, ...workloads, ...nodes, ...policies };

/** Fixes for the last link of a chain that anything can be done about; none for an empty chain. */
export function fixesFor(given: Case, chain: readonly CauseLink[]): Fix[] {
  for (const link of [...chain].reverse()) {
    const found = PROPOSALS[link.code]?.(given, link) ?? [];
    if (found.length > 0) return found;
  }
  return [];
}
