import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { clone, type KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { aggregate, Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { dryRunOf, operationText } from './dry-run.ts';
import { patchObject, refresh } from './requests.ts';
import { strategicPatchBetween } from './three-way.ts';

/** The pod specification inside an object, to be changed in place on a copy. @throws Failure for a kind without one */
export function podSpecOf(object: KubeObject): PodSpec {
  const spec = object['spec'] as {
    template?: { spec?: PodSpec };
    jobTemplate?: { spec?: { template?: { spec?: PodSpec } } };
  } & PodSpec;
  const found =
    object.kind === 'Pod'
      ? spec
      : object.kind === 'CronJob'
        ? spec?.jobTemplate?.spec?.template?.spec
        : spec?.template?.spec;
  if (found === undefined)
    throw new Failure(
      `the object is not a pod or does not have a pod template: ${object.apiVersion}, Kind=${object.kind}`,
    );
  return found;
}

/** Containers whose name fits a pattern in which `*` stands for anything. */
export function containersLike(containers: readonly Container[], pattern: string): Container[] {
  const test = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return containers.filter(({ name }) => test.test(name));
}

export interface SetOptions {
  readonly resources: readonly string[];
  /** What is said of each object: `image updated`. */
  readonly operation: string;
  /** Changes the copy in place. Messages to print, or a Failure for this object. */
  change(object: KubeObject, info: ResourceInfo): Routine;
}

/** What the subcommands of `kubectl set` share: select, change a copy, send the difference. */
export function* setOnObjects(invocation: Invocation, options: SetOptions): Routine {
  const { flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const local = flags.bool('local');
  const print = yield* objectPrinter(invocation, operationText(options.operation, dryRun));
  const selection = yield* select(invocation, {
    args: options.resources,
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.has('kustomize') ? flags.string('kustomize') : '',
      recursive: flags.bool('recursive'),
    },
    labelSelector: flags.has('selector') && !flags.changed('from') ? flags.string('selector') : '',
    selectAll: flags.bool('all'),
    namespace: namespace.name,
    requireNamespace: namespace.explicit,
    flatten: true,
    continueOnError: true,
    local,
    latest: !local,
  });
  const { infos, failure } = yield* selection.infos();
  if (failure !== undefined) throw failure;
  const failures: Failure[] = [];
  for (const info of infos) {
    const before = info.object;
    if (before === undefined) continue;
    const after = clone(before);
    try {
      yield* options.change(after, info);
      const patch = strategicPatchBetween(before, after);
      if (Object.keys(patch).length === 0) continue;
      if (local || dryRun === 'client') info.object = after;
      else {
        try {
          refresh(
            info,
            yield* patchObject(invocation, info, 'application/strategic-merge-patch+json', patch, {
              dryRun,
              manager: flags.string('field-manager'),
            }),
          );
        } catch (error) {
          if (error instanceof Failure)
            throw new Failure(
              `failed to patch ${options.operation.replace(/ updated$/, '')} update to pod template: ${error.message}`,
            );
          throw error;
        }
      }
      if (info.object !== undefined) yield* invocation.out(print(info.object));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
}
