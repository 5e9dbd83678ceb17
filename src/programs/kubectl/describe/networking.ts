import type {
  Ingress,
  IngressBackend,
  IngressClass,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Service } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import type { DescribeContext, Describer } from './describer.ts';
import { annotationsMultiline, formatSelector, intOrString, labelsMultiline, orNone } from './metadata.ts';
import { endpointSlices, endpointsText } from './service.ts';
import type { DescribeWriter } from './writer.ts';

export const describeNetworkPolicy: Describer = function* (object, writer) {
  yield* [];
  const { metadata, spec } = object as NetworkPolicy;
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  writer.field(0, 'Created on', plainTime(metadata?.creationTimestamp));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.write(0, 'Spec:\n');
  writer.write(1, 'PodSelector: ');
  const selector = spec?.podSelector;
  const all = Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions?.length ?? 0) === 0;
  writer.write(
    2,
    all ? '<none> (Allowing the specific traffic to all pods in this namespace)\n' : `${formatSelector(selector)}\n`,
  );
  const types: readonly string[] = spec?.policyTypes ?? [];
  if (types.includes('Ingress')) {
    writer.write(1, 'Allowing ingress traffic:\n');
    const rules = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
    describeRules(writer, rules, 'From', 'ingress', 'source');
  } else writer.write(1, 'Not affecting ingress traffic\n');
  if (types.includes('Egress')) {
    writer.write(1, 'Allowing egress traffic:\n');
    const rules = (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
    describeRules(writer, rules, 'To', 'egress', 'destination');
  } else writer.write(1, 'Not affecting egress traffic\n');
  writer.write(1, `Policy Types: ${orNone(types.join(', '))}\n`);
};

/** time.Time's String in UTC: `2026-11-20 09:00:00 +0000 UTC`. */
function plainTime(timestamp: string | undefined): string {
  return `${(timestamp ?? '0001-01-01T00:00:00Z').slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

interface Rule {
  readonly ports: NetworkPolicyPort[] | undefined;
  readonly peers: NetworkPolicyPeer[] | undefined;
}

function describeRules(
  writer: DescribeWriter,
  rules: readonly Rule[],
  side: 'From' | 'To',
  direction: string,
  end: string,
): void {
  const line = (level: number, text: string) => writer.write(level, `    ${text}\n`);
  if (rules.length === 0) line(0, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  for (const [i, { ports = [], peers = [] }] of rules.entries()) {
    if (ports.length === 0) line(0, 'To Port: <any> (traffic allowed to all ports)');
    for (const { port, endPort, protocol = 'TCP' } of ports)
      line(
        0,
        endPort === undefined
          ? `To Port: ${port ?? '<nil>'}/${protocol}`
          : `To Port Range: ${port}-${endPort}/${protocol}`,
      );
    if (peers.length === 0) line(0, `${side}: <any> (traffic not restricted by ${end})`);
    for (const { podSelector, namespaceSelector, ipBlock } of peers) {
      line(0, `${side}:`);
      if (namespaceSelector !== undefined) line(1, `NamespaceSelector: ${formatSelector(namespaceSelector)}`);
      if (podSelector !== undefined) line(1, `PodSelector: ${formatSelector(podSelector)}`);
      if (namespaceSelector === undefined && podSelector === undefined && ipBlock !== undefined) {
        line(1, 'IPBlock:');
        line(2, `CIDR: ${ipBlock.cidr}`);
        line(2, `Except: ${(ipBlock.except ?? []).join(', ')}`);
      }
    }
    if (i !== rules.length - 1) line(0, '----------');
  }
}

export const describeIngress: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as Ingress;
  const events = yield* context.events(object);
  const namespace = metadata?.namespace ?? '';
  writer.field(0, 'Name', metadata?.name ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  writer.field(0, 'Namespace', namespace);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  writer.field(0, 'Address', [...new Set(addresses.filter((address) => address !== ''))].sort().join(','));
  writer.field(0, 'Ingress Class', spec?.ingressClassName ?? '<none>');
  const fallback =
    spec?.defaultBackend === undefined ? '<default>' : yield* backendText(context, namespace, spec.defaultBackend);
  writer.field(0, 'Default backend', fallback);
  if ((spec?.tls?.length ?? 0) > 0) {
    writer.write(0, 'TLS:\n');
    for (const { secretName, hosts = [] } of spec?.tls ?? [])
      writer.write(1, secretName ? `${secretName} terminates ${hosts.join(',')}\n` : `SNI routes ${hosts.join(',')}\n`);
  }
  writer.write(0, 'Rules:\n  Host\tPath\tBackends\n');
  writer.write(1, '----\t----\t--------\n');
  const rules = (spec?.rules ?? []).filter(({ http }) => http !== undefined);
  for (const { host, http } of rules) {
    writer.write(1, `${host || '*'}\t\n`);
    for (const path of http?.paths ?? [])
      writer.write(2, `\t${path.path ?? ''} \t${yield* backendText(context, namespace, path.backend)}\n`);
  }
  if (rules.length === 0) writer.write(1, `*\t*\t${fallback}\n`);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  context.writeEvents(writer, events);
};

function* backendText(context: DescribeContext, namespace: string, backend: IngressBackend): Routine<string> {
  if (backend.service !== undefined) {
    const { name, port } = backend.service;
    const text = `${name}:${port?.number || port?.name || ''}`;
    try {
      const slices = yield* endpointSlices(context, namespace, name);
      const service = yield* context.get<Service>(`/api/v1/namespaces/${namespace}/services/${name}`);
      const found = service.spec?.ports?.find((one) =>
        port?.number ? one.port === port.number : one.name !== undefined && one.name === port?.name,
      );
      return `${text} (${endpointsText(slices, found?.name ?? '')})`;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${text} (<error: ${error.message}>)`;
    }
  }
  if (backend.resource !== undefined) {
    const { apiGroup, kind, name } = backend.resource;
    return `APIGroup: ${apiGroup ?? '<none>'}, Kind: ${kind}, Name: ${name}`;
  }
  return '';
}

export const describeIngressClass: Describer = function* (object, writer, context) {
  const { metadata, spec } = object as IngressClass;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Controller', spec?.controller ?? '');
  if (spec?.parameters !== undefined) {
    writer.write(0, 'Parameters:\n');
    if (spec.parameters.apiGroup !== undefined) writer.field(1, 'APIGroup', spec.parameters.apiGroup);
    writer.field(1, 'Kind', spec.parameters.kind);
    writer.field(1, 'Name', spec.parameters.name);
  }
  context.writeEvents(writer, events);
};

export const describeDisruptionBudget: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as PodDisruptionBudget;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  if (spec?.minAvailable !== undefined) writer.field(0, 'Min available', intOrString(spec.minAvailable));
  else if (spec?.maxUnavailable !== undefined) writer.field(0, 'Max unavailable', intOrString(spec.maxUnavailable));
  writer.field(0, 'Selector', spec?.selector === undefined ? '<unset>' : formatSelector(spec.selector));
  writer.write(0, 'Status:\n');
  writer.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  writer.field(2, 'Current', status?.currentHealthy ?? 0);
  writer.field(2, 'Desired', status?.desiredHealthy ?? 0);
  writer.field(2, 'Total', status?.expectedPods ?? 0);
  context.writeEvents(writer, events);
};
