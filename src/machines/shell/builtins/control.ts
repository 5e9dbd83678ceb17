import { ControlFlow } from '../flow.ts';
import { type Builtin, complain } from './builtin.ts';

/** break and continue: leave so many loops. */
export function level(kind: 'break' | 'continue'): Builtin {
  return function* (shell, argv, streams) {
    if (shell.loops === 0)
      return yield* complain(shell, streams, argv, "only meaningful in a `for', `while', or `until' loop", 0);
    if (argv[1] !== undefined && !/^\d+$/.test(argv[1])) {
      yield* complain(shell, streams, argv, `${argv[1]}: numeric argument required`);
      throw new ControlFlow('exit', 128);
    }
    throw new ControlFlow(kind, Math.max(1, Number(argv[1] ?? 1) || 1));
  };
}

/** return */
export const returnFrom: Builtin = function* (shell, argv, streams) {
  if (shell.callers.length + shell.sources === 0 && shell.scripted)
    return yield* complain(shell, streams, argv, "can only `return' from a function or sourced script", 2);
  if (argv[1] !== undefined && !/^-?\d+$/.test(argv[1])) {
    yield* complain(shell, streams, argv, `${argv[1]}: numeric argument required`);
    throw new ControlFlow('return', 2);
  }
  throw new ControlFlow('return', Number(argv[1] ?? shell.status) & 255);
};

/** exit */
export const exit: Builtin = function* (shell, argv, streams) {
  const [, code] = argv;
  if (code !== undefined && !/^-?\d+$/.test(code)) {
    yield* complain(shell, streams, argv, `${code}: numeric argument required`);
    throw new ControlFlow('exit', 2);
  }
  throw new ControlFlow('exit', Number(code ?? shell.status) & 255);
};

/** logout */
export const logout: Builtin = function* (shell) {
  throw new ControlFlow('exit', shell.status);
};

/** shift */
export const shift: Builtin = function* (shell, argv, streams) {
  const count = Number(argv[1] ?? 1);
  if (Number.isNaN(count)) return yield* complain(shell, streams, argv, `${argv[1]}: numeric argument required`);
  if (count < 0) return yield* complain(shell, streams, argv, `${argv[1]}: shift count out of range`);
  if (count > shell.positional.length) return 1;
  shell.positional = shell.positional.slice(count);
  return 0;
};
