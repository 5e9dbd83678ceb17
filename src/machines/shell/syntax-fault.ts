/** What bash says of a script that it cannot parse, and the line that it names. */
export function syntaxFault(
  source: string,
  message: string,
  position: number,
): { readonly words: readonly string[]; readonly line: number } {
  const lines = source.replace(/\n$/, '').split('\n');
  const after = lines.length + 1;
  const open = openQuote(source);
  if (open !== undefined)
    return { words: [`unexpected EOF while looking for matching \`${open.quote}'`], line: open.line };
  if (/unterminated (command|arithmetic|process)/.test(message))
    return { words: ["unexpected EOF while looking for matching `)'"], line: after };
  if (/unterminated parameter/.test(message))
    return { words: ["unexpected EOF while looking for matching `}'"], line: after };
  // A missing `do` or `then` is noticed behind the word in its place.
  const word = /expected '(?:do|then)'/.test(message) ? /\S+$/.exec(source.slice(0, position))?.[0] : undefined;
  let at = position - (word?.length ?? 0);
  while (/[ \t]/.test(source.charAt(at))) at++;
  if (/expected/.test(message) && source.slice(position).trim() === '' && !/unexpected token/.test(message))
    return { words: ['syntax error: unexpected end of file'], line: after };
  const stated = /unexpected token '(.+)'/.exec(message)?.[1];
  const token = stated ?? /^(?:&&|\|\||;;|[|&;()<>]|[^\s|&;()<>]+|\n)/.exec(source.slice(at))?.[0] ?? 'newline';
  const line = source.slice(0, at).split('\n').length;
  return {
    words: [
      `syntax error near unexpected token \`${token === '\n' ? 'newline' : token}'`,
      `\`${lines[line - 1] ?? ''}'`,
    ],
    line,
  };
}

/** The quote that is never closed, and the line on which it opens. */
function openQuote(source: string): { readonly quote: string; readonly line: number } | undefined {
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
