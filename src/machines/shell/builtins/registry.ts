import type { Builtin } from './builtin.ts';
import { exit, level, logout, returnFrom, shift } from './control.ts';
import { declareNames, exportNames, local, readonlyNames, unset } from './declarations.ts';
import { cd, dirs, popd, pushd, pwd } from './folders.ts';
import { getopts } from './getopts.ts';
import { history } from './history.ts';
import { bg, disown, fg, jobs, kill, trap, wait } from './jobs.ts';
import { times, ulimit, umask } from './limits.ts';
import { alias, command, type, unalias } from './naming.ts';
import { set } from './options.ts';
import { echo, printf } from './printing.ts';
import { mapfile, read } from './reading.ts';
import { evaluate, exec, letCommand, source } from './running.ts';
import { testBuiltin } from './test.ts';

function ends(status: number): Builtin {
  return function* () {
    return status;
  };
}

/** The commands that a shell runs itself. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', ends(0)],
  ['true', ends(0)],
  ['false', ends(1)],
  ['hash', ends(0)],
  ['echo', echo],
  ['printf', printf],
  ['cd', cd],
  ['pwd', pwd],
  ['pushd', pushd],
  ['popd', popd],
  ['dirs', dirs],
  ['read', read],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['getopts', getopts],
  ['test', testBuiltin],
  ['[', testBuiltin],
  ['set', set],
  ['export', exportNames],
  ['readonly', readonlyNames],
  ['declare', declareNames],
  ['typeset', declareNames],
  ['local', local],
  ['unset', unset],
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
  ['let', letCommand],
  ['alias', alias],
  ['unalias', unalias],
  ['type', type],
  ['command', command],
  ['builtin', command],
  ['umask', umask],
  ['ulimit', ulimit],
  ['times', times],
  ['trap', trap],
  ['wait', wait],
  ['kill', kill],
  ['jobs', jobs],
  ['fg', fg],
  ['bg', bg],
  ['disown', disown],
  ['history', history],
]);
