import type { Routine } from '../../sim/routine.ts';
import type { Process } from '../computer.ts';
import type { Input, Output, Terminal } from '../process.ts';
import { Pipe } from '../streams.ts';

/** Where a terminal is now, for the page: innermost shell first. */
export interface TtyPlace {
  readonly machine: string;
  readonly label: string;
}

/**
 * A terminal device: keys come in by {@link feed}, text goes out by `write`. Cooked, it echoes and edits lines for programs
 * that read, and turns Ctrl-C into a signal; raw, keys pass as they are.
 */
export class Tty implements Terminal {
  columns: number;
  rows: number;
  readonly input: Input;
  readonly output: Output;
  /** Asks the page for an edited text; set by whoever has a page. */
  edit?: (name: string, text: string) => Routine<string | null>;
  /** The processes that the keyboard's signals reach. */
  foreground: readonly Process[] = [];
  /** Shells on this terminal, outermost first. */
  readonly places: TtyPlace[] = [];
  private readonly pipe = new Pipe(true);
  private readonly resizeListeners = new Set<() => void>();
  private readonly writeOut: (text: string) => void;
  private rawDepth = 0;
  private line = '';
  private readonly placeListeners = new Set<() => void>();

  constructor(columns: number, rows: number, write: (text: string) => void) {
    this.columns = columns;
    this.rows = rows;
    this.writeOut = write;
    this.input = this.pipe.input;
    const tty = this;
    this.output = {
      tty: true,
      *write(text) {
        tty.print(text);
      },
      close() {},
    };
  }

  /** Keys from outside. */
  feed(data: string): void {
    if (this.rawDepth > 0) {
      this.pipe.push(data);
      return;
    }
    for (const char of data) this.cooked(char);
  }

  /** The other side is gone: programs that read see the end, and get SIGHUP. */
  hangUp(): void {
    this.pipe.end();
    for (const process of this.foreground) process.signalTree('SIGHUP');
  }

  raw(): () => void {
    this.rawDepth++;
    let restored = false;
    return () => {
      if (restored) return;
      restored = true;
      this.rawDepth--;
    };
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    for (const listener of this.resizeListeners) listener();
    for (const process of this.foreground) process.signalTree('SIGWINCH');
  }

  onResize(listener: () => void): () => void {
    this.resizeListeners.add(listener);
    return () => this.resizeListeners.delete(listener);
  }

  /** A shell begins here; call the result when it ends. */
  enter(place: TtyPlace): () => void {
    this.places.push(place);
    this.moved();
    return () => {
      const at = this.places.lastIndexOf(place);
      if (at >= 0) this.places.splice(at, 1);
      this.moved();
    };
  }

  onMove(listener: () => void): () => void {
    this.placeListeners.add(listener);
    return () => this.placeListeners.delete(listener);
  }

  /** Sends Ctrl-C to what runs in front. */
  interrupt(): void {
    for (const process of [...this.foreground]) process.signalTree('SIGINT');
  }

  private moved(): void {
    for (const listener of this.placeListeners) listener();
  }

  private print(text: string): void {
    this.writeOut(this.rawDepth > 0 ? text : text.replace(/\r?\n/g, '\r\n'));
  }

  private cooked(char: string): void {
    switch (char) {
      case '\u0003':
        this.line = '';
        this.writeOut('^C\r\n');
        this.interrupt();
        return;
      case '\u001c':
        this.writeOut('^\\Quit\r\n');
        for (const process of [...this.foreground]) process.signalTree('SIGQUIT');
        return;
      case '\u0004':
        if (this.line !== '') {
          this.pipe.push(this.line);
          this.line = '';
        } else this.pipe.endOnce();
        return;
      case '\u007f':
      case '\b':
        if (this.line === '') return;
        this.line = [...this.line].slice(0, -1).join('');
        this.writeOut('\b \b');
        return;
      case '\r':
      case '\n':
        this.writeOut('\r\n');
        this.pipe.push(`${this.line}\n`);
        this.line = '';
        return;
      case '\u0015':
        this.writeOut('\b \b'.repeat([...this.line].length));
        this.line = '';
        return;
      default:
        if (char < ' ' && char !== '\t') return;
        this.line += char;
        this.writeOut(char);
    }
  }
}
