import { FileError } from '../../filesystem.ts';
import { type Builtin, complain } from './builtin.ts';

/** cd */
export const cd: Builtin = function* (shell, argv, streams) {
  const { context } = shell;
  const [target = shell.variable('HOME') ?? '/', extra] = argv
    .slice(1)
    .filter((each) => each !== '--' && !/^-[LP]$/.test(each));
  if (extra !== undefined) return yield* complain(shell, streams, argv, 'too many arguments');
  const wanted = target === '-' ? (shell.variable('OLDPWD') ?? '') : target;
  if (target === '-' && wanted === '') return yield* complain(shell, streams, argv, 'OLDPWD not set');
  const path = context.fs.resolve(context.cwd, wanted);
  try {
    if (context.fs.stat(path).type !== 'directory') throw new FileError('ENOTDIR', path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return yield* complain(shell, streams, argv, `${wanted}: ${error.message}`);
  }
  shell.variables.set('OLDPWD', context.cwd);
  context.cwd = path;
  shell.variables.set('PWD', path);
  if (target === '-') yield* streams.stdout.write(`${path}\n`);
  return 0;
};

/** pwd */
export const pwd: Builtin = function* (shell, _argv, streams) {
  yield* streams.stdout.write(`${shell.context.cwd}\n`);
  return 0;
};
