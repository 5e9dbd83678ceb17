import { compileRegex, type Regex, RegexError } from '../text/regex.ts';
import type { ViBuffer } from './vi-buffer.ts';

/** What an ex command asks the program to do, beyond changing the buffer. */
export interface ExResult {
  readonly message?: string;
  readonly write?: { readonly path: string | undefined; readonly force: boolean };
  readonly quit?: { readonly force: boolean; readonly ifWritten: boolean };
  readonly read?: string;
  readonly open?: { readonly path: string; readonly force: boolean };
  readonly numbers?: boolean;
}

/** A vim search pattern. @throws RegexError */
export function searchRegex(pattern: string, ignoreCase = false): Regex {
  return compileRegex(pattern.replaceAll('\\c', ''), 'basic', {
    ignoreCase: ignoreCase || pattern.includes('\\c'),
  });
}

function address(buffer: ViBuffer, text: string): number | undefined {
  const match = /^(\d+|\.|\$)?([+-]\d*)?$/.exec(text);
  if (match === null) return undefined;
  const base =
    match[1] === '$' ? buffer.lines.length - 1 : /^\d/.test(match[1] ?? '') ? Number(match[1]) - 1 : buffer.line;
  const offset = match[2] === undefined ? 0 : Number(match[2].length === 1 ? `${match[2]}1` : match[2]);
  return base + offset;
}

const RANGE = /^(%|(?:\d+|[.$])?(?:[+-]\d*)?(?:,(?:\d+|[.$])?(?:[+-]\d*)?)?)/;

/** Runs what was typed behind the colon. */
export function runEx(buffer: ViBuffer, source: string): ExResult {
  const typed = source.trim().replace(/^:+/, '');
  if (typed === '') return {};
  const rangeText = RANGE.exec(typed)?.[0] ?? '';
  const command = typed.slice(rangeText.length).trim();
  const [firstText = '', secondText] = rangeText.split(',');
  const whole = rangeText === '%';
  const first = whole ? 0 : (address(buffer, firstText) ?? buffer.line);
  const last = whole
    ? buffer.lines.length - 1
    : secondText === undefined
      ? first
      : (address(buffer, secondText) ?? first);
  if (command === '') {
    buffer.moveTo({ line: last, column: 0 });
    buffer.toFirstNonBlank();
    return {};
  }
  if (first < 0 || last >= buffer.lines.length || last < first) return { message: 'E16: Invalid range' };
  const substitute = /^s(?:ubstitute)?([/#|,])(.*)$/.exec(command);
  if (substitute !== null) return replaceAll(buffer, first, last, substitute[1] ?? '/', substitute[2] ?? '');
  const [, name = '', bang = '', argument = ''] = /^([A-Za-z]+)(!?)\s*(.*)$/.exec(command) ?? [];
  const path = argument === '' ? undefined : argument;
  const force = bang === '!';
  switch (name) {
    case 'w':
    case 'write':
      return { write: { path, force } };
    case 'q':
    case 'quit':
    case 'qa':
    case 'qall':
      return { quit: { force, ifWritten: false } };
    case 'wq':
    case 'wqa':
      return { write: { path, force }, quit: { force, ifWritten: true } };
    case 'x':
    case 'xit':
    case 'exit':
      return { ...(buffer.changed ? { write: { path, force } } : {}), quit: { force, ifWritten: true } };
    case 'e':
    case 'edit':
      return path === undefined && !force ? {} : { open: { path: path ?? '', force } };
    case 'r':
    case 'read':
      return path === undefined ? {} : { read: path };
    case 'd':
    case 'delete':
      buffer.remember();
      buffer.removeLines(first, last);
      return {};
    case 'y':
    case 'yank':
      buffer.yankLines(first, last);
      return {};
    case 'se':
    case 'set':
      if (/^(nu|number)$/.test(argument)) return { numbers: true };
      if (/^no(nu|number)$/.test(argument)) return { numbers: false };
      return {};
    case 'noh':
    case 'nohlsearch':
    case 'syntax':
      return {};
    default:
      return { message: `E492: Not an editor command: ${typed}` };
  }
}

function replaceAll(buffer: ViBuffer, first: number, last: number, separator: string, rest: string): ExResult {
  const parts: string[] = [''];
  for (let i = 0; i < rest.length; i++) {
    const char = rest.charAt(i);
    if (char === '\\' && i + 1 < rest.length) {
      const next = rest.charAt(++i);
      parts.push((parts.pop() ?? '') + (next === separator ? next : char + next));
    } else if (char === separator && parts.length < 3) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  const [pattern = '', replacement = '', flags = ''] = parts;
  let regex: Regex;
  try {
    regex = searchRegex(pattern, flags.includes('i'));
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return { message: `E486: Pattern not found: ${pattern}` };
  }
  let count = 0;
  let lines = 0;
  let remembered = false;
  let at = first;
  let end = last;
  while (at <= end) {
    const line = buffer.lines[at] ?? '';
    let out = '';
    let from = 0;
    for (let search = 0; search <= line.length; ) {
      const found = regex.find(line, search);
      if (found === undefined) break;
      out += line.slice(from, found.start) + filled(replacement, found.groups);
      from = found.end;
      search = found.end > found.start ? found.end : found.end + 1;
      count++;
      if (!flags.includes('g')) break;
    }
    if (out !== '' || from > 0) {
      if (!remembered) buffer.remember();
      remembered = true;
      lines++;
      const made = (out + line.slice(from)).split('\n');
      buffer.lines.splice(at, 1, ...made);
      at += made.length - 1;
      end += made.length - 1;
      buffer.moveTo({ line: at, column: 0 });
    }
    at++;
  }
  if (count === 0) return { message: `E486: Pattern not found: ${pattern}` };
  buffer.toFirstNonBlank();
  return count > 2 ? { message: `${count} substitutions on ${lines} line${lines === 1 ? '' : 's'}` } : {};
}

function filled(replacement: string, groups: readonly (string | undefined)[]): string {
  return replacement.replace(/\\([0-9&rnt\\/])|&/g, (whole, escaped: string | undefined) => {
    if (whole === '&') return groups[0] ?? '';
    if (escaped === 'r' || escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    return escaped !== undefined && /\d/.test(escaped) ? (groups[Number(escaped)] ?? '') : (escaped ?? '');
  });
}
