import { same } from '../api/equality.ts';
import type { KubeObject, Namespace } from '../api/types.ts';
import { KINDS } from '../resources/index.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

type NamespaceObject = Namespace & KubeObject;
type Condition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number];

/** How long a namespace's deletion waits for other API servers to hear of it (namespaceDeletionGracePeriod), in ms. */
const GRACE = 5000;

/** Objects deleted in one go, and the virtual ms until the next. */
const LOT = 25;
const LOT_PAUSE = 4;

/** pkg/controller/namespace: empties a namespace that is being deleted, then lets it go. */
export const namespaceController: Controller = ({ sim, clients }) => {
  const namespaces = clients.resource<NamespaceObject>('namespaces');
  const contents = KINDS.filter((kind) => kind.namespaced).map(({ plural, group }) => ({
    client: clients.resource(plural, group),
    resource: group === '' ? plural : `${plural}.${group}`,
  }));

  const queue = new WorkQueue(sim, { name: 'namespace', latency: GRACE }, (name) => {
    const namespace = namespaces.find(name);
    if (namespace?.metadata?.deletionTimestamp === undefined) return;
    let budget = LOT;
    const left: Record<string, number> = {};
    const finalizers: Record<string, number> = {};
    for (const { client, resource } of contents) {
      for (const object of client.list({ namespace: name })) {
        const { metadata } = object;
        if (metadata?.deletionTimestamp === undefined) {
          if (budget-- === 0) {
            queue.addAfter(name, LOT_PAUSE);
            return;
          }
          client.delete(metadata?.name ?? '', name, { propagationPolicy: 'Background' });
        }
        const now = client.find(metadata?.name ?? '', name);
        if (now === undefined) continue;
        left[resource] = (left[resource] ?? 0) + 1;
        for (const each of now.metadata?.finalizers ?? []) finalizers[each] = (finalizers[each] ?? 0) + 1;
      }
    }
    const conditions = progress(left, finalizers, namespace.status?.conditions ?? [], sim.timestamp());
    const status = { ...namespace.status, conditions };
    const written = same(status, namespace.status) ? namespace : namespaces.updateStatus({ ...namespace, status });
    if (Object.keys(left).length > 0) queue.add(name);
    else finalize(written);
  });

  /** The `finalize` subresource: without its finalizer the namespace is gone. */
  function finalize(namespace: NamespaceObject): void {
    namespaces.patch(
      namespace.metadata?.name ?? '',
      undefined,
      'application/merge-patch+json',
      { spec: { finalizers: [] } },
      { subresource: 'finalize' },
    );
  }

  const stop = namespaces.watch((event) => {
    if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return;
    if (event.object.metadata?.deletionTimestamp !== undefined) queue.add(event.object.metadata.name ?? '');
  });
  return () => {
    queue.stop();
    stop();
  };
};

/** What a namespace says of its deletion (pkg/controller/namespace/deletion/status_condition_utils.go). */
function progress(
  left: Readonly<Record<string, number>>,
  finalizers: Readonly<Record<string, number>>,
  old: readonly Condition[],
  time: string,
): Condition[] {
  const counted = (counts: Readonly<Record<string, number>>, words: (name: string, count: number) => string) =>
    Object.keys(counts)
      .sort()
      .map((name) => words(name, counts[name] ?? 0))
      .join(', ');
  const remaining = counted(left, (name, count) => `${name} has ${count} resource instances`);
  const kept = counted(finalizers, (name, count) => `${name} in ${count} resource instances`);
  const conditions: [type: string, status: string, reason: string, message: string][] = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    remaining === ''
      ? ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed']
      : ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain', `Some resources are remaining: ${remaining}`],
    kept === ''
      ? [
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ]
      : [
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${kept}`,
        ],
  ];
  return conditions.map(([type, status, reason, message]) => {
    const before = old.find((each) => each.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? time) : time;
    return { lastTransitionTime, message, reason, status, type };
  });
}
