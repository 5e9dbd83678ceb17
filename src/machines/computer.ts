import type { NetworkNamespace } from '../cluster/network/namespace.ts';
import { outside, type Routine, sleep, start, type Task, until } from '../sim/routine.ts';
import { copyOf } from './environment.ts';
import { FileError, type FileSystem } from './filesystem.ts';
import type { Machine, MachineKind, World } from './machine.ts';
import {
  BrokenPipe,
  type Context,
  type Input,
  type Output,
  type Program,
  type ProgramEntry,
  SIGNAL_NUMBERS,
  type Signal,
  type Terminal,
} from './process.ts';
import { EMPTY_INPUT } from './streams.ts';

/** What a program start costs, in virtual milliseconds: fork, exec, loading. */
const START_COST = 0.9;

/** Processes a machine runs at once; a fork bomb ends here. */
export const PROCESS_LIMIT = 400;

/** How deep programs may start programs. */
const DEPTH_LIMIT = 200;

export interface ComputerOptions {
  readonly id: string;
  readonly kind: MachineKind;
  readonly hostname: string;
  readonly user: string;
  readonly home: string;
  readonly fs: FileSystem;
  readonly network: NetworkNamespace;
  readonly world: World;
  readonly env: ReadonlyMap<string, string>;
  readonly programs: readonly ProgramEntry[];
}

/** How a process is started. Streams that are left out are empty or inherited. */
export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly stdin?: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly terminal?: Terminal;
  readonly user?: string;
  readonly parent?: Process;
  /** Runs this instead of looking argv[0] up. */
  readonly program?: Program;
}

/** The machine cannot take another process (EAGAIN). */
export class ForkError extends Error {
  constructor() {
    super('fork: retry: Resource temporarily unavailable');
    this.name = 'ForkError';
  }
}

/** A simulated computer: looks programs up, runs processes, delivers signals. */
export class Computer implements Machine {
  readonly id: string;
  readonly kind: MachineKind;
  readonly hostname: string;
  readonly user: string;
  readonly home: string;
  readonly fs: FileSystem;
  readonly network: NetworkNamespace;
  readonly world: World;
  readonly env: ReadonlyMap<string, string>;
  readonly processes = new Map<number, Process>();
  private readonly entries: ReadonlyMap<string, ProgramEntry>;
  private nextPid: number;

  constructor(options: ComputerOptions) {
    this.id = options.id;
    this.kind = options.kind;
    this.hostname = options.hostname;
    this.user = options.user;
    this.home = options.home;
    this.fs = options.fs;
    this.network = options.network;
    this.world = options.world;
    this.env = options.env;
    this.entries = byName(options.programs);
    this.nextPid = options.kind === 'container' ? 1 : 1200;
  }

  program(name: string): ProgramEntry | undefined {
    const base = name.includes('/') ? name.slice(name.lastIndexOf('/') + 1) : name;
    const entry = this.entries.get(base);
    if (entry === undefined || !name.includes('/')) return entry;
    return name === `${entry.directory}/${base}` || /^(\/usr)?\/s?bin\//.test(name) ? entry : undefined;
  }

  programs(): readonly ProgramEntry[] {
    return [...this.entries.values()];
  }

  /** Starts a process. @throws ForkError when the table is full */
  start(options: ProcessOptions): Process {
    if (this.processes.size >= PROCESS_LIMIT || (options.parent?.depth ?? 0) >= DEPTH_LIMIT) throw new ForkError();
    return new Process(this, this.nextPid++, options);
  }

  /** Ends every process at once, without signals: the power is gone. */
  cut(): void {
    for (const process of [...this.processes.values()]) process.destroy();
  }
}

/** One process of a computer. */
export class Process {
  readonly computer: Computer;
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly argv: readonly string[];
  readonly depth: number;
  readonly children = new Set<Process>();
  readonly startedAt: number;
  exitCode: number | undefined;
  /** The signal that ended it, when it did not catch it. */
  endedBy: Signal | undefined;
  private readonly handlers = new Map<Signal, Set<() => void>>();
  private readonly exits: ((code: number) => void)[] = [];
  private task: Task<number> | undefined;

  constructor(computer: Computer, pid: number, options: ProcessOptions) {
    this.computer = computer;
    this.pid = pid;
    this.parent = options.parent;
    this.argv = options.argv;
    this.depth = (options.parent?.depth ?? 0) + 1;
    this.startedAt = computer.world.sim.now();
    options.parent?.children.add(this);
    computer.processes.set(pid, this);
    const context = this.context(options);
    this.task = start(computer.world.sim, this.main(context, options));
    this.task.onEnd((outcome) => {
      if (outcome.ok) this.finish(outcome.value);
      else if (outcome.error instanceof BrokenPipe) this.finish(128 + SIGNAL_NUMBERS.SIGPIPE);
      else throw outcome.error;
    });
  }

  get alive(): boolean {
    return this.exitCode === undefined;
  }

  /** Delivers a signal: to its handlers, or it ends the process. */
  signal(signal: Signal): void {
    if (!this.alive) return;
    const handlers = this.handlers.get(signal);
    if (signal !== 'SIGKILL' && handlers !== undefined && handlers.size > 0) {
      for (const handler of [...handlers]) handler();
      return;
    }
    if (signal === 'SIGWINCH' || signal === 'SIGCONT' || signal === 'SIGTSTP') return;
    // Process 1 of a container has no default actions.
    if (this.pid === 1 && this.computer.kind === 'container' && signal !== 'SIGKILL') return;
    this.task?.kill();
    this.endedBy = signal;
    this.finish(128 + SIGNAL_NUMBERS[signal]);
  }

  /** Delivers a signal to this process and all below it, deepest first. */
  signalTree(signal: Signal): void {
    for (const child of [...this.children]) child.signalTree(signal);
    this.signal(signal);
  }

  /** It no longer belongs to who started it, and outlives it. */
  orphan(): void {
    this.parent?.children.delete(this);
  }

  /** Ends it at once, no signal, no last step: the machine under it is gone. Who waits for it learns that much. */
  destroy(): void {
    if (!this.alive) return;
    this.task?.kill();
    this.exitCode = 137;
    this.computer.processes.delete(this.pid);
    this.parent?.children.delete(this);
    for (const listener of this.exits) listener(137);
  }

  onExit(listener: (code: number) => void): void {
    if (this.exitCode !== undefined) listener(this.exitCode);
    else this.exits.push(listener);
  }

  /** Waits until it ends; its exit status. A caller that is killed meanwhile leaves it running. */
  *wait(): Routine<number> {
    if (this.exitCode !== undefined) return this.exitCode;
    return yield* until<number>((resolve) => {
      this.onExit(resolve);
      return () => {};
    });
  }

  private finish(code: number): void {
    if (!this.alive) return;
    this.exitCode = code;
    this.computer.processes.delete(this.pid);
    this.parent?.children.delete(this);
    // What it started in the foreground does not outlive it; orphans of a shell were given away before.
    for (const child of [...this.children]) child.signalTree('SIGHUP');
    for (const listener of this.exits) listener(code);
  }

  private *main(context: Context, options: ProcessOptions): Routine<number> {
    yield* sleep(START_COST);
    const name = options.argv[0] ?? '';
    const program = options.program ?? (yield* loadProgram(this.computer, name));
    if (program === undefined) {
      yield* context.stderr.write(`${name}: command not found\n`);
      return 127;
    }
    try {
      return yield* program.run(context);
    } catch (error) {
      if (error instanceof FileError) {
        yield* context.stderr.write(`${name}: ${error.path}: ${error.message}\n`);
        return 1;
      }
      if (error instanceof ForkError) {
        yield* context.stderr.write(`${name}: ${error.message}\n`);
        return 254;
      }
      if (error instanceof Error && error.name === 'MemoryExhausted') {
        yield* context.stderr.write(`${name}: memory exhausted\n`);
        return 2;
      }
      // What a real program would die of: a text as long as memory, or a recursion without end.
      if (error instanceof RangeError) {
        const deep = /call stack/.test(error.message);
        yield* context.stderr.write(deep ? 'Segmentation fault (core dumped)\n' : `${name}: memory exhausted\n`);
        return deep ? 139 : 2;
      }
      throw error;
    }
  }

  private context(options: ProcessOptions): Context {
    const process = this;
    const { computer } = this;
    const env = copyOf(options.env ?? computer.env);
    const stdin = options.stdin ?? EMPTY_INPUT;
    const context: Context = {
      argv: options.argv,
      env,
      cwd: options.cwd ?? computer.home,
      stdin,
      stdout: options.stdout,
      stderr: options.stderr,
      terminal: options.terminal,
      machine: computer,
      fs: computer.fs,
      pid: this.pid,
      user: options.user ?? options.parent?.userName ?? computer.user,
      *run(argv, given = {}) {
        const child = computer.start({
          argv,
          env: given.env ?? env,
          cwd: given.cwd ?? context.cwd,
          stdin: given.stdin ?? stdin,
          stdout: given.stdout ?? options.stdout,
          stderr: given.stderr ?? options.stderr,
          ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
          user: context.user,
          parent: process,
        });
        return yield* child.wait();
      },
      onSignal(signal, handler) {
        const set = process.handlers.get(signal) ?? new Set();
        process.handlers.set(signal, set);
        set.add(handler);
        return () => set.delete(handler);
      },
      *interrupted(inner, ...signals) {
        const task = start(computer.world.sim, inner);
        const result = yield* until<{ value?: unknown; error?: unknown; ok: boolean }>((resolve) => {
          const stops = signals.map((signal) => context.onSignal(signal, () => resolve({ ok: true })));
          task.onEnd((outcome) =>
            resolve(outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error }),
          );
          return () => {
            for (const stop of stops) stop();
            task.kill();
          };
        });
        if (!result.ok) throw result.error;
        return result.value as never;
      },
    };
    this.userName = context.user;
    return context;
  }

  /** The user it runs as. */
  userName = '';
}

const BY_NAME = new WeakMap<readonly ProgramEntry[], ReadonlyMap<string, ProgramEntry>>();

/** The programs by their names; machines of one image share the list and what it is turned into. */
function byName(programs: readonly ProgramEntry[]): ReadonlyMap<string, ProgramEntry> {
  let entries = BY_NAME.get(programs);
  if (entries === undefined) {
    entries = new Map(programs.map((entry) => [entry.name, entry]));
    BY_NAME.set(programs, entries);
  }
  return entries;
}

/** The program by its name, loaded on first use; undefined when the machine has none of that name. */
export function* loadProgram(machine: Machine, name: string): Routine<Program | undefined> {
  const entry = machine.program(name);
  if (entry === undefined) return undefined;
  return yield* loaded(entry);
}

const LOADED = new WeakMap<ProgramEntry, Program>();

function* loaded(entry: ProgramEntry): Routine<Program> {
  if (typeof entry.program !== 'function') return entry.program;
  const known = LOADED.get(entry);
  if (known !== undefined) return known;
  const program = yield* outside(entry.program);
  LOADED.set(entry, program);
  return program;
}
