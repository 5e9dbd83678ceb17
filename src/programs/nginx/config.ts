/** One directive of an nginx configuration, with its block if it has one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** A configuration that nginx refuses; the message is what follows `[emerg] `. */
export class ConfigError extends Error {}

/** Reads files for `include`. */
export interface ConfigFiles {
  read(path: string): string | undefined;
  /** Paths that a pattern matches. */
  glob(pattern: string): readonly string[];
}

const BLOCKS = new Set(['events', 'http', 'server', 'location', 'upstream', 'types', 'if', 'map', 'stream']);

/** Parses a configuration file and what it includes. @throws ConfigError in nginx's words */
export function parseConfig(path: string, files: ConfigFiles, depth = 0): Directive[] {
  const text = files.read(path);
  if (text === undefined) throw new ConfigError(`open() "${path}" failed (2: No such file or directory)`);
  if (depth > 10) throw new ConfigError(`too many levels of "include" in ${path}`);
  const tokens = tokenize(text, path);
  let at = 0;
  const block = (inside: boolean): Directive[] => {
    const out: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined) {
        if (inside)
          throw new ConfigError(`unexpected end of file, expecting "}" in ${path}:${tokens.at(-1)?.line ?? 1}`);
        return out;
      }
      if (token.kind === '}') {
        if (!inside) throw new ConfigError(`unexpected "}" in ${path}:${token.line}`);
        at++;
        return out;
      }
      if (token.kind !== 'word') throw new ConfigError(`unexpected "${token.kind}" in ${path}:${token.line}`);
      const words: string[] = [];
      const { line } = token;
      while (tokens[at]?.kind === 'word') words.push(tokens[at++]?.text ?? '');
      const [name = '', ...args] = words;
      const end = tokens[at];
      if (end === undefined)
        throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${tokens.at(-1)?.line ?? line}`);
      if (end.kind === '}') throw new ConfigError(`unexpected "}" in ${path}:${end.line}`);
      at++;
      if (end.kind === '{') {
        if (!BLOCKS.has(name)) throw new ConfigError(`unknown directive "${name}" in ${path}:${line}`);
        out.push({ name, args, block: block(true), file: path, line });
        continue;
      }
      if (name === 'include') {
        const pattern = args[0] ?? '';
        const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
        const found = /[*?[]/.test(full) ? files.glob(full) : [full];
        for (const each of found) out.push(...parseConfig(each, files, depth + 1));
        continue;
      }
      if (BLOCKS.has(name) && name !== 'if')
        throw new ConfigError(`directive "${name}" has no opening "{" in ${path}:${line}`);
      out.push({ name, args, file: path, line });
    }
  };
  return block(false);
}

interface Token {
  readonly kind: 'word' | '{' | '}' | ';';
  readonly text: string;
  readonly line: number;
}

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
        if (text.charAt(i) === '\\') i++;
        if (text.charAt(i) === '\n') line++;
        word += text.charAt(i++);
      }
      if (i >= text.length) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${line}`);
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
