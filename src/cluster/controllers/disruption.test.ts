import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { Lab } from '../testing/lab.ts';

type BudgetObject = PodDisruptionBudget & KubeObject;

function lab(spec: object, replicas = 3): Lab {
  const made = new Lab();
  made.deploy('web', replicas);
  made.until('ready', () => made.ready('web') === replicas);
  made.resource<BudgetObject>('poddisruptionbudgets', 'policy').create({
    metadata: { name: 'keep', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  made.pass(1);
  return made;
}

const budget = (one: Lab) => one.resource<BudgetObject>('poddisruptionbudgets', 'policy').get('keep', 'default');

function evict(one: Lab, index = 0): { code: number; body: unknown } {
  const alive = one.pods('web').filter((pod) => pod.metadata?.deletionTimestamp === undefined);
  const name = alive[index]?.metadata?.name ?? '';
  return one.cluster.api.rest({
    method: 'POST',
    path: `/api/v1/namespaces/default/pods/${name}/eviction`,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } },
  });
}

it('counts what may go', () => {
  const one = lab({ minAvailable: 2 });
  expect(budget(one).status).toMatchObject({
    conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
    currentHealthy: 3,
    desiredHealthy: 2,
    disruptionsAllowed: 1,
    expectedPods: 3,
    observedGeneration: 1,
  });
  expect(
    lab({ minAvailable: '50%' }).resource<BudgetObject>('poddisruptionbudgets', 'policy').get('keep', 'default').status,
  ).toMatchObject({ desiredHealthy: 2, disruptionsAllowed: 1 });
  expect(budget(lab({ maxUnavailable: 3 })).status).toMatchObject({ desiredHealthy: 0, disruptionsAllowed: 3 });
});

it('an eviction beyond it is refused, until the pods are back', () => {
  const one = lab({ minAvailable: 2 });
  expect(evict(one).code).toBe(201);
  expect(evict(one)).toMatchObject({
    code: 429,
    body: {
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget keep needs 2 healthy pods and has 3 currently',
          },
        ],
      },
    },
  });
  one.until('three again', () => budget(one).status?.disruptionsAllowed === 1);
  expect(evict(one).code).toBe(201);
});

it('a pod that is not ready may go while the others are enough', () => {
  const one = lab({ minAvailable: 2 }, 2);
  expect(evict(one).code).toBe(429);
  for (const { name } of one.cluster.nodes) one.change('nodes', '', name, { spec: { unschedulable: true } }, undefined);
  one.scale('web', 3);
  one.pass(1);
  const pending = one.pods('web').findIndex((pod) => pod.status?.phase === 'Pending');
  expect(evict(one, pending).code).toBe(201);
});

it('two budgets for one pod are one too many', () => {
  const one = lab({ minAvailable: 1 });
  one.resource<BudgetObject>('poddisruptionbudgets', 'policy').create({
    metadata: { name: 'other', namespace: 'default' },
    spec: { selector: {}, minAvailable: 1 },
  });
  one.pass(1);
  expect(evict(one)).toMatchObject({
    code: 500,
    body: {
      message:
        'Internal error occurred: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    },
  });
});
