import { type Routine, sleep, until } from '../sim/routine.ts';
import { FileError, type FileSystem } from './filesystem.ts';
import { BrokenPipe, type Input, type Output } from './process.ts';

/** How much a pipe holds before its writer waits, in characters. */
const CAPACITY = 65_536;

/** A pipe: what is written at one end is read at the other. Several processes may hold the writing end (see {@link retain}). */
export class Pipe {
  readonly input: Input;
  readonly output: Output;
  private readonly chunks: string[] = [];
  private held = 0;
  private writers = 1;
  private ended = false;
  /** Ends of input typed at a terminal: each is read once, then reading goes on. */
  private endMarks = 0;
  private abandoned = false;
  private readonly waiting = new Set<() => void>();

  constructor(tty = false) {
    const pipe = this;
    this.input = {
      tty,
      *read() {
        for (;;) {
          const chunk = pipe.take();
          if (chunk !== undefined) return chunk;
          if (pipe.ended || pipe.takeMark()) return null;
          yield* pipe.change();
        }
      },
      *readLine() {
        for (;;) {
          const text = pipe.chunks.join('');
          const at = text.indexOf('\n');
          if (at >= 0) {
            pipe.replace(text.slice(at + 1));
            return text.slice(0, at);
          }
          if (pipe.ended || (pipe.endMarks > 0 && pipe.takeMark())) {
            pipe.replace('');
            return text === '' ? null : text;
          }
          yield* pipe.change();
        }
      },
      close() {
        pipe.abandoned = true;
        pipe.replace('');
        pipe.wake();
      },
    };
    this.output = {
      tty,
      *write(text) {
        if (pipe.abandoned) throw new BrokenPipe();
        if (text === '') return;
        pipe.chunks.push(text);
        pipe.held += text.length;
        pipe.wake();
        while (pipe.held > CAPACITY) {
          yield* pipe.change();
          if (pipe.abandoned) throw new BrokenPipe();
        }
      },
      close() {
        if (--pipe.writers > 0) return;
        pipe.ended = true;
        pipe.wake();
      },
    };
  }

  /** One more process writes to it. */
  retain(): void {
    this.writers++;
  }

  /** Puts text in from outside of any process (a keyboard). */
  push(text: string): void {
    if (this.abandoned || this.ended) return;
    this.chunks.push(text);
    this.held += text.length;
    this.wake();
  }

  /** Ctrl-D at a terminal: whoever reads sees the end once. */
  endOnce(): void {
    this.endMarks++;
    this.wake();
  }

  private takeMark(): boolean {
    if (this.endMarks === 0) return false;
    this.endMarks--;
    return true;
  }

  /** Ends the input from outside. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  private take(): string | undefined {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return undefined;
    this.held -= chunk.length;
    this.wake();
    return chunk;
  }

  private replace(text: string): void {
    this.chunks.length = 0;
    this.held = text.length;
    if (text !== '') this.chunks.push(text);
    this.wake();
  }

  private wake(): void {
    for (const listener of [...this.waiting]) listener();
    this.waiting.clear();
  }

  private *change(): Routine {
    yield* until<void>((resolve) => {
      const listener = () => resolve();
      this.waiting.add(listener);
      return () => this.waiting.delete(listener);
    });
  }
}

/** An input without anything in it: /dev/null. */
export const EMPTY_INPUT: Input = {
  tty: false,
  *read() {
    return null;
  },
  *readLine() {
    return null;
  },
  close() {},
};

/** An output that forgets: /dev/null. */
export const NULL_OUTPUT: Output = { tty: false, *write() {}, close() {} };

/** An input of one text: here-documents, `< file`. */
export function textInput(text: string): Input {
  let rest: string | null = text === '' ? null : text;
  return {
    tty: false,
    *read() {
      const chunk = rest;
      rest = null;
      return chunk;
    },
    *readLine() {
      if (rest === null) return null;
      const at = rest.indexOf('\n');
      const line: string = at < 0 ? rest : rest.slice(0, at);
      rest = at < 0 || at === rest.length - 1 ? null : rest.slice(at + 1);
      return line;
    },
    close() {
      rest = null;
    },
  };
}

/** An input that repeats itself for ever: /dev/zero, /dev/urandom. */
export function endlessInput(read: () => string): Input {
  return {
    tty: false,
    *read() {
      yield* sleep(0.03);
      return read();
    },
    *readLine() {
      for (;;) {
        yield* sleep(1);
        const chunk = read();
        const at = chunk.indexOf('\n');
        if (at >= 0) return chunk.slice(0, at);
      }
    },
    close() {},
  };
}

/** An output into a file. @throws FileError when it cannot be opened */
export function fileOutput(fs: FileSystem, path: string, append: boolean): Output {
  if (path === '/dev/null') return NULL_OUTPUT;
  if (!append || !fs.exists(path)) fs.write(path, '', { append });
  else if (fs.stat(path).type === 'directory') throw new FileError('EISDIR', path);
  return {
    tty: false,
    *write(text) {
      fs.write(path, text, { append: true });
    },
    close() {},
  };
}

/** An output that calls back. */
export function callbackOutput(write: (text: string) => void, tty = false): Output {
  return {
    tty,
    *write(text) {
      write(text);
    },
    close() {},
  };
}
