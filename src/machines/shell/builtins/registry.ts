import { atFirstUse } from '../at-first-use.ts';
import type { Builtin } from './builtin.ts';
import { exit, level, logout, returnFrom, shift } from './control.ts';
import { echo } from './echo.ts';
import { cd, pwd } from './folders.ts';
import { evaluate, exec, source } from './running.ts';
import { testBuiltin } from './test.ts';

function ends(status: number): Builtin {
  return function* () {
    return status;
  };
}

/** Names of the builtins in further.ts, which come at first use. */
const LATER =
  'mapfile readarray read getopts set shopt export readonly declare typeset local unset let alias unalias type command builtin enable hash umask ulimit times trap kill wait jobs fg bg disown complete history printf pushd popd dirs'.split(
    ' ',
  );

const further = atFirstUse(() => import('./further.ts'));

function later(name: string): Builtin {
  return function* (shell, argv, streams) {
    const builtin = (yield* further()).FURTHER.get(name);
    return builtin === undefined ? 127 : yield* builtin(shell, argv, streams);
  };
}

/** The commands that a shell runs itself. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', ends(0)],
  ['true', ends(0)],
  ['false', ends(1)],
  ['echo', echo],
  ['cd', cd],
  ['pwd', pwd],
  ['test', testBuiltin],
  ['[', testBuiltin],
  ['shift', shift],
  ['break', level('break')],
  ['continue', level('continue')],
  ['return', returnFrom],
  ['exit', exit],
  ['logout', logout],
  ['eval', evaluate],
  ['source', source],
  ['.', source],
  ['exec', exec],
  ...LATER.map((name) => [name, later(name)] as const),
]);
