import { type Routine, sleep } from '../../sim/routine.ts';
import { type Call, type DockerCommand, each } from './command.ts';
import { DaemonError } from './engine.ts';
import { startWords } from './run.ts';
import { relay, sessionOf } from './streams.ts';

const GRACE_SECONDS = 10;

function grace(call: Call): number {
  return Number(call.flags.value('timeout') ?? GRACE_SECONDS) * 1000;
}

/** Starts one and waits until it is clear that it runs. @throws DaemonError */
function* launch(call: Call, reference: string): Routine {
  const container = call.engine.find(reference);
  yield* sleep(120);
  call.engine.start(container);
  yield* sleep(150);
  if (container.error !== '') throw new DaemonError(startWords(container.error));
}

export const startCommand: DockerCommand = {
  name: 'start',
  aliases: ['container start'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    const { flags } = call;
    if (flags.has('attach') || flags.has('interactive')) {
      const container = call.engine.find(call.operands[0] ?? '');
      call.engine.start(container);
      if (container.running === undefined) return 1;
      const { tty } = container.config;
      const session = sessionOf(container.running.attach({ stdin: flags.has('interactive'), tty }), container);
      return yield* relay(call, session, { stdin: flags.has('interactive'), tty });
    }
    const status = yield* each(call, function* (reference) {
      yield* launch(call, reference);
      return reference;
    });
    if (status !== 0) yield* call.err(`failed to start containers: ${call.operands.join(', ')}\n`);
    return status;
  },
};

export const stop: DockerCommand = {
  name: 'stop',
  aliases: ['container stop'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      yield* call.engine.stop(call.engine.find(reference), grace(call));
      return reference;
    });
  },
};

export const restart: DockerCommand = {
  name: 'restart',
  aliases: ['container restart'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      yield* call.engine.stop(call.engine.find(reference), grace(call));
      yield* launch(call, reference);
      return reference;
    });
  },
};

export const kill: DockerCommand = {
  name: 'kill',
  aliases: ['container kill'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      const container = call.engine.find(reference);
      if (container.state !== 'running')
        throw new DaemonError(`cannot kill container: ${reference}: container ${container.id} is not running`);
      yield* call.engine.stop(container, /^(SIG)?TERM$/i.test(call.flags.value('signal') ?? '') ? 600_000 : 0);
      return reference;
    });
  },
};

export const rm: DockerCommand = {
  name: 'rm',
  aliases: ['container rm', 'container remove'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      yield* call.engine.remove(call.engine.find(reference), call.flags.has('force'));
      return reference;
    });
  },
};

export const rename: DockerCommand = {
  name: 'rename',
  aliases: ['container rename'],
  arguments: [2, 2],
  *run(call) {
    const [from = '', to = ''] = call.operands;
    const container = call.engine.find(from);
    const other = call.engine.containers.find((one) => one.name === to);
    if (other !== undefined)
      throw new DaemonError(
        `Error when allocating new name: Conflict. The container name "/${to}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    container.name = to;
    return 0;
  },
};

export const wait: DockerCommand = {
  name: 'wait',
  aliases: ['container wait'],
  arguments: [1, Number.POSITIVE_INFINITY],
  *run(call) {
    return yield* each(call, function* (reference) {
      const container = call.engine.find(reference);
      while (container.state === 'running') yield* sleep(100);
      return String(container.exitCode);
    });
  },
};

export const containerPrune: DockerCommand = {
  name: 'container prune',
  arguments: [0, 0],
  *run(call) {
    if (!call.flags.has('force')) {
      yield* call.out('WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ');
      const answer = yield* call.context.stdin.readLine();
      if (!/^y(es)?$/i.test(answer ?? '')) return 1;
    }
    const gone = call.engine.containers.filter((one) => one.state !== 'running');
    if (gone.length > 0) yield* call.out(`Deleted Containers:\n${gone.map((one) => `${one.id}\n`).join('')}\n`);
    for (const one of gone) yield* call.engine.remove(one, true);
    yield* call.out('Total reclaimed space: 0B\n');
    return 0;
  },
};
