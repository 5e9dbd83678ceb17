import { type Builtin, complain } from './builtin.ts';
import { BUILTINS } from './registry.ts';

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'in',
  'select',
]);

/** type */
export const type: Builtin = function* (shell, argv, streams) {
  let status = 0;
  const short = argv[1] === '-t';
  for (const name of argv.slice(short || argv[1] === '-a' || argv[1] === '-p' ? 2 : 1)) {
    const entry = shell.computer.program(name);
    if (short) {
      const kind = shell.aliases.has(name)
        ? 'alias'
        : KEYWORDS.has(name)
          ? 'keyword'
          : shell.functions.has(name)
            ? 'function'
            : BUILTINS.has(name)
              ? 'builtin'
              : entry === undefined
                ? undefined
                : 'file';
      if (kind === undefined) status = 1;
      else yield* streams.stdout.write(`${kind}\n`);
      continue;
    }
    if (KEYWORDS.has(name)) {
      yield* streams.stdout.write(`${name} is a shell keyword\n`);
      continue;
    }
    if (shell.aliases.has(name)) yield* streams.stdout.write(`${name} is aliased to \`${shell.aliases.get(name)}'\n`);
    else if (shell.functions.has(name)) yield* streams.stdout.write(`${name} is a function\n`);
    else if (BUILTINS.has(name)) yield* streams.stdout.write(`${name} is a shell builtin\n`);
    else if (entry !== undefined) yield* streams.stdout.write(`${name} is ${entry.directory}/${entry.name}\n`);
    else status = yield* complain(shell, streams, argv, `${name}: not found`);
  }
  return status;
};

/** command, also called builtin. */
export const command: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args[0] === '-v' || args[0] === '-V') {
    const name = args[1] ?? '';
    const entry = shell.computer.program(name);
    if (BUILTINS.has(name) || shell.functions.has(name)) yield* streams.stdout.write(`${name}\n`);
    else if (entry !== undefined) yield* streams.stdout.write(`${entry.directory}/${entry.name}\n`);
    else return 1;
    return 0;
  }
  return yield* shell.run(args.map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' '), streams);
};

/** alias */
export const alias: Builtin = function* (shell, argv, streams) {
  if (argv.length === 1)
    for (const [name, text] of [...shell.aliases].sort()) yield* streams.stdout.write(`alias ${name}='${text}'\n`);
  let status = 0;
  for (const each of argv.slice(1)) {
    const at = each.indexOf('=');
    if (at > 0) shell.aliases.set(each.slice(0, at), each.slice(at + 1));
    else if (shell.aliases.has(each)) yield* streams.stdout.write(`alias ${each}='${shell.aliases.get(each)}'\n`);
    else status = yield* complain(shell, streams, argv, `${each}: not found`);
  }
  return status;
};

/** unalias */
export const unalias: Builtin = function* (shell, argv) {
  for (const name of argv.slice(1)) {
    if (name === '-a') shell.aliases.clear();
    else shell.aliases.delete(name);
  }
  return 0;
};
