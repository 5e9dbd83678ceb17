import type { KubeObject } from '../../../cluster/api/types.ts';
import { type Routine, sleep } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { infoPath, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, LABEL_SELECTOR_FLAG, PRINT_FLAGS } from '../shared-flags.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { watchObject } from '../write/watch.ts';

const command: Command = {
  name: 'scale',
  flags: [
    ...PRINT_FLAGS,
    { name: 'all', type: 'bool' },
    { name: 'resource-version', type: 'string' },
    { name: 'current-replicas', type: 'int', default: '-1' },
    { name: 'replicas', type: 'int', required: true },
    { name: 'timeout', type: 'duration' },
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    LABEL_SELECTOR_FLAG,
  ],
  *run(invocation) {
    const { args, flags, namespace } = invocation;
    const dryRun = yield* dryRunOf(invocation);
    const print = yield* objectPrinter(invocation, operationText('scaled', dryRun));
    const replicas = flags.number('replicas');
    if (replicas < 0)
      throw new Failure('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (flags.number('current-replicas') < -1)
      throw new Failure('The --current-replicas must specify an integer of -1 or greater');
    const selection = yield* select(invocation, {
      args,
      filename: {
        filenames: flags.list('filename'),
        kustomize: flags.string('kustomize'),
        recursive: flags.bool('recursive'),
      },
      labelSelector: flags.string('selector'),
      selectAll: flags.bool('all'),
      namespace: namespace.name,
      requireNamespace: namespace.explicit,
      flatten: true,
      continueOnError: true,
    });
    const { infos, failure } = yield* selection.infos();
    if (failure !== undefined && infos.length === 0) throw new Failure(`no objects passed to scale ${failure.message}`);
    if (infos.length > 1 && flags.string('resource-version') !== '')
      throw new Failure('cannot use --resource-version with multiple resources');
    for (const info of infos) {
      if (dryRun !== 'client') yield* scaleOne(invocation, info, dryRun);
      if (flags.number('timeout') > 0 && dryRun === 'none') yield* waitForReplicas(invocation, info);
      if (info.object !== undefined) yield* invocation.out(print(info.object));
    }
    if (failure !== undefined) throw failure;
    if (infos.length === 0) throw new Failure('no objects passed to scale');
  },
};

export default command;

interface Scale extends KubeObject {
  spec?: { replicas?: number };
}

function* scaleOne(invocation: Invocation, info: ResourceInfo, dryRun: DryRun): Routine {
  const { flags, client } = invocation;
  const path = infoPath(info, 'scale');
  const replicas = flags.number('replicas');
  const current = flags.number('current-replicas');
  const resourceVersion = flags.string('resource-version');
  const query = { dryRun: dryRun === 'server' ? 'All' : undefined };
  if (current < 0 && resourceVersion === '') {
    yield* client.request('PATCH', path, {
      body: { spec: { replicas } },
      contentType: 'application/merge-patch+json',
      query,
    });
    return;
  }
  for (let attempt = 0; ; attempt++) {
    const scale = (yield* client.get(path)) as Scale;
    const there = scale.spec?.replicas ?? 0;
    if (current >= 0 && there !== current) throw new Failure(`Expected replicas to be ${current}, was ${there}`);
    const version = scale.metadata?.resourceVersion ?? '';
    if (resourceVersion !== '' && version !== resourceVersion)
      throw new Failure(`Expected resource version to be ${resourceVersion}, was ${version}`);
    try {
      yield* client.request('PUT', path, { body: { ...scale, spec: { ...scale.spec, replicas } }, query });
      return;
    } catch (error) {
      if (!(error instanceof StatusFailure) || error.reason !== 'Conflict' || attempt >= 3) throw error;
      yield* sleep(100);
    }
  }
}

function* waitForReplicas(invocation: Invocation, info: ResourceInfo): Routine {
  const wanted = invocation.flags.number('replicas');
  const end = invocation.context.machine.world.sim.now() + invocation.flags.number('timeout');
  const done = yield* watchObject(invocation, info, end, function* (object) {
    yield* [];
    const status = (object?.['status'] ?? {}) as { replicas?: number; observedGeneration?: number };
    const seen = (status.observedGeneration ?? 0) >= (object?.metadata?.generation ?? 0);
    return object === undefined || (seen && (status.replicas ?? 0) === wanted) ? true : undefined;
  });
  if (done === undefined) throw new Failure(`timed out waiting for ${JSON.stringify(info.name)} to be synced`);
}
