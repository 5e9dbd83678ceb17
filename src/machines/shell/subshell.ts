import type { Script } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import type { Process } from '../computer.ts';
import { BrokenPipe } from '../process.ts';
import { callbackOutput, textInput } from '../streams.ts';
import { expandText } from './expand.ts';
import { ExpansionError } from './expansion-error.ts';
import { ControlFlow } from './flow.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';

const CAPTURE_LIMIT = 8 * 1024 * 1024;

/** Runs part of a script in a copy of the shell, as a process of its own. */
export function fork(
  shell: Shell,
  streams: Streams,
  body: (shell: Shell, streams: Streams) => Routine<number>,
  foreground: boolean,
): Process {
  const parent = shell;
  const process: Process = shell.computer.start({
    argv: [shell.name],
    env: shell.environment(),
    cwd: shell.context.cwd,
    stdin: streams.stdin,
    stdout: streams.stdout,
    stderr: streams.stderr,
    ...(shell.context.terminal === undefined || !foreground ? {} : { terminal: shell.context.terminal }),
    user: shell.context.user,
    parent: shell.process,
    program: {
      name: shell.name,
      summary: '',
      *run(context) {
        const shell = parent.copy(context, process);
        if (streams.others !== undefined) shell.standard.others = streams.others;
        try {
          return yield* shell.leave(yield* body(shell, shell.standard));
        } catch (error) {
          if (error instanceof ControlFlow) return yield* shell.leave(error.value);
          if (error instanceof ExpansionError) {
            yield* context.stderr.write(`${parent.prefix()}${error.message}\n`);
            return 1;
          }
          throw error;
        }
      },
    },
  });
  return process;
}

/** Runs part of a script in a copy of the shell, in the foreground; its exit status. */
export function* subshell(
  shell: Shell,
  streams: Streams,
  body: (shell: Shell, streams: Streams) => Routine<number>,
): Routine<number> {
  const process = fork(shell, streams, body, true);
  yield* waitFor(shell, [process]);
  return process.exitCode ?? 0;
}

/** What a command substitution prints. */
export function* capture(shell: Shell, script: Script): Routine<string> {
  let text = '';
  // Too much ends whoever writes it, as a pipe without a reader does; only then is it told here.
  const stdout = callbackOutput((chunk) => {
    if (text.length > CAPTURE_LIMIT) throw new BrokenPipe();
    text += chunk;
  });
  const [only] = script.commands;
  // $(< file)
  if (
    script.commands.length === 1 &&
    only?.command.type === 'Command' &&
    only.command.name === undefined &&
    only.command.redirects.length === 1 &&
    only.command.prefix.length + only.command.suffix.length === 1
  ) {
    const [redirect] = only.command.redirects;
    if (redirect?.type === 'Redirect' && redirect.operator === '<' && redirect.target !== undefined)
      return shell.context.fs.read(
        shell.context.fs.resolve(shell.context.cwd, yield* expandText(shell, redirect.target)),
      );
  }
  shell.status = yield* subshell(shell, { ...shell.current, stdout }, (shell, streams) =>
    shell.runScript(script, streams),
  );
  if (text.length > CAPTURE_LIMIT) throw new ExpansionError('command substitution: cannot allocate memory');
  return text;
}

/** The file that `<(command)` or `>(command)` stands for; it is gone behind the command that got it. */
export function* substitutedFile(shell: Shell, script: Script, read: boolean): Routine<string> {
  const { fs } = shell.context;
  let number = 63;
  while (fs.exists(`/dev/fd/${number}`)) number--;
  const path = `/dev/fd/${number}`;
  if (!fs.exists('/dev/fd')) fs.makeDirectory('/dev/fd', { parents: true });
  // Taken at once: other parts of a pipeline look for a free one meanwhile.
  fs.write(path, '');
  if (read) fs.write(path, yield* capture(shell, script));
  const streams = shell.current;
  shell.opened.push(() => {
    // What was written goes to the command once all of it is there.
    if (!read)
      fork(
        shell,
        { ...streams, stdin: textInput(fs.read(path)) },
        (copy, inner) => copy.runScript(script, inner),
        false,
      ).orphan();
    fs.remove(path);
  });
  return path;
}

/** Waits for processes in the foreground: signals from the keyboard reach them. */
export function* waitFor(shell: Shell, processes: readonly Process[]): Routine {
  shell.foreground(processes.at(-1));
  shell.foregroundGroup = processes;
  try {
    for (const process of processes) yield* process.wait();
  } finally {
    shell.foregroundGroup = [];
    shell.foreground(undefined);
  }
  // Ctrl-C ends the whole line, not only the command that it reached.
  if (shell.interactive && processes.at(-1)?.endedBy === 'SIGINT') throw new ControlFlow('abort', 130);
}
