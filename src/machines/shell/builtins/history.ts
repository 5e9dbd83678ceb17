import type { Builtin } from './builtin.ts';

/** history */
export const history: Builtin = function* (shell, argv, streams) {
  if (argv[1] === '-c') shell.history.length = 0;
  const count = Number(argv[1] ?? shell.history.length) || shell.history.length;
  for (const [index, line] of shell.history.entries())
    if (index >= shell.history.length - count)
      yield* streams.stdout.write(`${String(index + 1).padStart(5)}  ${line}\n`);
  return 0;
};
