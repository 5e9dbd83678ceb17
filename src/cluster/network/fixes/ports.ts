import { type Case, closestWord, refOf } from '../causes/cause.ts';
import { openPorts } from '../causes/workloads.ts';
import type { CauseLink } from '../trace.ts';
import { askAgain, change, type Fix, type Propose, pointer } from './fix.ts';
import { podsIn, serviceIn } from './given.ts';

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

/** Fixes of a Service's ports, and of the port that was asked. */
export const ports: Readonly<Record<string, Propose>> = {
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
  'node-port.wrong': (given, cause) => {
    const port = Number(cause.facts?.['nodePort']);
    return Number.isNaN(port) ? [] : [askAgain('ask.node-port', given, { port }, { nodePort: String(port) })];
  },
  'port.speaks-plain': (given) => {
    const open = servicePortSpeaking(given, true);
    const right = open === undefined ? [] : [askAgain('ask.port', given, { port: open }, { port: String(open) })];
    return [...right, askAgain('ask.http', given, { scheme: 'http', port: given.tuple.dstPort })];
  },
  'port.speaks-tls': (given) => [askAgain('ask.https', given, { scheme: 'https', port: given.tuple.dstPort })],
};
