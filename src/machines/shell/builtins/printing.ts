import { formatPrintf } from '../printf.ts';
import { type Builtin, complain } from './builtin.ts';

/** printf */
export const printf: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args[0] === '--') args.shift();
  if (args.length === 0) {
    yield* streams.stderr.write(`${shell.prefix()}printf: usage: printf [-v var] format [arguments]\n`);
    return 2;
  }
  const into = args[0] === '-v' ? args.splice(0, 2)[1] : undefined;
  if (args[0] === '--') args.shift();
  const { text, errors } = formatPrintf(args[0] ?? '', args.slice(1));
  for (const error of errors) yield* complain(shell, streams, argv, error);
  if (into === undefined) yield* streams.stdout.write(text);
  else {
    const [, name = into, index] = /^(\w+)\[(.*)\]$/.exec(into) ?? [];
    if (!/^[A-Za-z_]\w*$/.test(name))
      return yield* complain(shell, streams, argv, `\`${into}': not a valid identifier`, 2);
    if (index === undefined) shell.assign(name, text);
    else shell.setItem(name, index, text);
  }
  return errors.length === 0 ? 0 : 1;
};
