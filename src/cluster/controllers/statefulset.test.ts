import type { StatefulSet } from 'kubernetes-types/apps/v1';
import { expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { Lab, nginx } from '../testing/lab.ts';

type SetObject = StatefulSet & KubeObject;

function lab(replicas: number, more: object = {}): Lab {
  const made = new Lab();
  made.resource<SetObject>('statefulsets', 'apps').create({
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [nginx()] } },
      ...more,
    },
  });
  return made;
}

const names = (one: Lab) =>
  one
    .pods('db')
    .map((pod) => pod.metadata?.name)
    .sort();
const setOf = (one: Lab) => one.resource<SetObject>('statefulsets', 'apps').get('db', 'default');
const change = (one: Lab, patch: object) => one.change('statefulsets', 'apps', 'db', patch);
const image = (to: string) => ({ spec: { template: { spec: { containers: [nginx({ image: to })] } } } });
const images = (one: Lab) =>
  Object.fromEntries(one.pods('db').map((pod) => [pod.metadata?.name, pod.spec?.containers[0]?.image]));

it('makes its pods in order, each when the one before is ready', () => {
  const one = lab(3);
  one.until('the first', () => names(one).length === 1);
  expect(names(one)).toEqual(['db-0']);
  expect(one.ready('db')).toBe(0);
  one.until('the second', () => names(one).length === 2);
  expect(one.ready('db')).toBe(1);
  one.until('all', () => setOf(one).status?.availableReplicas === 3);
  const pod = one.findPod('db-1');
  expect(pod?.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' });
  expect(pod?.metadata?.labels).toEqual({
    app: 'db',
    'apps.kubernetes.io/pod-index': '1',
    'controller-revision-hash': setOf(one).status?.currentRevision,
    'statefulset.kubernetes.io/pod-name': 'db-1',
  });
  expect(one.events('db')).toContain('SuccessfulCreate: create Pod db-0 in StatefulSet db successful');
});

it('Parallel does not wait', () => {
  const one = lab(3, { podManagementPolicy: 'Parallel' });
  one.pass(0.1);
  expect(names(one)).toEqual(['db-0', 'db-1', 'db-2']);
});

it('a deleted pod comes back under its name', () => {
  const one = lab(2);
  one.until('all', () => setOf(one).status?.readyReplicas === 2);
  const { uid } = one.findPod('db-0')?.metadata ?? {};
  one.resource('pods').delete('db-0', 'default');
  one.until('again', () => one.findPod('db-0')?.metadata?.uid !== uid && setOf(one).status?.readyReplicas === 2);
});

it('shrinks from the highest ordinal', () => {
  const one = lab(3);
  one.until('all', () => setOf(one).status?.readyReplicas === 3);
  change(one, { spec: { replicas: 1 } });
  one.until('two', () => names(one).length === 2);
  expect(names(one)).toEqual(['db-0', 'db-1']);
  one.until('one', () => names(one).length === 1);
  expect(one.events('db')).toContain('SuccessfulDelete: delete Pod db-2 in StatefulSet db successful');
});

it('replaces from the highest ordinal, down to the partition', () => {
  const one = lab(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
  one.until('all', () => setOf(one).status?.readyReplicas === 3);
  const { currentRevision } = setOf(one).status ?? {};
  change(one, image('nginx:1.25'));
  one.until('the last', () => images(one)['db-2'] === 'nginx:1.25');
  expect(images(one)['db-1']).toBe('nginx');
  one.until('the second', () => images(one)['db-1'] === 'nginx:1.25' && setOf(one).status?.readyReplicas === 3);
  one.pass(30);
  expect(images(one)).toEqual({ 'db-0': 'nginx', 'db-1': 'nginx:1.25', 'db-2': 'nginx:1.25' });
  expect(setOf(one).status).toMatchObject({ currentReplicas: 1, currentRevision, updatedReplicas: 2 });
  // A pod below the partition comes back as it was.
  one.resource('pods').delete('db-0', 'default');
  one.until(
    'db-0 again',
    () => one.findPod('db-0')?.metadata?.deletionTimestamp === undefined && one.ready('db') === 3,
  );
  expect(images(one)['db-0']).toBe('nginx');
  change(one, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
  one.until('all new', () => setOf(one).status?.currentRevision === setOf(one).status?.updateRevision);
  expect(setOf(one).status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 });
});

it('has ordinals from where it is told to start', () => {
  const one = lab(2, { ordinals: { start: 5 } });
  one.until('all', () => setOf(one).status?.readyReplicas === 2);
  expect(names(one)).toEqual(['db-5', 'db-6']);
});

it('keeps no more old revisions than its limit', () => {
  const one = lab(1, { revisionHistoryLimit: 1 });
  for (const tag of ['1.23', '1.24', '1.25']) {
    change(one, image(`nginx:${tag}`));
    one.until(tag, () => images(one)['db-0'] === `nginx:${tag}` && setOf(one).status?.readyReplicas === 1);
  }
  one.pass(1);
  expect(one.resource('controllerrevisions', 'apps').list({ namespace: 'default' })).toHaveLength(2);
});

it('its pods and revisions go with it', () => {
  const one = lab(2);
  one.until('all', () => setOf(one).status?.readyReplicas === 2);
  one.resource('statefulsets', 'apps').delete('db', 'default', { propagationPolicy: 'Background' });
  one.until('nothing', () => names(one).length === 0);
  expect(one.resource('controllerrevisions', 'apps').list({ namespace: 'default' })).toEqual([]);
});
