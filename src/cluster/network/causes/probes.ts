import type { Container, Event, KubeObject } from '../../api/types.ts';
import type { CauseLink } from '../trace.ts';
import { at, type Case, link, type PodObject } from './cause.ts';
import { openPorts, type Workload } from './workloads.ts';

/** The newest message of a reason about the pod that begins so. */
export function lastEvent(given: Case, pod: PodObject, reason: string, beginning = ''): string | undefined {
  return given.network.clients
    .resource<Event & KubeObject>('events')
    .list({
      namespace: pod.metadata?.namespace ?? '',
      fieldSelector: `involvedObject.name=${pod.metadata?.name ?? ''}`,
    })
    .filter((event) => event.reason === reason && event.message?.startsWith(beginning) === true)
    .at(-1)?.message;
}

/**
 * Why the kubelet has ended a container that did what it should: its liveness probe asks for what is not there. Undefined when no
 * liveness probe has ended it.
 */
export function liveness(
  given: Case,
  pod: PodObject,
  made: Workload,
  name: string,
  path: string,
  evidence: string,
): CauseLink[] | undefined {
  const probe = made.spec.containers.find((each) => each.name === name)?.livenessProbe;
  if (probe === undefined) return undefined;
  if (lastEvent(given, pod, 'Killing', `Container ${name} failed liveness probe`) === undefined) return undefined;
  return probing(given, pod, made, name, path, evidence, 'livenessProbe');
}

/** The ports that are open; of a container that is being restarted just now, those that it declares. */
function listening(given: Case, pod: PodObject, container: Container): number[] {
  const open = openPorts(given, pod, 'TCP');
  return open.length > 0 ? open : (container.ports ?? []).map((each) => each.containerPort);
}

/** The container runs, and its readiness probe says no; or it does not run, because its liveness probe said so. */
export function probing(
  given: Case,
  pod: PodObject,
  made: Workload,
  name: string,
  path: string,
  evidence: string,
  kind: 'readinessProbe' | 'livenessProbe' = 'readinessProbe',
): CauseLink[] {
  const container = made.spec.containers.find((each) => each.name === name);
  const probe = container?.[kind];
  if (container === undefined || probe === undefined) return startup(container, made, path, evidence);
  const message = lastEvent(given, pod, 'Unhealthy', kind === 'livenessProbe' ? 'Liveness' : '');
  const where = `${path}.${kind}`;
  const facts = { pod: pod.metadata?.name ?? '', container: name };
  if (message === undefined)
    return [
      link('probe.waiting', {
        object: at(made.ref, `${where}.initialDelaySeconds`),
        facts: { ...facts, delay: String(probe.initialDelaySeconds ?? 0) },
        evidence,
      }),
    ];
  const failing = link('probe.failing', { object: at(made.ref, where), facts: { ...facts, message }, evidence });
  const listens = listening(given, pod, container);
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port;
  const way = probe.httpGet === undefined ? 'tcpSocket' : 'httpGet';
  if (asked !== undefined && /connection refused/.test(message))
    return [
      failing,
      link('probe.port-wrong', {
        object: at(made.ref, `${where}.${way}.port`),
        facts: { ...facts, port: String(asked), listens: listens.join(',') },
        evidence: `ssh ${pod.spec?.nodeName} curl -sS ${pod.status?.podIP}:${portNumber(container, asked)}`,
      }),
    ];
  const status = /statuscode: (\d+)/.exec(message)?.[1];
  if (status !== undefined)
    return [
      failing,
      link('probe.path-wrong', {
        object: at(made.ref, `${where}.httpGet.path`),
        facts: {
          ...facts,
          path: probe.httpGet?.path ?? '/',
          status,
          ...(probe.httpGet?.scheme === undefined ? {} : { scheme: probe.httpGet.scheme }),
        },
        evidence: `ssh ${pod.spec?.nodeName} curl -sSI ${pod.status?.podIP}:${portNumber(container, probe.httpGet?.port ?? 80)}${probe.httpGet?.path ?? '/'}`,
      }),
    ];
  if (probe.exec !== undefined)
    return [
      failing,
      link('probe.command-fails', {
        object: at(made.ref, `${where}.exec.command`),
        facts: { ...facts, command: (probe.exec.command ?? []).join(' ') },
        evidence,
      }),
    ];
  return [failing];
}

function portNumber(container: Container, port: number | string): number | string {
  return container.ports?.find((each) => each.name === port)?.containerPort ?? port;
}

function startup(container: Container | undefined, made: Workload, path: string, evidence: string): CauseLink[] {
  if (container?.startupProbe === undefined) return [];
  return [
    link('probe.failing', {
      object: at(made.ref, `${path}.startupProbe`),
      facts: { pod: '', container: container.name, message: 'startup probe' },
      evidence,
    }),
  ];
}
