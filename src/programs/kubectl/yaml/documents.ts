import type { KubeObject } from '../../../cluster/api/types.ts';
import { Failure } from '../errors.ts';
import { parseYaml, YamlError } from './parse.ts';

/**
 * The objects of a manifest: YAML documents between `---` lines, or JSON values one after the other, as apimachinery's
 * YAMLOrJSONDecoder reads them. Empty documents are left out. @throws Failure `error parsing SOURCE: …`
 */
export function* manifestDocuments(text: string, source: string): Generator<KubeObject, void, void> {
  let rest = text.replace(/^\ufeff/, '');
  let jsonError: string | undefined;
  if (/^\s*\{/.test(rest)) {
    let count = 0;
    for (;;) {
      const trimmed = rest.replace(/^\s+/, '');
      if (trimmed === '') return;
      const value = takeJson(trimmed);
      if ('error' in value) {
        jsonError = value.error;
        if (count > 1) throw new Failure(`error parsing ${source}: ${jsonError}`);
        break;
      }
      count++;
      rest = trimmed.slice(value.length);
      if (value.value !== null) yield value.value as KubeObject;
    }
    rest = rest.replace(/^[^\S\n]*\n?/, '');
  }
  for (const document of splitDocuments(rest)) {
    if ('separator' in document)
      throw new Failure(
        `error parsing ${source}: ${jsonError ?? `invalid Yaml document separator: ${document.separator}`}`,
      );
    let value: unknown;
    try {
      value = parseYaml(document.text);
    } catch (error) {
      if (error instanceof YamlError)
        throw new Failure(`error parsing ${source}: ${jsonError ?? `error converting YAML to JSON: ${error.message}`}`);
      throw error;
    }
    if (value !== null && value !== undefined) yield value as KubeObject;
  }
}

/** Cuts a stream at its `---` lines; only a comment may follow one. */
function* splitDocuments(given: string): Generator<{ readonly text: string } | { readonly separator: string }> {
  // The real one reads lines and ends each with a newline, the last too.
  const unix = given.replaceAll('\r\n', '\n');
  const text = unix === '' || unix.endsWith('\n') ? unix : `${unix}\n`;
  let lines: string[] = [];
  let begin = 0;
  while (begin < text.length) {
    let end = text.indexOf('\n', begin);
    if (end < 0) end = text.length - 1;
    const line = text.slice(begin, end + 1);
    begin = end + 1;
    if (!line.startsWith('---')) {
      lines.push(line);
      continue;
    }
    const after = line.slice(3).trim();
    if (after !== '' && !after.startsWith('#')) {
      yield { separator: after };
      return;
    }
    if (lines.length > 0) {
      yield { text: lines.join('') };
      lines = [];
    }
    lines.push(line);
  }
  if (lines.length > 0) yield { text: lines.join('') };
}

/** The first JSON value of a text and its length, or what Go's decoder says about it. */
function takeJson(text: string): { readonly value: unknown; readonly length: number } | { readonly error: string } {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) {
        const piece = text.slice(0, i + 1);
        try {
          return { value: JSON.parse(piece), length: piece.length };
        } catch {
          return { error: jsonSyntax(piece) };
        }
      }
    }
  }
  return { error: jsonSyntax(text) };
}

/** Where a JSON text goes wrong, in the words of encoding/json. */
function jsonSyntax(text: string): string {
  for (let length = 1; length <= text.length; length++) {
    const problem = prefixProblem(text, length);
    if (problem !== undefined) return `json: offset ${length}: ${problem}`;
  }
  return 'unexpected EOF';
}

/** A small automaton over JSON's grammar: what the character at `length - 1` breaks, if it breaks anything. */
function prefixProblem(text: string, length: number): string | undefined {
  const scanner = scanners.get(text) ?? scan(text);
  scanners.clear();
  scanners.set(text, scanner);
  return scanner.at === length ? scanner.problem : undefined;
}

const scanners = new Map<string, { at: number; problem: string }>();

function scan(text: string): { at: number; problem: string } {
  type State = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma';
  const stack: ('{' | '[')[] = [];
  let state: State = 'value';
  const bad = (i: number, context: string) => ({
    at: i + 1,
    problem: `invalid character ${quoteChar(text.charAt(i))} ${context}`,
  });
  const done = (): State => (stack.length === 0 ? 'value' : 'comma');
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (/\s/.test(char)) continue;
    const inObject = stack[stack.length - 1] === '{';
    if (state === 'value' || state === 'first-value') {
      if (char === '{') {
        stack.push('{');
        state = 'first-key';
      } else if (char === '[') {
        stack.push('[');
        state = 'first-value';
      } else if (char === ']' && state === 'first-value') {
        stack.pop();
        state = done();
      } else if (char === '"') {
        i = endOfString(text, i);
        state = done();
      } else {
        const word = /^(true|false|null|-?\d+(\.\d+)?([eE][-+]?\d+)?)/.exec(text.slice(i, i + 40));
        if (word === null) return bad(i, 'looking for beginning of value');
        i += word[0].length - 1;
        state = done();
      }
    } else if (state === 'key' || state === 'first-key') {
      if (char === '}' && state === 'first-key') {
        stack.pop();
        state = done();
      } else if (char !== '"') return bad(i, 'looking for beginning of object key string');
      else {
        i = endOfString(text, i);
        state = 'colon';
      }
    } else if (state === 'colon') {
      if (char !== ':') return bad(i, 'after object key');
      state = 'value';
    } else if (char === ',') state = inObject ? 'key' : 'value';
    else if (char === (inObject ? '}' : ']')) {
      stack.pop();
      state = done();
    } else return bad(i, inObject ? 'after object key:value pair' : 'after array element');
  }
  return { at: -1, problem: '' };
}

function endOfString(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++;
    else if (text.charAt(i) === '"') return i;
  }
  return text.length;
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}
