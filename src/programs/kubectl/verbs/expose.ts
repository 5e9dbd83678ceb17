import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { exposed } from '../generators/expose.ts';
import { objectPrinter } from '../print/printer.ts';
import { groupOf } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS } from '../shared-flags.ts';
import { dryRunOf, operationText } from '../write/dry-run.ts';
import { generated } from '../write/generated.ts';
import { withLastAppliedTyped } from '../write/last-applied.ts';
import { overridden } from '../write/overrides.ts';
import { createObject, mappingOfObject } from '../write/requests.ts';

const EXPOSABLE = new Set(['Service', 'ReplicationController', 'Pod', 'Deployment', 'ReplicaSet']);

const command: Command = {
  name: 'expose',
  flags: [
    ...PRINT_FLAGS,
    { name: 'protocol', type: 'string' },
    { name: 'port', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'load-balancer-ip', type: 'string' },
    { name: 'selector', type: 'string' },
    { name: 'labels', short: 'l', type: 'string' },
    { name: 'target-port', type: 'string' },
    { name: 'external-ip', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'session-affinity', type: 'string' },
    { name: 'cluster-ip', type: 'string' },
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    { name: 'field-manager', type: 'string', default: 'kubectl-expose' },
    { name: 'save-config', type: 'bool' },
    { name: 'overrides', type: 'string' },
    { name: 'override-type', type: 'string', default: 'merge' },
  ],
  *run(invocation) {
    const { args, flags, namespace } = invocation;
    const dryRun = yield* dryRunOf(invocation);
    const print = yield* objectPrinter(invocation, operationText('exposed', dryRun));
    const selection = yield* select(invocation, {
      args,
      filename: {
        filenames: flags.list('filename'),
        kustomize: flags.string('kustomize'),
        recursive: flags.bool('recursive'),
      },
      namespace: namespace.name,
      requireNamespace: namespace.explicit,
      flatten: true,
      continueOnError: true,
    });
    const { infos, failure } = yield* selection.infos();
    for (const info of infos) {
      const { mapping, object } = info;
      if (mapping === undefined || object === undefined) continue;
      if (!EXPOSABLE.has(mapping.kind) || !['', 'apps', 'extensions'].includes(groupOf(object.apiVersion ?? '')))
        throw new Failure(
          `cannot expose a ${mapping.group === '' ? mapping.kind : `${mapping.kind}.${mapping.group}`}`,
        );
      const text = (name: string) => (flags.string(name) === '' ? {} : { [camel(name)]: flags.string(name) });
      const service: KubeObject = overridden(
        invocation,
        generated(() =>
          exposed(object, {
            name: (flags.string('name') || info.name).slice(0, 63),
            ...text('port'),
            ...text('target-port'),
            ...text('protocol'),
            ...text('type'),
            ...(flags.string('cluster-ip') === '' ? {} : { clusterIP: flags.string('cluster-ip') }),
            ...(flags.string('external-ip') === '' ? {} : { externalIP: flags.string('external-ip') }),
            ...(flags.string('load-balancer-ip') === '' ? {} : { loadBalancerIP: flags.string('load-balancer-ip') }),
            ...text('session-affinity'),
            ...text('labels'),
            ...text('selector'),
          }),
        ),
      );
      if (dryRun === 'client') {
        const space = namespace.explicit ? { namespace: info.namespace } : {};
        yield* invocation.out(print({ ...service, metadata: { ...service.metadata, ...space } }));
        continue;
      }
      const made = yield* createObject(
        invocation,
        yield* mappingOfObject(invocation, service),
        info.namespace,
        flags.bool('save-config') ? withLastAppliedTyped(service) : service,
        { dryRun, manager: flags.string('field-manager') },
      );
      yield* invocation.out(print(made));
    }
    if (failure !== undefined) throw failure;
  },
};

export default command;

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
