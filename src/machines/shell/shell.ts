import type { CompoundList, ParsedScript, Script, Statement } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { ForkError, type Process } from '../computer.ts';
import { FileError } from '../filesystem.ts';
import type { Context } from '../process.ts';
import { atFirstUse } from './at-first-use.ts';
import { dispatch } from './dispatch.ts';
import { ExpansionError } from './expansion-error.ts';
import { ControlFlow } from './flow.ts';
import { background } from './job.ts';
import { parsed } from './parser.ts';
import { ShellState, type Streams } from './state.ts';

const faults = atFirstUse(() => import('./syntax-fault.ts'));

/** The status behind a lack of memory. */
const MEMORY = 2;

const DEPTH_LIMIT = 120;

/** A shell: parses and runs command lines, streaming, in virtual time. */
export class Shell extends ShellState {
  /** The processes that a signal from the keyboard reaches. */
  foregroundGroup: readonly Process[] = [];
  private depth = 0;
  /** The script that is being run, and the place in it: what errors tell of. */
  text = '';
  private at: { readonly source: string; readonly pos: number } = { source: '', pos: 0 };
  /** A shell like this one, for a process of its own. */
  copy(context: Context, process: Process): Shell {
    const shell = new Shell(context, this.computer, process, { name: this.name, flavour: this.flavour, from: this });
    shell.status = this.status;
    shell.scripted = this.scripted;
    shell.text = this.text;
    shell.at = this.at;
    shell.observer = this.observer;
    shell.level = this.level + 1;
    shell.number = (text) => this.number(text);
    shell.interactive = false;
    shell.callers.push(...this.callers);
    shell.inherited = [...this.jobs.values()];
    return shell;
  }

  /** The text of a statement, without the `&` behind it. */
  sourceOf(statement: Statement): string {
    return this.text.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '');
  }

  /** Runs a script; its exit status. Syntax errors are printed in bash's words, status 2. */
  *run(source: string, streams: Streams = this.standard, within = ''): Routine<number> {
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
      const { syntaxFault } = yield* faults();
      const fault = syntaxFault(source, error.message, error.pos);
      const before = within === '' || !this.scripted ? 0 : this.line() - 1;
      this.at = { source: '\n'.repeat(before + fault.line), pos: before + fault.line - 1 };
      const prefix =
        within === '' || this.interactive ? this.prefix() : this.prefix().replace(/^[^:]*: /, `$&${within}: `);
      for (const words of fault.words) yield* streams.stderr.write(`${prefix}${words}\n`);
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
      status = error.kind === 'break' || error.kind === 'continue' ? this.status : error.value;
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

  *statement(statement: Statement, streams: Streams): Routine<number> {
    if (this.options.has('noexec')) return 0;
    if (this.scripted) this.at = { source: this.text, pos: statement.pos };
    while (this.pendingTraps.length > 0) {
      const { status } = this;
      yield* this.run(this.pendingTraps.shift() ?? '', streams);
      this.status = status;
    }
    if (statement.background === true) {
      yield* background(this, statement, streams);
      return 0;
    }
    const debug = this.traps.get('DEBUG');
    if (debug !== undefined && this.level === 0 && this.callers.length === 0 && !this.trapping) {
      this.trapping = true;
      yield* this.run(debug, streams);
      this.trapping = false;
    }
    const status = yield* this.node(statement.command, streams);
    if (status !== 0 && !this.forgiven && mayFail(statement.command)) {
      const trap = this.traps.get('ERR');
      if (trap !== undefined && this.callers.length === 0) {
        yield* this.run(trap, streams);
        this.status = status;
      }
      if (this.options.has('errexit')) throw new ControlFlow('exit', status);
    }
    return status;
  }

  /** The value of an expression, set once `declare -i` is used. @throws ExpansionError */
  number: (text: string) => string = (text) => text;
  private trapping = false;

  /** The command that ran last stood where it may fail: before `&&` or `||`, or as a condition. */
  forgiven = false;

  /** Runs what may fail without ending the shell under `set -e`. */
  *unchecked(body: Routine<number>): Routine<number> {
    const errexit = this.options.delete('errexit');
    const trap = this.traps.get('ERR');
    this.traps.delete('ERR');
    try {
      return yield* body;
    } finally {
      if (errexit) this.options.add('errexit');
      if (trap !== undefined) this.traps.set('ERR', trap);
    }
  }

  *node(node: Statement['command'], streams: Streams): Routine<number> {
    if (++this.depth > DEPTH_LIMIT) {
      this.depth = 0;
      yield* streams.stderr.write(`${this.prefix()}maximum function nesting level exceeded\n`);
      throw new ControlFlow('exit', 1);
    }
    // What it opens for itself is closed behind it, and nothing of what is around it.
    const mark = this.opened.length;
    try {
      this.current = streams;
      this.status = yield* dispatch(this, node, streams);
      return this.status;
    } catch (error) {
      if (error instanceof ExpansionError || error instanceof FileError || error instanceof ForkError) {
        const words = error instanceof FileError ? `${error.path}: ${error.message}` : error.message;
        yield* streams.stderr.write(`${this.prefix()}${words}\n`);
        this.status = error instanceof ForkError ? 254 : 1;
        if (error instanceof ExpansionError && error.fatal) {
          if (this.scripted) throw new ControlFlow('exit', error.status);
          if (this.interactive || error.status === MEMORY) throw new ControlFlow('abort', error.status);
        }
        if (error instanceof ForkError) yield* sleep(50);
        return this.status;
      }
      // A text that no longer fits: x=$x$x for ever.
      if (error instanceof RangeError && /string length/.test(error.message)) {
        yield* streams.stderr.write(`${this.prefix()}xrealloc: cannot allocate memory\n`);
        this.status = MEMORY;
        throw new ControlFlow('abort', MEMORY);
      }
      throw error;
    } finally {
      if (this.opened.length > mark) for (const close of this.opened.splice(mark)) close();
      if (this.depth > 0) this.depth--;
    }
  }

  protected override converted(name: string, value: string): string {
    const letters = this.attributes.get(name) ?? '';
    if (letters.includes('i')) return this.number(value);
    return letters.includes('l') ? value.toLowerCase() : letters.includes('u') ? value.toUpperCase() : value;
  }

  override line(): number {
    return this.at.source.slice(0, this.at.pos).split('\n').length;
  }

  /** How error messages begin. */
  prefix(): string {
    if (this.flavour === 'sh') return 'sh: ';
    if (this.interactive) return 'bash: ';
    if (!this.scripted) return `${this.name}: `;
    return `${this.name}: line ${this.line()}: `;
  }
}

/** A failure of it ends the shell under `set -e`: not one that is negated. */
function mayFail(command: Statement['command']): boolean {
  return !(command.type === 'Pipeline' && command.prefixes.some((each) => each.type === 'Negation'));
}
