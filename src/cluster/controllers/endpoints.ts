import { same } from '../api/server.ts';
import type { Endpoints, KubeObject } from '../api/types.ts';
import { BackendChanges } from './backend-changes.ts';
import type { Controller } from './context.ts';
import {
  backendOf,
  hasBackends,
  hostnameOf,
  type PodObject,
  portsOf,
  type ServiceObject,
  targetRef,
} from './service-backends.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type EndpointsObject = Endpoints & KubeObject;
type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];
type Port = NonNullable<Subset['ports']>[number];

/** The most addresses of one object; more are left out (maxCapacity). */
const CAPACITY = 1000;

/** Pods looked at in one go, and the virtual ms until the next. */
const LOT = 100;
const LOT_PAUSE = 2;

const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Entry {
  readonly pod: PodObject;
  readonly address: Address;
  /** The address as a number, to sort by. */
  readonly order: number;
  readonly ready: boolean;
  /** Ports and their key: addresses of the same ports share a subset. */
  readonly ports: readonly Port[];
  readonly group: string;
}

const HANDED_OVER = { handedOver: true } as const;

interface Memory {
  readonly entries: Map<string, Entry>;
  /** What was written last, to see at once that nothing changed. */
  written: readonly Entry[] | undefined;
  /** Since when something is to be told: metav1.Time of the earliest change that is not written yet. */
  trigger: string | undefined;
}

/** pkg/controller/endpoint: the Endpoints object of each Service with a selector. */
export const endpointsController: Controller = ({ sim, clients }) => {
  const services = clients.resource<ServiceObject>('services');
  const pods = clients.resource<PodObject>('pods');
  const endpoints = clients.resource<EndpointsObject>('endpoints');
  const memories = new Map<string, Memory>();

  const queue = new WorkQueue(sim, { name: 'endpoint', latency: 45 }, (key) => {
    const { namespace, name } = splitKey(key);
    const service = services.find(name, namespace);
    if (service === undefined) {
      memories.delete(key);
      changes.forget(key);
      if (endpoints.find(name, namespace) !== undefined) endpoints.delete(name, namespace);
      return;
    }
    if (!hasBackends(service)) return;
    let memory = memories.get(key);
    if (memory === undefined) {
      memory = { entries: new Map(), written: undefined, trigger: service.metadata?.creationTimestamp };
      memories.set(key, memory);
    }
    const { entries } = memory;
    const batch = changes.take(service, podsOf(entries), LOT);
    for (const pod of batch.pods) note(service, pod, memory);
    if (batch.more) queue.addAfter(key, LOT_PAUSE);
    else write(service, memory);
  });

  const changes: BackendChanges = new BackendChanges(clients, (key) => {
    // A large object takes longer to put together, which keeps its writes few.
    queue.addAfter(key, 45 + Math.min(memories.get(key)?.entries.size ?? 0, CAPACITY) / 5);
  });

  function note(service: ServiceObject, last: PodObject, memory: Memory): void {
    const { name = '', namespace, uid = '' } = last.metadata ?? {};
    const found = pods.find(name, namespace);
    const pod = found?.metadata?.uid === uid ? found : undefined;
    const entry = pod === undefined ? undefined : entryOf(service, pod);
    const ready = pod?.status?.conditions?.find((each) => each.type === 'Ready')?.lastTransitionTime ?? sim.timestamp();
    if (memory.trigger === undefined || ready < memory.trigger) memory.trigger = ready;
    if (entry === undefined) memory.entries.delete(uid);
    else memory.entries.set(uid, entry);
  }

  function write(service: ServiceObject, memory: Memory): void {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const old = endpoints.find(name, namespace);
    const shown = chosen(memory);
    const over = memory.entries.size > shown.length;
    const labels = {
      ...service.metadata?.labels,
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
    };
    const unchanged =
      old !== undefined &&
      memory.written !== undefined &&
      shown.length === memory.written.length &&
      shown.every((entry, index) => entry === memory.written?.[index]) &&
      same(old.metadata?.labels, labels) &&
      (old.metadata?.annotations?.[OVER_CAPACITY] !== undefined) === over;
    if (unchanged) return;
    const subsets = subsetsOf(shown);
    const { [OVER_CAPACITY]: _, [TRIGGER_TIME]: __, ...annotations } = old?.metadata?.annotations ?? {};
    const trigger = memory.trigger;
    const made: EndpointsObject = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        ...old?.metadata,
        name,
        namespace,
        labels,
        annotations: {
          ...annotations,
          ...(trigger === undefined ? {} : { [TRIGGER_TIME]: trigger }),
          ...(over ? { [OVER_CAPACITY]: 'truncated' } : {}),
        },
      },
      ...(subsets.length === 0 ? {} : { subsets }),
    };
    // After a restore nothing is known of what was written; the object itself tells.
    if (old === undefined) endpoints.create(made, HANDED_OVER);
    else if (!same(old.subsets ?? [], subsets) || !same(old.metadata?.labels, labels))
      endpoints.update(made, HANDED_OVER);
    memory.written = shown;
    memory.trigger = undefined;
  }

  const stop = endpoints.watch((event) => {
    // Somebody else deleted it: it comes back.
    if (event.type === 'DELETED' && services.find(event.object.metadata?.name ?? '', event.object.metadata?.namespace))
      changes.everything(keyOf(event.object));
  });
  return () => {
    queue.stop();
    changes.stop();
    stop();
  };
};

/** The pods behind the entries; nothing is gone through unless somebody asks. */
function* podsOf(entries: ReadonlyMap<string, Entry>): Iterable<PodObject> {
  for (const { pod } of entries.values()) yield pod;
}

function entryOf(service: ServiceObject, pod: PodObject): Entry | undefined {
  const backend = backendOf(service, pod);
  const all = service.spec?.publishNotReadyAddresses === true;
  // v1 Endpoints know no terminating addresses.
  if (backend === undefined || (backend.terminating && !all)) return undefined;
  const ports = portsOf(service, pod).map(
    ({ port, number }): Port => ({
      ...((port.name ?? '') === '' ? {} : { name: port.name ?? '' }),
      port: number,
      protocol: port.protocol ?? 'TCP',
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    }),
  );
  if (ports.length === 0 && (service.spec?.ports ?? []).length > 0) return undefined;
  const node = pod.spec?.nodeName;
  return {
    pod,
    ready: backend.ready,
    ports,
    group: JSON.stringify(ports),
    order: backend.ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0),
    address: {
      ...hostnameOf(pod, service),
      ip: backend.ip,
      ...(node === undefined ? {} : { nodeName: node }),
      targetRef: targetRef(pod),
    },
  };
}

/** The entries that fit into one object: ready ones first, those that are in it already before others. Sorted by address. */
function chosen({ entries, written }: Memory): readonly Entry[] {
  const full = entries.size > CAPACITY && written?.length === CAPACITY;
  if (full && written.every((entry) => entry.ready && entries.get(entry.pod.metadata?.uid ?? '') === entry))
    return written;
  let found = [...entries.values()];
  if (found.length > CAPACITY) {
    const kept = new Set((written ?? []).map((entry) => entry.pod.metadata?.uid ?? ''));
    const rank = (entry: Entry) => (entry.ready ? 0 : 2) + (kept.has(entry.pod.metadata?.uid ?? '') ? 0 : 1);
    const ranks: Entry[][] = [[], [], [], []];
    for (const entry of found) ranks[rank(entry)]?.push(entry);
    found = ranks.flat().slice(0, CAPACITY);
  }
  return found.sort((a, b) => a.order - b.order);
}

function subsetsOf(entries: readonly Entry[]): Subset[] {
  const groups = new Map<string, { ready: Address[]; notReady: Address[]; ports: readonly Port[] }>();
  for (const { group, ports, ready, address } of entries) {
    let subset = groups.get(group);
    if (subset === undefined) {
      subset = { ready: [], notReady: [], ports };
      groups.set(group, subset);
    }
    (ready ? subset.ready : subset.notReady).push(address);
  }
  return [...groups.values()].map(({ ready, notReady, ports }) => ({
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports: [...ports] }),
  }));
}
