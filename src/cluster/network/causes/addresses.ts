import { inRange } from '../ipam.ts';
import { at, type Case, type Family, inNamespace, link, refOf, type ServiceObject, serviceOf } from './cause.ts';
import { slicesOf } from './endpoints.ts';

/** The packet found nobody who has its address. */
export const addresses: Family = {
  'icmp.unowned': (given) => [
    link('cluster-ip.icmp', {
      object: at(given.trace.service, 'spec.clusterIP'),
      facts: { service: given.trace.service?.name ?? '' },
      evidence: `ssh ${'node' in given.from.place ? given.from.place.node : given.network.flavour.nodes[0]?.name} sudo iptables-save | grep ${given.tuple.dst}`,
    }),
  ],
  'route.none': (given, step) => {
    const owner = ownerOf(given, given.tuple.dst);
    return [
      link('outside.no-route', {
        object: owner.object,
        facts: { address: given.tuple.dst, range: step.facts?.['cidr'] ?? '', owner: owner.what },
        evidence: 'kubectl get nodes -o wide',
      }),
      ...pending(owner.service),
    ];
  },
  'route.lost': (given) => {
    const { service } = given.trace;
    const { tuple } = given;
    if (service === undefined)
      return [
        link(inRange(tuple.dst, given.network.flavour.serviceCIDR) ? 'address.unassigned' : 'address.unknown', {
          facts: { address: tuple.dst },
          evidence: 'kubectl get services -A',
        }),
      ];
    const found = given.network.clients.resource<ServiceObject>('services').find(service.name, service.namespace);
    const ports = (found?.spec?.ports ?? []).map((port) => `${port.port}/${port.protocol ?? 'TCP'}`);
    const spoken = given.trace.purpose === 'udp' || given.trace.purpose === 'dns' ? 'UDP' : 'TCP';
    const other = (found?.spec?.ports ?? []).findIndex(
      (port) => port.port === tuple.dstPort && port.protocol !== spoken,
    );
    if (other >= 0)
      return [
        link('service.port-protocol', {
          object: at(service, `spec.ports[${other}].protocol`),
          facts: {
            service: service.name,
            port: String(tuple.dstPort),
            protocol: found?.spec?.ports?.[other]?.protocol ?? 'TCP',
            asked: spoken,
          },
          evidence: `kubectl get service ${service.name}${inNamespace(service.namespace)}`,
        }),
      ];
    return [
      link('service.port-unknown', {
        object: at(service, 'spec.ports'),
        facts: { asked: String(tuple.dstPort), ports: ports.join(', '), service: service.name },
        evidence: `kubectl get service ${service.name}${inNamespace(service.namespace)}`,
      }),
    ];
  },
  'host.none': (given, step) => {
    const address = step.facts?.['address'] ?? '';
    const first = link('address.unassigned', { facts: { address }, evidence: 'kubectl get pods -A -o wide' });
    const service = serviceOf(given);
    const ref = given.trace.service;
    if (service === undefined || ref === undefined) return [first];
    if (Object.keys(service.spec?.selector ?? {}).length === 0) return [first, byHand(given, service, address)];
    const { endpoint } = given.trace;
    return endpoint === undefined
      ? [first]
      : [
          first,
          link('pod.terminating', {
            object: endpoint,
            facts: { pod: endpoint.name, node: step.facts?.['node'] ?? '' },
            evidence: `kubectl get pods${inNamespace(endpoint.namespace)}`,
          }),
        ];
  },
};

/** A Service whose addresses a person wrote, and one of them is nobody's. */
function byHand(given: Case, service: ServiceObject, address: string) {
  const ref = refOf('Service', service);
  const [slice] = slicesOf(given, ref.name, ref.namespace ?? '');
  return link('endpoints.manual', {
    object: slice === undefined ? ref : at(refOf('EndpointSlice', slice), 'endpoints'),
    facts: {
      service: ref.name,
      address,
      port: String(given.trace.steps.find((each) => each.after !== undefined)?.after?.dstPort ?? ''),
      listens: '',
    },
    evidence: `kubectl get endpointslices -o yaml -l kubernetes.io/service-name=${ref.name}${inNamespace(ref.namespace)}`,
  });
}

/** A load balancer that its cloud has not made yet. */
function pending(service: ServiceObject | undefined) {
  if (service?.spec?.type !== 'LoadBalancer' || (service.status?.loadBalancer?.ingress ?? []).length > 0) return [];
  const ref = refOf('Service', service);
  return [
    link('balancer.pending', {
      object: at(ref, 'status.loadBalancer'),
      facts: { service: ref.name },
      evidence: `kubectl get service ${ref.name}${inNamespace(ref.namespace)}`,
    }),
  ];
}

/** Whose an address is that cannot be reached from outside. */
function ownerOf(given: Case, address: string) {
  const { network } = given;
  if (inRange(address, network.flavour.serviceCIDR)) {
    const service = network.clients
      .resource<ServiceObject>('services')
      .list()
      .find((each) => each.spec?.clusterIP === address);
    return {
      what: 'service',
      service,
      object: service === undefined ? undefined : at(refOf('Service', service), 'spec.type'),
    };
  }
  const place = network.ownerOf(address)?.place;
  const service = undefined;
  if (place?.at === 'pod')
    return { service, what: 'pod', object: { kind: 'Pod', name: place.pod, namespace: place.namespace } };
  if (place?.at === 'node') return { service, what: 'node', object: { kind: 'Node', name: place.node } };
  return { service, what: inRange(address, network.flavour.podCIDR) ? 'pod' : 'unknown', object: undefined };
}
