import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { ALL_NAMESPACES_FLAG, FIELD_SELECTOR_FLAG, LABEL_SELECTOR_FLAG } from '../shared-flags.ts';

const COMMON: readonly Flag[] = [
  LABEL_SELECTOR_FLAG,
  { name: 'sort-by', type: 'string' },
  { name: 'no-headers', type: 'bool' },
  { name: 'use-protocol-buffers', type: 'bool', default: 'true' },
  { name: 'sum', type: 'bool' },
];

/** Usage figures come from metrics-server, which the cluster does not run. */
function* metricsOrNone(invocation: Invocation, usage: string): Routine {
  const { args, flags } = invocation;
  if (args.length > 1) throw usageFailure(invocation.path, usage);
  if (args.length === 1 && flags.string('selector') !== '')
    throw new Failure('only one of NAME or --selector can be provided');
  const sortBy = flags.string('sort-by');
  if (sortBy !== '' && sortBy !== 'cpu' && sortBy !== 'memory')
    throw new Failure('--sort-by accepts only cpu or memory');
  const { groups } = yield* invocation.mapper();
  if (!groups.some(({ name }) => name === 'metrics.k8s.io')) throw new Failure('Metrics API not available');
  throw new Failure('this kubectl reads no metrics');
}

const command: Command = {
  name: 'top',
  subcommands: [
    {
      name: 'node',
      aliases: ['nodes', 'no'],
      flags: [...COMMON.filter(({ name }) => name !== 'sum'), { name: 'show-capacity', type: 'bool' }],
      run: (invocation) => metricsOrNone(invocation, 'node [NAME | -l label]'),
    },
    {
      name: 'pod',
      aliases: ['pods', 'po'],
      flags: [...COMMON, FIELD_SELECTOR_FLAG, ALL_NAMESPACES_FLAG, { name: 'containers', type: 'bool' }],
      run: (invocation) => metricsOrNone(invocation, 'pod [NAME | -l label]'),
    },
  ],
};

export default command;
