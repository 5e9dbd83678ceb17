import type { Trace, TraceStep } from '../../../cluster/network/trace.ts';
import type { Highlights } from '../layout/picture.ts';
import { hueOf, traceHue } from './hue.ts';

/**
 * How far ahead of the packet the path may be shown. Nobody knows where it goes beyond the next decision: up to the rules that
 * will choose, up to the server that will answer. Returns the index of the last step that may be drawn.
 */
export function revealedUntil(trace: Trace, hop: number): number {
  const { steps } = trace;
  let last = Math.min(hop, steps.length - 1);
  for (let next = last + 1; next < steps.length; next++) {
    const before = steps[next - 1];
    const step = steps[next];
    if (before === undefined || step === undefined) break;
    const ahead = next - 1 > hop;
    if (ahead && decides(before)) break;
    if (ahead && step.direction === 'reply' && turns(before, step)) break;
    last = next;
  }
  return last;
}

/** A step whose outcome cannot be known before it happens. */
function decides(step: TraceStep): boolean {
  return step.verdict === 'rewrite' || step.verdict === 'reject' || step.verdict === 'drop';
}

function turns(before: TraceStep, step: TraceStep): boolean {
  return before.direction === 'request' || before.verdict === 'answer' || step.verdict !== 'answer';
}

/** Whether the way from one step to the next is walked by an answer. */
export function isReplyLeg(from: TraceStep, to: TraceStep): boolean {
  if (from.direction === 'reply') return true;
  if (to.direction !== 'reply') return false;
  return from.verdict !== 'forward' && from.verdict !== 'rewrite'
    ? true
    : to.component === 'client' || to.component === 'resolver';
}

/** What the packet has touched once it is at `hop`: lit in its colour. */
export function highlightsOf(trace: Trace, hop: number): Highlights {
  const nodes: string[] = [];
  const pods: string[] = [];
  const rules: Highlights['rules'][number][] = [];
  let service: string | undefined;
  let endpoint: string | undefined;
  const seen = revealedUntil(trace, hop);
  const firstPacket = trace.steps[0]?.packet ?? 'tcp';
  trace.steps.forEach((step, index) => {
    if (index > seen) return;
    const place = step.place;
    if ('node' in place && !nodes.includes(place.node)) nodes.push(place.node);
    if (place.at === 'pod') {
      const key = `${place.namespace}/${place.pod}`;
      if (!pods.includes(key)) pods.push(key);
    }
    if (index > hop || place.at !== 'rules' || step.direction !== 'request') return;
    if (step.object?.kind === 'Service') service = `${step.object.namespace ?? ''}/${step.object.name}`;
    const target =
      step.rewrite === 'DNAT' && step.after !== undefined ? `${step.after.dst}:${step.after.dstPort}` : undefined;
    if (target !== undefined) endpoint = step.after?.dst;
    const refused = step.verdict === 'reject' || step.verdict === 'drop';
    if (target !== undefined || refused) {
      rules.push({
        node: place.node,
        ...(service === undefined ? {} : { service }),
        ...(target === undefined ? {} : { endpoint: target }),
        ...(refused ? { refused } : {}),
      });
    }
  });
  if (service === undefined && trace.service !== undefined)
    service = `${trace.service.namespace ?? ''}/${trace.service.name}`;
  return {
    hue: firstPacket === 'dns' ? 'dns' : traceHue(trace) === 'tls' ? 'tls' : hueOf(firstPacket, 'request'),
    nodes,
    pods,
    rules,
    ...(service === undefined ? {} : { service }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
