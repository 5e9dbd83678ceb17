import { type ParsedScript, parse } from 'unbash';

/** Scripts as they were parsed last: containers of one image all run the same. */
const PARSED = new Map<string, ParsedScript>();
const MOST_PARSED = 50;
const LONGEST_PARSED = 10_000;

/** A script, parsed; errors stand in its `errors`. @throws what the parser cannot go on from */
export function parsed(source: string): ParsedScript {
  const known = PARSED.get(source);
  if (known !== undefined) return known;
  const script = parse(source);
  if (source.length > LONGEST_PARSED) return script;
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  PARSED.set(source, script);
  return script;
}

/** The quote that is never closed, and the line on which it opens. */
export function openQuote(source: string): { readonly quote: string; readonly line: number } | undefined {
  let open: { quote: string; line: number } | undefined;
  let line = 1;
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === '\n') line++;
    if (open === undefined) {
      if (char === '\\') at++;
      else if (char === '#' && /\s/.test(source.charAt(at - 1) || ' ')) {
        const end = source.indexOf('\n', at);
        at = (end < 0 ? source.length : end) - 1;
      } else if (char === '"' || char === "'") open = { quote: char, line };
    } else if (char === '\\' && open.quote === '"') at++;
    else if (char === open.quote) open = undefined;
  }
  return open;
}

/** bash's words for what the parser found. */
export function syntaxWords(message: string, source: string, position: number): string {
  const token = /unexpected token '(.+)'/.exec(message)?.[1];
  if (token !== undefined) return `syntax error near unexpected token \`${token}'`;
  if (/unterminated|unclosed|expected|end of/i.test(message) && position >= source.trimEnd().length - 1)
    return 'syntax error: unexpected end of file';
  return `syntax error: ${message}`;
}
