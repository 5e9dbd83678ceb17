import { atFirstUse } from './at-first-use.ts';

/** Arithmetic, which most command lines do without. */
export const numbers = atFirstUse(() => import('./arithmetic-expansion.ts'));
