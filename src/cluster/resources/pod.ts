import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Pod, PodSpec } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems } from './fields.ts';
import { podSummary, readinessGates } from './pod-summary.ts';
import { addDefaultTolerations, admitPod } from './podspec/admission.ts';
import { defaultPod, defaultPodSpec } from './podspec/defaults.ts';
import { qosClass } from './podspec/qos.ts';
import { checkPodSpec } from './podspec/spec.ts';
import { checkPodUpdate } from './podspec/update.ts';
import { podWarnings } from './podspec/warnings.ts';
import { AGE, column, NAME, wide } from './table.ts';

type PodObject = Pod & KubeObject;

export { podSummary } from './pod-summary.ts';

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
    object.spec ??= {} as PodSpec;
    object.spec.containers ??= [];
    defaultPodSpec(object.spec);
    defaultPod(object.spec);
  },
  prepareForCreate(object, context) {
    const gated = (object.spec?.schedulingGates ?? []).length > 0;
    (object as KubeObject)['status'] = {
      ...(gated
        ? {
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                lastProbeTime: null,
                lastTransitionTime: null,
                reason: 'SchedulingGated',
                message: 'Scheduling is blocked due to non-empty scheduling gates',
              },
            ],
          }
        : {}),
      phase: 'Pending',
      qosClass: qosClass(object.spec),
    };
    admitPod(object, context);
    object.metadata = { ...object.metadata, generation: 1 };
  },
  prepareForUpdate(object, old) {
    if (object.spec !== undefined) addDefaultTolerations(object.spec);
    // The binding of a pod to its node is no new generation.
    const { nodeName: _, ...spec } = object.spec ?? ({} as PodSpec);
    const { nodeName: __, ...before } = old.spec ?? ({} as PodSpec);
    if (!same(spec, before)) object.metadata = { ...object.metadata, generation: (old.metadata?.generation ?? 0) + 1 };
  },
  validate(object) {
    const found = new Problems();
    checkPodSpec('spec', object.spec, found, true);
    if ((object.spec?.nodeName ?? '') !== '' && (object.spec?.schedulingGates ?? []).length > 0)
      found.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (object.spec === undefined || old.spec === undefined) return found.list;
    const before =
      old.spec.nodeName === undefined && object.spec.nodeName !== undefined
        ? { ...old.spec, nodeName: object.spec.nodeName }
        : old.spec;
    checkPodUpdate(object.spec, before, found);
    return found.list;
  },
  warnings: (object, old) => podWarnings('spec', object.spec, old?.spec),
  columns: [
    NAME,
    column('Ready', 'The aggregate readiness state of this pod for accepting traffic.'),
    column('Status', 'The aggregate status of the containers in this pod.'),
    column(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    ),
    AGE,
    wide('IP', 'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.'),
    wide('Node', 'NodeName indicates in which node this pod is scheduled.'),
    wide('Nominated Node', 'nominatedNodeName is set only when this pod preempts other pods on the node.'),
    wide('Readiness Gates', 'If specified, all readiness gates will be evaluated for pod readiness.'),
  ],
  row(object, now) {
    const { ready, status, restarts } = podSummary(object, now);
    return [
      object.metadata?.name ?? '',
      ready,
      status,
      restarts,
      age(object.metadata?.creationTimestamp, now),
      object.status?.podIPs?.[0]?.ip || object.status?.podIP || '<none>',
      object.spec?.nodeName || '<none>',
      object.status?.nominatedNodeName || '<none>',
      readinessGates(object),
    ];
  },
};
