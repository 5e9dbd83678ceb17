import { goQuote } from '../../go/quote.ts';
import { unquoteGo } from '../../go/unquote.ts';
import { FUNCTIONS, type TemplateFunction } from './functions.ts';
import { type Item, lex } from './lex.ts';

/** A value or call in a pipeline; `text` is how errors show it. */
export type Operand = { readonly position: number; readonly text: string } & (
  | { readonly type: 'dot' | 'nil' }
  | { readonly type: 'field'; readonly names: readonly string[] }
  | { readonly type: 'variable'; readonly names: readonly string[] }
  | { readonly type: 'chain'; readonly inner: Operand; readonly names: readonly string[] }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'function'; readonly name: string }
  | { readonly type: 'pipe'; readonly pipe: Pipe }
);

export interface Call {
  readonly args: readonly Operand[];
  readonly position: number;
  readonly text: string;
}

export interface Pipe {
  readonly declare: readonly string[];
  readonly assign: boolean;
  readonly calls: readonly Call[];
  readonly text: string;
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipe: Pipe }
  | { readonly type: 'break' | 'continue' }
  | { readonly type: 'template'; readonly name: string; readonly pipe: Pipe | undefined; readonly position: number }
  | Control;

/** {{if}}, {{range}} and {{with}}. */
export interface Control {
  readonly type: 'control';
  readonly word: 'if' | 'range' | 'with';
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** Parses a template and those it defines, by name; the main one is `output`. @throws SyntaxError in text/template's words */
export function parseGoTemplate(
  text: string,
  functions: Readonly<Record<string, TemplateFunction>> = FUNCTIONS,
): Map<string, readonly Node[]> {
  return new Parser(text, functions).run();
}

class Parser {
  private readonly source: string;
  private readonly items: readonly Item[];
  private at = 0;
  private variables = ['$'];
  private rangeDepth = 0;
  private readonly templates = new Map<string, readonly Node[]>();

  private readonly functions: Readonly<Record<string, TemplateFunction>>;

  constructor(text: string, functions: Readonly<Record<string, TemplateFunction>>) {
    this.functions = functions;
    this.source = text;
    this.items = lex(text);
  }

  run(): Map<string, readonly Node[]> {
    const main: Node[] = [];
    while (this.peek().type !== 'end') {
      if (this.peek().type === 'left' && this.peekSolid(1).text === 'define') {
        this.at++;
        this.define();
        continue;
      }
      const node = this.textOrAction();
      if (typeof node === 'string') throw this.error(`unexpected {{${node}}}`);
      if (node !== undefined) main.push(node);
    }
    this.templates.set('output', main);
    return this.templates;
  }

  private error(message: string, position = this.peek().position): SyntaxError {
    const line = this.source.slice(0, position).split('\n').length;
    return new SyntaxError(`template: output:${line}: ${message}`);
  }

  private peek(): Item {
    return this.items[this.at] ?? { type: 'end', text: '', position: this.source.length };
  }

  private next(): Item {
    const item = this.peek();
    this.at++;
    return item;
  }

  private nextSolid(): Item {
    while (this.peek().type === 'space') this.at++;
    return this.next();
  }

  private peekSolid(offset = 0): Item {
    let at = this.at + offset;
    while (this.items[at]?.type === 'space') at++;
    return this.items[at] ?? { type: 'end', text: '', position: this.source.length };
  }

  private unexpected(item: Item, context: string): SyntaxError {
    if (item.type === 'error') return this.error(item.text, item.position);
    return this.error(`unexpected ${describeItem(item)} in ${context}`, item.position);
  }

  private define(): void {
    const keyword = this.nextSolid();
    const name = this.nextSolid();
    if (name.type !== 'string' && name.type !== 'raw-string') throw this.unexpected(name, 'define clause');
    this.closing('define clause', this.nextSolid());
    const saved = this.variables;
    this.variables = ['$'];
    const { body, end } = this.list(keyword);
    if (end !== 'end')
      throw this.unexpected({ type: 'keyword', text: '{{else}}', position: keyword.position }, 'define clause');
    this.variables = saved;
    this.templates.set(this.unquote(name), body);
  }

  /** Nodes up to {{end}} or {{else}}. */
  private list(_opener: Item): { body: Node[]; end: string } {
    const body: Node[] = [];
    for (;;) {
      if (this.peek().type === 'end') throw this.error('unexpected EOF');
      const node = this.textOrAction();
      if (typeof node === 'string') return { body, end: node };
      if (node !== undefined) body.push(node);
    }
  }

  /** A node; `end` or `else` for those; undefined for what leaves nothing. */
  private textOrAction(): Node | 'end' | 'else' | undefined {
    const item = this.nextSolid();
    if (item.type === 'text') return { type: 'text', text: item.text };
    if (item.type !== 'left') throw this.unexpected(item, 'input');
    const first = this.peekSolid();
    if (first.type !== 'keyword') return this.action();
    this.nextSolid();
    switch (first.text) {
      case 'if':
      case 'range':
      case 'with':
        return this.control(first, first.text);
      case 'end':
        this.closing('end', this.nextSolid());
        return 'end';
      case 'else':
        if (this.peekSolid().type !== 'keyword' || !/^(if|with)$/.test(this.peekSolid().text))
          this.closing('else', this.nextSolid());
        return 'else';
      case 'break':
      case 'continue':
        if (this.peekSolid().type !== 'right') throw this.unexpected(this.peekSolid(), `{{${first.text}}}`);
        this.nextSolid();
        if (this.rangeDepth === 0) throw this.error(`{{${first.text}}} outside {{range}}`, first.position);
        return { type: first.text };
      case 'template': {
        const name = this.nextSolid();
        if (name.type !== 'string' && name.type !== 'raw-string') throw this.unexpected(name, 'template clause');
        const pipe = this.peekSolid().type === 'right' ? undefined : this.pipeline('template clause', 'right', true);
        if (pipe === undefined) this.nextSolid();
        return { type: 'template', name: this.unquote(name), pipe, position: name.position };
      }
      case 'block': {
        const name = this.nextSolid();
        if (name.type !== 'string' && name.type !== 'raw-string') throw this.unexpected(name, 'block clause');
        const pipe = this.pipeline('block clause', 'right', true);
        const saved = this.variables;
        this.variables = ['$'];
        const { body } = this.list(first);
        this.variables = saved;
        this.templates.set(this.unquote(name), body);
        return { type: 'template', name: this.unquote(name), pipe, position: name.position };
      }
      default:
        throw this.unexpected(first, 'command');
    }
  }

  private closing(context: string, item: Item): void {
    if (item.type !== 'right') throw this.unexpected(item, context);
  }

  private action(): Node {
    return { type: 'action', pipe: this.pipeline('command', 'right', false) };
  }

  private control(keyword: Item, type: 'if' | 'range' | 'with'): Node {
    const saved = [...this.variables];
    const pipe = this.pipeline(type, 'right', true);
    if (type === 'range') this.rangeDepth++;
    const { body, end } = this.list(keyword);
    if (type === 'range') this.rangeDepth--;
    let otherwise: Node[] = [];
    if (end === 'else') {
      const chained = this.peekSolid();
      if (chained.type === 'keyword' && (chained.text === 'if' || chained.text === 'with') && chained.text === type) {
        this.nextSolid();
        otherwise = [this.control(chained, chained.text)];
      } else {
        if (chained.type === 'keyword') throw this.unexpected(chained, 'else');
        const rest = this.list(keyword);
        if (rest.end !== 'end') throw this.error('expected end; found {{else}}');
        otherwise = rest.body;
      }
    }
    this.variables = saved;
    return { type: 'control', word: type, pipe, body, otherwise };
  }

  private pipeline(context: string, end: 'right' | ')', needed: boolean): Pipe {
    const from = this.peekSolid().position;
    const declare: string[] = [];
    let assign = false;
    const first = this.peekSolid();
    if (first.type === 'variable') {
      const mark = this.at;
      this.nextSolid();
      const operator = this.peekSolid();
      if (operator.type === ':=' || operator.type === '=') {
        this.nextSolid();
        declare.push(first.text);
        assign = operator.type === '=';
        if (assign) this.checkVariable(first);
        else this.variables.push(first.text);
      } else if (operator.type === ',' && context === 'range') {
        this.nextSolid();
        const second = this.nextSolid();
        if (second.type !== 'variable') throw this.unexpected(second, 'range');
        const sign = this.nextSolid();
        if (sign.type !== ':=' && sign.type !== '=') throw this.unexpected(sign, 'range');
        assign = sign.type === '=';
        declare.push(first.text, second.text);
        if (!assign) this.variables.push(first.text, second.text);
      } else this.at = mark;
    }
    const calls: Call[] = [];
    for (;;) {
      const item = this.peekSolid();
      if (item.type === end) {
        this.nextSolid();
        if (
          calls.length === 0 &&
          (needed || declare.length > 0 || context === 'command' || context === 'parenthesized pipeline')
        )
          throw this.error(`missing value for ${context}`, item.position);
        for (const [i, call] of calls.entries())
          if (i > 0 && ['literal', 'dot', 'nil'].includes(call.args[0]?.type ?? ''))
            throw this.error(`non executable command in pipeline stage ${i + 1}`, item.position);
        return { declare, assign, calls, text: this.source.slice(from, item.position).trim() };
      }
      if (item.type === 'error') throw this.error(item.text, item.position);
      if (
        item.type === '|' ||
        item.type === 'bad' ||
        item.type === ',' ||
        item.type === '=' ||
        item.type === ':=' ||
        item.type === 'keyword' ||
        item.type === 'end' ||
        item.type === 'right' ||
        item.type === ')'
      )
        throw this.unexpected(item, context);
      calls.push(this.call());
    }
  }

  private call(): Call {
    const { position } = this.peekSolid();
    const args: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const item = this.peek();
      if (item.type === 'space') {
        this.at++;
        continue;
      }
      if (item.type === 'right' || item.type === ')') break;
      if (item.type === '|') {
        this.at++;
        break;
      }
      throw this.unexpected(item, 'operand');
    }
    if (args.length === 0) throw this.error('empty command', position);
    return { args, position, text: args.map(({ text }) => text).join(' ') };
  }

  private skipSpace(): void {
    while (this.peek().type === 'space') this.at++;
  }

  private operand(): Operand | undefined {
    const term = this.term();
    if (term === undefined) return undefined;
    if (this.peek().type !== 'field') return term;
    const { position } = this.peek();
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.next().text.slice(1));
    const text = `${term.text}${names.map((name) => `.${name}`).join('')}`;
    if (term.type === 'field' || term.type === 'variable')
      return { type: term.type, names: [...term.names, ...names], position, text };
    if (term.type === 'literal') throw this.error(`unexpected . after term ${goQuote(term.text)}`, position);
    return { type: 'chain', inner: term, names, position, text: term.type === 'pipe' ? text : text };
  }

  private term(): Operand | undefined {
    const item = this.peek();
    const { position, text } = item;
    switch (item.type) {
      case 'identifier':
        this.at++;
        if (!(text in this.functions)) throw this.error(`function ${goQuote(text)} not defined`, position);
        return { type: 'function', name: text, position, text };
      case 'dot':
      case 'nil':
        this.at++;
        return { type: item.type, position, text };
      case 'variable':
        this.at++;
        this.checkVariable(item);
        return { type: 'variable', names: [text], position, text };
      case 'field':
        this.at++;
        return { type: 'field', names: [text.slice(1)], position, text };
      case 'bool':
        this.at++;
        return { type: 'literal', value: text === 'true', position, text };
      case 'number':
      case 'char':
        this.at++;
        return { type: 'literal', value: this.number(item), position, text };
      case 'string':
      case 'raw-string':
        this.at++;
        return { type: 'literal', value: this.unquote(item), position, text };
      case '(': {
        this.at++;
        const pipe = this.pipeline('parenthesized pipeline', ')', true);
        return { type: 'pipe', pipe, position, text: `(${pipe.text})` };
      }
      case 'error':
        throw this.error(text, position);
      default:
        return undefined;
    }
  }

  private checkVariable(item: Item): void {
    if (!this.variables.includes(item.text))
      throw this.error(`undefined variable ${goQuote(item.text)}`, item.position);
  }

  private number(item: Item): number {
    if (item.type === 'char') {
      const value = unquoteGo(item.text);
      if (value === undefined || [...value].length !== 1)
        throw this.error(`malformed character constant: ${item.text}`, item.position);
      return value.codePointAt(0) ?? 0;
    }
    const text = item.text.replaceAll('_', '');
    const value =
      text === '-' || text === '+'
        ? Number.NaN
        : /^[+-]?0\d+$/.test(text)
          ? Number.parseInt(text, 8)
          : text.startsWith('-')
            ? -Number(text.slice(1))
            : Number(text.replace(/^\+/, ''));
    if (Number.isNaN(value)) throw this.error(`illegal number syntax: ${goQuote(item.text)}`, item.position);
    return value;
  }

  private unquote(item: Item): string {
    if (item.type === 'raw-string') return item.text.slice(1, -1);
    const value = unquoteGo(item.text);
    if (value === undefined) throw this.error('invalid syntax', item.position);
    return value;
  }
}

function describeItem(item: Item): string {
  if (item.type === 'end') return 'EOF';
  if (item.type === 'keyword') return `<${item.text}>`;
  return item.text.length > 10 ? `${goQuote(item.text.slice(0, 10))}...` : goQuote(item.text);
}
