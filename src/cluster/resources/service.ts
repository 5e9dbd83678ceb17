import type { KindDefinition, WriteContext } from '../api/kind.ts';
import { validateLabels } from '../api/metadata.ts';
import { formatLabels } from '../api/selectors.ts';
import type { KubeObject, Service } from '../api/types.ts';
import { age } from './duration.ts';
import { fill, PORT_RANGE, Problems, portNameProblems, rules, validIP, validPort } from './fields.ts';

type ServiceObject = Service & KubeObject;
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function owner(object: ServiceObject): string {
  return `services/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

const needsNodePorts = (object: ServiceObject) =>
  object.spec?.type === 'NodePort' ||
  (object.spec?.type === 'LoadBalancer' && object.spec.allocateLoadBalancerNodePorts !== false);

/** The registry's allocation of addresses and ports (pkg/registry/core/service/storage/alloc.go). */
function allocate(object: ServiceObject, old: ServiceObject | undefined, context: WriteContext): void {
  const { spec } = object;
  if (spec === undefined) return;
  if (spec.type === 'ExternalName') {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
    delete spec.internalTrafficPolicy;
    if (old !== undefined) context.allocate.release(owner(object));
    return;
  }
  const wanted = spec.clusterIP ?? spec.clusterIPs?.[0];
  if (wanted !== 'None') {
    const given = wanted === '' ? undefined : (wanted ?? old?.spec?.clusterIP);
    const ip = context.allocate.clusterIP(given === 'None' ? undefined : given, owner(object));
    spec.clusterIP = ip;
    spec.clusterIPs = [ip];
  } else spec.clusterIPs = ['None'];
  for (const port of spec.ports ?? []) {
    if (!needsNodePorts(object)) {
      if (spec.type === 'ClusterIP') delete port.nodePort;
      continue;
    }
    const before = old?.spec?.ports?.find(
      (each) => each.port === port.port && (each.name ?? '') === (port.name ?? ''),
    )?.nodePort;
    port.nodePort = context.allocate.nodePort(
      port.nodePort === 0 ? undefined : (port.nodePort ?? before),
      port.protocol ?? 'TCP',
      owner(object),
    );
  }
}

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
    const spec = object.spec as NonNullable<Service['spec']>;
    if (spec === undefined) return;
    fill(spec, 'sessionAffinity', 'None');
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
    if (spec.sessionAffinity === 'ClientIP')
      fill(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: 10800 } });
    fill(spec, 'type', 'ClusterIP');
    for (const port of spec.ports ?? []) {
      fill(port, 'protocol', 'TCP');
      if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
    }
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs ?? []).length > 0) {
      if (spec.type !== 'ClusterIP' || (spec.externalIPs ?? []).length > 0)
        fill(spec, 'externalTrafficPolicy', 'Cluster');
    } else delete spec.externalTrafficPolicy;
    if (spec.type === 'LoadBalancer') fill(spec, 'allocateLoadBalancerNodePorts', true);
    else delete spec.allocateLoadBalancerNodePorts;
    if (spec.type !== 'ExternalName') {
      fill(spec, 'internalTrafficPolicy', 'Cluster');
      fill(spec, 'ipFamilies', ['IPv4']);
      fill(spec, 'ipFamilyPolicy', 'SingleStack');
    }
  },
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { loadBalancer: {} };
  },
  prepareForUpdate(object, old) {
    if (object.spec?.type !== 'LoadBalancer') (object as KubeObject)['status'] = { ...old.status, loadBalancer: {} };
  },
  beforeStore: allocate,
  validate(object) {
    const found = new Problems();
    const spec = object.spec ?? {};
    const headless = spec.clusterIP === 'None';
    const ports = spec.ports ?? [];
    if (!TYPES.includes(spec.type ?? '')) found.unsupported('spec.type', spec.type, TYPES);
    if (ports.length === 0 && !headless && spec.type !== 'ExternalName') found.required('spec.ports');
    if (spec.type === 'LoadBalancer' && headless)
      found.invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services");
    if (spec.type === 'NodePort' && headless)
      found.invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services");
    if (spec.type === 'ExternalName') {
      const name = (spec.externalName ?? '').replace(/\.$/, '');
      if (name === '') found.required('spec.externalName');
      else
        for (const detail of rules.dns1123Subdomain(name))
          found.invalid('spec.externalName', spec.externalName, detail);
      if ((spec.clusterIP ?? '') !== '' && spec.clusterIP !== 'None')
        found.forbidden('spec.clusterIPs', "may not be set when `type` is 'ExternalName'");
    }
    const names = new Set<string>();
    const seen = new Set<string>();
    for (const [index, port] of ports.entries()) {
      const at = `spec.ports[${index}]`;
      if (ports.length > 1 && (port.name ?? '') === '') found.required(`${at}.name`);
      else if ((port.name ?? '') !== '') {
        for (const detail of rules.dns1123Label(port.name ?? '')) found.invalid(`${at}.name`, port.name, detail);
        if (names.has(port.name ?? '')) found.duplicate(`${at}.name`, port.name);
        names.add(port.name ?? '');
      }
      if (!validPort(port.port)) found.invalid(`${at}.port`, port.port ?? 0, PORT_RANGE);
      if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol ?? ''))
        found.unsupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']);
      if (typeof port.targetPort === 'number') {
        if (!validPort(port.targetPort)) found.invalid(`${at}.targetPort`, port.targetPort, PORT_RANGE);
      } else
        for (const detail of portNameProblems(String(port.targetPort ?? '')))
          found.invalid(`${at}.targetPort`, port.targetPort, detail);
      if (spec.type === 'ClusterIP' && (port.nodePort ?? 0) !== 0)
        found.forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'");
      const key = `${port.protocol}/${port.port}`;
      if (seen.has(key))
        found.list.push({
          type: 'Duplicate value',
          field: at,
          value: { port: port.port, protocol: port.protocol },
          detail: '',
        });
      seen.add(key);
    }
    found.add(validateLabels(spec.selector, 'spec.selector'));
    if (!['None', 'ClientIP'].includes(spec.sessionAffinity ?? ''))
      found.unsupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
    for (const [index, ip] of (spec.externalIPs ?? []).entries())
      if (!validIP(ip))
        found.invalid(
          `spec.externalIPs[${index}]`,
          ip,
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        );
    if (spec.clusterIP !== undefined && spec.clusterIP !== '' && !headless && !validIP(spec.clusterIP))
      found.invalid(
        'spec.clusterIPs[0]',
        spec.clusterIP,
        'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      );
    if (spec.externalTrafficPolicy !== undefined && !['Cluster', 'Local'].includes(spec.externalTrafficPolicy))
      found.unsupported('spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local']);
    if (spec.internalTrafficPolicy !== undefined && !['Cluster', 'Local'].includes(spec.internalTrafficPolicy))
      found.unsupported('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    const before = old.spec?.clusterIP;
    const after = object.spec?.clusterIP;
    if (
      old.spec?.type !== 'ExternalName' &&
      object.spec?.type !== 'ExternalName' &&
      before !== undefined &&
      after !== undefined &&
      after !== '' &&
      before !== after
    )
      found.invalid('spec.clusterIPs[0]', [after], 'may not change once set');
    return found.list;
  },
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
      description: 'Name must be unique within a namespace.',
    },
    { name: 'Type', type: 'string', priority: 0, description: 'type determines how the Service is exposed.' },
    {
      name: 'Cluster-IP',
      type: 'string',
      priority: 0,
      description: 'clusterIP is the IP address of the service and is usually assigned randomly.',
    },
    {
      name: 'External-IP',
      type: 'string',
      priority: 0,
      description:
        'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
    },
    {
      name: 'Port(s)',
      type: 'string',
      priority: 0,
      description: 'The list of ports that are exposed by this service.',
    },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    },
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      description: 'Route service traffic to pods with label keys and values matching this selector.',
    },
  ],
  row(object, now) {
    const { spec } = object;
    const ports = (spec?.ports ?? [])
      .map((port) => `${port.port}${(port.nodePort ?? 0) > 0 ? `:${port.nodePort}` : ''}/${port.protocol}`)
      .join(',');
    const selector = formatLabels(spec?.selector);
    return [
      object.metadata?.name ?? '',
      spec?.type ?? '',
      spec?.clusterIP ?? '<none>',
      externalAddress(object),
      ports === '' ? '<none>' : ports,
      age(object.metadata?.creationTimestamp, now),
      selector === '' ? '<none>' : selector,
    ];
  },
};

/** getServiceExternalIP of the printers. */
function externalAddress(object: ServiceObject): string {
  const { spec, status } = object;
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).map((each) => each.ip ?? each.hostname ?? '');
      const all = [...ingress, ...external];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    default:
      return external.length === 0 ? '<none>' : external.join(',');
  }
}
