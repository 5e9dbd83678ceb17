import { compileRegex, type Regex } from '../text/regex.ts';
import { sprintf } from './format.ts';

/** A value: a number, a text, or a text from input that counts as a number when it looks like one. */
export type Value = number | string | { readonly input: string };

/** A mistake at run time; the message is printed after `awk: `. */
export class AwkError extends Error {}

/** A table of values by their keys. */
export type AwkArray = Map<string, Value>;
/** What a name holds. */
export type Slot = { value: Value | undefined; array?: AwkArray };

const NUMBER = /^[ \t\n]*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[ \t\n]*$/;

/** Variables, and what awk takes a value for. */
export class Values {
  protected readonly globals = new Map<string, Slot>();
  /** Variables of the functions that run, innermost last. */
  protected frames: Map<string, Slot>[] = [];
  private readonly regexes = new Map<string, Regex>();

  protected global(name: string): Value {
    return this.globals.get(name)?.value ?? '';
  }

  protected setGlobal(name: string, value: Value): void {
    const slot = this.globals.get(name);
    if (slot === undefined) this.globals.set(name, { value });
    else slot.value = value;
  }

  protected slot(name: string): Slot {
    const local = this.frames.at(-1)?.get(name);
    if (local !== undefined) return local;
    let slot = this.globals.get(name);
    if (slot === undefined) {
      slot = { value: undefined };
      this.globals.set(name, slot);
    }
    return slot;
  }

  protected array(name: string): AwkArray {
    const slot = this.slot(name);
    if (slot.array === undefined && slot.value !== undefined)
      throw new AwkError(`can't use ${name} as an array: it holds a value`);
    slot.array ??= new Map();
    return slot.array;
  }

  protected true(value: Value): boolean {
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'string') return value !== '';
    return NUMBER.test(value.input) ? Number(value.input) !== 0 : value.input !== '';
  }

  protected numeric(value: Value): boolean {
    return typeof value === 'number' || (typeof value === 'object' && NUMBER.test(value.input));
  }

  protected number(value: Value): number {
    if (typeof value === 'number') return value;
    const text = typeof value === 'string' ? value : value.input;
    return Number(/^[ \t\n]*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
  }

  protected text(value: Value): string {
    return this.formatted(value, 'CONVFMT');
  }

  protected printed(value: Value): string {
    return this.formatted(value, 'OFMT');
  }

  protected formatted(value: Value, by: 'CONVFMT' | 'OFMT'): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value.input;
    if (Number.isInteger(value)) return Math.abs(value) < 1e16 ? String(value) : value.toFixed(0);
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
    const format = this.globals.get(by)?.value;
    return sprintf(typeof format === 'string' ? format : '%.6g', [value], String, Number);
  }

  protected regex(source: string): Regex {
    let regex = this.regexes.get(source);
    if (regex === undefined) {
      regex = compileRegex(source, 'extended');
      this.regexes.set(source, regex);
    }
    return regex;
  }
}
