/** What a Redis server answers: RESP2. */
export type Value =
  | { readonly kind: 'status'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly number: number }
  | { readonly kind: 'bulk'; readonly text: string | null }
  | { readonly kind: 'array'; readonly items: readonly Value[] };

/** A command as a client sends it. */
export function encodeCommand(words: readonly string[]): string {
  return encode({ kind: 'array', items: words.map((text) => ({ kind: 'bulk', text })) });
}

export function encode(value: Value): string {
  switch (value.kind) {
    case 'status':
      return `+${value.text}\r\n`;
    case 'error':
      return `-${value.text}\r\n`;
    case 'integer':
      return `:${value.number}\r\n`;
    case 'bulk':
      return value.text === null ? '$-1\r\n' : `$${value.text.length}\r\n${value.text}\r\n`;
    case 'array':
      return `*${value.items.length}\r\n${value.items.map(encode).join('')}`;
  }
}

/** One value at a place in a text, and where the next begins; undefined when it is not whole. */
export function decode(text: string, at = 0): { value: Value; next: number } | undefined {
  const end = text.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const rest = text.slice(at + 1, end);
  const next = end + 2;
  switch (text.charAt(at)) {
    case '+':
      return { value: { kind: 'status', text: rest }, next };
    case '-':
      return { value: { kind: 'error', text: rest }, next };
    case ':':
      return { value: { kind: 'integer', number: Number(rest) }, next };
    case '$': {
      const length = Number(rest);
      if (length < 0) return { value: { kind: 'bulk', text: null }, next };
      if (text.length < next + length + 2) return undefined;
      return { value: { kind: 'bulk', text: text.slice(next, next + length) }, next: next + length + 2 };
    }
    case '*': {
      const items: Value[] = [];
      let place = next;
      for (let left = Number(rest); left > 0; left--) {
        const item = decode(text, place);
        if (item === undefined) return undefined;
        items.push(item.value);
        place = item.next;
      }
      return { value: { kind: 'array', items }, next: place };
    }
    default:
      return undefined;
  }
}

/** The commands in what came over the wire: arrays, or lines as typed into nc. */
export function commandsOf(text: string): string[][] {
  const commands: string[][] = [];
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === '*') {
      const found = decode(text, at);
      if (found?.value.kind !== 'array') return commands;
      commands.push(found.value.items.map((item) => (item.kind === 'bulk' ? (item.text ?? '') : '')));
      at = found.next;
      continue;
    }
    const end = text.indexOf('\n', at);
    const line = (end < 0 ? text.slice(at) : text.slice(at, end)).trim();
    if (line !== '') commands.push(line.split(/\s+/));
    at = end < 0 ? text.length : end + 1;
  }
  return commands;
}
