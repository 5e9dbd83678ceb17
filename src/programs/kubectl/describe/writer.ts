import { escapeTerminal } from '../print/escape.ts';
import { DESCRIBE_LAYOUT, TabWriter } from '../print/tabwriter.ts';

/** Lines of `kubectl describe`: tabs align, a level is two spaces. */
export class DescribeWriter {
  private readonly writer = new TabWriter(DESCRIBE_LAYOUT);

  /** Text as it stands after the indentation; end lines with `\n`. */
  write(level: number, text: string): void {
    this.writer.write(escapeTerminal(`${'  '.repeat(level)}${text}`));
  }

  /** `NAME:<tab>VALUE` on a line. */
  field(level: number, name: string, value: unknown): void {
    this.write(level, `${name}:\t${String(value)}\n`);
  }

  finish(): string {
    return this.writer.flush();
  }
}
