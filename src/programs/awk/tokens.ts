import { AwkSyntaxError } from './syntax.ts';

/** A word of an awk program. */
export interface Token {
  readonly type: 'num' | 'str' | 'regex' | 'name' | 'func' | 'word' | 'op' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
}

const WORDS = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);

const OPERATORS = [
  '**=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '>>',
  '!~',
  '**',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '<',
  '>',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The words of a program. @throws AwkSyntaxError */
export function tokenize(text: string): Token[] {
  const out: Token[] = [];
  let line = 1;
  let at = 0;
  const push = (type: Token['type'], value: string) => out.push({ type, text: value, line });
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\' && text.charAt(at + 1) === '\n') {
      at += 2;
      line++;
    } else if (char === ' ' || char === '\t' || char === '\r') at++;
    else if (char === '#') while (at < text.length && text.charAt(at) !== '\n') at++;
    else if (char === '\n') {
      push('newline', '\n');
      at++;
      line++;
    } else if (char === '"') {
      let value = '';
      at++;
      while (at < text.length && text.charAt(at) !== '"') {
        if (text.charAt(at) === '\\') {
          const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1));
          const next = text.charAt(at + 1);
          if (octal !== null) {
            value += String.fromCharCode(parseInt(octal[0], 8));
            at += 1 + octal[0].length;
          } else {
            value += ESCAPES[next] ?? `\\${next}`;
            at += 2;
          }
        } else value += text.charAt(at++);
      }
      if (at >= text.length) throw new AwkSyntaxError(line, `"${value}`);
      at++;
      push('str', value);
    } else if (/[0-9.]/.test(char) && /^(\d+\.?\d*|\.\d+)/.test(text.slice(at))) {
      const number = /^(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)/.exec(text.slice(at))?.[0] ?? char;
      push('num', number);
      at += number.length;
    } else if (/[A-Za-z_]/.test(char)) {
      const name = /^\w+/.exec(text.slice(at))?.[0] ?? char;
      at += name.length;
      push(WORDS.has(name) ? 'word' : text.charAt(at) === '(' ? 'func' : 'name', name);
    } else if (char === '/' && regexMayStart(out.at(-1))) {
      let source = '';
      let inSet = false;
      at++;
      while (at < text.length && (text.charAt(at) !== '/' || inSet)) {
        if (text.charAt(at) === '\n') throw new AwkSyntaxError(line, '/');
        if (text.charAt(at) === '\\') {
          source += text.charAt(at + 1) === '/' ? '/' : text.slice(at, at + 2);
          at += 2;
          continue;
        }
        if (text.charAt(at) === '[') inSet = true;
        if (text.charAt(at) === ']') inSet = false;
        source += text.charAt(at++);
      }
      at++;
      push('regex', source);
    } else {
      const operator = OPERATORS.find((each) => text.startsWith(each, at));
      if (operator === undefined) throw new AwkSyntaxError(line, char);
      push('op', operator === '**' ? '^' : operator === '**=' ? '^=' : operator);
      at += operator.length;
    }
  }
  push('end', 'end of file');
  return out;
}

/** A slash divides after a value, and begins a pattern elsewhere. */
function regexMayStart(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.type === 'num' || before.type === 'str' || before.type === 'name' || before.type === 'regex') return false;
  return !(before.type === 'op' && (before.text === ')' || before.text === ']' || before.text === '$'));
}
