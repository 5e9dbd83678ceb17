import type { Container, KubeObject, Pod, PodSpec } from '../api/types.ts';
import { fill, NOT_NEGATIVE, PORT_RANGE, type Problems, portNameProblems, rules, validPort } from './fields.ts';

type Probe = NonNullable<Container['readinessProbe']>;

/** SetDefaults_PodSpec and what it calls (pkg/apis/core/v1/defaults.go), in place. */
export function defaultPodSpec(spec: PodSpec): void {
  fill(spec, 'dnsPolicy', 'ClusterFirst');
  fill(spec, 'restartPolicy', 'Always');
  fill(spec, 'terminationGracePeriodSeconds', 30);
  fill(spec, 'schedulerName', 'default-scheduler');
  fill(spec, 'securityContext', {});
  for (const volume of spec.volumes ?? []) {
    const kinds = Object.keys(volume).filter((key) => key !== 'name');
    if (kinds.length === 0) volume.emptyDir = {};
    if (volume.secret) fill(volume.secret, 'defaultMode', 420);
    if (volume.configMap) fill(volume.configMap, 'defaultMode', 420);
    if (volume.downwardAPI) fill(volume.downwardAPI, 'defaultMode', 420);
    if (volume.projected) {
      fill(volume.projected, 'defaultMode', 420);
      for (const source of volume.projected.sources ?? [])
        if (source.serviceAccountToken) fill(source.serviceAccountToken, 'expirationSeconds', 3600);
    }
    if (volume.hostPath) fill(volume.hostPath, 'type', '');
  }
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    defaultContainer(container, spec.hostNetwork === true);
}

function defaultContainer(container: Container, hostNetwork: boolean): void {
  const image = container.image ?? '';
  const tag = /:([\w][\w.-]*)$/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  const latest = !image.includes('@') && (tag === undefined || tag === 'latest');
  fill(container, 'imagePullPolicy', latest ? 'Always' : 'IfNotPresent');
  fill(container, 'terminationMessagePath', '/dev/termination-log');
  fill(container, 'terminationMessagePolicy', 'File');
  fill(container, 'resources', {});
  for (const port of container.ports ?? []) {
    fill(port, 'protocol', 'TCP');
    if (hostNetwork) fill(port, 'hostPort', port.containerPort);
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe);
  const { resources } = container;
  if (resources?.limits !== undefined) {
    const requests = { ...resources.requests };
    for (const [name, quantity] of Object.entries(resources.limits)) requests[name] ??= quantity;
    resources.requests = requests;
  }
  for (const env of container.env ?? []) {
    const { fieldRef } = env.valueFrom ?? {};
    if (fieldRef) fill(fieldRef, 'apiVersion', 'v1');
  }
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (hook?.httpGet) {
      fill(hook.httpGet, 'path', '/');
      fill(hook.httpGet, 'scheme', 'HTTP');
    }
  }
}

function defaultProbe(probe: Probe): void {
  fill(probe, 'timeoutSeconds', 1);
  fill(probe, 'periodSeconds', 10);
  fill(probe, 'successThreshold', 1);
  fill(probe, 'failureThreshold', 3);
  if (probe.httpGet) {
    fill(probe.httpGet, 'path', '/');
    fill(probe.httpGet, 'scheme', 'HTTP');
  }
  if (probe.grpc) fill(probe.grpc, 'service', '');
}

/** The DefaultTolerationSeconds and ServiceAccount admission plugins, in place on a new pod. */
export function admitPod(pod: Pod & KubeObject, suffix: string): void {
  const spec = pod.spec as PodSpec;
  const tolerations = [...(spec.tolerations ?? [])];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const there = tolerations.some(
      (each) =>
        (each.key === key || (each.key === undefined && each.operator === 'Exists')) &&
        (each.effect === undefined || each.effect === 'NoExecute'),
    );
    if (!there) tolerations.push({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
  spec.enableServiceLinks ??= true;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  spec.priority ??= 0;
  spec.serviceAccountName ??= spec.serviceAccount ?? 'default';
  spec.serviceAccount = spec.serviceAccountName;
  if (spec.automountServiceAccountToken === false) return;
  const mount = '/var/run/secrets/kubernetes.io/serviceaccount';
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every((container) => container.volumeMounts?.some((each) => each.mountPath === mount))) return;
  const name = `kube-api-access-${suffix}`;
  spec.volumes = [
    ...(spec.volumes ?? []),
    {
      name,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
          {
            downwardAPI: {
              items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
            },
          },
        ],
      },
    },
  ];
  for (const container of containers) {
    if (container.volumeMounts?.some((each) => each.mountPath === mount)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { mountPath: mount, name, readOnly: true }];
  }
}

/** ValidatePodSpec (pkg/apis/core/validation), the parts that a learner can get wrong. `path` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec | undefined, path: string, found: Problems): void {
  const volumes = new Set<string>();
  for (const [index, volume] of (spec?.volumes ?? []).entries()) {
    const at = `${path}.volumes[${index}]`;
    if ((volume.name ?? '') === '') found.required(`${at}.name`);
    else {
      for (const detail of rules.dns1123Label(volume.name)) found.invalid(`${at}.name`, volume.name, detail);
      if (volumes.has(volume.name)) found.duplicate(`${at}.name`, volume.name);
      volumes.add(volume.name);
    }
    if (Object.keys(volume).filter((key) => key !== 'name').length > 1)
      found.forbidden(
        `${at}.${Object.keys(volume).filter((key) => key !== 'name')[1]}`,
        'may not specify more than 1 volume type',
      );
    if (volume.secret && (volume.secret.secretName ?? '') === '') found.required(`${at}.secret.secretName`);
    if (volume.configMap && (volume.configMap.name ?? '') === '') found.required(`${at}.configMap.name`);
  }
  const names = new Set<string>();
  validateContainers(spec?.initContainers ?? [], `${path}.initContainers`, volumes, names, found, true);
  if ((spec?.containers ?? []).length === 0) found.required(`${path}.containers`);
  validateContainers(spec?.containers ?? [], `${path}.containers`, volumes, names, found, false);
  const restart = spec?.restartPolicy ?? '';
  if (!['Always', 'OnFailure', 'Never'].includes(restart))
    found.unsupported(`${path}.restartPolicy`, restart, ['Always', 'OnFailure', 'Never']);
  const dns = spec?.dnsPolicy ?? '';
  if (!['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'].includes(dns))
    found.unsupported(`${path}.dnsPolicy`, dns, ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']);
  if ((spec?.terminationGracePeriodSeconds ?? 0) < 0)
    found.invalid(`${path}.terminationGracePeriodSeconds`, spec?.terminationGracePeriodSeconds, NOT_NEGATIVE);
  if (spec?.nodeName !== undefined && spec.nodeName !== '')
    for (const detail of rules.dns1123Subdomain(spec.nodeName))
      found.invalid(`${path}.nodeName`, spec.nodeName, detail);
  for (const [index, toleration] of (spec?.tolerations ?? []).entries()) {
    const at = `${path}.tolerations[${index}]`;
    if ((toleration.operator ?? 'Equal') === 'Exists' && (toleration.value ?? '') !== '')
      found.invalid(`${at}.operator`, toleration, "value must be empty when `operator` is 'Exists'");
    if (toleration.tolerationSeconds !== undefined && toleration.effect !== 'NoExecute')
      found.invalid(
        `${at}.effect`,
        toleration.effect ?? '',
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      );
  }
}

function validateContainers(
  containers: readonly Container[],
  path: string,
  volumes: ReadonlySet<string>,
  names: Set<string>,
  found: Problems,
  init: boolean,
): void {
  const hostPorts = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    if ((container.name ?? '') === '') found.required(`${at}.name`);
    else {
      for (const detail of rules.dns1123Label(container.name)) found.invalid(`${at}.name`, container.name, detail);
      if (names.has(container.name)) found.duplicate(`${at}.name`, container.name);
      names.add(container.name);
    }
    if ((container.image ?? '') === '') found.required(`${at}.image`);
    else if (container.image?.trim() !== container.image)
      found.invalid(`${at}.image`, container.image, 'must not have leading or trailing whitespace');
    const portNames = new Set<string>();
    for (const [number, port] of (container.ports ?? []).entries()) {
      const where = `${at}.ports[${number}]`;
      if (port.name !== undefined && port.name !== '') {
        for (const detail of portNameProblems(port.name)) found.invalid(`${where}.name`, port.name, detail);
        if (portNames.has(port.name)) found.duplicate(`${where}.name`, port.name);
        portNames.add(port.name);
      }
      if (port.containerPort === undefined || port.containerPort === 0) found.required(`${where}.containerPort`);
      else if (!validPort(port.containerPort)) found.invalid(`${where}.containerPort`, port.containerPort, PORT_RANGE);
      if (port.hostPort !== undefined && port.hostPort !== 0) {
        if (!validPort(port.hostPort)) found.invalid(`${where}.hostPort`, port.hostPort, PORT_RANGE);
        const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
        if (hostPorts.has(key)) found.duplicate(`${where}.hostPort`, key);
        hostPorts.add(key);
      }
      if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol ?? ''))
        found.unsupported(`${where}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']);
    }
    for (const [number, env] of (container.env ?? []).entries()) {
      const where = `${at}.env[${number}]`;
      if ((env.name ?? '') === '') found.required(`${where}.name`);
      else if (/[=]/.test(env.name) || !/^[ -~]+$/.test(env.name))
        found.invalid(
          `${where}.name`,
          env.name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        );
      if (env.valueFrom !== undefined && (env.value ?? '') !== '')
        found.invalid(`${where}.valueFrom`, '', 'may not be specified when `value` is not empty');
    }
    const mounts = new Set<string>();
    for (const [number, mount] of (container.volumeMounts ?? []).entries()) {
      const where = `${at}.volumeMounts[${number}]`;
      if ((mount.name ?? '') === '') found.required(`${where}.name`);
      else if (!volumes.has(mount.name)) found.notFound(`${where}.name`, mount.name);
      if ((mount.mountPath ?? '') === '') found.required(`${where}.mountPath`);
      else if (mounts.has(mount.mountPath)) found.invalid(`${where}.mountPath`, mount.mountPath, 'must be unique');
      mounts.add(mount.mountPath ?? '');
    }
    if (!['Always', 'IfNotPresent', 'Never'].includes(container.imagePullPolicy ?? ''))
      found.unsupported(`${at}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
    if (!init || (container as { restartPolicy?: string }).restartPolicy === 'Always') {
      for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
        const probe = container[kind];
        if (probe) validateProbe(probe, `${at}.${kind}`, kind, found);
      }
    }
    validateResources(container, at, found);
  }
}

function validateProbe(probe: Probe, at: string, kind: string, found: Problems): void {
  const handlers = [probe.httpGet, probe.tcpSocket, probe.exec, probe.grpc].filter(
    (each) => each !== undefined && each !== null,
  );
  if (handlers.length === 0) found.required(at, 'must specify a handler type');
  if (handlers.length > 1) found.forbidden(at, 'may not specify more than 1 handler type');
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const)
    if ((probe[field] ?? 0) < 0) found.invalid(`${at}.${field}`, probe[field], NOT_NEGATIVE);
  if (kind !== 'readinessProbe' && probe.successThreshold !== 1)
    found.invalid(`${at}.successThreshold`, probe.successThreshold, 'must be 1');
  for (const [name, port] of [
    ['httpGet', probe.httpGet?.port],
    ['tcpSocket', probe.tcpSocket?.port],
  ] as const) {
    if (port === undefined) continue;
    if (typeof port === 'number') {
      if (!validPort(port)) found.invalid(`${at}.${name}.port`, port, PORT_RANGE);
    } else for (const detail of portNameProblems(port)) found.invalid(`${at}.${name}.port`, port, detail);
  }
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function validateResources(container: Container, at: string, found: Problems): void {
  for (const part of ['limits', 'requests'] as const) {
    for (const [name, quantity] of Object.entries(container.resources?.[part] ?? {})) {
      if (!QUANTITY.test(String(quantity)))
        found.invalid(
          `${at}.resources.${part}[${name}]`,
          quantity,
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
    }
  }
  for (const [name, request] of Object.entries(container.resources?.requests ?? {})) {
    const limit = container.resources?.limits?.[name];
    if (limit !== undefined && quantityValue(String(request)) > quantityValue(String(limit)))
      found.invalid(`${at}.resources.requests`, request, `must be less than or equal to ${name} limit of ${limit}`);
  }
}

const SCALE: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** A resource quantity as a number: `100m` is 0.1, `1Gi` is 1073741824. NaN when it is none. */
export function quantityValue(text: string | number | undefined): number {
  if (typeof text === 'number') return text;
  const match = /^([+-]?[0-9.]+)([a-zA-Z]*)$/.exec(text ?? '0');
  if (match === null) return Number(text);
  return Number(match[1]) * (SCALE[match[2] ?? ''] ?? Number.NaN);
}
