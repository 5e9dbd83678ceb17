import { describe } from 'vitest';
import { changed, created, type Loose, type Subject } from './truth.ts';

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};
const workload = (kind: string, plural: string, group: string, spec: Loose, source: string): Subject => ({
  path: `/apis/${group}/v1/namespaces/default/${plural}`,
  base: { apiVersion: `${group}/v1`, kind, metadata: { name: 'web' }, spec: { template: TEMPLATE, ...spec } },
  source,
});
const selector = { matchLabels: { app: 'web' } };
const deployment = workload('Deployment', 'deployments', 'apps', { selector }, 'apps/validation ValidateDeployment');
const daemonSet = workload('DaemonSet', 'daemonsets', 'apps', { selector }, 'apps/validation ValidateDaemonSet');
const statefulSet = workload(
  'StatefulSet',
  'statefulsets',
  'apps',
  { selector, serviceName: 'web' },
  'apps/validation ValidateStatefulSet',
);
const job = workload(
  'Job',
  'jobs',
  'batch',
  { template: { spec: { containers: [{ name: 'web', image: 'nginx' }], restartPolicy: 'Never' } } },
  'batch/validation ValidateJob',
);
const spec = (fields: Loose): Loose => ({ spec: fields });
const NOT_NEGATIVE = 'must be greater than or equal to 0';
const DECODE = 'Deployment in version "v1" cannot be handled as a Deployment: ';

describe('Deployment', () => {
  created(deployment, [
    {
      of: 'a negative number of replicas',
      send: spec({ replicas: -1 }),
      says: `spec.replicas: Invalid value: -1: ${NOT_NEGATIVE}`,
    },
    {
      of: 'no selector',
      send: spec({ selector: undefined }),
      says: '[spec.selector: Required value, spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`]',
    },
    {
      of: 'a selector of other pods',
      send: spec({ selector: { matchLabels: { app: 'other' } } }),
      says: 'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    },
    {
      of: 'neither surge nor absence',
      send: spec({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      says: 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, StrVal:""}: may not be 0 when `maxSurge` is 0',
    },
    {
      of: 'a 0 is not nothing',
      send: spec({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
      becomes: spec({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    },
    {
      of: 'more than all absent',
      send: spec({ strategy: { rollingUpdate: { maxUnavailable: '101%' } } }),
      says: 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"101%"}: must not be greater than 100%',
    },
    {
      of: 'a strategy that there is not',
      send: spec({ strategy: { type: 'Slow' } }),
      says: 'spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"Slow", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "Recreate", "RollingUpdate"',
    },
    {
      of: 'a rolling update of Recreate',
      send: spec({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
      says: "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    },
    {
      of: 'a deadline before its pods can be available',
      send: spec({ minReadySeconds: 600 }),
      says: 'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    },
    {
      of: 'pods that do not restart',
      send: spec({ template: { spec: { restartPolicy: 'Never' } } }),
      says: 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    },
    {
      of: 'replicas in words',
      send: spec({ replicas: 'x' }),
      says: `${DECODE}json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`,
    },
    {
      of: 'replicas with a fraction',
      send: spec({ replicas: 1.5 }),
      says: `${DECODE}json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32`,
    },
    {
      of: 'containers that are no list',
      send: spec({ template: { spec: { containers: { name: 'x' } } } }),
      says: `${DECODE}json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container`,
    },
    {
      of: 'a paused that is no truth value',
      send: spec({ paused: 'yes' }),
      says: `${DECODE}json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool`,
    },
    {
      of: 'a label that is a number',
      send: { metadata: { labels: { a: 1 } } },
      says: `${DECODE}json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`,
    },
    {
      of: 'a quantity that is none',
      send: spec({
        template: { spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests: { cpu: 'lots' } } }] } },
      }),
      says: `${DECODE}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    },
  ]);
  created({ ...deployment, source: 'apps/v1 SetDefaults_Deployment' }, [
    {
      of: 'what is filled in',
      becomes: spec({
        replicas: 1,
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 10,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      }),
    },
    { of: 'no generation but the first', becomes: { metadata: { generation: 1 }, status: {} } },
  ]);
  changed({ ...deployment, source: 'apps/validation ValidateDeploymentUpdate' }, [
    {
      of: 'the selector cannot change',
      send: spec({ selector: { matchLabels: { app: 'other' } }, template: { metadata: { labels: { app: 'other' } } } }),
      says: 'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    },
    {
      of: 'replicas may, and the generation follows',
      send: spec({ replicas: 3 }),
      becomes: { metadata: { generation: 2 }, spec: { replicas: 3 } },
    },
    {
      of: 'a label alone makes no generation',
      send: { metadata: { labels: { a: 'b' } } },
      becomes: { metadata: { generation: 1 } },
    },
    {
      of: 'replicas in words, by a JSON patch',
      by: 'json',
      body: [{ op: 'replace', path: '/spec/replicas', value: 'x' }],
      says: /json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
    },
    {
      of: 'replicas in words, by a strategic merge',
      by: 'strategic',
      send: spec({ replicas: 'x' }),
      says: /unrecognized type: int32$/,
    },
    {
      of: 'a test that fails',
      by: 'json',
      body: [{ op: 'test', path: '/spec/replicas', value: 9 }],
      says: 'the server rejected our request due to an error in our request',
    },
    {
      of: 'a path that is not there',
      by: 'json',
      body: [{ op: 'remove', path: '/spec/nope' }],
      says: 'the server rejected our request due to an error in our request',
    },
    {
      of: 'an old version',
      send: { metadata: { resourceVersion: '1' } },
      says: 'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    },
    {
      of: 'a uid of another',
      send: { metadata: { uid: 'x' } },
      says: /^Operation cannot be fulfilled on deployments\.apps "web": Precondition failed: UID in precondition: x, UID in object meta: /,
    },
  ]);
});

describe('DaemonSet', () => {
  created(daemonSet, [
    {
      of: 'what is filled in',
      becomes: spec({
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      }),
    },
    {
      of: 'the generation of its template',
      becomes: { metadata: { annotations: { 'deprecated.daemonset.template.generation': '1' } } },
    },
    {
      of: 'neither surge nor absence',
      send: spec({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
      says: 'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    },
    {
      of: 'a deadline of its pods',
      send: spec({ template: { spec: { activeDeadlineSeconds: 5 } } }),
      says: 'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    },
  ]);
  changed({ ...daemonSet, source: 'registry/apps/daemonset strategy' }, [
    {
      of: 'another template is the next generation of it',
      by: 'strategic',
      send: spec({ template: { spec: { containers: [{ name: 'web', image: 'nginx:1.25' }] } } }),
      becomes: { metadata: { generation: 2, annotations: { 'deprecated.daemonset.template.generation': '2' } } },
    },
    {
      of: 'another strategy is not',
      send: spec({ minReadySeconds: 3 }),
      becomes: { metadata: { generation: 2, annotations: { 'deprecated.daemonset.template.generation': '1' } } },
    },
  ]);
});

describe('StatefulSet', () => {
  created(statefulSet, [
    {
      of: 'what is filled in',
      becomes: spec({
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      }),
    },
    {
      of: 'a policy that there is not',
      send: spec({ podManagementPolicy: 'Any' }),
      says: "spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'",
    },
    {
      of: 'a negative partition',
      send: spec({ updateStrategy: { rollingUpdate: { partition: -1 } } }),
      says: `spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: ${NOT_NEGATIVE}`,
    },
  ]);
  changed({ ...statefulSet, source: 'apps/validation ValidateStatefulSetUpdate' }, [
    {
      of: 'its service cannot change',
      send: spec({ serviceName: 'other' }),
      says: "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    },
  ]);
});

describe('Job', () => {
  created(job, [
    {
      of: 'what is filled in',
      becomes: spec({
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        suspend: false,
        podReplacementPolicy: 'TerminatingOrFailed',
      }),
    },
    {
      of: 'pods that always restart',
      send: spec({ template: { spec: { restartPolicy: 'Always' } } }),
      says: 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    },
    {
      of: 'indexes without completions',
      send: spec({ completionMode: 'Indexed', parallelism: 2 }),
      says: 'spec.completions: Required value: when completion mode is Indexed',
    },
    {
      of: 'a negative limit',
      send: spec({ backoffLimit: -1 }),
      says: `spec.backoffLimit: Invalid value: -1: ${NOT_NEGATIVE}`,
    },
  ]);
  changed({ ...job, source: 'batch/validation ValidateJobUpdate' }, [
    {
      of: 'completions cannot change',
      send: spec({ completions: 2 }),
      says: 'spec.completions: Invalid value: 2: field is immutable',
    },
    { of: 'parallelism may', send: spec({ parallelism: 2 }), becomes: spec({ parallelism: 2 }) },
    {
      of: 'the template cannot',
      by: 'strategic',
      send: spec({ template: { spec: { containers: [{ name: 'web', image: 'nginx:1.25' }] } } }),
      says: /^spec\.template: Invalid value: .*: field is immutable$/s,
    },
  ]);
});
