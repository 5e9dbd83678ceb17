import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure, isNotFound, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { withoutManagedFields } from '../print/printer.ts';
import { infoPath, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { FILENAME_FLAGS, LABEL_SELECTOR_FLAG } from '../shared-flags.ts';
import { lastApplied } from '../write/last-applied.ts';
import { createObject, patchObject } from '../write/requests.ts';
import { strategic } from '../write/strategic.ts';
import { threeWayMergePatch, threeWayStrategicPatch } from '../write/three-way.ts';
import { unifiedDiff } from '../write/unified-diff.ts';
import { emitYaml } from '../yaml/emit.ts';

const command: Command = {
  name: 'diff',
  flags: [
    ...FILENAME_FLAGS,
    LABEL_SELECTOR_FLAG,
    { name: 'server-side', type: 'bool' },
    { name: 'force-conflicts', type: 'bool' },
    { name: 'field-manager', type: 'string', default: 'kubectl-client-side-apply' },
    { name: 'prune', type: 'bool' },
    { name: 'prune-allowlist', type: 'array' },
    { name: 'show-managed-fields', type: 'bool' },
    { name: 'concurrency', type: 'int', default: '1' },
  ],
  *run(invocation) {
    const { args, flags } = invocation;
    if (args.length > 0) throw usageFailure(invocation.path, `Unexpected args: [${args.join(' ')}]`);
    if (flags.list('filename').length === 0 && flags.string('kustomize') === '')
      throw new Failure('must specify one of -f and -k', 2);
    if (flags.bool('prune')) throw new Failure('this kubectl does not prune', 2);
    return yield* diff(invocation);
  },
};

export default command;

/** Exit status 1 when something differs; what goes wrong is more than 1. */
function* diff(invocation: Invocation): Routine<number> {
  const { flags, namespace, context } = invocation;
  const { sim } = context.machine.world;
  const digits = sim.random.stream('kubectl-diff');
  const folders = [`/tmp/LIVE-${digits.text(10, '0123456789')}`, `/tmp/MERGED-${digits.text(10, '0123456789')}`];
  const selection = yield* select(invocation, {
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    labelSelector: flags.string('selector'),
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    continueOnError: true,
    withoutObject: true,
  });
  const { infos, failure } = yield* selection.infos();
  const failures: Failure[] = failure === undefined ? [] : [failure];
  const sections: { readonly file: string; readonly text: string }[] = [];
  for (const info of infos) {
    try {
      const { live, merged } = yield* versions(invocation, info);
      const text = unifiedDiff(shown(invocation, live), shown(invocation, merged));
      if (text !== '') sections.push({ file: fileName(info), text });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const stamp = `${new Date(invocation.now).toISOString().slice(0, 23).replace('T', ' ')}000000 +0000`;
  for (const { file, text } of sections.sort((a, b) => (a.file < b.file ? -1 : 1))) {
    const [live, merged] = folders.map((folder) => `${folder}/${file}`);
    yield* invocation.out(`diff -u -N ${live} ${merged}\n--- ${live}\t${stamp}\n+++ ${merged}\t${stamp}\n${text}`);
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
  return sections.length > 0 ? 1 : 0;
}

/** The object as it is, and as apply would make it, which the server is asked for. */
function* versions(
  invocation: Invocation,
  info: ResourceInfo,
): Routine<{ readonly live: KubeObject | undefined; readonly merged: KubeObject }> {
  const { mapping, object } = info;
  const { flags } = invocation;
  if (mapping === undefined || object === undefined) throw new Failure('nothing to compare');
  const write = { dryRun: 'server' as const, manager: flags.string('field-manager') };
  let live: KubeObject | undefined;
  try {
    live = (yield* invocation.client.get(infoPath(info))) as KubeObject;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (flags.bool('server-side'))
    return {
      live,
      merged: yield* patchObject(invocation, info, 'application/apply-patch+yaml', object, {
        ...write,
        force: flags.bool('force-conflicts'),
      }),
    };
  if (live === undefined)
    return { live, merged: yield* createObject(invocation, mapping, info.namespace, object, write) };
  // What apply keeps for itself is no difference.
  const wanted = { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata?.annotations } } };
  const original: unknown = JSON.parse(lastApplied(live) ?? '{}');
  const isStrategic = strategic(mapping);
  const patch = (isStrategic ? threeWayStrategicPatch : threeWayMergePatch)(original, wanted, live);
  if (Object.keys(patch).length === 0) return { live, merged: live };
  return {
    live,
    merged: yield* patchObject(
      invocation,
      info,
      isStrategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
      patch,
      write,
    ),
  };
}

function shown(invocation: Invocation, object: KubeObject | undefined): string {
  if (object === undefined) return '';
  const visible = invocation.flags.bool('show-managed-fields') ? object : withoutManagedFields(object);
  return emitYaml(visible.kind === 'Secret' ? masked(visible) : visible);
}

/** Secrets are not shown, only that they differ is. */
function masked(secret: KubeObject): KubeObject {
  const data = (secret['data'] ?? {}) as Record<string, string>;
  return { ...secret, data: Object.fromEntries(Object.keys(data).map((key) => [key, '***'])) };
}

function fileName(info: ResourceInfo): string {
  const { mapping } = info;
  const group = mapping === undefined || mapping.group === '' ? '' : `${mapping.group}.`;
  return `${group}${mapping?.version ?? ''}.${mapping?.kind ?? ''}.${info.namespace}.${info.name}`;
}
