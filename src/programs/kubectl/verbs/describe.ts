import type { Event, KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { DescribeContext } from '../describe/describer.ts';
import { describerFor } from '../describe/index.ts';
import { podGone } from '../describe/pod.ts';
import { DescribeWriter } from '../describe/writer.ts';
import { aggregate, Failure, isNotFound, unwrapped } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { type Mapping, resourcePath } from '../rest/mapper.ts';
import { ALL_NAMESPACES_FLAG, CHUNK_SIZE_FLAG, FILENAME_FLAGS, LABEL_SELECTOR_FLAG } from '../shared-flags.ts';
import { SUGGEST_API_RESOURCES } from './get.ts';

const command: Command = {
  name: 'describe',
  flags: [
    ...FILENAME_FLAGS,
    LABEL_SELECTOR_FLAG,
    ALL_NAMESPACES_FLAG,
    { name: 'show-events', type: 'bool', default: 'true' },
    CHUNK_SIZE_FLAG,
  ],
  *run(invocation) {
    const { flags, args, namespace } = invocation;
    const files = flags.list('filename');
    if (args.length === 0 && files.length === 0 && flags.string('kustomize') === '')
      throw new Failure(`You must specify the type of resource to describe. ${SUGGEST_API_RESOURCES}\n`);
    const allNamespaces = flags.bool('all-namespaces');
    const selection = yield* select(invocation, {
      args,
      filename: { filenames: files, kustomize: flags.string('kustomize'), recursive: flags.bool('recursive') },
      labelSelector: flags.string('selector'),
      allowEmptySelector: true,
      namespace: namespace.name,
      requireNamespace: namespace.explicit && !allNamespaces,
      allNamespaces,
      chunkSize: flags.number('chunk-size'),
      flatten: true,
      continueOnError: true,
    });
    const { infos, failure } = yield* selection.infos();
    if (failure !== undefined && isNotFound(unwrapped(failure)) && args.length === 2) {
      yield* describeByPrefix(invocation, unwrapped(failure), args[0] ?? '', args[1] ?? '');
      return;
    }
    const failures = new Map<string, Failure>();
    if (failure !== undefined) failures.set('', failure);
    let first = true;
    for (const info of infos) {
      try {
        const text = yield* description(invocation, info);
        yield* invocation.out(first ? text : `\n\n${text}`);
        first = false;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.set(error.message, error);
      }
    }
    if (infos.length === 0 && failures.size === 0)
      yield* invocation.err(
        allNamespaces ? 'No resources found\n' : `No resources found in ${namespace.name} namespace.\n`,
      );
    const all = [...failures.values()];
    const [only] = all;
    if (all.length === 1 && only !== undefined) throw only;
    const failed = aggregate(all);
    if (failed !== undefined) throw failed;
  },
};

export default command;

function* description(invocation: Invocation, info: ResourceInfo): Routine<string> {
  const { mapping } = info;
  if (mapping === undefined) throw new Failure('no description without a server');
  const context = new DescribeContext(invocation, mapping);
  let object: KubeObject;
  try {
    object = yield* context.get(resourcePath(mapping, info.namespace, info.name));
  } catch (error) {
    const text = yield* traces(context, mapping, info, error);
    if (text === undefined) throw error;
    return text;
  }
  const writer = new DescribeWriter();
  yield* describerFor(mapping.group, mapping.kind)(object, writer, context);
  return writer.finish();
}

/** Events of a pod that is gone. */
function* traces(
  context: DescribeContext,
  mapping: Mapping,
  info: ResourceInfo,
  error: unknown,
): Routine<string | undefined> {
  if (mapping.kind !== 'Pod' || mapping.group !== '' || !context.showEvents || !(error instanceof Failure))
    return undefined;
  const gone: KubeObject = { metadata: { name: info.name, namespace: info.namespace } };
  const events: Event[] | undefined = yield* context.events(gone, { kind: '', uid: '' });
  if (events === undefined || events.length === 0) return undefined;
  const writer = new DescribeWriter();
  writer.write(0, podGone(info.name, error.message));
  context.writeEvents(writer, events);
  return writer.finish();
}

/** `describe pod my-nginx`: every pod whose name begins so. */
function* describeByPrefix(invocation: Invocation, original: Failure, type: string, prefix: string): Routine {
  const { flags, namespace } = invocation;
  const selection = yield* select(invocation, {
    args: [type],
    allowEmptySelector: true,
    namespace: namespace.name,
    chunkSize: flags.number('chunk-size'),
    flatten: true,
    singleResourceType: true,
  });
  const { infos } = yield* selection.infos();
  let found = false;
  for (const info of infos) {
    if (!info.name.startsWith(prefix)) continue;
    found = true;
    yield* invocation.out(`${yield* description(invocation, info)}\n`);
  }
  if (!found) throw original;
}
