import { describe, expect, it } from 'vitest';
import { Lab } from '../testing/lab.ts';

const DARK = 'kubernetes-minion-905m';

function deployed(replicas = 2): Lab {
  const lab = new Lab();
  lab.deploy('web', replicas);
  lab.service('web');
  lab.until('all ready', () => lab.ready('web') === replicas);
  lab.pass(1);
  return lab;
}

function readyCondition(lab: Lab, node = DARK) {
  return lab.nodes.get(node).status?.conditions?.find((each) => each.type === 'Ready');
}

function taints(lab: Lab, node = DARK): string[] {
  return (lab.nodes.get(node).spec?.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
}

describe('a node without power', () => {
  it('is believed ready until its silence lasted 50 seconds', () => {
    const lab = deployed();
    lab.cluster.setPower(DARK, false);
    lab.pass(39);
    expect(readyCondition(lab)?.status).toBe('True');
    expect(lab.endpoints('web')?.subsets?.[0]?.addresses).toHaveLength(2);
    lab.pass(18);
    expect(readyCondition(lab)).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(taints(lab)).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    expect(lab.events(DARK)).toContain(`NodeNotReady: Node ${DARK} status is now: NodeNotReady`);
  });

  it('loses its endpoints at once, its pods after five minutes more', () => {
    const lab = deployed();
    const victim = lab.pods('web').find((pod) => pod.spec?.nodeName === DARK)?.metadata?.name ?? '';
    lab.cluster.setPower(DARK, false);
    lab.pass(57);
    expect(lab.endpoints('web')?.subsets?.[0]?.addresses).toHaveLength(1);
    expect(lab.status(lab.findPod(victim))).toBe('Running');
    expect(lab.events(victim)).toContain('NodeNotReady: Node is not ready');
    lab.pass(290);
    expect(lab.pods('web')).toHaveLength(2);
    lab.pass(15);
    expect(lab.status(lab.findPod(victim))).toBe('Terminating');
    expect(lab.events(victim)).toContain(`TaintManagerEviction: Marking for deletion Pod default/${victim}`);
    lab.until('a replacement on the other node', () => lab.ready('web') === 2);
    expect(lab.pods('web')).toHaveLength(3);
    expect(lab.findPod(victim)?.status?.conditions?.find((each) => each.type === 'DisruptionTarget')).toMatchObject({
      reason: 'DeletionByTaintManager',
    });
  });

  it('that comes back ends what was evicted', () => {
    const lab = deployed();
    const victim = lab.pods('web').find((pod) => pod.spec?.nodeName === DARK)?.metadata?.name ?? '';
    lab.cluster.setPower(DARK, false);
    lab.pass(400);
    lab.cluster.setPower(DARK, true);
    lab.until('ready', () => readyCondition(lab)?.status === 'True');
    lab.until('the evicted pod is gone', () => lab.findPod(victim) === undefined);
    lab.pass(1);
    expect(taints(lab)).toEqual([]);
    expect(lab.events(DARK)).toEqual(
      expect.arrayContaining([
        'Starting: Starting kubelet.',
        expect.stringMatching(new RegExp(`^Rebooted: Node ${DARK} has been rebooted, boot id: [0-9a-f-]{36}$`)),
        `NodeReady: Node ${DARK} status is now: NodeReady`,
      ]),
    );
    expect(lab.ready('web')).toBe(2);
  });

  it('that comes back in time restarts its pods, with new addresses', () => {
    const lab = deployed();
    const before = lab.pods('web').find((pod) => pod.spec?.nodeName === DARK);
    const name = before?.metadata?.name ?? '';
    lab.cluster.setPower(DARK, false);
    lab.pass(120);
    lab.cluster.setPower(DARK, true);
    lab.until('two endpoints', () => lab.endpoints('web')?.subsets?.[0]?.addresses?.length === 2);
    const now = lab.findPod(name);
    expect(now?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(now?.status?.podIP).not.toBe(before?.status?.podIP);
    expect(now?.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
    });
    expect(lab.events(name)).toEqual(
      expect.arrayContaining([
        'SandboxChanged: Pod sandbox changed, it will be killed and re-created.',
        `TaintManagerEviction: Cancelling deletion of Pod default/${name}`,
      ]),
    );
    lab.pass(400);
    expect(lab.findPod(name)).toBeDefined();
  });

  it('does not get new pods', () => {
    const lab = deployed();
    lab.cluster.setPower(DARK, false);
    lab.pass(60);
    lab.scale('web', 6);
    lab.until('five run on the other', () => lab.ready('web') === 5);
  });
});

it('with all nodes dark nothing is evicted: the fault is believed to be elsewhere', () => {
  const lab = deployed();
  for (const { name } of lab.cluster.nodes) lab.cluster.setPower(name, false);
  lab.pass(600);
  expect(taints(lab)).toEqual(['unreachable:NoSchedule']);
  expect(lab.pods('web').filter((pod) => pod.metadata?.deletionTimestamp !== undefined)).toEqual([]);
});

describe('taints', () => {
  it('of NoExecute evict pods that do not tolerate them', () => {
    const lab = deployed();
    const taint = { key: 'gpu', value: 'broken', effect: 'NoExecute' };
    lab.change('nodes', '', DARK, { spec: { taints: [taint] } });
    lab.until(
      'all on the other node',
      () => lab.ready('web') === 2 && lab.pods('web').every((pod) => pod.spec?.nodeName !== DARK),
    );
  });

  it('follow cordon and uncordon', () => {
    const lab = deployed();
    lab.change('nodes', '', DARK, { spec: { unschedulable: true } });
    lab.pass(0.5);
    expect(taints(lab)).toEqual(['unschedulable:NoSchedule']);
    lab.change('nodes', '', DARK, { spec: { unschedulable: null } });
    lab.pass(0.5);
    expect(taints(lab)).toEqual([]);
  });
});

it('pods of a node that is deleted are removed', () => {
  const lab = deployed();
  lab.cluster.setPower(DARK, false);
  lab.nodes.delete(DARK);
  lab.pass(60);
  expect(lab.pods('web').some((pod) => pod.spec?.nodeName === DARK)).toBe(false);
  expect(lab.ready('web')).toBe(2);
});

it('a silent kubelet is one heartbeat every ten seconds otherwise', () => {
  const lab = new Lab();
  lab.pass(5);
  lab.log.length = 0;
  lab.pass(100);
  const beats = lab.log.filter((entry) => entry.text.startsWith(`update leases kube-node-lease/${DARK}`));
  expect(beats).toHaveLength(10);
});
