import type { Container, Pod } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Invocation } from '../invocation.ts';
import { connect } from './connect.ts';
import { relay } from './relay.ts';

/** Attaches this process's streams to a container's first process; gives back its exit code. @throws Failure */
export function* attachTo(
  invocation: Invocation,
  pod: Pod,
  container: Container,
  options: { readonly stdin: boolean; readonly tty: boolean; readonly quiet: boolean },
): Routine<number> {
  const { context } = invocation;
  const { stdin, quiet } = options;
  // The container's side decides: what reads a terminal there must be sent one.
  let tty = stdin && container.tty === true;
  if (options.tty && container.tty !== true && !quiet)
    yield* invocation.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  if (tty && !(context.stdin.tty && context.terminal !== undefined)) {
    tty = false;
    if (!quiet) yield* invocation.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  const session = yield* connect(invocation, {
    namespace: pod.metadata?.namespace ?? '',
    pod: pod.metadata?.name ?? '',
    container: container.name,
    subresource: 'attach',
    stdin,
    tty,
  });
  if (!quiet) yield* invocation.err("If you don't see a command prompt, try pressing enter.\n");
  return yield* relay(invocation, session, { stdin, tty });
}
