import type { NetworkNamespace } from '../cluster/network/namespace.ts';
import type { Network } from '../cluster/network/network.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { FileSystem } from './filesystem.ts';
import type { ProgramEntry } from './process.ts';

/** What kind of computer it is: decides the prompt, the default user and which programs it has. */
export type MachineKind = 'laptop' | 'node' | 'container';

/**
 * What machines reach beyond themselves. The playground fills it in when it puts a cluster together; programs read it from
 * `context.machine.world`. Adding a service here is for things that several programs need; a program's own state is its own.
 */
export interface World {
  readonly sim: Simulation;
  readonly network: Network;
  /** A machine one can ssh to, by host name or address. */
  machineByHost(host: string): Machine | undefined;
  /** Anything else that programs agree on (`kubernetes`: the API client that kubectl uses, see programs/kubectl/api.ts). */
  service<T>(key: ServiceKey<T>): T;
}

/** Names a service of the {@link World} and its type: `const KUBERNETES = serviceKey<KubeApi>('kubernetes')`. */
export interface ServiceKey<T> {
  readonly name: string;
  /** Never set: carries the type. */
  readonly type?: T;
}

export function serviceKey<T>(name: string): ServiceKey<T> {
  return { name };
}

/** A computer: files, processes, a network namespace, programs. */
export interface Machine {
  readonly id: string;
  readonly kind: MachineKind;
  readonly hostname: string;
  readonly user: string;
  readonly home: string;
  readonly fs: FileSystem;
  readonly network: NetworkNamespace;
  readonly world: World;
  /** The environment a login starts with. */
  readonly env: ReadonlyMap<string, string>;
  /** Programs by name: what `which` finds. */
  program(name: string): ProgramEntry | undefined;
  programs(): readonly ProgramEntry[];
}
