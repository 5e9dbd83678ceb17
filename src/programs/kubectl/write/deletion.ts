import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { infoPath, type ResourceInfo } from '../resource/info.ts';
import { watchObject } from './watch.ts';

/** The body of a DELETE. */
export interface Deletion {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy: string;
  readonly dryRun?: boolean;
}

/** Deletes an object, or marks it for deletion; says which one it was by its uid. @throws StatusFailure */
export function* deleteInfo(
  invocation: Invocation,
  info: ResourceInfo,
  deletion: Deletion,
): Routine<string | undefined> {
  const { gracePeriodSeconds, propagationPolicy, dryRun } = deletion;
  const response = yield* invocation.client.request('DELETE', infoPath(info), {
    body: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      propagationPolicy,
      ...(dryRun === true ? { dryRun: ['All'] } : {}),
    },
    ...(dryRun === true ? { query: { dryRun: 'All' } } : {}),
  });
  const body = response.body as KubeObject & { details?: { uid?: string } };
  return body.kind === 'Status' ? body.details?.uid : body.metadata?.uid;
}

/**
 * Waits until none of the objects exists any more, or another one has its name. `timeout` in virtual ms.
 * @throws Failure `timed out waiting for the condition on pods/x`
 */
export function* waitUntilGone(
  invocation: Invocation,
  infos: readonly ResourceInfo[],
  timeout: number,
  uids: ReadonlyMap<ResourceInfo, string | undefined> = new Map(),
): Routine {
  const end = invocation.context.machine.world.sim.now() + timeout;
  for (const info of infos) {
    const uid = uids.get(info);
    const gone = yield* watchObject(invocation, info, end, function* (object) {
      yield* [];
      return object === undefined || (uid !== undefined && object.metadata?.uid !== uid) ? true : undefined;
    });
    if (gone === undefined) throw timedOut(info);
  }
}

export function timedOut(info: ResourceInfo): Failure {
  return new Failure(`timed out waiting for the condition on ${info.mapping?.resource ?? ''}/${info.name}`);
}
