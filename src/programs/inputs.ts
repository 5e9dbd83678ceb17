import { FileError } from '../machines/filesystem.ts';
import type { Context } from '../machines/process.ts';
import type { Routine } from '../sim/routine.ts';

/** The most text that a program collects in memory, in characters. */
export const MEMORY_LIMIT = 64 * 1024 * 1024;

/** One of a program's inputs, opened: a file or standard input (`-`, or no operand). */
export interface Opened {
  /** As it was named; `-` for standard input. */
  readonly name: string;
  read(): Routine<string | null>;
}

/**
 * Opens a file operand. Undefined after printing `NAME: FILE: No such file or directory` (or what is wrong); the caller then
 * goes on with the next and ends with a status of its own.
 */
export function* open(context: Context, operand: string): Routine<Opened | undefined> {
  if (operand === '-') return { name: operand, read: () => context.stdin.read() };
  try {
    const path = context.fs.resolve(context.cwd, operand);
    if (context.fs.stat(path).type === 'directory') throw new FileError('EISDIR', path);
    const text = context.fs.read(path);
    return { name: operand, read: once(text) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* context.stderr.write(`${context.argv[0]}: ${operand}: ${error.message}\n`);
    return undefined;
  }
}

/** Everything of a stream, up to {@link MEMORY_LIMIT}. @throws MemoryExhausted beyond it */
export function* readAll(input: { read(): Routine<string | null> }): Routine<string> {
  const parts: string[] = [];
  let length = 0;
  for (;;) {
    const chunk = yield* input.read();
    if (chunk === null) return parts.join('');
    length += chunk.length;
    if (length > MEMORY_LIMIT) throw new MemoryExhausted();
    parts.push(chunk);
  }
}

export class MemoryExhausted extends Error {
  constructor() {
    super('memory exhausted');
    this.name = 'MemoryExhausted';
  }
}

/** Calls `each` for every line as it comes, without its newline; `ended` is false for a last line that has none. `each` returns true to stop. */
export function* eachLine(
  input: { read(): Routine<string | null> },
  each: (line: string, ended: boolean) => Routine<boolean | undefined>,
): Routine {
  let rest = '';
  for (;;) {
    const chunk = yield* input.read();
    if (chunk === null) break;
    if (rest.length + chunk.length > MEMORY_LIMIT) throw new MemoryExhausted();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if ((yield* each(line, true)) === true) return;
  }
  if (rest !== '') yield* each(rest, false);
}

/** The lines of a text without their newlines; a last newline ends the last line rather than beginning another. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A stream of one chunk. */
function once(text: string): () => Routine<string | null> {
  let rest: string | null = text === '' ? null : text;
  return function* read() {
    const chunk = rest;
    rest = null;
    return chunk;
  };
}
