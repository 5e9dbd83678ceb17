import { Failure } from './errors.ts';
import { parseDuration } from './go/duration.ts';
import { goQuote } from './go/quote.ts';

/**
 * One flag, as pflag sees it. `strings` takes comma lists and repeats (StringSlice), `array` repeats only (StringArray);
 * `map` is a comma list of `key=value` (StringToString).
 * `bare` is the value of the flag given without one (pflag's NoOptDefVal); a bool has it by nature.
 */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: 'bool' | 'string' | 'int' | 'int32' | 'int64' | 'uint16' | 'duration' | 'strings' | 'array' | 'map';
  /** Bool: false, number: 0, duration: 0s, string: '', lists: empty, unless told otherwise. In the form it is typed. */
  readonly default?: string;
  readonly bare?: string;
  readonly required?: boolean;
  /** Not in `--help`. */
  readonly hidden?: boolean;
  /** `Flag --x has been deprecated, TEXT` is printed when it is used; it is not in `--help`. */
  readonly deprecated?: string;
}

/** A wrong flag. The framework adds where the command's help is. */
export class FlagFailure extends Failure {}

/** The flags of one command line, parsed: pflag's FlagSet. Durations are milliseconds. */
export class Flags {
  private readonly specs = new Map<string, Flag>();
  private readonly shorts = new Map<string, Flag>();
  private readonly values = new Map<string, boolean | number | string | readonly string[]>();
  private readonly given = new Set<string>();
  /** Arguments that are no flags. */
  readonly args: string[] = [];
  /** How many of the arguments stand before `--`; -1 without one. */
  argsBeforeDash = -1;
  /** Texts for stderr: deprecated flags in use. */
  readonly notices: string[] = [];

  constructor(specs: readonly Flag[]) {
    for (const spec of specs) {
      this.specs.set(spec.name, spec);
      if (spec.short !== undefined) this.shorts.set(spec.short, spec);
    }
  }

  has(name: string): boolean {
    return this.specs.has(name);
  }

  spec(name: string): Flag | undefined {
    return this.specs.get(name);
  }

  /** Every flag, in the order of their names. */
  all(): readonly Flag[] {
    return [...this.specs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether the command line set it. */
  changed(name: string): boolean {
    return this.given.has(name);
  }

  bool(name: string): boolean {
    return this.value(name) === true;
  }

  string(name: string): string {
    return String(this.value(name));
  }

  number(name: string): number {
    return Number(this.value(name));
  }

  list(name: string): readonly string[] {
    const value = this.value(name);
    return Array.isArray(value) ? value : [];
  }

  /** All flags that the command line set, in order. */
  get setFlags(): readonly string[] {
    return [...this.given];
  }

  /** @throws FlagFailure in pflag's words. */
  parse(argv: readonly string[]): void {
    const rest = [...argv];
    for (;;) {
      const word = rest.shift();
      if (word === undefined) return;
      if (word === '--') {
        this.argsBeforeDash = this.args.length;
        this.args.push(...rest);
        return;
      }
      if (word.startsWith('--')) this.parseLong(word, rest);
      else if (word.startsWith('-') && word.length > 1) this.parseShort(word, rest);
      else this.args.push(word);
    }
  }

  private parseLong(word: string, rest: string[]): void {
    const text = word.slice(2);
    if (text === '' || text.startsWith('-') || text.startsWith('=')) throw new FlagFailure(`bad flag syntax: ${word}`);
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const spec = this.specs.get(name.replaceAll('_', '-'));
    if (spec === undefined) throw new FlagFailure(`unknown flag: --${name}`);
    if (at >= 0) this.set(spec, text.slice(at + 1));
    else {
      const bare = bareValue(spec);
      if (bare !== undefined) this.set(spec, bare);
      else {
        const next = rest.shift();
        if (next === undefined) throw new FlagFailure(`flag needs an argument: --${name}`);
        this.set(spec, next);
      }
    }
  }

  private parseShort(word: string, rest: string[]): void {
    let letters = word.slice(1);
    while (letters !== '') {
      const letter = letters.charAt(0);
      const spec = this.shorts.get(letter);
      if (spec === undefined) throw new FlagFailure(`unknown shorthand flag: '${letter}' in -${letters}`);
      const after = letters.slice(1);
      const bare = bareValue(spec);
      if (after.length > 1 && after.startsWith('=')) {
        this.set(spec, after.slice(1));
        return;
      }
      if (bare !== undefined) {
        this.set(spec, bare);
        letters = after;
        continue;
      }
      if (after !== '') {
        this.set(spec, after);
        return;
      }
      const next = rest.shift();
      if (next === undefined) throw new FlagFailure(`flag needs an argument: '${letter}' in -${letters}`);
      this.set(spec, next);
      return;
    }
  }

  /** Sets a flag as the command line would. @throws FlagFailure */
  set(spec: Flag, text: string): void {
    let value: boolean | number | string | readonly string[];
    try {
      value = parseValue(spec, text, this.given.has(spec.name) ? this.list(spec.name) : []);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const names = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
      throw new FlagFailure(`invalid argument ${goQuote(text)} for "${names}" flag: ${error.message}`);
    }
    this.values.set(spec.name, value);
    this.given.add(spec.name);
    if (spec.deprecated !== undefined)
      this.notices.push(`Flag --${spec.name} has been deprecated, ${spec.deprecated}\n`);
  }

  private value(name: string): boolean | number | string | readonly string[] {
    const value = this.values.get(name);
    if (value !== undefined) return value;
    const spec = this.specs.get(name);
    if (spec === undefined) throw new Error(`no flag --${name}`);
    return defaultValue(spec);
  }
}

/** Whether the next word is the flag's value: what cobra must know to find the command among flags. */
export function bareValue(flag: Flag): string | undefined {
  return flag.type === 'bool' ? 'true' : flag.bare;
}

function defaultValue(flag: Flag): boolean | number | string | readonly string[] {
  if (flag.default !== undefined) return parseValue(flag, flag.default, []);
  switch (flag.type) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'strings':
    case 'array':
    case 'map':
      return [];
    default:
      return 0;
  }
}

const INTEGERS: Readonly<Record<string, [bits: number, signed: boolean]>> = {
  int: [64, true],
  int32: [32, true],
  int64: [64, true],
  uint16: [16, false],
};

/** @throws SyntaxError with the words of Go's strconv, time or encoding/csv. */
function parseValue(
  flag: Flag,
  text: string,
  before: readonly string[],
): boolean | number | string | readonly string[] {
  switch (flag.type) {
    case 'bool':
      return parseBool(text);
    case 'string':
      return text;
    case 'duration':
      return parseDuration(text);
    case 'array':
      return [...before, text];
    case 'strings':
    case 'map':
      return [...before, ...parseCsv(text)];
    default:
      return parseInteger(text, INTEGERS[flag.type] ?? [64, true]);
  }
}

/** strconv.ParseBool. @throws SyntaxError */
export function parseBool(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new SyntaxError(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

function parseInteger(text: string, [bits, signed]: [number, boolean]): number {
  const call = signed ? 'strconv.ParseInt' : 'strconv.ParseUint';
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[0-9]+)$/.exec(text);
  if (match === null || (!signed && match[1] !== '') || /^[+-]?0[0-9]*[89]/.test(text))
    throw new SyntaxError(`${call}: parsing ${goQuote(text)}: invalid syntax`);
  const digits = match[2] ?? '0';
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === '-' ? -magnitude : magnitude;
  const limit = 1n << BigInt(signed ? bits - 1 : bits);
  if (value >= limit || value < (signed ? -limit : 0n))
    throw new SyntaxError(`${call}: parsing ${goQuote(text)}: value out of range`);
  return Number(value);
}

/** One line of comma-separated values (encoding/csv). @throws SyntaxError */
function parseCsv(text: string): string[] {
  if (text === '') return [];
  const fields: string[] = [];
  let rest = text;
  let column = 1;
  for (;;) {
    if (rest.startsWith('"')) {
      const match = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest);
      if (match === null) {
        const close = /^"(?:[^"]|"")*"/.exec(rest);
        throw new SyntaxError(
          `parse error on line 1, column ${column + (close?.[0].length ?? rest.length)}: extraneous or missing " in quoted-field`,
        );
      }
      fields.push((match[1] ?? '').replaceAll('""', '"'));
      rest = rest.slice(match[0].length);
      column += match[0].length;
    } else {
      const end = rest.indexOf(',');
      const field = end < 0 ? rest : rest.slice(0, end);
      const quote = field.indexOf('"');
      if (quote >= 0)
        throw new SyntaxError(`parse error on line 1, column ${column + quote}: bare " in non-quoted-field`);
      fields.push(field);
      rest = rest.slice(field.length);
      column += field.length;
    }
    if (rest === '') return fields;
    rest = rest.slice(1);
    column += 1;
  }
}
