/** One flag of a command, as its help shows it. */
export interface DockerFlag {
  readonly name: string;
  readonly short?: string;
  /** Absent for a switch. */
  readonly type?: string;
}

/** A command line that docker does not understand; printed with the command's usage. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export class ParsedFlags {
  readonly values = new Map<string, string[]>();
  operands: readonly string[] = [];

  has(name: string): boolean {
    const value = this.values.get(name)?.at(-1);
    return value !== undefined && value !== 'false';
  }

  /** The last value given. */
  value(name: string): string | undefined {
    return this.values.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

/** Reads the flags out of a help text: `  -d, --detach    Run …`, `      --name string   Assign …`. */
export function flagsOf(help: string): DockerFlag[] {
  return [...help.matchAll(/^ {2}(?:-(\w), | {4})--([\w-]+)(?: ([A-Za-z][\w-]*))? {2,}\S/gm)].map(
    ([, short, name = '', type]) => ({
      name,
      ...(short === undefined ? {} : { short }),
      ...(type === undefined ? {} : { type }),
    }),
  );
}

const SIZES = new Set(['memory', 'memory-reservation', 'memory-swap', 'shm-size', 'kernel-memory']);

/**
 * Parses as pflag does. `interspersed`: flags may stand behind operands too (not so for run, create and exec, whose operands
 * are a command line). @throws UsageError
 */
export function parseFlags(args: readonly string[], flags: readonly DockerFlag[], interspersed: boolean): ParsedFlags {
  const parsed = new ParsedFlags();
  const operands: string[] = [];
  const put = (flag: DockerFlag, value: string) => {
    check(flag, value);
    const list = parsed.values.get(flag.name);
    if (list === undefined) parsed.values.set(flag.name, [value]);
    else list.push(value);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const at = arg.indexOf('=');
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      const flag = flags.find((each) => each.name === name) ?? (name === 'help' ? HELP : undefined);
      if (flag === undefined) throw new UsageError(`unknown flag: --${name}`);
      if (at >= 0) put(flag, arg.slice(at + 1));
      else if (flag.type === undefined) put(flag, 'true');
      else {
        const value = args[++i];
        if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
        put(flag, value);
      }
    } else if (arg.startsWith('-') && arg.length > 1) i = shorts(arg, i, args, flags, put);
    else if (interspersed) operands.push(arg);
    else {
      operands.push(...args.slice(i));
      break;
    }
  }
  parsed.operands = operands;
  return parsed;
}

const HELP: DockerFlag = { name: 'help', short: 'h' };

function shorts(
  arg: string,
  index: number,
  args: readonly string[],
  flags: readonly DockerFlag[],
  put: (flag: DockerFlag, value: string) => void,
): number {
  for (let j = 1; j < arg.length; j++) {
    const letter = arg.charAt(j);
    const flag = flags.find((each) => each.short === letter);
    if (flag === undefined) throw new UsageError(`unknown shorthand flag: '${letter}' in -${arg.slice(j)}`);
    if (flag.type === undefined) {
      if (arg.charAt(j + 1) === '=') {
        put(flag, arg.slice(j + 2));
        return index;
      }
      put(flag, 'true');
      continue;
    }
    const rest = arg.slice(j + 1);
    if (rest !== '') {
      put(flag, rest.startsWith('=') ? rest.slice(1) : rest);
      return index;
    }
    const value = args[index + 1];
    if (value === undefined) throw new UsageError(`flag needs an argument: '${letter}' in -${letter}`);
    put(flag, value);
    return index + 1;
  }
  return index;
}

function check(flag: DockerFlag, value: string): void {
  const named = `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}`;
  if (flag.type === undefined && !/^(true|false|1|0|t|f|T|F|TRUE|FALSE|True|False)$/.test(value))
    throw new UsageError(
      `invalid argument "${value}" for "${named}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
    );
  if (flag.type !== undefined && /^u?int\d*$/.test(flag.type) && !/^-?\d+$/.test(value))
    throw new UsageError(
      `invalid argument "${value}" for "${named}" flag: strconv.Parse${flag.type.startsWith('u') ? 'Uint' : 'Int'}: parsing "${value}": invalid syntax`,
    );
  if (SIZES.has(flag.name) && !/^-?\d+(\.\d+)?\s*([kmgtp]?(i?b)?)$/i.test(value))
    throw new UsageError(`invalid argument "${value}" for "${named}" flag: invalid size: '${value}'`);
}
