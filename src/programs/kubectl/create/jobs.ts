import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { select } from '../resource/selection.ts';
import { commandAfterDash, creator } from './subcommand.ts';

const noTime = null as unknown as string;

interface JobTemplate {
  readonly metadata?: { readonly labels?: object; readonly annotations?: object };
  readonly spec?: object;
}

function podTemplate(name: string, image: string, command: readonly string[], restartPolicy: string): object {
  return {
    metadata: { creationTimestamp: null },
    spec: {
      containers: [{ ...(command.length === 0 ? {} : { command: [...command] }), image, name, resources: {} }],
      restartPolicy,
    },
  };
}

export const createJob: Command = creator({
  name: 'job',
  flags: [
    { name: 'image', type: 'string' },
    { name: 'from', type: 'string' },
  ],
  failure: 'failed to create job: ',
  *make(invocation, name, namespace) {
    const { flags } = invocation;
    const image = flags.string('image');
    const from = flags.string('from');
    if ((image === '') === (from === '')) throw new Failure('either --image or --from must be specified');
    if (from !== '' && commandAfterDash(invocation).length > 0) throw new Failure('cannot specify --from and command');
    if (from !== '') return yield* jobFrom(invocation, name, from);
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) },
      spec: { template: podTemplate(name, image, commandAfterDash(invocation), 'Never') },
      status: {},
    };
  },
});

/** A Job as the CronJob would make it now. */
function* jobFrom(invocation: Invocation, name: string, from: string): Routine<KubeObject> {
  const { namespace } = invocation;
  const selection = yield* select(invocation, {
    args: [from],
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    latest: true,
  });
  const { infos, failure } = yield* selection.infos();
  if (failure !== undefined) throw failure;
  if (infos.length !== 1) throw new Failure('from must be an existing cronjob');
  const source = infos[0]?.object;
  if (source?.kind !== 'CronJob') throw new Failure(`unknown object type *v1.${source?.kind ?? ''}`);
  const template = (source['spec'] as { jobTemplate?: JobTemplate } | undefined)?.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      creationTimestamp: noTime,
      name,
      ...(namespace.explicit ? { namespace: namespace.name } : {}),
      annotations: { ...template?.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ...(template?.metadata?.labels === undefined ? {} : { labels: { ...template.metadata.labels } }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: source.metadata?.name ?? '',
          uid: source.metadata?.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: template?.spec ?? {},
    status: {},
  } as KubeObject;
}

export const createCronJob: Command = creator({
  name: 'cronjob',
  aliases: ['cj'],
  flags: [
    { name: 'image', type: 'string', required: true },
    { name: 'schedule', type: 'string', required: true },
    { name: 'restart', type: 'string' },
  ],
  failure: 'failed to create cronjob: ',
  make(invocation, name, namespace) {
    const { flags } = invocation;
    const restart = flags.string('restart') || 'OnFailure';
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        schedule: flags.string('schedule'),
        jobTemplate: {
          metadata: { creationTimestamp: null, name },
          spec: { template: podTemplate(name, flags.string('image'), commandAfterDash(invocation), restart) },
        },
      },
      status: {},
    };
  },
});
