import type { CommandNode, CompoundList } from 'unbash';
import { type Routine, sleep } from '../../sim/routine.ts';
import { BrokenPipe, type Output } from '../process.ts';
import { type Assignment, assignment } from './assignment.ts';
import { BUILTINS } from './builtins/registry.ts';
import { expandFields, expandText } from './expand.ts';
import { ControlFlow } from './flow.ts';
import { redirected } from './redirection.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';
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
  const alias = shell.aliases.get(argv[0] ?? '');
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
  if (alias !== undefined && argv.length > 0) argv.splice(0, 1, ...alias.split(/\s+/));
  const assignments = command.prefix.filter((each) => each.type === 'Assignment');
  if (argv.length === 0) {
    const before = shell.status;
    shell.status = 0;
    for (const each of assignments) yield* assignment(shell, each);
    const result = shell.status;
    if (command.redirects.length > 0)
      return yield* redirected(shell, command.redirects, streams, function* () {
        return 0;
      });
    return assignments.length === 0 ? before : result;
  }
  if (shell.options.has('xtrace')) yield* streams.stderr.write(`+ ${argv.map(quoteIfNeeded).join(' ')}\n`);
  // A list is made once it is declared, but before it may no longer change.
  if (argv[0] === 'readonly') for (const each of lists) yield* assignment(shell, each);
  const status = yield* redirected(shell, command.redirects, streams, (inner) =>
    invoke(shell, argv, assignments, inner),
  );
  if (argv[0] !== 'readonly' && status === 0) for (const each of lists) yield* assignment(shell, each);
  return status;
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
  const body = shell.functions.get(name);
  const builtin = BUILTINS.get(name);
  try {
    if (body !== undefined) status = yield* callFunction(shell, body, argv, recorded.streams);
    else if (builtin !== undefined) {
      const saved = assignments.map((each): [string, string | undefined] => [
        each.name,
        shell.variables.get(each.name),
      ]);
      for (const each of assignments) yield* assignment(shell, each);
      yield* sleep(BUILTIN_COST);
      status = yield* builtin(shell, argv, recorded.streams);
      for (const [variable, value] of saved) {
        if (value === undefined) shell.unset(variable);
        else shell.variables.set(variable, value);
      }
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
  body: CommandNode | CompoundList,
  argv: readonly string[],
  streams: Streams,
): Routine<number> {
  const { positional } = shell;
  shell.positional = argv.slice(1);
  shell.callers.push(argv[0] ?? '');
  shell.locals.push(new Map());
  try {
    return body.type === 'CompoundList' ? yield* shell.runScript(body, streams) : yield* shell.node(body, streams);
  } catch (error) {
    if (error instanceof ControlFlow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    shell.positional = positional;
    shell.callers.pop();
    for (const [variable, value] of shell.locals.pop() ?? []) {
      if (value === undefined) shell.unset(variable);
      else shell.variables.set(variable, value);
    }
  }
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
    const script = name.includes('/') ? yield* scriptFile(shell, name, streams) : undefined;
    if (typeof script === 'number') return script;
    if (script === undefined) {
      yield* streams.stderr.write(
        shell.flavour === 'sh' ? `sh: ${name}: not found\n` : `${shell.prefix()}${name}: command not found\n`,
      );
      return 127;
    }
    return yield* subshell(shell, streams, function* (shell, inner) {
      shell.positional = argv.slice(1);
      shell.name = name;
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
    streams: { stdin: streams.stdin, stdout: tap(streams.stdout), stderr: tap(streams.stderr) },
    text: () => text,
  };
}

function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
