import { mapSelector } from '../api/selectors.ts';
import { same } from '../api/server.ts';
import type { KubeObject, Pod, Service, ServicePort } from '../api/types.ts';
import { isFinished, isReady } from './context.ts';
import { keyOf } from './workqueue.ts';

export type PodObject = Pod & KubeObject;
export type ServiceObject = Service & KubeObject;

/** One backend of a Service: a pod with an address, and how it stands. */
export interface Backend {
  readonly pod: PodObject;
  readonly ip: string;
  /** Takes traffic: serves and stays, or is published whatever it is. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** A Service that pods are looked for: with a selector, and not just another name. */
export function hasBackends(service: Service): boolean {
  return service.spec?.selector !== undefined && service.spec.selector !== null && service.spec.type !== 'ExternalName';
}

/** The pod as a backend of a Service that selects it; undefined while it has no address or once it is done. */
export function backendOf(service: Service, pod: PodObject): Backend | undefined {
  const ip = pod.status?.podIP;
  if (ip === undefined || ip === '' || isFinished(pod)) return undefined;
  if (pod.metadata?.namespace !== service.metadata?.namespace) return undefined;
  if (!mapSelector(service.spec?.selector).matches(pod.metadata?.labels)) return undefined;
  const serving = isReady(pod);
  const terminating = pod.metadata?.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  return { pod, ip, serving, terminating, ready };
}

/** A port of a Service with the number that it means for one pod. */
export interface BackendPort {
  readonly port: ServicePort;
  readonly number: number;
}

/** The Service's ports that the pod has. */
export function portsOf(service: Service, pod: Pod): BackendPort[] {
  const found: BackendPort[] = [];
  for (const port of service.spec?.ports ?? []) {
    const number = targetPort(pod, port);
    if (number !== undefined) found.push({ port, number });
  }
  return found;
}

/** The number a Service's targetPort means for a pod (podutil.FindPort): undefined when the pod has no port of that name. */
export function targetPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target === 0 ? port.port : target;
  if (target === '') return port.port;
  const sidecars = (pod.spec?.initContainers ?? []).filter((each) => each.restartPolicy === 'Always');
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars])
    for (const each of container.ports ?? [])
      if (each.name === target && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return each.containerPort;
  return undefined;
}

/** The DNS name of a pod within a headless Service: its hostname, when its subdomain is the Service. */
export function hostnameOf(pod: Pod, service: Service): { hostname?: string } {
  const { hostname = '', subdomain } = pod.spec ?? {};
  return hostname !== '' && subdomain === service.metadata?.name ? { hostname } : {};
}

/** What Endpoints and slices say of the pod behind an address. */
export function targetRef(pod: Pod) {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  return { kind: 'Pod', name, namespace, uid };
}

/** Whether a pod's change can matter to the Services that select it (endpointutil.podEndpointsChanged). */
export function backendChanged(before: PodObject, after: PodObject): boolean {
  if (
    before.spec !== after.spec &&
    (before.spec?.nodeName !== after.spec?.nodeName || before.spec?.hostname !== after.spec?.hostname)
  )
    return true;
  if (before.metadata?.deletionTimestamp !== after.metadata?.deletionTimestamp) return true;
  const labels = after.metadata?.labels;
  if (before.metadata?.labels !== labels && !same(before.metadata?.labels, labels)) return true;
  if (before.status === after.status) return false;
  return (
    before.status?.podIP !== after.status?.podIP ||
    isFinished(before) !== isFinished(after) ||
    isReady(before) !== isReady(after)
  );
}

/**
 * Finds the Services that select a pod by one pair of its labels, so that a pod's change does not cost a look at every
 * Service.
 */
export class ServiceIndex {
  private readonly services = new Map<string, ServiceObject>();
  private readonly byTerm = new Map<string, Set<string>>();

  /** Takes in a Service as it is now. */
  set(service: ServiceObject): void {
    const key = keyOf(service);
    this.delete(key);
    const term = termOf(service);
    if (!hasBackends(service) || term === undefined) return;
    this.services.set(key, service);
    const keys = this.byTerm.get(term);
    if (keys === undefined) this.byTerm.set(term, new Set([key]));
    else keys.add(key);
  }

  delete(key: string): void {
    const old = this.services.get(key);
    if (old === undefined) return;
    this.services.delete(key);
    const term = termOf(old) ?? '';
    const keys = this.byTerm.get(term);
    keys?.delete(key);
    if (keys?.size === 0) this.byTerm.delete(term);
  }

  /** Keys of the Services that select the pod. */
  selecting(pod: PodObject): string[] {
    const found: string[] = [];
    if (this.byTerm.size === 0) return found;
    const { namespace = '', labels = {} } = pod.metadata ?? {};
    for (const label in labels) {
      const keys = this.byTerm.get(`${namespace}|${label}=${labels[label]}`);
      for (const key of keys ?? [])
        if (mapSelector(this.services.get(key)?.spec?.selector).matches(labels)) found.push(key);
    }
    return found;
  }
}

/** The pair of the selector by which a Service is found. */
function termOf(service: ServiceObject): string | undefined {
  const selector = service.spec?.selector ?? {};
  for (const label in selector) return `${service.metadata?.namespace ?? ''}|${label}=${selector[label]}`;
  return undefined;
}
