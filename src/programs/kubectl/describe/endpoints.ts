import type { EndpointSlice, Endpoints } from '../../../cluster/api/types.ts';
import type { Describer } from './describer.ts';
import { annotationsMultiline, labelsMultiline, orNone } from './metadata.ts';

export const describeEndpoints: Describer = function* (object, writer, context) {
  const { metadata, subsets } = object as Endpoints;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.write(0, 'Subsets:\n');
  for (const { addresses, notReadyAddresses, ports } of subsets ?? []) {
    writer.field(1, 'Addresses', orNone((addresses ?? []).map(({ ip }) => ip).join(',')));
    writer.field(1, 'NotReadyAddresses', orNone((notReadyAddresses ?? []).map(({ ip }) => ip).join(',')));
    if ((ports ?? []).length > 0) {
      writer.write(1, 'Ports:\n');
      writer.write(2, 'Name\tPort\tProtocol\n');
      writer.write(2, '----\t----\t--------\n');
      for (const { name, port, protocol } of ports ?? [])
        writer.write(2, `${name || '<unset>'}\t${port}\t${protocol ?? ''}\n`);
    }
    writer.write(0, '\n');
  }
  context.writeEvents(writer, events);
};

export const describeEndpointSlice: Describer = function* (object, writer, context) {
  const { metadata, addressType, ports, endpoints } = object as unknown as EndpointSlice;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'AddressType', addressType);
  if ((ports ?? []).length === 0) writer.write(0, 'Ports: <unset>\n');
  else {
    writer.write(0, 'Ports:\n');
    writer.write(1, 'Name\tPort\tProtocol\n');
    writer.write(1, '----\t----\t--------\n');
    for (const { name, port, protocol } of ports ?? [])
      writer.write(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol ?? ''}\n`);
  }
  if ((endpoints ?? []).length === 0) writer.write(0, 'Endpoints: <none>\n');
  else {
    writer.write(0, 'Endpoints:\n');
    for (const endpoint of endpoints ?? []) {
      writer.field(1, '- Addresses', orNone(endpoint.addresses.join(', ')));
      writer.write(2, 'Conditions:\n');
      writer.field(3, 'Ready', endpoint.conditions?.ready ?? '<unset>');
      writer.field(2, 'Hostname', endpoint.hostname ?? '<unset>');
      const target = endpoint.targetRef;
      if (target !== undefined) writer.field(2, 'TargetRef', `${target.kind ?? ''}/${target.name ?? ''}`);
      writer.field(2, 'NodeName', endpoint.nodeName ?? '<unset>');
      writer.field(2, 'Zone', endpoint.zone ?? '<unset>');
    }
  }
  context.writeEvents(writer, events);
};
