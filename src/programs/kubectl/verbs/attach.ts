import type { Command } from '../command.ts';
import { Failure, PlainFailure } from '../errors.ts';
import { attachTo } from '../remote/attach.ts';
import { defaultContainer, podFor } from '../remote/pods.ts';
import { select } from '../resource/selection.ts';
import { podArgument } from './exec.ts';

const command: Command = {
  name: 'attach',
  flags: [
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s' },
    { name: 'container', short: 'c', type: 'string' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
  ],
  *run(invocation) {
    const { args, flags, namespace } = invocation;
    if (args.length === 0) throw new Failure('at least 1 argument is required for attach');
    if (args.length > 2)
      throw new Failure(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      );
    const selection = yield* select(invocation, {
      args: args.length === 1 ? podArgument(args[0] ?? '') : args,
      namespace: namespace.name,
      requireNamespace: namespace.explicit,
    });
    const [info] = (yield* selection.infos()).infos;
    if (info === undefined) throw new Failure('pod, type/name or --filename must be specified');
    const { pod } = yield* podFor(invocation, info, 'attach', flags.number('pod-running-timeout'));
    const phase = pod.status?.phase ?? '';
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new Failure(`cannot attach a container in a completed pod; current phase is ${phase}`);
    const container = yield* defaultContainer(invocation, pod, flags.string('container'), flags.bool('quiet'));
    const code = yield* attachTo(invocation, pod, container, {
      stdin: flags.bool('stdin'),
      tty: flags.bool('tty'),
      quiet: flags.bool('quiet'),
    });
    if (code !== 0) throw new PlainFailure(`command terminated with exit code ${code}`, code);
  },
};

export default command;
