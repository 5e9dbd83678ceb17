import type { Context } from '../../machines/process.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import { MemoryExhausted } from '../inputs.ts';
import type { Address, Command } from './script.ts';

/** After so many commands on one line it lets others run: a branch may loop for ever. */
const STEPS_BETWEEN_BREATHS = 2_000;
/** The longest pattern space, in letters. */
const LONGEST = 8 * 1024 * 1024;

/** Runs a script over lines. */
export class Editor {
  status: number | undefined;
  private readonly commands: readonly Command[];
  private readonly silent: boolean;
  private readonly context: Context;
  private hold = '';

  constructor(commands: readonly Command[], silent: boolean, context: Context) {
    this.commands = commands;
    this.silent = silent;
    this.context = context;
  }

  *run(text: string, put: (out: string) => Routine): Routine {
    const endsWithNewline = text.endsWith('\n') || text === '';
    const lines = text.split('\n');
    if (text.endsWith('\n') || text === '') lines.pop();
    let index = 0;
    let space = '';
    const emit = (line: string) => put(index >= lines.length && !endsWithNewline ? line : `${line}\n`);
    while (index < lines.length) {
      if (index % 2000 === 1999) yield* sleep(0.01);
      space = lines[index++] ?? '';
      let appended = '';
      let quit = false;
      let deleted = false;
      let substituted = false;
      let steps = 0;
      const flat = flatten(this.commands);
      for (let at = 0; at < flat.length; ) {
        if (++steps % STEPS_BETWEEN_BREATHS === 0) yield* sleep(0.2);
        if (space.length > LONGEST) throw new MemoryExhausted();
        const { command, skipTo } = flat[at] as Flat;
        const applies = selects(command, index, index === lines.length, space);
        if (!applies) {
          at = skipTo;
          continue;
        }
        at++;
        switch (command.name) {
          case 's': {
            const made = substitute(command.substitute as NonNullable<Command['substitute']>, space);
            if (made === undefined) break;
            space = made;
            substituted = true;
            if (command.substitute?.print === true) yield* put(`${space}\n`);
            break;
          }
          case 'y':
            space = [...space].map((char) => command.map?.get(char) ?? char).join('');
            break;
          case 'd':
            deleted = true;
            at = flat.length;
            break;
          case 'D': {
            const newline = space.indexOf('\n');
            deleted = true;
            if (newline >= 0) {
              lines[--index] = space.slice(newline + 1);
            }
            at = flat.length;
            break;
          }
          case 'p':
            yield* put(`${space}\n`);
            break;
          case 'P':
            yield* put(`${space.split('\n', 1)[0]}\n`);
            break;
          case 'n':
            if (index < lines.length) {
              if (!this.silent) yield* put(`${space}\n`);
              space = lines[index++] ?? '';
            } else {
              quit = true;
              at = flat.length;
            }
            break;
          case 'N':
            if (index < lines.length) space += `\n${lines[index++] ?? ''}`;
            else {
              quit = true;
              at = flat.length;
            }
            break;
          case 'g':
            space = this.hold;
            break;
          case 'G':
            space += `\n${this.hold}`;
            break;
          case 'h':
            this.hold = space;
            break;
          case 'H':
            this.hold += `\n${space}`;
            break;
          case 'x':
            [space, this.hold] = [this.hold, space];
            break;
          case '=':
            yield* put(`${index}\n`);
            break;
          case 'l':
            yield* put(`${space.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}$\n`);
            break;
          case 'a':
            appended += command.text ?? '';
            break;
          case 'i':
            yield* put(command.text ?? '');
            break;
          case 'c':
            if (command.to === undefined || !command.state.inside) yield* put(command.text ?? '');
            deleted = true;
            at = flat.length;
            break;
          case 'r': {
            const path = this.context.fs.resolve(this.context.cwd, command.text ?? '');
            if (this.context.fs.exists(path)) appended += this.context.fs.read(path);
            break;
          }
          case 'w':
            this.context.fs.write(this.context.fs.resolve(this.context.cwd, command.text ?? ''), `${space}\n`, {
              append: true,
            });
            break;
          case 'q':
          case 'Q':
            quit = true;
            deleted = command.name === 'Q';
            this.status = Number(command.text ?? '0') || 0;
            at = flat.length;
            break;
          case 'b':
          case 't':
          case 'T':
            if (command.name === 'b' || (command.name === 't') === substituted) {
              const label = flat.findIndex((each) => each.command.name === ':' && each.command.label === command.label);
              at = command.label === undefined || command.label === '' || label < 0 ? flat.length : label + 1;
            }
            if (command.name !== 'b') substituted = false;
            break;
          default:
            break;
        }
      }
      if (!deleted && !this.silent) yield* emit(space);
      if (appended !== '') yield* put(appended);
      if (quit) return;
    }
  }
}

interface Flat {
  readonly command: Command;
  /** Where to go on when its addresses do not select: after its block. */
  readonly skipTo: number;
}

function flatten(commands: readonly Command[], offset = 0): Flat[] {
  const flat: Flat[] = [];
  for (const command of commands) {
    const block = command.block === undefined ? [] : flatten(command.block, offset + flat.length + 1);
    flat.push({ command, skipTo: offset + flat.length + 1 + block.length }, ...block);
  }
  return flat;
}

function selects(command: Command, line: number, last: boolean, space: string): boolean {
  const { from, to, state } = command;
  const matches = (address: Address): boolean =>
    'line' in address
      ? line === address.line
      : 'last' in address
        ? last
        : 'regex' in address
          ? address.regex.find(space) !== undefined
          : address.step === 0
            ? line === address.first
            : line >= address.first && (line - address.first) % address.step === 0;
  if (from === undefined) return !command.not;
  if (to === undefined) return matches(from) !== command.not;
  if (state.inside) {
    const ends = 'plus' in to ? line >= state.until : 'line' in to ? line >= to.line : matches(to);
    if (ends) state.inside = false;
    if ('line' in to && line > to.line) return matches(from) !== command.not;
    return !command.not;
  }
  if (!matches(from)) return command.not;
  if ('plus' in to) {
    state.until = line + to.plus;
    state.inside = to.plus > 0;
  } else state.inside = !('line' in to && to.line <= line);
  return !command.not;
}

function substitute(wanted: NonNullable<Command['substitute']>, space: string): string | undefined {
  let out = '';
  let from = 0;
  let count = 0;
  let changed = false;
  while (from <= space.length) {
    const match = wanted.regex.find(space, from);
    if (match === undefined) break;
    count++;
    out += space.slice(from, match.start);
    if (count >= wanted.nth) {
      out += replacement(wanted.replacement, match.groups);
      changed = true;
    } else out += space.slice(match.start, match.end);
    if (match.end === match.start) {
      out += space.charAt(match.end);
      from = match.end + 1;
    } else from = match.end;
    if (changed && !wanted.global) break;
  }
  return changed ? out + space.slice(from) : undefined;
}

function replacement(text: string, groups: readonly (string | undefined)[]): string {
  let out = '';
  let convert: '' | 'U' | 'L' | 'u' | 'l' = '';
  const add = (piece: string) => {
    if (convert === 'U') out += piece.toUpperCase();
    else if (convert === 'L') out += piece.toLowerCase();
    else if (convert !== '' && piece !== '') {
      out += (convert === 'u' ? piece.charAt(0).toUpperCase() : piece.charAt(0).toLowerCase()) + piece.slice(1);
      convert = '';
    } else out += piece;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '&') add(groups[0] ?? '');
    else if (char === '\\') {
      const next = text.charAt(++i);
      if (/\d/.test(next)) add(groups[Number(next)] ?? '');
      else if (next === 'n') add('\n');
      else if (next === 't') add('\t');
      else if ('ULul'.includes(next)) convert = next as 'U';
      else if (next === 'E') convert = '';
      else add(next);
    } else add(char);
  }
  return out;
}
