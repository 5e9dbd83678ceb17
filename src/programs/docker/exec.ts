import { sleep } from '../../sim/routine.ts';
import type { DockerCommand } from './command.ts';
import { DaemonError } from './engine.ts';
import { relay, sessionOf } from './streams.ts';

export const exec: DockerCommand = {
  name: 'exec',
  aliases: ['container exec'],
  arguments: [2, Number.POSITIVE_INFINITY],
  interspersed: false,
  *run(call) {
    const { flags, context, engine } = call;
    const [reference = '', ...command] = call.operands;
    const tty = flags.has('tty');
    const stdin = flags.has('interactive');
    const container = engine.find(reference);
    if (tty && stdin && !context.stdin.tty) {
      yield* call.err('the input device is not a TTY\n');
      return 1;
    }
    if (container.state !== 'running' || container.running === undefined)
      throw new DaemonError(`container ${container.id} is not running`);
    yield* sleep(60);
    const pairs = flags.all('env');
    const { terminal } = context;
    const session = container.running.exec({
      command: pairs.length === 0 ? command : ['env', ...pairs, ...command],
      stdin: stdin && !flags.has('detach'),
      tty,
      ...(tty && terminal !== undefined ? { columns: terminal.columns, rows: terminal.rows } : {}),
    });
    if ('error' in session) {
      yield* call.err(`${session.error}: unknown\n`);
      return /executable file not found|no such file/.test(session.error) ? 127 : 126;
    }
    if (flags.has('detach')) return 0;
    return yield* relay(call, session, { stdin, tty });
  },
};

export const attach: DockerCommand = {
  name: 'attach',
  aliases: ['container attach'],
  arguments: [1, 1],
  *run(call) {
    const container = call.engine.find(call.operands[0] ?? '');
    if (container.state !== 'running' || container.running === undefined) {
      yield* call.err('cannot attach to a stopped container, start it first\n');
      return 1;
    }
    const { tty, stdin } = container.config;
    const wanted = stdin && !call.flags.has('no-stdin');
    if (tty && wanted && !call.context.stdin.tty) {
      yield* call.err('the input device is not a TTY\n');
      return 1;
    }
    const session = sessionOf(container.running.attach({ stdin: wanted, tty }), container);
    return yield* relay(call, session, { stdin: wanted, tty });
  },
};
