import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Deployment, KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { groupResource } from '../rest/mapper.ts';
import { historyTable, noVisitor, revisionsOf, revisionText, templateText } from '../rollout/history.ts';
import { rolloutState } from '../rollout/status.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, LABEL_SELECTOR_FLAG, PRINT_FLAGS } from '../shared-flags.ts';
import { dryRunOf, operationText } from '../write/dry-run.ts';
import { patchObject, refresh } from '../write/requests.ts';
import { equal } from '../write/three-way.ts';
import { watchObject } from '../write/watch.ts';

const MANAGER: Flag = { name: 'field-manager', type: 'string', default: 'kubectl-rollout' };
const CHANGE_FLAGS = [...PRINT_FLAGS, ...FILENAME_FLAGS, LABEL_SELECTOR_FLAG, MANAGER];

const command: Command = {
  name: 'rollout',
  alone: { stream: 'stdout', status: 1 },
  subcommands: [
    {
      name: 'history',
      flags: [...PRINT_FLAGS, ...FILENAME_FLAGS, LABEL_SELECTOR_FLAG, { name: 'revision', type: 'int64' }],
      run: (invocation) => history(invocation),
    },
    { name: 'pause', flags: CHANGE_FLAGS, run: (invocation) => change(invocation, 'paused', pausing) },
    { name: 'resume', flags: CHANGE_FLAGS, run: (invocation) => change(invocation, 'resumed', resuming) },
    {
      name: 'undo',
      flags: [
        ...PRINT_FLAGS,
        ...FILENAME_FLAGS,
        LABEL_SELECTOR_FLAG,
        DRY_RUN_FLAG,
        { name: 'to-revision', type: 'int64' },
      ],
      run: (invocation) => undo(invocation),
    },
    {
      name: 'status',
      flags: [
        ...FILENAME_FLAGS,
        LABEL_SELECTOR_FLAG,
        { name: 'watch', short: 'w', type: 'bool', default: 'true' },
        { name: 'revision', type: 'int64' },
        { name: 'timeout', type: 'duration' },
      ],
      run: (invocation) => status(invocation),
    },
    { name: 'restart', flags: CHANGE_FLAGS, run: (invocation) => change(invocation, 'restarted', restarting) },
  ],
};

export default command;

function* selected(
  invocation: Invocation,
): Routine<{ readonly infos: readonly ResourceInfo[]; readonly failure: Failure | undefined }> {
  const { args, flags, namespace } = invocation;
  if (args.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '')
    throw new Failure('required resource not specified');
  const selection = yield* select(invocation, {
    args,
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    labelSelector: flags.string('selector'),
    allowEmptySelector: true,
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    latest: true,
    continueOnError: true,
  });
  return yield* selection.infos();
}

function* status(invocation: Invocation): Routine {
  const { flags } = invocation;
  const revision = flags.number('revision');
  if (revision < 0) throw new Failure(`revision must be a positive integer: ${revision}`);
  const { infos, failure } = yield* selected(invocation);
  if (infos.length === 0 && failure === undefined)
    yield* invocation.err(`No resources found in ${invocation.namespace.name} namespace.\n`);
  const timeout = flags.number('timeout');
  const { sim } = invocation.context.machine.world;
  const end = timeout > 0 ? sim.now() + timeout : Number.POSITIVE_INFINITY;
  for (const info of infos) {
    const over = yield* watchObject(invocation, info, end, function* (object) {
      if (object === undefined) throw new Failure('object has been deleted');
      const state = rolloutState(object, revision);
      yield* invocation.out(state.message);
      return state.done || !flags.bool('watch') ? true : undefined;
    });
    if (over === undefined) throw new Failure('timed out waiting for the condition');
  }
  if (failure !== undefined) throw failure;
}

function* history(invocation: Invocation): Routine {
  const { flags } = invocation;
  const revision = flags.number('revision');
  if (revision < 0) throw new Failure(`revision must be a positive integer: ${revision}`);
  const { infos, failure } = yield* selected(invocation);
  for (const info of infos) {
    const revisions = yield* revisionsOf(invocation, info);
    if (flags.string('output') !== '') {
      const print = yield* objectPrinter(invocation, '');
      const wanted = revision > 0 ? [revision] : [...revisions.keys()].sort((a, b) => a - b);
      for (const number of wanted) {
        const set = revisions.get(number);
        if (set === undefined) throw new Failure('unable to find the specified revision');
        yield* invocation.out(print({ ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' } as KubeObject));
      }
      continue;
    }
    const text = revision > 0 ? revisionText(revisions, revision) : historyTable(revisions);
    const print = yield* objectPrinter(invocation, `${revision > 0 ? `with revision #${revision}` : ''}\n${text}`);
    if (info.object !== undefined) yield* invocation.out(print(info.object));
  }
  if (failure !== undefined) throw failure;
}

function* undo(invocation: Invocation): Routine {
  const { flags } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const toRevision = flags.number('to-revision');
  if (toRevision < 0) throw new Failure(`revision must be a positive integer: ${toRevision}`);
  const { infos, failure } = yield* selected(invocation);
  const failures: Failure[] = failure === undefined ? [] : [failure];
  for (const info of infos) {
    try {
      const result = yield* rollBack(invocation, info, toRevision, dryRun);
      const print = yield* objectPrinter(invocation, operationText(result, dryRun));
      if (info.object !== undefined) yield* invocation.out(print(info.object));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
}

function* rollBack(
  invocation: Invocation,
  info: ResourceInfo,
  toRevision: number,
  dryRun: 'none' | 'client' | 'server',
): Routine<string> {
  const deployment = info.object as (Deployment & KubeObject) | undefined;
  if (deployment?.kind !== 'Deployment') throw noVisitor('rollbacker', info);
  const name = JSON.stringify(info.name);
  const revisions = yield* revisionsOf(invocation, info);
  const newest = [...revisions.keys()].sort((a, b) => b - a);
  const wanted = toRevision === 0 ? newest[1] : toRevision;
  const set = wanted === undefined ? undefined : revisions.get(wanted);
  if (set === undefined || wanted === undefined) {
    if (toRevision > 0) throw new Failure(`unable to find specified revision ${toRevision} in history`);
    throw new Failure(`no rollout history found for deployment ${name}`);
  }
  const template = withoutHash(set.spec?.template);
  if (dryRun === 'client') return templateText(set.spec?.template);
  if (deployment.spec?.paused === true)
    throw new Failure(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  if (equal(template, withoutHash(deployment.spec?.template)))
    return `skipped rollback (current template already matches revision ${wanted})`;
  // The revision's own annotations come back, except those that the controller and apply keep for themselves.
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(deployment.metadata?.annotations ?? {}))
    if (OWN.has(key)) kept[key] = value;
  for (const [key, value] of Object.entries(set.metadata?.annotations ?? {})) if (!OWN.has(key)) kept[key] = value;
  const result = yield* patchObject(
    invocation,
    info,
    'application/json-patch+json',
    [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'replace', path: '/metadata/annotations', value: kept },
    ],
    { dryRun, manager: undefined },
  );
  // What is printed is the object as it was found.
  if (invocation.flags.string('output') === '') refresh(info, result);
  return 'rolled back';
}

const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (template?.metadata?.labels === undefined) return template;
  const { 'pod-template-hash': _, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

type Change = (object: KubeObject, invocation: Invocation) => unknown;

/** pause, resume and restart: a patch for each object. A change that cannot be made is thrown as a Failure. */
function* change(invocation: Invocation, operation: string, patchFor: Change): Routine {
  const print = yield* objectPrinter(invocation, operation);
  const { infos, failure } = yield* selected(invocation);
  const failures: Failure[] = failure === undefined ? [] : [failure];
  for (const info of infos) {
    if (info.object === undefined || info.mapping === undefined) continue;
    try {
      let patch: unknown;
      try {
        patch = patchFor(info.object, invocation);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(`error: ${groupResource(info.mapping)} ${JSON.stringify(info.name)} ${error.message}`);
      }
      const result = yield* patchObject(invocation, info, 'application/strategic-merge-patch+json', patch, {
        manager: invocation.flags.string('field-manager'),
      });
      refresh(info, result);
      yield* invocation.out(print(result));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
}

function isPaused(object: KubeObject): boolean {
  return (object['spec'] as { paused?: boolean } | undefined)?.paused === true;
}

const pausing: Change = (object) => {
  if (object.kind !== 'Deployment') throw new Failure('pausing is not supported');
  if (isPaused(object)) throw new Failure('is already paused');
  return { spec: { paused: true } };
};

const resuming: Change = (object) => {
  if (object.kind !== 'Deployment') throw new Failure('resuming is not supported');
  if (!isPaused(object)) throw new Failure('is not paused');
  return { spec: { paused: null } };
};

const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

const restarting: Change = (object, invocation) => {
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind ?? ''))
    throw new Failure('restarting is not supported');
  if (isPaused(object)) throw new Failure("can't restart paused deployment (run rollout resume first)");
  const now = `${new Date(invocation.now).toISOString().slice(0, 19)}Z`;
  const template = (object['spec'] as { template?: PodTemplateSpec } | undefined)?.template;
  if (template?.metadata?.annotations?.[RESTARTED] === now)
    throw new Failure(
      'if restart has already been triggered within the past second, please wait before attempting to trigger another',
    );
  return { spec: { template: { metadata: { annotations: { [RESTARTED]: now } } } } };
};
