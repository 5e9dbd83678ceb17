import type { CommandNode } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { BrokenPipe, type Output } from '../process.ts';
import { type Assignment, assignment } from './assignment.ts';
import { BUILTINS } from './builtins/registry.ts';
import { expandFields, expandText } from './expand.ts';
import { ControlFlow } from './flow.ts';
import { quotedIfNeeded } from './quoting.ts';
import { redirected, redirectedForGood } from './redirected.ts';
import type { Shell } from './shell.ts';
import type { ShellFunction, Streams } from './state.ts';
import { subshell, waitFor } from './subshell.ts';

/** What a builtin takes, in virtual milliseconds. */
export const BUILTIN_COST = 0.02;
const RECORDED_OUTPUT = 64 * 1024;
/** Builtins that take `name=( ... )` as an argument. */
const DECLARING = new Set(['declare', 'typeset', 'local', 'readonly', 'export']);

/** A simple command: its words expanded, its redirections in place, then function, builtin or program. */
export function* simple(
  shell: Shell,
  command: Extract<CommandNode, { type: 'Command' }>,
  streams: Streams,
): Routine<number> {
  const argv: string[] = [];
  if (command.name !== undefined) argv.push(...(yield* expandFields(shell, command.name)));
  const first = argv[0] ?? '';
  const alias = shell.expandsAliases && command.name?.text === first ? shell.aliases.get(first) : undefined;
  if (alias !== undefined && /[|&;<>()$`"'\\{}]/.test(alias))
    return yield* aliased(shell, command, first, alias, streams);
  const lists: Assignment[] = [];
  for (const argument of command.args) {
    if (argument.type === 'Assignment' && argument.value.type === 'ArrayValue' && DECLARING.has(argv[0] ?? '')) {
      argv.push(argument.name);
      lists.push(argument);
    } else if (argument.type === 'Word') argv.push(...(yield* expandFields(shell, argument)));
    else
      argv.push(
        argument.value.type === 'Word'
          ? `${argument.name}${argument.append === true ? '+' : ''}=${yield* expandText(shell, argument.value)}`
          : argument.text,
      );
  }
  if (alias !== undefined) {
    const more = shell.aliases.get(argv[1] ?? '');
    // An alias that ends in a blank has the next word looked up too: alias watch='watch '.
    if (/\s$/.test(alias) && more !== undefined) argv.splice(1, 1, ...more.trim().split(/\s+/));
    argv.splice(0, 1, ...alias.trim().split(/\s+/));
  }
  const assignments = command.prefix.filter((each) => each.type === 'Assignment');
  if (argv.length === 0) {
    const before = shell.status;
    shell.status = 0;
    for (const each of assignments) {
      yield* assignment(shell, each);
      if (shell.options.has('xtrace') && each.value.type === 'Word')
        yield* streams.stderr.write(`+ ${each.name}=${quotedIfNeeded(shell.variable(each.name) ?? '')}\n`);
    }
    const result = shell.status;
    if (command.redirects.length > 0)
      return yield* redirected(shell, command.redirects, streams, function* () {
        return 0;
      });
    return assignments.length === 0 ? before : result;
  }
  if (shell.options.has('xtrace')) yield* streams.stderr.write(`+ ${argv.map(quotedIfNeeded).join(' ')}\n`);
  shell.lastWord = argv.at(-1) ?? '';
  if (argv[0] === 'exec' && argv.length === 1) return yield* redirectedForGood(shell, command.redirects, streams);
  // A list is made once it is declared, but before it may no longer change.
  if (argv[0] === 'readonly') for (const each of lists) yield* assignment(shell, each);
  const status = yield* redirected(shell, command.redirects, streams, (inner) =>
    invoke(shell, argv, assignments, inner),
  );
  if (argv[0] !== 'readonly' && status === 0) for (const each of lists) yield* assignment(shell, each);
  return status;
}

/** A command whose alias is more than words: run as the text that it stands for. */
function* aliased(
  shell: Shell,
  command: Extract<CommandNode, { type: 'Command' }>,
  name: string,
  alias: string,
  streams: Streams,
): Routine<number> {
  const text = shell.text.slice(command.name?.end ?? command.end, command.end);
  const before = shell.text.slice(command.pos, command.name?.pos ?? command.pos);
  // It is not expanded again within itself.
  shell.aliases.delete(name);
  try {
    return yield* shell.run(`${before}${alias}${text}`, streams);
  } finally {
    if (!shell.aliases.has(name)) shell.aliases.set(name, alias);
  }
}

function* invoke(
  shell: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  streams: Streams,
): Routine<number> {
  const [name = ''] = argv;
  const line = argv.join(' ');
  const recorded = recorder(streams);
  shell.observer?.started?.(shell.computer.id, line);
  let status: number;
  const known = shell.functions.get(name);
  const builtin = BUILTINS.get(name);
  try {
    if (known !== undefined) status = yield* callFunction(shell, known, argv, recorded.streams);
    else if (builtin !== undefined) {
      const saved = assignments.map((each) => [each.name, shell.held(each.name)] as const);
      for (const each of assignments) yield* assignment(shell, each);
      yield* sleep(BUILTIN_COST);
      status = yield* builtin(shell, argv, recorded.streams);
      for (const [variable, held] of saved) shell.restore(variable, held);
    } else status = yield* external(shell, argv, assignments, recorded.streams);
  } catch (error) {
    if (error instanceof BrokenPipe) {
      shell.observer?.ended({ machine: shell.computer.id, line, status: 141, output: recorded.text() });
    }
    throw error;
  }
  shell.observer?.ended({ machine: shell.computer.id, line, status, output: recorded.text() });
  return status;
}

function* callFunction(
  shell: Shell,
  { body, source }: ShellFunction,
  argv: readonly string[],
  streams: Streams,
): Routine<number> {
  const { positional, text, loops } = shell;
  shell.positional = argv.slice(1);
  shell.callers.push(argv[0] ?? '');
  shell.locals.push(new Map());
  shell.text = source;
  shell.loops = 0;
  let status: number;
  try {
    status = body.type === 'CompoundList' ? yield* shell.runScript(body, streams) : yield* shell.node(body, streams);
  } catch (error) {
    if (!(error instanceof ControlFlow && error.kind === 'return')) throw error;
    status = error.value;
  } finally {
    shell.positional = positional;
    shell.text = text;
    shell.loops = loops;
    shell.callers.pop();
    for (const [variable, held] of shell.locals.pop() ?? []) shell.restore(variable, held);
  }
  const trap = shell.traps.get('RETURN');
  if (trap !== undefined) {
    shell.traps.delete('RETURN');
    yield* shell.run(trap, streams);
  }
  return status;
}

function* external(
  shell: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  streams: Streams,
): Routine<number> {
  const [name = ''] = argv;
  const env = shell.environment();
  for (const each of assignments)
    if (each.value.type === 'Word') env.set(each.name, yield* expandText(shell, each.value));
  const entry = shell.computer.program(name);
  if (entry === undefined) {
    const path = name.includes('/') ? name : onPath(shell, name);
    const script = path === undefined ? undefined : yield* scriptFile(shell, path, streams);
    if (typeof script === 'number') return script;
    if (script === undefined) {
      yield* streams.stderr.write(
        shell.flavour === 'sh' ? `sh: ${name}: not found\n` : `${shell.prefix()}${name}: command not found\n`,
      );
      return 127;
    }
    return yield* subshell(shell, streams, function* (shell, inner) {
      shell.positional = argv.slice(1);
      shell.name = path ?? name;
      shell.scripted = true;
      return yield* shell.run(script, inner);
    });
  }
  const process = shell.computer.start({
    argv,
    env,
    cwd: shell.context.cwd,
    stdin: streams.stdin,
    stdout: streams.stdout,
    stderr: streams.stderr,
    ...(shell.context.terminal === undefined ? {} : { terminal: shell.context.terminal }),
    user: shell.context.user,
    parent: shell.process,
  });
  yield* waitFor(shell, [process]);
  return process.exitCode ?? 0;
}

/** An executable file in a folder of PATH that is no program of the machine: a script. */
function onPath(shell: Shell, name: string): string | undefined {
  const { fs, cwd } = shell.context;
  for (const folder of (shell.variable('PATH') ?? '').split(':')) {
    const path = `${folder === '' ? '.' : folder}/${name}`;
    const whole = fs.resolve(cwd, path);
    if (name !== '' && fs.exists(whole) && fs.stat(whole).type === 'file' && (fs.stat(whole).mode & 0o111) !== 0)
      return path;
  }
  return undefined;
}

/** The text of an executable file, or the status of having said why not. */
function* scriptFile(shell: Shell, name: string, streams: Streams): Routine<string | number | undefined> {
  const { fs, cwd } = shell.context;
  const path = fs.resolve(cwd, name);
  if (!fs.exists(path)) {
    yield* streams.stderr.write(`${shell.prefix()}${name}: No such file or directory\n`);
    return 127;
  }
  const info = fs.stat(path);
  if (info.type === 'directory' || (info.mode & 0o111) === 0) {
    yield* streams.stderr.write(
      `${shell.prefix()}${name}: ${info.type === 'directory' ? 'Is a directory' : 'Permission denied'}\n`,
    );
    return 126;
  }
  return fs.read(path);
}

function recorder(streams: Streams): { streams: Streams; text: () => string } {
  let text = '';
  const tap = (output: Output): Output => ({
    tty: output.tty,
    *write(chunk) {
      if (text.length < RECORDED_OUTPUT) text += chunk.slice(0, RECORDED_OUTPUT - text.length);
      yield* output.write(chunk);
    },
    close: () => output.close(),
  });
  return {
    streams: { ...streams, stdout: tap(streams.stdout), stderr: tap(streams.stderr) },
    text: () => text,
  };
}
