import type { Statement } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { atFirstUse } from './at-first-use.ts';
import { pipeline } from './pipeline.ts';
import { redirected } from './redirected.ts';
import type { Shell } from './shell.ts';
import { simple } from './simple.ts';
import type { Streams } from './state.ts';
import { subshell } from './subshell.ts';

const compounds = atFirstUse(() => import('./compound.ts'));

/** Runs a command of any kind: simple, pipeline, loop, condition, function definition; its exit status. */
export function* dispatch(shell: Shell, node: Statement['command'], streams: Streams): Routine<number> {
  shell.forgiven = false;
  switch (node.type) {
    case 'AndOr': {
      let status = 0;
      let last = false;
      for (const [index, command] of node.commands.entries()) {
        const operator = node.operators[index - 1];
        if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
        last = index === node.commands.length - 1;
        status = last ? yield* shell.node(command, streams) : yield* shell.unchecked(shell.node(command, streams));
      }
      shell.forgiven = !last;
      return status;
    }
    case 'Pipeline':
      return yield* pipeline(shell, node, streams);
    case 'Command': {
      const status = yield* simple(shell, node, streams);
      shell.pipeStatus = [status];
      return status;
    }
    case 'Redirected':
      return yield* redirected(shell, node.redirects, streams, (inner) => shell.node(node.command, inner));
    case 'BraceGroup':
      return yield* shell.runScript(node.body, streams);
    case 'Subshell':
      return yield* subshell(shell, streams, (shell, inner) => shell.runScript(node.body, inner));
    case 'Function':
      shell.functions.set(node.name.value, { body: node.body, source: shell.text });
      return 0;
    case 'TestCommand':
    case 'ArithmeticCommand': {
      const status = yield* (yield* compounds()).compound(shell, node, streams);
      shell.pipeStatus = [status];
      return status;
    }
    default:
      return yield* (yield* compounds()).compound(shell, node, streams);
  }
}
