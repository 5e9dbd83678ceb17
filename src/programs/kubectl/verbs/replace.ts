import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, isNotFound, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { infoName, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS, SUBRESOURCE_FLAG, VALIDATE_FLAG } from '../shared-flags.ts';
import { deleteInfo, waitUntilGone } from '../write/deletion.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { savedConfig } from '../write/last-applied.ts';
import { createObject, refresh, replaceObject, validationOf, withSource } from '../write/requests.ts';

const command: Command = {
  name: 'replace',
  flags: [
    ...PRINT_FLAGS,
    ...FILENAME_FLAGS,
    { name: 'cascade', type: 'string', default: 'background', bare: 'background' },
    { name: 'force', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'wait', type: 'bool' },
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    { name: 'raw', type: 'string' },
    { name: 'save-config', type: 'bool' },
    { name: 'field-manager', type: 'string', default: 'kubectl-replace' },
    SUBRESOURCE_FLAG,
  ],
  *run(invocation) {
    const { args, flags } = invocation;
    const dryRun = yield* dryRunOf(invocation);
    if (args.length > 0) throw usageFailure(invocation.path, `Unexpected args: [${args.join(' ')}]`);
    if (flags.number('grace-period') >= 0 && !flags.bool('force'))
      throw new Failure('--grace-period must have --force specified');
    if (flags.number('timeout') !== 0 && !flags.bool('force'))
      throw new Failure('--timeout must have --force specified');
    if (flags.bool('force') && dryRun !== 'none') throw new Failure('--dry-run can not be used when --force is set');
    if (flags.list('filename').length === 0 && flags.string('kustomize') === '')
      throw new Failure('must specify one of -f and -k');
    yield* replace(invocation, dryRun);
  },
};

export default command;

function* replace(invocation: Invocation, dryRun: DryRun): Routine {
  const { flags, namespace } = invocation;
  const force = flags.bool('force');
  const manager = flags.string('field-manager');
  const validation = validationOf(invocation);
  const print = yield* objectPrinter(invocation, operationText('replaced', dryRun));
  const selection = yield* select(invocation, {
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    continueOnError: true,
    withoutObject: true,
    validate: validation !== 'Ignore',
  });
  let count = 0;
  const one = function* (info: ResourceInfo): Routine {
    const { mapping } = info;
    if (mapping === undefined || info.object === undefined) return;
    const object = savedConfig(info.object, flags.bool('save-config'));
    count++;
    if (dryRun !== 'client')
      try {
        const write = { dryRun, manager, validation };
        refresh(
          info,
          force
            ? yield* createObject(invocation, mapping, info.namespace, object, write)
            : yield* replaceObject(invocation, info, object, write),
        );
      } catch (error) {
        if (error instanceof Failure) throw withSource(force ? 'creating' : 'replacing', info.source, error);
        throw error;
      }
    if (info.object !== undefined) yield* invocation.out(print(info.object));
  };
  if (force) {
    // Standard input can be read but once: what was read to delete is what is created.
    const { infos } = yield* selection.infos();
    yield* deleteAll(invocation, infos);
    for (const info of infos) yield* one(info);
  } else yield* selection.visit(one);
  if (count === 0) throw new Failure(`no objects passed to replace`);
}

/** --force: what is there goes first. */
function* deleteAll(invocation: Invocation, infos: readonly ResourceInfo[]): Routine {
  const grace = invocation.flags.number('grace-period');
  const timeout = invocation.flags.number('timeout');
  for (const info of infos) {
    try {
      yield* deleteInfo(invocation, info, {
        propagationPolicy: 'Background',
        ...(grace < 0 ? {} : { gracePeriodSeconds: grace }),
      });
    } catch (error) {
      if (isNotFound(error)) continue;
      throw error;
    }
    const [kind = ''] = infoName(info).split('/');
    yield* invocation.out(`${kind} "${info.name}" deleted\n`);
    yield* waitUntilGone(invocation, [info], timeout === 0 ? 300_000 : timeout);
  }
}
