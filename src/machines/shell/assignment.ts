import type { AssignmentPrefix } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { numbers } from './arithmetic-at-first-use.ts';
import { expandFields, expandText, keyedElement } from './expand.ts';
import type { Shell } from './shell.ts';

/** `name=value`, `name[index]=value` or `name=( ... )`, before a command or as an argument of one that declares. */
export type Assignment = AssignmentPrefix;

/** Makes an assignment in the shell's variables. @throws ExpansionError */
export function* assignment(shell: Shell, each: Assignment): Routine {
  const name = shell.target(each.name);
  if (each.value.type === 'ArrayValue') {
    const before = each.append === true ? (shell.arrays.get(name) ?? shell.array(name)) : [];
    const list = before.slice();
    const map = shell.maps.get(name);
    if (map !== undefined && each.append !== true) map.clear();
    for (const word of each.value.elements) {
      const keyed = yield* keyedElement(shell, word);
      if (map !== undefined && keyed !== undefined) map.set(...keyed);
      else if (keyed !== undefined) list[Math.min(Math.max(0, yield* position(shell, keyed[0])), 1_000_000)] = keyed[1];
      else list.push(...(yield* expandFields(shell, word)));
    }
    if (map === undefined) shell.setList(name, list);
    return;
  }
  const value = yield* expandText(shell, each.value);
  if (each.index !== undefined) {
    const raw = yield* expandText(shell, each.index);
    const index = shell.maps.has(name) ? raw : String(yield* position(shell, raw));
    shell.setItem(name, index, each.append === true ? (shell.parameter(name, index) ?? '') + value : value);
  } else if (each.append !== true) shell.assign(name, value);
  else if (shell.attributes.get(name)?.includes('i') === true)
    shell.assign(name, `${shell.variable(name) || '0'}+(${value})`);
  else shell.assign(name, (shell.variable(name) ?? '') + value);
}

/** The index of a list: any arithmetic expression. @throws ExpansionError */
export function* position(shell: Shell, text: string): Routine<number> {
  if (/^\d+$/.test(text)) return Number(text);
  const { arithmetic, parseArithmetic } = yield* numbers();
  return Number(arithmetic(shell, parseArithmetic(text), text));
}
