import { describe } from 'vitest';
import { changed, created, type Loose, laid, type Subject } from './truth.ts';

const pod: Subject = {
  path: '/api/v1/namespaces/default/pods',
  base: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  },
  source: 'core/validation ValidatePodSpec',
};
const spec = (fields: Loose): Loose => ({ spec: fields });
const container = (fields: Loose): Loose => spec({ containers: [{ name: 'web', image: 'nginx', ...fields }] });
const volume = (fields: Loose, mount: Loose = {}): Loose =>
  spec({
    volumes: [{ name: 'v', ...fields }],
    containers: [{ name: 'web', image: 'nginx', volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] }],
  });
const RANGE = 'must be between 1 and 65535, inclusive';
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
/** What is wrong with a volume takes it from its mounts. */
const LOST = 'spec.containers[0].volumeMounts[0].name: Not found: "v"';
const ENV = "a valid environment variable name must consist only of printable ASCII characters other than '='";
const KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

describe('Pod: what is refused', () => {
  created(pod, [
    { of: 'no containers', send: spec({ containers: [] }), says: 'spec.containers: Required value' },
    {
      of: 'a container without a name',
      send: spec({ containers: [{ image: 'nginx' }] }),
      says: 'spec.containers[0].name: Required value',
    },
    {
      of: 'a container without an image',
      send: spec({ containers: [{ name: 'web' }] }),
      says: 'spec.containers[0].image: Required value',
    },
    {
      of: 'an image with spaces around it',
      send: container({ image: ' nginx' }),
      says: 'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace',
    },
    {
      of: 'a container name in capital letters',
      send: spec({ containers: [{ name: 'Web', image: 'nginx' }] }),
      says: `spec.containers[0].name: Invalid value: "Web": ${LABEL}`,
    },
    {
      of: 'two containers of one name',
      send: spec({
        containers: [
          { name: 'web', image: 'nginx' },
          { name: 'web', image: 'nginx' },
        ],
      }),
      says: 'spec.containers[1].name: Duplicate value: "web"',
    },
    {
      of: 'an init container with the name of a container',
      send: spec({ initContainers: [{ name: 'web', image: 'nginx' }] }),
      says: 'spec.initContainers[0].name: Duplicate value: "web"',
    },
    {
      of: 'a name with a capital letter',
      send: { metadata: { name: 'Web' } },
      says: `metadata.name: Invalid value: "Web": ${SUBDOMAIN}`,
    },
    {
      of: 'a pull policy that there is not',
      send: container({ imagePullPolicy: 'Sometimes' }),
      says: 'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    },
    {
      of: 'a restart policy that there is not',
      send: spec({ restartPolicy: 'Sometimes' }),
      says: 'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    },
    {
      of: 'a DNS policy that there is not',
      send: spec({ dnsPolicy: 'Best' }),
      says: 'spec.dnsPolicy: Unsupported value: "Best": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
    },
    {
      of: 'a DNS policy of None without name servers',
      send: spec({ dnsPolicy: 'None' }),
      says: 'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
    },
    {
      of: 'a negative grace period is kept, with a warning',
      send: spec({ terminationGracePeriodSeconds: -1 }),
      warns: ['spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'],
    },
    {
      of: 'a deadline of nothing',
      send: spec({ activeDeadlineSeconds: 0 }),
      says: 'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    },
    {
      of: 'a host name with a dot',
      send: spec({ hostname: 'a.b' }),
      says: 'spec.hostname: Invalid value: "a.b": must not contain dots',
    },
    {
      of: 'a port of a container that is too high',
      send: container({ ports: [{ containerPort: 70000 }] }),
      says: `spec.containers[0].ports[0].containerPort: Invalid value: 70000: ${RANGE}`,
    },
    {
      of: 'a port of a container that is missing',
      send: container({ ports: [{ name: 'http' }] }),
      says: 'spec.containers[0].ports[0].containerPort: Required value',
    },
    {
      of: 'two ports of one name',
      send: container({
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'http', containerPort: 81 },
        ],
      }),
      says: 'spec.containers[0].ports[1].name: Duplicate value: "http"',
    },
    {
      of: 'a port name that is too long',
      send: container({ ports: [{ name: 'abcdefghijklmnop', containerPort: 80 }] }),
      says: 'spec.containers[0].ports[0].name: Invalid value: "abcdefghijklmnop": must be no more than 15 characters',
    },
    {
      of: 'a port name with two hyphens',
      send: container({ ports: [{ name: 'a--b', containerPort: 80 }] }),
      says: 'spec.containers[0].ports[0].name: Invalid value: "a--b": must not contain consecutive hyphens',
    },
    {
      of: 'one host port twice',
      send: container({
        ports: [
          { containerPort: 80, hostPort: 8080 },
          { containerPort: 81, hostPort: 8080 },
        ],
      }),
      says: 'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//8080"',
    },
    {
      of: 'a host port that is not the container port, on the host network',
      send: spec({
        hostNetwork: true,
        containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80, hostPort: 8080 }] }],
      }),
      says: 'spec.containers[0].ports[0].hostPort: Invalid value: 8080: must match `containerPort` when `hostNetwork` is true',
    },
    {
      of: 'a variable without a name',
      send: container({ env: [{ value: 'x' }] }),
      says: 'spec.containers[0].env[0].name: Required value',
    },
    {
      of: 'a variable whose name has an equals sign',
      send: container({ env: [{ name: 'A=B' }] }),
      says: `spec.containers[0].env[0].name: Invalid value: "A=B": ${ENV}`,
    },
    {
      of: 'a variable with a value and a source',
      send: container({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      says: 'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    },
    {
      of: 'a variable with two sources',
      send: container({
        env: [
          {
            name: 'A',
            valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, configMapKeyRef: { name: 'c', key: 'k' } },
          },
        ],
      }),
      says: 'spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time',
    },
    {
      of: 'a variable from a field that there is not',
      send: container({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.foo' } } }] }),
      says: 'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.foo": error converting fieldPath: field label not supported: metadata.foo',
    },
    {
      of: 'a variable from a key without a name',
      send: container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c' } } }] }),
      says: 'spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value',
    },
    {
      of: 'a variable from a key with a slash',
      send: container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'a/b' } } }] }),
      says: `spec.containers[0].env[0].valueFrom.secretKeyRef.key: Invalid value: "a/b": ${KEY}`,
    },
    {
      of: 'a volume that is not there',
      send: container({ volumeMounts: [{ name: 'nope', mountPath: '/x' }] }),
      says: 'spec.containers[0].volumeMounts[0].name: Not found: "nope"',
    },
    {
      of: 'a mount without a path',
      send: volume({ emptyDir: {} }, { mountPath: '' }),
      says: 'spec.containers[0].volumeMounts[0].mountPath: Required value',
    },
    {
      of: 'one mount path twice',
      send: spec({
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          {
            name: 'web',
            image: 'nginx',
            volumeMounts: [
              { name: 'v', mountPath: '/x' },
              { name: 'v', mountPath: '/x' },
            ],
          },
        ],
      }),
      says: 'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
    },
    {
      of: 'a sub path that leaves the volume',
      send: volume({ emptyDir: {} }, { subPath: '../x' }),
      says: 'spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain \'..\'',
    },
    {
      of: 'an absolute sub path',
      send: volume({ emptyDir: {} }, { subPath: '/x' }),
      says: 'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
    },
    {
      of: 'a volume of two kinds',
      send: volume({ emptyDir: {}, configMap: { name: 'c' } }),
      says: `[spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type, ${LOST}]`,
    },
    {
      of: 'two volumes of one name',
      send: spec({
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'v', emptyDir: {} },
        ],
      }),
      says: 'spec.volumes[1].name: Duplicate value: "v"',
    },
    {
      of: 'a Secret without a name',
      send: volume({ secret: {} }),
      says: `[spec.volumes[0].secret.secretName: Required value, ${LOST}]`,
    },
    {
      of: 'a ConfigMap without a name',
      send: volume({ configMap: {} }),
      says: `[spec.volumes[0].configMap.name: Required value, ${LOST}]`,
    },
    {
      of: 'a mode beyond octal 777',
      send: volume({ secret: { secretName: 's', defaultMode: 512 } }),
      says: `[spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive, ${LOST}]`,
    },
    {
      of: 'a key that leaves its volume',
      send: volume({ configMap: { name: 'c', items: [{ key: 'k', path: '../x' }] } }),
      says: `[spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain '..', ${LOST}]`,
    },
    {
      of: 'a request beyond its limit',
      send: container({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
      says: 'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    },
    {
      of: 'a negative request',
      send: container({ resources: { requests: { cpu: '-1' } } }),
      says: 'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    },
    {
      of: 'a resource that there is not',
      send: container({ resources: { requests: { gpu: '1' } } }),
      says: '[spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified, spec.containers[0].resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers]',
    },
    {
      of: 'an empty probe',
      send: container({ readinessProbe: {} }),
      says: 'spec.containers[0].readinessProbe: Required value: must specify a handler type',
    },
    {
      of: 'a probe of two kinds',
      send: container({ readinessProbe: { exec: { command: ['a'] }, tcpSocket: { port: 80 } } }),
      says: 'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    },
    {
      of: 'a liveness probe that must succeed twice',
      send: container({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
      says: 'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    },
    {
      of: 'a probe of port 0',
      send: container({ readinessProbe: { httpGet: { path: '/', port: 0 } } }),
      says: `spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: ${RANGE}`,
    },
    {
      of: 'a probe by an unknown scheme',
      send: container({ readinessProbe: { httpGet: { path: '/', port: 80, scheme: 'FTP' } } }),
      says: 'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
    },
    {
      of: 'a negative delay',
      send: container({ readinessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: -1 } }),
      says: 'spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
    },
    {
      of: 'a command of nothing',
      send: container({ livenessProbe: { exec: { command: [] } } }),
      says: 'spec.containers[0].livenessProbe.exec.command: Required value',
    },
    {
      of: 'a toleration that exists and has a value',
      send: spec({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }),
      says: 'spec.tolerations[0].operator: Invalid value: core.Toleration{Key:"a", Operator:"Exists", Value:"b", Effect:"", TolerationSeconds:(*int64)(nil)}: value must be empty when `operator` is \'Exists\'',
    },
    {
      of: 'a toleration with an effect that there is not',
      send: spec({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'Never' }] }),
      says: 'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    },
    {
      of: 'a host alias that is no address',
      send: spec({ hostAliases: [{ ip: 'x', hostnames: ['a'] }] }),
      says: 'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    },
    {
      of: 'a service account that is not there: admission comes before validation',
      send: spec({ serviceAccountName: 'Me' }),
      says: 'pods "web" is forbidden: error looking up service account default/Me: serviceaccount "Me" not found',
    },
    {
      of: 'privilege without escalation',
      send: container({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      says: /^spec\.containers\[0\]\.securityContext: Invalid value: core\.SecurityContext\{.*\}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true$/,
    },
    {
      of: 'a user below nobody',
      send: container({ securityContext: { runAsUser: -1 } }),
      says: 'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    },
    {
      of: 'a preStop hook of two kinds',
      send: container({ lifecycle: { preStop: { exec: { command: ['a'] }, httpGet: { port: 80 } } } }),
      says: 'spec.containers[0].lifecycle.preStop.httpGet: Forbidden: may not specify more than 1 handler type',
    },
    {
      of: 'a sleep longer than the grace period',
      send: container({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
      says: 'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    },
  ]);
});

describe('Pod: what is filled in', () => {
  created({ ...pod, source: 'core/v1 defaults.go' }, [
    {
      of: 'policies of the pod',
      becomes: spec({
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        terminationGracePeriodSeconds: 30,
        enableServiceLinks: true,
      }),
    },
    { of: 'an image of latest is always pulled', becomes: container({ imagePullPolicy: 'Always' }) },
    {
      of: 'one with a tag is not',
      send: container({ image: 'nginx:1.25' }),
      becomes: spec({ containers: [{ imagePullPolicy: 'IfNotPresent' }] }),
    },
    {
      of: 'nor one by its digest',
      send: container({ image: `nginx@sha256:${'0'.repeat(64)}` }),
      becomes: spec({ containers: [{ imagePullPolicy: 'IfNotPresent' }] }),
    },
    {
      of: 'the protocol of a port',
      send: container({ ports: [{ containerPort: 80 }] }),
      becomes: spec({ containers: [{ ports: [{ protocol: 'TCP' }] }] }),
    },
    {
      of: 'the numbers of a probe',
      send: container({ readinessProbe: { httpGet: { port: 80 } } }),
      becomes: spec({
        containers: [
          {
            readinessProbe: {
              failureThreshold: 3,
              periodSeconds: 10,
              successThreshold: 1,
              timeoutSeconds: 1,
              httpGet: { path: '/', scheme: 'HTTP' },
            },
          },
        ],
      }),
    },
    {
      of: 'limits are requests unless said',
      send: container({ resources: { limits: { cpu: '1' } } }),
      becomes: spec({ containers: [{ resources: { requests: { cpu: '1' } } }] }),
    },
    {
      of: 'the mode of a Secret',
      send: laid(volume({ secret: { secretName: 's' } }), spec({ automountServiceAccountToken: false })) as Loose,
      becomes: spec({ volumes: [{ secret: { defaultMode: 420 } }] }),
    },
    {
      of: 'the class of a pod that asks for nothing',
      becomes: { status: { phase: 'Pending', qosClass: 'BestEffort' } },
    },
    {
      of: 'of one that asks for something',
      send: container({ resources: { requests: { cpu: '1m' } } }),
      becomes: { status: { qosClass: 'Burstable' } },
    },
    {
      of: 'of one that has limits of both',
      send: container({ resources: { limits: { cpu: '1', memory: '1Gi' } } }),
      becomes: { status: { qosClass: 'Guaranteed' } },
    },
    {
      of: 'a quantity in its shortest form',
      send: container({ resources: { requests: { cpu: '1000m', memory: '1024Mi' } } }),
      becomes: spec({ containers: [{ resources: { requests: { cpu: '1', memory: '1Gi' } } }] }),
    },
    {
      of: 'five minutes on a node that does not answer',
      becomes: spec({
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      }),
    },
  ]);
  created({ ...pod, source: 'api/pod/warnings.go' }, [
    {
      of: 'one port twice warns',
      send: container({ ports: [{ containerPort: 80 }, { containerPort: 80 }] }),
      warns: ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
    },
    {
      of: 'one variable twice warns',
      send: container({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      }),
      warns: ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
    },
    {
      of: 'half a byte warns',
      send: container({ resources: { requests: { memory: '100m' } } }),
      warns: [
        'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    },
    {
      of: 'an old label of nodes warns',
      send: spec({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
      warns: ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    },
  ]);
});

describe('Pod: what cannot change', () => {
  changed({ ...pod, source: 'core/validation ValidatePodUpdate' }, [
    {
      of: 'the image may',
      by: 'strategic',
      send: container({ image: 'nginx:1.25' }),
      becomes: spec({ containers: [{ image: 'nginx:1.25' }] }),
    },
    {
      of: 'a deadline may come',
      send: spec({ activeDeadlineSeconds: 5 }),
      becomes: spec({ activeDeadlineSeconds: 5 }),
    },
    {
      of: 'containers cannot be added',
      send: spec({
        containers: [
          { name: 'web', image: 'nginx' },
          { name: 'b', image: 'nginx' },
        ],
      }),
      says: 'spec.containers: Forbidden: pod updates may not add or remove containers',
    },
    {
      of: 'a label may change',
      send: { metadata: { labels: { a: 'b' } } },
      becomes: { metadata: { labels: { a: 'b' } } },
    },
    {
      of: 'the name cannot',
      send: { metadata: { name: 'other' } },
      says: 'the name of the object (other) does not match the name on the URL (web)',
    },
  ]);
});
