import type { Context } from '../../machines/process.ts';
import type { Routine } from '../../sim/routine.ts';

/** Our OpenSSL: Debian 12's. */
export const OPENSSL_VERSION = 'OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)';

/** What a subcommand was given: options by name (`-in`), and operands. */
export interface Given {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  has(name: string): boolean;
  value(name: string): string | undefined;
}

/** A command line or a file that a subcommand cannot use; `text` goes to standard error as it is. */
export class OpensslError extends Error {
  readonly text: string;
  readonly status: number;

  constructor(text: string, status = 1) {
    super(text);
    this.name = 'OpensslError';
    this.text = text;
    this.status = status;
  }
}

/** One subcommand: which options it has (a final `=` takes a value), and what it does. */
export interface Subcommand {
  readonly name: string;
  readonly options: readonly string[];
  run(context: Context, given: Given): Routine<number>;
}

/** Reads options with one dash, or two, as OpenSSL takes them. @throws OpensslError */
export function parseGiven(name: string, args: readonly string[], options: readonly string[]): Given {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const bare = arg.replace(/^--?/, '');
    const takes = options.includes(`${bare}=`);
    if (!takes && !options.includes(bare))
      throw new OpensslError(
        `${name}: Unknown option${name === 'req' || name === 'x509' ? ' or message digest' : ''}: ${bare}\n${name}: Use -help for summary.\n`,
      );
    const list = values.get(bare) ?? [];
    values.set(bare, list);
    if (!takes) list.push('');
    else {
      const value = args[++i];
      if (value === undefined)
        throw new OpensslError(`${name}: Option -${bare} needs a value\n${name}: Use -help for summary.\n`);
      list.push(value);
    }
  }
  return { values, operands, has: (key) => values.has(key), value: (key) => values.get(key)?.at(-1) };
}
