import type { AssignmentPrefix } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { expandFields, expandText, keyedElement } from './expand.ts';
import type { Shell } from './shell.ts';

/** `name=value`, `name[index]=value` or `name=( ... )`, before a command or as an argument of one that declares. */
export type Assignment = AssignmentPrefix;

/** Makes an assignment in the shell's variables. @throws ExpansionError */
export function* assignment(shell: Shell, each: Assignment): Routine {
  if (each.value.type === 'ArrayValue') {
    const list: string[] = each.append === true ? [...shell.array(each.name)] : [];
    const map = shell.maps.get(each.name);
    if (map !== undefined && each.append !== true) map.clear();
    for (const word of each.value.elements) {
      const keyed = yield* keyedElement(shell, word);
      if (map !== undefined && keyed !== undefined) map.set(...keyed);
      else if (keyed !== undefined) list[Math.min(Math.max(0, Number(keyed[0]) || 0), 1_000_000)] = keyed[1];
      else list.push(...(yield* expandFields(shell, word)));
    }
    if (map === undefined) shell.setList(each.name, list);
    return;
  }
  const value = yield* expandText(shell, each.value);
  if (each.index !== undefined) {
    shell.setItem(each.name, yield* expandText(shell, each.index), value);
    return;
  }
  shell.assign(each.name, each.append === true ? (shell.variable(each.name) ?? '') + value : value);
}
