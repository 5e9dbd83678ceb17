import type { Routine } from '../../../sim/routine.ts';
import { ExpansionError } from '../expansion-error.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';
import { type Builtin, complain } from './builtin.ts';

const NAME = /^[A-Za-z_]\w*$/;

function* declare(
  shell: Shell,
  argv: readonly string[],
  streams: Streams,
  each: (name: string) => void,
): Routine<number> {
  let status = 0;
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue;
    if (argv.some((each) => /^-\w*A/.test(each)) && NAME.test(argument)) {
      shell.variables.delete(argument);
      shell.maps.set(argument, shell.maps.get(argument) ?? new Map());
      continue;
    }
    const at = argument.indexOf('=');
    const append = at > 0 && argument.charAt(at - 1) === '+';
    const name = at < 0 ? argument : argument.slice(0, append ? at - 1 : at);
    if (!NAME.test(name)) {
      status = yield* complain(shell, streams, argv, `\`${argument}': not a valid identifier`);
      continue;
    }
    if (argv[0] !== 'readonly') each(name);
    if (at >= 0) shell.assign(name, (append ? (shell.variable(name) ?? '') : '') + argument.slice(at + 1));
    if (argv[0] === 'readonly') each(name);
  }
  return status;
}

/** export: variables that programs get. */
export const exportNames: Builtin = function* (shell, argv, streams) {
  if (argv.length === 1 || argv[1] === '-p') {
    for (const name of [...shell.exported].sort())
      yield* streams.stdout.write(`declare -x ${name}="${shell.variable(name) ?? ''}"\n`);
    return 0;
  }
  return yield* declare(shell, argv, streams, (name) => shell.exported.add(name));
};

/** readonly */
export const readonlyNames: Builtin = function* (shell, argv, streams) {
  return yield* declare(shell, argv, streams, (name) => shell.readonlys.add(name));
};

/** declare, also called typeset. */
export const declareNames: Builtin = function* (shell, argv, streams) {
  return yield* declare(shell, argv, streams, (name) => shell.declareLocal(name));
};

/** local: variables that end with the running function. */
export const local: Builtin = function* (shell, argv, streams) {
  if (shell.locals.length === 0) return yield* complain(shell, streams, argv, 'can only be used in a function');
  return yield* declare(shell, argv, streams, (name) => {
    shell.declareLocal(name);
    shell.variables.delete(name);
  });
};

/** unset: variables, items, functions. */
export const unset: Builtin = function* (shell, argv) {
  const only = argv[1] === '-f' || argv[1] === '-v' ? argv[1] : undefined;
  for (const name of argv.slice(1)) {
    if (name === '-f' || name === '-v') continue;
    if (shell.readonlys.has(name)) throw new ExpansionError(`unset: ${name}: cannot unset: readonly variable`);
    const known = shell.parameter(name) !== undefined || /\[/.test(name);
    if (only !== '-f') shell.unset(name);
    if (only === '-f' || (only === undefined && !known)) shell.functions.delete(name);
  }
  return 0;
};
