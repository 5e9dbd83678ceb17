import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';

/** Whether a command's changes are made, only thought out here, or only tried at the server. */
export type DryRun = 'none' | 'client' | 'server';

/** --dry-run of a command line. @throws Failure for a value that is none of them */
export function* dryRunOf(invocation: Invocation): Routine<DryRun> {
  const value = invocation.flags.string('dry-run');
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value === 'unchanged') {
    yield* klogWarning(invocation, '--dry-run is deprecated and can be replaced with --dry-run=client.');
    return 'client';
  }
  throw new Failure(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** A line of klog on stderr, as the libraries inside kubectl write them. */
export function* klogWarning(invocation: Invocation, text: string, source = 'helpers.go:731'): Routine {
  const date = new Date(invocation.now);
  const two = (value: number) => String(value).padStart(2, '0');
  const stamp = `${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())} ${date.toISOString().slice(11, 23)}000`;
  yield* invocation.err(`W${stamp} ${String(invocation.context.pid).padStart(7)} ${source}] ${text}\n`);
}

/** What a verb says it did: `created (dry run)`. */
export function operationText(operation: string, dryRun: DryRun): string {
  if (dryRun === 'client') return `${operation} (dry run)`;
  return dryRun === 'server' ? `${operation} (server dry run)` : operation;
}
