import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, PlainFailure, usageFailure } from '../errors.ts';
import { exposed } from '../generators/expose.ts';
import { pod as podObject } from '../generators/pod.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { attachTo } from '../remote/attach.ts';
import { streamLogs } from '../remote/logs.ts';
import { defaultContainer } from '../remote/pods.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS } from '../shared-flags.ts';
import { deleteInfo, waitUntilGone } from '../write/deletion.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { generated } from '../write/generated.ts';
import { withLastAppliedTyped } from '../write/last-applied.ts';
import { overridden } from '../write/overrides.ts';
import { createObject, mappingOfObject } from '../write/requests.ts';
import { watchObject } from '../write/watch.ts';

const command: Command = {
  name: 'run',
  flags: [
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'annotations', type: 'array' },
    { name: 'image', type: 'string', required: true },
    { name: 'image-pull-policy', type: 'string' },
    { name: 'rm', type: 'bool' },
    { name: 'env', type: 'array' },
    { name: 'port', type: 'string' },
    { name: 'labels', short: 'l', type: 'string' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'attach', type: 'bool' },
    { name: 'leave-stdin-open', type: 'bool' },
    { name: 'restart', type: 'string', default: 'Always' },
    { name: 'command', type: 'bool' },
    { name: 'expose', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'privileged', type: 'bool' },
    { name: 'override-type', type: 'string', default: 'merge' },
    { name: 'overrides', type: 'string' },
    { name: 'field-manager', type: 'string', default: 'kubectl-run' },
    { name: 'save-config', type: 'bool' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s' },
    { name: 'cascade', type: 'string', default: 'background', bare: 'background' },
    { name: 'force', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'wait', type: 'bool' },
    ...FILENAME_FLAGS,
  ],
  *run(invocation) {
    yield* run(invocation);
  },
};

export default command;

/** reference.ReferenceRegexp of distribution, near enough: host, path, tag, digest. */
const IMAGE =
  /^([a-zA-Z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@[A-Za-z0-9+.-]+:[0-9a-fA-F]{32,})?$/;

function* run(invocation: Invocation): Routine {
  const { flags, args, namespace } = invocation;
  const usage = (message: string) => usageFailure(invocation.path, message);
  const dryRun = yield* dryRunOf(invocation);
  const attached = flags.bool('attach') || (!flags.changed('attach') && (flags.bool('stdin') || flags.bool('tty')));
  if (args.length === 0 || flags.argsBeforeDash === 0) throw usage('NAME is required for run');
  const [name = '', ...words] = args;
  const stdin = flags.bool('stdin');
  const tty = flags.bool('tty');
  const remove = flags.bool('rm');
  const image = flags.string('image');
  if (image === '') throw new Failure('--image is required');
  if (!IMAGE.test(image)) throw new Failure(`Invalid image name ${goQuote(image)}: invalid reference format`);
  if (tty && !stdin) throw usage('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.bool('expose') && flags.string('port') === '') throw usage('--port must be set when exposing a service');
  const restart = flags.string('restart');
  if (!['Always', 'OnFailure', 'Never', ''].includes(restart)) throw usage(`invalid restart policy: ${restart}`);
  if (remove && !attached) throw usage('--rm should only be used for attached containers');
  if (attached && dryRun !== 'none')
    throw usage(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  const policy = flags.string('image-pull-policy');
  if (!['', 'Always', 'Never', 'IfNotPresent'].includes(policy)) throw usage(`invalid image pull policy: ${policy}`);
  const port = flags.string('port');
  if (port !== '' && !/^\d+$/.test(port)) throw new Failure(`strconv.Atoi: parsing ${goQuote(port)}: invalid syntax`);
  const plain = generated(() =>
    podObject({
      name,
      image,
      imagePullPolicy: policy,
      ...(port === '' ? {} : { port: Number(port) }),
      env: flags.list('env'),
      labels: flags.string('labels'),
      annotations: flags.list('annotations'),
      restart,
      args: words,
      asCommand: flags.bool('command'),
      stdin,
      tty,
      stdinOnce: stdin && !flags.bool('leave-stdin-open') && (restart === 'Never' || restart === 'OnFailure'),
      ...(flags.changed('privileged') ? { privileged: flags.bool('privileged') } : {}),
    }),
  );
  const pod = overridden(invocation, plain);
  const print = yield* objectPrinter(invocation, operationText('created', dryRun), { typed: true });
  const info = yield* make(invocation, pod, dryRun);
  const made: ResourceInfo[] = [info];
  if (flags.bool('expose')) {
    const service = generated(() =>
      exposed({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels } } }, { name, port }),
    );
    const { labels: _, ...metadata } = service.metadata ?? {};
    const extra = yield* make(invocation, { ...service, metadata }, dryRun);
    made.push(extra);
    if (extra.object !== undefined) yield* invocation.out(print(extra.object));
  }
  if (!attached) {
    if (info.object !== undefined) yield* invocation.out(print(info.object));
    return;
  }
  try {
    // Ctrl-C while it waits must not leave behind what --rm promises to remove.
    const ended = yield* invocation.context.interrupted(
      (function* () {
        yield* attachWhenRunning(invocation, info);
        yield* reportExit(invocation, info, restart, namespace.name);
        return true;
      })(),
      'SIGINT',
    );
    if (ended === undefined) throw new PlainFailure('');
  } finally {
    if (!remove) made.length = 0;
    yield* cleanUp(invocation, made);
  }
}

function* make(invocation: Invocation, object: KubeObject, dryRun: DryRun): Routine<ResourceInfo> {
  const { flags, namespace } = invocation;
  const mapping = yield* mappingOfObject(invocation, object);
  const prepared = flags.bool('save-config') ? withLastAppliedTyped(object) : object;
  const result =
    dryRun === 'client'
      ? prepared
      : yield* createObject(invocation, mapping, namespace.name, prepared, {
          dryRun,
          manager: flags.string('field-manager'),
        });
  return { mapping, name: object.metadata?.name ?? '', namespace: namespace.name, object: result };
}

type AnyPod = Pod & KubeObject;

/** Waits for the container, then attaches; a pod that has ended already shows its log instead. */
function* attachWhenRunning(invocation: Invocation, info: ResourceInfo): Routine {
  const { flags } = invocation;
  const { sim } = invocation.context.machine.world;
  const end = sim.now() + flags.number('pod-running-timeout');
  const pod = yield* watchObject(invocation, info, end, function* (object): Routine<AnyPod | undefined> {
    yield* [];
    if (object === undefined) throw new Failure(`pods ${goQuote(info.name)} not found`);
    const seen = object as AnyPod;
    const phase = seen.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') return seen;
    return phase === 'Running' &&
      seen.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
      ? seen
      : undefined;
  });
  if (pod === undefined) throw new Failure('timed out waiting for the condition');
  const quiet = flags.bool('quiet');
  const container = yield* defaultContainer(invocation, pod, '', quiet);
  const target = { namespace: info.namespace, pod: info.name, container: container.name };
  if (pod.status?.phase !== 'Running') {
    yield* streamLogs(invocation, [target], { follow: false });
    return;
  }
  try {
    yield* attachTo(invocation, pod, container, { stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!quiet)
      yield* invocation.err(
        `warning: couldn't attach to pod/${info.name}, falling back to streaming logs: ${error.message}\n`,
      );
    yield* streamLogs(invocation, [target], { follow: true });
    return;
  }
  if (flags.bool('stdin') && flags.bool('tty') && pod.spec?.restartPolicy === 'Always' && !quiet)
    yield* invocation.err(
      `Session ended, resume using 'kubectl attach ${info.name} -c ${container.name} -i -t' command when the pod is running\n`,
    );
}

/** The container's exit code is kubectl's, when the container does not start again. */
function* reportExit(invocation: Invocation, info: ResourceInfo, restart: string, namespace: string): Routine {
  if (restart !== 'Never' && restart !== 'OnFailure') return;
  const end = Number.POSITIVE_INFINITY;
  const pod = yield* watchObject(invocation, info, end, function* (object): Routine<AnyPod | undefined> {
    yield* [];
    if (object === undefined) throw new Failure(`pods ${goQuote(info.name)} not found`);
    const { phase } = (object as AnyPod).status ?? {};
    return phase === 'Succeeded' || phase === 'Failed' ? (object as AnyPod) : undefined;
  });
  if (pod?.status?.phase !== 'Failed') return;
  const terminated = pod.status.containerStatuses?.[0]?.state?.terminated;
  if (terminated === undefined || terminated.exitCode === 0)
    throw new Failure(`pod ${namespace}/${info.name} failed with unknown exit code`);
  throw new PlainFailure(
    `pod ${namespace}/${info.name} terminated (${terminated.reason ?? ''})\n${terminated.message ?? ''}`,
    terminated.exitCode,
  );
}

/** --rm */
function* cleanUp(invocation: Invocation, made: readonly ResourceInfo[]): Routine {
  for (const info of made) {
    const kind = (info.mapping?.kind ?? '').toLowerCase();
    const grace = invocation.flags.number('grace-period');
    const uid = yield* deleteInfo(invocation, info, {
      propagationPolicy: 'Background',
      ...(grace < 0 ? {} : { gracePeriodSeconds: grace }),
    });
    if (!invocation.flags.bool('quiet')) yield* invocation.out(`${kind} "${info.name}" deleted\n`);
    yield* waitUntilGone(invocation, [info], Number.POSITIVE_INFINITY, new Map([[info, uid]]));
  }
}
