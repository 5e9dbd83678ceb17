import type { DaemonSet } from 'kubernetes-types/apps/v1';
import { expect, it } from 'vitest';
import type { KubeObject } from '../api/types.ts';
import { Lab, nginx } from '../testing/lab.ts';

type SetObject = DaemonSet & KubeObject;

function lab(spec: object = {}, more: object = {}): Lab {
  const made = new Lab();
  made.resource<SetObject>('daemonsets', 'apps').create({
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [nginx()], ...spec } },
      ...more,
    },
  });
  return made;
}

const nodesOf = (one: Lab) =>
  one
    .pods('agent')
    .map((pod) => pod.spec?.nodeName)
    .sort();
const setOf = (one: Lab) => one.resource<SetObject>('daemonsets', 'apps').get('agent', 'default');
const revisions = (one: Lab) => one.resource('controllerrevisions', 'apps').list({ namespace: 'default' });
const change = (one: Lab, patch: object) => one.change('daemonsets', 'apps', 'agent', patch);
const image = (to: string) => ({ spec: { template: { spec: { containers: [nginx({ image: to })] } } } });

it('runs one pod on each node, and says so', () => {
  const one = lab();
  one.until('both ready', () => setOf(one).status?.numberReady === 2);
  expect(nodesOf(one)).toEqual(['kubernetes-minion-905m', 'kubernetes-minion-ljyd']);
  expect(setOf(one).status).toEqual({
    currentNumberScheduled: 2,
    desiredNumberScheduled: 2,
    numberAvailable: 2,
    numberMisscheduled: 0,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 2,
  });
  const [pod] = one.pods('agent');
  expect(pod?.metadata?.labels).toMatchObject({ 'pod-template-generation': '1' });
  expect(one.events('agent').filter((each) => each.startsWith('SuccessfulCreate'))).toHaveLength(2);
});

it('stays on a cordoned node and comes to none that its selector leaves out', () => {
  const one = lab({ nodeSelector: { disk: 'ssd' } });
  one.pass(2);
  expect(nodesOf(one)).toEqual([]);
  one.change('nodes', '', 'kubernetes-minion-ljyd', { metadata: { labels: { disk: 'ssd' } } }, undefined);
  one.change('nodes', '', 'kubernetes-minion-ljyd', { spec: { unschedulable: true } }, undefined);
  one.until('one ready', () => setOf(one).status?.numberReady === 1);
  expect(nodesOf(one)).toEqual(['kubernetes-minion-ljyd']);
  one.change('nodes', '', 'kubernetes-minion-ljyd', { metadata: { labels: { disk: null } } }, undefined);
  one.until('none', () => nodesOf(one).length === 0);
});

it('replaces pods one node after the other, and keeps each template as a revision', () => {
  const one = lab();
  one.until('both ready', () => setOf(one).status?.numberReady === 2);
  change(one, image('nginx:1.25'));
  one.pass(0.05);
  let least = 2;
  one.until('both new', () => {
    least = Math.min(least, one.ready('agent'));
    return setOf(one).status?.updatedNumberScheduled === 2 && setOf(one).status?.numberAvailable === 2;
  });
  expect(least).toBe(1);
  expect(one.pods('agent').map((pod) => pod.spec?.containers[0]?.image)).toEqual(['nginx:1.25', 'nginx:1.25']);
  expect(revisions(one).map((each) => each['revision'])).toEqual(expect.arrayContaining([1, 2]));
  change(one, image('nginx'));
  one.until('old template again', () => one.pods('agent').every((pod) => pod.spec?.containers[0]?.image === 'nginx'));
  // The old template is no third revision: it is the first one, renumbered.
  expect(
    revisions(one)
      .map((each) => each['revision'])
      .sort(),
  ).toEqual([2, 3]);
});

it('with maxSurge has the new pod ready before the old one goes', () => {
  const one = lab({}, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  one.until('both ready', () => setOf(one).status?.numberReady === 2);
  change(one, image('nginx:1.25'));
  one.pass(0.05);
  let least = 2;
  one.until('both new', () => {
    least = Math.min(least, one.ready('agent'));
    return one.pods('agent').length === 2 && setOf(one).status?.updatedNumberScheduled === 2;
  });
  expect(least).toBe(2);
});

it('OnDelete waits for somebody to delete the old pods', () => {
  const one = lab({}, { updateStrategy: { type: 'OnDelete' } });
  one.until('both ready', () => setOf(one).status?.numberReady === 2);
  change(one, image('nginx:1.25'));
  one.pass(30);
  expect(one.pods('agent').map((pod) => pod.spec?.containers[0]?.image)).toEqual(['nginx', 'nginx']);
  one.resource('pods').delete(one.pods('agent')[0]?.metadata?.name ?? '', 'default');
  one.until('one new', () => setOf(one).status?.updatedNumberScheduled === 1 && setOf(one).status?.numberReady === 2);
});

it('replaces a pod that failed', () => {
  const one = lab();
  one.until('both ready', () => setOf(one).status?.numberReady === 2);
  const name = one.pods('agent')[0]?.metadata?.name ?? '';
  const pod = one.findPod(name);
  if (pod === undefined) throw new Error('no pod');
  one.resource('pods').updateStatus({ ...pod, status: { ...pod.status, phase: 'Failed' } });
  one.until('another', () => one.findPod(name) === undefined && setOf(one).status?.numberReady === 2);
  expect(one.events('agent').join('\n')).toContain(`FailedDaemonPod: Found failed daemon pod default/${name} on node `);
});
