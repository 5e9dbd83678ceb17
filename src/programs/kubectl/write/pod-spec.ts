import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { clone, type KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { aggregate, Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { infoName, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import { dryRunOf, operationText } from './dry-run.ts';
import { patchObject, refresh } from './requests.ts';
import { strategicPatchBetween } from './three-way.ts';
import { asGoType } from './typed-defaults.ts';

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
    throw new Failure(`the object is not a pod or does not have a pod template: *${goType(object)}`);
  return found;
}

/** The Go type of an object: `v1.Service`. */
function goType(object: KubeObject): string {
  const version = (object.apiVersion ?? '').split('/').at(-1) ?? '';
  return `${version}.${object.kind}`;
}

/** Without the fields that a patch takes away. */
function withoutNulls(object: KubeObject): KubeObject {
  const spec = object['spec'] as { selector?: Record<string, unknown> } | undefined;
  if (object.kind !== 'Service' || spec?.selector === undefined) return object;
  const selector = Object.fromEntries(Object.entries(spec.selector).filter(([, value]) => value !== null));
  return { ...object, spec: { ...spec, selector } } as KubeObject;
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
      if (local) info.object = asGoType(withoutNulls(after));
      else if (dryRun === 'client') info.object = withoutNulls(after);
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
      const about = error.message.startsWith('the object is not a pod');
      failures.push(about ? new Failure(`${infoName(info)} ${error.message}`) : error);
    }
  }
  const failed = aggregate(failures);
  if (failed !== undefined) throw failed;
}
