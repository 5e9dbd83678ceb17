import { outside, type Routine } from '../sim/routine.ts';
import type { Context, ProgramEntry } from './process.ts';
import { BUILTINS } from './shell/builtins/registry.ts';
import type { Shell } from './shell/shell.ts';

/** What a program offers for the words typed so far (the last one is being typed, maybe empty). Words end in a space when complete. */
export type Completer = (words: readonly string[], context: Context) => Routine<readonly string[]>;

/** A program entry that completes its own arguments; loaded when first asked. */
export interface CompletingEntry extends ProgramEntry {
  readonly completer?: () => Promise<Completer>;
}

/** Candidates for the word at the cursor: programs, their arguments, variables, files. */
export function* complete(shell: Shell, line: string, cursor: number): Routine<{ from: number; words: string[] }> {
  const before = [...line].slice(0, cursor).join('');
  const segment = before
    .slice(
      Math.max(before.lastIndexOf('|'), before.lastIndexOf(';'), before.lastIndexOf('&'), before.lastIndexOf('(')) + 1,
    )
    .trimStart();
  const words = withoutAlias(shell, segment.split(/\s+/));
  const word = words.at(-1) ?? '';
  const from = cursor - [...word].length;
  if (word.startsWith('$')) {
    const names = [...shell.variables.keys()].filter((name) => name.startsWith(word.slice(1)));
    return { from, words: names.sort().map((name) => `$${name} `) };
  }
  if (words.length <= 1 && !word.includes('/')) {
    const names = new Set([
      ...shell.computer.programs().map((entry) => entry.name),
      ...BUILTINS.keys(),
      ...shell.aliases.keys(),
      ...shell.functions.keys(),
    ]);
    return {
      from,
      words: [...names]
        .filter((name) => name.startsWith(word))
        .sort()
        .map((name) => `${name} `),
    };
  }
  const given = shell.completions.get(words[0] ?? '');
  if (given !== undefined && given.words !== undefined) {
    const offered = given.words.filter((each) => each.startsWith(word)).map((each) => `${each} `);
    if (offered.length > 0) return { from, words: offered };
  }
  const entry = shell.computer.program(given?.like ?? words[0] ?? '') as CompletingEntry | undefined;
  if (entry?.completer !== undefined) {
    const completer = yield* outside(entry.completer);
    const offered = yield* completer(words.slice(1), shell.context);
    if (offered.length > 0) {
      const at = word.includes('=') && offered.every((each) => !each.startsWith(word)) ? word.indexOf('=') + 1 : 0;
      return { from: from + at, words: [...offered] };
    }
  }
  return { from, words: files(shell, word) };
}

/** The words with an alias in front replaced by what it stands for, so that it completes as that does. */
function withoutAlias(shell: Shell, words: readonly string[]): string[] {
  const [first = '', ...rest] = words;
  const alias = shell.aliases.get(first);
  if (alias === undefined || rest.length === 0 || /[|&;<>()$`"']/.test(alias)) return [...words];
  return [...alias.trim().split(/\s+/), ...rest];
}

function files(shell: Shell, word: string): string[] {
  const { fs, cwd } = shell.context;
  const cut = word.lastIndexOf('/') + 1;
  const base = word.slice(0, cut);
  const folder = fs.resolve(cwd, base === '' ? '.' : base.replace(/^~/, shell.variable('HOME') ?? '~'));
  if (!fs.exists(folder) || fs.stat(folder).type !== 'directory') return [];
  return fs
    .list(folder)
    .filter((name) => name.startsWith(word.slice(cut)) && (word.slice(cut).startsWith('.') || !name.startsWith('.')))
    .map((name) => {
      const path = fs.resolve(folder, name);
      const isFolder = fs.exists(path) && fs.stat(path).type === 'directory';
      return `${base}${name}${isFolder ? '/' : ' '}`;
    });
}
