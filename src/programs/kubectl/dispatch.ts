import { BrokenPipe, type Context } from '../../machines/process.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import type { Command, CommandEntry } from './command.ts';
import { COMMANDS } from './commands.ts';
import { Failure, failureText } from './errors.ts';
import { bareValue, type Flag, FlagFailure, Flags } from './flags.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { goBackQuote, goQuote } from './go/quote.ts';
import { helpText } from './help-text.ts';
import { Invocation } from './invocation.ts';

const HELP_FLAG: Flag = { name: 'help', short: 'h', type: 'bool', hidden: true };
const ROOT_FLAGS = [...GLOBAL_FLAGS, HELP_FLAG];

/** Runs one command line of kubectl; the result is its exit status. */
export function* runKubectl(context: Context): Routine<number> {
  try {
    return yield* dispatch(context, context.argv.slice(1));
  } catch (error) {
    if (error instanceof BrokenPipe || !(error instanceof Failure)) throw error;
    const text = failureText(error);
    if (text !== '') yield* context.stderr.write(text);
    return error.status;
  }
}

function* dispatch(context: Context, argv: readonly string[]): Routine<number> {
  const words = withoutFlags(argv, ROOT_FLAGS);
  const verb = words[0];
  if (verb === 'help') return yield* help(context, argv.filter((word) => !word.startsWith('-')).slice(1));
  if (verb === undefined) {
    const flags = new Flags(ROOT_FLAGS);
    parseFlags(flags, argv, 'kubectl');
    yield* context.stdout.write(yield* helpText(context, []));
    return 0;
  }
  const found = yield* findCommand(argv);
  if (found === undefined) return yield* unknownCommand(context, argv, verb);
  return yield* execute(context, found);
}

/** The command that a command line names, loaded. */
export interface Found {
  readonly command: Command;
  /** `kubectl`, `rollout`, `undo` */
  readonly path: readonly string[];
  /** The command line without the names of the command. */
  readonly argv: readonly string[];
  /** The flags of kubectl and of the commands above this one. */
  readonly persistent: readonly Flag[];
}

/** Walks the tree of commands as cobra does; undefined when there is no such verb. */
export function* findCommand(argv: readonly string[]): Routine<Found | undefined> {
  const verb = withoutFlags(argv, ROOT_FLAGS)[0] ?? '';
  const entry = findEntry(verb);
  if (entry === undefined) return undefined;
  let command = yield* load(entry);
  let rest = withoutWord(argv, verb, ROOT_FLAGS);
  const path = ['kubectl', command.name];
  let persistent: readonly Flag[] = [...ROOT_FLAGS, ...(command.persistentFlags ?? [])];
  for (;;) {
    const known: readonly Flag[] = [...persistent, ...(command.flags ?? [])];
    const next = withoutFlags(rest, known)[0];
    const child = command.subcommands?.find((one) => one.name === next || one.aliases?.includes(next ?? ''));
    if (child === undefined || next === undefined) return { command, path, argv: rest, persistent };
    rest = withoutWord(rest, next, known);
    command = child;
    path.push(command.name);
    persistent = [...persistent, ...(command.persistentFlags ?? [])];
  }
}

/** The flags that a command takes, its own and those from above. */
export function flagsOf({ command, persistent }: Found): Flags {
  const own = command.flags ?? [];
  const shadowed = new Set(own.map((flag) => flag.name));
  return new Flags([...persistent.filter((flag) => !shadowed.has(flag.name)), ...own]);
}

function* execute(context: Context, found: Found): Routine<number> {
  const { command, path, argv } = found;
  const own = command.flags ?? [];
  const flags = flagsOf(found);
  const commandPath = path.join(' ');
  parseFlags(flags, argv, commandPath);
  for (const notice of flags.notices) yield* context.stderr.write(notice);
  if (flags.bool('help')) {
    if (command.help !== undefined) {
      yield* context[command.help.stream].write(command.help.text);
      return 0;
    }
    yield* context.stdout.write(yield* helpText(context, path.slice(1)));
    return 0;
  }
  if (command.run === undefined) {
    const alone = command.alone ?? { stream: 'stderr', status: 1 };
    if (flags.args.length > 0 && alone.status !== 0)
      throw new Failure(
        `unknown command ${goQuote(flags.args.join(' '))}\nSee '${commandPath} -h' for help and examples`,
      );
    yield* context[alone.stream].write(yield* helpText(context, path.slice(1), context[alone.stream]));
    return alone.status;
  }
  command.checkArguments?.(flags.args, commandPath);
  const missing = own.filter((flag) => flag.required === true && !flags.changed(flag.name)).map((flag) => flag.name);
  if (missing.length > 0)
    throw new Failure(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
  for (const group of command.exclusive ?? []) {
    const set = group.filter((name) => flags.changed(name)).sort();
    if (set.length > 1)
      throw new Failure(
        `if any flags in the group [${group.join(' ')}] are set none of the others can be; [${set.join(' ')}] were all set`,
      );
  }
  const status = yield* command.run(new Invocation(context, flags, commandPath));
  return status ?? 0;
}

function parseFlags(flags: Flags, argv: readonly string[], commandPath: string): void {
  try {
    flags.parse(argv);
  } catch (error) {
    if (error instanceof FlagFailure) throw new Failure(`${error.message}\nSee '${commandPath} --help' for usage.`);
    throw error;
  }
}

/** The words of a command line that are neither flags nor their values: how cobra finds the command. */
function withoutFlags(argv: readonly string[], flags: readonly Flag[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    if (takesNext(word, flags)) i++;
    else if (word !== '' && !word.startsWith('-')) words.push(word);
  }
  return words;
}

/** The command line without the first `target` that is no flag's value. */
function withoutWord(argv: readonly string[], target: string, flags: readonly Flag[]): readonly string[] {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    if (takesNext(word, flags)) i++;
    else if (word === target) return [...argv.slice(0, i), ...argv.slice(i + 1)];
  }
  return argv;
}

function takesNext(word: string, flags: readonly Flag[]): boolean {
  if (word.includes('=') || !word.startsWith('-')) return false;
  if (word.startsWith('--')) {
    const flag = flags.find(({ name }) => name === word.slice(2));
    return flag === undefined || bareValue(flag) === undefined;
  }
  if (word.length !== 2) return false;
  const flag = flags.find(({ short }) => short === word.slice(1));
  return flag === undefined || bareValue(flag) === undefined;
}

function findEntry(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name || entry.aliases?.includes(name) === true);
}

const loaded = new Map<string, Command>();

function* load(entry: CommandEntry): Routine<Command> {
  const known = loaded.get(entry.name);
  if (known !== undefined) return known;
  const command = (yield* outside(() => entry.load())).default;
  loaded.set(entry.name, command);
  return command;
}

function* unknownCommand(context: Context, argv: readonly string[], verb: string): Routine<number> {
  // The real one looks for a plugin first, and that wants its name before any flag.
  if (argv[0]?.startsWith('-') === true) {
    yield* context.stderr.write(`Error: flags cannot be placed before plugin name: ${argv[0]}\n`);
    return 1;
  }
  const words = argv.slice(
    0,
    Math.max(
      argv.findIndex((word) => word.startsWith('-')),
      0,
    ) || argv.length,
  );
  for (let length = words.length; length > 0; length--) {
    const name = `kubectl-${words
      .slice(0, length)
      .map((word) => word.replaceAll('-', '_'))
      .join('-')}`;
    if (context.machine.program(name) !== undefined) return yield* context.run([name, ...argv.slice(length)]);
  }
  const suggestions = suggestionsFor(verb);
  throw new Failure(
    `unknown command ${goQuote(verb)} for "kubectl"${
      suggestions.length === 0 ? '' : `\n\nDid you mean this?\n${suggestions.map((name) => `\t${name}\n`).join('')}`
    }`,
  );
}

/** Cobra's suggestions: at most two edits away, or beginning so. */
function suggestionsFor(typed: string): string[] {
  const lower = typed.toLowerCase();
  return COMMANDS.filter(
    ({ name, suggestFor, hidden }) =>
      hidden !== true &&
      (distance(typed.toLowerCase(), name.toLowerCase()) <= 2 ||
        name.toLowerCase().startsWith(lower) ||
        suggestFor?.some((word) => word.toLowerCase() === lower) === true),
  ).map(({ name }) => name);
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

function* help(context: Context, words: readonly string[]): Routine<number> {
  if (words.length === 0) {
    yield* context.stdout.write(yield* helpText(context, []));
    return 0;
  }
  const entry = findEntry(words[0] ?? '');
  if (entry === undefined) {
    const usage = (yield* helpText(context, [])).replace(/^[\s\S]*?(?=\n\nBasic Commands)/, '');
    yield* context.stderr.write(`Unknown help topic [${words.map(goBackQuote).join(' ')}]\n${usage}`);
    return 0;
  }
  let command = yield* load(entry);
  const path = [command.name];
  for (const word of words.slice(1)) {
    const child = command.subcommands?.find((one) => one.name === word || one.aliases?.includes(word) === true);
    if (child === undefined) break;
    command = child;
    path.push(child.name);
  }
  yield* context.stdout.write(yield* helpText(context, path));
  return 0;
}
