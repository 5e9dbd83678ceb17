import type { Routine } from '../sim/routine.ts';
import type { FileSystem } from './filesystem.ts';
import type { Machine } from './machine.ts';

/** A readable end. Chunks are text of any length, see text.ts for bytes. */
export interface Input {
  /** The next chunk, or null at the end of input. */
  read(): Routine<string | null>;
  /** The next line without its newline, or null at the end. What follows stays readable. */
  readLine(): Routine<string | null>;
  /** The reader leaves: writers get SIGPIPE. */
  close(): void;
  /** Whether it is a terminal. */
  readonly tty: boolean;
}

/** A writable end. Waits while the reader is behind (a pipe holds 64 KiB). */
export interface Output {
  /** @throws BrokenPipe when nobody reads any more (the process then ends with 141, unless it catches it). */
  write(text: string): Routine;
  close(): void;
  readonly tty: boolean;
}

export class BrokenPipe extends Error {
  constructor() {
    super('Broken pipe');
    this.name = 'BrokenPipe';
  }
}

export type Signal =
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGKILL'
  | 'SIGHUP'
  | 'SIGPIPE'
  | 'SIGQUIT'
  | 'SIGTSTP'
  | 'SIGCONT'
  | 'SIGWINCH';

/** The numbers of the signals, for `kill -9` and exit status 128 + n. */
export const SIGNAL_NUMBERS: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGTSTP: 20,
  SIGWINCH: 28,
};

/** The controlling terminal of a process, when it has one. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Raw mode: keys come unedited and unechoed (ssh, exec -t, editors). Call the result to restore. */
  raw(): () => void;
  onResize(listener: () => void): () => void;
  /** Asks the page to open a text in its editor (kubectl edit); gives back the text once saved, or null when cancelled. Undefined without a page. */
  edit?(name: string, text: string): Routine<string | null>;
}

/** What a program sees of the world: its process. */
export interface Context {
  /** `argv[0]` is the name it was called by. */
  readonly argv: readonly string[];
  readonly env: Map<string, string>;
  /** Absolute; a shell builtin may change its shell's. */
  cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly terminal: Terminal | undefined;
  readonly machine: Machine;
  readonly fs: FileSystem;
  readonly pid: number;
  readonly user: string;
  /** Runs another program of this machine and waits for its exit status. Streams default to this process's. */
  run(
    argv: readonly string[],
    options?: {
      stdin?: Input;
      stdout?: Output;
      stderr?: Output;
      env?: ReadonlyMap<string, string>;
      cwd?: string;
    },
  ): Routine<number>;
  /**
   * Catches a signal instead of ending by it; the result restores the default. The handler is called synchronously; a
   * program that wants to leave a wait on a signal uses {@link Context.interrupted}.
   */
  onSignal(signal: Signal, handler: () => void): () => void;
  /** Waits for `inner`, but leaves it as soon as one of `signals` comes; undefined then. */
  interrupted<T>(inner: Routine<T>, ...signals: Signal[]): Routine<T | undefined>;
}

/**
 * One program: `run` returns the exit status. One folder or file each, registered by name in a registry with a lazy
 * loader. CPU loops must `yield* sleep(0.01)` now and then, so that Ctrl-C and the page get their turn.
 */
export interface Program {
  readonly name: string;
  /** One line for `help`. English; not translated, like everything a terminal shows. */
  readonly summary: string;
  run(context: Context): Routine<number>;
  /** It catches the signals that end it, as process 1 of a container has to: the kernel does nothing there by default. */
  readonly catchesSignals?: boolean;
}

/** Where programs are found by name: what a machine has on its PATH. `load` is called once, at first use. */
export interface ProgramEntry {
  readonly name: string;
  /** Whose make of it, where images differ: `busybox`. None is the common one. */
  readonly make?: string;
  readonly summary: string;
  /** `/usr/bin`, `/bin`, `/sbin`, ... for `which` and `ls`. */
  readonly directory: string;
  /** Ready at once (a Program), or loaded at first use. */
  readonly program: Program | (() => Promise<Program>);
}

/** Writes a line to a stream. */
export function* line(out: Output, text: string): Routine {
  yield* out.write(`${text}\n`);
}
