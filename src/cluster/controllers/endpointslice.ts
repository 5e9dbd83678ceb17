import { same } from '../api/server.ts';
import type { EndpointSlice, KubeObject, Node } from '../api/types.ts';
import { BackendChanges } from './backend-changes.ts';
import { type Controller, controllerReference } from './context.ts';
import {
  backendOf,
  hasBackends,
  hostnameOf,
  type PodObject,
  portsOf,
  type ServiceObject,
  targetRef,
} from './service-backends.ts';
import { SliceLayout, type SliceObject, type SlicePort } from './slice-layout.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type SliceEndpoint = EndpointSlice['endpoints'][number];

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Pods looked at in one go, and the virtual ms until the next. */
const LOT = 100;
const LOT_PAUSE = 4;

const HANDED_OVER = { handedOver: true } as const;

interface Memory {
  readonly layout: SliceLayout;
  /** Pods that have a place, by uid. */
  readonly placed: Map<string, PodObject>;
}

/** pkg/controller/endpointslice: the backends of each Service with a selector, a hundred to a slice. */
export const endpointSliceController: Controller = ({ sim, clients }) => {
  const services = clients.resource<ServiceObject>('services');
  const pods = clients.resource<PodObject>('pods');
  const nodes = clients.resource<Node & KubeObject>('nodes');
  const slices = clients.resource<SliceObject>('endpointslices', 'discovery.k8s.io');
  const memories = new Map<string, Memory>();
  let writing = false;

  const queue = new WorkQueue(sim, { name: 'endpointslice', latency: 40 }, (key) => {
    const { namespace, name } = splitKey(key);
    const service = services.find(name, namespace);
    if (service === undefined) {
      // The slices go with their owner.
      memories.delete(key);
      changes.forget(key);
      return;
    }
    if (!hasBackends(service)) return;
    const memory = memories.get(key) ?? remember(key, service);
    const { pods: changed, more } = changes.take(service, memory.placed.values(), LOT);
    let trigger: string | undefined;
    for (const last of changed) {
      const uid = last.metadata?.uid ?? '';
      const found = pods.find(last.metadata?.name ?? '', namespace);
      const pod = found?.metadata?.uid === uid ? found : undefined;
      const endpoint = pod === undefined ? undefined : endpointOf(service, pod);
      if (pod === undefined || endpoint === undefined) {
        memory.layout.remove(uid);
        memory.placed.delete(uid);
        continue;
      }
      memory.layout.put(uid, endpoint, slicePorts(service, pod));
      memory.placed.set(uid, pod);
      const ready = pod.status?.conditions?.find((each) => each.type === 'Ready')?.lastTransitionTime ?? undefined;
      if (ready !== undefined && (trigger === undefined || ready < trigger)) trigger = ready;
    }
    if (more) queue.addAfter(key, LOT_PAUSE);
    write(service, memory.layout, trigger ?? service.metadata?.creationTimestamp);
  });

  const changes: BackendChanges = new BackendChanges(clients, (key) => queue.add(key));

  /** Begins with the slices that exist: after a restore every endpoint keeps its place. */
  function remember(key: string, service: ServiceObject): Memory {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const layout = new SliceLayout(
      slices
        .list({ namespace, labelSelector: `${SERVICE_NAME}=${name}` })
        .filter((slice) => slice.metadata?.labels?.[MANAGED_BY] === MANAGER),
    );
    const placed = new Map<string, PodObject>();
    for (const { targetRef: ref } of layout.endpoints())
      placed.set(ref?.uid ?? '', { metadata: { name: ref?.name ?? '', namespace, uid: ref?.uid ?? '' } });
    const memory = { layout, placed };
    memories.set(key, memory);
    return memory;
  }

  function endpointOf(service: ServiceObject, pod: PodObject): SliceEndpoint | undefined {
    const backend = backendOf(service, pod);
    if (backend === undefined) return undefined;
    const { nodeName } = pod.spec ?? {};
    const zone = nodes.find(nodeName ?? '')?.metadata?.labels?.['topology.kubernetes.io/zone'];
    return {
      addresses: [backend.ip],
      conditions: { ready: backend.ready, serving: backend.serving, terminating: backend.terminating },
      ...hostnameOf(pod, service),
      ...(nodeName === undefined ? {} : { nodeName }),
      targetRef: targetRef(pod),
      ...(zone === undefined ? {} : { zone }),
    };
  }

  function write(service: ServiceObject, layout: SliceLayout, trigger: string | undefined): void {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const labels = labelsOf(service);
    const note: Record<string, string> = trigger === undefined ? {} : { [TRIGGER_TIME]: trigger };
    const plan = layout.plan((slice) => same(slice.metadata?.labels, labels));
    writing = true;
    try {
      for (const { slice, endpoints, ports } of plan.update) {
        const { [TRIGGER_TIME]: _, ...annotations } = slice.metadata?.annotations ?? {};
        const { ports: __, ...rest } = slice;
        const made = slices.update(
          {
            ...rest,
            metadata: { ...slice.metadata, labels, annotations: { ...annotations, ...note } },
            endpoints,
            ...(ports.length === 0 ? {} : { ports: [...ports] }),
          },
          HANDED_OVER,
        );
        layout.written(slice, made);
      }
      for (const { endpoints, ports, created } of plan.create) {
        const made = slices.create(
          {
            apiVersion: 'discovery.k8s.io/v1',
            kind: 'EndpointSlice',
            metadata: {
              annotations: note,
              generateName: `${name}-`,
              labels,
              namespace,
              ownerReferences: [controllerReference(service)],
            },
            addressType: 'IPv4',
            endpoints,
            ...(ports.length === 0 ? {} : { ports: [...ports] }),
          },
          HANDED_OVER,
        );
        created(made);
      }
      for (const slice of plan.remove) {
        const { name: sliceName = '' } = slice.metadata ?? {};
        if (slices.find(sliceName, namespace) !== undefined) slices.delete(sliceName, namespace);
      }
    } catch (error) {
      // What was stored and what was not is found out anew.
      const key = keyOf(service);
      memories.delete(key);
      changes.restart(key);
      throw error;
    } finally {
      writing = false;
    }
  }

  const stop = slices.watch((event) => {
    if (writing || event.type === 'BOOKMARK' || event.type === 'ERROR' || event.type === 'ADDED') return;
    // Somebody else changed or deleted a slice: it is put right.
    const { labels, namespace } = event.object.metadata ?? {};
    const key = `${namespace}/${labels?.[SERVICE_NAME] ?? ''}`;
    if (labels?.[MANAGED_BY] !== MANAGER || !memories.has(key)) return;
    memories.delete(key);
    changes.everything(key);
  });
  return () => {
    queue.stop();
    changes.stop();
    stop();
  };
};

function labelsOf(service: ServiceObject): Record<string, string> {
  return {
    ...service.metadata?.labels,
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata?.name ?? '',
    ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  };
}

function slicePorts(service: ServiceObject, pod: PodObject): SlicePort[] {
  return portsOf(service, pod).map(({ port, number }) => ({
    ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    name: port.name ?? '',
    port: number,
    protocol: port.protocol ?? 'TCP',
  }));
}
