import { same } from '../api/equality.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { EndpointSlice, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { IMMUTABLE, Problems, rules } from './fields.ts';
import { checkIP, checkNonSpecialIP, ipFamily } from './ip.ts';
import { AGE, column, NAME } from './table.ts';
import { OBJECT_FIELDS, unsimulatedWarnings } from './unsimulated.ts';

type SliceObject = EndpointSlice & KubeObject;

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MOST = { endpoints: 1000, addresses: 100, ports: 20_000, zones: 16 };
const SHOWN = 3;

export const endpointSlice: KindDefinition<SliceObject> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  setDefaults(object) {
    for (const port of object.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareForCreate(object) {
    object.metadata = { ...object.metadata, generation: 1 };
  },
  prepareForUpdate(object, old) {
    const { metadata, ...rest } = object;
    const { metadata: before, ...restBefore } = old;
    if (!same(rest, restBefore) || !same(metadata?.labels, before?.labels))
      object.metadata = { ...metadata, generation: (before?.generation ?? 0) + 1 };
  },
  validate(object) {
    const found = new Problems();
    found.oneOf('addressType', object.addressType, ADDRESS_TYPES);
    checkEndpoints(object, found);
    checkPorts(object, found);
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (object.addressType !== old.addressType) found.invalid('addressType', object.addressType, IMMUTABLE);
    return found.list;
  },
  warnings: (object, old) => unsimulatedWarnings('', object, old, OBJECT_FIELDS['EndpointSlice'] ?? []),
  columns: [
    NAME,
    column(
      'AddressType',
      'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type. This field is immutable after creation.',
    ),
    column(
      'Ports',
      'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique name.',
    ),
    column(
      'Endpoints',
      'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.',
    ),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.addressType ?? '',
    formatPorts(object.ports ?? []),
    formatAddresses(object.endpoints ?? []),
    age(object.metadata?.creationTimestamp, now),
  ],
};

type Ports = NonNullable<EndpointSlice['ports']>;

/** formatDiscoveryPorts: `80,443`; `*` for every port, `<unset>` for none. */
function formatPorts(ports: Ports): string {
  return shorten(ports.map(({ port, name }) => String(port ?? name ?? '*')));
}

/** formatDiscoveryEndpoints: the addresses of all endpoints. */
function formatAddresses(endpoints: EndpointSlice['endpoints']): string {
  return shorten(endpoints.flatMap((endpoint) => endpoint.addresses ?? []));
}

/** At most three, then ` + N more...`; `<unset>` for none (listWithMoreString). */
function shorten(items: readonly string[]): string {
  const text = items.slice(0, SHOWN).join(',');
  if (items.length > SHOWN) return `${text} + ${items.length - SHOWN} more...`;
  return text === '' ? '<unset>' : text;
}

/** validateEndpoints of pkg/apis/discovery/validation */
function checkEndpoints(object: SliceObject, found: Problems): void {
  const { endpoints = [], addressType } = object;
  if (endpoints.length > MOST.endpoints) {
    found.tooMany('endpoints', endpoints.length, MOST.endpoints);
    return;
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const at = `endpoints[${index}]`;
    const { addresses = [], nodeName, hostname, deprecatedTopology = {}, hints } = endpoint;
    if (addresses.length === 0) found.required(`${at}.addresses`, 'must contain at least 1 address');
    else if (addresses.length > MOST.addresses) found.tooMany(`${at}.addresses`, addresses.length, MOST.addresses);
    const seen = new Set<string>();
    for (const [number, address] of addresses.entries()) {
      const where = `${at}.addresses[${number}]`;
      if (seen.has(address)) found.duplicate(where, address);
      seen.add(address);
      if (addressType === 'FQDN') found.check(where, address, rules.dns1123Subdomain);
      else if (addressType === 'IPv4' || addressType === 'IPv6') {
        if (checkIP(where, address, found) && `IPv${ipFamily(address)}` !== addressType)
          found.invalid(where, address, `must be a valid ${addressType} address`);
        else if (ipFamily(address) !== undefined) checkNonSpecialIP(where, address, found);
      }
    }
    if (nodeName) found.check(`${at}.nodeName`, nodeName, rules.dns1123Subdomain);
    for (const [key, value] of Object.entries(deprecatedTopology)) {
      found.check(`${at}.deprecatedTopology`, key, rules.qualifiedName);
      found.check(`${at}.deprecatedTopology[${key}]`, value, rules.labelValue);
    }
    if (hostname) found.check(`${at}.hostname`, hostname, rules.dns1123Label);
    for (const [number, zone] of (hints?.forZones ?? []).entries())
      found.check(`${at}.hints.forZones[${number}].name`, zone.name, rules.labelValue);
  }
}

/** validatePorts of pkg/apis/discovery/validation */
function checkPorts(object: SliceObject, found: Problems): void {
  const ports = object.ports ?? [];
  if (ports.length > MOST.ports) {
    found.tooMany('ports', ports.length, MOST.ports);
    return;
  }
  const names = new Set<string>();
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${index}]`;
    if (name !== '') found.check(`${at}.name`, name, rules.dns1123Label);
    if (names.has(name)) found.duplicate(`${at}.name`, name);
    names.add(name);
    if (!protocol) found.required(`${at}.protocol`);
    else if (!PROTOCOLS.includes(protocol)) found.unsupported(`${at}.protocol`, protocol, PROTOCOLS);
    if (appProtocol) found.check(`${at}.appProtocol`, appProtocol, rules.qualifiedName);
  }
}
