import { AwkError, type Value, Values } from './values.ts';

/** The record that is being looked at, and its fields. */
export class RecordFields extends Values {
  protected fields: string[] = [];
  protected record = '';
  /** The fields have changed since the record was made of them. */
  protected stale = false;

  protected take(line: string): void {
    this.setGlobal('NR', this.number(this.global('NR')) + 1);
    this.setGlobal('FNR', this.number(this.global('FNR')) + 1);
    this.record = line;
    this.split();
  }

  protected split(): void {
    this.fields = this.parts(this.record, this.text(this.global('FS')));
    this.setGlobal('NF', this.fields.length);
    this.stale = false;
  }

  protected parts(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') {
      const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
      return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/);
    }
    if (separator === '') return [...text];
    if (separator.length === 1 && !/[\\^$.[\]|()*+?]/.test(separator)) return text.split(separator);
    const regex = this.regex(separator === '|' ? '\\|' : separator);
    const out: string[] = [];
    let from = 0;
    for (let at = 0; at <= text.length; ) {
      const match = regex.find(text, at);
      if (match === undefined) break;
      if (match.end === match.start) {
        at = match.end + 1;
        continue;
      }
      out.push(text.slice(from, match.start));
      from = match.end;
      at = match.end;
    }
    out.push(text.slice(from));
    return out;
  }

  /** `$0`, put together again when a field has changed. */
  protected whole(): string {
    if (this.stale) {
      this.record = this.fields.join(this.text(this.global('OFS')));
      this.stale = false;
    }
    return this.record;
  }

  protected field(index: number): Value {
    if (index === 0) return { input: this.whole() };
    if (index < 0) throw new AwkError(`attempt to access field ${index}`);
    return { input: this.fields[index - 1] ?? '' };
  }
}
