import { type Builtin, complain } from './builtin.ts';
import { cd } from './folders.ts';

/** pushd */
export const pushd: Builtin = function* (shell, argv, streams) {
  const from = shell.context.cwd;
  const status = yield* cd(shell, ['pushd', argv[1] ?? shell.folders.pop() ?? from], streams);
  if (status !== 0) return status;
  shell.folders.push(from);
  yield* streams.stdout.write(`${[shell.context.cwd, ...[...shell.folders].reverse()].join(' ')}\n`);
  return 0;
};

/** popd */
export const popd: Builtin = function* (shell, argv, streams) {
  const folder = shell.folders.pop();
  if (folder === undefined) return yield* complain(shell, streams, argv, 'directory stack empty');
  return yield* cd(shell, ['popd', folder], streams);
};

/** dirs */
export const dirs: Builtin = function* (shell, _argv, streams) {
  yield* streams.stdout.write(`${[shell.context.cwd, ...[...shell.folders].reverse()].join(' ')}\n`);
  return 0;
};
