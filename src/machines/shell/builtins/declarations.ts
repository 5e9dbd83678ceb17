import { outside, type Routine } from '../../../sim/routine.ts';
import { arithmetic, parseArithmetic } from '../arithmetic-expansion.ts';
import { ExpansionError } from '../expansion-error.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';
import { declaration } from '../transformation.ts';
import { type Builtin, complain } from './builtin.ts';

const NAME = /^[A-Za-z_]\w*$/;

/** Letters before the names, and the names. */
function parts(argv: readonly string[]): { on: string; off: string; names: string[] } {
  let on = '';
  let off = '';
  let at = 1;
  for (; at < argv.length && /^[-+]\w+$/.test(argv[at] ?? ''); at++) {
    const given = argv[at] ?? '';
    if (given.startsWith('-')) on += given.slice(1);
    else off += given.slice(1);
  }
  if (argv[at] === '--') at++;
  return { on, off, names: argv.slice(at) };
}

function* declare(
  shell: Shell,
  argv: readonly string[],
  streams: Streams,
  { on, off, names }: { on: string; off: string; names: readonly string[] },
  local: boolean,
): Routine<number> {
  let status = 0;
  for (const argument of names) {
    const at = argument.indexOf('=');
    const append = at > 0 && argument.charAt(at - 1) === '+';
    const whole = at < 0 ? argument : argument.slice(0, append ? at - 1 : at);
    const [, name = whole, index] = /^(\w+)\[(.*)\]$/.exec(whole) ?? [];
    if (!NAME.test(name)) {
      status = yield* complain(shell, streams, argv, `\`${argument}': not a valid identifier`);
      continue;
    }
    if (local) shell.declareLocal(name);
    if (on.includes('A') && !shell.maps.has(name)) {
      shell.unset(name);
      shell.maps.set(name, new Map());
    } else if (on.includes('a') && !shell.arrays.has(name)) {
      const value = shell.variables.get(name);
      shell.unset(name);
      shell.arrays.set(name, value === undefined ? [] : [value]);
    }
    if (on.includes('i')) shell.number = (text) => String(arithmetic(shell, parseArithmetic(text), text));
    const letters = new Set(shell.attributes.get(name) ?? '');
    for (const letter of 'ilun') {
      if (on.includes(letter)) letters.add(letter);
      if (off.includes(letter)) letters.delete(letter);
    }
    if (letters.has('n') && at >= 0) shell.variables.set(name, argument.slice(at + 1));
    if (letters.size > 0) shell.attributes.set(name, [...letters].join(''));
    else shell.attributes.delete(name);
    if (at >= 0 && !letters.has('n')) {
      const value = argument.slice(at + 1);
      if (index !== undefined) shell.setItem(name, index, value);
      else if (append && letters.has('i')) shell.assign(name, `${shell.variable(name) ?? 0}+${value}`);
      else shell.assign(name, (append ? (shell.variable(name) ?? '') : '') + value);
    }
    if (on.includes('x')) shell.exported.add(name);
    if (off.includes('x')) shell.exported.delete(name);
    if (on.includes('r')) shell.readonlys.add(name);
  }
  return status;
}

function* list(shell: Shell, streams: Streams, names: Iterable<string>): Routine<number> {
  for (const name of [...names].sort()) {
    const text = declaration(shell, name);
    if (text !== undefined) yield* streams.stdout.write(text);
  }
  return 0;
}

/** export: variables that programs get. */
export const exportNames: Builtin = function* (shell, argv, streams) {
  const given = parts(argv);
  if (given.names.length === 0) return yield* list(shell, streams, shell.exported);
  if (given.on.includes('f')) return 0;
  if (!given.on.includes('n')) return yield* declare(shell, argv, streams, { ...given, on: 'x' }, false);
  return yield* declare(shell, argv, streams, { ...given, on: '', off: 'x' }, false);
};

/** readonly */
export const readonlyNames: Builtin = function* (shell, argv, streams) {
  const given = parts(argv);
  if (given.names.length === 0) return yield* list(shell, streams, shell.readonlys);
  return yield* declare(shell, argv, streams, { ...given, on: `${given.on}r` }, false);
};

/** declare, also called typeset. */
export const declareNames: Builtin = function* (shell, argv, streams) {
  const given = parts(argv);
  if (/[fF]/.test(given.on)) return yield* functions(shell, streams, given);
  if (given.on.includes('p') && given.names.length > 0) {
    let status = 0;
    for (const name of given.names) {
      const text = declaration(shell, name);
      if (text === undefined) status = yield* complain(shell, streams, argv, `${name}: not found`);
      else yield* streams.stdout.write(text);
    }
    return status;
  }
  if (given.names.length === 0)
    return yield* list(shell, streams, [...shell.variables.keys(), ...shell.arrays.keys(), ...shell.maps.keys()]);
  return yield* declare(shell, argv, streams, given, shell.locals.length > 0 && !given.on.includes('g'));
};

function* functions(
  shell: Shell,
  streams: Streams,
  { on, names }: { on: string; names: readonly string[] },
): Routine<number> {
  const { functionText } = yield* outside(() => import('../function-text.ts'));
  let status = 0;
  for (const name of names.length > 0 ? names : [...shell.functions.keys()].sort()) {
    const known = shell.functions.get(name);
    if (known === undefined) status = 1;
    else if (on.includes('F')) yield* streams.stdout.write(names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* streams.stdout.write(functionText(name, known));
  }
  return status;
}

/** local: variables that end with the running function. */
export const local: Builtin = function* (shell, argv, streams) {
  if (shell.locals.length === 0) return yield* complain(shell, streams, argv, 'can only be used in a function');
  return yield* declare(shell, argv, streams, parts(argv), true);
};

/** unset: variables, items, functions. */
export const unset: Builtin = function* (shell, argv) {
  const only = /^-[fvn]$/.test(argv[1] ?? '') ? argv[1] : undefined;
  for (const given of argv.slice(only === undefined ? 1 : 2)) {
    const name = only === '-n' ? given : shell.target(given);
    if (shell.readonlys.has(name)) throw new ExpansionError(`unset: ${name}: cannot unset: readonly variable`);
    const known =
      shell.parameter(name) !== undefined || shell.arrays.has(name) || shell.maps.has(name) || /\[/.test(name);
    if (only !== '-f') shell.unset(name);
    if (only === '-f' || (only === undefined && !known)) shell.functions.delete(name);
  }
  return 0;
};
