import { formatPrintf, unescapeText } from '../printf.ts';
import { type Builtin, complain } from './builtin.ts';

/** echo */
export const echo: Builtin = function* (_shell, argv, streams) {
  const args = argv.slice(1);
  let newline = true;
  let escapes = false;
  while (/^-[neE]+$/.test(args[0] ?? '')) {
    const flags = args.shift() ?? '';
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) escapes = true;
    if (flags.includes('E')) escapes = false;
  }
  const text = args.join(' ');
  const { text: shown, stop } = escapes ? unescapeText(text) : { text, stop: false };
  yield* streams.stdout.write(stop ? shown : `${shown}${newline ? '\n' : ''}`);
  return 0;
};

/** printf */
export const printf: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args[0] === '--') args.shift();
  if (args.length === 0) {
    yield* streams.stderr.write(`${shell.prefix()}printf: usage: printf [-v var] format [arguments]\n`);
    return 2;
  }
  if (args[0] === '-v') {
    shell.assign(args[1] ?? '', formatPrintf(args[2] ?? '', args.slice(3)).text);
    return 0;
  }
  const { text, errors } = formatPrintf(args[0] ?? '', args.slice(1));
  yield* streams.stdout.write(text);
  for (const error of errors) yield* complain(shell, streams, argv, error);
  return errors.length === 0 ? 0 : 1;
};
