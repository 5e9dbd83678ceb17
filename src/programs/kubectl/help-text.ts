import type { Context, Output } from '../../machines/process.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import { Failure } from './errors.ts';
import { wordWrap } from './go/wordwrap.ts';

/**
 * What `kubectl PATH --help` prints; the help of kubectl itself for an empty path. On a terminal its lines are wrapped to
 * 80, 100 or 120 columns, whichever fits.
 */
export function* helpText(context: Context, path: readonly string[], stream: Output = context.stdout): Routine<string> {
  const { recordedHelp } = yield* outside(() => import('./help/index.ts'));
  const texts = yield* outside(() => recordedHelp(path[0] ?? ''));
  const recorded = texts[path.join(' ')];
  if (recorded === undefined) throw new Failure(`no help for "${path.join(' ')}"`);
  const text = recorded.replaceAll("'$HOME/.kube/cache'", `'${context.machine.home}/.kube/cache'`);
  const columns = context.terminal?.columns ?? 0;
  const limit = [120, 100, 80].find((width) => columns >= width);
  if (limit === undefined) return text;
  const flagsWrapped = context.stdout.tty
    ? text.replace(/^\t(.*)$/gm, (_, usage: string) => wrapUsage(usage, limit))
    : text;
  return stream.tty ? wordWrap(flagsWrapped, limit) : flagsWrapped;
}

/** The description of a flag is narrower than the rest. */
function wrapUsage(usage: string, limit: number): string {
  return `\t${wordWrap(usage, limit - 10).replaceAll('\n', '\n\t')}`;
}
