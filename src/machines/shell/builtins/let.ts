import { parse } from 'unbash';
import { arithmetic } from '../arithmetic-expansion.ts';
import { type Builtin, complain } from './builtin.ts';

/** let */
export const letCommand: Builtin = function* (shell, argv, streams) {
  let value = 0n;
  for (const text of argv.slice(1)) {
    const [statement] = parse(`((${text}))`).commands;
    const node = statement?.command;
    if (node?.type !== 'ArithmeticCommand')
      return yield* complain(shell, streams, argv, `${text}: syntax error in expression`);
    value = arithmetic(shell, node.expression, text);
  }
  return value === 0n ? 1 : 0;
};
