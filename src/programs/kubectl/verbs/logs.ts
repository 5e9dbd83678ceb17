import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { streamLogs } from '../remote/logs.ts';
import { defaultContainer, findContainer, podFor, podSelectorOf, podsBySelector } from '../remote/pods.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { type Selection, select } from '../resource/selection.ts';
import { LABEL_SELECTOR_FLAG } from '../shared-flags.ts';
import { podArgument } from './exec.ts';

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

const command: Command = {
  name: 'logs',
  flags: [
    { name: 'all-containers', type: 'bool' },
    { name: 'all-pods', type: 'bool' },
    { name: 'follow', short: 'f', type: 'bool' },
    { name: 'timestamps', type: 'bool' },
    { name: 'limit-bytes', type: 'int64' },
    { name: 'previous', short: 'p', type: 'bool' },
    { name: 'tail', type: 'int64', default: '-1' },
    { name: 'since-time', type: 'string' },
    { name: 'since', type: 'duration' },
    { name: 'container', short: 'c', type: 'string' },
    { name: 'insecure-skip-tls-verify-backend', type: 'bool' },
    { name: 'pod-running-timeout', type: 'duration', default: '20s' },
    LABEL_SELECTOR_FLAG,
    { name: 'max-log-requests', type: 'int', default: '5' },
    { name: 'ignore-errors', type: 'bool' },
    { name: 'prefix', type: 'bool' },
  ],
  *run(invocation) {
    yield* logs(invocation);
  },
};

export default command;

interface Target {
  readonly pod: Pod & KubeObject;
  readonly container: string;
}

function* logs(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const selector = flags.string('selector');
  if (args.length === 0 && selector === '') throw usageFailure(invocation.path, USAGE);
  if (args.length > 0 && selector !== '')
    throw usageFailure(invocation.path, 'only a selector (-l) or a POD name is allowed');
  if (args.length > 2) throw usageFailure(invocation.path, USAGE);
  const container = flags.string('container') || (args[1] ?? '');
  if (args.length === 2 && flags.string('container') !== '')
    throw usageFailure(invocation.path, 'only one of -c or an inline [CONTAINER] arg is allowed');
  checkLimits(invocation, container);
  const targets: Target[] = [];
  if (selector !== '') {
    const pods = yield* podsBySelector(invocation, namespace.name, selector);
    if (pods.length === 0) {
      yield* invocation.err(`No resources found in ${namespace.name} namespace.\n`);
      return;
    }
    for (const pod of pods) targets.push(...(yield* containersOf(invocation, pod, container)));
  } else {
    const selection = yield* select(invocation, {
      args: podArgument(args[0] ?? ''),
      namespace: namespace.name,
      singleResourceType: true,
    });
    const [info] = yield* found(invocation, selection);
    if (info?.object === undefined) throw new Failure('expected a resource');
    if (flags.bool('all-pods') && info.object.kind !== 'Pod') {
      const pods = yield* podsBySelector(invocation, info.namespace, podSelectorOf(info.object));
      for (const pod of pods) targets.push(...(yield* containersOf(invocation, pod, container)));
    } else {
      const { pod, count } = yield* podFor(invocation, info, 'log', flags.number('pod-running-timeout'));
      if (count > 1) yield* invocation.err(`Found ${count} pods, using pod/${pod.metadata?.name ?? ''}\n`);
      targets.push(...(yield* containersOf(invocation, pod, container)));
    }
  }
  const limit = flags.number('max-log-requests');
  if (flags.bool('follow') && targets.length > 1 && targets.length > limit)
    throw new Failure(
      `you are attempting to follow ${targets.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
    );
  const tail = flags.changed('tail') ? flags.number('tail') : selector === '' ? -1 : 10;
  yield* streamLogs(
    invocation,
    targets.map((target) => ({
      namespace: target.pod.metadata?.namespace ?? namespace.name,
      pod: target.pod.metadata?.name ?? '',
      container: target.container,
    })),
    {
      follow: flags.bool('follow'),
      previous: flags.bool('previous'),
      timestamps: flags.bool('timestamps'),
      ...(tail < 0 ? {} : { tail }),
      ...(flags.number('since') === 0 ? {} : { sinceSeconds: Math.ceil(flags.number('since') / 1000) }),
      ...(flags.string('since-time') === '' ? {} : { sinceTime: flags.string('since-time') }),
      ...(flags.number('limit-bytes') === 0 ? {} : { limitBytes: flags.number('limit-bytes') }),
      prefix: flags.bool('prefix') || flags.bool('all-pods'),
      ignoreErrors: flags.bool('ignore-errors'),
    },
  );
}

/** What is not there is said in words of this verb's own. */
function* found(invocation: Invocation, selection: Selection): Routine<readonly ResourceInfo[]> {
  try {
    return (yield* selection.infos()).infos;
  } catch (error) {
    if (error instanceof StatusFailure && error.reason === 'NotFound')
      throw new Failure(
        `error from server (NotFound): ${error.message} in namespace ${JSON.stringify(invocation.namespace.name)}`,
      );
    throw error;
  }
}

function checkLimits(invocation: Invocation, container: string): void {
  const { flags } = invocation;
  const sinceTime = flags.string('since-time');
  if (sinceTime !== '' && Number.isNaN(Date.parse(sinceTime)))
    throw new Failure(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    );
  if (sinceTime !== '' && flags.number('since') !== 0)
    throw new Failure('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (flags.number('since') < 0) throw new Failure('--since must be greater than 0');
  if (flags.number('limit-bytes') < 0) throw new Failure('--limit-bytes must be greater than 0');
  if (flags.number('tail') < -1) throw new Failure('--tail must be greater than or equal to -1');
  if (flags.bool('all-containers') && container !== '')
    throw new Failure(`--all-containers=true should not be specified with container name ${container}`);
}

function* containersOf(invocation: Invocation, pod: Pod & KubeObject, container: string): Routine<Target[]> {
  if (invocation.flags.bool('all-containers'))
    return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ name }) => ({
      pod,
      container: name,
    }));
  if (container !== '' && findContainer(pod, container) === undefined)
    throw new Failure(`container ${container} is not valid for pod ${pod.metadata?.name ?? ''}`);
  return [{ pod, container: (yield* defaultContainer(invocation, pod, container, false)).name }];
}
