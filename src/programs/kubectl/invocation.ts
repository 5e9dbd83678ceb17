import type { FileSystem } from '../../machines/filesystem.ts';
import type { Context } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { chosenNamespace, clientConfig } from './config/client-config.ts';
import { type Kubeconfig, loadKubeconfig } from './config/kubeconfig.ts';
import type { Flags } from './flags.ts';
import { RestClient } from './rest/client.ts';
import { discover } from './rest/discovery.ts';
import { RestMapper } from './rest/mapper.ts';

/** One command line under way: its flags and arguments, the process it runs in, and the ways to the server. */
export class Invocation {
  readonly context: Context;
  readonly flags: Flags;
  /** `kubectl rollout undo`: for messages. */
  readonly path: string;
  private config: Kubeconfig | undefined;
  private rest: RestClient | undefined;
  private restMapper: RestMapper | undefined;

  constructor(context: Context, flags: Flags, path: string) {
    this.context = context;
    this.flags = flags;
    this.path = path;
  }

  get args(): readonly string[] {
    return this.flags.args;
  }

  get fs(): FileSystem {
    return this.context.fs;
  }

  /** Calendar time in ms since 1970. */
  get now(): number {
    return this.context.machine.world.sim.calendar();
  }

  /** The merged kubeconfig. @throws Failure */
  get kubeconfig(): Kubeconfig {
    this.config ??= loadKubeconfig(this.context, this.flags.string('kubeconfig'));
    return this.config;
  }

  /** The kubeconfig as `kubectl config` sees it: a file that --kubeconfig names need not exist yet. @throws Failure */
  get startingKubeconfig(): Kubeconfig {
    return loadKubeconfig(this.context, this.flags.string('kubeconfig'), { mayBeMissing: true });
  }

  /** The namespace of the command, and whether --namespace gave it. @throws Failure */
  get namespace(): { readonly name: string; readonly explicit: boolean } {
    return chosenNamespace(this.kubeconfig, this.flags);
  }

  /** @throws Failure */
  get client(): RestClient {
    this.rest ??= new RestClient(this.context, clientConfig(this.kubeconfig, this.flags), this.path);
    return this.rest;
  }

  /** What the server serves; asked for once a command. */
  *mapper(): Routine<RestMapper> {
    this.restMapper ??= new RestMapper(yield* discover(this.client, this.context));
    return this.restMapper;
  }

  *out(text: string): Routine {
    if (text !== '') yield* this.context.stdout.write(text);
  }

  *err(text: string): Routine {
    if (text !== '') yield* this.context.stderr.write(text);
  }
}
