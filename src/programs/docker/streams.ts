import type { ExecSession } from '../../cluster/kubelet/runtime.ts';
import { type Routine, start, until } from '../../sim/routine.ts';
import type { Call } from './command.ts';
import type { DockerContainer } from './container.ts';
import { DaemonError } from './engine.ts';

/** @throws DaemonError when the far end refuses */
export function sessionOf(session: ExecSession | { readonly error: string }, container: DockerContainer): ExecSession {
  if ('error' in session) throw new DaemonError(`${session.error} (container ${container.name})`);
  return session;
}

/**
 * Carries a container's streams to and from this process's until the container's process ends; its exit code. With `tty` the
 * terminal is raw meanwhile, and Ctrl-P Ctrl-Q leaves without ending anything.
 */
export function* relay(
  call: Call,
  session: ExecSession,
  options: { readonly stdin: boolean; readonly tty: boolean },
): Routine<number> {
  const { context } = call;
  const queue: [text: string, stream: 'stdout' | 'stderr'][] = [];
  const closers: (() => void)[] = [];
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
  try {
    const { terminal } = context;
    if (options.tty && terminal !== undefined) {
      closers.push(terminal.raw());
      closers.push(terminal.onResize(() => session.resize(terminal.columns, terminal.rows)));
      session.resize(terminal.columns, terminal.rows);
    }
    if (options.stdin) {
      const pump = start(
        context.machine.world.sim,
        (function* (): Routine {
          for (;;) {
            const chunk = yield* context.stdin.read();
            if (chunk === null) break;
            if (options.tty && chunk.includes('\x10\x11')) {
              exit = 0;
              queue.push(['read escape sequence\r\n', 'stdout']);
              wake?.();
              return;
            }
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
