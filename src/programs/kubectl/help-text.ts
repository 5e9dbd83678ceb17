import type { Context } from '../../machines/process.ts';
import { outside, type Routine } from '../../sim/routine.ts';
import { Failure } from './errors.ts';

/** What `kubectl PATH --help` prints; the help of kubectl itself for an empty path. */
export function* helpText(context: Context, path: readonly string[]): Routine<string> {
  const { recordedHelp } = yield* outside(() => import('./help/index.ts'));
  const texts = yield* outside(() => recordedHelp(path[0] ?? ''));
  const text = texts[path.join(' ')];
  if (text === undefined) throw new Failure(`no help for "${path.join(' ')}"`);
  return text.replaceAll('$HOME', context.machine.home);
}
