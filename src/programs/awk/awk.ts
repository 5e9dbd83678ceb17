import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';
import { type Opened, open } from '../inputs.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';
import { RegexError } from '../text/regex.ts';
import { AwkExit, Interpreter, type Lines } from './interpreter.ts';
import { parseAwk } from './parser.ts';
import { AwkSyntaxError } from './syntax.ts';
import { AwkError } from './values.ts';

/** awk as POSIX has it (mawk's words for what is wrong). */
export const awk: Program = {
  name: 'awk',
  summary: 'pattern scanning and text processing language',
  *run(context) {
    let given: ParsedOptions;
    try {
      given = parseOptions(context.argv.slice(1), {
        short: 'F:v:f:W:',
        long: { 'field-separator=': 'F', 'assign=': 'v', 'file=': 'f', version: 'V' },
        stopAtOperand: true,
      });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.stderr.write(
        `awk: ${error.message}\nUsage: awk [-F value] [-v var=value] [--] 'program text' [file ...]\n`,
      );
      return 2;
    }
    if (given.has('V')) {
      yield* context.stdout.write('mawk 1.3.4 20200120\n');
      return 0;
    }
    const operands = [...given.operands];
    const files = given.values.get('f') ?? [];
    const source =
      files.length > 0
        ? files.map((file) => context.fs.read(context.fs.resolve(context.cwd, file))).join('\n')
        : operands.shift();
    if (source === undefined) {
      yield* context.stderr.write("Usage: awk [Options] 'program text' [file ...]\n");
      return 2;
    }
    try {
      const interpreter = new Interpreter(context, parseAwk(source));
      for (const assignment of given.values.get('v') ?? []) assign(interpreter, assignment);
      const separator = given.value('F');
      if (separator !== undefined) interpreter.setVariable('FS', separator === 't' ? '\t' : escapes(separator));
      interpreter.setArguments(['awk', ...operands]);
      return yield* run(interpreter, context, operands);
    } catch (error) {
      if (error instanceof AwkSyntaxError || error instanceof AwkError || error instanceof RegexError) {
        yield* context.stderr.write(`awk: ${error.message}\n`);
        return 2;
      }
      if (error instanceof FileError) {
        yield* context.stderr.write(`awk: cannot open "${error.path}" (${error.message})\n`);
        return 2;
      }
      throw error;
    }
  },
};

function* run(interpreter: Interpreter, context: Context, operands: readonly string[]): Routine<number> {
  try {
    try {
      yield* interpreter.begin();
      const input = new Records(context, interpreter, operands);
      if (interpreter.readsInput) yield* interpreter.main(input);
      if (input.missing) interpreter.status = 2;
    } catch (error) {
      if (!(error instanceof AwkExit)) throw error;
      interpreter.status = error.status;
    }
    try {
      yield* interpreter.end();
    } catch (error) {
      if (!(error instanceof AwkExit)) throw error;
      interpreter.status = error.status;
    }
    yield* interpreter.closeAll();
  } finally {
    yield* interpreter.flush();
  }
  return interpreter.status;
}

function assign(interpreter: Interpreter, text: string): boolean {
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
  if (match === null) return false;
  interpreter.setVariable(match[1] ?? '', escapes(match[2] ?? ''));
  return true;
}

function escapes(text: string): string {
  return text.replace(/\\(n|t|\\)/g, (_, char: string) => ({ n: '\n', t: '\t', '\\': '\\' })[char] ?? char);
}

/** Records of the operands, one file after the other; `name=value` among them sets a variable. */
class Records implements Lines {
  missing = false;
  private readonly context: Context;
  private readonly interpreter: Interpreter;
  private readonly operands: string[];
  private current: Opened | undefined;
  private rest = '';
  private ended = false;
  private any = false;

  constructor(context: Context, interpreter: Interpreter, operands: readonly string[]) {
    this.context = context;
    this.interpreter = interpreter;
    this.operands = [...operands];
  }

  skipFile(): void {
    this.current = undefined;
    this.rest = '';
  }

  *next(): Routine<string | undefined> {
    for (;;) {
      if (this.current === undefined && !(yield* this.advance())) return undefined;
      const line = yield* this.read();
      if (line !== undefined) return line;
      this.current = undefined;
    }
  }

  private *advance(): Routine<boolean> {
    for (;;) {
      const operand = this.operands.shift();
      if (operand === undefined) {
        if (this.any) return false;
        this.any = true;
        this.current = yield* open(this.context, '-');
        this.ended = false;
        return true;
      }
      if (assign(this.interpreter, operand)) continue;
      this.any = true;
      const path = this.context.fs.resolve(this.context.cwd, operand);
      if (operand !== '-' && !this.context.fs.exists(path)) {
        yield* this.context.stderr.write(`awk: cannot open ${operand} (No such file or directory)\n`);
        this.missing = true;
        continue;
      }
      this.current = yield* open(this.context, operand);
      if (this.current === undefined) continue;
      this.ended = false;
      this.interpreter.beginFile(operand === '-' ? '' : operand);
      return true;
    }
  }

  private *read(): Routine<string | undefined> {
    const { separator } = this.interpreter;
    for (;;) {
      const cut = this.cut(separator);
      if (cut !== undefined) return cut;
      if (this.ended || this.current === undefined) {
        const last = separator === '' ? this.rest.replace(/\n+$/, '') : this.rest;
        this.rest = '';
        return last === '' ? undefined : last;
      }
      const chunk = yield* this.current.read();
      if (chunk === null) this.ended = true;
      else this.rest += chunk;
    }
  }

  private cut(separator: string): string | undefined {
    if (separator === '') {
      const text = this.rest.replace(/^\n+/, '');
      const match = /\n\n+/.exec(text);
      if (match === null) return undefined;
      this.rest = text.slice(match.index + match[0].length);
      return text.slice(0, match.index);
    }
    const by = separator.charAt(0);
    const at = this.rest.indexOf(by);
    if (at < 0) return undefined;
    const line = this.rest.slice(0, at);
    this.rest = this.rest.slice(at + 1);
    return line;
  }
}
