import type { Builtin } from './builtin.ts';

const OPTION_LETTERS: Readonly<Record<string, string>> = {
  e: 'errexit',
  x: 'xtrace',
  u: 'nounset',
  f: 'noglob',
  n: 'noexec',
  a: 'allexport',
  v: 'verbose',
  h: 'hashall',
  m: 'monitor',
};

/** set: options and positional parameters. */
export const set: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args.length === 0) {
    for (const [name, value] of [...shell.variables].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield* streams.stdout.write(`${name}=${value}\n`);
    return 0;
  }
  while (args.length > 0) {
    const flag = args.shift() ?? '';
    if (flag === '--') {
      shell.positional = args.splice(0);
      break;
    }
    if (!/^[-+]./.test(flag)) {
      shell.positional = [flag, ...args.splice(0)];
      break;
    }
    const on = flag.startsWith('-');
    const names =
      flag.slice(1) === 'o' ? [args.shift() ?? ''] : [...flag.slice(1)].map((letter) => OPTION_LETTERS[letter]);
    for (const name of names) {
      if (name === undefined) {
        yield* streams.stderr.write(
          `${shell.prefix()}set: ${flag}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n`,
        );
        return 2;
      }
      if (on) shell.options.add(name);
      else shell.options.delete(name);
    }
  }
  return 0;
};
