/** What `!` and `^` made of a line; `printed` when `:p` asks only to see it. */
export interface Expanded {
  readonly line: string;
  readonly printed?: boolean;
}

/** What bash says when there is no such line or word. */
export class HistoryError extends Error {}

/** The words of a line, quotes kept. */
function wordsOf(line: string): string[] {
  return line.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s|&;<>()])+|[|&;<>()]+/gs) ?? [];
}

function event(designator: string, history: readonly string[]): string | undefined {
  if (designator === '!') return history.at(-1);
  if (/^-?\d+$/.test(designator)) {
    const number = Number(designator);
    return number < 0 ? history.at(number) : history[number - 1];
  }
  const part = /^\?([^?]*)\??$/.exec(designator)?.[1];
  return history.findLast((line) => (part === undefined ? line.startsWith(designator) : line.includes(part)));
}

/** The words that a designator such as `$`, `2-4` or `*` chooses. */
function chosen(line: string, designator: string): string | undefined {
  const words = wordsOf(line);
  const last = words.length - 1;
  const place = (text: string) => (text === '^' ? 1 : text === '$' ? last : Number(text));
  if (designator === '*') return words.slice(1).join(' ');
  const [, from = '', dash = '', to = ''] = /^([\d^$]*)([-*]?)([\d$]*)$/.exec(designator) ?? [];
  const start = from === '' ? 0 : place(from);
  const end = dash === '' ? start : dash === '*' ? last : to === '' ? last - 1 : place(to);
  if (start > last || end > last) return undefined;
  return words.slice(start, end + 1).join(' ');
}

function modified(text: string, modifier: string): string {
  switch (modifier.charAt(0)) {
    case 'h':
      return text.includes('/') ? text.replace(/\/[^/]*$/, '') : text;
    case 't':
      return text.replace(/^.*\//s, '');
    case 'r':
      return text.replace(/\.[^./]*$/, '');
    case 'e':
      return /\.[^./]*$/.exec(text)?.[0] ?? text;
    case 'q':
      return `'${text.replaceAll("'", "'\\''")}'`;
    default: {
      const all = modifier.startsWith('gs');
      const [, from = '', to = ''] = modifier.slice(all ? 1 : 0).split(modifier.charAt(all ? 2 : 1));
      if (!text.includes(from)) throw new HistoryError(`:${modifier}: substitution failed`);
      return all ? text.replaceAll(from, () => to) : text.replace(from, () => to);
    }
  }
}

const REFERENCE =
  /^!(?:(!|-?\d+|\?[^?\n]*\??|[^\s!:$^*"'\\;|&()<>=-][^\s:;|&()<>"'$^*]*)|(?=[$^*:]))(?::?([$^*]|[\d$^]+(?:[-*][\d$]*)?)|:(-\d+))?/;
const MODIFIER = /^:(p|h|t|r|e|q|g?s([^\w\s])(?:(?!\2).)*\2(?:(?!\2).)*\2?)/;

/** Puts earlier lines in where `!!`, `!$`, `!-2`, `!prefix` or `^old^new` ask for them. @throws HistoryError */
export function expandHistory(line: string, history: readonly string[]): Expanded {
  const quick = /^\^([^^]*)\^([^^]*)\^?(.*)$/s.exec(line);
  if (quick !== null) {
    const [, from = '', to = '', rest = ''] = quick;
    const last = history.at(-1);
    if (last === undefined || from === '' || !last.includes(from))
      throw new HistoryError(`:s${line}: substitution failed`);
    return { line: last.replace(from, () => to) + rest };
  }
  let out = '';
  let quoted = false;
  let printed = false;
  for (let at = 0; at < line.length; ) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (char === '\\') {
      out += char + next;
      at += 2;
      continue;
    }
    if (char === "'" && !quoted) {
      const end = line.indexOf("'", at + 1);
      const stop = end < 0 ? line.length : end + 1;
      out += line.slice(at, stop);
      at = stop;
      continue;
    }
    if (char === '"') quoted = !quoted;
    const plain = char !== '!' || next === '' || /[\s=(]/.test(next) || (quoted && next === '"');
    // `$!` and `${!name}` and a test's `[!a]` are the shell's own.
    if (plain || /[$[{]$/.test(out)) {
      out += char;
      at++;
      continue;
    }
    const reference = REFERENCE.exec(line.slice(at));
    if (reference === null) throw new HistoryError(`${/^!\S*/.exec(line.slice(at))?.[0] ?? '!'}: event not found`);
    const [whole, name = '!', words, back] = reference;
    const found = event(name, history);
    if (found === undefined) throw new HistoryError(`${whole}: event not found`);
    const designator = words ?? back;
    let text = designator === undefined ? found : chosen(found, designator);
    if (text === undefined) throw new HistoryError(`${whole.slice(1)}: bad word specifier`);
    at += whole.length;
    for (let step = MODIFIER.exec(line.slice(at)); step !== null; step = MODIFIER.exec(line.slice(at))) {
      if (step[1] === 'p') printed = true;
      else text = modified(text, step[1] ?? '');
      at += step[0].length;
    }
    out += text;
  }
  return printed ? { line: out, printed } : { line: out };
}
