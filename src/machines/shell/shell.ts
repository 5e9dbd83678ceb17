import type { CompoundList, ParsedScript, Script, Statement } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { ForkError, type Process } from '../computer.ts';
import { FileError } from '../filesystem.ts';
import type { Context } from '../process.ts';
import { dispatch } from './compound.ts';
import { ExpansionError } from './expansion-error.ts';
import { ControlFlow } from './flow.ts';
import { background } from './job.ts';
import { openQuote, parsed, syntaxWords } from './parser.ts';
import { ShellState, type Streams } from './state.ts';

const DEPTH_LIMIT = 120;

/** A shell: parses and runs command lines, streaming, in virtual time. */
export class Shell extends ShellState {
  /** The processes that a signal from the keyboard reaches. */
  foregroundGroup: readonly Process[] = [];
  private depth = 0;
  /** The script that is being run, and the place in it: what errors tell of. */
  private text = '';
  private at: { readonly source: string; readonly pos: number } = { source: '', pos: 0 };
  private source = '';

  /** A shell like this one, for a process of its own. */
  copy(context: Context, process: Process): Shell {
    const shell = new Shell(context, this.computer, process, { name: this.name, flavour: this.flavour, from: this });
    shell.status = this.status;
    shell.scripted = this.scripted;
    shell.text = this.text;
    shell.at = this.at;
    shell.observer = this.observer;
    return shell;
  }

  /** The text of a statement, without the `&` behind it. */
  sourceOf(statement: Statement): string {
    return this.source.slice(statement.pos, statement.end).replace(/\s*&\s*$/, '');
  }

  /** Remembers the text that is being run, for job messages. */
  remember(source: string): void {
    this.source = source;
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

  *statement(statement: Statement, streams: Streams): Routine<number> {
    if (this.options.has('noexec')) return 0;
    if (this.scripted) this.at = { source: this.text, pos: statement.pos };
    while (this.pendingTraps.length > 0) yield* this.run(this.pendingTraps.shift() ?? '', streams);
    if (statement.background === true) {
      yield* background(this, statement, streams);
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

  *node(node: Statement['command'], streams: Streams): Routine<number> {
    if (++this.depth > DEPTH_LIMIT) {
      this.depth = 0;
      yield* streams.stderr.write(`${this.prefix()}maximum function nesting level exceeded\n`);
      throw new ControlFlow('exit', 1);
    }
    try {
      this.status = yield* dispatch(this, node, streams);
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

  /** How error messages begin. */
  prefix(): string {
    if (this.flavour === 'sh') return 'sh: ';
    if (this.interactive) return 'bash: ';
    if (!this.scripted) return `${this.name}: `;
    const line = this.at.source.slice(0, this.at.pos).split('\n').length;
    return `${this.name}: line ${line}: `;
  }
}
