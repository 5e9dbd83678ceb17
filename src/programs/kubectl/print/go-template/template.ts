import { goQuote } from '../../go/quote.ts';
import { formatValue } from '../../go/value.ts';
import { CallError, FUNCTIONS, isTrue, NOTHING, type TemplateFunction } from './functions.ts';
import { type Call, type Control, type Node, type Operand, type Pipe, parseGoTemplate } from './parse.ts';

/** A template went wrong while it was filled in; `written` is what it had printed. */
export class TemplateError extends Error {
  readonly written: string;

  constructor(message: string, written: string) {
    super(message);
    this.written = written;
  }
}

type Variables = { name: string; value: unknown }[];

class Break extends Error {}
class Continue extends Error {}

/** A Go template as -o go-template takes it: text/template with the functions `exists` and `base64decode`. */
export class GoTemplate {
  private readonly source: string;
  private readonly templates: ReadonlyMap<string, readonly Node[]>;
  private readonly allowMissingKeys: boolean;
  private readonly functions: Readonly<Record<string, TemplateFunction>>;
  private out: string[] = [];
  private name = 'output';

  /** @throws SyntaxError in text/template's words */
  constructor(
    text: string,
    options: {
      readonly allowMissingKeys: boolean;
      /** Functions besides text/template's own. */
      readonly functions?: Readonly<Record<string, TemplateFunction>>;
    },
  ) {
    this.source = text;
    this.functions = { ...FUNCTIONS, ...options.functions };
    this.templates = parseGoTemplate(text, this.functions);
    this.allowMissingKeys = options.allowMissingKeys;
  }

  /** @throws TemplateError */
  execute(data: unknown): string {
    this.out = [];
    this.name = 'output';
    this.nodes(this.templates.get('output') ?? [], data, [{ name: '$', value: data }]);
    return this.out.join('');
  }

  private fail(message: string, at: { readonly position: number; readonly text: string }): TemplateError {
    const before = this.source.slice(0, at.position);
    const column = at.position - (before.lastIndexOf('\n') + 1);
    const line = before.split('\n').length;
    return new TemplateError(
      `template: output:${line}:${column}: executing ${goQuote(this.name)} at <${at.text}>: ${message}`,
      this.out.join(''),
    );
  }

  private nodes(list: readonly Node[], dot: unknown, variables: Variables): void {
    for (const node of list) this.node(node, dot, variables);
  }

  private node(node: Node, dot: unknown, variables: Variables): void {
    switch (node.type) {
      case 'text':
        this.out.push(node.text);
        return;
      case 'action': {
        const value = this.pipe(node.pipe, dot, variables);
        if (node.pipe.declare.length === 0)
          this.out.push(value === NOTHING || value === null || value === undefined ? '<no value>' : formatValue(value));
        return;
      }
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
      case 'template':
        this.callTemplate(node, dot, variables);
        return;
      case 'control':
        this.control(node, dot, [...variables]);
    }
  }

  private control(node: Control, dot: unknown, variables: Variables): void {
    if (node.word === 'range') {
      this.range(node, dot, variables);
      return;
    }
    const value = this.pipe(node.pipe, dot, variables);
    if (isTrue(value)) this.nodes(node.body, node.word === 'with' ? value : dot, variables);
    else this.nodes(node.otherwise, dot, variables);
  }

  private callTemplate(node: Extract<Node, { type: 'template' }>, dot: unknown, variables: Variables): void {
    const body = this.templates.get(node.name);
    const text = `{{template ${goQuote(node.name)}${node.pipe === undefined ? '' : ` ${node.pipe.text}`}}}`;
    if (body === undefined)
      throw this.fail(`template ${goQuote(node.name)} not defined`, { position: node.position, text });
    const value = node.pipe === undefined ? NOTHING : this.pipe(node.pipe, dot, variables);
    const caller = this.name;
    this.name = node.name;
    this.nodes(body, value, [{ name: '$', value }]);
    this.name = caller;
  }

  private range(node: Control, dot: unknown, variables: Variables): void {
    const value = this.pipe(node.pipe, dot, variables, true);
    const { declare, assign } = node.pipe;
    const entries = this.entries(value, node.pipe);
    for (const [key, item] of entries) {
      const inner = [...variables];
      const put = (name: string | undefined, to: unknown) => {
        if (name === undefined) return;
        if (assign) this.assign(inner, name, to);
        else inner.push({ name, value: to });
      };
      if (declare.length === 1) put(declare[0], item);
      else {
        put(declare[0], key);
        put(declare[1], item);
      }
      try {
        this.nodes(node.body, item, inner);
      } catch (error) {
        if (error instanceof Break) return;
        if (!(error instanceof Continue)) throw error;
      }
    }
    if (entries.length === 0) this.nodes(node.otherwise, dot, variables);
  }

  private entries(value: unknown, pipe: Pipe): [unknown, unknown][] {
    if (value === NOTHING || value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.map((item, i) => [i, item]);
    if (typeof value === 'object')
      return Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1));
    if (typeof value === 'number' && Number.isInteger(value))
      return Array.from({ length: Math.max(value, 0) }, (_, i) => [i, i]);
    throw this.fail(
      `range can't iterate over ${formatValue(value)}`,
      lastTouched(pipe) ?? { position: 0, text: pipe.text },
    );
  }

  private pipe(pipe: Pipe, dot: unknown, variables: Variables, inRange = false): unknown {
    let value: unknown;
    for (const [i, call] of pipe.calls.entries())
      value = this.call(call, dot, variables, i > 0 ? { value } : undefined);
    if (!inRange)
      for (const name of pipe.declare) {
        if (pipe.assign) this.assign(variables, name, value);
        else variables.push({ name, value });
      }
    return value;
  }

  private assign(variables: Variables, name: string, value: unknown): void {
    const found = variables.findLast((variable) => variable.name === name);
    if (found !== undefined) found.value = value;
  }

  private call(call: Call, dot: unknown, variables: Variables, final: { value: unknown } | undefined): unknown {
    const [first, ...rest] = call.args;
    if (first === undefined) return NOTHING;
    if (first.type === 'function') return this.callFunction(first.name, call, rest, dot, variables, final);
    const given = rest.length > 0 || final !== undefined;
    if (first.type === 'nil') throw this.fail('nil is not a command', first);
    if (
      given &&
      (first.type === 'field' || first.type === 'variable' || first.type === 'chain') &&
      (first.type !== 'variable' || first.names.length > 1)
    ) {
      this.operand(first, dot, variables);
      throw this.fail(`${first.names[first.names.length - 1] ?? ''} is not a method but has arguments`, first);
    }
    if (given) throw this.fail(`can't give argument to non-function ${first.text}`, first);
    return this.operand(first, dot, variables);
  }

  private callFunction(
    name: string,
    call: Call,
    args: readonly Operand[],
    dot: unknown,
    variables: Variables,
    final: { value: unknown } | undefined,
  ): unknown {
    const count = args.length + (final === undefined ? 0 : 1);
    const [least, most] = ARITY[name] ?? [1, Number.POSITIVE_INFINITY];
    if (count < least || count > most)
      throw this.fail(
        `wrong number of args for ${name}: want ${most === least ? least : `at least ${least}`} got ${count}`,
        call.args[0] ?? call,
      );
    if (name === 'and' || name === 'or') {
      let value: unknown = NOTHING;
      for (const arg of args) {
        value = this.operand(arg, dot, variables);
        if (isTrue(value) === (name === 'or')) return value;
      }
      return final === undefined ? value : final.value;
    }
    const values = args.map((arg) => this.operand(arg, dot, variables));
    if (final !== undefined) values.push(final.value);
    try {
      return this.functions[name]?.(...values);
    } catch (error) {
      if (error instanceof CallError) throw this.fail(`error calling ${name}: ${error.message}`, call);
      throw error;
    }
  }

  private operand(operand: Operand, dot: unknown, variables: Variables): unknown {
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'function':
        return this.callFunction(
          operand.name,
          { args: [operand], position: operand.position, text: operand.text },
          [],
          dot,
          variables,
          undefined,
        );
      case 'pipe':
        return this.pipe(operand.pipe, dot, variables);
      case 'field':
        return this.fields(dot, operand.names, operand);
      case 'variable': {
        const [name, ...rest] = operand.names;
        const found = variables.findLast((variable) => variable.name === name);
        return this.fields(found === undefined ? NOTHING : found.value, rest, operand);
      }
      case 'chain':
        if (operand.inner.type === 'nil')
          throw this.fail(`indirection through explicit nil in ${operand.text}`, operand);
        return this.fields(
          this.operand(operand.inner, dot, variables),
          operand.names,
          operand.inner.type === 'pipe' ? (lastTouched(operand.inner.pipe) ?? operand) : operand.inner,
        );
    }
  }

  private fields(receiver: unknown, names: readonly string[], at: Operand): unknown {
    let value = receiver;
    for (const name of names) {
      if (value === NOTHING || value === undefined) {
        if (!this.allowMissingKeys) throw this.fail(`nil data; no entry for key ${goQuote(name)}`, at);
        return NOTHING;
      }
      if (value === null) throw this.fail(`nil pointer evaluating interface {}.${name}`, at);
      if (typeof value !== 'object' || Array.isArray(value))
        throw this.fail(`can't evaluate field ${name} in type interface {}`, at);
      const map = value as Record<string, unknown>;
      if (Object.hasOwn(map, name) && map[name] !== undefined) value = map[name];
      else if (this.allowMissingKeys) value = NOTHING;
      else throw this.fail(`map has no entry for key ${goQuote(name)}`, at);
    }
    return value;
  }
}

/** The operand that was evaluated last: where Go says an error is. */
function lastTouched(pipe: Pipe): Operand | undefined {
  return pipe.calls[pipe.calls.length - 1]?.args.at(-1);
}

/** How many arguments each function takes. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  not: [1, 1],
  len: [1, 1],
  ne: [2, 2],
  lt: [2, 2],
  le: [2, 2],
  gt: [2, 2],
  ge: [2, 2],
  base64decode: [1, 1],
  print: [0, Number.POSITIVE_INFINITY],
  println: [0, Number.POSITIVE_INFINITY],
  html: [0, Number.POSITIVE_INFINITY],
  js: [0, Number.POSITIVE_INFINITY],
  urlquery: [0, Number.POSITIVE_INFINITY],
};
