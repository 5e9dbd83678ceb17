import type { Lookup } from '../../cluster/network/network.ts';
import type { Context } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';

/** Finds a host's address and waits as long as that takes. */
export function* findHost(context: Context, host: string, target: string): Routine<Lookup> {
  const { world, network } = context.machine;
  const found = world.network.lookup(network, host, { program: context.argv[0]?.replace(/^.*\//, '') ?? '', target });
  if (found.duration > 0) yield* sleep(Math.min(found.duration, 60_000));
  return found;
}
