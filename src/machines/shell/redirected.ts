import type { Redirection } from 'unbash';
import type { Routine } from '../../sim/routine.ts';
import { atFirstUse } from './at-first-use.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './state.ts';

const redirections = atFirstUse(() => import('./redirection.ts'));

/** Runs `body` with redirections in place; 1 when one of them cannot be opened, which is said. */
export function* redirected(
  shell: Shell,
  redirects: readonly Redirection[],
  streams: Streams,
  body: (streams: Streams) => Routine<number>,
): Routine<number> {
  if (redirects.length === 0) return yield* body(streams);
  const opened = yield* (yield* redirections()).opening(shell, redirects, streams);
  return opened === undefined ? 1 : yield* body(opened);
}

/** Puts redirections in place for all that follows in these streams: `exec > file`. */
export function* redirectedForGood(shell: Shell, redirects: readonly Redirection[], streams: Streams): Routine<number> {
  const mark = shell.opened.length;
  const opened = yield* (yield* redirections()).opening(shell, redirects, streams);
  // It stays open behind the command.
  shell.opened.length = mark;
  if (opened === undefined) return 1;
  Object.assign(streams, opened);
  return 0;
}
