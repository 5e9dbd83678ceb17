import type { KubeObject } from '../api/types.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

/** Resources whose objects own or are owned. */
const RESOURCES: readonly (readonly [string, string, string])[] = [
  ['pods', '', 'Pod'],
  ['replicasets', 'apps', 'ReplicaSet'],
  ['deployments', 'apps', 'Deployment'],
  ['services', '', 'Service'],
  ['endpointslices', 'discovery.k8s.io', 'EndpointSlice'],
  ['endpoints', '', 'Endpoints'],
  ['configmaps', '', 'ConfigMap'],
  ['secrets', '', 'Secret'],
];

/**
 * pkg/controller/garbagecollector: what is owned goes with its last owner (background), before it (foreground), or is set
 * free (orphan).
 */
export const garbageCollector: Controller = ({ sim, clients }) => {
  /** Owners that are gone: their dependents are looked at. */
  const gone = new WorkQueue(sim, { name: 'garbage-collector', latency: 20 }, (uid) => {
    for (const [plural, group] of RESOURCES) {
      const client = clients.resource(plural, group);
      for (const object of client.ownedBy(uid)) {
        const owners = (object.metadata?.ownerReferences ?? []).filter((owner) =>
          alive(owner.kind, owner.name, object.metadata?.namespace, owner.uid),
        );
        if (owners.length > 0) client.update({ ...object, metadata: { ...object.metadata, ownerReferences: owners } });
        else if (object.metadata?.deletionTimestamp === undefined)
          client.delete(object.metadata?.name ?? '', object.metadata?.namespace, {
            propagationPolicy: 'Background',
            preconditions: { uid: object.metadata?.uid ?? '' },
          });
      }
    }
  });

  /** Objects that wait for their dependents (foregroundDeletion), or to let them go (orphan). */
  const waiting = new WorkQueue(sim, { name: 'garbage-collector', latency: 20 }, (key) => {
    const [plural = '', group = '', namespace = '', name = ''] = key.split('|');
    const client = clients.resource(plural, group);
    const object = client.find(name, namespace === '' ? undefined : namespace);
    if (object?.metadata?.deletionTimestamp === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    const uid = object.metadata.uid ?? '';
    const dependents = RESOURCES.flatMap(([each, owner]) =>
      clients
        .resource(each, owner)
        .ownedBy(uid)
        .map((dependent) => ({ client: clients.resource(each, owner), dependent })),
    );
    if (finalizers.includes('orphan')) {
      for (const { client: owner, dependent } of dependents)
        owner.update({
          ...dependent,
          metadata: {
            ...dependent.metadata,
            ownerReferences: (dependent.metadata?.ownerReferences ?? []).filter((each) => each.uid !== uid),
          },
        });
      client.update({
        ...object,
        metadata: { ...object.metadata, finalizers: finalizers.filter((each) => each !== 'orphan') },
      });
      return;
    }
    if (!finalizers.includes('foregroundDeletion')) return;
    const blocking = dependents.filter(({ dependent }) =>
      dependent.metadata?.ownerReferences?.some((each) => each.uid === uid && each.blockOwnerDeletion === true),
    );
    for (const { client: owner, dependent } of dependents) {
      if (dependent.metadata?.deletionTimestamp === undefined)
        owner.delete(dependent.metadata?.name ?? '', dependent.metadata?.namespace, {
          propagationPolicy: 'Foreground',
        });
    }
    if (blocking.length === 0)
      client.update({
        ...object,
        metadata: { ...object.metadata, finalizers: finalizers.filter((each) => each !== 'foregroundDeletion') },
      });
    else waiting.addAfter(key, 200);
  });

  function alive(kind: string, name: string, namespace: string | undefined, uid: string): boolean {
    const resource = RESOURCES.find(([, , each]) => each === kind);
    // An owner of a kind that is not collected (a Node, a Service of a slice) is looked up where it is.
    const [plural, group] = resource ?? (kind === 'Node' ? ['nodes', ''] : ['', '']);
    if (plural === '') return true;
    return clients.resource(plural, group).find(name, kind === 'Node' ? undefined : namespace)?.metadata?.uid === uid;
  }

  const stops = [...RESOURCES, ['nodes', '', 'Node'] as const].map(([plural, group]) =>
    clients.resource<KubeObject>(plural, group).watch((event) => {
      if (event.type === 'DELETED') gone.add(event.object.metadata?.uid ?? '');
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return;
      const { metadata } = event.object;
      if (metadata?.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0)
        waiting.add(`${plural}|${group}|${metadata.namespace ?? ''}|${metadata.name ?? ''}`);
      // Made with an owner that is gone already.
      if (event.type === 'ADDED')
        for (const owner of metadata?.ownerReferences ?? [])
          if (!alive(owner.kind, owner.name, metadata?.namespace, owner.uid)) gone.addAfter(owner.uid, 100);
    }),
  );
  return () => {
    gone.stop();
    waiting.stop();
    for (const stop of stops) stop();
  };
};
