import type { Clients } from '../api/client.ts';
import { backendChanged, type PodObject, ServiceIndex, type ServiceObject } from './service-backends.ts';
import { keyOf } from './workqueue.ts';

/** The pods of one Service that have to be looked at. */
interface Pending {
  /** By uid: those that may have become, changed as, or ceased to be a backend. */
  readonly pods: Map<string, PodObject>;
  /** The Service itself changed, or is looked at for the first time: every pod counts. */
  everything: boolean;
}

export interface Batch {
  /** As they were at their last change; a pod that is gone is among them, too. */
  readonly pods: readonly PodObject[];
  /** There are more: ask again. */
  readonly more: boolean;
}

/**
 * Gathers, for each Service, which pods changed since it was last reconciled, so that a change among thousands costs as
 * much as one among two.
 */
export class BackendChanges {
  private readonly index = new ServiceIndex();
  private readonly pending = new Map<string, Pending>();
  private readonly onChange: (key: string) => void;
  private readonly clients: Clients;
  private readonly stops: (() => void)[];

  /** `onChange` is called with a Service's key whenever there is something new. */
  constructor(clients: Clients, onChange: (key: string) => void) {
    this.clients = clients;
    this.onChange = onChange;
    this.stops = [
      clients.resource<ServiceObject>('services').watch((event, previous) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const key = keyOf(event.object);
        if (event.type === 'DELETED') this.index.delete(key);
        else this.index.set(event.object);
        // A status alone (a load balancer's address) changes no backend.
        const { spec, metadata } = event.object;
        if (event.type === 'MODIFIED' && previous?.spec === spec && previous?.metadata?.labels === metadata?.labels)
          return;
        this.everything(key);
      }),
      clients.resource<PodObject>('pods').watch((event, previous) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const pod = event.object;
        if (pod.status?.podIP === undefined && previous?.status?.podIP === undefined) return;
        if (event.type === 'MODIFIED' && previous !== undefined && !backendChanged(previous, pod)) return;
        for (const key of this.index.selecting(pod)) this.podChanged(key, pod);
        if (previous !== undefined && previous.metadata?.labels !== pod.metadata?.labels)
          for (const key of this.index.selecting(previous)) this.podChanged(key, pod);
      }),
    ];
  }

  /** Every pod of the Service has to be looked at again. */
  everything(key: string): void {
    this.restart(key);
    this.onChange(key);
  }

  /** The same, for a reconcile that fails and is tried again anyway. */
  restart(key: string): void {
    this.of(key).everything = true;
  }

  /** At most `most` pods to look at now. `known` are those that were backends before, for when every pod counts. */
  take(service: ServiceObject, known: Iterable<PodObject>, most: number): Batch {
    const key = keyOf(service);
    const pending = this.pending.get(key);
    if (pending === undefined) return { pods: [], more: false };
    if (pending.everything) {
      pending.everything = false;
      for (const pod of known) pending.pods.set(pod.metadata?.uid ?? '', pod);
      const { namespace = '' } = service.metadata ?? {};
      for (const pod of this.clients.resource<PodObject>('pods').list({ namespace }))
        if (pod.status?.podIP !== undefined) pending.pods.set(pod.metadata?.uid ?? '', pod);
    }
    const pods: PodObject[] = [];
    for (const [uid, pod] of pending.pods) {
      if (pods.length === most) return { pods, more: true };
      pods.push(pod);
      pending.pods.delete(uid);
    }
    this.pending.delete(key);
    return { pods, more: false };
  }

  /** Nothing is of interest any more: the Service is gone. */
  forget(key: string): void {
    this.pending.delete(key);
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private of(key: string): Pending {
    let pending = this.pending.get(key);
    if (pending === undefined) {
      pending = { pods: new Map(), everything: false };
      this.pending.set(key, pending);
    }
    return pending;
  }

  private podChanged(key: string, pod: PodObject): void {
    this.of(key).pods.set(pod.metadata?.uid ?? '', pod);
    this.onChange(key);
  }
}
