import { unquoteGo } from '../../go/unquote.ts';

/** A part of a JSONPath template, as client-go's parser names them. */
export type Node =
  | { readonly type: 'list'; readonly nodes: Node[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'array'; readonly params: readonly [Bound, Bound, Bound] }
  | { readonly type: 'filter'; readonly left: Node; readonly right: Node; readonly operator: string }
  | { readonly type: 'literal'; readonly value: number | boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly nodes: readonly Node[] }
  | { readonly type: 'identifier'; readonly name: string };

/** One of `[from:to:step]`. `derived`: `[2]` stands for `[2:3]`. */
export interface Bound {
  readonly value: number;
  readonly known: boolean;
  readonly derived?: boolean;
}

/** Parses `{...}` templates among text. @throws SyntaxError in client-go's words. */
export function parseTemplate(text: string): Node[] {
  return new Parser(text).template();
}

/** What stands inside one pair of braces. */
function parseAction(text: string): Node {
  return new Parser(`{${text}}`).template()[0] ?? { type: 'list', nodes: [] };
}

const END = '';

class Parser {
  private readonly input: readonly string[];
  private position = 0;
  private start = 0;
  private readonly root: Node[] = [];

  constructor(text: string) {
    this.input = [...text];
  }

  template(): Node[] {
    for (;;) {
      const char = this.peek();
      if (char !== '{' && char !== END) {
        this.position++;
        continue;
      }
      if (this.position > this.start) this.root.push({ type: 'text', text: this.taken() });
      if (char === END) return this.root;
      this.position++;
      this.taken();
      const list: Node[] = [];
      this.root.push({ type: 'list', nodes: list });
      this.action(list);
    }
  }

  private action(into: Node[]): void {
    for (;;) {
      if (this.peek() === '}') {
        this.position++;
        this.taken();
        return;
      }
      if (this.at('[?(')) {
        this.filter(into);
        continue;
      }
      if (this.at('..')) {
        this.recursive(into);
        continue;
      }
      const char = this.next();
      if (char === END || char === '\n' || char === '\r') throw new SyntaxError('unclosed action');
      if (char === ' ' || char === '@' || char === '$') this.taken();
      else if (char === '[') this.array(into);
      else if (char === '"' || char === "'") this.quote(into, char);
      else if (char === '.') this.field(into);
      else if (char === '+' || char === '-' || /\p{Nd}/u.test(char)) {
        this.position--;
        this.number(into);
      } else if (isWord(char)) {
        this.position--;
        this.identifier(into);
      } else throw new SyntaxError(`unrecognized character in action: ${describeChar(char)}`);
    }
  }

  private identifier(into: Node[]): void {
    while (!isTerminator(this.peek())) this.position++;
    const word = this.taken();
    if (word === 'true' || word === 'false') into.push({ type: 'literal', value: word === 'true' });
    else into.push({ type: 'identifier', name: word });
  }

  private recursive(into: Node[]): void {
    if (into[into.length - 1]?.type === 'recursive') throw new SyntaxError('invalid multiple recursive descent');
    this.position += 2;
    this.taken();
    into.push({ type: 'recursive' });
    if (isWord(this.peek())) this.field(into);
  }

  private number(into: Node[]): void {
    if (/^[+-]$/.test(this.peek())) this.position++;
    while (/^(\.|\p{Nd})$/u.test(this.peek())) this.position++;
    const text = this.taken();
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new SyntaxError(`cannot parse number ${text}`);
    into.push({ type: 'literal', value: Number(text) });
  }

  private array(into: Node[]): void {
    for (;;) {
      const char = this.next();
      if (char === END || char === '\n') throw new SyntaxError('unterminated array');
      if (char === ']') break;
    }
    let text = this.taken().slice(1, -1);
    if (text === '*') text = ':';
    const parts = text.split(',');
    if (parts.length > 1) {
      into.push({ type: 'union', nodes: parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, '')}]`)) });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key !== null) {
      const action = parseAction(`.${key[1]}`);
      if (action.type === 'list') into.push(...action.nodes);
      return;
    }
    const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (slice === null) throw new SyntaxError(`invalid array index ${text}`);
    const bounds: Bound[] = [];
    for (let i = 0; i < 3; i++) {
      const part = slice[i + 1] ?? '';
      if (part === '')
        bounds.push(
          i === 1 ? { value: (bounds[0]?.value ?? 0) + 1, known: true, derived: true } : { value: 0, known: false },
        );
      else {
        const digits = i > 0 ? part.slice(1) : part;
        if (i > 0 && digits === '') bounds.push({ value: 0, known: false });
        else if (!/^-?\d+$/.test(digits)) throw new SyntaxError(`array index ${digits} is not a number`);
        else bounds.push({ value: Number(digits), known: true });
      }
    }
    const [from, to, step] = bounds;
    if (from !== undefined && to !== undefined && step !== undefined)
      into.push({ type: 'array', params: [from, to, step] });
  }

  private filter(into: Node[]): void {
    this.position += 3;
    this.taken();
    let begin = false;
    let end = false;
    let pair = '';
    for (;;) {
      const char = this.next();
      if (char === END || char === '\n') throw new SyntaxError('unterminated filter');
      if (char === '"' || char === "'") {
        if (!begin) {
          begin = true;
          pair = char;
        } else if (this.input[this.position - 2] !== '\\' && char === pair) end = true;
      } else if (char === ')' && begin === end) break;
    }
    if (this.next() !== ']') throw new SyntaxError('unclosed array expect ]');
    const text = this.taken().slice(0, -2);
    const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    if (comparison === null) {
      into.push({ type: 'filter', left: parseAction(text), right: { type: 'list', nodes: [] }, operator: 'exists' });
      return;
    }
    const [, left = '', operator = '', right = ''] = comparison;
    into.push({ type: 'filter', left: parseAction(left), right: parseAction(right), operator });
  }

  private quote(into: Node[], end: string): void {
    for (;;) {
      const char = this.next();
      if (char === END || char === '\n') throw new SyntaxError('unterminated quoted string');
      if (char === end && this.input[this.position - 2] !== '\\') break;
    }
    const text = this.taken();
    const value = unquoteGo(text);
    if (value === undefined) throw new SyntaxError(`unquote string ${text} error invalid syntax`);
    into.push({ type: 'text', text: value });
  }

  private field(into: Node[]): void {
    this.taken();
    for (;;) {
      const char = this.peek();
      if (char === '\\') this.position += 2;
      else if (isTerminator(char)) break;
      else this.position++;
    }
    this.position = Math.min(this.position, this.input.length);
    const name = this.taken();
    into.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') });
  }

  private at(text: string): boolean {
    return [...text].every((char, i) => this.input[this.position + i] === char);
  }

  private peek(): string {
    return this.input[this.position] ?? END;
  }

  private next(): string {
    const char = this.peek();
    if (char !== END) this.position++;
    return char;
  }

  private taken(): string {
    const text = this.input.slice(this.start, this.position).join('');
    this.start = this.position;
    return text;
  }
}

function isTerminator(char: string): boolean {
  return char === END || /^[ \t\r\n.,[\]$@{}]$/.test(char);
}

function isWord(char: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(char);
}

/** Go's %#U: `U+007C '|'`. */
function describeChar(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char) ? `U+${code} '${char}'` : `U+${code}`;
}
