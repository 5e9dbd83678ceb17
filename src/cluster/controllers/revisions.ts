import type { ControllerRevision } from 'kubernetes-types/apps/v1';
import type { ResourceClient } from '../api/client.ts';
import { same } from '../api/server.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import { controllerOf, controllerReference } from './context.ts';
import type { PodTemplate } from './owned-pods.ts';
import { templateHash } from './template-hash.ts';

export type RevisionObject = ControllerRevision & KubeObject;

/** The label by which pods say which revision of their owner's template they were made from. */
export const REVISION_HASH = 'controller-revision-hash';

interface Owner extends KubeObject {
  readonly spec?: { readonly template?: PodTemplate; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

/** The revisions of an owner's template, oldest first, the present one among them. */
export interface History {
  readonly all: readonly RevisionObject[];
  readonly current: RevisionObject;
}

/**
 * pkg/controller/history: the templates that an owner has had are kept as ControllerRevisions. Finds the one of the present
 * template, or makes it; an old one that is wanted again becomes the newest. `label` is the one that carries its hash.
 */
export function history(revisions: ResourceClient<RevisionObject>, owner: Owner, label: string): History {
  const { uid = '', name = '', namespace, annotations } = owner.metadata ?? {};
  const template = owner.spec?.template;
  const data = { spec: { template: { ...template, $patch: 'replace' } } };
  const all = revisions
    .ownedBy(uid)
    .filter((each) => controllerOf(each)?.uid === uid)
    .sort((a, b) => a.revision - b.revision);
  const newest = all.at(-1);
  const equal = all.findLast((each) => same(each.data, data));
  if (equal !== undefined && equal === newest) return { all, current: equal };
  const revision = (newest?.revision ?? 0) + 1;
  if (equal !== undefined) {
    const current = revisions.update({ ...equal, revision });
    return { all: [...all.filter((each) => each !== equal), current], current };
  }
  const hash = templateHash(data, owner.status?.collisionCount);
  const current = revisions.create({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name.slice(0, 223)}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template?.metadata?.labels, [label]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  });
  return { all: [...all, current], current };
}

/** Deletes the oldest revisions beyond `revisionHistoryLimit` that no pod was made from. */
export function truncateHistory(
  revisions: ResourceClient<RevisionObject>,
  owner: Owner,
  { all, current }: History,
  isLive: (revision: RevisionObject) => boolean,
): void {
  const idle = all.filter((each) => each !== current && !isLive(each));
  const surplus = idle.length - (owner.spec?.revisionHistoryLimit ?? 10);
  for (const each of idle.slice(0, Math.max(surplus, 0)))
    revisions.delete(each.metadata?.name ?? '', each.metadata?.namespace);
}

/** The hash that a revision carries in this label. */
export function hashOf(revision: RevisionObject, label: string): string {
  return revision.metadata?.labels?.[label] ?? '';
}

/** The revision that a pod was made from, as its label says it. */
export function revisionOfPod(pod: Pod): string | undefined {
  return pod.metadata?.labels?.[REVISION_HASH];
}
