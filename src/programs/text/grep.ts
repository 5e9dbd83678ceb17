import { FileError } from '../../machines/filesystem.ts';
import type { Context, Program } from '../../machines/process.ts';
import { Pattern } from '../../machines/shell/pattern.ts';
import type { Routine } from '../../sim/routine.ts';
import { eachLine, linesOf, type Opened, open } from '../inputs.ts';
import { OptionError, type ParsedOptions, parseOptions } from '../options.ts';
import { compileRegex, type Dialect, type Match, type Regex, RegexError } from './regex.ts';

const SPEC = {
  short: 'A:B:C:EFGPce:f:hHiLlm:noqrRsvwxyz',
  long: {
    'after-context=': 'A',
    'before-context=': 'B',
    'context=': 'C',
    'extended-regexp': 'E',
    'fixed-strings': 'F',
    'basic-regexp': 'G',
    'perl-regexp': 'P',
    count: 'c',
    'regexp=': 'e',
    'file=': 'f',
    'no-filename': 'h',
    'with-filename': 'H',
    'ignore-case': 'i',
    'files-without-match': 'L',
    'files-with-matches': 'l',
    'max-count=': 'm',
    'line-number': 'n',
    'only-matching': 'o',
    quiet: 'q',
    silent: 'q',
    recursive: 'r',
    'no-messages': 's',
    'invert-match': 'v',
    'word-regexp': 'w',
    'line-regexp': 'x',
    'color=?': 'color',
    'colour=?': 'color',
    'include=': 'include',
    'exclude=': 'exclude',
    'line-buffered': 'line-buffered',
  },
  digits: 'C',
} as const;

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

function program(name: string, preset: Dialect): Program {
  return {
    name,
    summary: 'print lines that match patterns',
    *run(context) {
      let given: ParsedOptions;
      try {
        given = parseOptions(context.argv.slice(1), SPEC);
      } catch (error) {
        if (!(error instanceof OptionError)) throw error;
        yield* context.stderr.write(`grep: ${error.message}\n${USAGE}`);
        return 2;
      }
      return yield* grepFiles(context, given, preset);
    },
  };
}

export const grep = program('grep', 'basic');
export const egrep = program('egrep', 'extended');
export const fgrep = program('fgrep', 'fixed');

interface Search {
  readonly regexes: readonly Regex[];
  readonly given: ParsedOptions;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly named: boolean;
  readonly colour: boolean;
}

function* grepFiles(context: Context, given: ParsedOptions, preset: Dialect): Routine<number> {
  const operands = [...given.operands];
  const patterns: string[] = (given.values.get('e') ?? []).flatMap((text) => text.split('\n'));
  for (const file of given.values.get('f') ?? []) {
    const input = yield* open(context, file);
    if (input === undefined) return 2;
    patterns.push(...linesOf((yield* input.read()) ?? ''));
  }
  if (!given.has('e') && !given.has('f')) {
    const first = operands.shift();
    if (first === undefined) {
      yield* context.stderr.write(USAGE);
      return 2;
    }
    patterns.push(...first.split('\n'));
  }
  const letter = given.order.filter((each) => 'EFGP'.includes(each)).at(-1);
  const dialect: Dialect =
    letter === 'E'
      ? 'extended'
      : letter === 'F'
        ? 'fixed'
        : letter === 'P'
          ? 'perl'
          : letter === 'G'
            ? 'basic'
            : preset;
  const regexes: Regex[] = [];
  try {
    for (const pattern of patterns)
      regexes.push(
        compileRegex(pattern, dialect, {
          ignoreCase: given.has('i') || given.has('y'),
          ...(given.has('x') ? { whole: 'line' as const } : given.has('w') ? { whole: 'word' as const } : {}),
        }),
      );
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    yield* context.stderr.write(`grep: ${error.message}\n`);
    return 2;
  }
  const numbers: Record<string, number> = {};
  for (const [each, what] of [
    ['A', 'context length'],
    ['B', 'context length'],
    ['C', 'context length'],
    ['m', 'max count'],
  ] as const) {
    const text = given.value(each);
    if (text === undefined) continue;
    if (!/^\d+$/.test(text)) {
      yield* context.stderr.write(
        `grep: ${text}: invalid ${what === 'max count' ? 'max count' : 'context length argument'}\n`,
      );
      return 2;
    }
    numbers[each] = Number(text);
  }
  const recursive = given.has('r') || given.has('R');
  const files = operands.length === 0 ? (recursive ? ['.'] : ['-']) : operands;
  const colours = given.value('color');
  const search: Search = {
    regexes,
    given,
    before: numbers['B'] ?? numbers['C'] ?? 0,
    after: numbers['A'] ?? numbers['C'] ?? 0,
    limit: numbers['m'] ?? Number.POSITIVE_INFINITY,
    named: given.has('H') || (!given.has('h') && (files.length > 1 || recursive)),
    colour: colours === 'always' || ((colours === 'auto' || colours === '') && context.stdout.tty),
  };
  let found = false;
  let failed = false;
  for (const file of files) {
    for (const path of recursive ? walk(context, file) : [file]) {
      if (recursive && !chosen(given, path)) continue;
      if (!recursive && path !== '-' && isFolder(context, path)) {
        if (!given.has('s')) yield* context.stderr.write(`grep: ${path}: Is a directory\n`);
        failed = true;
        continue;
      }
      const input = yield* open(
        given.has('s') ? { ...context, stderr: { ...context.stderr, *write() {} } } : context,
        path,
      );
      if (input === undefined) {
        failed = true;
        continue;
      }
      const hits = yield* searchInput(context, input, search);
      if (hits > 0) found = true;
      if (found && given.has('q')) return 0;
    }
  }
  return failed && !(found && given.has('q')) ? 2 : found ? 0 : 1;
}

/** Searches one input and prints; the number of lines that were selected. */
function* searchInput(context: Context, input: Opened, search: Search): Routine<number> {
  const { given, before, after, limit } = search;
  const name = input.name === '-' ? '(standard input)' : input.name;
  const quiet = given.has('q') || given.has('l') || given.has('L') || given.has('c');
  const recent: string[] = [];
  let hits = 0;
  let number = 0;
  let trailing = 0;
  let lastPrinted = 0;
  const paint = (text: string, code: string) =>
    search.colour ? `\u001b[${code}m\u001b[K${text}\u001b[m\u001b[K` : text;
  const prefix = (line: number, separator: string) =>
    `${search.named ? paint(name, '35') + paint(separator, '36') : ''}${given.has('n') ? paint(String(line), '32') + paint(separator, '36') : ''}`;
  const put = function* (text: string, line: number, separator: string): Routine {
    if ((before > 0 || after > 0) && lastPrinted > 0 && line > lastPrinted + 1)
      yield* context.stdout.write(`${paint('--', '36')}\n`);
    lastPrinted = line;
    yield* context.stdout.write(`${prefix(line, separator)}${text}\n`);
  };
  if (limit === 0) return 0;
  yield* eachLine(input, function* (line) {
    number++;
    const matches = matchesOf(search, line, given.has('o') || search.colour);
    const selected = matches.length > 0 !== given.has('v');
    if (!selected) {
      if (trailing > 0 && !quiet) {
        trailing--;
        yield* put(line, number, '-');
      } else if (before > 0) {
        recent.push(line);
        if (recent.length > before) recent.shift();
      }
      return hits >= limit && trailing === 0 ? true : undefined;
    }
    if (hits >= limit) return true;
    hits++;
    if (quiet) return given.has('q') || given.has('l') || given.has('L') || (hits >= limit ? true : undefined);
    if (given.has('o')) {
      if (!given.has('v')) {
        for (const match of matches) {
          if (match.end > match.start)
            yield* context.stdout.write(
              `${prefix(number, ':')}${paint(line.slice(match.start, match.end), '01;31')}\n`,
            );
        }
      }
    } else {
      for (const [index, text] of recent.entries()) yield* put(text, number - recent.length + index, '-');
      recent.length = 0;
      yield* put(search.colour && !given.has('v') ? painted(line, matches, paint) : line, number, ':');
      trailing = after;
    }
    return hits >= limit && trailing === 0 ? true : undefined;
  });
  if (given.has('q')) return hits;
  if (given.has('l') && hits > 0) yield* context.stdout.write(`${name}\n`);
  else if (given.has('L') && hits === 0) yield* context.stdout.write(`${name}\n`);
  else if (given.has('c') && !given.has('l') && !given.has('L'))
    yield* context.stdout.write(`${search.named ? `${name}:` : ''}${hits}\n`);
  return hits;
}

/** The leftmost matches of a line, one after the other; only the first when `all` is not wanted. */
function matchesOf(search: Search, line: string, all: boolean): Match[] {
  const found: Match[] = [];
  let from = 0;
  while (from <= line.length) {
    let best: Match | undefined;
    for (const regex of search.regexes) {
      const match = regex.find(line, from);
      if (
        match !== undefined &&
        (best === undefined || match.start < best.start || (match.start === best.start && match.end > best.end))
      )
        best = match;
    }
    if (best === undefined) break;
    found.push(best);
    if (!all) break;
    from = best.end > best.start ? best.end : best.end + 1;
  }
  return found;
}

function painted(line: string, matches: readonly Match[], paint: (text: string, code: string) => string): string {
  let out = '';
  let at = 0;
  for (const match of matches) {
    out +=
      line.slice(at, match.start) + (match.end > match.start ? paint(line.slice(match.start, match.end), '01;31') : '');
    at = match.end;
  }
  return out + line.slice(at);
}

/** Whether `--include` and `--exclude` let a file be searched. */
function chosen(given: ParsedOptions, path: string): boolean {
  const name = path.replace(/^.*\//, '');
  const matches = (option: string) =>
    (given.values.get(option) ?? []).some((text) => new Pattern([{ text, quoted: false }]).test(name));
  return (!given.has('include') || matches('include')) && !matches('exclude');
}

function isFolder(context: Context, path: string): boolean {
  try {
    return context.fs.stat(context.fs.resolve(context.cwd, path)).type === 'directory';
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

function* walk(context: Context, path: string): Generator<string> {
  if (!isFolder(context, path)) {
    yield path;
    return;
  }
  for (const name of context.fs.list(context.fs.resolve(context.cwd, path)))
    yield* walk(context, `${path.replace(/\/$/, '')}/${name}`);
}
