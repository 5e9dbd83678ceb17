import { ControlFlow } from '../flow.ts';
import { type Builtin, complain } from './builtin.ts';

/** eval */
export const evaluate: Builtin = function* (shell, argv, streams) {
  const text = argv.slice(1).join(' ');
  return text.trim() === '' ? 0 : yield* shell.run(text, streams, 'eval');
};

/** source, also called `.`. */
export const source: Builtin = function* (shell, argv, streams) {
  const [, name, ...args] = argv;
  if (name === undefined) {
    yield* complain(shell, streams, argv, 'filename argument required');
    yield* streams.stderr.write(`${argv[0]}: usage: ${argv[0]} filename [arguments]\n`);
    return 2;
  }
  const path = shell.context.fs.resolve(shell.context.cwd, name);
  if (!shell.context.fs.exists(path)) {
    yield* streams.stderr.write(`${shell.prefix()}${name}: No such file or directory\n`);
    return 1;
  }
  const { positional } = shell;
  if (args.length > 0) shell.positional = args;
  shell.sources++;
  try {
    return yield* shell.run(shell.context.fs.read(path), streams);
  } catch (error) {
    if (error instanceof ControlFlow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    shell.sources--;
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
