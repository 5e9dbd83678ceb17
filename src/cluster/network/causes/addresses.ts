import { inRange } from '../ipam.ts';
import { at, type Case, type Family, inNamespace, link, refOf, type ServiceObject } from './cause.ts';

/** The packet found nobody who has its address. */
export const addresses: Family = {
  'icmp.unowned': (given) => [
    link('cluster-ip.icmp', {
      object: at(given.trace.service, 'spec.clusterIP'),
      facts: { service: given.trace.service?.name ?? '' },
      evidence: 'sudo iptables-save | grep KUBE-SERVICES',
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
    return [
      link('service.port-unknown', {
        object: at(service, 'spec.ports'),
        facts: { asked: String(tuple.dstPort), ports: ports.join(', '), service: service.name },
        evidence: `kubectl get service ${service.name}${inNamespace(service.namespace)}`,
      }),
    ];
  },
  'host.none': (_, step) => [
    link('address.unassigned', {
      facts: { address: step.facts?.['address'] ?? '' },
      evidence: 'kubectl get pods -A -o wide',
    }),
  ],
};

/** Whose an address is that cannot be reached from outside. */
function ownerOf(given: Case, address: string) {
  const { network } = given;
  if (inRange(address, network.flavour.serviceCIDR)) {
    const service = network.clients
      .resource<ServiceObject>('services')
      .list()
      .find((each) => each.spec?.clusterIP === address);
    return { what: 'service', object: service === undefined ? undefined : at(refOf('Service', service), 'spec.type') };
  }
  const place = network.ownerOf(address)?.place;
  if (place?.at === 'pod') return { what: 'pod', object: { kind: 'Pod', name: place.pod, namespace: place.namespace } };
  if (place?.at === 'node') return { what: 'node', object: { kind: 'Node', name: place.node } };
  return { what: inRange(address, network.flavour.podCIDR) ? 'pod' : 'unknown', object: undefined };
}
