/**
 * Every field that the API server stores and that nothing in Hopscope acts on. A write that sets one comes back with an API
 * warning; `docs/not-simulated.md` is made from this table. Who begins to simulate a field takes its line out.
 */
export interface UnsimulatedField {
  /** Path below the object, or below the pod spec. `[]` stands for each item of a list; `a|b` for either of two names. */
  readonly path: string;
  /** What happens instead, in plain words for the documentation. */
  readonly instead: string;
  /** Values that say nothing, because the server itself fills them in. */
  readonly defaults?: readonly (string | number | boolean)[];
}

const IDENTITY = 'Processes run as the user that the image names; no permission is checked.';
const EMPTY = 'The directory is empty, and lives as long as its pod.';
const ALL_MATCH = 'Terms look at the labels of pods in their own namespace, or in those that are named.';

/** Below `spec` of a Pod and `spec.template.spec` of everything that makes pods. */
export const POD_FIELDS: readonly UnsimulatedField[] = [
  { path: 'hostPID', instead: 'Containers see only their own processes.' },
  { path: 'hostIPC', instead: 'There is no inter-process communication between containers.' },
  { path: 'hostUsers', instead: 'There are no user namespaces.' },
  { path: 'shareProcessNamespace', instead: 'Containers see only their own processes.' },
  { path: 'setHostnameAsFQDN', instead: "A pod's host name is its short name." },
  { path: 'runtimeClassName', instead: 'All containers run in the one runtime of the cluster.' },
  { path: 'overhead', instead: 'Nothing is added to the requests of the containers.' },
  { path: 'os', instead: 'All nodes are Linux.', defaults: ['linux'] },
  { path: 'activeDeadlineSeconds', instead: 'The pod runs as long as its containers do.' },
  {
    path: 'priorityClassName',
    instead: 'Pods are scheduled in the order in which they come, and none is evicted to make room.',
  },
  {
    path: 'topologySpreadConstraints[].minDomains|matchLabelKeys|nodeAffinityPolicy|nodeTaintsPolicy',
    instead: 'All nodes with the topology label count, and the label selector alone chooses pods.',
  },
  {
    path: 'affinity.podAffinity|podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].namespaceSelector|matchLabelKeys|mismatchLabelKeys',
    instead: ALL_MATCH,
  },
  {
    path: 'affinity.podAffinity|podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution',
    instead: 'Wishes about other pods are not weighed; what is required is.',
  },
  { path: 'resourceClaims', instead: 'There are no devices to claim.' },
  { path: 'resources', instead: 'Requests and limits count per container.' },
  { path: 'imagePullSecrets', instead: 'All images come from one registry that is open to everybody.' },
  { path: 'securityContext.fsGroup|fsGroupChangePolicy', instead: 'Files in volumes keep their owner.' },
  { path: 'securityContext.runAsUser|runAsGroup|runAsNonRoot', instead: IDENTITY },
  { path: 'securityContext.supplementalGroups|supplementalGroupsPolicy', instead: IDENTITY },
  { path: 'securityContext.seLinuxOptions|seLinuxChangePolicy', instead: 'There is no SELinux.' },
  { path: 'securityContext.seccompProfile|appArmorProfile', instead: 'System calls are not filtered.' },
  { path: 'securityContext.sysctls', instead: 'Kernel parameters keep their values.' },
  { path: 'securityContext.windowsOptions', instead: 'All nodes are Linux.' },
  {
    path: 'containers|initContainers[].securityContext.runAsUser|runAsGroup|runAsNonRoot',
    instead: IDENTITY,
  },
  {
    path: 'containers|initContainers[].securityContext.capabilities|privileged|allowPrivilegeEscalation',
    instead: 'Every process may do what its program can do; nothing more, nothing less.',
  },
  {
    path: 'containers|initContainers[].securityContext.readOnlyRootFilesystem',
    instead: 'The file system of a container can be written.',
  },
  {
    path: 'containers|initContainers[].securityContext.seccompProfile|appArmorProfile|procMount',
    instead: 'System calls are not filtered.',
  },
  { path: 'containers|initContainers[].securityContext.seLinuxOptions', instead: 'There is no SELinux.' },
  { path: 'containers|initContainers[].securityContext.windowsOptions', instead: 'All nodes are Linux.' },
  {
    path: 'containers|initContainers[].resources.limits',
    instead:
      'Limits are not enforced: no container is throttled or killed for what it uses. Requests count for scheduling.',
  },
  { path: 'containers|initContainers[].resources.claims', instead: 'There are no devices to claim.' },
  {
    path: 'containers|initContainers[].livenessProbe|readinessProbe|startupProbe.grpc',
    instead: 'Nothing in the cluster speaks gRPC.',
  },
  { path: 'containers|initContainers[].lifecycle.stopSignal', instead: 'Containers are stopped by SIGTERM.' },
  { path: 'containers|initContainers[].resizePolicy', instead: 'Resources of a running container do not change.' },
  { path: 'containers|initContainers[].volumeDevices', instead: 'There are no block devices.' },
  {
    path: 'containers|initContainers[].terminationMessagePath',
    instead: 'A container leaves no termination message.',
    defaults: ['/dev/termination-log'],
  },
  {
    path: 'containers|initContainers[].terminationMessagePolicy',
    instead: 'A container leaves no termination message.',
    defaults: ['File'],
  },
  {
    path: 'containers|initContainers[].volumeMounts[].mountPropagation|recursiveReadOnly|subPathExpr',
    instead: 'A mount is seen in its own container alone; paths are taken as they are written.',
    defaults: ['None', 'Disabled'],
  },
  { path: 'volumes[].hostPath', instead: EMPTY },
  { path: 'volumes[].persistentVolumeClaim|ephemeral', instead: EMPTY },
  { path: 'volumes[].csi|flexVolume|image', instead: EMPTY },
  { path: 'volumes[].nfs|iscsi|fc|cephfs|rbd|glusterfs|cinder|quobyte|scaleIO|storageos|flocker', instead: EMPTY },
  {
    path: 'volumes[].awsElasticBlockStore|azureDisk|azureFile|gcePersistentDisk|vsphereVolume|photonPersistentDisk|portworxVolume',
    instead: EMPTY,
  },
  { path: 'volumes[].gitRepo', instead: EMPTY },
  { path: 'volumes[].emptyDir.medium|sizeLimit', instead: 'The directory may grow without bounds.' },
  { path: 'volumes[].projected.sources[].clusterTrustBundle', instead: 'There are no trust bundles.' },
];

/** By kind, below the object itself. */
export const OBJECT_FIELDS: Readonly<Record<string, readonly UnsimulatedField[]>> = {
  Service: [{ path: 'spec.trafficDistribution', instead: 'Endpoints are chosen without regard to zones.' }],
  EndpointSlice: [
    { path: 'endpoints[].hints', instead: 'Endpoints are chosen without regard to zones.' },
    { path: 'endpoints[].deprecatedTopology', instead: 'Nothing reads it.' },
  ],
  ServiceAccount: [{ path: 'secrets', instead: 'Pods may mount any Secret of their namespace.' }],
  Node: [
    { path: 'spec.configSource', instead: 'The kubelet keeps its configuration.' },
    { path: 'spec.externalID', instead: 'Nothing reads it.' },
  ],
  StatefulSet: [
    { path: 'spec.volumeClaimTemplates', instead: EMPTY },
    {
      path: 'spec.persistentVolumeClaimRetentionPolicy',
      instead: 'There are no claims to keep or delete.',
      defaults: ['Retain'],
    },
    { path: 'spec.updateStrategy.rollingUpdate.maxUnavailable', instead: 'Pods are replaced one at a time.' },
  ],
  Job: [
    { path: 'spec.podFailurePolicy', instead: 'Every pod that fails counts towards the back-off limit.' },
    { path: 'spec.successPolicy', instead: 'A job is complete when its completions are reached.' },
    { path: 'spec.backoffLimitPerIndex|maxFailedIndexes', instead: 'Failures count for the job as a whole.' },
    { path: 'spec.managedBy', instead: 'The job controller runs every job.' },
  ],
  PriorityClass: [
    { path: 'globalDefault', instead: 'Pods without a class have priority 0.' },
    {
      path: 'preemptionPolicy',
      instead: 'No pod is evicted to make room for another.',
      defaults: ['PreemptLowerPriority'],
    },
  ],
};

/** Whole kinds that are stored, and that no controller acts on. */
export const KINDS_WITHOUT_CONTROLLER: Readonly<Record<string, string>> = {
  Ingress: 'There is no ingress controller.',
  IngressClass: 'There is no ingress controller.',
};

/** The end of each warning. */
export const NOT_SIMULATED = 'stored, but not simulated by Hopscope';

interface Step {
  readonly names: readonly string[];
  readonly list: boolean;
}

const compiled = new Map<UnsimulatedField, readonly Step[]>();

function stepsOf(field: UnsimulatedField): readonly Step[] {
  let steps = compiled.get(field);
  if (steps === undefined) {
    steps = field.path.split('.').map((part) => ({
      names: part.replace('[]', '').split('|'),
      list: part.endsWith('[]'),
    }));
    compiled.set(field, steps);
  }
  return steps;
}

/** Paths of the fields in `object` that `table` names. `prefix` is where the object stands: `''`, or `spec.` for a pod. */
export function unsimulatedPaths(prefix: string, object: unknown, table: readonly UnsimulatedField[]): string[] {
  const paths: string[] = [];
  for (const field of table) collect(prefix, object, stepsOf(field), 0, field.defaults ?? [], paths);
  return paths;
}

function collect(
  at: string,
  value: unknown,
  steps: readonly Step[],
  depth: number,
  defaults: readonly unknown[],
  paths: string[],
): void {
  const step = steps[depth];
  if (step === undefined || typeof value !== 'object' || value === null) return;
  for (const name of step.names) {
    const item = (value as Record<string, unknown>)[name];
    if (item === undefined || item === null) continue;
    if (step.list && Array.isArray(item))
      for (const [index, each] of item.entries())
        collect(`${at}${name}[${index}].`, each, steps, depth + 1, defaults, paths);
    else if (depth + 1 < steps.length) collect(`${at}${name}.`, item, steps, depth + 1, defaults, paths);
    else if (says(item, defaults)) paths.push(`${at}${name}`);
  }
}

/** Whether a value asks for something: not `false`, not empty, no default. */
function says(value: unknown, defaults: readonly unknown[]): boolean {
  if (value === false || value === '') return false;
  if (typeof value !== 'object' || value === null) return !defaults.includes(value);
  const items = Object.values(value);
  // An empty volume source still is one.
  if (items.length === 0) return !Array.isArray(value);
  return !items.every((item) => defaults.includes(item));
}

/** The warnings of a write: one for each field that is new or changed its place since the old object. */
export function unsimulatedWarnings(
  prefix: string,
  object: unknown,
  old: unknown,
  table: readonly UnsimulatedField[],
): string[] {
  const before = new Set(old === undefined ? [] : unsimulatedPaths(prefix, old, table));
  return unsimulatedPaths(prefix, object, table)
    .filter((path) => !before.has(path))
    .map((path) => `${path}: ${NOT_SIMULATED}`);
}

/** The warning of a kind that is stored alone, once when it is created. */
export function kindWarnings(kind: string, old: unknown): string[] {
  const instead = KINDS_WITHOUT_CONTROLLER[kind];
  if (instead === undefined || old !== undefined) return [];
  return [`${kind}: ${NOT_SIMULATED}. ${instead}`];
}
