import { ConfigError, type Directive } from './directive.ts';
import { checkDirective, inside, type Place } from './directives.ts';

/** Reads files for `include`. */
export interface ConfigFiles {
  read(path: string): string | undefined;
  /** Paths that a pattern matches. */
  glob(pattern: string): readonly string[];
}

/** Parses a configuration file and what it includes. @throws ConfigError in nginx's words */
export function parseConfig(path: string, files: ConfigFiles): Directive[] {
  return parse(path, files, 'main', [], '');
}

function parse(path: string, files: ConfigFiles, outer: Place, before: Directive[], by: string): Directive[] {
  const text = files.read(path);
  if (text === undefined) throw new ConfigError(`open() "${path}" failed (2: No such file or directory)${by}`);
  if (by.length > 4000) throw new ConfigError(`too many levels of "include" in ${path}`);
  const tokens = tokenize(text, path);
  const last = text.split('\n').length;
  let at = 0;
  const block = (place: Place, nested: boolean, out: Directive[]): Directive[] => {
    for (;;) {
      const token = tokens[at];
      if (token === undefined) {
        if (nested) throw new ConfigError(`unexpected end of file, expecting "}" in ${path}:${last}`);
        return out;
      }
      if (token.kind === '}') {
        if (!nested) throw new ConfigError(`unexpected "}" in ${path}:${token.line}`);
        at++;
        return out;
      }
      if (token.kind === 'broken') throw new ConfigError(token.text);
      if (token.kind !== 'word') throw new ConfigError(`unexpected "${token.kind}" in ${path}:${token.line}`);
      const words: string[] = [];
      while (tokens[at]?.kind === 'word') words.push(tokens[at++]?.text ?? '');
      const [name = '', ...args] = words;
      const end = tokens[at];
      if (end === undefined) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${last}`);
      if (end.kind === 'broken') throw new ConfigError(end.text);
      if (end.kind === '}') throw new ConfigError(`unexpected "}" in ${path}:${end.line}`);
      at++;
      const { line } = end;
      if (name === 'include') {
        const pattern = args[0] ?? '';
        const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
        const found = /[*?[]/.test(full) ? files.glob(full) : [full];
        for (const each of found) parse(each, files, place, out, `${by} in ${path}:${line}`);
        continue;
      }
      const directive = { name, args, file: path, line };
      const opens = end.kind === '{';
      checkDirective(directive, opens, place, out);
      if (!opens) out.push(directive);
      else {
        const inner = block(inside(name, place), true, []);
        if (name === 'upstream' && !inner.some((each) => each.name === 'server'))
          throw new ConfigError(`no servers are inside upstream in ${path}:${tokens[at - 1]?.line ?? line}`);
        out.push({ ...directive, block: inner });
      }
    }
  };
  return block(outer, false, before);
}

interface Token {
  readonly kind: 'word' | '{' | '}' | ';' | 'broken';
  /** A word, or what is wrong with the rest of the file. */
  readonly text: string;
  readonly line: number;
}

/** The only characters that a backslash changes; before any other it stays. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' };

function tokenize(text: string, path: string): Token[] {
  const out: Token[] = [];
  let line = 1;
  for (let i = 0; i < text.length; ) {
    const char = text.charAt(i);
    if (char === '\n') line++;
    if (/\s/.test(char)) {
      i++;
      continue;
    }
    if (char === '#') {
      while (i < text.length && text.charAt(i) !== '\n') i++;
      continue;
    }
    if (char === ';' || char === '{' || char === '}') {
      out.push({ kind: char, text: char, line });
      i++;
      continue;
    }
    let word = '';
    const began = line;
    if (char === '"' || char === "'") {
      i++;
      while (i < text.length && text.charAt(i) !== char) {
        if (text.charAt(i) === '\\') {
          word += ESCAPES[text.charAt(i + 1)] ?? text.slice(i, i + 2);
          i += 2;
          continue;
        }
        if (text.charAt(i) === '\n') line++;
        word += text.charAt(i++);
      }
      if (i >= text.length) {
        const why = `unexpected end of file, expecting ";" or "}" in ${path}:${line}`;
        return [...out, { kind: 'broken', text: why, line }];
      }
      i++;
    } else {
      while (i < text.length && !/[\s;{}]/.test(text.charAt(i))) {
        if (text.startsWith('${', i)) {
          const end = text.indexOf('}', i);
          word += text.slice(i, end + 1);
          i = end + 1;
        } else word += text.charAt(i++);
      }
    }
    out.push({ kind: 'word', text: word, line: began });
  }
  return out;
}
