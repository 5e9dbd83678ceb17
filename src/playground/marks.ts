import type { Clients } from '../cluster/api/client.ts';
import type { EndpointSlice, KubeObject, Node, Pod, Service } from '../cluster/api/types.ts';
import type { Trace } from '../cluster/network/trace.ts';
import { refOf } from './build-scene.ts';
import { podState, podStatus } from './pod-state.ts';
import type { TimelineMark } from './protocol.ts';

/**
 * Watches the cluster for what is worth a mark on the time strip: pods that appear, become ready, fail or leave; Services,
 * endpoints and nodes that change. Calls back within the write that caused it. The result stops watching.
 */
export function watchMarks(clients: Clients, now: () => number, mark: (mark: TimelineMark) => void): () => void {
  const stops = [
    clients.resource<Pod & KubeObject>('pods').watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      const pod = event.object;
      const name = pod.metadata?.name ?? '';
      const put = (glyph: TimelineMark['glyph'], text: string) =>
        mark({ at: now(), lane: 'cluster', glyph, text, ref: refOf('Pod', pod) });
      if (event.type === 'ADDED') return put('pending', `pod/${name} created`);
      if (event.type === 'DELETED') return;
      const [before, after] = [previous === undefined ? undefined : podState(previous), podState(pod)];
      if (before === after) return;
      if (after === 'ready') put('ready', `pod/${name} is Ready`);
      else if (after === 'failed') put('failed', `pod/${name} ${podStatus(pod)}`);
      else if (after === 'terminating') put('terminating', `pod/${name} is terminating`);
      else if (after === 'notready' && before === 'ready') put('notready', `pod/${name} is not ready`);
    }),
    clients.resource<Service & KubeObject>('services').watch((event) => {
      if (event.type !== 'ADDED' && event.type !== 'DELETED') return;
      const name = event.object.metadata?.name ?? '';
      mark({
        at: now(),
        lane: 'cluster',
        glyph: 'service',
        text: `service/${name} ${event.type === 'ADDED' ? 'created' : 'deleted'}`,
        ref: refOf('Service', event.object),
      });
    }),
    clients.resource<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io').watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR' || event.type === 'DELETED') return;
      const [before, after] = [readyCount(previous), readyCount(event.object)];
      if (before === after) return;
      const service = event.object.metadata?.labels?.['kubernetes.io/service-name'] ?? '';
      const { namespace } = event.object.metadata ?? {};
      mark({
        at: now(),
        lane: 'cluster',
        glyph: after === 0 ? 'drop' : 'endpoint',
        text: `service/${service}: ${before} → ${after} ready endpoints`,
        ref: { kind: 'Service', name: service, ...(namespace === undefined ? {} : { namespace }) },
      });
    }),
    clients.resource<Node & KubeObject>('nodes').watch((event, previous) => {
      if (event.type !== 'MODIFIED') return;
      const [before, after] = [nodeReady(previous), nodeReady(event.object)];
      if (before === after) return;
      mark({
        at: now(),
        lane: 'cluster',
        glyph: 'node',
        text: `node/${event.object.metadata?.name ?? ''} is ${after ? 'Ready' : 'NotReady'}`,
        ref: refOf('Node', event.object),
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The marks of one exchange on the packets' lane: when it left, and when its answer (or its loss) was known. */
export function traceMarks(trace: Trace): TimelineMark[] {
  const glyph = trace.purpose === 'dns' ? 'dns' : trace.purpose === 'https' ? 'tls' : 'http';
  const text = `${trace.program} ${trace.target}`;
  const left: TimelineMark = { at: trace.at, lane: 'packets', glyph, trace: trace.id, text };
  if (trace.outcome === 'ok') return [left, { ...left, at: trace.at + finite(trace.duration), glyph: 'reply' }];
  return [{ ...left, glyph: 'drop', text: `${text}: ${trace.outcome}` }];
}

function finite(duration: number): number {
  return Number.isFinite(duration) ? duration : 0;
}

function readyCount(slice: EndpointSlice | undefined): number {
  return slice?.endpoints?.filter((endpoint) => endpoint.conditions?.ready !== false).length ?? 0;
}

function nodeReady(node: Node | undefined): boolean {
  return (
    node?.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}
