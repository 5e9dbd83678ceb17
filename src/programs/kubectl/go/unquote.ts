const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The string that a Go literal in double or single quotes stands for; undefined when it is none. */
export function unquoteGo(text: string): string | undefined {
  const quote = text.charAt(0);
  if (text.length < 2 || !text.endsWith(quote) || (quote !== '"' && quote !== "'")) return undefined;
  const body = text.slice(1, -1);
  let out = '';
  for (let i = 0; i < body.length; i++) {
    const char = body.charAt(i);
    if (char === quote || char === '\n') return undefined;
    if (char !== '\\') {
      out += char;
      continue;
    }
    const next = body.charAt(++i);
    const simple = SIMPLE[next];
    if (simple !== undefined) out += simple;
    else if (next === quote) out += quote;
    else {
      const length = { x: 2, u: 4, U: 8 }[next];
      const digits = length === undefined ? body.slice(i, i + 3) : body.slice(i + 1, i + 1 + length);
      if (
        length !== undefined ? !/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length : !/^[0-7]{3}$/.test(digits)
      )
        return undefined;
      out += String.fromCodePoint(Number.parseInt(digits, length === undefined ? 8 : 16));
      i += length ?? 2;
    }
  }
  return out;
}
