/** How a {@link TabWriter} lays out its columns, as text/tabwriter has it. */
export interface TabLayout {
  readonly minWidth: number;
  readonly padding: number;
  /** Columns never get narrower than they were before the last flush. */
  readonly rememberWidths?: boolean;
}

/** `kubectl get` and everything else that prints tables. */
export const TABLE_LAYOUT: TabLayout = { minWidth: 6, padding: 3, rememberWidths: true };
/** `kubectl describe` */
export const DESCRIBE_LAYOUT: TabLayout = { minWidth: 0, padding: 2 };

interface Cell {
  readonly text: string;
  readonly width: number;
}

/**
 * Go's text/tabwriter (the elastic tabstops of liggitt/tabwriter): cells end with a tab, a column is a block of
 * neighbouring lines that have a cell in it, and the last cell of a line belongs to none.
 */
export class TabWriter {
  private readonly layout: TabLayout;
  private lines: Cell[][] = [[]];
  private cell = '';
  private readonly widths: number[] = [];
  private readonly remembered: number[] = [];
  private out = '';

  constructor(layout: TabLayout = TABLE_LAYOUT) {
    this.layout = layout;
  }

  write(text: string): void {
    for (const part of text.split(/([\t\n\f\v])/)) {
      if (part === '\t' || part === '\v') this.endCell();
      else if (part === '\n' || part === '\f') {
        this.endCell();
        const cells = this.lines[this.lines.length - 1]?.length ?? 0;
        this.lines.push([]);
        // A line of one cell has no bearing on the lines after it.
        if (part === '\f' || cells === 1) this.layOut();
      } else this.cell += part;
    }
  }

  /** All that was written since the last flush, laid out. */
  flush(): string {
    if (this.cell !== '') this.endCell();
    this.layOut();
    const { out } = this;
    this.out = '';
    return out;
  }

  /** Forgets the widths of the columns before. */
  forgetWidths(): void {
    this.remembered.length = 0;
  }

  private endCell(): void {
    this.lines[this.lines.length - 1]?.push({ text: this.cell, width: [...this.cell].length });
    this.cell = '';
  }

  private layOut(): void {
    this.format(0, this.lines.length);
    this.lines = [[]];
  }

  private format(from: number, to: number): void {
    const column = this.widths.length;
    let begin = from;
    for (let line = from; line < to; line++) {
      if (column >= (this.lines[line]?.length ?? 0) - 1) continue;
      this.writeLines(begin, line);
      begin = line;
      let width = this.layout.minWidth;
      for (; line < to; line++) {
        const cells = this.lines[line] ?? [];
        if (column >= cells.length - 1) break;
        width = Math.max(width, (cells[column]?.width ?? 0) + this.layout.padding);
      }
      if (this.layout.rememberWidths === true) {
        width = Math.max(width, this.remembered[column] ?? 0);
        this.remembered[column] = width;
      }
      this.widths.push(width);
      this.format(begin, line);
      this.widths.pop();
      begin = line;
    }
    this.writeLines(begin, to);
  }

  private writeLines(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const cells = this.lines[i] ?? [];
      for (const [j, { text, width }] of cells.entries()) {
        const column = this.widths[j];
        this.out += column === undefined ? text : text + ' '.repeat(Math.max(column - width, 0));
      }
      if (i + 1 < this.lines.length) this.out += '\n';
    }
  }
}
