import type { KubeObject } from '../../../cluster/api/types.ts';
import { clone } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure, isNotFound, StatusFailure, usageFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { compactJson } from '../print/json.ts';
import { namePrinter, objectPrinter, withoutManagedFields } from '../print/printer.ts';
import { emitListJson } from '../print/typed-json.ts';
import { fetchInfo, infoPath, objectName, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { apiVersionOf } from '../rest/mapper.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, LABEL_SELECTOR_FLAG, PRINT_FLAGS, VALIDATE_FLAG } from '../shared-flags.ts';
import { deleteInfo, waitUntilGone } from '../write/deletion.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { LAST_APPLIED, lastApplied, withLastApplied, withLastAppliedAlone } from '../write/last-applied.ts';
import { allowlist, prune } from '../write/prune.ts';
import { createObject, patchObject, refresh, validationOf, withSource } from '../write/requests.ts';
import { strategic } from '../write/strategic.ts';
import { threeWayMergePatch, threeWayStrategicPatch } from '../write/three-way.ts';
import { emitYaml } from '../yaml/emit.ts';
import { parseYaml, YamlError } from '../yaml/parse.ts';
import { askEditor, HEADER, withoutComments } from './edit.ts';

const FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  ...FILENAME_FLAGS,
  { name: 'cascade', type: 'string', default: 'background', bare: 'background' },
  { name: 'force', type: 'bool' },
  { name: 'grace-period', type: 'int', default: '-1' },
  { name: 'timeout', type: 'duration' },
  { name: 'wait', type: 'bool' },
  { name: 'overwrite', type: 'bool', default: 'true' },
  { name: 'openapi-patch', type: 'bool', default: 'true' },
  { name: 'prune', type: 'bool' },
  { name: 'prune-allowlist', type: 'array' },
  { name: 'all', type: 'bool' },
  VALIDATE_FLAG,
  LABEL_SELECTOR_FLAG,
  DRY_RUN_FLAG,
  { name: 'server-side', type: 'bool' },
  { name: 'force-conflicts', type: 'bool' },
  { name: 'field-manager', type: 'string', default: 'kubectl-client-side-apply' },
  { name: 'subresource', type: 'string' },
];

const command: Command = {
  name: 'apply',
  flags: FLAGS,
  *run(invocation) {
    const { args, flags } = invocation;
    if (args.length > 0) throw usageFailure(invocation.path, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = yield* dryRunOf(invocation);
    const serverSide = flags.bool('server-side');
    if (flags.bool('force-conflicts') && !serverSide)
      throw new Failure('--force-conflicts only works with --server-side');
    if (dryRun === 'client' && serverSide)
      throw new Failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (flags.bool('force') && serverSide) throw new Failure('--force cannot be used with --server-side');
    if (flags.bool('prune') && !flags.bool('all') && flags.string('selector') === '')
      throw new Failure(
        'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
      );
    if (flags.bool('prune') && flags.bool('all') && flags.string('selector') !== '')
      throw new Failure('cannot set --all and --selector at the same time');
    const allowed = flags.bool('prune') ? allowlist(flags.list('prune-allowlist')) : [];
    if (flags.list('filename').length === 0 && flags.string('kustomize') === '')
      throw new Failure('must specify one of -f and -k');
    yield* apply(invocation, dryRun, allowed);
  },
  subcommands: [
    {
      name: 'edit-last-applied',
      flags: [
        ...PRINT_FLAGS,
        ...FILENAME_FLAGS,
        { name: 'windows-line-endings', type: 'bool' },
        VALIDATE_FLAG,
        { name: 'field-manager', type: 'string', default: 'kubectl-client-side-apply' },
      ],
      *run(invocation) {
        yield* editLastApplied(invocation);
      },
    },
    {
      name: 'view-last-applied',
      flags: [
        { name: 'output', short: 'o', type: 'string', default: 'yaml' },
        LABEL_SELECTOR_FLAG,
        { name: 'all', type: 'bool' },
        ...FILENAME_FLAGS,
      ],
      *run(invocation) {
        yield* viewLastApplied(invocation);
      },
    },
    {
      name: 'set-last-applied',
      flags: [
        ...PRINT_FLAGS,
        DRY_RUN_FLAG,
        { name: 'create-annotation', type: 'bool' },
        { name: 'filename', short: 'f', type: 'strings' },
      ],
      *run(invocation) {
        yield* setLastApplied(invocation);
      },
    },
  ],
};

export default command;

function* apply(invocation: Invocation, dryRun: DryRun, allowed: ReturnType<typeof allowlist>): Routine {
  const { flags, namespace } = invocation;
  const validation = validationOf(invocation);
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
    validate: validation !== 'Ignore',
  });
  const { infos, failure } = yield* selection.infos();
  const failures: Failure[] = failure === undefined ? [] : [failure];
  if (infos.length === 0 && failure === undefined) throw new Failure('no objects passed to apply');
  const output = flags.string('output').toLowerCase();
  const printsObjects = output !== '' && output !== 'name';
  if (printsObjects) yield* objectPrinter(invocation, '');
  const done: KubeObject[] = [];
  for (const info of infos) {
    try {
      const operation = yield* applyOne(invocation, info, dryRun, validation, printsObjects);
      if (info.object !== undefined) done.push(info.object);
      if (!printsObjects) {
        const print = namePrinter(output, operationText(operation, dryRun));
        if (info.object !== undefined) yield* invocation.out(print?.(info.object) ?? '');
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  if (printsObjects && done.length > 0) {
    const print = yield* objectPrinter(invocation, '');
    const [only] = done;
    const list = { apiVersion: 'v1', kind: 'List', metadata: {}, items: done };
    if (done.length === 1 && only !== undefined) yield* invocation.out(print(only));
    else if (output === 'json' && !flags.bool('show-managed-fields'))
      yield* invocation.out(`${emitListJson({ ...list, items: done.map(withoutManagedFields) })}\n`);
    else yield* invocation.out(print(list));
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
  if (flags.bool('prune'))
    yield* prune(invocation, {
      dryRun,
      selector: flags.string('selector'),
      allowed,
      namespaces: new Set(infos.filter(({ mapping }) => mapping?.namespaced).map((info) => info.namespace)),
      kept: new Set(done.map(({ metadata }) => metadata?.uid ?? '')),
      cascade: flags.string('cascade').replace(/^./, (letter) => letter.toUpperCase()),
      grace: flags.number('grace-period'),
      quiet: printsObjects,
      output,
    });
}

/** Applies one object; says what happened to it. */
function* applyOne(
  invocation: Invocation,
  info: ResourceInfo,
  dryRun: DryRun,
  validation: string,
  printsObjects: boolean,
): Routine<string> {
  const { flags } = invocation;
  const { mapping, object } = info;
  if (mapping === undefined || object === undefined) throw new Failure('nothing to apply');
  if (flags.bool('server-side')) return yield* applyServerSide(invocation, info, dryRun, validation);
  const manager = flags.string('field-manager');
  if ((object.metadata?.name ?? '') === '' && object.metadata?.generateName !== undefined)
    throw new Failure(`from ${object.metadata.generateName}: cannot use generate name with apply`);
  const modified = withLastApplied(object);
  let live: KubeObject;
  try {
    const request: ResourceInfo = { ...info };
    delete request.object;
    yield* fetchInfoAt(invocation, request);
    live = request.object ?? object;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!isNotFound(error))
      throw withSource(
        `retrieving current configuration of:\n${infoString(info)}\nfrom server for:`,
        info.source,
        error,
      );
    if (dryRun === 'client') {
      info.object = modified;
      return 'created';
    }
    try {
      refresh(
        info,
        yield* createObject(invocation, mapping, info.namespace, modified, { dryRun, manager, validation }),
      );
    } catch (failed) {
      if (failed instanceof Failure) throw withSource('creating', info.source, failed);
      throw failed;
    }
    return 'created';
  }
  info.object = live;
  if (dryRun === 'client') {
    if (printsObjects) info.object = merged(live, modified);
    return 'configured';
  }
  if (lastApplied(live) === undefined)
    yield* invocation.err(
      `Warning: resource ${objectName(info)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  const original: unknown = JSON.parse(lastApplied(live) ?? '{}');
  const isStrategic = strategic(mapping);
  const patch = isStrategic
    ? threeWayStrategicPatch(original, modified, live)
    : threeWayMergePatch(original, modified, live);
  if (Object.keys(patch).length === 0) return 'unchanged';
  try {
    refresh(
      info,
      yield* patchObject(
        invocation,
        info,
        isStrategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
        patch,
        { dryRun, manager, validation },
      ),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (flags.bool('force') && dryRun === 'none') {
      yield* deleteInfo(invocation, info, { gracePeriodSeconds: 0, propagationPolicy: 'Background' });
      yield* waitUntilGone(invocation, [info], Number.POSITIVE_INFINITY);
      refresh(info, yield* createObject(invocation, mapping, info.namespace, modified, { manager, validation }));
      return 'configured';
    }
    throw withSource(
      `applying patch:\n${compactJson(patch)}\nto:\n${infoString(info)}\nfor:`,
      info.source,
      withSource('patching', info.source, error),
    );
  }
  if (info.object?.metadata?.deletionTimestamp !== undefined)
    yield* invocation.err(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
  return 'configured';
}

/** Fetches without blaming the namespace: its absence shows when the object is created. */
function* fetchInfoAt(invocation: Invocation, info: ResourceInfo): Routine {
  const object = (yield* invocation.client.get(infoPath(info))) as KubeObject;
  info.object = object;
}

/** For --dry-run=client -o yaml: the live object with the fields of the manifest laid over it. */
function merged(live: KubeObject, modified: KubeObject): KubeObject {
  const over = (base: unknown, top: unknown): unknown => {
    if (typeof top !== 'object' || top === null || Array.isArray(top)) return clone(top);
    const out: Record<string, unknown> =
      typeof base === 'object' && base !== null && !Array.isArray(base) ? { ...(base as Record<string, unknown>) } : {};
    for (const [key, value] of Object.entries(top)) out[key] = over(out[key], value);
    return out;
  };
  return over(live, modified) as KubeObject;
}

/** resource.Info's String in messages. */
function infoString(info: ResourceInfo): string {
  const { mapping } = info;
  if (mapping === undefined) return info.name;
  return `Resource: "${mapping.group}/${mapping.version}, Resource=${mapping.resource}", GroupVersionKind: "${mapping.group}/${mapping.version}, Kind=${mapping.kind}"\nName: ${JSON.stringify(info.name)}, Namespace: ${JSON.stringify(info.namespace)}`;
}

const CONFLICT_ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

function* applyServerSide(
  invocation: Invocation,
  info: ResourceInfo,
  dryRun: DryRun,
  validation: string,
): Routine<string> {
  const { flags } = invocation;
  const manager = flags.changed('field-manager') ? flags.string('field-manager') : 'kubectl';
  try {
    refresh(
      info,
      yield* patchObject(invocation, info, 'application/apply-patch+yaml', info.object, {
        dryRun,
        manager,
        validation,
        force: flags.bool('force-conflicts'),
      }),
    );
  } catch (error) {
    if (error instanceof StatusFailure && error.reason === 'Conflict')
      throw new Failure(`${error.message}\n${CONFLICT_ADVICE}`);
    throw error;
  }
  return 'serverside-applied';
}

function* viewLastApplied(invocation: Invocation): Routine {
  const { flags, args, namespace } = invocation;
  const output = flags.string('output');
  if (output !== 'yaml' && output !== 'json')
    throw usageFailure(
      invocation.path,
      `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`,
    );
  const selection = yield* select(invocation, {
    args,
    filename: filenames(invocation),
    labelSelector: flags.string('selector'),
    selectAll: flags.bool('all'),
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    latest: true,
  });
  const { infos } = yield* selection.infos();
  for (const info of infos) {
    const text = lastApplied(info.object);
    if (text === undefined) continue;
    const object = JSON.parse(text) as KubeObject;
    yield* invocation.out(output === 'yaml' ? emitYaml(object) : `${JSON.stringify(object, undefined, 2)}\n`);
  }
}

/** The annotation is edited as the object that it stands for, and put back as one line. */
function* editLastApplied(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const json = flags.string('output') === 'json';
  const selection = yield* select(invocation, {
    args,
    filename: filenames(invocation),
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    latest: true,
  });
  const { infos, failure } = yield* selection.infos();
  if (failure !== undefined) throw failure;
  const print = yield* objectPrinter(invocation, 'edited');
  for (const info of infos) {
    const text = lastApplied(info.object);
    if (text === undefined)
      throw new Failure(`no last-applied-configuration annotation found on resource: ${info.name}`);
    const object = JSON.parse(text) as KubeObject;
    const body = json ? `${JSON.stringify(object, undefined, 2)}\n` : emitYaml(object);
    const saved = yield* askEditor(invocation, info.name, (json ? '' : HEADER) + body, json);
    const edited = saved === undefined ? body : withoutComments(saved, json);
    if (edited === body) {
      yield* invocation.err('Edit cancelled, no changes made.\n');
      continue;
    }
    if (edited.trim() === '') {
      yield* invocation.err('Edit cancelled, saved file was empty.\n');
      continue;
    }
    let annotation: string;
    try {
      annotation = `${compactJson(parseYaml(edited))}\n`;
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw new Failure(`The edited file had a syntax error: ${error.message}`);
    }
    const done = yield* patchObject(
      invocation,
      info,
      'application/merge-patch+json',
      { metadata: { annotations: { [LAST_APPLIED]: annotation } } },
      { manager: flags.string('field-manager') },
    );
    yield* invocation.out(print(done));
  }
}

function* setLastApplied(invocation: Invocation): Routine {
  const { flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const selection = yield* select(invocation, {
    filename: filenames(invocation),
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    withoutObject: true,
  });
  const { infos } = yield* selection.infos();
  const print = yield* objectPrinter(invocation, operationText('configured', dryRun));
  for (const info of infos) {
    if (info.mapping === undefined || info.object === undefined) continue;
    const wanted = withLastAppliedAlone(info.object);
    const live: ResourceInfo = { ...info };
    yield* fetchInfo(invocation.client, live);
    if (lastApplied(live.object) === undefined && !flags.bool('create-annotation'))
      throw new Failure(
        `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
      );
    let object = live.object ?? info.object;
    if (lastApplied(object) !== lastApplied(wanted) && dryRun !== 'client')
      object = yield* patchObject(
        invocation,
        info,
        'application/merge-patch+json',
        { metadata: { annotations: { [LAST_APPLIED]: lastApplied(wanted) } } },
        { dryRun, manager: undefined },
      );
    yield* invocation.out(print({ ...object, apiVersion: apiVersionOf(info.mapping), kind: info.mapping.kind }));
  }
}

function filenames(invocation: Invocation) {
  const { flags } = invocation;
  return {
    filenames: flags.list('filename'),
    kustomize: flags.has('kustomize') ? flags.string('kustomize') : '',
    recursive: flags.has('recursive') && flags.bool('recursive'),
  };
}
