import type { Routine } from '../../sim/routine.ts';
import type { Flag } from './flags.ts';
import type { Invocation } from './invocation.ts';

/**
 * A verb or a subcommand. A verb with all its subcommands is one file in `verbs/`, registered in `commands.ts`. Its
 * `--help` is data (`help/`, recorded from the real kubectl), so it says nothing of itself here.
 */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly flags?: readonly Flag[];
  /** Flags that its subcommands take too. */
  readonly persistentFlags?: readonly Flag[];
  readonly subcommands?: readonly Command[];
  /** What `--help` prints of a verb whose help is not its recorded text. */
  readonly help?: { readonly stream: 'stdout' | 'stderr'; readonly text: string };
  /** For a verb with subcommands that does nothing alone: where its help goes, and the exit status (stderr and 1). */
  readonly alone?: { readonly stream: 'stdout' | 'stderr'; readonly status: number };
  /** Cobra's check of the arguments, before the required flags are checked. @throws Failure */
  checkArguments?(args: readonly string[], path: string): void;
  /** Groups of flags of which only one may be set (cobra's MarkFlagsMutuallyExclusive). */
  readonly exclusive?: readonly (readonly string[])[];
  /** Does the work. The exit status is 0 unless it says otherwise or throws a Failure. */
  run?(invocation: Invocation): Routine<number | undefined> | Routine<void>;
}

/** How the tree of commands finds a verb without loading it. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Names for which cobra suggests this one. */
  readonly suggestFor?: readonly string[];
  readonly hidden?: boolean;
  load(): Promise<{ readonly default: Command }>;
}
