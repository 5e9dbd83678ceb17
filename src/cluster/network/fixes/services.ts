import type { KubeObject, Service } from '../../api/types.ts';
import { type Case, closestWord, inNamespace, type PodObject, refOf, type ServiceObject } from '../causes/cause.ts';
import { slicesOf } from '../causes/endpoints.ts';
import { meantBy, openPorts, ownLabels, podsOf, type Workload, workloadsIn } from '../causes/workloads.ts';
import { SITE_NAMES } from '../internet.ts';
import type { CauseLink } from '../trace.ts';
import { askAgain, change, type Fix, lineFor, type PatchStep, type Propose, pointer, quoted, run } from './fix.ts';

function named(given: Case, name: string | undefined, namespace: string | undefined): ServiceObject | undefined {
  return name === undefined
    ? undefined
    : given.network.clients.resource<ServiceObject>('services').find(name, namespace ?? 'default');
}

function serviceIn(given: Case, { object }: CauseLink): ServiceObject | undefined {
  if (object?.kind === 'Service') return named(given, object.name, object.namespace);
  const { service } = given.trace;
  return named(given, service?.name, service?.namespace);
}

function podsIn(given: Case, namespace: string | undefined): PodObject[] {
  return given.network.clients.resource<PodObject>('pods').list({ namespace: namespace ?? 'default' });
}

/** Labels by which a selector finds a workload's pods and nobody else's: those that it asked for already, where they fit. */
function selectorFor(service: ServiceObject, made: Workload): Record<string, string> {
  const labels = ownLabels(made.labels);
  const kept = Object.entries(service.spec?.selector ?? {}).filter(([key, value]) => labels[key] === value);
  const same = Object.keys(service.spec?.selector ?? {}).filter((key) => labels[key] !== undefined);
  const { matchLabels } =
    (made.object as { spec?: { selector?: { matchLabels?: Record<string, string> } } }).spec?.selector ?? {};
  if (matchLabels !== undefined && Object.keys(matchLabels).length > 0) return ownLabels(matchLabels);
  if (kept.length > 0 && same.length === kept.length) return Object.fromEntries(kept);
  return same.length > 0 ? Object.fromEntries(same.map((key) => [key, labels[key] ?? ''])) : labels;
}

function select(given: Case, cause: CauseLink, without?: (made: Workload) => boolean): Fix[] {
  const service = serviceIn(given, cause);
  if (service === undefined) return [];
  const meant = meantBy(given, service, podsIn(given, service.metadata?.namespace), without);
  if (meant === undefined) return [];
  const selector = selectorFor(service, meant);
  const ref = { ...refOf('Service', service), fieldPath: 'spec.selector' };
  const before = service.spec?.selector;
  const keys = Object.keys(selector);
  const facts = {
    workload: meant.ref.name,
    selector: keys.map((name) => `${name}=${selector[name]}`).join(','),
  };
  if (before === undefined)
    return [change('selector.set', ref, [{ op: 'add', path: '/spec/selector', value: selector }], facts)];
  // Term by term, so that a file keeps what stays as it is.
  const patch: PatchStep[] = keys.flatMap((name): PatchStep[] =>
    before[name] === selector[name]
      ? []
      : [
          {
            op: before[name] === undefined ? 'add' : 'replace',
            path: pointer('spec.selector').concat(segment(name)),
            value: selector[name],
          },
        ],
  );
  for (const name of Object.keys(before))
    if (selector[name] === undefined)
      patch.push({ op: 'remove', path: pointer('spec.selector').concat(segment(name)) });
  return [change('selector.set', ref, patch, facts)];
}

/** A key as one step of a JSON pointer. */
function segment(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function setTargetPort(given: Case, cause: CauseLink): Fix[] {
  const service = serviceIn(given, cause);
  const index = Number(cause.facts?.['index'] ?? 0);
  const port = service?.spec?.ports?.[index];
  if (service === undefined || port === undefined) return [];
  const ref = { ...refOf('Service', service), fieldPath: `spec.ports[${index}].targetPort` };
  const values = new Set<string | number>();
  const pods = podsIn(given, service.metadata?.namespace).filter((pod) =>
    Object.entries(service.spec?.selector ?? {}).every(([key, value]) => pod.metadata?.labels?.[key] === value),
  );
  const open = [...new Set(pods.flatMap((pod) => openPorts(given, pod, port.protocol ?? 'TCP')))];
  const declared = pods.flatMap((pod) => (pod.spec?.containers ?? []).flatMap((each) => each.ports ?? []));
  if (typeof port.targetPort === 'string') {
    const names = declared.filter((each) => open.includes(each.containerPort)).flatMap((each) => each.name ?? []);
    const near = closestWord(port.targetPort, names) ?? names[0];
    if (near !== undefined) values.add(near);
  }
  for (const each of [...open].sort(
    (a, b) => Number(b === port.port) - Number(a === port.port) || declaredFirst(declared, a, b) || a - b,
  ))
    values.add(each);
  // Nobody listens yet: what the containers declare is the best there is to know.
  if (values.size === 0) for (const each of declared) values.add(each.containerPort);
  return [...values]
    .slice(0, 3)
    .map((value) =>
      change(
        'target-port.set',
        ref,
        [{ op: port.targetPort === undefined ? 'add' : 'replace', path: pointer(ref.fieldPath), value }],
        { value: String(value) },
      ),
    );
}

function declaredFirst(declared: readonly { containerPort: number }[], a: number, b: number): number {
  const has = (port: number) => Number(declared.some((each) => each.containerPort === port));
  return has(b) - has(a);
}

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

/** The same request with -k: curl goes on, whoever is at the other end. */
function anyway(given: Case): Fix[] {
  const line = lineFor(given).replace(/^curl /, 'curl -k ');
  return [{ code: 'ask.anyway', facts: { line }, commands: [], ask: { machine: 'client', line } }];
}

/** Fixes of causes that lie in a Service, or in how it was asked. */
export const services: Readonly<Record<string, Propose>> = {
  'selector.no-match': select,
  'selector.no-pods': select,
  'service.no-selector': select,
  'selector.wrong-pods': (given, cause) => select(given, cause, (made) => made.ref.name === cause.facts?.['reached']),
  'selector.too-wide': (given, cause) => select(given, cause, (made) => made.ref.name === cause.facts?.['reached']),
  'target-port.wrong': setTargetPort,
  'target-port.name-unknown': setTargetPort,
  'port.other-protocol': (given, cause) => {
    const service = serviceIn(given, cause);
    const path = cause.object?.fieldPath ?? '';
    if (service === undefined || !path.endsWith('protocol')) return [];
    const value = cause.facts?.['other'] ?? 'TCP';
    return [
      change(
        'protocol.set',
        { ...refOf('Service', service), fieldPath: path },
        [{ op: 'replace', path: pointer(path), value }],
        { value },
      ),
    ];
  },
  'service.port-protocol': (given, cause) => {
    const service = serviceIn(given, cause);
    const path = cause.object?.fieldPath ?? '';
    const value = cause.facts?.['asked'] ?? 'TCP';
    return service === undefined
      ? []
      : [
          change(
            'protocol.set',
            { ...refOf('Service', service), fieldPath: path },
            [{ op: 'replace', path: pointer(path), value }],
            { value },
          ),
        ];
  },
  'service.port-unknown': (given, cause) => {
    const service = serviceIn(given, cause);
    const spoken = given.trace.purpose === 'udp' ? 'UDP' : 'TCP';
    const ports = (service?.spec?.ports ?? []).filter((each) => (each.protocol ?? 'TCP') === spoken);
    const asked = given.tuple.dstPort;
    const best =
      ports.find((each) => each.targetPort === asked || each.nodePort === asked) ??
      [...ports].sort((a, b) => Math.abs(a.port - asked) - Math.abs(b.port - asked))[0];
    if (service === undefined) return [];
    const ref = { ...refOf('Service', service), fieldPath: 'spec.ports' };
    const again =
      best === undefined ? [] : [askAgain('ask.port', given, { port: best.port }, { port: String(best.port) })];
    const [first] = service.spec?.ports ?? [];
    const both =
      first === undefined
        ? []
        : [
            change(
              'port.set',
              { ...ref, fieldPath: 'spec.ports[0].port' },
              [
                { op: 'replace', path: '/spec/ports/0/port', value: asked },
                ...(first.targetPort === undefined
                  ? [{ op: 'add' as const, path: '/spec/ports/0/targetPort', value: first.port }]
                  : []),
              ],
              { port: String(asked) },
            ),
          ];
    return [...again, ...both];
  },
  'headless.no-translation': (given, cause) => {
    const service = serviceIn(given, cause);
    const port = Number(cause.facts?.['listens']?.split(',')[0]);
    const named = Number.isNaN(port) ? undefined : port;
    const ports = podsIn(given, service?.metadata?.namespace).flatMap((pod) =>
      pod.status?.podIP === given.tuple.dst ? openPorts(given, pod, 'TCP') : [],
    );
    const right = named ?? ports[0];
    return right === undefined ? [] : [askAgain('ask.port', given, { port: right }, { port: String(right) })];
  },
  'request.wrong-port': (given, cause) => {
    const [first] = (cause.facts?.['listens'] ?? '').split(',');
    return first === undefined || first === ''
      ? []
      : [askAgain('ask.port', given, { port: Number(first) }, { port: first })];
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
  'service.publishes-not-ready': (given, cause) => {
    const service = serviceIn(given, cause);
    return service === undefined
      ? []
      : [
          change('not-ready.hide', { ...refOf('Service', service), fieldPath: 'spec.publishNotReadyAddresses' }, [
            { op: 'remove', path: '/spec/publishNotReadyAddresses' },
          ]),
        ];
  },
  'endpoints.manual': manual,
  'external-name.unknown': (given, cause) => {
    const service = serviceIn(given, cause);
    const wrong = cause.facts?.['externalName'] ?? '';
    const known = given.network.clients
      .resource<ServiceObject>('services')
      .list()
      .map((each) => `${each.metadata?.name}.${each.metadata?.namespace}.svc.cluster.local`);
    const own = `${service?.metadata?.name}.${service?.metadata?.namespace}.svc.cluster.local`;
    const others = known.filter((each) => each !== own);
    const value = closestWord(wrong, others) ?? closestWord(wrong, SITE_NAMES) ?? sameService(wrong, others);
    if (service === undefined) return [];
    return value === undefined
      ? instead(given, service)
      : [
          change(
            'external-name.set',
            { ...refOf('Service', service), fieldPath: 'spec.externalName' },
            [{ op: 'replace', path: '/spec/externalName', value }],
            { value },
          ),
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
  'affinity.client-ip': (given, cause) => {
    const service = serviceIn(given, cause);
    return service === undefined
      ? []
      : [
          change('affinity.off', { ...refOf('Service', service), fieldPath: 'spec.sessionAffinity' }, [
            { op: 'replace', path: '/spec/sessionAffinity', value: 'None' },
            ...(service.spec?.sessionAffinityConfig === undefined
              ? []
              : [{ op: 'remove' as const, path: '/spec/sessionAffinityConfig' }]),
          ]),
        ];
  },
  'cluster-ip.icmp': (given) => {
    const { service } = given.trace;
    const port = named(given, service?.name, service?.namespace)?.spec?.ports?.[0]?.port;
    if (port === undefined) return [];
    const asked = given.trace.asked ?? given.trace.target;
    const line = `curl -sS http://${asked}${port === 80 ? '' : `:${port}`}`;
    return [{ code: 'ask.tcp', facts: { line, port: String(port) }, commands: [], ask: { machine: 'client', line } }];
  },
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
  'node-port.wrong': (given, cause) => {
    const port = Number(cause.facts?.['nodePort']);
    return Number.isNaN(port) ? [] : [askAgain('ask.node-port', given, { port }, { nodePort: String(port) })];
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
  'name.unknown': (given, cause) => {
    const { similar, found, name = '', namespace = '' } = cause.facts ?? {};
    if (similar === undefined) return exposed(given, name.split('.')[0] ?? '', namespace);
    const own = given.trace.source.at === 'pod' ? given.trace.source.namespace : 'default';
    const host = found === undefined || found === own ? similar : `${similar}.${found}`;
    return [askAgain('ask.name', given, { host }, { host })];
  },
  'name.other-namespace': (given, cause) => {
    const { name = '', found = '' } = cause.facts ?? {};
    const host = `${name}.${found}`;
    return [askAgain('ask.name', given, { host }, { host })];
  },
  'service.missing': (given, cause) => {
    const { object } = cause;
    if (object === undefined) return [];
    const pods = podsIn(given, object.namespace);
    const made = workloadsIn(given, object.namespace ?? '', pods).find((each) => each.ref.uid === object.uid);
    const mine = made === undefined ? [] : podsOf(made, pods);
    const open = [...new Set(mine.flatMap((pod) => openPorts(given, pod, 'TCP')))];
    const declared = made?.spec.containers.flatMap((each) => each.ports ?? [])[0]?.containerPort;
    const asked = given.trace.asked ?? '';
    const port = Number(/^\w+:\/\/[^/]*?:(\d+)/.exec(asked)?.[1] ?? (/^https:/.test(asked) ? 443 : 80));
    const target = open.includes(port) ? port : (open[0] ?? declared ?? port);
    const nodePort = cause.facts?.['nodePort'];
    const selector = Object.entries(ownLabels(made?.labels)).map(([key, value]) => `${key}=${value}`);
    if (nodePort !== undefined)
      return [
        run(
          'service.create',
          [
            `kubectl create service nodeport ${object.name} --tcp=${target}:${target} --node-port=${nodePort}${inNamespace(object.namespace)}`,
            `kubectl set selector service ${object.name} ${quoted(selector.join(','))}${inNamespace(object.namespace)}`,
          ],
          { name: object.name, kind: object.kind, port: nodePort },
          object,
        ),
      ];
    const more = target === port ? '' : ` --target-port=${target}`;
    return [
      run(
        'service.create',
        [
          `kubectl expose ${object.kind.toLowerCase()} ${object.name} --port=${port}${more}${inNamespace(object.namespace)}`,
        ],
        { name: object.name, kind: object.kind, port: String(port) },
        object,
      ),
    ];
  },
  'certificate.self-signed': anyway,
  'certificate.unknown-issuer': anyway,
  'certificate.expired': anyway,
  'certificate.not-yet-valid': anyway,
  'certificate.other-name': anyway,
  'port.speaks-plain': (given) => {
    const open = servicePortSpeaking(given, true);
    const right = open === undefined ? [] : [askAgain('ask.port', given, { port: open }, { port: String(open) })];
    return [...right, askAgain('ask.http', given, { scheme: 'http', port: given.tuple.dstPort })];
  },
  'port.speaks-tls': (given) => [askAgain('ask.https', given, { scheme: 'https', port: given.tuple.dstPort })],
};

/** The port of the request's URL. */
function urlPort(given: Case): number {
  const asked = given.trace.asked ?? '';
  return Number(/^\w+:\/\/[^/]*?:(\d+)/.exec(asked)?.[1] ?? (/^https:/.test(asked) ? 443 : 80));
}

/** A Service of a name, for the workload whose name is nearly that. */
function exposed(given: Case, name: string, namespace: string, before: readonly string[] = []): Fix[] {
  const pods = podsIn(given, namespace);
  const all = workloadsIn(given, namespace, pods);
  const near = closestWord(
    name,
    all.map((each) => each.ref.name),
  );
  const made = all.find((each) => each.ref.name === near);
  if (made === undefined) return [];
  const open = podsOf(made, pods).flatMap((pod) => openPorts(given, pod, 'TCP'));
  const port = urlPort(given);
  const target = open.includes(port) ? port : (open[0] ?? port);
  const { kind } = made.ref;
  const line = `kubectl expose ${kind.toLowerCase()} ${made.ref.name}${made.ref.name === name ? '' : ` --name=${name}`} --port=${port}${target === port ? '' : ` --target-port=${target}`}${inNamespace(namespace)}`;
  return [run('service.create', [...before, line], { name, kind, port: String(port) }, made.ref)];
}

/** A Service that selects pods in place of one that is only another name. */
function instead(given: Case, service: ServiceObject): Fix[] {
  const { name = '', namespace = '' } = service.metadata ?? {};
  return exposed(given, name, namespace, [`kubectl delete service ${name}${inNamespace(namespace)}`]);
}

/** Another port of the Service behind which TLS is spoken. */
function servicePortSpeaking(given: Case, tls: boolean): number | undefined {
  const service = serviceIn(given, { code: '' });
  const pod = podsIn(given, service?.metadata?.namespace).find(
    (each) => each.metadata?.name === given.trace.endpoint?.name,
  );
  const owner = pod?.status?.podIP === undefined ? undefined : given.network.ownerOf(pod.status.podIP);
  const port = service?.spec?.ports?.find((each) => {
    const listener = owner?.listeners().find((one) => one.port === (each.targetPort ?? each.port));
    return listener !== undefined && (listener.tls !== undefined) === tls;
  });
  return port?.port;
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

/** Addresses written by hand: those of pods that serve the port, or a selector in their place. */
function manual(given: Case, cause: CauseLink): Fix[] {
  const service = serviceIn(given, { code: '' });
  const { service: name = '', port = '' } = cause.facts ?? {};
  if (service === undefined) return [];
  const namespace = service.metadata?.namespace ?? 'default';
  const pods = podsIn(given, namespace);
  const ready = (pod: PodObject) =>
    pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
  const serving = pods.filter((pod) => ready(pod) === true && openPorts(given, pod, 'TCP').length > 0);
  const wanted = serving.filter((pod) => openPorts(given, pod, 'TCP').includes(Number(port)));
  const [pod] = wanted.length > 0 ? wanted : serving;
  const selecting = select(given, { code: '', object: refOf('Service', service) });
  const address = pod?.status?.podIP;
  if (pod === undefined || address === undefined) return selecting;
  const target = openPorts(given, pod, 'TCP').includes(Number(port))
    ? Number(port)
    : (openPorts(given, pod, 'TCP')[0] ?? 80);
  const endpoints = given.network.clients.resource<KubeObject>('endpoints').find(name, namespace);
  const portName = service.spec?.ports?.[0]?.name;
  const ports = [{ ...(portName === undefined ? {} : { name: portName }), port: target, protocol: 'TCP' }];
  if (endpoints !== undefined)
    return [
      change(
        'endpoints.set',
        { kind: 'Endpoints', name, namespace, fieldPath: 'subsets' },
        [{ op: 'replace', path: '/subsets', value: [{ addresses: [{ ip: address }], ports }] }],
        { address, port: String(target), pod: pod.metadata?.name ?? '' },
      ),
      ...selecting,
    ];
  const [slice] = slicesOf(given, name, namespace);
  if (slice === undefined) return selecting;
  return [
    change(
      'endpoints.set',
      { ...refOf('EndpointSlice', slice), fieldPath: 'endpoints' },
      [
        { op: 'replace', path: '/endpoints', value: [{ addresses: [address], conditions: { ready: true } }] },
        { op: 'replace', path: '/ports', value: ports },
      ],
      { address, port: String(target), pod: pod.metadata?.name ?? '' },
    ),
    ...selecting,
  ];
}

/** `db.prod.svc.cluster.local` where only `db.live.svc.cluster.local` exists. */
function sameService(wrong: string, known: readonly string[]): string | undefined {
  const [name] = wrong.split('.');
  return /\.svc\.cluster\.local$/.test(wrong) ? known.find((each) => each.startsWith(`${name}.`)) : undefined;
}
