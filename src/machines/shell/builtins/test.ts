import { binary, newer, unary } from '../conditions.ts';
import type { Shell } from '../shell.ts';
import { type Builtin, complain } from './builtin.ts';

/** test(1): `[ a = b ]`. */
function test(shell: Shell, given: readonly string[]): boolean {
  const args = [...given];
  const primary = (): boolean => {
    const first = args.shift();
    if (first === undefined) return false;
    if (first === '!') return !primary();
    if (first === '(') {
      const inner = or();
      args.shift();
      return inner;
    }
    const operator = args[0];
    if (/^-(nt|ot|ef)$/.test(operator ?? '') && args[1] !== undefined) {
      args.shift();
      return newer(shell, operator ?? '', first, args.shift() ?? '');
    }
    if (operator !== undefined && args[1] !== undefined && binary(operator, '', '') !== undefined) {
      args.shift();
      const right = args.shift() ?? '';
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator))
        for (const each of [first, right])
          if (!/^\s*[+-]?\d+\s*$/.test(each)) throw new TestError(`${each}: integer expression expected`);
      return binary(operator, first, right) ?? false;
    }
    if (/^-[a-zA-Z]$/.test(first) && args.length > 0 && !['-a', '-o'].includes(args[0] ?? ''))
      return unary(shell, first, args.shift() ?? '');
    return first !== '';
  };
  const and = (): boolean => {
    let result = primary();
    while (args[0] === '-a') {
      args.shift();
      const next = primary();
      result = result && next;
    }
    return result;
  };
  const or = (): boolean => {
    let result = and();
    while (args[0] === '-o') {
      args.shift();
      const next = and();
      result = result || next;
    }
    return result;
  };
  if (args.length === 2 && args[0] !== '!' && !/^-[a-zA-Z]$/.test(args[0] ?? ''))
    throw new TestError(`${args[0]}: unary operator expected`);
  if (
    args.length === 3 &&
    !/^[!(]$/.test(args[0] ?? '') &&
    !/^-[ao]$|^-(nt|ot|ef)$/.test(args[1] ?? '') &&
    binary(args[1] ?? '', '', '') === undefined
  )
    throw new TestError(`${args[1]}: binary operator expected`);
  const result = or();
  if (args.length > 0) throw new TestError('too many arguments');
  return result;
}

class TestError extends Error {}

/** test, also called `[`. */
export const testBuiltin: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (argv[0] === '[') {
    if (args.at(-1) !== ']') return yield* complain(shell, streams, argv, "missing `]'", 2);
    args.pop();
  }
  try {
    return test(shell, args) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return yield* complain(shell, streams, argv, error.message, 2);
  }
};
