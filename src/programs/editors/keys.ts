import type { Context, Input } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';

const SEQUENCES: Readonly<Record<string, string>> = {
  '\u001b[A': 'Up',
  '\u001b[B': 'Down',
  '\u001b[C': 'Right',
  '\u001b[D': 'Left',
  '\u001bOA': 'Up',
  '\u001bOB': 'Down',
  '\u001bOC': 'Right',
  '\u001bOD': 'Left',
  '\u001b[H': 'Home',
  '\u001b[F': 'End',
  '\u001b[1~': 'Home',
  '\u001b[4~': 'End',
  '\u001b[3~': 'Delete',
  '\u001b[5~': 'PageUp',
  '\u001b[6~': 'PageDown',
  '\u001b': 'Escape',
  '\r': 'Enter',
  '\n': 'Enter',
  '\u007f': 'Backspace',
  '\b': 'Backspace',
  '\t': 'Tab',
};

/**
 * The keys of a piece of terminal input: characters as they are, others by name (`Up`, `Enter`, `Escape`, `Ctrl-C`). An
 * escape character counts as the Escape key unless a sequence that is known begins with it in the same piece.
 */
export function keysOf(input: string): string[] {
  const keys: string[] = [];
  let rest = input;
  while (rest !== '') {
    const sequence = /^\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-D])/.exec(rest)?.[0];
    if (sequence !== undefined) {
      rest = rest.slice(sequence.length);
      const name = SEQUENCES[sequence];
      if (name !== undefined) keys.push(name);
      continue;
    }
    const [char = ''] = rest;
    rest = rest.slice(char.length);
    keys.push(SEQUENCES[char] ?? (char < ' ' ? `Ctrl-${String.fromCharCode(char.charCodeAt(0) + 64)}` : char));
  }
  return keys;
}

/** What a full-screen program shows: one text for each row, and where the cursor stands (from 0). */
export interface Screen {
  readonly rows: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** A program that takes the whole terminal and answers keys. */
export interface FullScreen {
  draw(columns: number, rows: number): Screen;
  /** The exit status once it is left. */
  key(key: string): Routine<number | undefined>;
}

/**
 * Runs a full-screen program on the process's terminal, on the alternate screen, until it is left or its input ends. Keys come
 * from standard input unless another input is given.
 */
export function* fullScreen(context: Context, program: FullScreen, keyboard: Input = context.stdin): Routine<number> {
  const { terminal, stdout } = context;
  if (terminal === undefined) return 1;
  const restore = terminal.raw();
  const draw = () => {
    const { rows, row, column } = program.draw(terminal.columns, terminal.rows);
    const lines = rows.slice(0, terminal.rows).map((line) => `${line}\u001b[0m\u001b[K`);
    return `\u001b[?25l\u001b[H${lines.join('\r\n')}\u001b[J\u001b[${row + 1};${column + 1}H\u001b[?25h`;
  };
  yield* stdout.write('\u001b[?1049h');
  try {
    for (;;) {
      yield* stdout.write(draw());
      const chunk = yield* keyboard.read();
      if (chunk === null) return 1;
      for (const key of keysOf(chunk)) {
        const status = yield* program.key(key);
        if (status !== undefined) return status;
      }
    }
  } finally {
    restore();
    yield* stdout.write('\u001b[?1049l');
  }
}
