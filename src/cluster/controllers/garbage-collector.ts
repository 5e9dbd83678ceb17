import type { ResourceClient } from '../api/client.ts';
import { ApiError, type KubeObject, type OwnerReference } from '../api/types.ts';
import { KINDS } from '../resources/index.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Kinds that own nothing and that nobody owns, but of which there are many. */
const IGNORED = new Set(['Event']);

/** Dependents handled in one go, and the virtual ms until the next. */
const LOT = 25;
const LOT_PAUSE = 4;

interface Resource {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly client: ResourceClient;
}

interface Dependent {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/**
 * pkg/controller/garbagecollector: what is owned goes after its last owner (background), before it (foreground), or is set
 * free (orphan).
 */
export const garbageCollector: Controller = ({ sim, clients }) => {
  const resources: Resource[] = KINDS.filter(({ kind }) => !IGNORED.has(kind)).map(
    ({ kind, group, plural, namespaced }) => ({
      kind,
      group,
      plural,
      namespaced,
      client: clients.resource(plural, group),
    }),
  );
  const byKind = new Map(resources.map((resource) => [`${resource.group}/${resource.kind}`, resource]));

  /** Owners that are gone, by uid: what they owned is looked at. */
  const gone = new WorkQueue(sim, { name: 'garbage-collector', latency: 20 }, (uid) => {
    let left = LOT;
    for (const { resource, object } of dependentsOf(uid)) {
      if (object.metadata?.deletionTimestamp !== undefined) continue;
      if (left-- === 0) {
        gone.addAfter(uid, LOT_PAUSE);
        return;
      }
      const owners = object.metadata?.ownerReferences ?? [];
      const alive = owners.filter((owner) => isAlive(owner, object));
      if (alive.length === 0) remove({ resource, object }, undefined);
      else if (alive.length < owners.length)
        resource.client.update({ ...object, metadata: { ...object.metadata, ownerReferences: alive } });
    }
  });

  /** Objects being deleted that wait for what they own to be gone, or to be set free: `group/Kind|namespace|name`. */
  const waiting = new WorkQueue(sim, { name: 'garbage-collector', latency: 20 }, (key) => {
    const [path = '', namespace = '', name = ''] = key.split('|');
    const resource = byKind.get(path);
    const object = resource?.client.find(name, namespace === '' ? undefined : namespace);
    if (resource === undefined || object?.metadata?.deletionTimestamp === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(ORPHAN)) orphan(resource, object, key);
    else if (finalizers.includes(FOREGROUND)) deleteDependents(resource, object, key);
  });

  function orphan(resource: Resource, object: KubeObject, key: string): void {
    const { uid = '' } = object.metadata ?? {};
    let left = LOT;
    for (const dependent of dependentsOf(uid)) {
      if (left-- === 0) {
        waiting.addAfter(key, LOT_PAUSE);
        return;
      }
      const { metadata } = dependent.object;
      const ownerReferences = (metadata?.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      dependent.resource.client.update({ ...dependent.object, metadata: { ...metadata, ownerReferences } });
    }
    dropFinalizer(resource, object, ORPHAN);
  }

  function deleteDependents(resource: Resource, object: KubeObject, key: string): void {
    const { uid = '' } = object.metadata ?? {};
    let left = LOT;
    let blocked = false;
    for (const dependent of dependentsOf(uid)) {
      const { metadata } = dependent.object;
      blocked ||=
        metadata?.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true) === true;
      if (metadata?.deletionTimestamp !== undefined) continue;
      if (left-- === 0) {
        waiting.addAfter(key, LOT_PAUSE);
        return;
      }
      const others =
        metadata?.ownerReferences?.filter((owner) => owner.uid !== uid && isAlive(owner, dependent.object)) ?? [];
      if (others.length > 0)
        dependent.resource.client.update({ ...dependent.object, metadata: { ...metadata, ownerReferences: others } });
      else remove(dependent, dependentsOf(metadata?.uid ?? '').length > 0 ? 'Foreground' : undefined);
    }
    // The next dependent that goes brings the owner up again.
    if (!blocked) dropFinalizer(resource, object, FOREGROUND);
  }

  function remove({ resource, object }: Dependent, wanted: 'Foreground' | undefined): void {
    const { name = '', namespace, uid = '', finalizers = [] } = object.metadata ?? {};
    const propagationPolicy = finalizers.includes(ORPHAN) ? 'Orphan' : (wanted ?? 'Background');
    try {
      resource.client.delete(name, namespace, { propagationPolicy, preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }

  function dropFinalizer({ client }: Resource, object: KubeObject, finalizer: string): void {
    const finalizers = (object.metadata?.finalizers ?? []).filter((each) => each !== finalizer);
    client.update({ ...object, metadata: { ...object.metadata, finalizers } });
  }

  function dependentsOf(uid: string): Dependent[] {
    return resources.flatMap((resource) => resource.client.ownedBy(uid).map((object) => ({ resource, object })));
  }

  function isAlive(owner: OwnerReference, object: KubeObject): boolean {
    const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
    const resource = byKind.get(`${group}/${owner.kind}`);
    // Of what kind the owner is nobody knows here: it cannot be said to be gone.
    if (resource === undefined) return true;
    const namespace = resource.namespaced ? object.metadata?.namespace : undefined;
    return resource.client.find(owner.name, namespace)?.metadata?.uid === owner.uid;
  }

  const stops = resources.map(({ kind, group, client }) =>
    client.watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { metadata } = event.object;
      if (event.type === 'DELETED') {
        gone.add(metadata?.uid ?? '');
        for (const owner of metadata?.ownerReferences ?? [])
          if (owner.blockOwnerDeletion === true) unblock(owner, event.object);
        return;
      }
      if (metadata?.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0)
        waiting.add(`${group}/${kind}|${metadata.namespace ?? ''}|${metadata.name ?? ''}`);
      // Made with an owner that is gone already.
      if (event.type === 'ADDED')
        for (const owner of metadata?.ownerReferences ?? [])
          if (!isAlive(owner, event.object)) gone.addAfter(owner.uid, 500);
    }),
  );

  /** An owner may have waited for this object only. */
  function unblock(owner: OwnerReference, object: KubeObject): void {
    const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
    const resource = byKind.get(`${group}/${owner.kind}`);
    const namespace = resource?.namespaced === true ? object.metadata?.namespace : undefined;
    const found = resource?.client.find(owner.name, namespace);
    if (found?.metadata?.finalizers?.includes(FOREGROUND) === true)
      waiting.add(`${group}/${owner.kind}|${namespace ?? ''}|${owner.name}`);
  }

  return () => {
    gone.stop();
    waiting.stop();
    for (const stop of stops) stop();
  };
};
