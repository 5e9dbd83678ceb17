import type { Case } from '../causes/cause.ts';
import type { CauseLink } from '../trace.ts';
import { behaviour } from './behaviour.ts';
import type { Fix, Propose } from './fix.ts';
import { names } from './names.ts';
import { nodes } from './nodes.ts';
import { outside } from './outside.ts';
import { policies } from './policies.ts';
import { ports } from './ports.ts';
import { selectors } from './selectors.ts';
import { workloads } from './workloads.ts';

export type { Fix, PatchStep } from './fix.ts';

/** What can be done about a cause, by the cause's code. */
const PROPOSALS: Readonly<Record<string, Propose>> = {
  ...selectors,
  ...ports,
  ...names,
  ...outside,
  ...behaviour,
  ...workloads,
  ...nodes,
  ...policies,
};

/** Fixes for the last link of a chain that anything can be done about; none for an empty chain. */
export function fixesFor(given: Case, chain: readonly CauseLink[]): Fix[] {
  for (const link of [...chain].reverse()) {
    const found = PROPOSALS[link.code]?.(given, link) ?? [];
    if (found.length > 0) return found;
  }
  return [];
}
