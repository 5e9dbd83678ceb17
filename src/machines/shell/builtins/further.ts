import type { Builtin } from './builtin.ts';
import { complete } from './completing.ts';
import { declareNames, exportNames, local, readonlyNames, unset } from './declarations.ts';
import { dirs, popd, pushd } from './folder-stack.ts';
import { getopts } from './getopts.ts';
import { history } from './history.ts';
import { bg, disown, fg, jobs, wait } from './jobs.ts';
import { letCommand } from './let.ts';
import { times, ulimit, umask } from './limits.ts';
import { alias, builtin, command, enable, hash, type, unalias } from './naming.ts';
import { set, shopt } from './options.ts';
import { printf } from './printing.ts';
import { mapfile, read } from './reading.ts';
import { kill, trap } from './signals.ts';

/** The builtins that are loaded at first use, by name; each stands in the registry's list too. */
export const FURTHER: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['read', read],
  ['getopts', getopts],
  ['set', set],
  ['shopt', shopt],
  ['export', exportNames],
  ['readonly', readonlyNames],
  ['declare', declareNames],
  ['typeset', declareNames],
  ['local', local],
  ['unset', unset],
  ['let', letCommand],
  ['alias', alias],
  ['unalias', unalias],
  ['type', type],
  ['command', command],
  ['builtin', builtin],
  ['enable', enable],
  ['hash', hash],
  ['umask', umask],
  ['ulimit', ulimit],
  ['times', times],
  ['trap', trap],
  ['kill', kill],
  ['wait', wait],
  ['jobs', jobs],
  ['fg', fg],
  ['bg', bg],
  ['disown', disown],
  ['history', history],
  ['complete', complete],
  ['printf', printf],
  ['pushd', pushd],
  ['popd', popd],
  ['dirs', dirs],
]);
