import {
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  parse,
  type Redirection,
  type Script,
  type Statement,
  type Word,
} from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { type Computer, ForkError, type Process } from '../computer.ts';
import { FileError } from '../filesystem.ts';
import { BrokenPipe, type Context, type Input, type Output } from '../process.ts';
import { callbackOutput, EMPTY_INPUT, endlessInput, fileOutput, Pipe, textInput } from '../streams.ts';
import { BUILTINS } from './builtins.ts';
import {
  arithmetic,
  ExpansionError,
  expandFields,
  expandParts,
  expandPattern,
  expandText,
  keyedElement,
} from './expand.ts';
import { evaluateTest } from './test-command.ts';

type PipelineNode = Statement['command'];

/** Scripts as they were parsed last: containers of one image all run the same. */
const PARSED = new Map<string, ParsedScript>();
const MOST_PARSED = 50;
const LONGEST_PARSED = 10_000;

function parsed(source: string): ParsedScript {
  const known = PARSED.get(source);
  if (known !== undefined) return known;
  const script = parse(source);
  if (source.length > LONGEST_PARSED) return script;
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  PARSED.set(source, script);
  return script;
}

/** Leaves a loop, a function or the shell. */
export class ControlFlow extends Error {
  readonly kind: 'break' | 'continue' | 'return' | 'exit';
  readonly value: number;

  constructor(kind: ControlFlow['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

/** What a builtin takes, in virtual milliseconds. */
const BUILTIN_COST = 0.02;
const CAPTURE_LIMIT = 8 * 1024 * 1024;
const RECORDED_OUTPUT = 64 * 1024;
const DEPTH_LIMIT = 120;
/** Builtins that take `name=( ... )` as an argument. */
const DECLARING = new Set(['declare', 'typeset', 'local', 'readonly', 'export']);

export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A background job. */
export interface Job {
  readonly number: number;
  readonly process: Process;
  readonly text: string;
}

/** Told of every simple command that ends: what lesson checks and the page's state are made from. */
export interface CommandObserver {
  started?(machine: string, line: string): void;
  ended(record: { machine: string; line: string; status: number; output: string }): void;
}

/** State of a shell that a subshell copies. */
interface Saved {
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

/** A shell: parses and runs command lines, streaming, in virtual time. */
export class Shell implements Saved {
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
  private depth = 0;
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

  /** Runs a script; its exit status. Syntax errors are printed in bash's words, status 2. */
  *run(source: string, streams: Streams = this.context): Routine<number> {
    let script: ParsedScript;
    try {
      script = parsed(source);
    } catch {
      yield* streams.stderr.write(`${this.prefix()}syntax error\n`);
      this.status = 2;
      return 2;
    }
    const [error] = script.errors ?? [];
    if (error !== undefined) {
      const unclosed = openQuote(source);
      const lines = source.replace(/\n$/, '').split('\n').length;
      this.at = {
        source: '\n'.repeat(lines),
        pos: unclosed === undefined ? lines : unclosed.line - 1,
      };
      yield* streams.stderr.write(
        `${this.prefix()}${unclosed === undefined ? syntaxWords(error.message, source, error.pos) : `unexpected EOF while looking for matching \`${unclosed.quote}'`}\n`,
      );
      this.status = 2;
      return 2;
    }
    const before = this.text;
    this.text = source;
    try {
      return yield* this.runScript(script, streams);
    } finally {
      this.text = before;
    }
  }

  /** The script that is being run, and the place in it: what errors tell of. */
  private text = '';
  private at: { readonly source: string; readonly pos: number } = { source: '', pos: 0 };

  *runScript(script: Script | CompoundList, streams: Streams): Routine<number> {
    for (const statement of script.commands) yield* this.statement(statement, streams);
    return this.status;
  }

  /** Like {@link run}, but ends with the status that `exit` names. */
  *runToExit(source: string): Routine<number> {
    let status: number;
    try {
      status = yield* this.run(source);
    } catch (error) {
      if (!(error instanceof ControlFlow)) throw error;
      status = error.kind === 'exit' || error.kind === 'return' ? error.value : this.status;
    }
    return yield* this.leave(status);
  }

  /** Runs the EXIT trap. */
  *leave(status: number): Routine<number> {
    const trap = this.traps.get('EXIT');
    if (trap === undefined) return status;
    this.traps.delete('EXIT');
    this.status = status;
    try {
      yield* this.run(trap);
    } catch (error) {
      if (error instanceof ControlFlow && error.kind === 'exit') return error.value;
      if (!(error instanceof ControlFlow)) throw error;
    }
    return status;
  }

  /** What a command substitution prints. */
  *capture(script: Script): Routine<string> {
    let text = '';
    const stdout = callbackOutput((chunk) => {
      text += chunk;
      if (text.length > CAPTURE_LIMIT) throw new ExpansionError('command substitution: cannot allocate memory');
    });
    const [only] = script.commands;
    // $(< file)
    if (
      script.commands.length === 1 &&
      only?.command.type === 'Command' &&
      only.command.name === undefined &&
      only.command.redirects.length === 1 &&
      only.command.prefix.length + only.command.suffix.length === 1
    ) {
      const [redirect] = only.command.redirects;
      if (redirect?.type === 'Redirect' && redirect.operator === '<' && redirect.target !== undefined)
        return this.context.fs.read(
          this.context.fs.resolve(this.context.cwd, yield* expandText(this, redirect.target)),
        );
    }
    this.status = yield* this.subshell(
      { stdin: this.context.stdin, stdout, stderr: this.context.stderr },
      (shell, streams) => shell.runScript(script, streams),
    );
    return text;
  }

  private *statement(statement: Statement, streams: Streams): Routine<number> {
    if (this.options.has('noexec')) return 0;
    if (this.scripted) this.at = { source: this.text, pos: statement.pos };
    while (this.pendingTraps.length > 0) yield* this.run(this.pendingTraps.shift() ?? '', streams);
    if (statement.background === true) {
      yield* this.background(statement, streams);
      return 0;
    }
    const status = yield* this.node(statement.command, streams);
    if (
      status !== 0 &&
      this.options.has('errexit') &&
      !(statement.command.type === 'AndOr') &&
      !(statement.command.type === 'Pipeline' && statement.command.prefixes.some((each) => each.type === 'Negation'))
    )
      throw new ControlFlow('exit', status);
    return status;
  }

  private *background(statement: Statement, streams: Streams): Routine {
    const process = this.fork(
      { stdin: EMPTY_INPUT, stdout: streams.stdout, stderr: streams.stderr },
      (shell, inner) => shell.node(statement.command, inner),
      false,
    );
    const number = Math.max(0, ...this.jobs.keys()) + 1;
    this.jobs.set(number, { number, process, text: this.sourceOf(statement) });
    this.lastBackground = process.pid;
    this.status = 0;
    if (this.interactive) yield* streams.stderr.write(`[${number}] ${process.pid}\n`);
  }

  /** Messages about jobs that are done, as an interactive shell prints them before its prompt. */
  *reportJobs(): Routine {
    for (const job of [...this.jobs.values()]) {
      if (job.process.alive) continue;
      this.jobs.delete(job.number);
      const code = job.process.exitCode ?? 0;
      const word = code === 0 ? 'Done' : code === 143 ? 'Terminated' : code === 137 ? 'Killed' : `Exit ${code}`;
      yield* this.context.stderr.write(`[${job.number}]+  ${word.padEnd(24)}${job.text}\n`);
    }
  }

  private source = '';

  private sourceOf(statement: Statement): string {
    return this.source.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '');
  }

  /** Remembers the text that is being run, for job messages. */
  remember(source: string): void {
    this.source = source;
  }

  private *node(node: PipelineNode, streams: Streams): Routine<number> {
    if (++this.depth > DEPTH_LIMIT) {
      this.depth = 0;
      yield* streams.stderr.write(`${this.prefix()}maximum function nesting level exceeded\n`);
      throw new ControlFlow('exit', 1);
    }
    try {
      this.status = yield* this.dispatch(node, streams);
      return this.status;
    } catch (error) {
      if (error instanceof ExpansionError || error instanceof FileError || error instanceof ForkError) {
        const words = error instanceof FileError ? `${error.path}: ${error.message}` : error.message;
        yield* streams.stderr.write(`${this.prefix()}${words}\n`);
        this.status = error instanceof ForkError ? 254 : 1;
        if (this.scripted && error instanceof ExpansionError && error.fatal)
          throw new ControlFlow('exit', error.status);
        if (error instanceof ForkError) yield* sleep(50);
        return this.status;
      }
      throw error;
    } finally {
      if (this.depth > 0) this.depth--;
    }
  }

  private *dispatch(node: PipelineNode, streams: Streams): Routine<number> {
    switch (node.type) {
      case 'AndOr': {
        let status = 0;
        for (const [index, command] of node.commands.entries()) {
          const operator = node.operators[index - 1];
          if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
          status = yield* this.node(command, streams);
        }
        return status;
      }
      case 'Pipeline':
        return yield* this.pipeline(node, streams);
      case 'Command':
        return yield* this.simple(node, streams);
      case 'Redirected':
        return yield* this.redirected(node.redirects, streams, (inner) => this.node(node.command, inner));
      case 'BraceGroup':
        return yield* this.runScript(node.body, streams);
      case 'Subshell':
        return yield* this.subshell(streams, (shell, inner) => shell.runScript(node.body, inner));
      case 'If': {
        if ((yield* this.condition(node.clause, streams)) === 0) return yield* this.runScript(node.then, streams);
        for (const elif of node.elif)
          if ((yield* this.condition(elif.clause, streams)) === 0) return yield* this.runScript(elif.then, streams);
        return node.else === undefined ? 0 : yield* this.runScript(node.else, streams);
      }
      case 'For': {
        const values: string[] = [];
        if (node.wordlist === undefined) values.push(...this.positional);
        else for (const word of node.wordlist) values.push(...(yield* expandFields(this, word)));
        let status = 0;
        for (const value of values) {
          this.assign(node.name.value, value);
          yield* sleep(BUILTIN_COST);
          const result = yield* this.loopBody(node.body, streams);
          status = this.status;
          if (result) break;
        }
        return status;
      }
      case 'ArithmeticFor': {
        const value = (expression: typeof node.test) => arithmetic(this, expression, '');
        if (node.initialize !== undefined) value(node.initialize);
        while (node.test === undefined || value(node.test) !== 0n) {
          yield* sleep(BUILTIN_COST);
          if (yield* this.loopBody(node.body, streams)) break;
          if (node.update !== undefined) value(node.update);
        }
        return this.status;
      }
      case 'While': {
        let status = 0;
        for (;;) {
          yield* sleep(BUILTIN_COST);
          const holds = (yield* this.condition(node.clause, streams)) === 0;
          if (holds !== (node.kind === 'while')) return status;
          const result = yield* this.loopBody(node.body, streams);
          status = this.status;
          if (result) return status;
        }
      }
      case 'Case': {
        const text = yield* expandText(this, node.word);
        let through = false;
        for (const item of node.items) {
          let matches = through;
          for (const pattern of item.pattern)
            if (!matches && (yield* expandPattern(this, pattern)).test(text)) matches = true;
          if (!matches) continue;
          yield* this.runScript(item.body, streams);
          if (item.terminator === ';&') {
            through = true;
            continue;
          }
          if (item.terminator !== ';;&') return this.status;
          through = false;
        }
        return 0;
      }
      case 'Function':
        this.functions.set(node.name.value, node.body as CommandNode);
        return 0;
      case 'TestCommand':
        yield* sleep(BUILTIN_COST);
        return (yield* evaluateTest(this, node.expression)) ? 0 : 1;
      case 'ArithmeticCommand':
        yield* sleep(BUILTIN_COST);
        return arithmetic(this, node.expression, node.body) === 0n ? 1 : 0;
      default:
        yield* streams.stderr.write(`${this.prefix()}${node.type.toLowerCase()}: not supported\n`);
        return 2;
    }
  }

  private *condition(list: CompoundList, streams: Streams): Routine<number> {
    const errexit = this.options.delete('errexit');
    try {
      return yield* this.runScript(list, streams);
    } finally {
      if (errexit) this.options.add('errexit');
    }
  }

  /** True when the loop is to be left. */
  private *loopBody(body: CompoundList, streams: Streams): Routine<boolean> {
    try {
      yield* this.runScript(body, streams);
      return false;
    } catch (error) {
      if (!(error instanceof ControlFlow) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
      if (error.value > 1) throw new ControlFlow(error.kind, error.value - 1);
      return error.kind === 'break';
    }
  }

  private *pipeline(node: Extract<PipelineNode, { type: 'Pipeline' }>, streams: Streams): Routine<number> {
    const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
    const timed = node.prefixes.some((prefix) => prefix.type === 'Time');
    const began = this.computer.world.sim.now();
    let status: number;
    const [only] = node.commands;
    if (node.commands.length === 1 && only !== undefined) status = yield* this.node(only, streams);
    else {
      const processes: Process[] = [];
      let input = streams.stdin;
      for (const [index, command] of node.commands.entries()) {
        const last = index === node.commands.length - 1;
        const pipe = last ? undefined : new Pipe();
        const stdout = pipe?.output ?? streams.stdout;
        const stderr = node.operators[index] === '|&' && pipe !== undefined ? pipe.output : streams.stderr;
        const stdin = input;
        const close = () => {
          pipe?.output.close();
          if (index > 0) stdin.close();
        };
        const process = this.fork({ stdin, stdout, stderr }, (shell, inner) => shell.node(command, inner), true);
        process.onExit(close);
        processes.push(process);
        if (pipe !== undefined) input = pipe.input;
      }
      yield* this.waitFor(processes);
      this.pipeStatus = processes.map((process) => process.exitCode ?? 0);
      status = this.options.has('pipefail')
        ? (this.pipeStatus.findLast((each) => each !== 0) ?? 0)
        : (this.pipeStatus.at(-1) ?? 0);
    }
    if (timed) {
      const seconds = (this.computer.world.sim.now() - began) / 1000;
      yield* streams.stderr.write(`\nreal\t0m${seconds.toFixed(3)}s\nuser\t0m0.002s\nsys\t0m0.001s\n`);
    }
    return negated ? Number(status === 0) : status;
  }

  private *waitFor(processes: readonly Process[]): Routine {
    this.foreground(processes.at(-1));
    this.foregroundGroup = processes;
    try {
      for (const process of processes) yield* process.wait();
    } finally {
      this.foregroundGroup = [];
      this.foreground(undefined);
    }
  }

  /** The processes that a signal from the keyboard reaches. */
  foregroundGroup: readonly Process[] = [];

  /** Runs part of a script in a copy of this shell, as a process of its own. */
  private fork(
    streams: Streams,
    body: (shell: Shell, streams: Streams) => Routine<number>,
    foreground: boolean,
  ): Process {
    const parent = this;
    const process: Process = this.computer.start({
      argv: [this.name],
      env: this.environment(),
      cwd: this.context.cwd,
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: streams.stderr,
      ...(this.context.terminal === undefined || !foreground ? {} : { terminal: this.context.terminal }),
      user: this.context.user,
      parent: this.process,
      program: {
        name: this.name,
        summary: '',
        *run(context) {
          const shell = new Shell(context, parent.computer, process, {
            name: parent.name,
            flavour: parent.flavour,
            from: parent,
          });
          shell.status = parent.status;
          shell.scripted = parent.scripted;
          shell.text = parent.text;
          shell.at = parent.at;
          shell.observer = parent.observer;
          try {
            return yield* shell.leave(yield* body(shell, context));
          } catch (error) {
            if (error instanceof ControlFlow) return yield* shell.leave(error.value);
            if (error instanceof ExpansionError) {
              yield* context.stderr.write(`${parent.prefix()}${error.message}\n`);
              return 1;
            }
            throw error;
          }
        },
      },
    });
    return process;
  }

  private *subshell(streams: Streams, body: (shell: Shell, streams: Streams) => Routine<number>): Routine<number> {
    const process = this.fork(streams, body, true);
    yield* this.waitFor([process]);
    return process.exitCode ?? 0;
  }

  private *simple(command: Extract<CommandNode, { type: 'Command' }>, streams: Streams): Routine<number> {
    const argv: string[] = [];
    if (command.name !== undefined) argv.push(...(yield* expandFields(this, command.name)));
    const alias = this.aliases.get(argv[0] ?? '');
    const lists: Parameters<Shell['assignment']>[0][] = [];
    for (const argument of command.args) {
      if (argument.type === 'Assignment' && argument.value.type === 'ArrayValue' && DECLARING.has(argv[0] ?? '')) {
        argv.push(argument.name);
        lists.push(argument);
      } else if (argument.type === 'Word') argv.push(...(yield* expandFields(this, argument)));
      else
        argv.push(
          argument.value.type === 'Word'
            ? `${argument.name}${argument.append === true ? '+' : ''}=${yield* expandText(this, argument.value)}`
            : argument.text,
        );
    }
    if (alias !== undefined && argv.length > 0) argv.splice(0, 1, ...alias.split(/\s+/));
    const assignments = command.prefix.filter((each) => each.type === 'Assignment');
    if (argv.length === 0) {
      const before = this.status;
      this.status = 0;
      for (const each of assignments) yield* this.assignment(each);
      const result = this.status;
      if (command.redirects.length > 0)
        return yield* this.redirected(command.redirects, streams, function* () {
          return 0;
        });
      return assignments.length === 0 ? before : result;
    }
    if (this.options.has('xtrace')) yield* streams.stderr.write(`+ ${argv.map(quoteIfNeeded).join(' ')}\n`);
    // A list is made once it is declared, but before it may no longer change.
    if (argv[0] === 'readonly') for (const each of lists) yield* this.assignment(each);
    const status = yield* this.redirected(command.redirects, streams, (inner) => this.invoke(argv, assignments, inner));
    if (argv[0] !== 'readonly' && status === 0) for (const each of lists) yield* this.assignment(each);
    return status;
  }

  private *assignment(
    each: Extract<Extract<CommandNode, { type: 'Command' }>['prefix'][number], { type: 'Assignment' }>,
  ): Routine {
    if (each.value.type === 'ArrayValue') {
      const list: string[] = each.append === true ? [...this.array(each.name)] : [];
      const map = this.maps.get(each.name);
      if (map !== undefined && each.append !== true) map.clear();
      for (const word of each.value.elements) {
        const keyed = yield* keyedElement(this, word);
        if (map !== undefined && keyed !== undefined) map.set(...keyed);
        else if (keyed !== undefined) list[Math.min(Math.max(0, Number(keyed[0]) || 0), 1_000_000)] = keyed[1];
        else list.push(...(yield* expandFields(this, word)));
      }
      if (map === undefined) this.setList(each.name, list);
      return;
    }
    const value = yield* expandText(this, each.value);
    if (each.index !== undefined) {
      this.setItem(each.name, yield* expandText(this, each.index), value);
      return;
    }
    this.assign(each.name, each.append === true ? (this.variable(each.name) ?? '') + value : value);
  }

  private *invoke(
    argv: readonly string[],
    assignments: readonly Parameters<Shell['assignment']>[0][],
    streams: Streams,
  ): Routine<number> {
    const [name = ''] = argv;
    const line = argv.join(' ');
    const recorded = recorder(streams);
    this.observer?.started?.(this.computer.id, line);
    let status: number;
    const body = this.functions.get(name);
    const builtin = BUILTINS.get(name);
    try {
      if (body !== undefined) status = yield* this.callFunction(body, argv, recorded.streams);
      else if (builtin !== undefined) {
        const saved = assignments.map((each): [string, string | undefined] => [
          each.name,
          this.variables.get(each.name),
        ]);
        for (const each of assignments) yield* this.assignment(each);
        yield* sleep(BUILTIN_COST);
        status = yield* builtin(this, argv, recorded.streams);
        for (const [variable, value] of saved) {
          if (value === undefined) this.unset(variable);
          else this.variables.set(variable, value);
        }
      } else status = yield* this.external(argv, assignments, recorded.streams);
    } catch (error) {
      if (error instanceof BrokenPipe) {
        this.observer?.ended({ machine: this.computer.id, line, status: 141, output: recorded.text() });
      }
      throw error;
    }
    this.observer?.ended({ machine: this.computer.id, line, status, output: recorded.text() });
    return status;
  }

  private *callFunction(body: CommandNode | CompoundList, argv: readonly string[], streams: Streams): Routine<number> {
    const { positional } = this;
    this.positional = argv.slice(1);
    this.callers.push(argv[0] ?? '');
    this.locals.push(new Map());
    try {
      return body.type === 'CompoundList' ? yield* this.runScript(body, streams) : yield* this.node(body, streams);
    } catch (error) {
      if (error instanceof ControlFlow && error.kind === 'return') return error.value;
      throw error;
    } finally {
      this.positional = positional;
      this.callers.pop();
      for (const [variable, value] of this.locals.pop() ?? []) {
        if (value === undefined) this.unset(variable);
        else this.variables.set(variable, value);
      }
    }
  }

  /** Declares a variable of the running function: its old value comes back at the end. */
  declareLocal(name: string): void {
    const frame = this.locals.at(-1);
    if (frame !== undefined && !frame.has(name)) frame.set(name, this.variables.get(name));
  }

  private *external(
    argv: readonly string[],
    assignments: readonly Parameters<Shell['assignment']>[0][],
    streams: Streams,
  ): Routine<number> {
    const [name = ''] = argv;
    const env = this.environment();
    for (const each of assignments)
      if (each.value.type === 'Word') env.set(each.name, yield* expandText(this, each.value));
    const entry = this.computer.program(name);
    if (entry === undefined) {
      const script = name.includes('/') ? yield* this.scriptFile(name, streams) : undefined;
      if (typeof script === 'number') return script;
      if (script === undefined) {
        yield* streams.stderr.write(
          this.flavour === 'sh' ? `sh: ${name}: not found\n` : `${this.prefix()}${name}: command not found\n`,
        );
        return 127;
      }
      return yield* this.subshell(streams, function* (shell, inner) {
        shell.positional = argv.slice(1);
        shell.name = name;
        return yield* shell.run(script, inner);
      });
    }
    const process = this.computer.start({
      argv,
      env,
      cwd: this.context.cwd,
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: streams.stderr,
      ...(this.context.terminal === undefined ? {} : { terminal: this.context.terminal }),
      user: this.context.user,
      parent: this.process,
    });
    yield* this.waitFor([process]);
    return process.exitCode ?? 0;
  }

  /** The text of an executable file, or the status of having said why not. */
  private *scriptFile(name: string, streams: Streams): Routine<string | number | undefined> {
    const { fs, cwd } = this.context;
    const path = fs.resolve(cwd, name);
    if (!fs.exists(path)) {
      yield* streams.stderr.write(`${this.prefix()}${name}: No such file or directory\n`);
      return 127;
    }
    const info = fs.stat(path);
    if (info.type === 'directory' || (info.mode & 0o111) === 0) {
      yield* streams.stderr.write(
        `${this.prefix()}${name}: ${info.type === 'directory' ? 'Is a directory' : 'Permission denied'}\n`,
      );
      return 126;
    }
    return fs.read(path);
  }

  /** Runs `body` with redirections in place. */
  private *redirected(
    redirects: readonly Redirection[],
    streams: Streams,
    body: (streams: Streams) => Routine<number>,
  ): Routine<number> {
    if (redirects.length === 0) return yield* body(streams);
    const { fs, cwd } = this.context;
    let { stdin, stdout, stderr } = streams;
    const set = (descriptor: number, output: Output) => {
      if (descriptor === 2) stderr = output;
      else stdout = output;
    };
    for (const redirect of redirects) {
      const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
      if (redirect.type === 'HereDoc') {
        const { body: text, delimiter } = redirect;
        const raw =
          delimiter?.quoted === true || text.parts === undefined ? text.text : yield* expandParts(this, text.parts);
        stdin = textInput(redirect.operator === '<<-' ? raw.replace(/^\t+/gm, '') : raw);
        continue;
      }
      if (redirect.type === 'HereString') {
        stdin = textInput(`${redirect.target === undefined ? '' : yield* expandText(this, redirect.target)}\n`);
        continue;
      }
      const target: string = yield* this.redirectTarget(redirect.target);
      try {
        switch (redirect.operator) {
          case '<': {
            if (target === '/dev/null') stdin = EMPTY_INPUT;
            else if (/^\/dev\/(zero|u?random)$/.test(target)) stdin = endlessInput(() => fs.read(target));
            else {
              const path = fs.resolve(cwd, target);
              if (fs.stat(path).type === 'directory') throw new FileError('EISDIR', target);
              stdin = textInput(fs.read(path));
            }
            break;
          }
          case '>':
          case '>|':
          case '>>':
            set(descriptor ?? 1, fileOutput(fs, fs.resolve(cwd, target), redirect.operator === '>>'));
            break;
          case '&>':
          case '&>>':
            stdout = fileOutput(fs, fs.resolve(cwd, target), redirect.operator === '&>>');
            stderr = stdout;
            break;
          case '>&':
            if (target === '1') set(descriptor ?? 1, stdout);
            else if (target === '2') set(descriptor ?? 1, stderr);
            else if (target !== '-') {
              stdout = fileOutput(fs, fs.resolve(cwd, target), false);
              stderr = stdout;
            }
            break;
          default:
            break;
        }
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        yield* streams.stderr.write(`${this.prefix()}${target}: ${error.message}\n`);
        return 1;
      }
    }
    return yield* body({ stdin, stdout, stderr });
  }

  private *redirectTarget(word: Word | undefined): Routine<string> {
    if (word === undefined) return '';
    const fields = yield* expandFields(this, word);
    if (fields.length !== 1) throw new ExpansionError(`${word.text}: ambiguous redirect`);
    return fields[0] ?? '';
  }

  /** How error messages begin. */
  prefix(): string {
    if (this.flavour === 'sh') return 'sh: ';
    if (this.interactive) return 'bash: ';
    if (!this.scripted) return `${this.name}: `;
    const line = this.at.source.slice(0, this.at.pos).split('\n').length;
    return `${this.name}: line ${line}: `;
  }
}

function recorder(streams: Streams): { streams: Streams; text: () => string } {
  let text = '';
  const tap = (output: Output): Output => ({
    tty: output.tty,
    *write(chunk) {
      if (text.length < RECORDED_OUTPUT) text += chunk.slice(0, RECORDED_OUTPUT - text.length);
      yield* output.write(chunk);
    },
    close: () => output.close(),
  });
  return {
    streams: { stdin: streams.stdin, stdout: tap(streams.stdout), stderr: tap(streams.stderr) },
    text: () => text,
  };
}

function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The quote that is never closed, and the line on which it opens. */
function openQuote(source: string): { readonly quote: string; readonly line: number } | undefined {
  let open: { quote: string; line: number } | undefined;
  let line = 1;
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '\n') line++;
    if (open === undefined) {
      if (char === '\\') at++;
      else if (char === '#' && /\s/.test(source.charAt(at - 1) || ' ')) {
        const end = source.indexOf('\n', at);
        at = (end < 0 ? source.length : end) - 1;
      } else if (char === '"' || char === "'") open = { quote: char, line };
    } else if (char === '\\' && open.quote === '"') at++;
    else if (char === open.quote) open = undefined;
  }
  return open;
}

/** bash's words for what the parser found. */
function syntaxWords(message: string, source: string, position: number): string {
  const token = /unexpected token '(.+)'/.exec(message)?.[1];
  if (token !== undefined) return `syntax error near unexpected token \`${token}'`;
  if (/unterminated|unclosed|expected|end of/i.test(message) && position >= source.trimEnd().length - 1)
    return 'syntax error: unexpected end of file';
  return `syntax error: ${message}`;
}
