import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { errors } from '../errors.ts';
import type { ServerWriteOptions } from '../registry.ts';
import { labelSelector } from '../selectors.ts';
import type { ApiServer } from '../server.ts';
import type { Shelf } from '../store.ts';
import type { ApiError, KubeObject, Pod } from '../types.ts';
import { deletionOptions } from './delete-options.ts';

type BudgetObject = PodDisruptionBudget & KubeObject;
type PodObject = Pod & KubeObject;

/**
 * pods/NAME/eviction: deletes a pod, unless a disruption budget forbids it (registry/core/pod/storage/eviction.go). A pod
 * that does no work needs no budget's leave.
 */
export function evict(
  server: ApiServer,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  given: KubeObject,
  options: ServerWriteOptions,
): unknown {
  if ((given.metadata?.name ?? name) !== name)
    throw errors.badRequest(
      `name in URL does not match name in Eviction object: ${JSON.stringify(given.metadata?.name)} != ${JSON.stringify(name)}`,
    );
  const wanted = deletionOptions({
    request: { method: 'DELETE', path: '', body: given['deleteOptions'] },
    query: new URLSearchParams(),
  });
  const dryRun = wanted.dryRun === true || options.dryRun === true;
  const pod = server.get(shelf, name, namespace) as PodObject;
  if (!needsNoLeave(pod)) askBudgets(server, pod, dryRun);
  const marked = dryRun ? pod : markDisrupted(server, shelf, pod);
  server.delete(shelf, name, marked.metadata?.namespace, { ...wanted, dryRun });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** canIgnorePDB */
function needsNoLeave({ status, metadata }: PodObject): boolean {
  return (
    status?.phase === 'Succeeded' ||
    status?.phase === 'Failed' ||
    status?.phase === 'Pending' ||
    metadata?.deletionTimestamp !== undefined
  );
}

function askBudgets(server: ApiServer, pod: PodObject, dryRun: boolean): void {
  const shelf = server.shelf('poddisruptionbudgets', 'policy');
  const { name = '', namespace = '', labels } = pod.metadata ?? {};
  const found = [...shelf.all(namespace)].filter((budget) => {
    const { selector } = (budget as BudgetObject).spec ?? {};
    return selector !== undefined && labelSelector(selector).matches(labels);
  }) as BudgetObject[];
  const [budget] = found;
  if (budget === undefined) return;
  if (found.length > 1)
    throw errors.internal(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const {
    currentHealthy = 0,
    desiredHealthy = 0,
    disruptionsAllowed = 0,
    observedGeneration = 0,
  } = budget.status ?? {};
  const ready = pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
  if (!ready) {
    // A pod that is not healthy anyway may go while the others are enough.
    if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
  }
  const own = budget.metadata?.name ?? '';
  if (observedGeneration < (budget.metadata?.generation ?? 0))
    throw tooMany(`The disruption budget ${own} is still being processed by the server.`, 10);
  if (disruptionsAllowed <= 0)
    throw tooMany(
      `The disruption budget ${own} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  if (dryRun) return;
  const status = {
    ...budget.status,
    disruptedPods: { ...budget.status?.disruptedPods, [name]: server.sim.timestamp() },
    disruptionsAllowed: disruptionsAllowed - 1,
  };
  server.update(shelf, { ...budget, status }, own, namespace, {
    subresource: 'status',
    fieldManager: 'kube-apiserver',
  });
}

function tooMany(message: string, retryAfterSeconds?: number): ApiError {
  return errors.tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** addConditionAndDeletePod */
function markDisrupted(server: ApiServer, shelf: Shelf, pod: PodObject): PodObject {
  const { name = '', namespace } = pod.metadata ?? {};
  const condition = {
    lastProbeTime: null,
    lastTransitionTime: server.sim.timestamp(),
    message: 'Eviction API: evicting',
    reason: 'EvictionByEvictionAPI',
    status: 'True',
    type: 'DisruptionTarget',
  };
  const conditions = [...(pod.status?.conditions ?? []).filter((each) => each.type !== 'DisruptionTarget'), condition];
  return server.update(shelf, { ...pod, status: { ...pod.status, conditions } } as KubeObject, name, namespace, {
    subresource: 'status',
    fieldManager: 'kube-apiserver',
  }) as PodObject;
}
