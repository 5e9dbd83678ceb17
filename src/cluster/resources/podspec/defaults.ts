import type { Container, PodSpec } from '../../api/types.ts';
import { fill } from '../fields.ts';
import { canonicalize, canonicalQuantity } from '../quantity.ts';

type Probe = NonNullable<Container['readinessProbe']>;
type Volume = NonNullable<PodSpec['volumes']>[number];

/** Defaults of file modes in volumes: 0644. */
const MODE = 420;

/**
 * SetDefaults_PodSpec and what it calls (pkg/apis/core/v1/defaults.go), in place. Pod templates get these; a Pod gets
 * {@link defaultPod} besides.
 */
export function defaultPodSpec(spec: PodSpec): void {
  fill(spec, 'dnsPolicy', 'ClusterFirst');
  fill(spec, 'restartPolicy', 'Always');
  fill(spec, 'terminationGracePeriodSeconds', 30);
  fill(spec, 'schedulerName', 'default-scheduler');
  fill(spec, 'securityContext', {});
  // The deprecated alias always shows the same name.
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account !== undefined && account !== '') {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
}

/** SetDefaults_Pod: what only pods themselves get. */
export function defaultPod(spec: PodSpec): void {
  fill(spec, 'enableServiceLinks', true);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    if (spec.hostNetwork === true) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
    const { resources } = container;
    if (resources?.limits === undefined || resources.limits === null) continue;
    const requests = { ...resources.requests };
    for (const [name, quantity] of Object.entries(resources.limits)) requests[name] ??= quantity;
    resources.requests = requests;
  }
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  const { secret, configMap, downwardAPI, projected, hostPath, emptyDir } = volume;
  if (secret) fill(secret, 'defaultMode', MODE);
  if (configMap) fill(configMap, 'defaultMode', MODE);
  if (downwardAPI) {
    fill(downwardAPI, 'defaultMode', MODE);
    for (const item of downwardAPI.items ?? []) defaultReferences(item);
  }
  if (hostPath) fill(hostPath, 'type', '');
  if (emptyDir?.sizeLimit !== undefined)
    emptyDir.sizeLimit = canonicalQuantity(emptyDir.sizeLimit) ?? emptyDir.sizeLimit;
  if (projected) {
    fill(projected, 'defaultMode', MODE);
    for (const source of projected.sources ?? []) {
      if (source.serviceAccountToken) fill(source.serviceAccountToken, 'expirationSeconds', 3600);
      for (const item of source.downwardAPI?.items ?? []) defaultReferences(item);
    }
  }
}

function defaultReferences(
  source: Pick<NonNullable<NonNullable<Container['env']>[number]['valueFrom']>, 'fieldRef' | 'resourceFieldRef'>,
): void {
  if (source.fieldRef) fill(source.fieldRef, 'apiVersion', 'v1');
  if (source.resourceFieldRef)
    source.resourceFieldRef.divisor = canonicalQuantity(source.resourceFieldRef.divisor ?? '0') ?? '0';
}

function defaultContainer(container: Container): void {
  fill(container, 'imagePullPolicy', pullPolicy(container.image ?? ''));
  fill(container, 'terminationMessagePath', '/dev/termination-log');
  fill(container, 'terminationMessagePolicy', 'File');
  fill(container, 'resources', {});
  canonicalize(container.resources?.limits);
  canonicalize(container.resources?.requests);
  for (const port of container.ports ?? []) fill(port, 'protocol', 'TCP');
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe);
  for (const env of container.env ?? []) if (env.valueFrom) defaultReferences(env.valueFrom);
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop])
    if (hook?.httpGet) defaultHttpGet(hook.httpGet);
}

/** Always for `latest` or no tag, IfNotPresent for a digest or any other tag (parsers.ParseImageName). */
export function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([\w][\w.-]*)$/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Probe): void {
  // Zero counts as absent for these, as they are no pointers.
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) fill(probe.grpc, 'service', '');
}

function defaultHttpGet(get: NonNullable<Probe['httpGet']>): void {
  get.path ||= '/';
  get.scheme ||= 'HTTP';
}
