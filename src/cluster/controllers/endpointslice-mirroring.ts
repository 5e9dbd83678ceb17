import { same } from '../api/server.ts';
import type { EndpointSlice, Endpoints, KubeObject, Service } from '../api/types.ts';
import { type Controller, controllerReference } from './context.ts';
import { MANAGED_BY, SERVICE_NAME } from './endpointslice.ts';
import { hasBackends } from './service-backends.ts';
import { SliceLayout, type SliceObject, type SlicePort } from './slice-layout.ts';
import { keyOf, splitKey, WorkQueue } from './workqueue.ts';

type EndpointsObject = Endpoints & KubeObject;
type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

/** Annotations that stay behind (pkg/controller/endpointslicemirroring, cloneAndRemoveKeys). */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'endpoints.kubernetes.io/over-capacity',
]);

/** pkg/controller/endpointslicemirroring: Endpoints that a person wrote, for a Service without selector, as slices. */
export const endpointSliceMirroringController: Controller = ({ sim, clients }) => {
  const services = clients.resource<Service & KubeObject>('services');
  const endpoints = clients.resource<EndpointsObject>('endpoints');
  const slices = clients.resource<SliceObject>('endpointslices', 'discovery.k8s.io');

  const queue = new WorkQueue(sim, { name: 'endpointslicemirroring', latency: 60 }, (key) => {
    const { namespace, name } = splitKey(key);
    const source = endpoints.find(name, namespace);
    const service = services.find(name, namespace);
    const mirrored = slices
      .list({ namespace, labelSelector: `${SERVICE_NAME}=${name}` })
      .filter((slice) => slice.metadata?.labels?.[MANAGED_BY] === MANAGER);
    if (source === undefined || service === undefined || !isMirrored(source, service)) {
      for (const slice of mirrored) slices.delete(slice.metadata?.name ?? '', namespace);
      return;
    }
    mirror(source, mirrored);
  });

  function mirror(source: EndpointsObject, mirrored: readonly SliceObject[]): void {
    const { name = '', namespace = '' } = source.metadata ?? {};
    const layout = new SliceLayout(mirrored);
    const wanted = new Set<string>();
    for (const subset of source.subsets ?? []) {
      const ports = portsOf(subset);
      const put = (address: Address, ready: boolean) => {
        const id = address.targetRef?.uid ?? address.ip;
        wanted.add(id);
        layout.put(id, endpointOf(address, ready), ports);
      };
      for (const address of subset.addresses ?? []) put(address, true);
      for (const address of subset.notReadyAddresses ?? []) put(address, false);
    }
    for (const endpoint of [...layout.endpoints()]) {
      const id = endpoint.targetRef?.uid ?? endpoint.addresses[0] ?? '';
      if (!wanted.has(id)) layout.remove(id);
    }
    const labels = { ...source.metadata?.labels, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name };
    const kept = Object.entries(source.metadata?.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
    const annotations = Object.fromEntries(kept);
    const plan = layout.plan((slice) => same(slice.metadata?.labels, labels));
    for (const { slice, endpoints: list, ports } of plan.update)
      slices.update({
        ...slice,
        metadata: { ...slice.metadata, labels, annotations },
        endpoints: list,
        ports: [...ports],
      });
    // A source without addresses has no slice at all.
    for (const { endpoints: list, ports } of plan.create.filter((each) => each.endpoints.length > 0))
      slices.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          ...(kept.length === 0 ? {} : { annotations }),
          generateName: `${name}-`,
          labels,
          namespace,
          ownerReferences: [controllerReference(source)],
        },
        addressType: 'IPv4',
        endpoints: list,
        ports: [...ports],
      });
    for (const slice of plan.remove) slices.delete(slice.metadata?.name ?? '', namespace);
  }

  const stops = [
    endpoints.watch((event) => {
      if (event.type !== 'BOOKMARK' && event.type !== 'ERROR') queue.add(keyOf(event.object));
    }),
    services.watch((event, previous) => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
      if (event.type === 'MODIFIED' && event.object.spec === previous?.spec) return;
      queue.add(keyOf(event.object));
    }),
    slices.watch((event) => {
      if (event.type !== 'DELETED' && event.type !== 'MODIFIED') return;
      const { labels, namespace } = event.object.metadata ?? {};
      if (labels?.[MANAGED_BY] === MANAGER) queue.add(`${namespace}/${labels[SERVICE_NAME] ?? ''}`);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

function isMirrored(source: EndpointsObject, service: Service): boolean {
  const { labels, annotations } = source.metadata ?? {};
  return labels?.[SKIP] !== 'true' && annotations?.[LEADER] === undefined && !hasBackends(service);
}

function portsOf(subset: Subset): SlicePort[] {
  return (subset.ports ?? []).map((port) => ({
    ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    name: port.name ?? '',
    port: port.port,
    protocol: port.protocol ?? 'TCP',
  }));
}

function endpointOf(address: Address, ready: boolean): EndpointSlice['endpoints'][number] {
  return {
    addresses: [address.ip],
    conditions: { ready },
    ...(address.hostname === undefined ? {} : { hostname: address.hostname }),
    ...(address.nodeName === undefined ? {} : { nodeName: address.nodeName }),
    ...(address.targetRef === undefined ? {} : { targetRef: address.targetRef }),
  };
}
