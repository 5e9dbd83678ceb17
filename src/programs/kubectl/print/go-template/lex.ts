import { goQuote } from '../../go/quote.ts';

/** A word of Go's text/template language. `position` counts UTF-16 units from the beginning of the template. */
export interface Item {
  readonly type:
    | 'text'
    | 'left'
    | 'right'
    | 'space'
    | 'field'
    | 'variable'
    | 'identifier'
    | 'keyword'
    | 'bool'
    | 'nil'
    | 'dot'
    | 'number'
    | 'char'
    | 'string'
    | 'raw-string'
    | '|'
    | ','
    | '='
    | ':='
    | '('
    | ')'
    | 'bad'
    | 'error'
    | 'end';
  readonly text: string;
  readonly position: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);

/** Cuts a template into items; the last is `end` or `error`. */
export function lex(text: string): Item[] {
  const items: Item[] = [];
  let at = 0;
  const add = (type: Item['type'], value: string, position: number) => items.push({ type, text: value, position });
  const fail = (message: string, position: number) => {
    add('error', message, position);
    return items;
  };
  let trimNext = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    let plain = open < 0 ? text.slice(at) : text.slice(at, open);
    const position = at + (trimNext ? plain.length - plain.trimStart().length : 0);
    if (trimNext) plain = plain.replace(/^[ \t\r\n]+/, '');
    const trimLeft = open >= 0 && /^\{\{-[ \t\r\n]/.test(text.slice(open, open + 4));
    if (trimLeft) plain = plain.replace(/[ \t\r\n]+$/, '');
    if (plain !== '') add('text', plain, position);
    if (open < 0) {
      add('end', '', text.length);
      return items;
    }
    const inside = open + 2 + (trimLeft ? 2 : 0);
    if (text.startsWith('/*', inside)) {
      const close = text.indexOf('*/', inside);
      if (close < 0) return fail('unclosed comment', inside);
      const match = /^([ \t\r\n]-)?\}\}/.exec(text.slice(close + 2));
      if (match === null) return fail('comment ends before closing delimiter', close);
      at = close + 2 + match[0].length;
      trimNext = match[1] !== undefined;
      continue;
    }
    add('left', '{{', open);
    const result = lexAction(text, inside, items);
    if (result === undefined) return items;
    at = result.at;
    trimNext = result.trim;
  }
}

/** The items of one action, up to `}}`. Undefined after an error. */
function lexAction(text: string, from: number, items: Item[]): { at: number; trim: boolean } | undefined {
  let at = from;
  let parens = 0;
  const add = (type: Item['type'], length: number) => {
    items.push({ type, text: text.slice(at, at + length), position: at });
    at += length;
  };
  const fail = (message: string) => {
    items.push({ type: 'error', text: message, position: at });
    return undefined;
  };
  for (;;) {
    const rest = text.slice(at);
    const close = /^([ \t\r\n]-)?\}\}/.exec(rest);
    if (close !== null) {
      if (parens > 0) return fail('unclosed left paren');
      items.push({ type: 'right', text: '}}', position: at });
      return { at: at + close[0].length, trim: close[1] !== undefined };
    }
    const char = text.charAt(at);
    if (char === '') return fail('unclosed action');
    const space = /^[ \t\r\n]+/.exec(rest)?.[0];
    if (space !== undefined) {
      // ` -}}` belongs to the closing delimiter.
      const trimmed = /^[ \t\r\n]*(?=[ \t\r\n]-\}\})/.exec(rest)?.[0];
      add('space', trimmed !== undefined && trimmed.length < space.length ? Math.max(trimmed.length, 1) : space.length);
    } else if (rest.startsWith(':=')) add(':=', 2);
    else if (char === ':') return fail('expected :=');
    else if (char === '=' || char === '|' || char === ',') add(char, 1);
    else if (char === '"') {
      const match = /^"(?:[^"\\\n]|\\.)*"/.exec(rest);
      if (match === null) return fail('unterminated quoted string');
      add('string', match[0].length);
    } else if (char === '`') {
      const end = text.indexOf('`', at + 1);
      if (end < 0) return fail('unterminated raw quoted string');
      add('raw-string', end + 1 - at);
    } else if (char === "'") {
      const match = /^'(?:[^'\\\n]|\\.)*'/.exec(rest);
      if (match === null) return fail('unterminated character constant');
      add('char', match[0].length);
    } else if (char === '$') {
      add('variable', /^\$[\p{L}\p{Nd}_]*/u.exec(rest)?.[0].length ?? 1);
      if (!atTerminator(text, at)) return fail(`bad character ${describeChar(text, at)}`);
    } else if (char === '.' && !/^\.\d/.test(rest)) {
      const field = /^\.[\p{L}_][\p{L}\p{Nd}_]*/u.exec(rest)?.[0] ?? '.';
      add(field === '.' ? 'dot' : 'field', field.length);
      if (!atTerminator(text, at)) return fail(`bad character ${describeChar(text, at)}`);
    } else if (/^([+-]|\d|\.\d)/.test(rest)) {
      const match =
        /^[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[\d_]*\.?[\d_]*([eE][+-]?[\d_]+)?)i?/.exec(rest)?.[0] ?? '';
      if (/[\p{L}\p{Nd}_]/u.test(text.charAt(at + match.length)))
        return fail(`bad number syntax: ${goQuote(rest.slice(0, match.length + 1))}`);
      add('number', match.length);
    } else if (/[\p{L}_]/u.test(char)) {
      const word = /^[\p{L}\p{Nd}_]+/u.exec(rest)?.[0] ?? char;
      add(
        KEYWORDS.has(word)
          ? 'keyword'
          : word === 'true' || word === 'false'
            ? 'bool'
            : word === 'nil'
              ? 'nil'
              : 'identifier',
        word.length,
      );
      if (!atTerminator(text, at)) return fail(`bad character ${describeChar(text, at)}`);
    } else if (char === '(') {
      parens++;
      add('(', 1);
    } else if (char === ')') {
      parens--;
      if (parens < 0) return fail('unexpected right paren');
      add(')', 1);
    } else if (/^[!-~]$/.test(char)) add('bad', 1);
    else return fail(`unrecognized character in action: ${describeChar(text, at)}`);
  }
}

function atTerminator(text: string, at: number): boolean {
  const char = text.charAt(at);
  return char === '' || /[ \t\r\n.,|:()=]/.test(char) || text.startsWith('}}', at);
}

/** Go's %#U. */
function describeChar(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  const char = String.fromCodePoint(code);
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char) ? `U+${hex} '${char}'` : `U+${hex}`;
}
