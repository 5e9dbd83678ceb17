import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject, Service } from '../api/types.ts';
import { age } from './duration.ts';
import { fill } from './fields.ts';
import { cidrWarnings, ipWarnings } from './ip.ts';
import { formatMap } from './labels.ts';
import {
  allocate,
  dropTypeFields,
  externallyAccessible,
  isHeadless,
  keepAllocated,
  normalizeClusterIPs,
} from './service-allocation.ts';
import { validateService, validateServiceUpdate } from './service-validation.ts';
import { AGE, column, NAME, wide } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type ServiceObject = Service & KubeObject;
type Spec = NonNullable<Service['spec']>;

/** How long a client stays with its endpoint, when a service has affinity: three hours. */
const AFFINITY_SECONDS = 10_800;

export const service: KindDefinition<ServiceObject> = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['proxy', 'status'],
  selectableFields: {
    'spec.clusterIP': (object) => object.spec?.clusterIP ?? '',
    'spec.type': (object) => object.spec?.type ?? '',
  },
  setDefaults(object) {
    object.spec ??= {};
    const { spec } = object;
    spec.sessionAffinity ||= 'None';
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
    if (spec.sessionAffinity === 'ClientIP')
      spec.sessionAffinityConfig = {
        clientIP: { timeoutSeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS },
      };
    spec.type ||= 'ClusterIP';
    for (const port of spec.ports ?? []) {
      port.protocol ||= 'TCP';
      port.targetPort ||= port.port;
    }
    if (externallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
    if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) fill(spec, 'internalTrafficPolicy', 'Cluster');
    if (spec.type === 'LoadBalancer') fill(spec, 'allocateLoadBalancerNodePorts', true);
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { loadBalancer: {} };
    const spec = object.spec ?? {};
    normalizeClusterIPs(spec, undefined);
    defaultFamilies(spec);
  },
  prepareForUpdate(object, old) {
    const spec = object.spec ?? {};
    const before = old.spec ?? {};
    normalizeClusterIPs(spec, before);
    keepAllocated(spec, before);
    dropTypeFields(spec, before);
    defaultFamilies(spec);
    if (spec.type !== 'LoadBalancer') (object as KubeObject)['status'] = { ...old.status, loadBalancer: {} };
  },
  beforeStore: allocate,
  validate: (object) => validateService(object).list,
  updateFirst: true,
  validateUpdate: (object, old) => validateServiceUpdate(object, old).list,
  warnings: (object, old) => [
    ...serverWarnings(object),
    ...unsimulatedWarnings('', object, old, OBJECT_FIELDS['Service'] ?? []),
  ],
  columns: [
    NAME,
    column('Type', 'type determines how the Service is exposed. Defaults to ClusterIP.'),
    column('Cluster-IP', 'clusterIP is the IP address of the service and is usually assigned randomly.'),
    column(
      'External-IP',
      'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
    ),
    column('Port(s)', 'The list of ports that are exposed by this service.'),
    AGE,
    wide('Selector', 'Route service traffic to pods with label keys and values matching this selector.'),
  ],
  row(object, now) {
    const { spec } = object;
    return [
      object.metadata?.name ?? '',
      spec?.type ?? '',
      spec?.clusterIPs?.[0] ?? (spec?.clusterIP || '<none>'),
      externalAddress(object),
      formatPorts(spec),
      age(object.metadata?.creationTimestamp, now),
      formatMap(spec?.selector),
    ];
  },
};

/** alloc.initIPFamilyFields, in a cluster that has IPv4 alone. */
function defaultFamilies(spec: Spec): void {
  if (spec.type === 'ExternalName') return;
  if (isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0) {
    // Whoever makes such endpoints by hand may make them of both families, whatever the cluster has.
    fill(spec, 'ipFamilyPolicy', 'RequireDualStack');
    fill(spec, 'ipFamilies', spec.ipFamilyPolicy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6']);
    return;
  }
  fill(spec, 'ipFamilyPolicy', 'SingleStack');
  fill(spec, 'ipFamilies', ['IPv4']);
}

/** pkg/api/service/warnings.go */
function serverWarnings(object: ServiceObject): string[] {
  const { spec, metadata } = object;
  const found: string[] = [];
  if (metadata?.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined)
    found.push(
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    );
  for (const [index, ip] of (spec?.clusterIPs ?? []).entries())
    found.push(...ipWarnings(`spec.clusterIPs[${index}]`, ip));
  for (const [index, ip] of (spec?.externalIPs ?? []).entries())
    found.push(...ipWarnings(`spec.externalIPs[${index}]`, ip));
  if (spec?.loadBalancerIP) found.push(...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP));
  for (const [index, cidr] of (spec?.loadBalancerSourceRanges ?? []).entries())
    found.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, cidr));
  if (spec?.type === 'ExternalName') {
    if ((spec.externalIPs ?? []).length > 0) found.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  } else if (spec?.externalName) found.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  return found;
}

/** makePortString: `80/TCP`, `80:30080/TCP,443:30443/TCP`; `<none>` for none. */
export function formatPorts(spec: Spec | undefined): string {
  const ports = (spec?.ports ?? []).map(
    ({ port, nodePort = 0, protocol }) => `${port}${nodePort > 0 ? `:${nodePort}` : ''}/${protocol}`,
  );
  return ports.length === 0 ? '<none>' : ports.join(',');
}

/** getServiceExternalIP: external addresses as `kubectl get services` shows them. */
export function externalAddress(object: Pick<ServiceObject, 'spec' | 'status'>): string {
  const { spec, status } = object;
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).flatMap((each) => each.ip || each.hostname || []);
      const all = [...new Set(ingress)].sort().concat(external);
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    case 'ClusterIP':
    case 'NodePort':
      return external.length === 0 ? '<none>' : external.join(',');
    default:
      return '<unknown>';
  }
}
