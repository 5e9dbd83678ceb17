import type { KubeObject } from '../../api/types.ts';
import { type Case, type PodObject, refOf, type ServiceObject } from '../causes/cause.ts';
import { slicesOf } from '../causes/endpoints.ts';
import { meantBy, openPorts, ownLabels, type Workload } from '../causes/workloads.ts';
import type { CauseLink } from '../trace.ts';
import { change, type Fix, type PatchStep, type Propose, pointer } from './fix.ts';
import { podsIn, serviceIn } from './given.ts';

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

/** Fixes of what a Service selects. */
export const selectors: Readonly<Record<string, Propose>> = {
  'selector.no-match': select,
  'selector.no-pods': select,
  'service.no-selector': select,
  'selector.wrong-pods': (given, cause) => select(given, cause, (made) => made.ref.name === cause.facts?.['reached']),
  'selector.too-wide': (given, cause) => select(given, cause, (made) => made.ref.name === cause.facts?.['reached']),
  'endpoints.manual': manual,
};

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
