import type { Trace } from '../../cluster/network/trace.ts';

/** One thing that a person asked for: its look-ups and what they were made for. */
export interface AskedRequest {
  readonly group: number;
  readonly traces: readonly Trace[];
  /** The exchange that decided it. */
  readonly decisive: Trace;
  readonly ok: boolean;
}

/** The exchange that decided a request: the one that its look-ups were made for, else the look-up that told most. */
export function verdictOf(traces: readonly Trace[]): Trace | undefined {
  const request = traces.filter((trace) => trace.purpose !== 'dns' && trace.purpose !== 'probe');
  const asked = request.filter((trace) => trace.program !== 'ssh');
  const failed = traces.find((trace) => trace.outcome !== 'ok');
  const found = traces.findLast((trace) => trace.outcome === 'ok');
  return asked.at(-1) ?? request.at(-1) ?? (onlyNames(traces) ? (found ?? failed) : (failed ?? found));
}

/** Whether the look-ups were all that was wanted: the others have them made for a request that follows. */
function onlyNames(traces: readonly Trace[]): boolean {
  return traces.every((trace) => ['nslookup', 'dig', 'host'].includes(trace.program));
}

/** Whether an exchange did what its client wanted: an answer came, and it is no error. */
export function arrived(trace: Trace): boolean {
  if (trace.outcome !== 'ok') return false;
  const status = trace.steps.find((step) => step.code === 'server.answer')?.facts?.['status'];
  return status === undefined || Number.parseInt(status, 10) < 400;
}

/** The requests among traces, oldest first; those of the cluster's own components left out. */
export function requestsOf(traces: readonly Trace[]): AskedRequest[] {
  const groups = new Map<number, Trace[]>();
  for (const trace of traces) {
    if (trace.purpose === 'probe' || trace.purpose === 'healthcheck' || trace.program === 'coredns') continue;
    const group = groups.get(trace.group);
    if (group === undefined) groups.set(trace.group, [trace]);
    else group.push(trace);
  }
  return [...groups].flatMap(([group, found]) => {
    const decisive = verdictOf(found);
    return decisive === undefined ? [] : [{ group, traces: found, decisive, ok: arrived(decisive) }];
  });
}

/** The last request that failed. */
export function lastFailure(traces: readonly Trace[]): AskedRequest | undefined {
  return requestsOf(traces).findLast((each) => !each.ok);
}
