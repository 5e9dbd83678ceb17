import type { KindDefinition } from '../api/kind.ts';
import { same } from '../api/server.ts';
import type { EndpointSlice, Endpoints, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { IMMUTABLE, PORT_RANGE, Problems, validIP, validPort } from './fields.ts';

type EndpointsObject = Endpoints & KubeObject;

/** formatEndpoints of the printers: `10.244.2.5:80,10.244.3.4:80 + 1 more...`. */
export function formatEndpoints(endpoints: Pick<Endpoints, 'subsets'>, portNames?: ReadonlySet<string>): string {
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) return '<none>';
  const list: string[] = [];
  const most = 3;
  let more = false;
  let count = 0;
  for (const subset of subsets) {
    const ports = subset.ports ?? [];
    if (ports.length === 0) {
      for (const address of subset.addresses ?? []) {
        if (list.length === most) more = true;
        if (!more) list.push(address.ip);
        count++;
      }
      continue;
    }
    for (const port of ports) {
      if (portNames !== undefined && !portNames.has(port.name ?? '')) continue;
      for (const address of subset.addresses ?? []) {
        if (list.length === most) more = true;
        if (!more) list.push(`${address.ip}:${port.port}`);
        count++;
      }
    }
  }
  const text = list.join(',');
  if (more) return `${text} + ${count - most} more...`;
  return text === '' ? '<none>' : text;
}

export const endpoints: KindDefinition<EndpointsObject> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  setDefaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
  },
  validate(object) {
    const found = new Problems();
    for (const [index, subset] of (object.subsets ?? []).entries()) {
      const at = `subsets[${index}]`;
      if ((subset.addresses ?? []).length === 0 && (subset.notReadyAddresses ?? []).length === 0)
        found.required(at, 'must specify `addresses` or `notReadyAddresses`');
      for (const [number, address] of (subset.addresses ?? []).entries()) {
        const where = `${at}.addresses[${number}].ip`;
        if (!validIP(address.ip))
          found.invalid(where, address.ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
        else if (address.ip.startsWith('127.'))
          found.invalid(where, address.ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
      }
      for (const [number, port] of (subset.ports ?? []).entries()) {
        if ((subset.ports ?? []).length > 1 && (port.name ?? '') === '') found.required(`${at}.ports[${number}].name`);
        if (!validPort(port.port)) found.invalid(`${at}.ports[${number}].port`, port.port, PORT_RANGE);
      }
    }
    return found.list;
  },
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
      description: 'Name must be unique within a namespace.',
    },
    {
      name: 'Endpoints',
      type: 'string',
      priority: 0,
      description: 'The set of all endpoints is the union of all subsets.',
    },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    },
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    formatEndpoints(object),
    age(object.metadata?.creationTimestamp, now),
  ],
};

type SliceObject = EndpointSlice & KubeObject;

export const endpointSlice: KindDefinition<SliceObject> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  generation: true,
  setDefaults(object) {
    for (const port of object.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate(object) {
    const found = new Problems();
    if (!['IPv4', 'IPv6', 'FQDN'].includes(object.addressType ?? '')) {
      if ((object.addressType ?? '') === '') found.required('addressType');
      else found.unsupported('addressType', object.addressType, ['FQDN', 'IPv4', 'IPv6']);
    }
    for (const [index, endpoint] of (object.endpoints ?? []).entries()) {
      if ((endpoint.addresses ?? []).length === 0)
        found.required(`endpoints[${index}].addresses`, 'must contain at least 1 address');
      for (const [number, address] of (endpoint.addresses ?? []).entries())
        if (object.addressType === 'IPv4' && !validIP(address))
          found.invalid(`endpoints[${index}].addresses[${number}]`, address, 'must be a valid IPv4 address');
    }
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.addressType, old.addressType)) found.invalid('addressType', object.addressType, IMMUTABLE);
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
    {
      name: 'AddressType',
      type: 'string',
      priority: 0,
      description: 'addressType specifies the type of address carried by this EndpointSlice.',
    },
    {
      name: 'Ports',
      type: 'string',
      priority: 0,
      description: 'ports specifies the list of network ports exposed by each endpoint in this slice.',
    },
    {
      name: 'Endpoints',
      type: 'string',
      priority: 0,
      description: 'endpoints is a list of unique endpoints in this slice.',
    },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    },
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.addressType ?? '',
    shorten(
      (object.ports ?? []).map((port) => (port.port === undefined ? '*' : String(port.port))),
      '<unset>',
    ),
    shorten(
      (object.endpoints ?? []).flatMap((endpoint) => endpoint.addresses),
      '<unset>',
    ),
    age(object.metadata?.creationTimestamp, now),
  ],
};

/** At most three, then `+ N more...` (formatDiscoveryPorts, formatDiscoveryEndpoints). */
function shorten(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  const text = items.slice(0, 3).join(',');
  return items.length > 3 ? `${text} + ${items.length - 3} more...` : text;
}
