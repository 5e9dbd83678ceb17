import { describe, expect, it } from 'vitest';
import type { KubeObject, Pod } from '../api/types.ts';
import { Harness } from './harness.ts';
import { pullPolicy } from './podspec/defaults.ts';

type PodObject = Pod & KubeObject;

const make = (spec: unknown, name = 'web'): PodObject => ({ kind: 'Pod', metadata: { name }, spec }) as PodObject;
const one = (container: object = {}, rest: object = {}) =>
  make({ containers: [{ name: 'a', image: 'nginx', ...container }], ...rest });
const refusal = (pod: PodObject) => {
  const harness = new Harness();
  return harness.refusal(() => harness.create(pod))?.replace(/^\[([\s\S]*)\]$/, '$1');
};

describe('defaults (SetDefaults_Pod, SetDefaults_PodSpec) and admission', () => {
  it('fills in what a plain pod leaves out', () => {
    const { spec, status, metadata } = new Harness().create(one());
    expect(spec).toMatchObject({
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      securityContext: {},
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      serviceAccount: 'default',
      serviceAccountName: 'default',
    });
    expect(spec?.containers[0]).toMatchObject({
      imagePullPolicy: 'Always',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
    expect(spec?.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ]);
    expect(status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(metadata?.generation).toBe(1);
  });

  it('mounts the token of the service account into every container', () => {
    const { spec } = new Harness().create(
      make({ initContainers: [{ name: 'i', image: 'b' }], containers: [{ name: 'a', image: 'b' }] }),
    );
    const name = spec?.volumes?.[0]?.name ?? '';
    expect(name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const mount = { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name, readOnly: true };
    expect(spec?.containers[0]?.volumeMounts).toEqual([mount]);
    expect(spec?.initContainers?.[0]?.volumeMounts).toEqual([mount]);
    expect(spec?.volumes?.[0]?.projected?.sources?.[0]).toEqual({
      serviceAccountToken: { expirationSeconds: 3607, path: 'token' },
    });
  });

  it('mounts no token where the pod does not want one', () => {
    expect(new Harness().create(one({}, { automountServiceAccountToken: false })).spec).not.toHaveProperty('volumes');
  });

  it('refuses a service account and a priority class that do not exist', () => {
    const harness = new Harness();
    expect(harness.refusal(() => harness.create(one({}, { serviceAccountName: 'robot' })))).toBe(
      'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
    expect(harness.refusal(() => harness.create(one({}, { priorityClassName: 'high' })))).toBe(
      'pods "web" is forbidden: no PriorityClass with name high was found',
    );
    harness.create({ kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 } as KubeObject);
    expect(harness.create(one({}, { priorityClassName: 'high' })).spec?.priority).toBe(1000);
  });

  it('keeps tolerations that a pod has already', () => {
    const { spec } = new Harness().create(one({}, { tolerations: [{ operator: 'Exists' }] }));
    expect(spec?.tolerations).toEqual([{ operator: 'Exists' }]);
  });

  it('asks for what is limited, and counts its quality of service', () => {
    const limits = { cpu: '0.5', memory: '1024Mi' };
    const { spec, status } = new Harness().create(one({ resources: { limits } }));
    expect(spec?.containers[0]?.resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '500m', memory: '1Gi' },
    });
    expect(status?.qosClass).toBe('Guaranteed');
    const burstable = new Harness().create(one({ resources: { requests: { cpu: '100m' } } }));
    expect(burstable.status?.qosClass).toBe('Burstable');
  });

  it('fills in probes, references and volumes', () => {
    const { spec } = new Harness().create(
      one(
        {
          readinessProbe: { httpGet: { port: 80 } },
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        },
        {
          volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'c' } }, { name: 'd', secret: { secretName: 's' } }],
        },
      ),
    );
    expect(spec?.containers[0]?.readinessProbe).toEqual({
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect(spec?.containers[0]?.env?.[0]?.valueFrom?.fieldRef?.apiVersion).toBe('v1');
    expect(spec?.volumes?.slice(0, 3)).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
      { name: 'd', secret: { secretName: 's', defaultMode: 420 } },
    ]);
  });

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:abc', 'IfNotPresent'],
  ])('pulls %s %s', (image, policy) => {
    expect(pullPolicy(image)).toBe(policy);
  });
});

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('validation (ValidatePodSpec)', () => {
  it.each([
    ['no containers', make({}), 'spec.containers: Required value'],
    [
      'no name and no image',
      make({ containers: [{}] }),
      'spec.containers[0].name: Required value, spec.containers[0].image: Required value',
    ],
    ['a name with capitals', one({ name: 'Web' }), `spec.containers[0].name: Invalid value: "Web": ${LABEL_RULE}`],
    [
      'a name with a dot',
      one({ name: 'web.1' }),
      'spec.containers[0].name: Invalid value: "web.1": must not contain dots',
    ],
    [
      'one name twice',
      make({
        containers: [
          { name: 'a', image: 'b' },
          { name: 'a', image: 'b' },
        ],
      }),
      'spec.containers[1].name: Duplicate value: "a"',
    ],
    [
      'an image with a blank',
      one({ image: 'nginx ' }),
      'spec.containers[0].image: Invalid value: "nginx ": must not have leading or trailing whitespace',
    ],
    ['no port number', one({ ports: [{ name: 'http' }] }), 'spec.containers[0].ports[0].containerPort: Required value'],
    [
      'a port too high',
      one({ ports: [{ containerPort: 70000 }] }),
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      'a long port name',
      one({ ports: [{ containerPort: 80, name: 'a-name-much-too-long' }] }),
      'spec.containers[0].ports[0].name: Invalid value: "a-name-much-too-long": must be no more than 15 characters',
    ],
    [
      'a port name twice',
      one({
        ports: [
          { containerPort: 80, name: 'a' },
          { containerPort: 81, name: 'a' },
        ],
      }),
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ],
    [
      'a host port twice',
      one({
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      }),
      'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
    ],
    [
      'an unknown volume',
      one({ volumeMounts: [{ name: 'x', mountPath: '/x' }] }),
      'spec.containers[0].volumeMounts[0].name: Not found: "x"',
    ],
    [
      'one path twice',
      one(
        {
          volumeMounts: [
            { name: 'v', mountPath: '/x' },
            { name: 'v', mountPath: '/x' },
          ],
        },
        { volumes: [{ name: 'v' }] },
      ),
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
    ],
    [
      'a volume of two types',
      one({}, { volumes: [{ name: 'v', emptyDir: {}, configMap: { name: 'c' } }] }),
      'spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type',
    ],
    [
      'a volume without its Secret',
      one({}, { volumes: [{ name: 'v', secret: {} }] }),
      'spec.volumes[0].secret.secretName: Required value',
    ],
    [
      'a mode in the wrong base',
      one({}, { volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 755 } }] }),
      'spec.volumes[0].secret.defaultMode: Invalid value: 755: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    ['a variable without a name', one({ env: [{ value: 'x' }] }), 'spec.containers[0].env[0].name: Required value'],
    [
      'a variable with =',
      one({ env: [{ name: 'A=B' }] }),
      'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
    [
      'a variable with two values',
      one({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
    [
      'an unknown field of the pod',
      one({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.name' } } }] }),
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.name": error converting fieldPath: field label not supported: spec.name',
    ],
    [
      'nothing to take variables from',
      one({ envFrom: [{}] }),
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ],
    [
      'requests above limits',
      one({ resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } }),
      'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
    [
      'an unknown resource',
      one({ resources: { requests: { ram: '2Gi' } } }),
      'spec.containers[0].resources.requests[ram]: Invalid value: "ram": must be a standard resource type or fully qualified, spec.containers[0].resources.requests[ram]: Invalid value: "ram": must be a standard resource for containers',
    ],
    [
      'a probe that does nothing',
      one({ livenessProbe: {} }),
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      'a probe that does two things',
      one({ livenessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }),
      'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ],
    [
      'liveness that must succeed twice',
      one({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
    [
      'a probe of port 0',
      one({ livenessProbe: { tcpSocket: { port: 0 } } }),
      'spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    [
      'an unknown pull policy',
      one({ imagePullPolicy: 'Maybe' }),
      'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ],
    [
      'an unknown restart policy',
      one({}, { restartPolicy: 'Sometimes' }),
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'an unknown DNS policy',
      one({}, { dnsPolicy: 'First' }),
      'spec.dnsPolicy: Unsupported value: "First": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    ],
    [
      'own DNS without servers',
      one({}, { dnsPolicy: 'None' }),
      'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    ],
    [
      'a restart policy on a container',
      one({ restartPolicy: 'Always' }),
      'spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers',
    ],
    [
      'a probe on an init container',
      one({}, { initContainers: [{ name: 'i', image: 'b', readinessProbe: { tcpSocket: { port: 80 } } }] }),
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
    [
      'another port on the host network',
      one({ ports: [{ containerPort: 80, hostPort: 81 }] }, { hostNetwork: true }),
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
    [
      'a toleration without an operator',
      one({}, { tolerations: [{ effect: 'NoSchedule' }] }),
      'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
    [
      'seconds without NoExecute',
      one({}, { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 3 }] }),
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
    [
      'affinity to nothing',
      one(
        {},
        { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
      ),
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      'affinity without a topology',
      one(
        {},
        { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } } },
      ),
      "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty, spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must be non-empty, spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
    [
      'spreading by nothing',
      one({}, { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'No' }] }),
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero, spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "No": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
    [
      'a host alias that is a name',
      one({}, { hostAliases: [{ ip: 'host', hostnames: ['a'] }] }),
      'spec.hostAliases[0].ip: Invalid value: "host": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
    [
      'a host name with a dot',
      one({}, { hostname: 'a.b' }),
      'spec.hostname: Invalid value: "a.b": must not contain dots',
    ],
  ])('%s', (_, pod, expected) => {
    expect(refusal(pod)).toBe(expected);
  });

  it('says what is wrong with a label, and with a name', () => {
    const pod = one();
    pod.metadata = { name: 'My_Pod', labels: { app: 'a b' } };
    expect(refusal(pod)).toBe(
      "metadata.name: Invalid value: \"My_Pod\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'), metadata.labels: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
  });
});

describe('updates (ValidatePodUpdate)', () => {
  it('takes another image, labels, and more tolerations', () => {
    const harness = new Harness();
    const pod = harness.create(one());
    const updated = harness.update(pod, (copy) => {
      copy.metadata = { ...copy.metadata, labels: { a: 'b' } };
      if (copy.spec?.containers[0]) copy.spec.containers[0].image = 'nginx:1.27';
      copy.spec?.tolerations?.push({ key: 'a', operator: 'Exists' });
    });
    expect(updated.spec?.containers[0]?.image).toBe('nginx:1.27');
    expect(updated.metadata?.generation).toBe(2);
  });

  it('refuses the rest, and shows the difference', () => {
    const harness = new Harness();
    const pod = harness.create(one({ ports: [{ containerPort: 80 }] }));
    const refused = harness.refusal(() =>
      harness.update(pod, (copy) => {
        const port = copy.spec?.containers[0]?.ports?.[0];
        if (port) port.containerPort = 81;
      }),
    );
    expect(refused).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,`spec.initContainers\[\*\].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` \(only additions to existing tolerations\),`spec.terminationGracePeriodSeconds` \(allow it to be set to 1 if it was previously negative\)\n/,
    );
    expect(refused).toMatch(/^-\s+ContainerPort: 80,$/m);
    expect(refused).toMatch(/^\+\s+ContainerPort: 81,$/m);
  });

  it.each([
    [
      'another container',
      (spec: Pod['spec']) => spec?.containers.push({ name: 'b', image: 'c' }),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'fewer tolerations',
      (spec: Pod['spec']) => spec?.tolerations?.splice(0, 1),
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
  ] as [string, (spec: Pod['spec']) => unknown, string][])('refuses %s', (_, change, expected) => {
    const harness = new Harness();
    const pod = harness.create(one({}, { tolerations: [{ key: 'a', operator: 'Exists' }] }));
    expect(harness.refusal(() => harness.update(pod, (copy) => change(copy.spec)))).toBe(expected);
  });
});

describe('the table (printPod)', () => {
  const now = Date.parse('2026-11-20T09:10:00Z');
  const cells = (status: object, rest: { spec?: object; metadata?: object } = {}) =>
    new Harness().row(
      {
        kind: 'Pod',
        metadata: { name: 'web', creationTimestamp: '2026-11-20T09:00:00Z', ...rest.metadata },
        spec: { containers: [{ name: 'a' }], ...rest.spec },
        status,
      } as KubeObject,
      now,
    );
  const waiting = (reason: string, restartCount = 0, lastState = {}) => ({
    phase: 'Running',
    containerStatuses: [{ name: 'a', ready: false, restartCount, state: { waiting: { reason } }, lastState }],
  });
  const running = { name: 'a', ready: true, restartCount: 0, state: { running: {} } };
  const init = (state: object) => ({
    phase: 'Pending',
    initContainerStatuses: [{ name: 'i', ready: false, restartCount: 0, state }],
  });
  const withInit = { spec: { initContainers: [{ name: 'i' }, { name: 'j' }] } };

  it.each([
    ['a new pod', { phase: 'Pending' }, {}, '0/1', 'Pending', '0'],
    ['one that starts', { ...waiting('ContainerCreating'), phase: 'Pending' }, {}, '0/1', 'ContainerCreating', '0'],
    ['one that runs', { phase: 'Running', containerStatuses: [running] }, {}, '1/1', 'Running', '0'],
    [
      'one that crashes',
      waiting('CrashLoopBackOff', 2, { terminated: { finishedAt: '2026-11-20T09:09:50Z' } }),
      {},
      '0/1',
      'CrashLoopBackOff',
      '2 (10s ago)',
    ],
    ['one without its image', waiting('ImagePullBackOff'), {}, '0/1', 'ImagePullBackOff', '0'],
    [
      'one that ended well',
      {
        phase: 'Succeeded',
        containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
      {},
      '0/1',
      'Completed',
      '0',
    ],
    [
      'one that was killed',
      {
        phase: 'Failed',
        containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 137, signal: 9 } } }],
      },
      {},
      '0/1',
      'Signal:9',
      '0',
    ],
    [
      'one that failed without a reason',
      { phase: 'Failed', containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 3 } } }] },
      {},
      '0/1',
      'ExitCode:3',
      '0',
    ],
    [
      'one that leaves',
      { phase: 'Running', containerStatuses: [running] },
      { metadata: { deletionTimestamp: '2026-11-20T09:10:00Z' } },
      '1/1',
      'Terminating',
      '0',
    ],
    [
      'one on a lost node',
      { phase: 'Running', reason: 'NodeLost' },
      { metadata: { deletionTimestamp: '2026-11-20T09:10:00Z' } },
      '0/1',
      'Unknown',
      '0',
    ],
    ['one that was evicted', { phase: 'Failed', reason: 'Evicted' }, {}, '0/1', 'Evicted', '0'],
    ['one that initializes', init({ running: {} }), withInit, '0/1', 'Init:0/2', '0'],
    [
      'one whose first step fails',
      init({ terminated: { exitCode: 1, reason: 'Error' } }),
      withInit,
      '0/1',
      'Init:Error',
      '0',
    ],
    [
      'one whose first step crashes',
      init({ waiting: { reason: 'CrashLoopBackOff' } }),
      withInit,
      '0/1',
      'Init:CrashLoopBackOff',
      '0',
    ],
    [
      'one behind a gate',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] },
      {},
      '0/1',
      'SchedulingGated',
      '0',
    ],
    [
      'one with a sidecar',
      {
        phase: 'Running',
        initContainerStatuses: [{ name: 's', ready: true, started: true, restartCount: 1, state: { running: {} } }],
        containerStatuses: [running],
      },
      { spec: { initContainers: [{ name: 's', restartPolicy: 'Always' }] } },
      '2/2',
      'Running',
      '1',
    ],
    [
      'one half done',
      {
        phase: 'Running',
        containerStatuses: [
          { ...running, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          { ...running, name: 'b' },
        ],
      },
      { spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      '1/2',
      'NotReady',
      '0',
    ],
  ])('%s', (_, status, rest, ready, text, restarts) => {
    expect(cells(status, rest)).toMatchObject({ Ready: ready, Status: text, Restarts: restarts, Age: '10m' });
  });

  it('shows where a pod is with -o wide', () => {
    expect(cells({ podIP: '10.244.3.4', podIPs: [{ ip: '10.244.3.4' }] }, { spec: { nodeName: 'n1' } })).toMatchObject({
      IP: '10.244.3.4',
      Node: 'n1',
      'Nominated Node': '<none>',
      'Readiness Gates': '<none>',
    });
  });
});

describe('warnings', () => {
  it('names each field that is stored and not simulated', () => {
    const pod = one(
      { securityContext: { privileged: true, runAsUser: 1000 }, resources: { limits: { cpu: 1 } } },
      { hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/' } }] },
    );
    expect(new Harness().warnings(pod)).toEqual(
      [
        'spec.hostPID',
        'spec.containers[0].securityContext.runAsUser',
        'spec.containers[0].securityContext.privileged',
        'spec.containers[0].resources.limits',
        'spec.volumes[0].hostPath',
      ].map((path) => `${path}: stored, but not simulated by Hopscope`),
    );
  });

  it('has none for what the server fills in itself', () => {
    expect(new Harness().warnings(one({ ports: [{ containerPort: 80 }] }))).toEqual([]);
  });

  it('says what the real server says', () => {
    const pod = one({ env: [{ name: 'A' }, { name: 'A' }], ports: [{ containerPort: 80 }, { containerPort: 80 }] });
    expect(new Harness().warnings(pod)).toEqual([
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });
});
