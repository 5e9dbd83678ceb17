import { formatNumber } from '../go/value.ts';
import { compareKeys } from './keys.ts';
import { isBase60, resolvePlain } from './resolve.ts';

/**
 * YAML exactly as kubectl prints it (sigs.k8s.io/yaml over go-yaml v2): keys sorted, two spaces, lists at their key's
 * column, plain text wherever it reads back as the same string, folded after column 80.
 */
export function emitYaml(value: unknown): string {
  const emitter = new Emitter();
  emitter.node(value, -1, 'root');
  return emitter.finish();
}

const WIDTH = 80;
const INDENT = 2;
/** Longer keys are written with `? `. */
const SIMPLE_KEY = 128;

type Place = 'root' | 'value' | 'item' | 'key';

class Emitter {
  private out = '';
  private column = 0;
  /** The last thing written was white space or an indicator that stands for it. */
  private whitespace = true;
  /** Only indentation and `-`, `?`, `:` stand on this line so far. */
  private indention = true;

  finish(): string {
    if (this.column > 0) this.put('\n');
    return this.out;
  }

  node(value: unknown, indent: number, place: Place): void {
    if (Array.isArray(value)) this.sequence(value, indent, place);
    else if (typeof value === 'object' && value !== null) this.mapping(value as Record<string, unknown>, indent);
    else this.scalar(value, indent, place === 'key');
  }

  private sequence(items: readonly unknown[], indent: number, place: Place): void {
    if (items.length === 0) {
      this.indicator('[', true, true, false);
      this.indicator(']', false, false, false);
      return;
    }
    const inner = indent < 0 ? 0 : place === 'value' && !this.indention ? indent : indent + INDENT;
    for (const item of items) {
      this.newLine(inner);
      this.indicator('-', true, false, true);
      this.node(item ?? null, inner, 'item');
    }
  }

  private mapping(object: Readonly<Record<string, unknown>>, indent: number): void {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    if (keys.length === 0) {
      this.indicator('{', true, true, false);
      this.indicator('}', false, false, false);
      return;
    }
    const inner = indent < 0 ? 0 : indent + INDENT;
    for (const key of keys.sort(compareKeys)) {
      this.newLine(inner);
      if (byteLength(key) <= SIMPLE_KEY && !/[\n\r\x85\u2028\u2029]/.test(key)) {
        this.scalar(key, inner, true);
        this.indicator(':', false, false, false);
        this.node(object[key], inner, 'value');
      } else {
        this.indicator('?', true, false, true);
        this.scalar(key, inner, false);
        this.newLine(inner);
        this.indicator(':', true, false, true);
        this.node(object[key], inner, 'value');
      }
    }
  }

  private scalar(value: unknown, indent: number, key: boolean): void {
    const inner = indent < 0 ? INDENT : indent + INDENT;
    if (typeof value !== 'string') {
      this.plain(typeof value === 'number' ? numberText(value) : String(value), inner, !key);
      return;
    }
    const text = analyse(value);
    if (value.includes('\n') && text.block && !key) this.literal(value, inner);
    else if (value.includes('\n') || !readsBack(value)) this.doubleQuoted(value, inner, !key);
    else if (text.plain && !(key && value === '')) this.plain(value, inner, !key);
    else if (text.single) this.singleQuoted(value, inner, !key);
    else this.doubleQuoted(value, inner, !key);
  }

  private plain(text: string, indent: number, fold: boolean): void {
    if (!this.whitespace) this.put(' ');
    const chars = [...text];
    let spaces = false;
    for (const [i, char] of chars.entries()) {
      if (char === ' ') {
        if (fold && !spaces && this.column > WIDTH && chars[i + 1] !== ' ') this.newLine(indent);
        else this.put(char);
        spaces = true;
      } else {
        this.put(char);
        this.indention = false;
        spaces = false;
      }
    }
    this.whitespace = false;
    this.indention = false;
  }

  private singleQuoted(text: string, indent: number, fold: boolean): void {
    this.indicator("'", true, false, false);
    const chars = [...text];
    let spaces = false;
    for (const [i, char] of chars.entries()) {
      if (char === ' ') {
        if (fold && !spaces && this.column > WIDTH && i > 0 && i < chars.length - 1 && chars[i + 1] !== ' ')
          this.newLine(indent);
        else this.put(char);
        spaces = true;
      } else {
        this.put(char === "'" ? "''" : char);
        this.indention = false;
        spaces = false;
      }
    }
    this.indicator("'", false, false, false);
    this.whitespace = false;
    this.indention = false;
  }

  private doubleQuoted(text: string, indent: number, fold: boolean): void {
    this.indicator('"', true, false, false);
    const chars = [...text];
    let spaces = false;
    for (const [i, char] of chars.entries()) {
      if (char === ' ') {
        if (fold && !spaces && this.column > WIDTH && i > 0 && i < chars.length - 1) {
          this.newLine(indent);
          if (chars[i + 1] === ' ') this.put('\\');
        } else this.put(char);
        spaces = true;
      } else {
        this.put(printable(char) && !BREAK.test(char) && char !== '"' && char !== '\\' ? char : escapeChar(char));
        spaces = false;
      }
    }
    this.indicator('"', false, false, false);
    this.whitespace = false;
    this.indention = false;
  }

  private literal(text: string, indent: number): void {
    const chars = [...text];
    this.indicator('|', true, false, false);
    if (chars[0] === ' ' || BREAK.test(chars[0] ?? '')) this.indicator(String(INDENT), false, false, false);
    const last = chars[chars.length - 1] ?? '';
    if (!BREAK.test(last)) this.indicator('-', false, false, false);
    else if (chars.length === 1 || BREAK.test(chars[chars.length - 2] ?? '')) this.indicator('+', false, false, false);
    this.put('\n');
    this.indention = true;
    this.whitespace = true;
    let breaks = true;
    for (const char of chars) {
      if (BREAK.test(char)) {
        this.put(char);
        this.indention = true;
        breaks = true;
      } else {
        if (breaks) this.newLine(indent);
        this.put(char);
        this.indention = false;
        breaks = false;
      }
    }
  }

  private newLine(indent: number): void {
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.put('\n');
    if (this.column < indent) this.put(' '.repeat(indent - this.column));
    this.whitespace = true;
    this.indention = true;
  }

  private indicator(text: string, needsSpace: boolean, isSpace: boolean, isIndention: boolean): void {
    if (needsSpace && !this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = isSpace;
    this.indention = this.indention && isIndention;
  }

  private put(text: string): void {
    this.out += text;
    const at = text.lastIndexOf('\n');
    this.column = at >= 0 || BREAK.test(text) ? text.length - at - 1 : this.column + [...text].length;
  }
}

const BREAK = /^[\n\r\x85\u2028\u2029]$/;

/** Whether the text, written plain, reads back as this string. */
function readsBack(text: string): boolean {
  return resolvePlain(text).kind === 'string' && !isBase60(text);
}

/** Which styles can carry the text (yaml_emitter_analyze_scalar). */
function analyse(text: string): { plain: boolean; single: boolean; block: boolean } {
  if (text === '') return { plain: true, single: true, block: false };
  let indicators = text.startsWith('---') || text.startsWith('...');
  let breaks = false;
  let special = false;
  let [leading, trailing, trailingSpace, breakSpace, spaceBreak] = [false, false, false, false, false];
  let [previousSpace, previousBreak, afterBlank] = [false, false, true];
  const chars = [...text];
  for (const [i, char] of chars.entries()) {
    const next = chars[i + 1];
    // Only blanks count here, as in libyaml: a line break after `:` does not.
    const beforeBlank = next === undefined || next === ' ' || next === '\t';
    if (i === 0) {
      if (/[#,[\]{}&*!|>'"%@`]/.test(char)) indicators = true;
      else if (/[?:-]/.test(char) && beforeBlank) indicators = true;
    } else if (char === ':' && beforeBlank) indicators = true;
    else if (char === '#' && afterBlank) indicators = true;
    if (!printable(char)) special = true;
    const isLast = i === chars.length - 1;
    if (char === ' ') {
      if (i === 0) leading = true;
      if (isLast) {
        trailing = true;
        trailingSpace = true;
      }
      if (previousBreak) breakSpace = true;
      previousSpace = true;
      previousBreak = false;
    } else if (BREAK.test(char)) {
      breaks = true;
      if (i === 0) leading = true;
      if (isLast) trailing = true;
      if (previousSpace) spaceBreak = true;
      previousSpace = false;
      previousBreak = true;
    } else {
      previousSpace = false;
      previousBreak = false;
    }
    afterBlank = char === ' ' || char === '\t' || BREAK.test(char);
  }
  return {
    plain: !(indicators || breaks || special || leading || trailing || breakSpace || spaceBreak),
    single: !(breakSpace || spaceBreak || special),
    block: !(trailingSpace || spaceBreak || special),
  };
}

/** libyaml's idea of printable: no tab, no control character, nothing beyond the basic plane. */
function printable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code < 0xd800) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

const ESCAPES: Readonly<Record<number, string>> = {
  0: '0',
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'e',
  34: '"',
  92: '\\',
  133: 'N',
  160: '_',
  8232: 'L',
  8233: 'P',
};

function escapeChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const short = ESCAPES[code];
  if (short !== undefined) return `\\${short}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** A number as JSON writes it and go-yaml reads that again: an integer while it fits in 64 bits. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && value >= 2 ** 63 && value < 2 ** 64 ? String(value) : formatNumber(value);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
