import type { LoadBalancerIngress } from 'kubernetes-types/core/v1';
import type { EndpointSlice, Service } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure } from '../errors.ts';
import { formatLabels } from '../print/table.ts';
import type { DescribeContext, Describer } from './describer.ts';
import { annotationsMultiline, labelsMultiline } from './metadata.ts';

export const describeService: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as Service;
  const slices = yield* endpointSlices(context, metadata?.namespace ?? '', metadata?.name ?? '');
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Selector', formatLabels(spec?.selector));
  writer.field(0, 'Type', spec?.type ?? '');
  if (spec?.ipFamilyPolicy !== undefined) writer.field(0, 'IP Family Policy', spec.ipFamilyPolicy);
  writer.field(0, 'IP Families', listOrNone(spec?.ipFamilies));
  writer.field(0, 'IP', spec?.clusterIP ?? '');
  writer.field(0, 'IPs', listOrNone(spec?.clusterIPs));
  if ((spec?.externalIPs?.length ?? 0) > 0) writer.field(0, 'External IPs', (spec?.externalIPs ?? []).join(','));
  if (spec?.loadBalancerIP) writer.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec?.externalName) writer.field(0, 'External Name', spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) writer.field(0, 'LoadBalancer Ingress', ingress.map(ingressText).join(', '));
  for (const port of spec?.ports ?? []) {
    const name = port.name || '<unset>';
    const protocol = port.protocol ?? '';
    writer.write(0, `Port:\t${name}\t${port.port}/${protocol}\n`);
    writer.field(0, 'TargetPort', `${port.targetPort ?? 0}/${protocol}`);
    if ((port.nodePort ?? 0) !== 0) writer.write(0, `NodePort:\t${name}\t${port.nodePort}/${protocol}\n`);
    writer.field(0, 'Endpoints', endpointsText(slices, port.name ?? ''));
  }
  writer.field(0, 'Session Affinity', spec?.sessionAffinity ?? '');
  if (spec?.externalTrafficPolicy) writer.field(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  if (spec?.internalTrafficPolicy !== undefined) writer.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  if ((spec?.healthCheckNodePort ?? 0) !== 0) writer.field(0, 'HealthCheck NodePort', spec?.healthCheckNodePort);
  if ((spec?.loadBalancerSourceRanges?.length ?? 0) > 0)
    writer.field(0, 'LoadBalancer Source Ranges', (spec?.loadBalancerSourceRanges ?? []).join(','));
  context.writeEvents(writer, events);
};

function listOrNone(list: readonly string[] | undefined): string {
  return list === undefined || list.length === 0 ? '<none>' : list.join(',');
}

function ingressText(ingress: LoadBalancerIngress): string {
  const { ip, hostname = '', ipMode } = ingress as LoadBalancerIngress & { ipMode?: string };
  return ip ? `${ip}${ipMode === undefined ? '' : ` (${ipMode})`}` : hostname;
}

/** The slices of a Service; none when they cannot be had. */
export function* endpointSlices(
  context: DescribeContext,
  namespace: string,
  service: string,
): Routine<EndpointSlice[]> {
  try {
    return yield* context.list<EndpointSlice>(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

const SHOWN = 3;

/** `10.244.2.5:80,10.244.3.4:80`, at most three and `+ 2 more...`. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const shown: string[] = [];
  let count = 0;
  let more = false;
  const add = (endpoint: EndpointSlice['endpoints'][number], port: number | undefined) => {
    if (shown.length === SHOWN) more = true;
    if (endpoint.conditions?.ready === false) return;
    const address = endpoint.addresses[0] ?? '';
    if (!more) shown.push(port === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`);
    count++;
  };
  for (const { ports, endpoints } of slices) {
    if (ports === undefined || ports === null || ports.length === 0)
      for (const endpoint of endpoints ?? []) add(endpoint, undefined);
    for (const port of ports ?? []) {
      if ((port.name ?? '') !== portName) continue;
      for (const endpoint of endpoints ?? []) add(endpoint, port.port ?? 0);
    }
  }
  return more ? `${shown.join(',')} + ${count - SHOWN} more...` : shown.join(',');
}
