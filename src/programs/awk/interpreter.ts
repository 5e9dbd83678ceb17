import type { Context } from '../../machines/process.ts';
import { callbackOutput, textInput } from '../../machines/streams.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import type { Regex } from '../text/regex.ts';
import { sprintf } from './format.ts';
import { RecordFields } from './record.ts';
import type { AwkProgram, Expr, Func, Rule, Stmt } from './syntax.ts';
import { AwkError, type Slot, type Value } from './values.ts';

/** What ends awk early, with its status. */
export class AwkExit extends Error {
  readonly status: number;
  constructor(status: number) {
    super('exit');
    this.status = status;
  }
}

class Jump extends Error {
  readonly to: string;
  constructor(to: string) {
    super(to);
    this.to = to;
  }
}

class Return extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super('return');
    this.value = value;
  }
}

const STEPS_BETWEEN_BREATHS = 20_000;

/** Where awk reads from: gives lines until none is left. */
export interface Lines {
  next(): Routine<string | undefined>;
  skipFile(): void;
}

/** Runs an awk program over records. */
export class Interpreter extends RecordFields {
  status = 0;
  private readonly context: Context;
  private readonly program: AwkProgram;
  private readonly open = new Set<Rule>();
  private readonly written = new Set<string>();
  /** What was printed to commands that have not been closed. */
  private readonly pipes = new Map<string, string>();
  private readonly readers = new Map<string, string[]>();
  private lines: Lines | undefined;
  private steps = 0;
  private seed = 0;
  private out = '';

  constructor(context: Context, program: AwkProgram) {
    super();
    this.context = context;
    this.program = program;
    const initial: Readonly<Record<string, Value>> = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      NF: 0,
      FNR: 0,
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: '',
    };
    for (const [name, value] of Object.entries(initial)) this.globals.set(name, { value });
    this.globals.set('ENVIRON', {
      value: undefined,
      array: new Map([...context.env].map(([name, value]): [string, Value] => [name, { input: value }])),
    });
  }

  setVariable(name: string, text: string): void {
    this.globals.set(name, { value: { input: text } });
  }

  setArguments(args: readonly string[]): void {
    this.globals.set('ARGC', { value: args.length });
    this.globals.set('ARGV', {
      value: undefined,
      array: new Map(args.map((text, at) => [String(at), { input: text }])),
    });
  }

  /** How records are parted: `RS`. */
  get separator(): string {
    return this.text(this.global('RS'));
  }

  beginFile(name: string): void {
    this.setGlobal('FILENAME', name);
    this.setGlobal('FNR', 0);
  }

  *begin(): Routine {
    for (const rule of this.program.rules)
      if (rule.on === 'BEGIN' && rule.body !== undefined) yield* this.exec(rule.body);
  }

  get readsInput(): boolean {
    return this.program.rules.some((rule) => rule.on !== 'BEGIN');
  }

  *main(lines: Lines): Routine {
    this.lines = lines;
    for (;;) {
      const line = yield* lines.next();
      if (line === undefined) return;
      this.take(line);
      try {
        yield* this.line();
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        if (error.to === 'nextfile') lines.skipFile();
      }
      if (this.out.length > 8192) yield* this.flush();
    }
  }

  *end(): Routine {
    for (const rule of this.program.rules)
      if (rule.on === 'END' && rule.body !== undefined) yield* this.exec(rule.body);
  }

  /** Ends what is read from or printed to: a command gets what was printed to it. */
  private *close(name: string): Routine<number> {
    const text = this.pipes.get(name);
    const known = this.readers.delete(name);
    if (text === undefined) return known ? 0 : -1;
    this.pipes.delete(name);
    yield* this.flush();
    return yield* this.context.run(['/bin/sh', '-c', name], { stdin: textInput(text) });
  }

  /** Runs the commands that were printed to, at the end of the program. */
  *closeAll(): Routine {
    for (const name of [...this.pipes.keys()]) yield* this.close(name);
  }

  *flush(): Routine {
    if (this.out === '') return;
    const text = this.out;
    this.out = '';
    yield* this.context.stdout.write(text);
  }

  private *line(): Routine {
    for (const rule of this.program.rules) {
      if (rule.on !== 'line' || !(yield* this.applies(rule))) continue;
      if (rule.body === undefined) this.out += `${this.whole()}${this.text(this.global('ORS'))}`;
      else yield* this.exec(rule.body);
    }
  }

  private *applies(rule: Rule): Routine<boolean> {
    if (rule.pattern === undefined) return true;
    if (rule.until === undefined) return this.true(yield* this.eval(rule.pattern));
    if (!this.open.has(rule)) {
      if (!this.true(yield* this.eval(rule.pattern))) return false;
      this.open.add(rule);
    }
    if (this.true(yield* this.eval(rule.until))) this.open.delete(rule);
    return true;
  }

  private *exec(stmt: Stmt): Routine {
    if (++this.steps % STEPS_BETWEEN_BREATHS === 0) yield* sleep(1);
    switch (stmt.k) {
      case 'block':
        for (const each of stmt.body) yield* this.exec(each);
        return;
      case 'expr':
        yield* this.eval(stmt.expr);
        return;
      case 'print':
        yield* this.print(stmt);
        return;
      case 'if':
        if (this.true(yield* this.eval(stmt.test))) yield* this.exec(stmt.yes);
        else if (stmt.no !== undefined) yield* this.exec(stmt.no);
        return;
      case 'while':
        if (!stmt.first && (yield* this.loopBody(stmt.body))) return;
        while (this.true(yield* this.eval(stmt.test))) if (yield* this.loopBody(stmt.body)) return;
        return;
      case 'for':
        if (stmt.init !== undefined) yield* this.exec(stmt.init);
        while (stmt.test === undefined || this.true(yield* this.eval(stmt.test))) {
          if (yield* this.loopBody(stmt.body)) return;
          if (stmt.next !== undefined) yield* this.exec(stmt.next);
        }
        return;
      case 'forin':
        for (const key of [...this.array(stmt.array).keys()]) {
          this.slot(stmt.name).value = { input: key };
          if (yield* this.loopBody(stmt.body)) return;
        }
        return;
      case 'delete':
        if (stmt.keys === undefined) this.array(stmt.name).clear();
        else this.array(stmt.name).delete(yield* this.key(stmt.keys));
        return;
      case 'jump':
        throw new Jump(stmt.to);
      case 'exit':
        if (stmt.status !== undefined) this.status = this.number(yield* this.eval(stmt.status));
        throw new AwkExit(this.status);
      case 'return':
        throw new Return(stmt.value === undefined ? '' : yield* this.eval(stmt.value));
    }
  }

  /** True when the loop was left. */
  private *loopBody(body: Stmt): Routine<boolean> {
    try {
      yield* this.exec(body);
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      if (error.to === 'break') return true;
      if (error.to !== 'continue') throw error;
    }
    return false;
  }

  private *print(stmt: Extract<Stmt, { k: 'print' }>): Routine {
    const values: Value[] = [];
    for (const arg of stmt.args) values.push(yield* this.eval(arg));
    let text: string;
    if (stmt.format) {
      const [format = '', ...rest] = values;
      text = sprintf(
        this.text(format),
        rest,
        (value) => this.text(value),
        (value) => this.number(value),
      );
    } else {
      const parts = values.length === 0 ? [this.whole()] : values.map((value) => this.printed(value));
      text = `${parts.join(this.text(this.global('OFS')))}${this.text(this.global('ORS'))}`;
    }
    if (stmt.out === undefined) {
      this.out += text;
      return;
    }
    const file = this.text(yield* this.eval(stmt.out.file));
    if (file === '/dev/stderr') {
      yield* this.context.stderr.write(text);
      return;
    }
    if (file === '/dev/stdout' || file === '-') {
      this.out += text;
      return;
    }
    if (stmt.out.mode === '|') {
      this.pipes.set(file, (this.pipes.get(file) ?? '') + text);
      return;
    }
    const { fs, cwd } = this.context;
    fs.write(fs.resolve(cwd, file), text, { append: stmt.out.mode === '>>' || this.written.has(file) });
    this.written.add(file);
  }

  private *eval(expr: Expr): Routine<Value> {
    switch (expr.k) {
      case 'num':
      case 'str':
        return expr.value;
      case 'regex':
        return this.regex(expr.source).find(this.whole()) === undefined ? 0 : 1;
      case 'var':
        return this.slot(expr.name).value ?? '';
      case 'index': {
        const array = this.array(expr.name);
        const key = yield* this.key(expr.keys);
        const found = array.get(key);
        if (found === undefined) array.set(key, '');
        return found ?? '';
      }
      case 'field':
        return this.field(this.number(yield* this.eval(expr.of)));
      case 'unary': {
        const value = yield* this.eval(expr.of);
        if (expr.op === '!') return this.true(value) ? 0 : 1;
        return expr.op === '-' ? -this.number(value) : this.number(value);
      }
      case 'step': {
        const before = this.number(yield* this.eval(expr.of));
        const after = before + (expr.op === '++' ? 1 : -1);
        yield* this.assign(expr.of, after);
        return expr.prefix ? after : before;
      }
      case 'binary':
        return yield* this.binary(expr);
      case 'concat': {
        const left = this.text(yield* this.eval(expr.left));
        return left + this.text(yield* this.eval(expr.right));
      }
      case 'match': {
        const text = this.text(yield* this.eval(expr.left));
        const found = (yield* this.pattern(expr.right)).find(text) !== undefined;
        return found !== expr.negated ? 1 : 0;
      }
      case 'in':
        return this.array(expr.array).has(yield* this.key(expr.keys)) ? 1 : 0;
      case 'cond':
        return this.true(yield* this.eval(expr.test)) ? yield* this.eval(expr.yes) : yield* this.eval(expr.no);
      case 'assign': {
        const value = yield* this.eval(expr.value);
        const made =
          expr.op === '' ? value : this.calculate(expr.op, this.number(yield* this.eval(expr.to)), this.number(value));
        yield* this.assign(expr.to, made);
        return made;
      }
      case 'call':
        return yield* this.call(expr.name, expr.args);
      case 'getline':
        return yield* this.getline(expr);
    }
  }

  private *binary(expr: Extract<Expr, { k: 'binary' }>): Routine<Value> {
    const left = yield* this.eval(expr.left);
    if (expr.op === '&&') return this.true(left) && this.true(yield* this.eval(expr.right)) ? 1 : 0;
    if (expr.op === '||') return this.true(left) || this.true(yield* this.eval(expr.right)) ? 1 : 0;
    const right = yield* this.eval(expr.right);
    if (!/^[<>=!]/.test(expr.op)) return this.calculate(expr.op, this.number(left), this.number(right));
    const numeric = this.numeric(left) && this.numeric(right);
    const [a, b] = numeric ? [this.number(left), this.number(right)] : [this.text(left), this.text(right)];
    const order = a < b ? -1 : a > b ? 1 : 0;
    const holds = {
      '<': order < 0,
      '<=': order <= 0,
      '==': order === 0,
      '!=': order !== 0,
      '>': order > 0,
      '>=': order >= 0,
    }[expr.op];
    return holds === true ? 1 : 0;
  }

  private calculate(op: string, a: number, b: number): number {
    switch (op) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        if (b === 0) throw new AwkError('division by zero');
        return a / b;
      case '%':
        if (b === 0) throw new AwkError('division by zero in %');
        return a % b;
      default:
        return a ** b;
    }
  }

  private *assign(to: Expr, value: Value): Routine {
    if (to.k === 'var') {
      this.slot(to.name).value = value;
      if (to.name === 'NF') {
        const count = this.number(value);
        this.fields = Array.from({ length: Math.min(count, 100_000) }, (_, at) => this.fields[at] ?? '');
        this.stale = true;
      }
    } else if (to.k === 'index') this.array(to.name).set(yield* this.key(to.keys), value);
    else if (to.k === 'field') {
      const index = this.number(yield* this.eval(to.of));
      if (index === 0) {
        this.record = this.text(value);
        this.split();
        return;
      }
      if (index > 100_000) throw new AwkError('too many fields');
      while (this.fields.length < index) this.fields.push('');
      this.fields[index - 1] = this.text(value);
      this.setGlobal('NF', this.fields.length);
      this.stale = true;
    }
  }

  private *key(keys: readonly Expr[]): Routine<string> {
    const parts: string[] = [];
    for (const each of keys) parts.push(this.text(yield* this.eval(each)));
    return parts.join(this.text(this.global('SUBSEP')));
  }

  private *pattern(expr: Expr): Routine<Regex> {
    return this.regex(expr.k === 'regex' ? expr.source : this.text(yield* this.eval(expr)));
  }

  private *call(name: string, args: readonly Expr[]): Routine<Value> {
    const own = this.program.functions.get(name);
    if (own !== undefined) return yield* this.callOwn(own, args);
    const text = function* (self: Interpreter, at: number): Routine<string> {
      const arg = args[at];
      return arg === undefined ? '' : self.text(yield* self.eval(arg));
    };
    const number = function* (self: Interpreter, at: number): Routine<number> {
      const arg = args[at];
      return arg === undefined ? 0 : self.number(yield* self.eval(arg));
    };
    switch (name) {
      case 'length': {
        const [arg] = args;
        if (arg?.k === 'var' && this.slot(arg.name).array !== undefined) return this.array(arg.name).size;
        return args.length === 0 ? [...this.whole()].length : [...(yield* text(this, 0))].length;
      }
      case 'substr': {
        const chars = [...(yield* text(this, 0))];
        const from = Math.round(yield* number(this, 1));
        const count = args.length > 2 ? Math.round(yield* number(this, 2)) : Number.POSITIVE_INFINITY;
        const start = Math.max(from, 1);
        return chars.slice(start - 1, Math.max(start - 1, Math.min(from + count - 1, chars.length))).join('');
      }
      case 'index': {
        const within = yield* text(this, 0);
        const at = within.indexOf(yield* text(this, 1));
        return at < 0 ? 0 : [...within.slice(0, at)].length + 1;
      }
      case 'split': {
        const [, to, by] = args;
        if (to?.k !== 'var') throw new AwkError('split: second argument is no array');
        const source = yield* text(this, 0);
        const separator =
          by === undefined ? this.text(this.global('FS')) : by.k === 'regex' ? by.source : yield* text(this, 2);
        const parts = this.parts(source, separator);
        const array = this.array(to.name);
        array.clear();
        parts.forEach((part, at) => {
          array.set(String(at + 1), { input: part });
        });
        return parts.length;
      }
      case 'sub':
      case 'gsub':
        return yield* this.substitute(name === 'gsub', args);
      case 'match': {
        const [, by] = args;
        const found = by === undefined ? undefined : (yield* this.pattern(by)).find(yield* text(this, 0));
        this.setGlobal('RSTART', found === undefined ? 0 : found.start + 1);
        this.setGlobal('RLENGTH', found === undefined ? -1 : found.end - found.start);
        return found === undefined ? 0 : found.start + 1;
      }
      case 'sprintf': {
        const values: Value[] = [];
        for (const arg of args) values.push(yield* this.eval(arg));
        const [format = '', ...rest] = values;
        return sprintf(
          this.text(format),
          rest,
          (value) => this.text(value),
          (value) => this.number(value),
        );
      }
      case 'tolower':
        return (yield* text(this, 0)).toLowerCase();
      case 'toupper':
        return (yield* text(this, 0)).toUpperCase();
      case 'int':
        return Math.trunc(yield* number(this, 0));
      case 'sqrt':
        return Math.sqrt(yield* number(this, 0));
      case 'exp':
        return Math.exp(yield* number(this, 0));
      case 'log':
        return Math.log(yield* number(this, 0));
      case 'sin':
        return Math.sin(yield* number(this, 0));
      case 'cos':
        return Math.cos(yield* number(this, 0));
      case 'atan2':
        return Math.atan2(yield* number(this, 0), yield* number(this, 1));
      case 'rand':
        return this.context.machine.world.sim.random.stream(`awk/${this.seed}/${this.steps++}`).next();
      case 'srand': {
        const before = this.seed;
        this.seed =
          args.length === 0 ? Math.floor(this.context.machine.world.sim.calendar() / 1000) : yield* number(this, 0);
        return before;
      }
      case 'systime':
        return Math.floor(this.context.machine.world.sim.calendar() / 1000);
      case 'system':
        yield* this.flush();
        return yield* this.context.run(['/bin/sh', '-c', yield* text(this, 0)]);
      case 'close':
        return yield* this.close(yield* text(this, 0));
      case 'fflush':
        yield* this.flush();
        return 0;
      default:
        throw new AwkError(`function ${name} never defined`);
    }
  }

  private *callOwn(own: Func, args: readonly Expr[]): Routine<Value> {
    if (this.frames.length > 500) throw new AwkError('function call nesting too deep');
    const frame = new Map<string, Slot>();
    for (const [at, param] of own.params.entries()) {
      const arg = args[at];
      if (arg === undefined) frame.set(param, { value: undefined });
      else if (arg.k === 'var') {
        const slot = this.slot(arg.name);
        // An array, or a name that has no value yet and may become one, is handed over as it is.
        if (slot.array !== undefined || slot.value === undefined) frame.set(param, slot);
        else frame.set(param, { value: slot.value });
      } else frame.set(param, { value: yield* this.eval(arg) });
    }
    this.frames.push(frame);
    try {
      yield* this.exec(own.body);
      return '';
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    } finally {
      this.frames.pop();
    }
  }

  private *substitute(all: boolean, args: readonly Expr[]): Routine<number> {
    const [by, replacement, to = { k: 'field', of: { k: 'num', value: 0 } } as const] = args;
    if (by === undefined || replacement === undefined) throw new AwkError('sub: not enough arguments');
    const regex = yield* this.pattern(by);
    const made = this.text(yield* this.eval(replacement));
    const text = this.text(yield* this.eval(to));
    let out = '';
    let count = 0;
    let from = 0;
    for (let at = 0; at <= text.length; ) {
      const match = regex.find(text, at);
      if (match === undefined) break;
      count++;
      out += text.slice(from, match.start);
      out += made.replace(/\\\\|\\&|&/g, (piece) =>
        piece === '&' ? text.slice(match.start, match.end) : piece.slice(1),
      );
      from = match.end;
      if (!all) break;
      if (match.end === match.start) {
        out += text.charAt(match.end);
        from = match.end + 1;
        at = match.end + 1;
      } else at = match.end;
    }
    if (count > 0) yield* this.assign(to, out + text.slice(from));
    return count;
  }

  private *getline(expr: Extract<Expr, { k: 'getline' }>): Routine<Value> {
    let line: string | undefined;
    if (expr.file === undefined) line = this.lines === undefined ? undefined : yield* this.lines.next();
    else {
      const file = this.text(yield* this.eval(expr.file));
      let rest = this.readers.get(file);
      if (rest === undefined && expr.command === true) {
        yield* this.flush();
        let text = '';
        const stdout = callbackOutput((chunk) => {
          text += chunk;
        });
        yield* this.context.run(['/bin/sh', '-c', file], { stdout });
        rest = text.replace(/\n$/, '').split('\n');
        if (text === '') rest = [];
        this.readers.set(file, rest);
      } else if (rest === undefined) {
        const { fs, cwd } = this.context;
        const path = fs.resolve(cwd, file);
        if (!fs.exists(path)) return -1;
        rest = fs.read(path).split('\n');
        if (rest.at(-1) === '') rest.pop();
        this.readers.set(file, rest);
      }
      line = rest.shift();
    }
    if (line === undefined) return 0;
    if (expr.to !== undefined) yield* this.assign(expr.to, { input: line });
    else if (expr.file === undefined) {
      this.take(line);
      return 1;
    } else {
      this.record = line;
      this.split();
    }
    if (expr.file === undefined) this.setGlobal('NR', this.number(this.global('NR')) + 1);
    return 1;
  }
}
