import type { Container } from 'kubernetes-types/core/v1';
import type { Pod } from '../../../cluster/api/types.ts';
import { Quantity } from '../go/quantity.ts';
import { describeContainers, describeResources } from './containers.ts';
import type { Describer } from './describer.ts';
import { annotationsMultiline, controllerOf, labelsMultiline, longTime, since } from './metadata.ts';
import { describeSpread, describeTolerations } from './pod-parts.ts';
import { describeVolumes } from './volumes.ts';

export const describePod: Describer = function* (object, writer, context) {
  const pod = object as Pod;
  const { metadata, spec, status } = pod;
  const mirror = metadata?.annotations?.['kubernetes.io/config.mirror'];
  const events = yield* context.events(object, mirror === undefined ? { kind: '' } : { kind: '', uid: mirror });
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  if (spec?.priority !== undefined) writer.field(0, 'Priority', spec.priority);
  if (spec?.priorityClassName) writer.field(0, 'Priority Class Name', spec.priorityClassName);
  if (spec?.runtimeClassName) writer.field(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec?.serviceAccountName) writer.field(0, 'Service Account', spec.serviceAccountName);
  writer.field(0, 'Node', spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) writer.field(0, 'Start Time', longTime(status.startTime));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  if (metadata?.deletionTimestamp && status?.phase !== 'Failed' && status?.phase !== 'Succeeded') {
    writer.field(0, 'Status', `Terminating (lasts ${since(metadata.deletionTimestamp, context.now)})`);
    writer.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else writer.field(0, 'Status', status?.phase ?? '');
  if (status?.reason) writer.field(0, 'Reason', status.reason);
  if (status?.message) writer.field(0, 'Message', status.message);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp !== undefined) {
    writer.field(0, 'SeccompProfile', seccomp.type);
    if (seccomp.type === 'Localhost') writer.field(0, 'LocalhostProfile', seccomp.localhostProfile ?? '');
  }
  writer.field(0, 'IP', status?.podIP ?? '');
  const ips = status?.podIPs ?? [];
  writer.write(0, ips.length === 0 ? 'IPs:\t<none>\n' : 'IPs:\n');
  for (const { ip } of ips) writer.field(1, 'IP', ip ?? '');
  const controller = controllerOf(object);
  if (controller !== '') writer.field(0, 'Controlled By', controller);
  if (status?.nominatedNodeName) writer.field(0, 'NominatedNodeName', status.nominatedNodeName);
  const resources = (spec as { resources?: Parameters<typeof describeResources>[2] } | undefined)?.resources;
  if (resources !== undefined) {
    writer.write(0, 'Resources:\n');
    describeResources(writer, 1, resources);
  }
  if ((spec?.initContainers?.length ?? 0) > 0)
    describeContainers(writer, 'Init Containers', spec?.initContainers ?? [], status?.initContainerStatuses ?? [], pod);
  describeContainers(writer, 'Containers', spec?.containers ?? [], status?.containerStatuses ?? [], pod);
  if ((spec?.ephemeralContainers?.length ?? 0) > 0)
    describeContainers(
      writer,
      'Ephemeral Containers',
      (spec?.ephemeralContainers ?? []) as Container[],
      status?.ephemeralContainerStatuses ?? [],
      pod,
    );
  if ((spec?.readinessGates?.length ?? 0) > 0) {
    writer.write(0, 'Readiness Gates:\n  Type\tStatus\n');
    for (const { conditionType } of spec?.readinessGates ?? []) {
      const found = status?.conditions?.find(({ type }) => type === conditionType);
      writer.write(1, `${conditionType} \t${found?.status ?? '<none>'} \n`);
    }
  }
  if ((status?.conditions?.length ?? 0) > 0) {
    writer.write(0, 'Conditions:\n  Type\tStatus\n');
    for (const condition of status?.conditions ?? []) writer.write(1, `${condition.type} \t${condition.status} \n`);
  }
  describeVolumes(writer, spec?.volumes ?? []);
  writer.field(0, 'QoS Class', status?.qosClass || qosClass(pod));
  labelsMultiline(writer, 'Node-Selectors', spec?.nodeSelector);
  describeTolerations(writer, 'Tolerations', spec?.tolerations ?? []);
  describeSpread(writer, spec?.topologySpreadConstraints ?? []);
  context.writeEvents(writer, events);
};

/** The quality of service of a pod whose status does not say it. */
function qosClass(pod: Pod): string {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const sums = { requests: new Map<string, bigint>(), limits: new Map<string, bigint>() };
  let guaranteed = true;
  for (const { resources } of containers) {
    for (const side of ['requests', 'limits'] as const) {
      for (const name of ['cpu', 'memory']) {
        const amount = Quantity.of(resources?.[side]?.[name]).nano;
        if (amount > 0n) sums[side].set(name, (sums[side].get(name) ?? 0n) + amount);
        else if (side === 'limits') guaranteed = false;
      }
    }
  }
  if (sums.requests.size === 0 && sums.limits.size === 0) return 'BestEffort';
  for (const [name, amount] of sums.requests) if (sums.limits.get(name) !== amount) guaranteed = false;
  return guaranteed && sums.requests.size === sums.limits.size ? 'Guaranteed' : 'Burstable';
}

/** A pod that is gone, but of which events tell. */
export function podGone(name: string, message: string): string {
  return `Pod '${name}': error '${message}', but found events.\n`;
}
