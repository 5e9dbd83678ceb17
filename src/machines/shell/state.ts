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
  stdin: Input;
  stdout: Output;
  stderr: Output;
  /** What is open from descriptor 3 on. */
  others?: ReadonlyMap<number, Input | Output>;
}

/** A function, with the text that its places count in. */
export interface ShellFunction {
  readonly body: CommandNode | CompoundList;
  readonly source: string;
}

/** What a variable is before something else takes its name for a while. */
interface Held {
  readonly value: string | undefined;
  readonly list: string[] | undefined;
  readonly map: Map<string, string> | undefined;
  readonly attributes: string | undefined;
  readonly exported: boolean;
}

/** State of a shell that a subshell copies. */
export type Saved = Pick<
  ShellState,
  | 'variables'
  | 'arrays'
  | 'maps'
  | 'readonlys'
  | 'attributes'
  | 'exported'
  | 'functions'
  | 'aliases'
  | 'options'
  | 'positional'
>;

/** The longest value, in letters; a real shell goes on until the machine's memory is full. */
const LONGEST = 64 * 1024 * 1024;

/** The letters of options in `$-`, in its order. */
const FLAGS = [
  ['a', 'allexport'],
  ['e', 'errexit'],
  ['f', 'noglob'],
  ['u', 'nounset'],
  ['v', 'verbose'],
  ['x', 'xtrace'],
  ['C', 'noclobber'],
] as const;

/** Variables, options, functions, jobs: what a shell remembers between commands. */
export class ShellState {
  readonly context: Context;
  readonly computer: Computer;
  readonly process: Process;
  readonly variables: Map<string, string>;
  /** Lists; an item that was unset leaves a hole. */
  readonly arrays: Map<string, string[]>;
  /** Associative lists, made by `declare -A`. */
  readonly maps: Map<string, Map<string, string>>;
  readonly readonlys: Set<string>;
  /** Letters that `declare` gave a variable: i, l, u, n. */
  readonly attributes: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, ShellFunction>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly jobs = new Map<number, Job>();
  readonly traps = new Map<string, string>();
  readonly folders: string[] = [];
  /** How to no longer catch a signal that is trapped. */
  readonly caught = new Map<string, () => void>();
  /** Statuses of jobs that were waited for, by process number. */
  readonly ended = new Map<number, number>();
  /** Trap actions whose signal has come; run before the next command. */
  readonly pendingTraps: string[] = [];
  positional: string[] = [];
  locals: Map<string, Held>[] = [];
  /** The streams of the command that runs: command substitutions have them too. */
  current: Streams;
  /** The streams of the shell itself; `exec` changes them for good. */
  readonly standard: Streams;
  /** What is closed behind the command that opened it: process substitutions. */
  opened: (() => void)[] = [];
  /** Loops that run, for `break` and `continue` outside of one. */
  loops = 0;
  /** Files that `source` runs, for `return` outside of one. */
  sources = 0;
  /** How many subshells deep this one is. */
  level = 0;
  /** What `complete` was told of commands: the words they take, or the command that they complete like. */
  completions = new Map<
    string,
    { readonly text: string; readonly words?: readonly string[]; readonly like?: string }
  >();
  /** Jobs of the shell that this one is a copy of: `jobs | grep` shows them. */
  inherited: Job[] = [];
  /** The last word of the command before: `$_`. */
  lastWord = '';
  /** Whether aliases are expanded. */
  get expandsAliases(): boolean {
    return !this.scripted || this.options.has('expand_aliases');
  }
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
    this.standard = { stdin: context.stdin, stdout: context.stdout, stderr: context.stderr };
    this.current = this.standard;
    this.computer = computer;
    this.process = process;
    this.name = options.name;
    this.flavour = options.flavour;
    const { from } = options;
    this.variables = new Map(from?.variables ?? context.env);
    this.arrays = new Map([...(from?.arrays ?? [])].map(([name, list]) => [name, list.slice()]));
    this.maps = new Map([...(from?.maps ?? [])].map(([name, map]) => [name, new Map(map)]));
    this.readonlys = new Set(from?.readonlys ?? []);
    this.attributes = new Map(from?.attributes ?? []);
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

  /** The variable that a name stands for: another one behind `declare -n`. */
  target(name: string): string {
    let found = name;
    for (let step = 0; step < 8 && this.attributes.get(found)?.includes('n') === true; step++)
      found = this.variables.get(found) || found;
    return found;
  }

  /** A variable's value; not of special parameters. */
  variable(given: string): string | undefined {
    const name = this.attributes.size === 0 ? given : this.target(given);
    if (name === 'RANDOM') return String(this.random.below(32768));
    if (name === 'SECONDS') return String(Math.floor((this.computer.world.sim.now() - this.process.startedAt) / 1000));
    if (name === 'PWD') return this.context.cwd;
    if (name === 'PIPESTATUS') return String(this.pipeStatus[0] ?? 0);
    if (name === 'FUNCNAME') return this.callers.at(-1);
    if (name === 'BASH_VERSION' && this.flavour === 'bash') return '5.2.15(1)-release';
    if (this.variables.has(name)) return this.variables.get(name);
    if (this.arrays.has(name)) return this.arrays.get(name)?.[0];
    if (this.maps.has(name)) return this.maps.get(name)?.get('0');
    switch (name) {
      case 'SHLVL':
        return '1';
      case 'BASH_SUBSHELL':
        return String(this.level);
      case 'LINENO':
        return String(this.line());
      case 'EUID':
      case 'UID':
        return this.context.user === 'root' ? '0' : '1000';
      case 'PPID':
        return String(this.process.parent?.pid ?? 0);
      case 'HOSTNAME':
        return this.computer.hostname;
      case 'OSTYPE':
        return 'linux-gnu';
      case 'HOSTTYPE':
        return 'x86_64';
      case 'BASH_SOURCE':
        return this.scripted ? this.name : undefined;
      case 'BASH':
        return this.flavour === 'bash' ? '/usr/bin/bash' : undefined;
      case 'BASHPID':
        return String(this.context.pid);
      default:
        return undefined;
    }
  }

  /** The line of the script that runs. */
  line(): number {
    return 1;
  }

  /** A parameter: variable, positional, special, or an item of an array. */
  parameter(given: string, index?: string): string | undefined {
    const name = this.attributes.size === 0 ? given : this.target(given);
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
      case '_':
        return this.lastWord;
      case '#':
        return String(this.positional.length);
      case '@':
      case '*':
        return this.positional.join(' ');
      case '-':
        return `${[...FLAGS]
          .filter(([, option]) => this.options.has(option))
          .map(([letter]) => letter)
          .join('')}${this.interactive ? 'himBHs' : 'hB'}`;
      default:
        return this.variable(name);
    }
  }

  array(given: string): string[] {
    const name = this.attributes.size === 0 ? given : this.target(given);
    if (name === 'PIPESTATUS') return this.pipeStatus.map(String);
    const map = this.maps.get(name);
    if (map !== undefined) return [...map.values()];
    const list = this.arrays.get(name);
    if (list !== undefined) return Object.values(list);
    if (name === 'FUNCNAME') return [...this.callers].reverse();
    const value = this.variable(name);
    return value === undefined ? [] : [value];
  }

  /** The indices or keys of a list. */
  keys(given: string): string[] {
    const name = this.attributes.size === 0 ? given : this.target(given);
    const map = this.maps.get(name);
    if (map !== undefined) return [...map.keys()];
    return Object.keys(this.arrays.get(name) ?? this.array(name));
  }

  /** Sets one item of a list or of an associative list. */
  setItem(given: string, index: string, value: string): void {
    const name = this.attributes.size === 0 ? given : this.target(given);
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

  assign(given: string, value: string): void {
    const name = this.attributes.size === 0 ? given : this.target(given);
    this.mayWrite(name);
    if (value.length > LONGEST) throw new ExpansionError('xrealloc: cannot allocate memory', true, 2);
    const made = this.attributes.has(name) ? this.converted(name, value) : value;
    const list = this.arrays.get(name);
    if (list !== undefined) list[0] = made;
    else if (this.maps.has(name)) this.maps.get(name)?.set('0', made);
    else this.variables.set(name, made);
    if (this.options.has('allexport')) this.exported.add(name);
  }

  /** A value as the attributes of its variable make it: a number, or its letters' case changed. */
  protected converted(_name: string, value: string): string {
    return value;
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
    this.attributes.delete(name);
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
    if (frame === undefined || frame.has(name)) return;
    frame.set(name, this.held(name));
    const exported = this.exported.has(name);
    this.unset(name);
    if (exported) this.exported.add(name);
  }

  /** What a variable is now, for {@link restore}. */
  held(name: string): Held {
    return {
      value: this.variables.get(name),
      list: this.arrays.get(name),
      map: this.maps.get(name),
      attributes: this.attributes.get(name),
      exported: this.exported.has(name),
    };
  }

  /** Gives a variable back what it was. */
  restore(name: string, held: Held): void {
    this.unset(name);
    if (held.value !== undefined) this.variables.set(name, held.value);
    if (held.list !== undefined) this.arrays.set(name, held.list);
    if (held.map !== undefined) this.maps.set(name, held.map);
    if (held.attributes !== undefined) this.attributes.set(name, held.attributes);
    if (held.exported) this.exported.add(name);
  }
}
