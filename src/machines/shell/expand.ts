import type { BracketGlobPart, Word, WordPart } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { numbers } from './arithmetic-at-first-use.ts';
import { atFirstUse } from './at-first-use.ts';
import { ExpansionError } from './expansion-error.ts';
import { parameter } from './parameter.ts';
import type { Pattern } from './pattern.ts';
import type { Shell } from './shell.ts';
import { capture, substitutedFile } from './subshell.ts';
import { type Fragment, splitFields, wordOf } from './word.ts';

/** `${name...}` in its longer forms. */
const parameters = atFirstUse(() => import('./parameter-expansion.ts'));

const braceExpansion = atFirstUse(() => import('./brace-expansion.ts'));
const globs = atFirstUse(() => import('./glob.ts'));
const patterns = atFirstUse(() => import('./pattern.ts'));

/** All fields of a word: braces, tilde, parameters, commands, arithmetic, splitting, globs. @throws ExpansionError */
export function* expandFields(shell: Shell, word: Word): Routine<string[]> {
  const out: string[] = [];
  const braced = word.parts?.some((part) => part.type === 'BraceExpansion') === true;
  for (const each of braced ? (yield* braceExpansion()).braces(word) : [word]) {
    const fragments = yield* fragmentsOf(shell, each, false);
    for (const field of splitFields(fragments, shell.variable('IFS') ?? ' \t\n')) {
      const wild = field.some((part) => !part.quoted && /[*?[]|[+@!]\(/.test(part.text));
      if (wild && !shell.options.has('noglob')) {
        const paths = (yield* globs()).globPaths(shell.context.fs, shell.context.cwd, field, shell.options);
        if (paths.length > 0 || shell.options.has('nullglob')) {
          out.push(...paths);
          continue;
        }
        if (shell.options.has('failglob'))
          throw new ExpansionError(`no match: ${field.map((part) => part.text).join('')}`);
      }
      out.push(field.map((part) => part.text).join(''));
    }
  }
  return out;
}

/** A word as one string: for assignments, redirections, case words, here-documents. */
export function* expandText(shell: Shell, word: Word): Routine<string> {
  return (yield* fragmentsOf(shell, word, false)).map((fragment) => fragment.text).join('');
}

/** A word as a pattern: quoted parts are literal. */
export function* expandPattern(shell: Shell, word: Word): Routine<Pattern> {
  const { Pattern } = yield* patterns();
  return new Pattern(yield* fragmentsOf(shell, word, false), shell.options.has('nocasematch'));
}

/** A word as a regular expression: quoted parts are literal. */
export function* expandExpression(shell: Shell, word: Word): Routine<string> {
  return (yield* fragmentsOf(shell, word, false))
    .map(({ text, quoted }) => (quoted ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : text))
    .join('');
}

/** The parts of a here-document or of a double-quoted string. */
export function* expandParts(shell: Shell, parts: readonly WordPart[]): Routine<string> {
  const fragments: Fragment[] = [];
  for (const part of parts) fragments.push(...(yield* partFragments(shell, part, true)));
  return fragments.map((fragment) => fragment.text).join('');
}

/** A word in fragments, before it is split into fields. @throws ExpansionError */
export function* fragmentsOf(shell: Shell, word: Word, quoted: boolean): Routine<Fragment[]> {
  if (word.parts === undefined) return literal(shell, word.value, word.text, true);
  const out: Fragment[] = [];
  for (const [index, part] of word.parts.entries()) {
    if (index === 0 && part.type === 'Literal') out.push(...literal(shell, part.value, part.text, true));
    else out.push(...(yield* partFragments(shell, part, quoted)));
  }
  return out;
}

/** Literal text; backslash-escaped characters are quoted. A leading `~` is the home folder. */
function literal(shell: Shell, value: string, text: string, first: boolean): Fragment[] {
  let shown = value;
  if (first && text.startsWith('~')) {
    const match = /^~([A-Za-z0-9_-]*)(?=\/|$)/.exec(text);
    if (match?.[1] === '') shown = (shell.variable('HOME') ?? '/') + value.slice(1);
    else if (match?.[1] === 'root') shown = `/root${value.slice(5)}`;
    else if (/^~[+-](\/|$)/.test(text)) {
      const folder = shell.variable(text.charAt(1) === '+' ? 'PWD' : 'OLDPWD');
      if (folder !== undefined) shown = folder + value.slice(2);
    }
  }
  const escaped = text !== value && text.includes('\\');
  return [{ text: shown, quoted: escaped, split: false }];
}

function* partFragments(shell: Shell, part: WordPart, quoted: boolean): Routine<Fragment[]> {
  const one = (text: string, isQuoted = quoted): Fragment[] => [{ text, quoted: isQuoted, split: !isQuoted }];
  switch (part.type) {
    case 'Literal':
      return [{ text: part.value, quoted: quoted || part.text !== part.value, split: false }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, quoted: true, split: false }];
    case 'DoubleQuoted':
    case 'LocaleString': {
      const out: Fragment[] = [{ text: '', quoted: true, split: false }];
      for (const each of part.parts) out.push(...(yield* partFragments(shell, each, true)));
      return out.length > 1 && out.slice(1).every((each) => each.nothing === true) ? [] : out;
    }
    case 'SimpleExpansion':
      return parameter(shell, part.text.slice(1), quoted);
    case 'ParameterExpansion':
      if (part.prefix === undefined && part.index === undefined && part.operation === undefined)
        return parameter(shell, part.parameter, quoted);
      return yield* (yield* parameters()).parameterExpansion(shell, part, quoted);
    case 'CommandExpansion': {
      const text = part.script === undefined ? '' : yield* capture(shell, part.script);
      return one(text.replace(/\n+$/, ''));
    }
    case 'ArithmeticExpansion': {
      const { arithmetic, substituted } = yield* numbers();
      return one(String(arithmetic(shell, yield* substituted(shell, part.expression), part.text)));
    }
    case 'ProcessSubstitution':
      return one(
        part.script === undefined ? '' : yield* substitutedFile(shell, part.script, part.operator === '<'),
        true,
      );
    case 'Glob':
      if (part.kind !== 'bracket') return [{ text: part.text, quoted, split: false }];
      return yield* bracket(shell, part, quoted);
    case 'BraceExpansion':
      if (part.parts === undefined) return [{ text: part.text, quoted, split: false }];
      return yield* enclosed(shell, '{', part.parts, '}', quoted);
    default:
      return [{ text: part.text, quoted, split: false }];
  }
}

/** An element of `name=( ... )` that names its key, as `[key]=value`; undefined for a plain one. */
export function* keyedElement(shell: Shell, word: Word): Routine<readonly [string, string] | undefined> {
  const match = /^\[([^\]]*)\]=(.*)$/s.exec(word.text);
  if (match === null) return undefined;
  const [key, value] = [wordOf(match[1] ?? ''), wordOf(match[2] ?? '')];
  return [
    key === undefined ? '' : yield* expandText(shell, key),
    value === undefined ? '' : yield* expandText(shell, value),
  ];
}

/** `[...]` with expansions in it: each still a fragment of its own, so that it is split. */
function* bracket(shell: Shell, part: BracketGlobPart, quoted: boolean): Routine<Fragment[]> {
  if (part.parts.every((each) => each.type === 'Literal')) return [{ text: part.text, quoted, split: false }];
  return yield* enclosed(shell, '[', part.parts, ']', quoted);
}

function* enclosed(
  shell: Shell,
  before: string,
  parts: readonly WordPart[],
  after: string,
  quoted: boolean,
): Routine<Fragment[]> {
  const out: Fragment[] = [{ text: before, quoted, split: false }];
  for (const each of parts) out.push(...(yield* partFragments(shell, each, quoted)));
  return [...out, { text: after, quoted, split: false }];
}
