import type { ObjectRef } from '../api/types.ts';
import type { NetworkNamespace, TlsServer } from './namespace.ts';
import type { TlsClient } from './network.ts';
import type { Place, Tuple } from './trace.ts';
import type { TraceBuilder } from './trace-builder.ts';
import { COST, reverse } from './way/way.ts';

/** The server's end of a connection. */
export interface ServerEnd {
  readonly place: Place;
  readonly object?: ObjectRef;
  readonly tuple: Tuple;
}

/** The newest version of TLS that a server speaks. */
export function versionOf(server: TlsServer): string {
  return [...server.protocols].sort().at(-1) ?? 'TLSv1.2';
}

/** The certificate that a server shows to who asks for this name, PEM. */
export function certificateOf(server: TlsServer, client: TlsClient): string {
  return server.certificateFor?.(client.serverName) ?? server.certificatePem;
}

/** The server shows its certificate and the client looks at it. Whether they go on: the request is never sent otherwise. */
export function agree(
  builder: TraceBuilder,
  { place, object, tuple }: ServerEnd,
  server: TlsServer,
  client: TlsClient,
  from: NetworkNamespace,
): boolean {
  const of = object === undefined ? {} : { object };
  const version = versionOf(server);
  if (client.least !== undefined && version < client.least) {
    builder.step('tls.version', 'tls', place, 'reject', tuple, COST.server, {
      ...of,
      facts: { version, least: client.least },
    });
    builder.turn();
    return false;
  }
  if (client.check === undefined) return true;
  const { facts, objection } = client.check(certificateOf(server, client));
  builder.step('tls.certificate', 'tls', place, 'answer', tuple, COST.server, { ...of, facts });
  if (objection === undefined) return true;
  builder.turn();
  builder.step('tls.distrust', 'client', from.place, 'reject', reverse(tuple), 0, {
    facts: { ...facts, problem: objection, serverName: client.serverName },
  });
  return false;
}
