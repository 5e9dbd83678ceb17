import type { Pod } from '../cluster/api/types.ts';
import type { PodState } from './scene.ts';

/** The word of kubectl's STATUS column for a pod (printPod of pkg/printers/internalversion, the parts a glance needs). */
export function podStatus(pod: Pod): string {
  const { status } = pod;
  let reason = status?.reason ?? status?.phase ?? 'Pending';
  for (const [index, init] of (status?.initContainerStatuses ?? []).entries()) {
    if (init.state?.terminated?.exitCode === 0 || (init.started === true && init.ready)) continue;
    const waiting = init.state?.waiting?.reason;
    if (init.state?.terminated !== undefined) reason = `Init:${init.state.terminated.reason ?? 'Error'}`;
    else if (waiting !== undefined && waiting !== 'PodInitializing') reason = `Init:${waiting}`;
    else reason = `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`;
    return pod.metadata?.deletionTimestamp === undefined ? reason : 'Terminating';
  }
  let running = false;
  for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
    if (container.state?.waiting?.reason !== undefined) reason = container.state.waiting.reason;
    else if (container.state?.terminated !== undefined) reason = container.state.terminated.reason ?? 'Error';
    else if (container.ready && container.state?.running !== undefined) running = true;
  }
  if (reason === 'Completed' && running) reason = 'Running';
  if (pod.metadata?.deletionTimestamp !== undefined) return status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  return reason;
}

/** Whether the pod's Ready condition is true. */
export function podIsReady(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

const FAILED =
  /^(Err|.*BackOff$|Error$|Failed$|OOMKilled$|Evicted$|Init:.*(Error|BackOff)$|CreateContainer|InvalidImageName$|RunContainerError$|ContainerCannotRun$|StartError$)/;

/** The state by which the graph draws it. */
export function podState(pod: Pod): PodState {
  if (pod.metadata?.deletionTimestamp !== undefined) return 'terminating';
  if (pod.status?.phase === 'Succeeded') return 'succeeded';
  if (pod.status?.phase === 'Failed' || FAILED.test(podStatus(pod))) return 'failed';
  if (podIsReady(pod)) return 'ready';
  return pod.status?.phase === 'Running' ? 'notready' : 'pending';
}

/** `1/2`: ready containers of all. */
export function readyCount(pod: Pod): string {
  const statuses = pod.status?.containerStatuses ?? [];
  return `${statuses.filter((status) => status.ready).length}/${pod.spec?.containers.length ?? 0}`;
}
