import { parse } from 'unbash';
import { arithmetic } from '../arithmetic-expansion.ts';
import { ControlFlow } from '../flow.ts';
import { type Builtin, complain } from './builtin.ts';

/** eval */
export const evaluate: Builtin = function* (shell, argv, streams) {
  return yield* shell.run(argv.slice(1).join(' '), streams);
};

/** source, also called `.`. */
export const source: Builtin = function* (shell, argv, streams) {
  const [, name, ...args] = argv;
  if (name === undefined) return yield* complain(shell, streams, argv, 'filename argument required', 2);
  const path = shell.context.fs.resolve(shell.context.cwd, name);
  if (!shell.context.fs.exists(path)) {
    yield* streams.stderr.write(`${shell.prefix()}${name}: No such file or directory\n`);
    return 1;
  }
  const { positional } = shell;
  if (args.length > 0) shell.positional = args;
  try {
    return yield* shell.run(shell.context.fs.read(path), streams);
  } catch (error) {
    if (error instanceof ControlFlow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    shell.positional = positional;
  }
};

/** exec */
export const exec: Builtin = function* (shell, argv, streams) {
  if (argv.length === 1) return 0;
  const status = yield* shell.run(
    argv
      .slice(1)
      .map((each) => `'${each.replaceAll("'", "'\\''")}'`)
      .join(' '),
    streams,
  );
  throw new ControlFlow('exit', status);
};

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
