import type { CommandNode, CompoundList, Statement } from 'unbash';
import type { Computer, Process } from '../computer.ts';
import type { Context, Input, Output } from '../process.ts';
import { ExpansionError } from './expansion-error.ts';
import type { Job } from './job.ts';
import type { CommandObserver } from './observer.ts';

/** Commands joined by `|`, or one behind `!` or `time`. */
export type Pipeline = Extract<Statement['command'], { type: 'Pipeline' }>;

/** The standard streams of a command. */
export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** State of a shell that a subshell copies. */
export interface Saved {
  readonly variables: Map<string, string>;
  readonly arrays: Map<string, string[]>;
  readonly maps: Map<string, Map<string, string>>;
  readonly readonlys: Set<string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, CommandNode | CompoundList>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  positional: string[];
}

/** Variables, options, functions, jobs: what a shell remembers between commands. */
export class ShellState implements Saved {
  readonly context: Context;
  readonly computer: Computer;
  readonly process: Process;
  readonly variables: Map<string, string>;
  /** Lists; an item that was unset leaves a hole. */
  readonly arrays: Map<string, string[]>;
  /** Associative lists, made by `declare -A`. */
  readonly maps: Map<string, Map<string, string>>;
  readonly readonlys: Set<string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, CommandNode | CompoundList>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly jobs = new Map<number, Job>();
  readonly traps = new Map<string, string>();
  readonly folders: string[] = [];
  /** Trap actions whose signal has come; run before the next command. */
  readonly pendingTraps: string[] = [];
  positional: string[] = [];
  locals: Map<string, string | undefined>[] = [];
  status = 0;
  name: string;
  interactive = false;
  /** Runs a script: errors tell the line, and what bash calls fatal ends it. */
  scripted = false;
  /** Names of the functions that run, innermost last. */
  readonly callers: string[] = [];
  /** `bash` or `sh`: how errors begin. */
  readonly flavour: 'bash' | 'sh';
  history: string[] = [];
  lastBackground = 0;
  pipeStatus: number[] = [0];
  observer: CommandObserver | undefined;
  /** Marks the process that Ctrl-C reaches. Set by an interactive shell. */
  foreground: (process: Process | undefined) => void = () => {};
  private counter = 0;
  private readonly random;

  constructor(
    context: Context,
    computer: Computer,
    process: Process,
    options: { name: string; flavour: 'bash' | 'sh'; from?: Saved },
  ) {
    this.context = context;
    this.computer = computer;
    this.process = process;
    this.name = options.name;
    this.flavour = options.flavour;
    const { from } = options;
    this.variables = new Map(from?.variables ?? context.env);
    this.arrays = new Map(from?.arrays ?? []);
    this.maps = new Map([...(from?.maps ?? [])].map(([name, map]) => [name, new Map(map)]));
    this.readonlys = new Set(from?.readonlys ?? []);
    this.exported = new Set(from?.exported ?? context.env.keys());
    this.functions = new Map(from?.functions ?? []);
    this.aliases = new Map(from?.aliases ?? []);
    this.options = new Set(from?.options ?? []);
    this.positional = [...(from?.positional ?? [])];
    this.random = computer.world.sim.random.stream(`shell/${computer.id}/${context.pid}`);
  }

  nextNumber(): number {
    return ++this.counter;
  }

  /** A variable's value; not of special parameters. */
  variable(name: string): string | undefined {
    if (name === 'RANDOM') return String(this.random.below(32768));
    if (name === 'SECONDS') return String(Math.floor((this.computer.world.sim.now() - this.process.startedAt) / 1000));
    if (name === 'PWD') return this.context.cwd;
    if (name === 'PIPESTATUS') return String(this.pipeStatus[0] ?? 0);
    if (name === 'FUNCNAME') return this.callers.at(-1);
    if (name === 'BASH_VERSION' && this.flavour === 'bash') return '5.2.15(1)-release';
    return this.variables.get(name) ?? this.arrays.get(name)?.[0];
  }

  /** A parameter: variable, positional, special, or an item of an array. */
  parameter(name: string, index?: string): string | undefined {
    if (index !== undefined) {
      const map = this.maps.get(name);
      if (map !== undefined) return map.get(index);
      const list = this.arrays.get(name) ?? this.array(name);
      const at = Number(index) || 0;
      return list[at < 0 ? list.length + at : at];
    }
    if (/^\d+$/.test(name)) return name === '0' ? this.name : this.positional[Number(name) - 1];
    switch (name) {
      case '?':
        return String(this.status);
      case '$':
        return String(this.context.pid);
      case '!':
        return this.lastBackground === 0 ? '' : String(this.lastBackground);
      case '#':
        return String(this.positional.length);
      case '@':
      case '*':
        return this.positional.join(' ');
      case '-':
        return this.interactive ? 'himBHs' : 'hB';
      default:
        return this.variable(name);
    }
  }

  array(name: string): string[] {
    if (name === 'PIPESTATUS') return this.pipeStatus.map(String);
    const map = this.maps.get(name);
    if (map !== undefined) return [...map.values()];
    const list = this.arrays.get(name);
    if (list !== undefined) return Object.values(list);
    const value = this.variables.get(name);
    return value === undefined ? [] : [value];
  }

  /** The indices or keys of a list. */
  keys(name: string): string[] {
    const map = this.maps.get(name);
    if (map !== undefined) return [...map.keys()];
    return Object.keys(this.arrays.get(name) ?? this.array(name));
  }

  /** Sets one item of a list or of an associative list. */
  setItem(name: string, index: string, value: string): void {
    this.mayWrite(name);
    const map = this.maps.get(name);
    if (map !== undefined) {
      map.set(index, value);
      return;
    }
    const list = this.arrays.get(name) ?? [...this.array(name)];
    const at = Number(index) || 0;
    list[at < 0 ? Math.max(0, list.length + at) : Math.min(at, 1_000_000)] = value;
    this.setList(name, list);
  }

  setList(name: string, list: string[]): void {
    this.mayWrite(name);
    this.variables.delete(name);
    this.arrays.set(name, list);
  }

  private mayWrite(name: string): void {
    if (this.readonlys.has(name)) throw new ExpansionError(`${name}: readonly variable`, true);
  }

  assign(name: string, value: string): void {
    this.mayWrite(name);
    this.arrays.delete(name);
    this.variables.set(name, value);
    if (this.options.has('allexport')) this.exported.add(name);
  }

  unset(name: string): void {
    const item = /^(\w+)\[(.*)\]$/.exec(name);
    if (item !== null) {
      const [, list = '', index = ''] = item;
      this.maps.get(list)?.delete(index);
      const items = this.arrays.get(list);
      if (items !== undefined) delete items[Number(index)];
      return;
    }
    this.maps.delete(name);
    this.variables.delete(name);
    this.arrays.delete(name);
    this.exported.delete(name);
  }

  /** The environment of programs. */
  environment(): Map<string, string> {
    const env = new Map<string, string>();
    for (const name of this.exported) {
      const value = this.variables.get(name);
      if (value !== undefined) env.set(name, value);
    }
    env.set('PWD', this.context.cwd);
    return env;
  }

  /** Declares a variable of the running function: its old value comes back at the end. */
  declareLocal(name: string): void {
    const frame = this.locals.at(-1);
    if (frame !== undefined && !frame.has(name)) frame.set(name, this.variables.get(name));
  }
}
