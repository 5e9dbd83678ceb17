import { parse } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { promptText } from '../terminal/prompt.ts';
import { LineEditor } from '../terminal/readline.ts';
import type { Tty } from '../terminal/tty.ts';
import { atFirstUse } from './at-first-use.ts';
import { ControlFlow } from './flow.ts';
import { reportJobs } from './job.ts';
import type { Shell } from './shell.ts';

const completions = atFirstUse(() => import('../completion.ts'));
const histories = atFirstUse(() => import('./history-expansion.ts'));

/** How a prompt looks: the machine's short name muted, then the sign. Containers give their own. */
export interface PromptStyle {
  readonly label: string;
  /** A whole prompt, as `[ root@curl:/ ]$ `; a `\w` is the working folder. */
  readonly prompt?: string;
}

function promptOf(shell: Shell, style: PromptStyle): string {
  const { cwd } = shell.context;
  const home = shell.variable('HOME') ?? '';
  const folder =
    cwd === home ? '~' : home !== '' && home !== '/' && cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
  if (style.prompt !== undefined) return style.prompt.replaceAll('\\w', style.prompt.includes('~') ? folder : cwd);
  return promptText(style.label, folder, shell.context.user === 'root' ? '#' : '$');
}

/** Whether a command line is not finished: an open quote, loop or here-document, or a backslash at its end. */
export function isIncomplete(source: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(source)) return true;
  let script: ReturnType<typeof parse>;
  try {
    script = parse(source);
  } catch {
    return false;
  }
  if (openHereDoc(script)) return true;
  return (script.errors ?? []).some(
    (error) =>
      /unterminated|unclosed|unexpected end|expected/i.test(error.message) && error.pos >= source.trimEnd().length - 1,
  );
}

function openHereDoc(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(openHereDoc);
  const entry = node as { type?: string; closing?: unknown };
  if (entry.type === 'HereDoc' && entry.closing === undefined) return true;
  return Object.values(node).some(openHereDoc);
}

/** The loop of an interactive shell: prompt, line, run, until exit or Ctrl-D. Its exit status. */
export function* interactiveShell(shell: Shell, tty: Tty, style: PromptStyle): Routine<number> {
  shell.interactive = true;
  const leave = tty.enter({ machine: shell.computer.id, label: style.label });
  // The shell itself outlives Ctrl-C; what it runs does not.
  const release = shell.context.onSignal('SIGINT', () => {});
  const before = tty.foreground;
  let interrupted = false;
  shell.foreground = (process) => {
    tty.foreground =
      process === undefined ? [shell.process] : shell.foregroundGroup.length > 0 ? shell.foregroundGroup : [process];
  };
  shell.foreground(undefined);
  const stopInterrupt = shell.context.onSignal('SIGINT', () => {
    interrupted = true;
  });
  const editor = new LineEditor(tty, {
    history: shell.history,
    *complete(line, cursor) {
      const { complete } = yield* completions();
      return yield* complete(shell, line, cursor);
    },
  });
  try {
    for (;;) {
      yield* reportJobs(shell);
      let source = '';
      let prompt = promptOf(shell, style);
      for (;;) {
        const result = yield* editor.read(prompt);
        if (result.kind === 'end') {
          if (source !== '') {
            yield* shell.context.stderr.write('bash: syntax error: unexpected end of file\n');
            source = '';
            break;
          }
          return shell.status;
        }
        if (result.kind === 'interrupt') {
          shell.status = 130;
          source = '';
          break;
        }
        source = source === '' ? result.text : `${source}\n${result.text}`;
        if (source.trim() === '' || !isIncomplete(source)) break;
        prompt = '> ';
      }
      if (source.trim() === '') continue;
      let line = source;
      if (/!|^\^/.test(source)) {
        const { expandHistory, HistoryError } = yield* histories();
        try {
          const expanded = expandHistory(source, shell.history);
          line = expanded.line;
          if (line !== source) yield* shell.context.stdout.write(`${line}\n`);
          if (expanded.printed === true) {
            shell.history.push(line);
            continue;
          }
        } catch (error) {
          if (!(error instanceof HistoryError)) throw error;
          yield* shell.context.stderr.write(`${shell.prefix()}${error.message}\n`);
          continue;
        }
      }
      if (!line.startsWith(' ') && shell.history.at(-1) !== line) shell.history.push(line);
      if (shell.history.length > 1000) shell.history.shift();
      interrupted = false;
      const ended = shell.observer?.typed?.(shell.computer.id, line);
      try {
        yield* shell.context.interrupted(shell.run(line), 'SIGINT');
        ended?.(shell.status);
      } catch (error) {
        if (!(error instanceof ControlFlow)) throw error;
        if (error.kind === 'exit') return error.value;
        shell.status = error.value;
      }
      if (interrupted) {
        shell.status = 130;
        for (const process of shell.foregroundGroup) process.signalTree('SIGINT');
      }
      shell.foreground(undefined);
    }
  } finally {
    stopInterrupt();
    release();
    leave();
    tty.foreground = before;
  }
}
