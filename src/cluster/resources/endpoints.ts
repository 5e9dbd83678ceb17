import type { KindDefinition } from '../api/kind.ts';
import type { Endpoints, KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { Problems, rules } from './fields.ts';
import { checkIP, checkNonSpecialIP } from './ip.ts';
import { PROTOCOLS } from './ports.ts';
import { AGE, column, NAME } from './table.ts';

type EndpointsObject = Endpoints & KubeObject;

/** Endpoints that a column names before it counts the rest. */
const SHOWN = 3;

/** formatEndpoints of the printers: `10.244.2.5:80,10.244.3.4:80`, `... + 1 more...`; `<none>` for none. */
export function formatEndpoints(endpoints: Pick<Endpoints, 'subsets'>, portNames?: ReadonlySet<string>): string {
  const list: string[] = [];
  let count = 0;
  for (const { ports = [], addresses = [] } of endpoints.subsets ?? []) {
    const chosen = ports.filter((port) => portNames === undefined || portNames.has(port.name ?? ''));
    // Headless endpoints without ports show as addresses alone.
    const suffixes = ports.length === 0 ? [''] : chosen.map((port) => `:${port.port}`);
    for (const suffix of suffixes)
      for (const { ip } of addresses)
        if (count++ < SHOWN) list.push(`${ip.includes(':') && suffix ? `[${ip}]` : ip}${suffix}`);
  }
  if (count === 0) return '<none>';
  const text = list.join(',');
  return count > SHOWN ? `${text} + ${count - SHOWN} more...` : text;
}

export const endpoints: KindDefinition<EndpointsObject> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  setDefaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  validate(object) {
    const found = new Problems();
    for (const [index, subset] of (object.subsets ?? []).entries()) {
      const at = `subsets[${index}]`;
      const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
      if (addresses.length === 0 && notReadyAddresses.length === 0)
        found.required(at, 'must specify `addresses` or `notReadyAddresses`');
      checkAddresses(`${at}.addresses`, addresses, found);
      checkAddresses(`${at}.notReadyAddresses`, notReadyAddresses, found);
      for (const [number, port] of ports.entries()) {
        const where = `${at}.ports[${number}]`;
        if ((port.name ?? '') !== '') found.check(`${where}.name`, port.name ?? '', rules.dns1123Label);
        else if (ports.length > 1) found.required(`${where}.name`);
        found.port(`${where}.port`, port.port);
        found.oneOf(`${where}.protocol`, port.protocol, PROTOCOLS);
        if (port.appProtocol) found.check(`${where}.appProtocol`, port.appProtocol, rules.qualifiedName);
      }
    }
    return found.list;
  },
  columns: [
    NAME,
    column(
      'Endpoints',
      'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share.',
    ),
    AGE,
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    formatEndpoints(object),
    age(object.metadata?.creationTimestamp, now),
  ],
};

type Address = NonNullable<NonNullable<Endpoints['subsets']>[number]['addresses']>[number];

/** validateEndpointAddress */
function checkAddresses(path: string, addresses: readonly Address[], found: Problems): void {
  for (const [index, address] of addresses.entries()) {
    const at = `${path}[${index}]`;
    checkIP(`${at}.ip`, address.ip ?? '', found);
    if (address.hostname) found.check(`${at}.hostname`, address.hostname, rules.dns1123Label);
    if (address.nodeName) found.check(`${at}.nodeName`, address.nodeName, rules.dns1123Subdomain);
    checkNonSpecialIP(`${at}.ip`, address.ip ?? '', found);
  }
}
