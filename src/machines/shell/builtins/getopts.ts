import type { Builtin } from './builtin.ts';

/** getopts: the next option of the positional parameters, or of what stands behind the variable's name. */
export const getopts: Builtin = function* (shell, argv, streams) {
  const [, spec = '', name = '', ...given] = argv;
  if (name === '') {
    yield* streams.stderr.write(`getopts: usage: getopts optstring name [arg ...]\n`);
    return 2;
  }
  const args = given.length > 0 ? given : shell.positional;
  const index = Number(shell.variable('OPTIND') ?? 1) || 1;
  const inside = Number(shell.variable('_OPTPOS') ?? 1) || 1;
  const arg = args[index - 1];
  const over = () => {
    shell.assign(name, '?');
    shell.unset('OPTARG');
    return 1;
  };
  if (arg === undefined || !arg.startsWith('-') || arg === '-') return over();
  if (arg === '--') {
    shell.assign('OPTIND', String(index + 1));
    return over();
  }
  const letter = arg.charAt(inside);
  const at = letter === ':' ? -1 : spec.indexOf(letter);
  const last = inside + 1 >= arg.length;
  const advance = (by: number) => {
    shell.assign('OPTIND', String(index + by));
    shell.assign('_OPTPOS', '1');
  };
  const quiet = spec.startsWith(':');
  if (at < 0) {
    if (last) advance(1);
    else shell.assign('_OPTPOS', String(inside + 1));
    shell.assign(name, '?');
    if (quiet) shell.assign('OPTARG', letter);
    else {
      shell.unset('OPTARG');
      yield* streams.stderr.write(`${shell.name}: illegal option -- ${letter}\n`);
    }
    return 0;
  }
  shell.assign(name, letter);
  if (spec.charAt(at + 1) !== ':') {
    shell.unset('OPTARG');
    if (last) advance(1);
    else shell.assign('_OPTPOS', String(inside + 1));
    return 0;
  }
  const value = last ? args[index] : arg.slice(inside + 1);
  advance(last ? 2 : 1);
  if (value === undefined) {
    shell.assign(name, quiet ? ':' : '?');
    if (quiet) shell.assign('OPTARG', letter);
    else yield* streams.stderr.write(`${shell.name}: option requires an argument -- ${letter}\n`);
    return 0;
  }
  shell.assign('OPTARG', value);
  return 0;
};
