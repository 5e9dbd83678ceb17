import type { Json } from './syntax.ts';

/** Text that is no JSON, in jq's words. */
export class ParseFault extends Error {}

function place(source: string, at: number): string {
  const before = source.slice(0, at);
  const lines = before.split('\n');
  return `at line ${lines.length}, column ${(lines.at(-1) ?? '').length}`;
}

/** The JSON values of a text, one after another; what follows a fault is not read. @throws ParseFault */
export function* jsonValues(source: string): Generator<Json> {
  let at = 0;
  for (;;) {
    const space = /\s*/y;
    space.lastIndex = at;
    at += space.exec(source)?.[0].length ?? 0;
    if (at >= source.length) return;
    const end = valueEnd(source, at);
    let value: Json;
    try {
      value = JSON.parse(source.slice(at, end)) as Json;
    } catch {
      throw fault(source, at, end);
    }
    yield value;
    at = end;
  }
}

function valueEnd(source: string, start: number): number {
  const first = source.charAt(start);
  if (first === '"') return stringEnd(source, start);
  if (first !== '{' && first !== '[') {
    const word = /[^\s{}[\]",:]+|./y;
    word.lastIndex = start;
    return start + (word.exec(source)?.[0].length ?? 1);
  }
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '"') i = stringEnd(source, i) - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return i + 1;
  }
  return source.length + 1;
}

function stringEnd(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '\\') i++;
    else if (char === '"') return i + 1;
  }
  return source.length + 1;
}

function fault(source: string, start: number, end: number): ParseFault {
  const value = source.slice(start, end);
  // A bare word that JSON does not know is what most faults are; jq sees it at the character that ends it.
  const words = /[^\s{}[\]",:]+/g;
  const bare = value.replace(/"(?:[^"\\]|\\.)*"/g, (text) => '"'.padEnd(text.length, '"'));
  for (const match of bare.matchAll(words)) {
    if (/^(true|false|null|nan|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(match[0])) continue;
    const stop = start + match.index + match[0].length;
    return new ParseFault(
      stop >= source.length
        ? `Invalid literal at EOF ${place(source, source.length)}`
        : `Invalid ${/^[tfn'-]/.test(match[0]) ? 'literal' : 'numeric literal'} ${place(source, stop + 1)}`,
    );
  }
  if (end > source.length) return new ParseFault(`Unfinished JSON term at EOF ${place(source, source.length)}`);
  const comma = /,\s*[}\]]/.exec(bare);
  if (comma !== null) {
    const closing = comma[0].endsWith('}');
    return new ParseFault(
      `Expected another ${closing ? 'key-value pair' : 'array element'} ${place(source, start + comma.index + comma[0].length)}`,
    );
  }
  return new ParseFault(`Expected separator between values ${place(source, Math.min(end, source.length))}`);
}
