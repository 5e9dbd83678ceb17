import { outside } from '../../../sim/routine.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';
import { type Builtin, complain } from './builtin.ts';
import { BUILTINS } from './registry.ts';

const KEYWORDS = new Set(
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc'.split(' '),
);

type Kind = 'alias' | 'keyword' | 'function' | 'builtin' | 'file';

/** All that a name means, what the shell takes first in front. */
function meanings(shell: Shell, name: string): [Kind, string][] {
  const out: [Kind, string][] = [];
  const alias = shell.aliases.get(name);
  if (alias !== undefined && shell.expandsAliases) out.push(['alias', alias]);
  if (KEYWORDS.has(name)) out.push(['keyword', name]);
  if (shell.functions.has(name)) out.push(['function', name]);
  if (BUILTINS.has(name)) out.push(['builtin', name]);
  const entry = shell.computer.program(name);
  if (entry !== undefined) out.push(['file', name.includes('/') ? name : `${entry.directory}/${entry.name}`]);
  else {
    const { fs, cwd } = shell.context;
    const path = fs.resolve(cwd, name);
    if (name.includes('/') && fs.exists(path) && (fs.stat(path).mode & 0o111) !== 0) out.push(['file', name]);
  }
  return out;
}

/** What `type name` and `command -V name` say of one meaning. */
function* describe(shell: Shell, streams: Streams, name: string, [kind, value]: [Kind, string]) {
  const known = shell.functions.get(name);
  const words =
    kind === 'alias'
      ? `aliased to \`${value}'`
      : kind === 'keyword'
        ? 'a shell keyword'
        : kind === 'function'
          ? 'a function'
          : kind === 'builtin'
            ? 'a shell builtin'
            : value;
  yield* streams.stdout.write(`${name} is ${words}\n`);
  if (kind !== 'function' || known === undefined) return;
  const { functionText } = yield* outside(() => import('../function-text.ts'));
  yield* streams.stdout.write(functionText(name, known));
}

/** type: what a name means. */
export const type: Builtin = function* (shell, argv, streams) {
  const flags = argv
    .slice(1)
    .filter((each) => /^-[afptP]+$/.test(each))
    .join('');
  let status = 0;
  for (const name of argv.slice(1).filter((each) => !/^-[afptP]+$/.test(each))) {
    let found = meanings(shell, name);
    if (flags.includes('P')) found = found.filter(([kind]) => kind === 'file');
    if (!flags.includes('a')) found = found.slice(0, 1);
    if (found.length === 0) {
      status = /[tpP]/.test(flags) ? 1 : yield* complain(shell, streams, argv, `${name}: not found`);
      continue;
    }
    for (const meaning of found) {
      const [kind, value] = meaning;
      if (flags.includes('t')) yield* streams.stdout.write(`${kind}\n`);
      else if (/[pP]/.test(flags)) {
        if (kind === 'file') yield* streams.stdout.write(`${value}\n`);
      } else yield* describe(shell, streams, name, meaning);
    }
  }
  return status;
};

/** command: a command that is no function; with -v and -V, what a name means. */
export const command: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  const flag = /^-[pvV]$/.test(args[0] ?? '') ? args.shift() : undefined;
  if (args[0] === '--') args.shift();
  if (flag !== '-v' && flag !== '-V') return yield* withoutFunction(shell, args, streams);
  let status = 0;
  for (const name of args) {
    const [meaning] = meanings(shell, name);
    if (meaning === undefined) {
      status = flag === '-V' ? yield* complain(shell, streams, argv, `${name}: not found`) : 1;
      continue;
    }
    const [kind, value] = meaning;
    if (flag === '-V') yield* describe(shell, streams, name, meaning);
    else
      yield* streams.stdout.write(
        kind === 'alias' ? `alias ${name}='${value}'\n` : `${kind === 'file' ? value : name}\n`,
      );
  }
  return status;
};

/** builtin: a builtin, whatever function has its name. */
export const builtin: Builtin = function* (shell, argv, streams) {
  const [, name = ''] = argv;
  const known = BUILTINS.get(name);
  if (known === undefined)
    return name === '' ? 0 : yield* complain(shell, streams, argv, `${name}: not a shell builtin`);
  return yield* known(shell, argv.slice(1), streams);
};

/** enable: the names of the builtins. None can be switched off. */
export const enable: Builtin = function* (shell, argv, streams) {
  const names = argv.slice(1).filter((each) => !each.startsWith('-'));
  if (names.length === 0)
    for (const name of [...BUILTINS.keys()].sort()) yield* streams.stdout.write(`enable ${name}\n`);
  let status = 0;
  for (const name of names)
    if (!BUILTINS.has(name)) status = yield* complain(shell, streams, argv, `${name}: not a shell builtin`);
  return status;
};

function* withoutFunction(shell: Shell, args: readonly string[], streams: Streams) {
  const [name = ''] = args;
  const own = shell.functions.get(name);
  const line = args.map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' ');
  if (own === undefined) return yield* shell.run(line, streams);
  shell.functions.delete(name);
  try {
    return yield* shell.run(line, streams);
  } finally {
    if (!shell.functions.has(name)) shell.functions.set(name, own);
  }
}

/** alias */
export const alias: Builtin = function* (shell, argv, streams) {
  const names = argv.slice(1).filter((each) => each !== '-p');
  const shown = (name: string, text: string) => `alias ${name}='${text.replaceAll("'", "'\\''")}'\n`;
  if (names.length === 0)
    for (const [name, text] of [...shell.aliases].sort()) yield* streams.stdout.write(shown(name, text));
  let status = 0;
  for (const each of names) {
    const at = each.indexOf('=');
    const known = shell.aliases.get(each);
    if (at > 0) shell.aliases.set(each.slice(0, at), each.slice(at + 1));
    else if (known !== undefined) yield* streams.stdout.write(shown(each, known));
    else status = yield* complain(shell, streams, argv, `${each}: not found`);
  }
  return status;
};

/** unalias */
export const unalias: Builtin = function* (shell, argv, streams) {
  if (argv.length === 1) {
    yield* streams.stderr.write('unalias: usage: unalias [-a] name [name ...]\n');
    return 2;
  }
  let status = 0;
  for (const name of argv.slice(1)) {
    if (name === '-a') shell.aliases.clear();
    else if (!shell.aliases.delete(name)) status = yield* complain(shell, streams, argv, `${name}: not found`);
  }
  return status;
};

/** hash: where programs were found; here every name is looked up each time. */
export const hash: Builtin = function* (shell, argv, streams) {
  if (argv.length === 1) yield* streams.stdout.write(shell.flavour === 'bash' ? 'hash: hash table empty\n' : '');
  let status = 0;
  for (const name of argv.slice(1).filter((each) => !each.startsWith('-')))
    if (shell.computer.program(name) === undefined && !BUILTINS.has(name))
      status = yield* complain(shell, streams, argv, `${name}: not found`);
  return status;
};
