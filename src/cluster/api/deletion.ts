import type { Simulation } from '../../sim/simulation.ts';
import type { DeleteOptions } from './client.ts';
import { errors } from './errors.ts';
import type { KindDefinition } from './kind.ts';
import type { Shelf } from './store.ts';
import type { KubeObject, ObjectMeta } from './types.ts';

type Meta = { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] };

/** What a deletion is done with. */
export interface DeletionParts {
  readonly sim: Simulation;
  get(shelf: Shelf, name: string, namespace: string | undefined): KubeObject;
  commit(shelf: Shelf, object: KubeObject, old: KubeObject): KubeObject;
  remove(shelf: Shelf, last: KubeObject): KubeObject;
}

/** The object as the deletion left it, and whether it is gone. */
export interface Deleted {
  readonly object: KubeObject;
  readonly gone: boolean;
}

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/**
 * Deletes an object, or begins to: what has a grace period or finalizers is only marked (registry/generic/registry/store.go,
 * rest/delete.go). @throws ApiError
 */
export function deleteObject(
  parts: DeletionParts,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  options: DeleteOptions,
): Deleted {
  const { kind } = shelf;
  const old = parts.get(shelf, name, namespace);
  checkPreconditions(kind, old, options);
  if (kind.kind === 'Namespace') return deleteNamespace(parts, shelf, old, options);
  const meta = old.metadata ?? {};
  const dryRun = options.dryRun === true;
  const grace = gracePeriod(kind, old, options.gracePeriodSeconds, parts.sim.calendar());
  if (grace === 'pending') return { object: old, gone: false };
  const finalizers = finalizersAfter(meta, options);
  if (grace === 'now' && finalizers.length === 0) {
    if (dryRun) return { object: old, gone: true };
    return { object: parts.remove(shelf, old), gone: true };
  }
  const marked = mark(old, grace === 'now' ? undefined : grace, finalizers, parts.sim);
  const lasts = finalizers.length > 0 || (grace !== 'now' && grace.seconds > 0);
  if (dryRun) return { object: marked, gone: !lasts };
  const object = marked === old ? old : parts.commit(shelf, marked, old);
  return lasts ? { object, gone: false } : { object: parts.remove(shelf, object), gone: true };
}

function checkPreconditions(kind: KindDefinition, old: KubeObject, { preconditions }: DeleteOptions): void {
  const { name = '', uid, resourceVersion } = old.metadata ?? {};
  // The real server names the kind here where it names the resource elsewhere.
  const named = { ...kind, plural: kind.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw errors.conflict(
      named,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw errors.conflict(
      named,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}

interface Grace {
  readonly seconds: number;
  /** Calendar ms. */
  readonly until: number;
}

/** `now`: the kind knows no grace. `pending`: the object is being deleted already, and no later than wanted. */
function gracePeriod(
  kind: KindDefinition,
  old: KubeObject,
  wanted: number | undefined,
  now: number,
): Grace | 'now' | 'pending' {
  const standard = kind.gracePeriodSeconds?.(old);
  if (standard === undefined) return 'now';
  const asked = wanted !== undefined && wanted < 0 ? 1 : wanted;
  const { deletionTimestamp, deletionGracePeriodSeconds: current } = old.metadata ?? {};
  if (deletionTimestamp !== undefined) {
    if (current === undefined || current === 0) return 'now';
    if (asked === undefined || asked >= current) return 'pending';
    const until = Date.parse(deletionTimestamp) - current * 1000 + asked * 1000;
    if (until >= now) return { seconds: asked, until };
    return { seconds: asked === 0 ? 0 : 1, until: now };
  }
  const pod = old as { spec?: { nodeName?: string }; status?: { phase?: string } };
  // A pod that no kubelet runs is gone at once.
  const idle =
    kind.kind === 'Pod' &&
    ((pod.spec?.nodeName ?? '') === '' || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed');
  const seconds = idle ? 0 : (asked ?? (standard < 0 ? 1 : standard));
  return { seconds, until: now + seconds * 1000 };
}

/** deletionFinalizersForGarbageCollection: what the propagation policy leaves for the garbage collector to do. */
function finalizersAfter(meta: Meta, { propagationPolicy }: DeleteOptions): string[] {
  const finalizers = meta.finalizers ?? [];
  if (propagationPolicy === undefined) return finalizers;
  const others = finalizers.filter((each) => each !== ORPHAN && each !== FOREGROUND);
  if (propagationPolicy === 'Orphan') return [...others, ORPHAN];
  return propagationPolicy === 'Foreground' ? [...others, FOREGROUND] : others;
}

function mark(old: KubeObject, grace: Grace | undefined, finalizers: readonly string[], sim: Simulation): KubeObject {
  const { metadata = {} } = old;
  const { finalizers: _, ...rest } = metadata;
  const meta: Meta = { ...rest, ...(finalizers.length === 0 ? {} : { finalizers: [...finalizers] }) };
  const first = metadata.deletionTimestamp === undefined;
  if (grace !== undefined) {
    meta.deletionTimestamp = stamp(grace.until);
    meta.deletionGracePeriodSeconds = grace.seconds;
  } else if (first) {
    meta.deletionTimestamp = sim.timestamp();
    meta.deletionGracePeriodSeconds = 0;
  } else if (finalizers.length === (metadata.finalizers ?? []).length) return old;
  if (first && (metadata.generation ?? 0) > 0) meta.generation = (metadata.generation ?? 0) + 1;
  return { ...old, metadata: meta };
}

/** registry/core/namespace: a namespace is emptied by its controller before it goes. */
function deleteNamespace(parts: DeletionParts, shelf: Shelf, old: KubeObject, options: DeleteOptions): Deleted {
  const { name = '', deletionTimestamp, finalizers = [] } = old.metadata ?? {};
  if (IMMORTAL.has(name)) throw errors.forbidden(shelf.kind, name, 'this namespace may not be deleted');
  const kept = (old['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? [];
  if (deletionTimestamp === undefined) {
    const object: KubeObject = {
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: parts.sim.timestamp() },
      status: { ...(old['status'] as object | undefined), phase: 'Terminating' },
    };
    if (options.dryRun === true) return { object, gone: false };
    return { object: parts.commit(shelf, object, old), gone: false };
  }
  if (kept.length > 0 || finalizers.length > 0 || options.dryRun === true) return { object: old, gone: false };
  return { object: parts.remove(shelf, old), gone: true };
}

function stamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
