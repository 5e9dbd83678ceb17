import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { select } from '../resource/selection.ts';
import { FILENAME_FLAGS } from '../shared-flags.ts';
import { debugWith } from '../write/debug.ts';

const command: Command = {
  name: 'debug',
  flags: [
    ...FILENAME_FLAGS.filter(({ name }) => name === 'filename'),
    { name: 'arguments-only', type: 'bool' },
    { name: 'attach', type: 'bool' },
    { name: 'container', short: 'c', type: 'string' },
    { name: 'copy-to', type: 'string' },
    { name: 'replace', type: 'bool' },
    { name: 'env', type: 'array' },
    { name: 'image', type: 'string' },
    { name: 'keep-labels', type: 'bool' },
    { name: 'keep-annotations', type: 'bool' },
    { name: 'keep-liveness', type: 'bool' },
    { name: 'keep-readiness', type: 'bool' },
    { name: 'keep-startup', type: 'bool' },
    { name: 'keep-init-containers', type: 'bool', default: 'true' },
    { name: 'set-image', type: 'map' },
    { name: 'image-pull-policy', type: 'string' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'same-node', type: 'bool' },
    { name: 'share-processes', type: 'bool', default: 'true' },
    { name: 'target', type: 'string' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'profile', type: 'string', default: 'legacy' },
    { name: 'custom', type: 'string' },
  ],
  *run(invocation) {
    yield* debug(invocation);
  },
};

export default command;

function* debug(invocation: Invocation): Routine {
  const { flags, args, namespace } = invocation;
  const { argsBeforeDash } = flags;
  const names = argsBeforeDash < 0 ? args : args.slice(0, argsBeforeDash);
  const words = argsBeforeDash < 0 ? [] : args.slice(argsBeforeDash);
  const files = flags.list('filename');
  const copy = flags.string('copy-to');
  if (copy === '' && flags.string('image') === '')
    throw new Failure('you must specify --image when not using --copy-to.');
  if (copy !== '' && flags.string('image') === '' && flags.list('set-image').length === 0 && words.length === 0)
    throw usageFailure(invocation.path, 'you must specify --image, --set-image or command arguments.');
  if (names.length === 0 && files.length === 0) throw new Failure('NAME or filename is required for debug');
  if (copy === '' && flags.list('set-image').length > 0)
    throw new Failure('--set-image may only be used with --copy-to.');
  if (copy !== '' && flags.string('target') !== '')
    throw new Failure('--target is incompatible with --copy-to. Use --share-processes instead.');
  if (flags.bool('tty') && !flags.bool('stdin'))
    throw new Failure('-i/--stdin is required for containers with -t/--tty=true');
  if (flags.string('profile') === 'legacy')
    yield* invocation.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
  const selection = yield* select(invocation, {
    args: names.length === 0 ? [] : names[0]?.includes('/') === true ? names : ['pods', ...names],
    filename: { filenames: files, kustomize: '', recursive: false },
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    latest: true,
    continueOnError: true,
  });
  const { infos, failure } = yield* selection.infos();
  for (const info of infos) yield* debugWith(invocation, info, info.object as (Pod & KubeObject) | undefined, words);
  if (failure !== undefined) throw failure;
}
