/** One part of a pattern, and where a text that it matches may end. */
type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly has: (char: string) => boolean }
  | { readonly kind: 'group'; readonly operator: string; readonly choices: readonly (readonly Token[])[] };

/** Positions in a text, as flags: entry n tells whether a match may end before character n. */
type Places = Uint8Array;

/** What matching may cost, in looks at one character; beyond it nothing is found any more. */
const PATIENCE = 30_000_000;

/** A piece of a pattern; quoted ones are literal. */
export interface PatternPiece {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * A shell pattern: `*`, `?`, `[...]`, and groups such as `+(a|b)`. It is matched by following all ways at once, so that no
 * pattern takes more than its length times that of the text.
 */
export class Pattern {
  private readonly tokens: readonly Token[];
  private readonly backward: readonly Token[];

  constructor(pieces: readonly PatternPiece[], ignoreCase = false) {
    this.tokens = compile(pieces, ignoreCase);
    this.ignoreCase = ignoreCase;
    this.backward = reversed(this.tokens);
  }

  private readonly ignoreCase: boolean;

  /** Whether it matches the whole text. */
  test(text: string): boolean {
    const chars = this.letters(text);
    return run(this.tokens, chars, single(chars.length, 0))[chars.length] === 1;
  }

  /** The text without what matches at its front or back, as short or as long as can be. */
  strip(text: string, end: 'front' | 'back', longest: boolean): string {
    const chars = [...text];
    const seen = this.letters(text);
    const front = end === 'front';
    const places = run(front ? this.tokens : this.backward, front ? seen : seen.reverse(), single(chars.length, 0));
    const at = longest ? places.lastIndexOf(1) : places.indexOf(1);
    if (at < 0) return text;
    return (front ? chars.slice(at) : chars.slice(0, chars.length - at)).join('');
  }

  /** Replaces the longest match: the first one, all, or one at the front or back only. */
  replace(text: string, which: 'first' | 'all' | 'front' | 'back', make: (found: string) => string): string {
    const chars = [...text];
    const seen = this.letters(text);
    if (which === 'back') {
      const at = run(this.backward, seen.reverse(), single(chars.length, 0)).lastIndexOf(1);
      const from = chars.length - at;
      return at < 0 ? text : chars.slice(0, from).join('') + make(chars.slice(from).join(''));
    }
    const out: string[] = [];
    let at = 0;
    const cost = { left: PATIENCE };
    while (at <= chars.length) {
      const end = run(this.tokens, seen, single(chars.length, at), cost, at).lastIndexOf(1);
      if (end > at || (end === at && which === 'front')) {
        out.push(make(chars.slice(at, end).join('')));
        at = end;
        if (which !== 'all') break;
      } else {
        if (which === 'front' || at === chars.length) break;
        out.push(chars[at++] ?? '');
      }
      if (cost.left < 0) break;
    }
    return out.join('') + chars.slice(at).join('');
  }

  private letters(text: string): string[] {
    return [...(this.ignoreCase ? text.toLowerCase() : text)];
  }
}

function single(length: number, at: number): Places {
  const places = new Uint8Array(length + 1);
  places[at] = 1;
  return places;
}

/** Where matches end that begin at one of `starts`. */
function run(
  tokens: readonly Token[],
  chars: readonly string[],
  starts: Places,
  cost = { left: PATIENCE },
  from = 0,
): Places {
  let places = starts;
  for (const token of tokens) {
    cost.left -= chars.length - from + 1;
    if (cost.left < 0) return new Uint8Array(chars.length + 1);
    const next = new Uint8Array(chars.length + 1);
    let some = false;
    if (token.kind === 'star') {
      const first = places.indexOf(1, from);
      if (first >= 0) next.fill(1, first);
      some = first >= 0;
    } else if (token.kind === 'group') {
      const ends = group(token, chars, places, cost, from);
      next.set(ends);
      some = ends.includes(1);
    } else
      for (let at = places.indexOf(1, from); at >= 0 && at < chars.length; at = places.indexOf(1, at + 1)) {
        const char = chars[at] ?? '';
        if (token.kind === 'any' || (token.kind === 'char' ? token.char === char : token.has(char))) {
          next[at + 1] = 1;
          some = true;
        }
      }
    places = next;
    if (!some) return places;
  }
  return places;
}

function group(
  { operator, choices }: Extract<Token, { kind: 'group' }>,
  chars: readonly string[],
  starts: Places,
  cost: { left: number },
  from: number,
): Places {
  const once = (places: Places): Places => {
    const out = new Uint8Array(chars.length + 1);
    for (const choice of choices)
      for (const [at, flag] of run(choice, chars, places, cost, from).entries()) if (flag === 1) out[at] = 1;
    return out;
  };
  if (operator === '!') {
    const out = new Uint8Array(chars.length + 1);
    for (let at = starts.indexOf(1); at >= 0 && cost.left >= 0; at = starts.indexOf(1, at + 1)) {
      const ends = once(single(chars.length, at));
      for (let end = at; end <= chars.length; end++) if (ends[end] !== 1) out[end] = 1;
    }
    return out;
  }
  const found = operator === '@' || operator === '+' ? new Uint8Array(chars.length + 1) : starts.slice();
  let fresh = starts;
  do {
    const ends = once(fresh);
    fresh = new Uint8Array(chars.length + 1);
    for (const [at, flag] of ends.entries())
      if (flag === 1 && found[at] !== 1) {
        found[at] = 1;
        fresh[at] = 1;
      }
  } while ((operator === '+' || operator === '*') && fresh.includes(1) && cost.left >= 0);
  return found;
}

function reversed(tokens: readonly Token[]): readonly Token[] {
  return tokens
    .map((token): Token => (token.kind === 'group' ? { ...token, choices: token.choices.map(reversed) } : token))
    .reverse();
}

function compile(pieces: readonly PatternPiece[], ignoreCase: boolean): Token[] {
  const out: Token[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    if (piece === undefined) continue;
    let text = ignoreCase ? piece.text.toLowerCase() : piece.text;
    if (piece.quoted) {
      for (const char of text) out.push({ kind: 'char', char });
      continue;
    }
    while (pieces[at + 1]?.quoted === false) text += pieces[++at]?.text ?? '';
    out.push(...unquoted(text));
  }
  return out;
}

function unquoted(text: string): Token[] {
  const out: Token[] = [];
  const chars = [...text];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (/[?*+@!]/.test(char) && chars[i + 1] === '(') {
      const end = closing(chars, i + 1);
      if (end > 0) {
        out.push({ kind: 'group', operator: char, choices: alternatives(chars.slice(i + 2, end)).map(unquoted) });
        i = end;
        continue;
      }
    }
    if (char === '*') {
      if (out.at(-1)?.kind !== 'star') out.push({ kind: 'star' });
    } else if (char === '?') out.push({ kind: 'any' });
    else if (char === '[') {
      const end = endOfSet(chars, i);
      if (end < 0) out.push({ kind: 'char', char });
      else {
        out.push({ kind: 'set', has: members(chars.slice(i + 1, end)) });
        i = end;
      }
    } else if (char === '\\') out.push({ kind: 'char', char: chars[++i] ?? '\\' });
    else out.push({ kind: 'char', char });
  }
  return out;
}

/** Where the parenthesis that opens at `open` closes. */
function closing(chars: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < chars.length; at++) {
    if (chars[at] === '(') depth++;
    else if (chars[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

function alternatives(chars: readonly string[]): string[] {
  const out = [''];
  let depth = 0;
  for (const char of chars) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    if (char === '|' && depth === 0) out.push('');
    else out.push((out.pop() ?? '') + char);
  }
  return out;
}

/** Where the set that opens at `open` ends: a `]` at its start, and classes such as `[:alpha:]`, belong to it. */
function endOfSet(chars: readonly string[], open: number): number {
  let at = open + (/[!^]/.test(chars[open + 1] ?? '') ? 2 : 1);
  if (chars[at] === ']') at++;
  for (; at < chars.length; at++) {
    if (chars[at] === ']') return at;
    if (chars[at] === '[' && chars[at + 1] === ':') {
      const end = chars.indexOf(']', at + 2);
      if (end > 0 && chars[end - 1] === ':') at = end;
    } else if (chars[at] === '\\') at++;
  }
  return -1;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u,
  digit: /^[0-9]$/,
  alnum: /^[\p{L}0-9]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: /^\s$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  xdigit: /^[0-9A-Fa-f]$/,
  word: /^\w$/,
  print: /^[^\p{C}]$/u,
  graph: /^[^\p{C}\s]$/u,
  cntrl: /^\p{Cc}$/u,
};

/** The test for the inside of `[...]`: characters, ranges, classes. */
function members(chars: readonly string[]): (char: string) => boolean {
  const negated = /[!^]/.test(chars[0] ?? '');
  const tests: ((char: string) => boolean)[] = [];
  for (let i = negated ? 1 : 0; i < chars.length; i++) {
    const text = chars.slice(i).join('');
    const named = /^\[:(\w+):\]/.exec(text);
    if (named !== null) {
      const test = CLASSES[named[1] ?? ''];
      if (test !== undefined) tests.push((char) => test.test(char));
      i += named[0].length - 1;
      continue;
    }
    if (chars[i] === '\\' && i + 1 < chars.length) i++;
    const from = chars[i] ?? '';
    if (chars[i + 1] === '-' && chars[i + 2] !== undefined) {
      const to = chars[i + 2] ?? '';
      tests.push((char) => char >= from && char <= to);
      i += 2;
    } else tests.push((char) => char === from);
  }
  return (char) => tests.some((test) => test(char)) !== negated;
}
