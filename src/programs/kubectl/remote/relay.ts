import type { ExecSession } from '../../../cluster/kubelet/runtime.ts';
import { type Routine, start, until } from '../../../sim/routine.ts';
import type { Invocation } from '../invocation.ts';

/**
 * Carries a remote process's streams to and from this one's until the process ends; gives back its exit code. With `tty`
 * the terminal is in raw mode meanwhile, and Ctrl-C goes to the far end as a key.
 */
export function* relay(
  invocation: Invocation,
  session: ExecSession,
  options: { readonly stdin: boolean; readonly tty: boolean },
): Routine<number> {
  const { context } = invocation;
  const { sim } = context.machine.world;
  const queue: [text: string, stream: 'stdout' | 'stderr'][] = [];
  let exit: number | undefined;
  let wake: (() => void) | undefined;
  session.onOutput((text, stream) => {
    queue.push([text, stream]);
    wake?.();
  });
  session.onExit((code) => {
    exit = code;
    wake?.();
  });
  const closers: (() => void)[] = [];
  try {
    if (options.tty && context.terminal !== undefined) {
      const { terminal } = context;
      closers.push(terminal.raw());
      closers.push(terminal.onResize(() => session.resize(terminal.columns, terminal.rows)));
    }
    if (options.stdin) {
      const pump = start(
        sim,
        (function* (): Routine {
          for (;;) {
            const chunk = yield* context.stdin.read();
            if (chunk === null) break;
            session.write(chunk);
          }
          session.closeInput();
        })(),
      );
      closers.push(() => pump.kill());
    }
    for (;;) {
      const item = queue.shift();
      if (item !== undefined) {
        yield* context[item[1]].write(item[0]);
        continue;
      }
      if (exit !== undefined) return exit;
      yield* until<void>((resolve) => {
        wake = resolve;
        return () => {
          wake = undefined;
        };
      });
    }
  } finally {
    for (const close of closers.reverse()) close();
    session.detach();
  }
}
