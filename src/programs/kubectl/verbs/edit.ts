import type { KubeObject } from '../../../cluster/api/types.ts';
import { FileError } from '../../../machines/filesystem.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure, PlainFailure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { emitJson } from '../print/json.ts';
import { objectPrinter, withoutManagedFields } from '../print/printer.ts';
import { infoName, isList, listItems, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { groupResource } from '../rest/mapper.ts';
import { FILENAME_FLAGS, PRINT_FLAGS, SUBRESOURCE_FLAG, VALIDATE_FLAG } from '../shared-flags.ts';
import { savedConfig } from '../write/last-applied.ts';
import { patchObject } from '../write/requests.ts';
import { strategic } from '../write/strategic.ts';
import { mergePatchBetween, strategicPatchBetween } from '../write/three-way.ts';
import { emitYaml } from '../yaml/emit.ts';
import { parseYaml, YamlError } from '../yaml/parse.ts';

const command: Command = {
  name: 'edit',
  flags: [
    ...PRINT_FLAGS,
    ...FILENAME_FLAGS,
    { name: 'output-patch', type: 'bool' },
    { name: 'windows-line-endings', type: 'bool' },
    { name: 'save-config', type: 'bool' },
    VALIDATE_FLAG,
    { name: 'field-manager', type: 'string', default: 'kubectl-edit' },
    SUBRESOURCE_FLAG,
  ],
  *run(invocation) {
    yield* edit(invocation);
  },
};

export default command;

/** What stands above the object in the editor. */
export const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

function* edit(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const output = flags.string('output');
  const json = output === 'json';
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
    latest: true,
    continueOnError: true,
  });
  const { infos, failure } = yield* selection.infos();
  if (failure !== undefined) throw failure;
  if (infos.length === 0) throw new Failure('edit cancelled, no objects found');
  const [only] = infos;
  const objects = infos.flatMap(({ object }) => (object === undefined ? [] : [withoutManagedFields(object)]));
  const original =
    infos.length === 1 && objects[0] !== undefined
      ? objects[0]
      : { apiVersion: 'v1', kind: 'List', metadata: {}, items: objects };
  const emit = (object: KubeObject) => (json ? `${emitJson(object)}\n` : emitYaml(object));
  const title = infos.length === 1 && only !== undefined ? infoName(only) : 'List';
  let body = emit(original);
  let reason = '';
  for (;;) {
    const shown = (json ? '' : HEADER) + reason + body;
    const saved = yield* askEditor(invocation, title, shown, json);
    const stripped = saved === undefined ? undefined : withoutComments(saved, json);
    if (saved === undefined || stripped === body || stripped === withoutComments(shown, json)) {
      if (reason === '') {
        yield* invocation.err('Edit cancelled, no changes made.\n');
        return;
      }
      const copy = yield* keepCopy(invocation, shown, json);
      yield* invocation.err(copy);
      throw new Failure('Edit cancelled, no valid changes were saved.');
    }
    if (stripped === undefined || stripped.trim() === '') {
      yield* invocation.err('Edit cancelled, saved file was empty.\n');
      return;
    }
    body = stripped;
    const outcome = yield* save(invocation, infos, stripped);
    if (outcome === undefined) return;
    reason = outcome;
  }
}

/** What was saved, without the lines that are for people. */
export function withoutComments(text: string, json: boolean): string {
  if (json) return text;
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
}

/** Sends what changed. What the server refused comes back as the comment that the file is reopened with. */
function* save(invocation: Invocation, infos: readonly ResourceInfo[], text: string): Routine<string | undefined> {
  const { flags } = invocation;
  let parsed: KubeObject;
  try {
    parsed = parseYaml(text) as KubeObject;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const message = `The edited file had a syntax error: error parsing edited-file: error converting YAML to JSON: ${error.message}`;
    return `# ${message}\n#\n`;
  }
  const edited = isList(parsed) ? listItems(parsed) : [parsed];
  const failures: Failure[] = [];
  const print = yield* objectPrinter(invocation, 'edited');
  let reason = '';
  let changed = 0;
  for (const object of edited) {
    const info = infos.find(
      ({ name, namespace, mapping }) =>
        name === object.metadata?.name &&
        mapping?.kind === object.kind &&
        (mapping?.namespaced !== true || namespace === (object.metadata?.namespace ?? namespace)),
    );
    if (info?.mapping === undefined || info.object === undefined)
      throw new Failure('At least one of apiVersion, kind and name was changed');
    const before = withoutManagedFields(info.object);
    const after = savedConfig(object, flags.bool('save-config'));
    const isStrategic = strategic(info.mapping);
    const patch = isStrategic ? strategicPatchBetween(before, after) : mergePatchBetween(before, after);
    if (Object.keys(patch).length === 0) continue;
    changed++;
    if (flags.bool('output-patch')) yield* invocation.out(`Patch: ${JSON.stringify(patch)}\n`);
    try {
      const result = yield* patchObject(
        invocation,
        info,
        isStrategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
        patch,
        { manager: flags.string('field-manager') },
      );
      info.object = result;
      yield* invocation.out(print(result));
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error;
      const name = `${groupResource(info.mapping)} ${JSON.stringify(info.name)}`;
      if (error.reason === 'Invalid') {
        const causes = error.answer.details?.causes ?? [];
        reason += `# ${name} was not valid:\n${causes.map(({ field = '', message = '' }) => `# * ${field}: ${message}\n`).join('')}#\n`;
        yield* invocation.err(`error: ${name} is invalid\n`);
      } else if (error.reason === 'NotFound') {
        yield* invocation.err(`error: ${name} could not be found on the server\n`);
        failures.push(new PlainFailure(''));
      } else {
        reason += `# ${name} could not be patched: ${error.message}\n#\n`;
        yield* invocation.err(`error: ${name} could not be patched: ${error.message}\n`);
      }
    }
  }
  if (reason !== '') return reason;
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
  if (changed === 0) yield* invocation.err('Edit cancelled, no changes made.\n');
  return undefined;
}

/** Lets a person, or the program that KUBE_EDITOR names, change a text. Undefined: cancelled. @throws Failure */
export function* askEditor(
  invocation: Invocation,
  title: string,
  text: string,
  json: boolean,
): Routine<string | undefined> {
  const { context } = invocation;
  const editor = context.env.get('KUBE_EDITOR') ?? context.env.get('EDITOR') ?? '';
  if (editor === '' && context.terminal?.edit !== undefined)
    return (yield* context.terminal.edit(title, text)) ?? undefined;
  const words = (editor === '' ? 'vi' : editor).split(/\s+/).filter((word) => word !== '');
  const path = temporary(invocation, json);
  context.fs.write(path, text);
  try {
    const status = yield* context.run(['sh', '-c', `${words.join(' ')} ${path}`]);
    if (status === 127) throw new Failure(`unable to launch the editor ${JSON.stringify(words.join(' '))}`);
    if (status !== 0) throw new Failure(`there was a problem with the editor ${JSON.stringify(words.join(' '))}`);
    return context.fs.read(path);
  } finally {
    removeQuietly(invocation, path);
  }
}

function temporary(invocation: Invocation, json: boolean): string {
  const digits = invocation.context.machine.world.sim.random.stream('kubectl-edit').text(10, '0123456789');
  return `/tmp/kubectl-edit-${digits}.${json ? 'json' : 'yaml'}`;
}

function removeQuietly(invocation: Invocation, path: string): void {
  try {
    invocation.fs.remove(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

function* keepCopy(invocation: Invocation, text: string, json: boolean): Routine<string> {
  yield* [];
  const path = temporary(invocation, json);
  invocation.fs.write(path, text);
  return `A copy of your changes has been stored to "${path}"\n`;
}
