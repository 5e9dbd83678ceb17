import { type Routine, sleep, start, type TaskOutcome, until } from '../../../sim/routine.ts';
import type { Input } from '../../process.ts';
import { ExpansionError } from '../expansion-error.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';
import { type Builtin, complain } from './builtin.ts';

/** mapfile, also called readarray: standard input's lines as a list. */
export const mapfile: Builtin = function* (shell, argv, streams) {
  const given = new Map<string, string>();
  let name = 'MAPFILE';
  for (let at = 1; at < argv.length; at++) {
    const arg = argv[at] ?? '';
    const [, letter = '', value = ''] = /^-([tdnsOuCc])(.*)$/s.exec(arg) ?? [];
    if (letter === '') name = arg;
    else given.set(letter, letter === 't' ? '' : value === '' ? (argv[++at] ?? '') : value);
  }
  const delimiter = given.has('d') ? given.get('d')?.charAt(0) || '\0' : '\n';
  const source = input(shell, streams, given.get('u'));
  if (source === undefined)
    return yield* complain(shell, streams, argv, `${given.get('u')}: invalid file descriptor: Bad file descriptor`);
  const most = Number(given.get('n') ?? 0) || Number.POSITIVE_INFINITY;
  const first = Number(given.get('O') ?? 0) || 0;
  const list = given.has('O') ? (shell.arrays.get(name) ?? []).slice() : [];
  let skipped = Number(given.get('s') ?? 0) || 0;
  let count = 0;
  let letters = 0;
  while (count < most) {
    const { text, ended } = yield* readUntil(source, delimiter, Number.POSITIVE_INFINITY);
    if (ended && text === '') break;
    if (skipped > 0) skipped--;
    else list[first + count++] = given.has('t') || ended ? text : text + delimiter;
    letters += text.length;
    if (letters > LONGEST) throw new ExpansionError('xrealloc: cannot allocate memory', true, 2);
    if (ended) break;
  }
  shell.setList(name, list);
  return 0;
};

/** The input that `-u` names, standard input without; undefined when it is not open. */
function input(shell: Shell, streams: Streams, descriptor: string | undefined): Input | undefined {
  if (descriptor === undefined || descriptor === '0') return streams.stdin;
  const open = (streams.others ?? shell.standard.others)?.get(Number(descriptor));
  return open !== undefined && 'read' in open ? open : undefined;
}

/** The most letters that one read takes in. */
const LONGEST = 8 * 1024 * 1024;

/** What was read beyond a delimiter, for the next read of the same input. */
const LEFT_OVER = new WeakMap<Input, string>();

/** Text up to a delimiter or so many characters; `ended` when the input was over before that. */
function* readUntil(input: Input, delimiter: string, count: number): Routine<{ text: string; ended: boolean }> {
  let text = LEFT_OVER.get(input) ?? '';
  LEFT_OVER.delete(input);
  if (delimiter === '\n' && count === Number.POSITIVE_INFINITY && text === '') {
    const line = yield* input.readLine();
    return { text: line ?? '', ended: line === null };
  }
  for (;;) {
    const at = text.indexOf(delimiter);
    const end = Math.min(at < 0 ? Number.POSITIVE_INFINITY : at, count);
    if (end <= text.length) {
      const rest = text.slice(end === at ? end + 1 : end);
      if (rest !== '') LEFT_OVER.set(input, rest);
      return { text: text.slice(0, end), ended: false };
    }
    if (text.length > LONGEST) throw new ExpansionError('xrealloc: cannot allocate memory', true, 2);
    const chunk = yield* input.read();
    if (chunk === null) return { text, ended: true };
    text += chunk;
  }
}

/** Cuts a line at the characters of IFS into at most `most` fields, the last of which takes the rest. */
function fieldsOf(text: string, ifs: string, most: number): string[] {
  const separators = new Set(ifs);
  const blank = (char: string | undefined) => char !== undefined && separators.has(char) && /\s/.test(char);
  const fields: string[] = [];
  let rest = [...text];
  for (;;) {
    while (blank(rest[0])) rest = rest.slice(1);
    if (rest.length === 0) return fields;
    if (fields.length === most - 1) {
      while (blank(rest.at(-1))) rest = rest.slice(0, -1);
      return [...fields, rest.join('')];
    }
    const at = rest.findIndex((char) => separators.has(char));
    fields.push((at < 0 ? rest : rest.slice(0, at)).join(''));
    if (at < 0) return fields;
    let next = at;
    while (blank(rest[next])) next++;
    if (next < rest.length && separators.has(rest[next] ?? '')) next++;
    rest = rest.slice(next);
  }
}

/** read: one line, or up to `-d` or `-n`, into variables or with `-a` into a list. */
export const read: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  const given = new Map<string, string>();
  while (args[0] !== undefined && /^-./.test(args[0])) {
    const flags = args.shift() ?? '';
    if (flags === '--') break;
    for (let at = 1; at < flags.length; at++) {
      const letter = flags.charAt(at);
      if ('rse'.includes(letter)) given.set(letter, '');
      else if ('adnNptiu'.includes(letter)) {
        const value = flags.slice(at + 1) || args.shift();
        if (value === undefined && letter !== 'd') {
          yield* streams.stderr.write(`${shell.prefix()}read: -${letter}: option requires an argument\n`);
          return 2;
        }
        given.set(letter, value ?? '');
        break;
      } else {
        yield* streams.stderr.write(
          `${shell.prefix()}read: -${letter}: invalid option\nread: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n`,
        );
        return 2;
      }
    }
  }
  const prompt = given.get('p');
  if (prompt !== undefined && streams.stdin.tty) yield* streams.stderr.write(prompt);
  const delimiter = given.get('d');
  const counted = given.get('n') ?? given.get('N');
  const source = input(shell, streams, given.get('u'));
  if (source === undefined)
    return yield* complain(shell, streams, argv, `${given.get('u')}: invalid file descriptor: Bad file descriptor`);
  const reading = readUntil(
    source,
    delimiter === undefined ? '\n' : delimiter.charAt(0) || '\0',
    counted === undefined ? Number.POSITIVE_INFINITY : Number(counted),
  );
  const seconds = given.get('t');
  const got = seconds === undefined ? yield* reading : yield* within(shell, reading, Number(seconds) * 1000);
  if (got === undefined) {
    shell.assign(args[0] ?? 'REPLY', '');
    return 142;
  }
  let { text } = got;
  if (!given.has('r')) {
    // A backslash before the newline joins the next line.
    while (delimiter === undefined && /(^|[^\\])(\\\\)*\\$/.test(text)) {
      const next = yield* source.readLine();
      text = text.slice(0, -1) + (next ?? '');
      if (next === null) break;
    }
    text = text.replace(/\\(.)/g, '$1');
  }
  const ifs = shell.variable('IFS') ?? ' \t\n';
  const list = given.get('a');
  if (list !== undefined) shell.setList(list, fieldsOf(text, ifs, Number.POSITIVE_INFINITY));
  else if (args.length === 0) shell.assign('REPLY', text);
  else {
    const fields = fieldsOf(text, ifs, args.length);
    for (const [index, name] of args.entries()) shell.assign(name, fields[index] ?? '');
  }
  return got.ended ? 1 : 0;
};

/** What `inner` gives, or undefined when it takes longer than so many virtual milliseconds. */
function* within<T>(shell: Shell, inner: Routine<T>, milliseconds: number): Routine<T | undefined> {
  const { sim } = shell.computer.world;
  const task = start(sim, inner);
  const timer = start(sim, sleep(milliseconds));
  const outcome = yield* until<TaskOutcome<T> | undefined>((resolve) => {
    task.onEnd(resolve);
    timer.onEnd(() => resolve(undefined));
    return () => {
      task.kill();
      timer.kill();
    };
  });
  if (outcome !== undefined && !outcome.ok) throw outcome.error;
  return outcome?.value;
}
