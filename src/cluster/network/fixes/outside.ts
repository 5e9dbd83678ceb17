import type { KubeObject, Service } from '../../api/types.ts';
import { type Case, inNamespace, refOf, type ServiceObject } from '../causes/cause.ts';
import { slicesOf } from '../causes/endpoints.ts';
import { askAgain, change, type Fix, lineFor, type Propose, pointer } from './fix.ts';
import { named, serviceIn } from './given.ts';

/** Machines inside of the cluster from which its addresses can be reached. */
function nodeToAskFrom(given: Case): string | undefined {
  return given.network.flavour.nodes.find((node) => given.network.powered(node.name))?.name;
}

function fromInside(given: Case): Fix[] {
  const node = nodeToAskFrom(given);
  if (node === undefined) return [];
  const line = `ssh ${node} ${lineFor(given)}`;
  return [{ code: 'ask.inside', facts: { node, line }, commands: [], ask: { machine: 'laptop', line } }];
}

/** A port on every node, for who is outside. */
function openNodePort(given: Case, service: ServiceObject | undefined): Fix[] {
  const [node] = given.network.flavour.nodes.filter((each) => given.network.powered(each.name));
  const port = service?.spec?.ports?.find((each) => each.port === given.tuple.dstPort) ?? service?.spec?.ports?.[0];
  const address = node?.externalIP ?? node?.internalIP;
  if (service === undefined || port === undefined || address === undefined) return [];
  const index = service.spec?.ports?.indexOf(port) ?? 0;
  const ref = { ...refOf('Service', service), fieldPath: 'spec.type' };
  const existing = port.nodePort;
  if (existing !== undefined && existing !== 0)
    return [
      askAgain('ask.node-port', given, { host: address, port: existing }, { nodePort: String(existing) }, 'laptop'),
    ];
  const taken = new Set(
    given.network.clients
      .resource<Service & KubeObject>('services')
      .list()
      .flatMap((each) => (each.spec?.ports ?? []).map((one) => one.nodePort)),
  );
  let free = 30080;
  while (taken.has(free)) free++;
  const fix = change(
    'node-port.open',
    ref,
    [
      { op: 'replace', path: '/spec/type', value: 'NodePort' },
      { op: 'add', path: `/spec/ports/${index}/nodePort`, value: free },
    ],
    { nodePort: String(free), address },
  );
  return [{ ...fix, ask: { machine: 'laptop', line: lineFor(given, { host: address, port: free }) } }];
}

/** A node with a ready endpoint of the Service, and its address as the client may ask it. */
function otherNode(given: Case, service: ServiceObject): { name: string; address: string } | undefined {
  const slices = slicesOf(given, service.metadata?.name ?? '', service.metadata?.namespace ?? '');
  for (const slice of slices)
    for (const endpoint of slice.endpoints ?? []) {
      const spec = given.network.flavour.nodes.find((node) => node.name === endpoint.nodeName);
      if (spec === undefined || endpoint.conditions?.ready === false || !given.network.powered(spec.name)) continue;
      const address = spec.externalIP ?? spec.internalIP;
      return { name: spec.name, address };
    }
  return undefined;
}

/** Fixes of what is asked from outside of the cluster. */
export const outside: Readonly<Record<string, Propose>> = {
  'outside.no-route': (given, cause) => {
    const service =
      cause.object?.kind === 'Service' ? named(given, cause.object.name, cause.object.namespace) : undefined;
    return [...fromInside(given), ...openNodePort(given, service)];
  },
  'name.outside': (given, cause) => {
    const service = cause.object === undefined ? undefined : serviceIn(given, cause);
    const address = service?.status?.loadBalancer?.ingress?.[0];
    const host = address?.ip ?? address?.hostname;
    const port = service?.spec?.ports?.[0]?.port;
    const balanced =
      host === undefined ? [] : [askAgain('ask.balancer', given, { host, port }, { address: host }, 'laptop')];
    const node = nodeToAskFrom(given);
    const clusterIP = service?.spec?.clusterIP;
    const inside =
      node === undefined || clusterIP === undefined || clusterIP === 'None' || clusterIP === ''
        ? []
        : [`ssh ${node} ${lineFor(given, { host: clusterIP })}`].map(
            (line): Fix => ({
              code: 'ask.inside',
              facts: { node, line },
              commands: [],
              ask: { machine: 'laptop', line },
            }),
          );
    return [...balanced, ...inside, ...openNodePort(given, service)];
  },
  'balancer.pending': (given, cause) => {
    const { object } = cause;
    const service = serviceIn(given, cause);
    const port = service?.spec?.ports?.[0]?.port ?? 80;
    if (object === undefined) return [];
    const path = 'jsonpath={.status.loadBalancer.ingress}';
    const address = `$(kubectl get service ${object.name}${inNamespace(object.namespace)} -o jsonpath='{.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}')`;
    const line = `curl -sS "http://${address}${port === 80 ? '' : `:${port}`}"`;
    return [
      {
        code: 'balancer.wait',
        facts: { service: object.name, line },
        object,
        commands: [
          `kubectl wait --for='${path}' service/${object.name}${inNamespace(object.namespace)} --timeout=180s`,
        ],
        ask: { machine: 'laptop', line },
      },
    ];
  },
  'firewall.source-ranges': (given, cause) => {
    const service = serviceIn(given, cause);
    const value = `${given.tuple.src}/32`;
    return service === undefined
      ? []
      : [
          change(
            'source-range.add',
            { ...refOf('Service', service), fieldPath: 'spec.loadBalancerSourceRanges' },
            [{ op: 'add', path: '/spec/loadBalancerSourceRanges/-', value }],
            { value },
          ),
        ];
  },
  'service.no-local-endpoints': (given, cause) => {
    const service = serviceIn(given, cause);
    const path = cause.object?.fieldPath ?? '';
    if (service === undefined || path === '') return [];
    const ref = { ...refOf('Service', service), fieldPath: path };
    const fixes = [change('policy.cluster', ref, [{ op: 'replace', path: pointer(path), value: 'Cluster' }])];
    const other = otherNode(given, service);
    if (path === 'spec.externalTrafficPolicy' && other !== undefined && given.trace.source.at === 'laptop')
      fixes.push(askAgain('ask.node', given, { host: other.address }, { node: other.name }));
    return fixes;
  },
};
