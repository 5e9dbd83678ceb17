import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { labelSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import { scaled } from '../resources/intstr.ts';
import { type Controller, controllerOf, isReady } from './context.ts';
import type { PodObject } from './owned-pods.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type BudgetObject = PodDisruptionBudget & KubeObject;
type Status = NonNullable<PodDisruptionBudget['status']>;

/** How long an eviction counts as not yet carried out (DeletionTimeout), in ms. */
const DELETION_TIMEOUT = 120_000;

/** Kinds that say how many pods they want. */
const SCALES: Readonly<Record<string, readonly [plural: string, group: string]>> = {
  ReplicaSet: ['replicasets', 'apps'],
  Deployment: ['deployments', 'apps'],
  StatefulSet: ['statefulsets', 'apps'],
};

/** pkg/controller/disruption: how many pods of each budget may be evicted now. */
export const disruptionController: Controller = ({ sim, clients }) => {
  const budgets = clients.resource<BudgetObject>('poddisruptionbudgets', 'policy');
  const pods = clients.resource<PodObject>('pods');

  const queue = new WorkQueue(sim, { name: 'disruption', latency: 10 }, (key) => {
    const { namespace, name } = splitKey(key);
    const budget = budgets.find(name, namespace);
    if (budget === undefined || budget.metadata?.deletionTimestamp !== undefined) return;
    const own = matching(budget);
    const { expected, desired } = needed(budget, own);
    const disrupted = stillDisrupted(budget, own);
    const healthy = own.filter(
      (pod) =>
        isReady(pod) &&
        pod.metadata?.deletionTimestamp === undefined &&
        disrupted[pod.metadata?.name ?? ''] === undefined,
    ).length;
    const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
    const status: Status = {
      conditions: [condition(budget, allowed > 0)],
      currentHealthy: healthy,
      desiredHealthy: desired,
      ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
      disruptionsAllowed: allowed,
      expectedPods: expected,
      observedGeneration: budget.metadata?.generation ?? 0,
    };
    if (!same(status, budget.status)) budgets.updateStatus({ ...budget, status });
    if (Object.keys(disrupted).length > 0) queue.addAfter(key, DELETION_TIMEOUT);
  });

  function matching(budget: BudgetObject): PodObject[] {
    const { selector } = budget.spec ?? {};
    if (selector === undefined) return [];
    const matches = labelSelector(selector);
    return pods
      .list({ namespace: budget.metadata?.namespace ?? '' })
      .filter(
        (pod) =>
          matches.matches(pod.metadata?.labels) && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed',
      );
  }

  /** getExpectedPodCount */
  function needed(budget: BudgetObject, own: readonly PodObject[]): { expected: number; desired: number } {
    const { minAvailable, maxUnavailable } = budget.spec ?? {};
    const least = minAvailable as number | string | undefined;
    if (maxUnavailable !== undefined) {
      const expected = expectedScale(own);
      const most = scaled(maxUnavailable as number | string, expected, true);
      return { expected, desired: Math.max(0, expected - most) };
    }
    if (typeof least === 'string') {
      const expected = expectedScale(own);
      return { expected, desired: scaled(least, expected, true) };
    }
    return { expected: own.length, desired: least ?? (own.length > 0 ? 1 : 0) };
  }

  /** getExpectedScale: what the controllers of the pods want, not how many there happen to be. */
  function expectedScale(own: readonly PodObject[]): number {
    const scales = new Map<string, number>();
    for (const pod of own) {
      let owner = controllerOf(pod);
      let object: KubeObject | undefined;
      while (owner !== undefined) {
        const place = SCALES[owner.kind];
        if (place === undefined) break;
        const found: KubeObject | undefined = clients.resource(...place).find(owner.name, pod.metadata?.namespace);
        if (found === undefined) break;
        object = found;
        owner = controllerOf(found);
      }
      if (object === undefined) continue;
      scales.set(object.metadata?.uid ?? '', (object['spec'] as { replicas?: number } | undefined)?.replicas ?? 1);
    }
    let sum = 0;
    for (const each of scales.values()) sum += each;
    return sum;
  }

  /** Pods whose eviction was granted and that are not yet marked as deleted. */
  function stillDisrupted(budget: BudgetObject, own: readonly PodObject[]): Record<string, string> {
    const left: Record<string, string> = {};
    for (const [name, time] of Object.entries(budget.status?.disruptedPods ?? {})) {
      const pod = own.find((each) => each.metadata?.name === name);
      if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) continue;
      if (sim.calendar() - Date.parse(String(time)) < DELETION_TIMEOUT) left[name] = String(time);
    }
    return left;
  }

  function condition(budget: BudgetObject, allowed: boolean): NonNullable<Status['conditions']>[number] {
    const status = allowed ? 'True' : 'False';
    const old = budget.status?.conditions?.find((each) => each.type === 'DisruptionAllowed');
    return {
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : sim.timestamp(),
      message: '',
      observedGeneration: budget.metadata?.generation ?? 0,
      reason: allowed ? 'SufficientPods' : 'InsufficientPods',
      status,
      type: 'DisruptionAllowed',
    };
  }

  /** Budgets by namespace: most namespaces have none, so that a pod's change costs nothing there. */
  const places = new Map<string, Set<string>>();
  const stops = [
    budgets.watch((event) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const { namespace = '', name = '' } = event.object.metadata ?? {};
      const names = places.get(namespace) ?? new Set();
      places.set(namespace, names);
      if (event.type === 'DELETED') names.delete(name);
      else {
        names.add(name);
        queue.add(keyOf(event.object));
      }
    }),
    pods.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const namespace = event.object.metadata?.namespace ?? '';
      const names = places.get(namespace);
      if (names === undefined || names.size === 0) return;
      for (const name of names) {
        const selector = labelSelector(budgets.find(name, namespace)?.spec?.selector);
        if (matches(selector, event.object) || (previous !== undefined && matches(selector, previous)))
          queue.add(`${namespace}/${name}`);
      }
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function matches(selector: ReturnType<typeof labelSelector>, pod: Pod): boolean {
  return selector.matches(pod.metadata?.labels);
}
