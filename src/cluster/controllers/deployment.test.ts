import { describe, expect, it } from 'vitest';
import { Lab, nginx } from '../testing/lab.ts';

/** A deployed and settled `web`. */
function settled(replicas: number, more: object = {}, spec: object = {}): Lab {
  const lab = new Lab();
  lab.deploy('web', replicas, spec, more);
  lab.until('all ready', () => lab.ready('web') === replicas);
  lab.pass(1);
  return lab;
}

function setImage(lab: Lab, image: string, name = 'web'): void {
  lab.change('deployments', 'apps', name, { spec: { template: { spec: { containers: [nginx({ image })] } } } });
}

function conditions(lab: Lab): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { type, status, reason } of lab.deployment('web').status?.conditions ?? [])
    found[type] = `${status} ${reason}`;
  return found;
}

describe('a new Deployment', () => {
  it('makes a ReplicaSet, whose name ends in the hash of its template, and says so', () => {
    const lab = settled(2);
    const [set] = lab.sets.list({ namespace: 'default' });
    const hash = set?.metadata?.labels?.['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(set?.metadata?.name).toBe(`web-${hash}`);
    expect(set?.metadata?.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(lab.events('web')).toEqual([`ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 2`]);
    expect(lab.deployment('web').metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
  });

  it('ends available, progressed, and with all its counts', () => {
    const lab = settled(2);
    const { status } = lab.deployment('web');
    expect(status).toMatchObject({
      availableReplicas: 2,
      observedGeneration: 1,
      readyReplicas: 2,
      replicas: 2,
      updatedReplicas: 2,
    });
    expect(status).not.toHaveProperty('unavailableReplicas');
    expect(conditions(lab)).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'True NewReplicaSetAvailable',
    });
    const name = lab.sets.list({ namespace: 'default' })[0]?.metadata?.name;
    expect(status?.conditions?.find((each) => each.type === 'Progressing')?.message).toBe(
      `ReplicaSet "${name}" has successfully progressed.`,
    );
  });
});

describe('scaling', () => {
  it('changes the set, with an event, and no new revision', () => {
    const lab = settled(2);
    lab.scale('web', 5);
    lab.until('five ready', () => lab.ready('web') === 5);
    const set = lab.sets.list({ namespace: 'default' })[0];
    expect(lab.events('web').at(-1)).toBe(
      `ScalingReplicaSet: Scaled up replica set ${set?.metadata?.name} from 2 to 5`,
    );
    lab.scale('web', 1);
    lab.until('one left', () => lab.pods('web').length === 1);
    expect(lab.events('web').at(-1)).toBe(
      `ScalingReplicaSet: Scaled down replica set ${set?.metadata?.name} from 5 to 1`,
    );
    expect(lab.sizes('web')).toEqual({ 1: 1 });
  });

  it('to nothing and back', () => {
    const lab = settled(3);
    lab.scale('web', 0);
    lab.until('none left', () => lab.pods('web').length === 0);
    expect(conditions(lab)['Available']).toBe('True MinimumReplicasAvailable');
    lab.scale('web', 2);
    lab.until('two ready', () => lab.ready('web') === 2);
  });

  it('in the middle of a rollout shares the change by size', () => {
    const lab = settled(10, { strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    setImage(lab, 'missing');
    lab.until('the rollout is stuck', () => lab.sizes('web')[2] === 5);
    expect(lab.sizes('web')).toEqual({ 1: 8, 2: 5 });
    lab.scale('web', 15);
    lab.until('the change is shared', () => lab.sizes('web')[1] !== 8);
    // The documentation's own example: of five more, three go to the old set and two to the new one.
    expect(lab.sizes('web')).toEqual({ 1: 11, 2: 7 });
  });
});

describe('a rolling update', () => {
  it('never has fewer available or more pods than it may', () => {
    const lab = settled(4);
    setImage(lab, 'nginx:1.27');
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    lab.until('the new set has all', () => {
      const { availableReplicas = 0 } = lab.deployment('web').status ?? {};
      least = Math.min(least, availableReplicas);
      most = Math.max(most, lab.pods('web').filter((pod) => pod.metadata?.deletionTimestamp === undefined).length);
      return lab.sizes('web')[2] === 4 && lab.sizes('web')[1] === 0 && availableReplicas === 4;
    });
    expect(least).toBeGreaterThanOrEqual(3);
    expect(most).toBeLessThanOrEqual(5);
    expect(lab.deployment('web').metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('tells each step', () => {
    const lab = settled(2);
    const old = lab.sets.list({ namespace: 'default' })[0]?.metadata?.name;
    setImage(lab, 'nginx:1.27');
    lab.until('done', () => lab.sizes('web')[1] === 0 && lab.ready('web') === 2);
    const now = lab.sets.list({ namespace: 'default' }).find((set) => set.metadata?.name !== old)?.metadata?.name;
    expect(lab.events('web').slice(1)).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${now} from 0 to 1`,
      `ScalingReplicaSet: Scaled down replica set ${old} from 2 to 1`,
      `ScalingReplicaSet: Scaled up replica set ${now} from 1 to 2`,
      `ScalingReplicaSet: Scaled down replica set ${old} from 1 to 0`,
    ]);
  });

  it('with a bad image keeps the old pods and times out', () => {
    const lab = settled(3, { progressDeadlineSeconds: 60 });
    setImage(lab, 'missing');
    lab.pass(58);
    expect(conditions(lab)['Progressing']).toBe('True ReplicaSetUpdated');
    expect(lab.ready('web')).toBe(3);
    lab.pass(10);
    expect(conditions(lab)).toEqual({
      Available: 'True MinimumReplicasAvailable',
      Progressing: 'False ProgressDeadlineExceeded',
    });
  });

  it('back to an earlier template gives its set the newest revision', () => {
    const lab = settled(2);
    setImage(lab, 'nginx:1.27');
    lab.until('revision 2', () => lab.sizes('web')[1] === 0 && lab.ready('web') === 2);
    setImage(lab, 'nginx');
    lab.until('revision 3', () => lab.sizes('web')[2] === 0 && lab.ready('web') === 2);
    expect(lab.sizes('web')).toEqual({ 2: 0, 3: 2 });
    const set = lab.sets.list({ namespace: 'default' }).find((each) => each.spec?.replicas === 2);
    expect(set?.metadata?.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
  });

  it('keeps as many old sets as the history limit says', () => {
    const lab = settled(1, { revisionHistoryLimit: 2 });
    for (let version = 1; version <= 5; version++) {
      setImage(lab, `nginx:1.${version}`);
      lab.until('rolled out', () => lab.sizes('web')[version + 1] === 1 && lab.sizes('web')[version] === 0);
      lab.until('ready', () => conditions(lab)['Progressing'] === 'True NewReplicaSetAvailable');
      lab.pass(5);
    }
    expect(Object.keys(lab.sizes('web')).sort()).toEqual(['4', '5', '6']);
  });
});

it('Recreate runs no pod of the new template before the last old one has ended', () => {
  const lab = settled(3, { strategy: { type: 'Recreate' } });
  setImage(lab, 'nginx:1.27');
  lab.until('new pods', () => {
    const running = lab.pods('web').filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));
    const images = new Set(running.map((pod) => pod.spec?.containers[0]?.image));
    expect(images.size).toBeLessThanOrEqual(1);
    return images.has('nginx:1.27');
  });
  lab.until('ready', () => lab.ready('web') === 3);
});

it('paused, it scales but does not roll out until resumed', () => {
  const lab = settled(2);
  lab.change('deployments', 'apps', 'web', { spec: { paused: true } });
  setImage(lab, 'nginx:1.27');
  lab.scale('web', 3);
  lab.until('scaled', () => lab.ready('web') === 3);
  expect(lab.sizes('web')).toEqual({ 1: 3 });
  expect(conditions(lab)['Progressing']).toBe('Unknown DeploymentPaused');
  lab.change('deployments', 'apps', 'web', { spec: { paused: false } });
  lab.until('rolled out', () => lab.sizes('web')[2] === 3 && lab.sizes('web')[1] === 0);
});

it('a name that another set has counts up the collisions and takes another hash', () => {
  const lab = settled(1);
  const name = lab.sets.list({ namespace: 'default' })[0]?.metadata?.name ?? '';
  lab.deployments.delete('web', 'default', { propagationPolicy: 'Orphan' });
  lab.until('gone', () => lab.deployments.find('web', 'default') === undefined);
  // The orphan is no set of a Deployment with another selector, but it has the name.
  lab.change('replicasets', 'apps', name, { metadata: { labels: { app: 'other' } } });
  lab.deploy('web', 1);
  lab.until('another set', () => lab.sets.list({ namespace: 'default' }).length === 2);
  expect(lab.deployment('web').status?.collisionCount).toBe(1);
});
