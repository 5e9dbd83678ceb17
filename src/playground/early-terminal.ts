import { promptText } from '../machines/terminal/prompt.ts';
import { LineEditor } from '../machines/terminal/readline.ts';
import { Tty } from '../machines/terminal/tty.ts';
import { start } from '../sim/routine.ts';
import { Simulation } from '../sim/simulation.ts';

/** Keys that end a line, or ask for what only the shell knows. What is typed from there on waits for the shell. */
const HOLDS = /[\r\n\t\u0003\u0004\u0012]|\u001b\[A|\u001b\[200~/;

/**
 * The laptop's prompt before there is a laptop: the shell's own line editor, so that a person can type while the cluster is still
 * on its way. Every key is kept; {@link handOver} takes the drawing away and gives the keys, and the shell that gets them ends in
 * the same state.
 */
export class EarlyTerminal {
  columns: number;
  rows: number;
  private readonly sim = new Simulation({ seed: 1 });
  private readonly tty: Tty;
  private readonly editor: LineEditor;
  private readonly write: (text: string) => void;
  private keys = '';
  /** Rows that the cursor stands below the row in which the editor left it. */
  private below = 0;
  private holding = false;

  constructor(columns: number, rows: number, write: (text: string) => void) {
    this.columns = columns;
    this.rows = rows;
    this.write = write;
    this.tty = new Tty(columns, rows, write);
    this.editor = new LineEditor(this.tty, {
      history: [],
      *complete() {
        return { from: 0, words: [] };
      },
    });
    start(this.sim, this.editor.read(promptText('laptop')));
    this.run();
  }

  feed(data: string): void {
    this.keys += data;
    if (this.holding) return;
    const at = data.search(HOLDS);
    const shown = at < 0 ? data : data.slice(0, at);
    if (shown !== '') {
      this.tty.feed(shown);
      this.run();
    }
    if (at < 0) return;
    this.holding = true;
    if (!/[\r\n]/.test(data.charAt(at))) return;
    this.below = 1;
    this.write('\r\n');
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.tty.resize(columns, rows);
    this.run();
  }

  /** What takes the drawing away, and the keys to give to the shell. Nothing is drawn afterwards. */
  handOver(): { readonly erase: string; readonly keys: string } {
    this.holding = true;
    const up = this.editor.row + this.below;
    return { erase: `${up > 0 ? `\u001b[${up}A` : ''}\r\u001b[J`, keys: this.keys };
  }

  private run(): void {
    while (this.sim.step());
  }
}
