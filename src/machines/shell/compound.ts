import type { CommandNode, CompoundList, Statement } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { arithmetic } from './arithmetic-expansion.ts';
import { expandFields, expandPattern, expandText } from './expand.ts';
import { ControlFlow } from './flow.ts';
import { pipeline } from './pipeline.ts';
import { redirected } from './redirection.ts';
import type { Shell } from './shell.ts';
import { BUILTIN_COST, simple } from './simple.ts';
import type { Streams } from './state.ts';
import { subshell } from './subshell.ts';
import { evaluateTest } from './test-command.ts';

/** Runs a command of any kind: simple, pipeline, loop, condition, function definition; its exit status. */
export function* dispatch(shell: Shell, node: Statement['command'], streams: Streams): Routine<number> {
  switch (node.type) {
    case 'AndOr': {
      let status = 0;
      for (const [index, command] of node.commands.entries()) {
        const operator = node.operators[index - 1];
        if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
        status = yield* shell.node(command, streams);
      }
      return status;
    }
    case 'Pipeline':
      return yield* pipeline(shell, node, streams);
    case 'Command':
      return yield* simple(shell, node, streams);
    case 'Redirected':
      return yield* redirected(shell, node.redirects, streams, (inner) => shell.node(node.command, inner));
    case 'BraceGroup':
      return yield* shell.runScript(node.body, streams);
    case 'Subshell':
      return yield* subshell(shell, streams, (shell, inner) => shell.runScript(node.body, inner));
    case 'If': {
      if ((yield* condition(shell, node.clause, streams)) === 0) return yield* shell.runScript(node.then, streams);
      for (const elif of node.elif)
        if ((yield* condition(shell, elif.clause, streams)) === 0) return yield* shell.runScript(elif.then, streams);
      return node.else === undefined ? 0 : yield* shell.runScript(node.else, streams);
    }
    case 'For': {
      const values: string[] = [];
      if (node.wordlist === undefined) values.push(...shell.positional);
      else for (const word of node.wordlist) values.push(...(yield* expandFields(shell, word)));
      let status = 0;
      for (const value of values) {
        shell.assign(node.name.value, value);
        yield* sleep(BUILTIN_COST);
        const result = yield* loopBody(shell, node.body, streams);
        status = shell.status;
        if (result) break;
      }
      return status;
    }
    case 'ArithmeticFor': {
      const value = (expression: typeof node.test) => arithmetic(shell, expression, '');
      if (node.initialize !== undefined) value(node.initialize);
      while (node.test === undefined || value(node.test) !== 0n) {
        yield* sleep(BUILTIN_COST);
        if (yield* loopBody(shell, node.body, streams)) break;
        if (node.update !== undefined) value(node.update);
      }
      return shell.status;
    }
    case 'While': {
      let status = 0;
      for (;;) {
        yield* sleep(BUILTIN_COST);
        const holds = (yield* condition(shell, node.clause, streams)) === 0;
        if (holds !== (node.kind === 'while')) return status;
        const result = yield* loopBody(shell, node.body, streams);
        status = shell.status;
        if (result) return status;
      }
    }
    case 'Case': {
      const text = yield* expandText(shell, node.word);
      let through = false;
      for (const item of node.items) {
        let matches = through;
        for (const pattern of item.pattern)
          if (!matches && (yield* expandPattern(shell, pattern)).test(text)) matches = true;
        if (!matches) continue;
        yield* shell.runScript(item.body, streams);
        if (item.terminator === ';&') {
          through = true;
          continue;
        }
        if (item.terminator !== ';;&') return shell.status;
        through = false;
      }
      return 0;
    }
    case 'Function':
      shell.functions.set(node.name.value, node.body as CommandNode);
      return 0;
    case 'TestCommand':
      yield* sleep(BUILTIN_COST);
      return (yield* evaluateTest(shell, node.expression)) ? 0 : 1;
    case 'ArithmeticCommand':
      yield* sleep(BUILTIN_COST);
      return arithmetic(shell, node.expression, node.body) === 0n ? 1 : 0;
    default:
      yield* streams.stderr.write(`${shell.prefix()}${node.type.toLowerCase()}: not supported\n`);
      return 2;
  }
}

function* condition(shell: Shell, list: CompoundList, streams: Streams): Routine<number> {
  const errexit = shell.options.delete('errexit');
  try {
    return yield* shell.runScript(list, streams);
  } finally {
    if (errexit) shell.options.add('errexit');
  }
}

/** True when the loop is to be left. */
function* loopBody(shell: Shell, body: CompoundList, streams: Streams): Routine<boolean> {
  try {
    yield* shell.runScript(body, streams);
    return false;
  } catch (error) {
    if (!(error instanceof ControlFlow) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
    if (error.value > 1) throw new ControlFlow(error.kind, error.value - 1);
    return error.kind === 'break';
  }
}
