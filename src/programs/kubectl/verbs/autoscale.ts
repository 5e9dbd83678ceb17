import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure } from '../errors.ts';
import { objectPrinter } from '../print/printer.ts';
import { select } from '../resource/selection.ts';
import { apiVersionOf, NoKindMatch } from '../rest/mapper.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS } from '../shared-flags.ts';
import { dryRunOf, operationText } from '../write/dry-run.ts';
import { withLastAppliedTyped } from '../write/last-applied.ts';
import { createObject, mappingOfObject } from '../write/requests.ts';

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController']);

const command: Command = {
  name: 'autoscale',
  flags: [
    ...PRINT_FLAGS,
    { name: 'min', type: 'int32', default: '-1' },
    { name: 'max', type: 'int32', default: '-1', required: true },
    { name: 'cpu-percent', type: 'int32', default: '-1' },
    { name: 'name', type: 'string' },
    DRY_RUN_FLAG,
    ...FILENAME_FLAGS,
    { name: 'field-manager', type: 'string', default: 'kubectl-autoscale' },
    { name: 'save-config', type: 'bool' },
  ],
  *run(invocation) {
    const { args, flags, namespace } = invocation;
    const dryRun = yield* dryRunOf(invocation);
    const [min, max, percent] = [flags.number('min'), flags.number('max'), flags.number('cpu-percent')];
    if (max < 1) throw new Failure(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min)
      throw new Failure(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    const print = yield* objectPrinter(invocation, operationText('autoscaled', dryRun), { typed: true });
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
      const { mapping } = info;
      if (mapping === undefined) continue;
      if (!SCALABLE.has(mapping.kind))
        throw new Failure(
          `cannot autoscale a ${mapping.kind}: could not find scale subresource for ${mapping.group}/${mapping.version}, Resource=${mapping.resource} in discovery information`,
        );
      const scaler: KubeObject = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: {
          creationTimestamp: null as unknown as string,
          name: flags.string('name') || info.name,
          ...(namespace.explicit ? { namespace: info.namespace } : {}),
        },
        spec: {
          scaleTargetRef: { kind: mapping.kind, name: info.name, apiVersion: apiVersionOf(mapping) },
          ...(min > 0 ? { minReplicas: min } : {}),
          maxReplicas: max,
          ...(percent >= 0
            ? {
                metrics: [
                  {
                    type: 'Resource',
                    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
                  },
                ],
              }
            : {}),
        },
        status: { desiredReplicas: 0, currentMetrics: null },
      };
      const given = flags.bool('save-config') ? withLastAppliedTyped(scaler) : scaler;
      if (dryRun === 'client') {
        yield* invocation.out(print(given));
        continue;
      }
      try {
        const made = yield* createObject(invocation, yield* mappingOfObject(invocation, given), info.namespace, given, {
          dryRun,
          manager: flags.string('field-manager'),
        });
        yield* invocation.out(print(made));
      } catch (error) {
        // The real one asks without a look at what is served.
        if (error instanceof NoKindMatch)
          throw new StatusFailure({
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            reason: 'NotFound',
            message: 'the server could not find the requested resource',
            code: 404,
          });
        throw error;
      }
    }
    if (failure !== undefined) throw failure;
  },
};

export default command;
