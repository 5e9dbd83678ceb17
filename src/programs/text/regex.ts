import { RE2JS } from 're2js';

/** Where a match lies: offsets in UTF-16 units, and the groups' texts (undefined for one that took no part). */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** A compiled POSIX pattern. Runs in linear time, whatever the pattern: patterns come from anybody. */
export interface Regex {
  /** The first match at or after `from`. */
  find(text: string, from?: number): Match | undefined;
}

export class RegexError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegexError';
  }
}

export type Dialect = 'basic' | 'extended' | 'fixed' | 'perl';

/** Compiles a pattern. @throws RegexError in the words of GNU regcomp */
export function compileRegex(
  pattern: string,
  dialect: Dialect,
  options: { ignoreCase?: boolean; whole?: 'word' | 'line' } = {},
): Regex {
  let source =
    dialect === 'fixed' ? RE2JS.quote(pattern) : dialect === 'perl' ? pattern : translate(pattern, dialect === 'basic');
  if (options.whole === 'line') source = `^(?:${source})$`;
  try {
    const longest = dialect === 'perl' ? 0 : RE2JS.LONGEST_MATCH;
    const compiled = RE2JS.compile(source, longest | (options.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0));
    const regex: Regex = {
      find(text, from = 0) {
        const matcher = compiled.matcher(text);
        if (!matcher.find(from)) return undefined;
        const groups: (string | undefined)[] = [];
        for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
        return { start: matcher.start(), end: matcher.end(), groups };
      },
    };
    return options.whole === 'word' ? wordMatches(regex) : regex;
  } catch (error) {
    if (error instanceof RegexError) throw error;
    throw new RegexError(words(pattern, error instanceof Error ? error.message : String(error)));
  }
}

/** grep -w: a match counts only when no word character stands before or after it. */
function wordMatches(regex: Regex): Regex {
  const word = (char: string | undefined) => char !== undefined && /[A-Za-z0-9_]/.test(char);
  return {
    find(text, from = 0) {
      for (let at = from; at <= text.length; ) {
        const match = regex.find(text, at);
        if (match === undefined) return undefined;
        if (!word(text[match.start - 1]) && !word(text[match.end])) return match;
        at = match.start + 1;
      }
      return undefined;
    },
  };
}

const CLASSES = new Set([
  'alpha',
  'digit',
  'alnum',
  'upper',
  'lower',
  'space',
  'blank',
  'punct',
  'print',
  'graph',
  'cntrl',
  'xdigit',
]);

/** POSIX basic or extended syntax to RE2's. */
function translate(pattern: string, basic: boolean): string {
  let out = '';
  let depth = 0;
  /** Whether a `*` here would be an ordinary character. */
  let atStart = true;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === '\\') {
      const next = pattern.charAt(++i);
      if (next === '') throw new RegexError('Trailing backslash');
      if (/[1-9]/.test(next)) throw new RegexError('back-references are not supported here');
      if (next === '<' || next === '>' || next === 'b') out += '\\b';
      else if ('wWsSB'.includes(next)) out += `\\${next}`;
      else if (next === '`') out += '\\A';
      else if (next === "'") out += '\\z';
      else if (basic && '(){}|+?'.includes(next)) {
        if (next === '(') depth++;
        if (next === ')' && --depth < 0) throw new RegexError('Unmatched ) or \\)');
        out += next;
        atStart = next === '(' || next === '|';
        continue;
      } else if (next === 'n') out += '\\n';
      else if (next === 't') out += '\\t';
      else out += /[a-z0-9]/i.test(next) ? next : `\\${next}`;
      atStart = false;
      continue;
    }
    if (char === '[') {
      const set = bracket(pattern, i);
      out += set.text;
      i = set.end;
      atStart = false;
      continue;
    }
    if (basic) {
      if ('(){}|+?'.includes(char)) out += `\\${char}`;
      else if (char === '*' && atStart) out += '\\*';
      else if (char === '^' && !atStart) out += '\\^';
      else if (char === '$' && i < pattern.length - 1 && !/^\\[)|]/.test(pattern.slice(i + 1))) out += '\\$';
      else out += char;
      if (char === '^' && atStart) continue;
    } else {
      if (char === '(') depth++;
      if (char === ')' && depth > 0) depth--;
      else if (char === ')') throw new RegexError('Unmatched ) or \\)');
      if (char === '{' && !/^\{\d*,?\d*\}/.test(pattern.slice(i))) out += '\\{';
      else if ('*+?'.includes(char) && atStart) out += char === '*' ? '' : `\\${char}`;
      else out += char;
      if (char === '(' || char === '|' || char === '^') {
        atStart = true;
        continue;
      }
    }
    atStart = false;
  }
  if (depth > 0) throw new RegexError(basic ? 'Unmatched ( or \\(' : 'Unmatched ( or \\(');
  return out;
}

function bracket(pattern: string, start: number): { text: string; end: number } {
  let i = start + 1;
  let out = '[';
  if (pattern.charAt(i) === '^') {
    out += '^';
    i++;
  }
  let first = true;
  for (; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === ']' && !first) return { text: `${out}]`, end: i };
    first = false;
    if (char === '[' && pattern.charAt(i + 1) === ':') {
      const end = pattern.indexOf(':]', i + 2);
      const name = end < 0 ? '' : pattern.slice(i + 2, end);
      if (!CLASSES.has(name)) throw new RegexError('Invalid character class name');
      out += `[:${name}:]`;
      i = end + 1;
    } else if ('\\[]^&~'.includes(char)) out += `\\${char}`;
    else out += char;
  }
  throw new RegexError('Unmatched [, [^, [:, [., or [=');
}

function words(pattern: string, message: string): string {
  if (/missing closing \)|unexpected \)/.test(message)) return 'Unmatched ( or \\(';
  if (/missing closing \]/.test(message)) return 'Unmatched [, [^, [:, [., or [=';
  if (/invalid repeat|repetition/.test(message)) return 'Invalid preceding regular expression';
  if (/range/.test(message)) return 'Invalid range end';
  return `Invalid regular expression: ${pattern}`;
}
