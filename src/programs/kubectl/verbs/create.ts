import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import {
  createClusterRole,
  createClusterRoleBinding,
  createRole,
  createRoleBinding,
  createToken,
} from '../create/access.ts';
import { createConfigMap, createSecret } from '../create/configuration.ts';
import { createIngress } from '../create/ingress.ts';
import { createCronJob, createJob } from '../create/jobs.ts';
import { createQuota } from '../create/quota.ts';
import { createService } from '../create/services.ts';
import {
  createDeployment,
  createDisruptionBudget,
  createNamespace,
  createPriorityClass,
  createServiceAccount,
} from '../create/workloads.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, LABEL_SELECTOR_FLAG, PRINT_FLAGS, VALIDATE_FLAG } from '../shared-flags.ts';
import { dryRunOf, operationText } from '../write/dry-run.ts';
import { savedConfig } from '../write/last-applied.ts';
import { createObject, refresh, validationOf, withSource } from '../write/requests.ts';

const command: Command = {
  name: 'create',
  flags: [
    ...PRINT_FLAGS,
    ...FILENAME_FLAGS,
    VALIDATE_FLAG,
    DRY_RUN_FLAG,
    LABEL_SELECTOR_FLAG,
    { name: 'edit', type: 'bool' },
    { name: 'windows-line-endings', type: 'bool' },
    { name: 'save-config', type: 'bool' },
    { name: 'raw', type: 'string' },
    { name: 'field-manager', type: 'string', default: 'kubectl-create' },
  ],
  subcommands: [
    createNamespace,
    createQuota,
    createSecret,
    createConfigMap,
    createServiceAccount,
    createService,
    createDeployment,
    createClusterRole,
    createClusterRoleBinding,
    createRole,
    createRoleBinding,
    createDisruptionBudget,
    createPriorityClass,
    createJob,
    createCronJob,
    createIngress,
    createToken,
  ],
  *run(invocation) {
    const { args, flags } = invocation;
    if (args.length > 0) throw usageFailure(invocation.path, `Unexpected args: [${args.join(' ')}]`);
    if (flags.list('filename').length === 0 && flags.string('kustomize') === '')
      throw new Failure('must specify one of -f and -k');
    if (flags.bool('edit')) throw new Failure('this kubectl creates without editing: edit the file first');
    yield* createFromFiles(invocation);
  },
};

export default command;

function* createFromFiles(invocation: Invocation): Routine {
  const { flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const print = yield* objectPrinter(invocation, operationText('created', dryRun));
  const validation = validationOf(invocation);
  const manager = flags.string('field-manager');
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
  let count = 0;
  yield* selection.visit(function* (info) {
    const { mapping } = info;
    if (mapping === undefined || info.object === undefined) return;
    const object = savedConfig(info.object, flags.bool('save-config'));
    info.object = object;
    if (dryRun !== 'client') {
      try {
        refresh(
          info,
          yield* createObject(invocation, mapping, info.namespace, object, { dryRun, manager, validation }),
        );
      } catch (error) {
        if (error instanceof Failure) throw withSource('creating', info.source, error);
        throw error;
      }
    }
    count++;
    yield* invocation.out(print(info.object));
  });
  if (count === 0) throw new Failure('no objects passed to create');
}
