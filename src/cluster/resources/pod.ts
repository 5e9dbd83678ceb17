import type { Cell, Column, KindDefinition } from '../api/kind.ts';
import { SUFFIX_ALPHABET } from '../api/metadata.ts';
import { same } from '../api/server.ts';
import { clone, type KubeObject, type Pod } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { admitPod, defaultPodSpec, quantityValue, validatePodSpec } from './podspec.ts';

type PodObject = Pod & KubeObject;

const COLUMNS: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', priority: 0, description: 'Name must be unique within a namespace.' },
  {
    name: 'Ready',
    type: 'string',
    priority: 0,
    description: 'The aggregate readiness state of this pod for accepting traffic.',
  },
  { name: 'Status', type: 'string', priority: 0, description: 'The aggregate status of the containers in this pod.' },
  {
    name: 'Restarts',
    type: 'string',
    priority: 0,
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  },
  {
    name: 'Age',
    type: 'string',
    priority: 0,
    description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  },
  { name: 'IP', type: 'string', priority: 1, description: 'podIP address allocated to the pod.' },
  { name: 'Node', type: 'string', priority: 1, description: 'NodeName indicates in which node this pod is scheduled.' },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    description: 'nominatedNodeName is set only when this pod preempts other pods on the node.',
  },
  {
    name: 'Readiness Gates',
    type: 'string',
    priority: 1,
    description: 'If specified, all readiness gates will be evaluated for pod readiness.',
  },
];

/** printPod of pkg/printers/internalversion: the STATUS, READY and RESTARTS columns. */
export function podSummary(pod: Pod, now: number): { ready: string; status: string; restarts: string } {
  const { status, spec } = pod;
  let reason: string = status?.reason ?? status?.phase ?? '';
  let restarts = 0;
  let restartableInit = 0;
  let lastRestart = 0;
  let ready = 0;
  let total = spec?.containers.length ?? 0;
  for (const condition of status?.conditions ?? [])
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') reason = 'SchedulingGated';
  const sidecars = new Set(
    (spec?.initContainers ?? [])
      .filter((each) => (each as { restartPolicy?: string }).restartPolicy === 'Always')
      .map((each) => each.name),
  );
  total += sidecars.size;
  let initializing = false;
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    restarts += container.restartCount;
    const finished = container.lastState?.terminated?.finishedAt;
    if (finished !== undefined) lastRestart = Math.max(lastRestart, Date.parse(finished));
    if (sidecars.has(container.name)) {
      restartableInit += container.restartCount;
      if (container.started === true) {
        if (container.ready) ready++;
        continue;
      }
    } else if (container.state?.terminated?.exitCode === 0) continue;
    const { terminated, waiting } = container.state ?? {};
    if (terminated !== undefined)
      reason =
        (terminated.reason ?? '') !== ''
          ? `Init:${terminated.reason}`
          : terminated.signal
            ? `Init:Signal:${terminated.signal}`
            : `Init:ExitCode:${terminated.exitCode}`;
    else if (waiting?.reason !== undefined && waiting.reason !== '' && waiting.reason !== 'PodInitializing')
      reason = `Init:${waiting.reason}`;
    else reason = `Init:${index}/${spec?.initContainers?.length ?? 0}`;
    initializing = true;
    break;
  }
  if (!initializing) {
    restarts = restartableInit;
    let hasRunning = false;
    for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
      restarts += container.restartCount;
      const finished = container.lastState?.terminated?.finishedAt;
      if (finished !== undefined) lastRestart = Math.max(lastRestart, Date.parse(finished));
      const { terminated, waiting, running } = container.state ?? {};
      if ((waiting?.reason ?? '') !== '') reason = waiting?.reason ?? reason;
      else if ((terminated?.reason ?? '') !== '') reason = terminated?.reason ?? reason;
      else if (terminated !== undefined)
        reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
      else if (container.ready && running !== undefined) {
        hasRunning = true;
        ready++;
      }
    }
    if (reason === 'Completed' && hasRunning) {
      const isReady =
        status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;
      reason = isReady ? 'Running' : 'NotReady';
    }
  }
  if (pod.metadata?.deletionTimestamp !== undefined && status?.reason === 'NodeLost') reason = 'Unknown';
  else if (pod.metadata?.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    reason = 'Terminating';
  const when = restarts > 0 && lastRestart > 0 ? ` (${age(new Date(lastRestart).toISOString(), now)} ago)` : '';
  return { ready: `${ready}/${total}`, status: reason, restarts: `${restarts}${when}` };
}

/** Guaranteed, Burstable or BestEffort (pkg/apis/core/v1/helper/qos). */
function qosClass(pod: Pod): string {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const has = containers.some(
    (each) => Object.keys(each.resources?.requests ?? {}).length + Object.keys(each.resources?.limits ?? {}).length > 0,
  );
  if (!has) return 'BestEffort';
  const guaranteed = containers.every((each) =>
    ['cpu', 'memory'].every((name) => {
      const limit = each.resources?.limits?.[name];
      const request = each.resources?.requests?.[name];
      return (
        limit !== undefined && request !== undefined && quantityValue(String(limit)) === quantityValue(String(request))
      );
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const SPEC_FROZEN =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export const pod: KindDefinition<PodObject> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
    'status',
  ],
  selectableFields: {
    'spec.nodeName': (object) => object.spec?.nodeName ?? '',
    'spec.restartPolicy': (object) => object.spec?.restartPolicy ?? '',
    'spec.schedulerName': (object) => object.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (object) => object.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String(object.spec?.hostNetwork ?? false),
    'status.phase': (object) => object.status?.phase ?? '',
    'status.podIP': (object) => object.status?.podIP ?? '',
    'status.nominatedNodeName': (object) => object.status?.nominatedNodeName ?? '',
  },
  gracePeriodSeconds: (object) => object.spec?.terminationGracePeriodSeconds ?? 30,
  setDefaults(object) {
    if (object.spec !== undefined) defaultPodSpec(object.spec);
  },
  prepareForCreate(object, context) {
    (object as KubeObject)['status'] = { phase: 'Pending', qosClass: qosClass(object) };
    if (object.spec?.containers !== undefined) admitPod(object, context.random.text(5, SUFFIX_ALPHABET));
  },
  validate(object) {
    const found = new Problems();
    validatePodSpec(object.spec, 'spec', found);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    const strip = (each: PodObject): unknown => {
      const spec = clone(each.spec);
      for (const container of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) delete container.image;
      if (spec !== undefined) {
        delete spec.activeDeadlineSeconds;
        delete spec.tolerations;
        delete spec.nodeName;
      }
      return spec;
    };
    const bound = old.spec?.nodeName === undefined || old.spec.nodeName === object.spec?.nodeName;
    if (!same(strip(object), strip(old)) || !bound) found.forbidden('spec', SPEC_FROZEN);
    return found.list;
  },
  columns: COLUMNS,
  row(object, now) {
    const summary = podSummary(object, now);
    const gates = object.spec?.readinessGates ?? [];
    const cells: Cell[] = [
      object.metadata?.name ?? '',
      summary.ready,
      summary.status,
      summary.restarts,
      age(object.metadata?.creationTimestamp, now),
      object.status?.podIP ?? '<none>',
      object.spec?.nodeName ?? '<none>',
      object.status?.nominatedNodeName ?? '<none>',
      gates.length === 0
        ? '<none>'
        : `${gates.filter((gate) => object.status?.conditions?.some((each) => each.type === gate.conditionType && each.status === 'True')).length}/${gates.length}`,
    ];
    return cells;
  },
};
