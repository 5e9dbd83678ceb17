import { ApiError, type KubeObject, type PatchType } from '../../../cluster/api/types.ts';
import { FileError } from '../../../machines/filesystem.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, PlainFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS, SUBRESOURCE_FLAG } from '../shared-flags.ts';
import { dryRunOf } from '../write/dry-run.ts';
import { patchedLocally } from '../write/local-patch.ts';
import { patchObject } from '../write/requests.ts';
import { equal } from '../write/three-way.ts';
import { parseYaml, YamlError } from '../yaml/parse.ts';

const TYPES: Readonly<Record<string, PatchType>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const command: Command = {
  name: 'patch',
  flags: [
    ...PRINT_FLAGS,
    { name: 'patch', short: 'p', type: 'string' },
    { name: 'patch-file', type: 'string' },
    { name: 'type', type: 'string', default: 'strategic' },
    ...FILENAME_FLAGS,
    { name: 'local', type: 'bool' },
    DRY_RUN_FLAG,
    { name: 'field-manager', type: 'string', default: 'kubectl-patch' },
    SUBRESOURCE_FLAG,
  ],
  *run(invocation) {
    yield* patch(invocation);
  },
};

export default command;

function* patch(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  if (flags.string('patch') !== '' && flags.string('patch-file') !== '')
    throw new Failure('cannot specify --patch and --patch-file together');
  if (flags.string('patch') === '' && flags.string('patch-file') === '')
    throw new Failure('must specify --patch or --patch-file containing the contents of the patch');
  const local = flags.bool('local');
  if (local && args.length > 0) throw new Failure('cannot specify --local and server resources');
  if (local && dryRun === 'server')
    throw new Failure('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  const type = TYPES[flags.string('type').toLowerCase()];
  if (type === undefined)
    throw new Failure(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.string('type'))}`);
  const text = flags.string('patch') || readPatch(invocation);
  let body: unknown;
  try {
    body = parseYaml(text);
  } catch (error) {
    // JSON goes to the server as it is, and the server finds the fault.
    if (/^\s*[{[]/.test(text)) throw new PlainFailure('Error from server (BadRequest): unexpected end of JSON input');
    if (error instanceof YamlError) throw new Failure(`unable to parse ${JSON.stringify(text)}: ${error.message}`);
    throw error;
  }
  if (local && /^\s*[{[]/.test(text)) requireJson(text);
  const selection = yield* select(invocation, {
    args,
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    subresource: flags.string('subresource'),
    flatten: true,
    continueOnError: true,
    local,
    latest: !local,
  });
  let count = 0;
  yield* selection.visit(function* (info) {
    const before = info.object;
    if (before === undefined) return;
    count++;
    const after =
      local || dryRun === 'client'
        ? locally(before, type, body)
        : yield* patchObject(invocation, info, type, body, { dryRun, manager: flags.string('field-manager') });
    const print = yield* objectPrinter(invocation, unchanged(before, after) ? 'patched (no change)' : 'patched');
    yield* invocation.out(print(after));
  });
  if (count === 0) throw new Failure('no objects passed to patch');
}

function readPatch(invocation: Invocation): string {
  const path = invocation.flags.string('patch-file');
  try {
    return invocation.fs.read(invocation.fs.resolve(invocation.context.cwd, path));
  } catch (error) {
    if (error instanceof FileError)
      throw new Failure(`unable to read patch file: open ${path}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new Failure('invalid JSON document');
  }
}

function locally(object: KubeObject, type: PatchType, body: unknown): KubeObject {
  try {
    return patchedLocally(object, type, body) as KubeObject;
  } catch (error) {
    if (error instanceof ApiError) throw new Failure(error.message);
    throw error;
  }
}

/** Who manages which field does not count as a change. */
function unchanged(before: KubeObject, after: KubeObject): boolean {
  const bare = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, managedFields: undefined, resourceVersion: undefined },
  });
  return equal(bare(before), bare(after));
}
