import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, PlainFailure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { connect } from '../remote/connect.ts';
import { defaultContainer, podFor } from '../remote/pods.ts';
import { relay } from '../remote/relay.ts';
import { select } from '../resource/selection.ts';
import { FILENAME_FLAGS } from '../shared-flags.ts';

const command: Command = {
  name: 'exec',
  flags: [
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s' },
    ...FILENAME_FLAGS.filter(({ name }) => name === 'filename'),
    { name: 'container', short: 'c', type: 'string' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
  ],
  *run(invocation) {
    yield* exec(invocation);
  },
};

export default command;

function* exec(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const { argsBeforeDash } = flags;
  const files = flags.list('filename');
  if (argsBeforeDash === 0 && files.length === 0) throw new Failure('pod, type/name or --filename must be specified');
  if (args.length === 0 && files.length === 0) throw new Failure('pod, type/name or --filename must be specified');
  const named = files.length === 0;
  if (argsBeforeDash < 0 && args.length > 1)
    throw usageFailure(
      invocation.path,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    );
  const remote = named ? args.slice(1) : argsBeforeDash < 0 ? args : args.slice(argsBeforeDash);
  if (remote.length === 0) throw new Failure('you must specify at least one command for the container');
  const selection = yield* select(invocation, {
    args: named ? podArgument(args[0] ?? '') : [],
    filename: { filenames: files, kustomize: '', recursive: false },
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
  });
  const { infos } = yield* selection.infos();
  const [info] = infos;
  if (info === undefined) throw new Failure('pod, type/name or --filename must be specified');
  const { pod } = yield* podFor(invocation, info, 'attach', flags.number('pod-running-timeout'));
  const phase = pod.status?.phase ?? '';
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new Failure(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  const container = yield* defaultContainer(invocation, pod, flags.string('container'), flags.bool('quiet'));
  const stdin = flags.bool('stdin');
  const tty = yield* usableTty(invocation, flags.bool('tty'), stdin);
  const session = yield* connect(invocation, {
    namespace: pod.metadata?.namespace ?? namespace.name,
    pod: pod.metadata?.name ?? '',
    container: container.name,
    subresource: 'exec',
    command: remote,
    stdin,
    tty,
  });
  const code = yield* relay(invocation, session, { stdin, tty });
  if (code !== 0) throw new PlainFailure(`command terminated with exit code ${code}`, code);
}

/** A pod's name alone, or TYPE/NAME. */
export function podArgument(word: string): readonly string[] {
  return word.includes('/') ? [word] : ['pods', word];
}

/** -t needs -i and a terminal here; without one it is given up with a word about it. */
export function* usableTty(invocation: Invocation, wanted: boolean, stdin: boolean): Routine<boolean> {
  if (!wanted) return false;
  if (!stdin) return false;
  const { stdin: input, terminal } = invocation.context;
  if (input.tty && terminal !== undefined) return true;
  yield* invocation.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}
