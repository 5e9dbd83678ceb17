import type { Pod } from '../api/types.ts';
import { age } from './duration.ts';

/** What the READY, STATUS and RESTARTS columns say of a pod. `ready` is `1/2`, `restarts` is `2 (10s ago)`. */
export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

/** Names of init containers that keep running beside the others. */
function sidecarsOf(pod: Pod): ReadonlySet<string> {
  const names = (pod.spec?.initContainers ?? []).flatMap((each) => (each.restartPolicy === 'Always' ? each.name : []));
  return new Set(names);
}

/** printPod of pkg/printers/internalversion. `now` is calendar time in milliseconds. */
export function podSummary(pod: Pod, now: number): PodSummary {
  const { status, spec } = pod;
  const sidecars = sidecarsOf(pod);
  const total = (spec?.containers.length ?? 0) + sidecars.size;
  let reason: string = status?.reason ? status.reason : (status?.phase ?? '');
  for (const condition of status?.conditions ?? [])
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') reason = 'SchedulingGated';
  let ready = 0;
  let initializing = false;
  const all = { restarts: 0, last: 0 };
  const kept = { restarts: 0, last: 0 };
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const finished = Date.parse(container.lastState?.terminated?.finishedAt ?? '') || 0;
    count(all, container.restartCount, finished);
    const sidecar = sidecars.has(container.name);
    if (sidecar) count(kept, container.restartCount, finished);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) ready++;
      continue;
    }
    initializing = true;
    if (terminated) reason = `Init:${endOf(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`;
    else reason = `Init:${index}/${spec?.initContainers?.length ?? 0}`;
    break;
  }
  let { restarts, last } = all;
  if (!initializing || conditionTrue(pod, 'Initialized')) {
    let running = false;
    for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
      count(kept, container.restartCount, Date.parse(container.lastState?.terminated?.finishedAt ?? '') || 0);
      const { state } = container;
      if (state?.waiting?.reason) reason = state.waiting.reason;
      else if (state?.terminated) reason = endOf(state.terminated);
      else if (container.ready && state?.running) {
        running = true;
        ready++;
      }
    }
    if (reason === 'Completed' && running) reason = conditionTrue(pod, 'Ready') ? 'Running' : 'NotReady';
    ({ restarts, last } = kept);
  }
  if (pod.metadata?.deletionTimestamp) {
    if (status?.reason === 'NodeLost') reason = 'Unknown';
    else if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') reason = 'Terminating';
  }
  const when = restarts > 0 && last > 0 ? ` (${age(new Date(last).toISOString(), now)} ago)` : '';
  return { ready: `${ready}/${total}`, status: reason, restarts: `${restarts}${when}` };
}

function count(tally: { restarts: number; last: number }, restarts: number, finished: number): void {
  tally.restarts += restarts;
  tally.last = Math.max(tally.last, finished);
}

function endOf(terminated: { reason?: string; signal?: number; exitCode: number }): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function conditionTrue(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
}

/** READINESS GATES: how many of a pod's gates are open, as in `1/2`; `<none>` for none. */
export function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => conditionTrue(pod, gate.conditionType)).length}/${gates.length}`;
}
