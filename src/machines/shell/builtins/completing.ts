import { type Builtin, complain } from './builtin.ts';

/** complete: how the arguments of a command are completed. A function of another command means to complete like that one. */
export const complete: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  const names: string[] = [];
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (/^-[AoFWGCXPS]$/.test(arg)) given.set(arg.charAt(1), args[++at] ?? '');
    else if (arg.startsWith('-')) given.set(arg.charAt(1), '');
    else names.push(arg);
  }
  if (given.has('r')) {
    if (names.length === 0) shell.completions.clear();
    for (const name of names) shell.completions.delete(name);
    return 0;
  }
  if (given.has('p') || args.length === 0) {
    let status = 0;
    for (const name of names.length > 0 ? names : shell.completions.keys()) {
      const known = shell.completions.get(name);
      if (known === undefined) status = yield* complain(shell, streams, argv, `${name}: no completion specification`);
      else yield* streams.stdout.write(`${known.text} ${name}\n`);
    }
    return status;
  }
  const options = args.slice(0, args.length - names.length).join(' ');
  const like = /^__start_(\w+)$/.exec(given.get('F') ?? '')?.[1];
  for (const name of names)
    shell.completions.set(name, {
      text: `complete ${options}`,
      ...(given.has('W') ? { words: (given.get('W') ?? '').split(/\s+/) } : {}),
      ...(like === undefined ? {} : { like }),
    });
  return 0;
};
