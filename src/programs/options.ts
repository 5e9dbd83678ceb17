import type { Context } from '../machines/process.ts';
import type { Routine } from '../sim/routine.ts';

/** What a program's options are: short letters and long names, and which of them take a value. */
export interface OptionSpec {
  /** As getopt(3): `n:` takes a value, `i` does not, `w::` takes one only when it is attached. */
  readonly short: string;
  /** Long names, mapped to the letter (or name) under which they are reported; a final `=` takes a value, `=?` may take one. */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand, as env, xargs, ssh and the like want it. */
  readonly stopAtOperand?: boolean;
  /** `-5` means the option `5:`... the digits are reported as the value of this letter (head -5, grep -3). */
  readonly digits?: string;
}

export interface ParsedOptions {
  /** By letter: every value given, '' for an option without one. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  has(letter: string): boolean;
  /** The last value given. */
  value(letter: string): string | undefined;
  /** Letters in the order in which they were given: the last of -E -F wins. */
  readonly order: readonly string[];
}

/** An option that the program does not know, in getopt's words without the program's name. */
export class OptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OptionError';
  }
}

/** Parses arguments as GNU getopt_long does, operands may stand between options. @throws OptionError */
export function parseOptions(args: readonly string[], spec: OptionSpec): ParsedOptions {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const order: string[] = [];
  const put = (letter: string, value: string) => {
    order.push(letter);
    const list = values.get(letter);
    if (list === undefined) values.set(letter, [value]);
    else list.push(value);
  };
  const long = spec.long ?? {};
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const at = arg.indexOf('=');
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      const keys = Object.keys(long);
      const bare = (key: string) => key.replace(/=\??$/, '');
      const exact = keys.find((key) => bare(key) === name);
      const candidates = exact === undefined ? keys.filter((key) => bare(key).startsWith(name)) : [exact];
      const [key] = candidates;
      if (key === undefined) throw new OptionError(`unrecognized option '--${name}'`);
      if (candidates.length > 1)
        throw new OptionError(
          `option '--${name}' is ambiguous; possibilities: ${candidates.map((each) => `'--${bare(each)}'`).join(' ')}`,
        );
      const letter = long[key] ?? name;
      if (key.endsWith('=')) {
        const value = at < 0 ? args[++i] : arg.slice(at + 1);
        if (value === undefined) throw new OptionError(`option '--${bare(key)}' requires an argument`);
        put(letter, value);
      } else if (key.endsWith('=?')) put(letter, at < 0 ? '' : arg.slice(at + 1));
      else if (at >= 0) throw new OptionError(`option '--${bare(key)}' doesn't allow an argument`);
      else put(letter, '');
      continue;
    }
    if (arg.length > 1 && arg.startsWith('-')) {
      if (spec.digits !== undefined && /^-\d+$/.test(arg)) {
        put(spec.digits, arg.slice(1));
        continue;
      }
      for (let j = 1; j < arg.length; j++) {
        const letter = arg.charAt(j);
        const at = letter === ':' ? -1 : spec.short.indexOf(letter);
        if (at < 0) throw new OptionError(`invalid option -- '${letter}'`);
        if (spec.short.charAt(at + 1) !== ':') {
          put(letter, '');
          continue;
        }
        const attached = arg.slice(j + 1);
        if (spec.short.charAt(at + 2) === ':') put(letter, attached);
        else {
          const value = attached === '' ? args[++i] : attached;
          if (value === undefined) throw new OptionError(`option requires an argument -- '${letter}'`);
          put(letter, value);
        }
        break;
      }
      continue;
    }
    if (spec.stopAtOperand === true) {
      operands.push(...args.slice(i));
      break;
    }
    operands.push(arg);
  }
  return {
    values,
    operands,
    order,
    has: (letter) => values.has(letter),
    value: (letter) => values.get(letter)?.at(-1),
  };
}

/**
 * Parses a program's options and, when they are wrong, says so as the coreutils do. Undefined then: the caller returns
 * `status`.
 */
export function* options(context: Context, spec: OptionSpec): Routine<ParsedOptions | undefined> {
  try {
    return parseOptions(context.argv.slice(1), spec);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const name = context.argv[0] ?? '';
    yield* context.stderr.write(`${name}: ${error.message}\nTry '${name} --help' for more information.\n`);
    return undefined;
  }
}
