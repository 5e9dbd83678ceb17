import { describe, expect, it } from 'vitest';
import type { Deployment, KubeObject } from '../api/types.ts';
import { Harness } from './harness.ts';

const template = { metadata: { labels: { run: 'a' } }, spec: { containers: [{ name: 'a', image: 'b' }] } };
const spec = { selector: { matchLabels: { run: 'a' } }, template };
const make = (kind: string, rest: object = {}): KubeObject & Deployment =>
  ({ kind, metadata: { name: 'web' }, spec: { ...spec, ...rest } }) as KubeObject & Deployment;
const refusal = (object: KubeObject) => {
  const harness = new Harness();
  return harness.refusal(() => harness.create(object))?.replace(/^\[([\s\S]*)\]$/, '$1');
};

describe('Deployment', () => {
  it('fills in its strategy and its template (SetDefaults_Deployment)', () => {
    const made = new Harness().create(make('Deployment'));
    expect(made.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { metadata: { creationTimestamp: null }, spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } },
    });
    expect(made.metadata?.generation).toBe(1);
    expect(made.spec?.template.spec).not.toHaveProperty('enableServiceLinks');
    expect(made.spec?.template.spec).not.toHaveProperty('tolerations');
  });

  it.each([
    [
      'no selector',
      { selector: undefined },
      'spec.selector: Required value, spec.template.metadata.labels: Invalid value: map[string]string{"run":"a"}: `selector` does not match template `labels`',
    ],
    [
      'an empty selector',
      { selector: {} },
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
    ],
    [
      'a selector for others',
      { selector: { matchLabels: { run: 'b' } } },
      'spec.template.metadata.labels: Invalid value: map[string]string{"run":"a"}: `selector` does not match template `labels`',
    ],
    [
      'an unknown operator',
      { selector: { matchExpressions: [{ key: 'run', operator: 'Is', values: ['a'] }] } },
      'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator, spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"run", Operator:"Is", Values:[]string{"a"}}}}: invalid label selector',
    ],
    ['fewer than none', { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [
      'pods that end',
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    ['no containers', { template: { ...template, spec: {} } }, 'spec.template.spec.containers: Required value'],
    [
      'a mistake deep down',
      {
        template: {
          ...template,
          spec: { containers: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
        },
      },
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'recreation that rolls',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'an unknown strategy',
      { strategy: { type: 'BlueGreen' } },
      'spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"BlueGreen", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'no room to roll',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"0%"}: may not be 0 when `maxSurge` is 0',
    ],
    [
      'more than all',
      { strategy: { rollingUpdate: { maxUnavailable: '110%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"110%"}: must not be greater than 100%',
    ],
    [
      'a share without %',
      { strategy: { rollingUpdate: { maxSurge: 'half' } } },
      "spec.strategy.rollingUpdate.maxSurge: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"half\"}: a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ],
    [
      'a deadline too early',
      { minReadySeconds: 700 },
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ],
  ])('refuses %s (ValidateDeploymentSpec)', (_, rest, expected) => {
    expect(refusal(make('Deployment', rest))).toBe(expected);
  });

  it('never changes its selector', () => {
    const harness = new Harness();
    const made = harness.create(make('Deployment'));
    const refused = harness.refusal(() =>
      harness.update(made, (copy) => {
        const labels = { run: 'b' };
        copy.spec = {
          ...copy.spec,
          selector: { matchLabels: labels },
          template: { ...template, metadata: { labels } },
        } as Deployment['spec'];
      }),
    );
    expect(refused).toBe(
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"run":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    );
  });

  it('shows its progress (printDeployment)', () => {
    const object = make('Deployment', { replicas: 3 });
    object['status'] = { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 } as Deployment['status'];
    expect(new Harness().row(object)).toMatchObject({
      Ready: '2/3',
      'Up-to-date': 3,
      Available: 2,
      Containers: 'a',
      Images: 'b',
      Selector: 'run=a',
    });
  });
});

describe('other workloads', () => {
  it.each(['ReplicaSet', 'DaemonSet', 'StatefulSet'])('%s needs a selector for its own pods', (kind) => {
    expect(refusal(make(kind, { selector: { matchLabels: { run: 'b' } } }))).toBe(
      'spec.template.metadata.labels: Invalid value: map[string]string{"run":"a"}: `selector` does not match template `labels`',
    );
    expect(refusal(make(kind))).toBeUndefined();
  });

  it('a Job chooses its own selector, and must end', () => {
    const harness = new Harness();
    const restart = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
    const job: KubeObject = harness.create({ kind: 'Job', metadata: { name: 'pi' }, spec: { template: restart } });
    const uid = job.metadata?.uid ?? '';
    expect(job['spec']).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { metadata: { labels: { 'job-name': 'pi', 'controller-uid': uid } } },
    });
    expect(refusal({ kind: 'Job', metadata: { name: 'pi' }, spec: { template } })).toBe(
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    );
  });

  it('kinds without a controller say so once', () => {
    expect(
      new Harness().warnings({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'x' },
        spec: { controller: 'a/b' },
      }),
    ).toEqual(['IngressClass: stored, but not simulated by Hopscope. There is no ingress controller.']);
  });
});
