import type { CompoundList, Select, Statement } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { numbers } from './arithmetic-at-first-use.ts';
import { expandFields, expandPattern, expandText } from './expand.ts';
import { ControlFlow } from './flow.ts';
import type { Shell } from './shell.ts';
import { BUILTIN_COST } from './simple.ts';
import type { Streams } from './state.ts';
import { evaluateTest } from './test-command.ts';

/** Runs a loop, a condition, `case`, `select`, `[[ ]]` or `(( ))`; its exit status. */
export function* compound(shell: Shell, node: Statement['command'], streams: Streams): Routine<number> {
  switch (node.type) {
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
        if (shell.options.has('xtrace'))
          yield* streams.stderr.write(
            `+ for ${node.name.value} in ${(node.wordlist ?? []).map((word) => word.text).join(' ')}\n`,
          );
        yield* sleep(BUILTIN_COST);
        const result = yield* loopBody(shell, node.body, streams);
        status = shell.status;
        if (result) break;
      }
      return status;
    }
    case 'ArithmeticFor': {
      const { arithmetic } = yield* numbers();
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
    case 'Select':
      return yield* select(shell, node, streams);
    case 'TestCommand':
      yield* sleep(BUILTIN_COST);
      return (yield* evaluateTest(shell, node.expression)) ? 0 : 1;
    case 'ArithmeticCommand':
      yield* sleep(BUILTIN_COST);
      return (yield* numbers()).arithmetic(shell, node.expression, node.body) === 0n ? 1 : 0;
    default:
      yield* streams.stderr.write(`${shell.prefix()}${node.type.toLowerCase()}: not supported in Hopscope\n`);
      return 2;
  }
}

function condition(shell: Shell, list: CompoundList, streams: Streams): Routine<number> {
  return shell.unchecked(shell.runScript(list, streams));
}

/** `select name in words`: a menu, and a choice read from standard input, until the loop is left. */
function* select(shell: Shell, node: Select, streams: Streams): Routine<number> {
  const words: string[] = [];
  if (node.wordlist === undefined) words.push(...shell.positional);
  else for (const word of node.wordlist) words.push(...(yield* expandFields(shell, word)));
  if (words.length === 0) return 0;
  const menu = words.map((word, index) => `${index + 1}) ${word}\n`).join('');
  let shown = false;
  for (;;) {
    yield* streams.stderr.write(`${shown ? '' : menu}${shell.variable('PS3') ?? '#? '}`);
    shown = true;
    const line = yield* streams.stdin.readLine();
    if (line === null) {
      yield* streams.stdout.write('\n');
      return 1;
    }
    shell.assign('REPLY', line);
    if (line.trim() === '') {
      shown = false;
      continue;
    }
    shell.assign(node.name.value, words[Number(line) - 1] ?? '');
    if (yield* loopBody(shell, node.body, streams)) return shell.status;
  }
}

/** True when the loop is to be left. */
function* loopBody(shell: Shell, body: CompoundList, streams: Streams): Routine<boolean> {
  shell.loops++;
  try {
    yield* shell.runScript(body, streams);
    return false;
  } catch (error) {
    if (!(error instanceof ControlFlow) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
    if (error.value > 1) throw new ControlFlow(error.kind, error.value - 1);
    return error.kind === 'break';
  } finally {
    shell.loops--;
  }
}
