import { expect, it } from 'vitest';
import { Lab } from '../testing/lab.ts';

function settled(replicas: number): Lab {
  const lab = new Lab();
  lab.deploy('web', replicas);
  lab.until('all ready', () => lab.ready('web') === replicas);
  lab.pass(1);
  return lab;
}

it('replaces a deleted pod at once, while the old one still terminates', () => {
  const lab = settled(2);
  const [first] = lab.pods('web');
  lab.resource('pods').delete(first?.metadata?.name ?? '', 'default');
  lab.pass(0.05);
  expect(lab.pods('web')).toHaveLength(3);
  expect(lab.status(lab.findPod(first?.metadata?.name ?? ''))).toBe('Terminating');
  lab.until('two again', () => lab.pods('web').length === 2 && lab.ready('web') === 2);
});

it('lets a pod go whose labels no longer match, and takes it back', () => {
  const lab = settled(2);
  const [first] = lab.pods('web');
  const name = first?.metadata?.name ?? '';
  lab.change('pods', '', name, { metadata: { labels: { app: 'debug' } } });
  lab.pass(1);
  expect(lab.findPod(name)?.metadata?.ownerReferences).toBeUndefined();
  expect(lab.pods('web')).toHaveLength(2);
  lab.change('pods', '', name, { metadata: { labels: { app: 'web' } } });
  lab.pass(1);
  expect(lab.findPod(name)?.metadata?.ownerReferences?.[0]?.kind ?? 'gone').toMatch(/ReplicaSet|gone/);
  lab.until(
    'two again',
    () => lab.pods('web').filter((pod) => pod.metadata?.deletionTimestamp === undefined).length === 2,
  );
});

it('adopts a bare pod that it selects instead of making one', () => {
  const lab = settled(1);
  const [set] = lab.sets.list({ namespace: 'default' });
  lab.pod('stray', {}, { labels: set?.spec?.selector.matchLabels });
  lab.pass(1);
  // One too many: the younger one, which is not ready, goes.
  lab.until('one left', () => lab.pods('web').length === 1);
  expect(lab.findPod('stray')).toBeUndefined();
});

it('when shrinking takes the pod that shares its node', () => {
  const lab = settled(3);
  lab.scale('web', 2);
  lab.until('two left', () => lab.pods('web').length === 2);
  expect(new Set(lab.pods('web').map((pod) => pod.spec?.nodeName)).size).toBe(2);
});

it('when shrinking takes a pod that is not ready before others', () => {
  const lab = settled(2);
  for (const { name } of lab.cluster.nodes) lab.change('nodes', '', name, { spec: { unschedulable: true } });
  lab.scale('web', 3);
  lab.until('a third', () => lab.pods('web').length === 3);
  const pending = lab.pods('web').find((pod) => pod.spec?.nodeName === undefined)?.metadata?.name ?? '';
  lab.scale('web', 2);
  lab.until('two left', () => lab.pods('web').length === 2);
  expect(lab.findPod(pending)).toBeUndefined();
});

it('a deletion cost decides between pods that are alike', () => {
  const lab = settled(4);
  const keep = lab.pods('web')[0]?.metadata?.name ?? '';
  for (const pod of lab.pods('web').slice(1))
    lab.change('pods', '', pod.metadata?.name ?? '', {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-100' } },
    });
  lab.scale('web', 1);
  lab.until('one left', () => lab.pods('web').length === 1);
  expect(lab.pods('web')[0]?.metadata?.name).toBe(keep);
});

it('combines its events once there are many', () => {
  const lab = settled(40);
  const [set] = lab.sets.list({ namespace: 'default' });
  const events = lab.events(set?.metadata?.name ?? '');
  expect(events.filter((each) => /^SuccessfulCreate: Created pod/.test(each))).toHaveLength(9);
  expect(events.filter((each) => /combined from similar events\): Created pod: web-\S+ x16$/.test(each))).toHaveLength(
    1,
  );
});

it('a million replicas end at the limit of pods, said as a quota would, and the cluster goes on', () => {
  const lab = new Lab({ podLimit: 300 });
  lab.deploy('web', 1_000_000);
  lab.until('the limit', () =>
    (lab.deployment('web').status?.conditions ?? []).some((each) => each.type === 'ReplicaFailure'),
  );
  const [set] = lab.sets.list({ namespace: 'default' });
  expect(lab.events(set?.metadata?.name ?? '').find((each) => each.startsWith('FailedCreate'))).toMatch(
    /^FailedCreate: Error creating: pods "web-\w+-\w+" is forbidden: exceeded quota: hopscope-limits, requested: pods=1, used: pods=300, limited: pods=300/,
  );
  expect(set?.status?.conditions?.[0]).toMatchObject({
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
  });
  lab.until('full nodes', () => lab.ready('web') === 216);
  lab.scale('web', 1);
  lab.until('one left', () => lab.pods('web').length === 1);
  expect(lab.deployment('web').status?.conditions?.some((each) => each.type === 'ReplicaFailure')).toBe(false);
});
