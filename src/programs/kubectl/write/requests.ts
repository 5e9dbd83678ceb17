import type { KubeObject, PatchType } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { infoPath, type ResourceInfo } from '../resource/info.ts';
import { type Mapping, resourcePath } from '../rest/mapper.ts';
import type { DryRun } from './dry-run.ts';

/** How a request that changes something is made. */
export interface WriteRequest {
  readonly dryRun?: DryRun;
  /** Who the change is recorded for: `kubectl-create`, `kubectl-edit`, ...; undefined leaves it to the server. */
  readonly manager: string | undefined;
  /** `Strict`, `Warn` or `Ignore`: what the server does about fields that it does not know. */
  readonly validation?: string;
}

function queryOf({ dryRun, manager, validation }: WriteRequest): Record<string, string | undefined> {
  return {
    dryRun: dryRun === 'server' ? 'All' : undefined,
    fieldManager: manager,
    fieldValidation: validation,
  };
}

/** POST, without the version of an earlier life. @throws StatusFailure */
export function* createObject(
  invocation: Invocation,
  mapping: Mapping,
  namespace: string,
  object: KubeObject,
  write: WriteRequest,
): Routine<KubeObject> {
  const { resourceVersion, ...metadata } = object.metadata ?? {};
  const response = yield* invocation.client.request('POST', resourcePath(mapping, namespace), {
    body: resourceVersion === undefined ? object : { ...object, metadata },
    query: queryOf(write),
  });
  return response.body as KubeObject;
}

/** PUT; without a resourceVersion the object is overwritten whatever it has become. @throws StatusFailure */
export function* replaceObject(
  invocation: Invocation,
  info: ResourceInfo,
  object: KubeObject,
  write: WriteRequest,
): Routine<KubeObject> {
  const response = yield* invocation.client.request('PUT', infoPath(info), { body: object, query: queryOf(write) });
  return response.body as KubeObject;
}

/** PATCH. @throws StatusFailure */
export function* patchObject(
  invocation: Invocation,
  info: ResourceInfo,
  type: PatchType,
  patch: unknown,
  write: WriteRequest & { readonly force?: boolean; readonly subresource?: string },
): Routine<KubeObject> {
  const response = yield* invocation.client.request('PATCH', infoPath(info, write.subresource ?? info.subresource), {
    body: patch,
    contentType: type,
    query: { ...queryOf(write), force: write.force === undefined ? undefined : String(write.force) },
  });
  return response.body as KubeObject;
}

/** Puts the answer of a write into the info. */
export function refresh(info: ResourceInfo, object: KubeObject): void {
  info.object = object;
  info.name = object.metadata?.name ?? info.name;
  info.namespace = object.metadata?.namespace ?? info.namespace;
  info.resourceVersion = object.metadata?.resourceVersion ?? '';
}

/** cmdutil.AddSourceToErr: which file a failure is about. */
export function withSource(verb: string, source: string | undefined, failure: Failure): Failure {
  if (source === undefined || source === '') return failure;
  const message = `error when ${verb} "${source}": ${failure.message}`;
  if (failure instanceof StatusFailure) return new StatusFailure({ ...failure.answer, message });
  return new Failure(message);
}

/** --validate as the server's fieldValidation directive. @throws Failure */
export function validationOf(invocation: Invocation): string {
  const value = invocation.flags.string('validate');
  switch (value) {
    case 'true':
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'false':
    case 'ignore':
      return 'Ignore';
    default:
      throw new Failure(
        `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}

/** The mapping of a kind that kubectl makes itself. */
export function* mappingOfObject(invocation: Invocation, object: KubeObject): Routine<Mapping> {
  const [version = '', group = ''] = (object.apiVersion ?? '').split('/').reverse();
  return (yield* invocation.mapper()).mappingForKind(object.kind ?? '', group, version);
}
