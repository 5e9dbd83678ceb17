import { ControlFlow } from '../flow.ts';
import { type Builtin, complain } from './builtin.ts';

/** break and continue: leave so many loops. */
export function level(kind: 'break' | 'continue'): Builtin {
  return function* (_shell, argv) {
    throw new ControlFlow(kind, Math.max(1, Number(argv[1] ?? 1) || 1));
  };
}

/** return */
export const returnFrom: Builtin = function* (shell, argv) {
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
export const shift: Builtin = function* (shell, argv) {
  const count = Number(argv[1] ?? 1);
  if (count > shell.positional.length) return 1;
  shell.positional = shell.positional.slice(count);
  return 0;
};
