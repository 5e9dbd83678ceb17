import { quotedIfNeeded } from '../quoting.ts';
import type { Shell } from '../shell.ts';
import type { Streams } from '../state.ts';
import { type Builtin, complain } from './builtin.ts';

const LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  B: 'braceexpand',
  C: 'noclobber',
  E: 'errtrace',
  T: 'functrace',
  b: 'notify',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  H: 'histexpand',
  k: 'keyword',
  m: 'monitor',
  n: 'noexec',
  P: 'physical',
  p: 'privileged',
  t: 'onecmd',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
};

/** Options of `set -o`; a star marks those that are on at first. */
const SET = (
  'allexport braceexpand* emacs errexit errtrace functrace hashall* histexpand history ignoreeof interactive-comments* ' +
  'keyword monitor noclobber noexec noglob nolog notify nounset onecmd physical pipefail posix privileged verbose vi xtrace'
).split(' ');

/** Options of `shopt`. */
const SHOPT = (
  'autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize* cmdhist* compat31 compat32 compat40 ' +
  'compat41 compat42 compat43 compat44 complete_fullquote* direxpand dirspell dotglob execfail expand_aliases extdebug ' +
  'extglob extquote* failglob force_fignore* globasciiranges* globskipdots* globstar gnu_errfmt histappend histreedit ' +
  'histverify hostcomplete* huponexit inherit_errexit interactive_comments* lastpipe lithist localvar_inherit ' +
  'localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob ' +
  'patsub_replacement* progcomp* progcomp_alias promptvars* restricted_shell shift_verbose sourcepath* varredir_close ' +
  'xpg_echo'
).split(' ');

/** On in a shell that a person types at. */
const AT_A_PROMPT = new Set(['emacs', 'histexpand', 'history', 'monitor', 'expand_aliases']);

const known = (list: readonly string[], name: string) => list.includes(name) || list.includes(`${name}*`);

function isOn(shell: Shell, list: readonly string[], name: string): boolean {
  if (shell.options.has(name)) return true;
  if (shell.options.has(`no ${name}`)) return false;
  return list.includes(`${name}*`) || (shell.interactive && AT_A_PROMPT.has(name));
}

function turn(shell: Shell, name: string, on: boolean): void {
  shell.options.delete(on ? `no ${name}` : name);
  shell.options.add(on ? name : `no ${name}`);
}

function* list(shell: Shell, streams: Streams, names: readonly string[], of: readonly string[]) {
  for (const each of names) {
    const name = each.replace('*', '');
    yield* streams.stdout.write(`${name.padEnd(15)}\t${isOn(shell, of, name) ? 'on' : 'off'}\n`);
  }
}

/** set: options and positional parameters. */
export const set: Builtin = function* (shell, argv, streams) {
  const args = argv.slice(1);
  if (args.length === 0) {
    const all = [
      ...[...shell.variables].map(([name, value]) => [name, quotedIfNeeded(value)] as const),
      ...[...shell.arrays].map(
        ([name, items]) =>
          [
            name,
            `(${Object.entries(items)
              .map(([index, item]) => `[${index}]="${item}"`)
              .join(' ')})`,
          ] as const,
      ),
    ];
    for (const [name, value] of all.sort(([a], [b]) => (a < b ? -1 : 1)))
      yield* streams.stdout.write(`${name}=${value === "''" ? '' : value}\n`);
    return 0;
  }
  while (args.length > 0) {
    const flag = args.shift() ?? '';
    if (flag === '--' || flag === '-') {
      if (flag === '--' || args.length > 0) shell.positional = args.splice(0);
      if (flag === '-') for (const name of ['xtrace', 'verbose']) turn(shell, name, false);
      break;
    }
    if (!/^[-+]./.test(flag)) {
      shell.positional = [flag, ...args.splice(0)];
      break;
    }
    const on = flag.startsWith('-');
    for (const letter of flag.slice(1)) {
      if (letter === 'o') {
        const name = args.shift();
        if (name === undefined) {
          if (on) yield* list(shell, streams, SET, SET);
          else
            for (const each of SET.map((option) => option.replace('*', '')))
              yield* streams.stdout.write(`set ${isOn(shell, SET, each) ? '-' : '+'}o ${each}\n`);
          continue;
        }
        if (!known(SET, name)) return yield* complain(shell, streams, argv, `${name}: invalid option name`, 2);
        turn(shell, name, on);
        continue;
      }
      const name = LETTERS[letter];
      if (name === undefined) {
        yield* complain(shell, streams, argv, `${flag.charAt(0)}${letter}: invalid option`);
        yield* streams.stderr.write('set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n');
        return 2;
      }
      turn(shell, name, on);
    }
  }
  return 0;
};

/** shopt: bash's further options. */
export const shopt: Builtin = function* (shell, argv, streams) {
  const flags = argv
    .slice(1)
    .filter((each) => each.startsWith('-'))
    .join('');
  const names = argv.slice(1).filter((each) => !each.startsWith('-'));
  const of = flags.includes('o') ? SET : SHOPT;
  let status = 0;
  for (const name of names)
    if (!known(of, name)) status = yield* complain(shell, streams, argv, `${name}: invalid shell option name`);
  const found = names.filter((name) => known(of, name));
  if (/[su]/.test(flags) && names.length > 0) {
    for (const name of found) turn(shell, name, flags.includes('s'));
    return status;
  }
  const wanted = (names.length > 0 ? found : of).filter(
    (name) => !/[su]/.test(flags) || isOn(shell, of, name.replace('*', '')) === flags.includes('s'),
  );
  if (!flags.includes('q')) yield* list(shell, streams, wanted, of);
  return status === 0 && names.some((name) => !isOn(shell, of, name)) ? 1 : status;
};
