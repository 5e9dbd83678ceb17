import { type ParameterExpansionPart, type ParameterOperation, parse, type Word, type WordPart } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import { globPaths, globRegExp } from './glob.ts';
import type { Shell } from './shell.ts';
import { capture } from './subshell.ts';

/** A piece of an expanded word. `split`: came from an unquoted expansion, so white space in it separates fields. */
interface Fragment {
  readonly text: string;
  readonly quoted: boolean;
  readonly split: boolean;
  /** A field ends after this fragment: between the items of "$@". */
  readonly breakAfter?: boolean;
}

export class ExpansionError extends Error {
  /** Ends a script that is not interactive (POSIX 2.8.1). */
  readonly fatal: boolean;
  readonly status: number;

  constructor(message: string, fatal = false, status = 1) {
    super(message);
    this.fatal = fatal;
    this.status = status;
  }
}

/** The most fields that one brace expansion makes. */
const BRACE_LIMIT = 10_000;

/** All fields of a word: braces, tilde, parameters, commands, arithmetic, splitting, globs. @throws ExpansionError */
export function* expandFields(shell: Shell, word: Word): Routine<string[]> {
  const out: string[] = [];
  for (const each of braces(word)) {
    const fragments = yield* fragmentsOf(shell, each, false);
    for (const field of splitFields(fragments, shell.variable('IFS') ?? ' \t\n')) {
      const wild = field.some((part) => !part.quoted && /[*?[]/.test(part.text));
      if (wild && !shell.options.has('noglob')) {
        const paths = globPaths(shell.context.fs, shell.context.cwd, field);
        if (paths.length > 0) {
          out.push(...paths);
          continue;
        }
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
export function* expandPattern(shell: Shell, word: Word): Routine<RegExp> {
  return globRegExp(yield* fragmentsOf(shell, word, false));
}

/** The parts of a here-document or of a double-quoted string. */
export function* expandParts(shell: Shell, parts: readonly WordPart[]): Routine<string> {
  const fragments: Fragment[] = [];
  for (const part of parts) fragments.push(...(yield* partFragments(shell, part, true)));
  return fragments.map((fragment) => fragment.text).join('');
}

function* fragmentsOf(shell: Shell, word: Word, quoted: boolean): Routine<Fragment[]> {
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
  }
  const escaped = text !== value && text.includes('\\');
  return [{ text: shown, quoted: escaped, split: false }];
}

function* partFragments(shell: Shell, part: WordPart, quoted: boolean): Routine<Fragment[]> {
  const one = (text: string, isQuoted = quoted): Fragment[] => [{ text, quoted: isQuoted, split: !isQuoted }];
  switch (part.type) {
    case 'Literal':
      return [{ text: part.value, quoted: quoted || part.text !== part.value, split: false }];
    case 'Glob':
      return [{ text: part.text, quoted, split: false }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, quoted: true, split: false }];
    case 'DoubleQuoted':
    case 'LocaleString': {
      const out: Fragment[] = [{ text: '', quoted: true, split: false }];
      for (const each of part.parts) out.push(...(yield* partFragments(shell, each, true)));
      return out;
    }
    case 'SimpleExpansion':
      return parameter(shell, part.text.slice(1), quoted);
    case 'ParameterExpansion':
      return yield* parameterExpansion(shell, part, quoted);
    case 'CommandExpansion': {
      const text = part.script === undefined ? '' : yield* capture(shell, part.script);
      return one(text.replace(/\n+$/, ''));
    }
    case 'ArithmeticExpansion':
      return one(String(arithmetic(shell, yield* substituted(shell, part.expression), part.text)));
    case 'ProcessSubstitution': {
      const text = part.script === undefined ? '' : yield* capture(shell, part.script);
      const path = `/tmp/.fd-${shell.context.pid}-${shell.nextNumber()}`;
      shell.context.fs.write(path, text);
      return one(path, true);
    }
    default:
      return [{ text: part.text, quoted, split: false }];
  }
}

type Arithmetic = Parameters<typeof evaluateArithmetic>[0];

/** The expression with its command substitutions run: evaluation itself never waits. */
function* substituted(shell: Shell, expression: Arithmetic): Routine<Arithmetic> {
  if (expression === undefined) return undefined;
  switch (expression.type) {
    case 'ArithmeticGroup':
      return { ...expression, expression: (yield* substituted(shell, expression.expression)) ?? expression.expression };
    case 'ArithmeticBinary':
      return {
        ...expression,
        left: (yield* substituted(shell, expression.left)) ?? expression.left,
        right: (yield* substituted(shell, expression.right)) ?? expression.right,
      };
    case 'ArithmeticTernary':
      return {
        ...expression,
        test: (yield* substituted(shell, expression.test)) ?? expression.test,
        consequent: (yield* substituted(shell, expression.consequent)) ?? expression.consequent,
        alternate: (yield* substituted(shell, expression.alternate)) ?? expression.alternate,
      };
    case 'ArithmeticUnary':
      return { ...expression, operand: (yield* substituted(shell, expression.operand)) ?? expression.operand };
    case 'ArithmeticCommandExpansion': {
      const value = expression.script === undefined ? '' : yield* capture(shell, expression.script);
      return { type: 'ArithmeticWord', pos: expression.pos, end: expression.end, value: value.trim() };
    }
    case 'ArithmeticWord': {
      if (expression.parts?.some((part) => part.type === 'CommandExpansion') !== true) return expression;
      const { parts: _, ...rest } = expression;
      return { ...rest, value: (yield* expandParts(shell, expression.parts)).trim() };
    }
    default:
      return expression;
  }
}

function parseArithmetic(text: string): Arithmetic {
  const script = parse(`((${text}))`);
  const node = script.commands[0]?.command;
  return (script.errors ?? []).length === 0 && node?.type === 'ArithmeticCommand' ? node.expression : undefined;
}

/** Evaluates an arithmetic expression with the shell's variables, in 64 bits. @throws ExpansionError */
export function arithmetic(shell: Shell, expression: Arithmetic, text: string): bigint {
  const item = (name: string): readonly [string, string] | undefined => {
    const match = /^(\w+)\[(.*)\]$/s.exec(name);
    if (match === null) return undefined;
    const [, list = '', index = ''] = match;
    return [list, shell.maps.has(list) ? index : String(arithmetic(shell, parseArithmetic(index), index))];
  };
  try {
    return evaluateArithmetic(expression, {
      get: (name) => {
        const found = item(name);
        const value = found === undefined ? shell.variable(name) : shell.parameter(...found);
        if (value === undefined && shell.options.has('nounset'))
          throw new ExpansionError(`${name}: unbound variable`, true);
        return value ?? '';
      },
      set: (name, value) => {
        const found = item(name);
        if (found === undefined) shell.assign(name, value);
        else shell.setItem(...found, value);
      },
      parse: parseArithmetic,
      word: (each) => {
        if (each.type !== 'ArithmeticWord') return '';
        if (each.parts === undefined) return each.value;
        return each.parts
          .map((part) =>
            part.type === 'SimpleExpansion'
              ? (shell.parameter(part.text.slice(1)) ?? '')
              : part.type === 'ParameterExpansion'
                ? part.prefix === '#'
                  ? String((shell.parameter(part.parameter) ?? '').length)
                  : (shell.parameter(part.parameter) ?? '')
                : part.type === 'ArithmeticExpansion'
                  ? String(arithmetic(shell, part.expression, part.text))
                  : 'value' in part
                    ? String(part.value)
                    : part.text,
          )
          .join('');
      },
    });
  } catch (error) {
    if (error instanceof ArithmeticError)
      throw new ExpansionError(`${text.replace(/^\$\(\(|\)\)$/g, '')}: ${error.message}`, true);
    throw error;
  }
}

function parameter(shell: Shell, name: string, quoted: boolean): Fragment[] {
  if (name === '@' || name === '*') return items(shell.positional, name === '@', quoted, shell);
  const value = shell.parameter(name);
  if (value === undefined && shell.options.has('nounset') && !'@*#?$!0'.includes(name))
    throw new ExpansionError(`${name}: unbound variable`, true);
  return [{ text: value ?? '', quoted, split: !quoted }];
}

function items(values: readonly string[], separate: boolean, quoted: boolean, shell: Shell): Fragment[] {
  if (quoted && !separate)
    return [{ text: values.join((shell.variable('IFS') ?? ' ').charAt(0)), quoted: true, split: false }];
  return values.map((text, index) => ({ text, quoted, split: !quoted, breakAfter: index < values.length - 1 }));
}

function* parameterExpansion(shell: Shell, part: ParameterExpansionPart, quoted: boolean): Routine<Fragment[]> {
  const { operation } = part;
  let name = part.parameter;
  const index = part.index === undefined ? undefined : yield* expandText(shell, part.index);
  if (part.prefix === '!' && (index === '@' || index === '*'))
    return items(shell.keys(name), index === '@', quoted, shell);
  if (part.prefix === '!') name = shell.parameter(name) ?? '';
  const list =
    name === '@' || name === '*' ? shell.positional : index === '@' || index === '*' ? shell.array(name) : undefined;
  if (part.prefix === '#')
    return [
      {
        text: String(list === undefined ? [...(shell.parameter(name, index) ?? '')].length : list.length),
        quoted,
        split: false,
      },
    ];
  const one = (text: string): Fragment[] => [{ text, quoted, split: !quoted }];
  if (list !== undefined && operation === undefined) return items(list, name === '@' || index === '@', quoted, shell);
  const value = list === undefined ? shell.parameter(name, index) : list.join(' ');
  if (operation === undefined) {
    if (value === undefined && shell.options.has('nounset'))
      throw new ExpansionError(`${name}: unbound variable`, true);
    return one(value ?? '');
  }
  switch (operation.type) {
    case 'Default': {
      const { operator } = operation;
      const missing = value === undefined || (operator.startsWith(':') && value === '');
      const sign = operator.at(-1);
      if (sign === '+') return missing ? one('') : yield* fragmentsOf(shell, operation.operand, quoted);
      if (!missing) return one(value ?? '');
      if (sign === '?') {
        const words = yield* expandText(shell, operation.operand);
        throw new ExpansionError(
          `${name}: ${words === '' ? (operator === ':?' ? 'parameter null or not set' : 'parameter not set') : words}`,
          true,
        );
      }
      const made = yield* expandText(shell, operation.operand);
      if (sign === '=') shell.assign(name, made);
      return one(made);
    }
    case 'Remove':
    case 'Replace':
    case 'CaseModification': {
      if (list === undefined) return one(yield* changed(shell, operation, value ?? ''));
      const made: string[] = [];
      for (const each of list) made.push(yield* changed(shell, operation, each));
      return items(made, name === '@' || index === '@', quoted, shell);
    }
    case 'Slice': {
      const text =
        list === undefined ? [...(value ?? '')] : name === '@' || name === '*' ? [shell.name, ...list] : list;
      const shown = (piece: readonly string[]) =>
        list === undefined ? one(piece.join('')) : items(piece, name === '@' || index === '@', quoted, shell);
      const number = (raw: string) => Number(arithmetic(shell, parseArithmetic(raw), raw));
      const offset = number(yield* expandText(shell, operation.offset));
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      if (operation.length === undefined) return shown(text.slice(from));
      const length = number(yield* expandText(shell, operation.length));
      return shown(length < 0 ? text.slice(from, text.length + length) : text.slice(from, from + length));
    }
    default:
      throw new ExpansionError(`${part.text}: bad substitution`);
  }
}

/** A value with a prefix or suffix taken away, parts replaced, or its letters' case changed. */
function* changed(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: 'Remove' | 'Replace' | 'CaseModification' }>,
  value: string,
): Routine<string> {
  switch (operation.type) {
    case 'Remove': {
      const pattern = yield* expandPattern(shell, operation.operand);
      return strip(value, pattern, operation.operator);
    }
    case 'Replace': {
      const pattern = (yield* expandPattern(shell, operation.pattern)).source.slice(1, -1);
      const made = (yield* expandText(shell, operation.replacement)).replaceAll('$', '$$$$');
      const greedy = pattern.replaceAll('[^]*?', '[^]*');
      const source =
        operation.operator === '/#' ? `^(?:${greedy})` : operation.operator === '/%' ? `(?:${greedy})$` : greedy;
      return greedy === '' ? value : value.replace(new RegExp(source, operation.operator === '//' ? 'gu' : 'u'), made);
    }
    case 'CaseModification': {
      const text = value;
      const all = operation.operator.length === 2;
      const change = (each: string) => (operation.operator.startsWith('^') ? each.toUpperCase() : each.toLowerCase());
      return all ? change(text) : change(text.charAt(0)) + text.slice(1);
    }
  }
}

function strip(text: string, pattern: RegExp, operator: string): string {
  const front = operator.startsWith('#');
  const longest = operator.length === 2;
  const lengths = Array.from({ length: text.length + 1 }, (_, index) => index);
  if (longest) lengths.reverse();
  for (const length of lengths) {
    const piece = front ? text.slice(0, length) : text.slice(text.length - length);
    if (pattern.test(piece)) return front ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** Fields of a word, each still in fragments for the globs. */
function splitFields(fragments: readonly Fragment[], ifs: string): Fragment[][] {
  const fields: Fragment[][] = [];
  let current: Fragment[] | undefined;
  const add = (fragment: Fragment) => {
    current ??= [];
    current.push(fragment);
  };
  const finish = () => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  for (const fragment of fragments) {
    if (!fragment.split || ifs === '') {
      if (fragment.text !== '' || fragment.quoted) add(fragment);
    } else {
      let piece = '';
      let pending = false;
      for (const char of fragment.text) {
        if (!ifs.includes(char)) {
          if (pending) {
            finish();
            pending = false;
          }
          piece += char;
          continue;
        }
        if (piece !== '') {
          add({ ...fragment, text: piece });
          piece = '';
        }
        pending = current !== undefined;
        if (!/\s/.test(char)) {
          current ??= [];
          finish();
          pending = false;
        }
      }
      if (pending) finish();
      if (piece !== '') add({ ...fragment, text: piece });
    }
    if (fragment.breakAfter === true) finish();
  }
  finish();
  return fields;
}

/** A text as the one word that it is on a command line. */
function wordOf(text: string): Word | undefined {
  const command = parse(`x ${text}`).commands[0]?.command;
  const argument = command?.type === 'Command' ? command.suffix[0] : undefined;
  return argument?.type === 'Word' ? argument : undefined;
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

/** The words that a word with braces stands for; itself without. */
function braces(word: Word): Word[] {
  if (word.parts?.some((part) => part.type === 'BraceExpansion') !== true) return [word];
  const out: Word[] = [];
  for (const text of expandBraces(word.text)) {
    const made = wordOf(text);
    if (made !== undefined) out.push(made);
    if (out.length > BRACE_LIMIT) throw new ExpansionError('brace expansion: too many words');
  }
  return out;
}

function expandBraces(text: string): string[] {
  let depth = 0;
  let start = -1;
  const commas: number[] = [];
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      continue;
    }
    if (char === '\\') i++;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '{' && text.charAt(i - 1) !== '$') {
      if (depth++ === 0) {
        start = i;
        commas.length = 0;
      }
    } else if (char === ',' && depth === 1) commas.push(i);
    else if (char === '}' && depth > 0 && --depth === 0) {
      const inner = text.slice(start + 1, i);
      const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inner);
      const choices =
        commas.length > 0
          ? [-1, ...commas.map((at) => at - start - 1)].map((at, index, all) => inner.slice(at + 1, all[index + 1]))
          : range === null
            ? undefined
            : sequence(range[1] ?? '', range[2] ?? '', range[3]);
      if (choices === undefined) continue;
      const tails = expandBraces(text.slice(i + 1));
      return choices.flatMap((choice) =>
        expandBraces(choice).flatMap((middle) => tails.map((tail) => text.slice(0, start) + middle + tail)),
      );
    }
  }
  return [text];
}

function sequence(from: string, to: string, step: string | undefined): string[] {
  const letters = /[A-Za-z]/.test(from);
  const [a, b] = letters ? [from.charCodeAt(0), to.charCodeAt(0)] : [Number(from), Number(to)];
  const by = Math.max(1, Math.abs(Number(step ?? 1)));
  const width = !letters && (/^-?0\d/.test(from) || /^-?0\d/.test(to)) ? Math.max(from.length, to.length) : 0;
  const out: string[] = [];
  for (let value = a; a <= b ? value <= b : value >= b; value += a <= b ? by : -by) {
    out.push(letters ? String.fromCharCode(value) : String(value).padStart(width, '0'));
    if (out.length > BRACE_LIMIT) throw new ExpansionError('brace expansion: too many words');
  }
  return out;
}
