import type { Clients } from '../api/client.ts';
import type { KubeObject, Service } from '../api/types.ts';

type Variable = [name: string, value: string];

/**
 * FromServices (pkg/kubelet/envvars): for each Service with an address in the pod's namespace, and `kubernetes` of default,
 * NAME_SERVICE_HOST and _PORT and the variables of Docker links. Without links only those of `kubernetes`. `started` is when a
 * container began that is taken over: Services that came later are unknown to it (times are whole seconds; one of the same counts as later).
 */
export function serviceVariables(
  clients: Clients,
  namespace: string,
  links: boolean,
  started?: string,
): readonly Variable[] {
  if (started !== undefined) return worked(clients, namespace, links, started);
  let known = KNOWN.get(clients);
  if (known === undefined) {
    const made = new Map<string, readonly Variable[]>();
    known = made;
    KNOWN.set(clients, known);
    clients.resource('services').watch(() => made.clear());
  }
  const key = links ? namespace : NO_LINKS;
  let variables = known.get(key);
  if (variables === undefined) {
    variables = worked(clients, namespace, links);
    known.set(key, variables);
  }
  return variables;
}

/** What was worked out since a Service changed, by namespace: all pods of one have the same. */
const KNOWN = new WeakMap<Clients, Map<string, readonly Variable[]>>();
/** No namespace is called so. */
const NO_LINKS = '/';

function worked(clients: Clients, namespace: string, links: boolean, started?: string): Variable[] {
  const services = clients.resource<Service & KubeObject>('services');
  const found = new Map<string, Service & KubeObject>();
  const master = services.find('kubernetes', 'default');
  if (master !== undefined) found.set('kubernetes', master);
  // A Service of the pod's own namespace comes before the one of the same name in default.
  if (links)
    for (const service of services.list({ namespace }))
      if (started === undefined || (service.metadata?.creationTimestamp ?? '') < started)
        found.set(service.metadata?.name ?? '', service);
  return [...found.values()].flatMap((service) => (hasAddress(service) ? variablesOf(service) : []));
}

function hasAddress({ spec }: Service): boolean {
  return spec?.type !== 'ExternalName' && !['', 'None'].includes(spec?.clusterIP ?? '');
}

function variablesOf({ metadata, spec }: Service): Variable[] {
  const name = variableName(metadata?.name ?? '');
  const ip = spec?.clusterIP ?? '';
  const ports = spec?.ports ?? [];
  const variables: Variable[] = [
    [`${name}_SERVICE_HOST`, ip],
    [`${name}_SERVICE_PORT`, String(ports[0]?.port ?? '')],
  ];
  for (const { name: port = '', port: number } of ports)
    if (port !== '') variables.push([`${name}_SERVICE_PORT_${variableName(port)}`, String(number)]);
  for (const [index, { port, protocol = 'TCP' }] of ports.entries()) {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${ip}:${port}`;
    const prefix = `${name}_PORT_${port}_${protocol}`;
    if (index === 0) variables.push([`${name}_PORT`, url]);
    variables.push(
      [prefix, url],
      [`${prefix}_PROTO`, scheme],
      [`${prefix}_PORT`, String(port)],
      [`${prefix}_ADDR`, ip],
    );
  }
  return variables;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
