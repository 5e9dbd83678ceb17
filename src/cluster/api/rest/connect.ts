import type { ExecSession } from '../../kubelet/runtime.ts';
import type { NetworkNamespace } from '../../network/namespace.ts';
import { errors } from '../errors.ts';
import { isRefusal, type PortConnection } from '../nodes.ts';
import type { ApiServer } from '../server.ts';
import { ApiError, type KubeObject, type Pod } from '../types.ts';
import { containerOf } from './log.ts';
import { isTrue } from './query.ts';
import { groupPath, resolve } from './target.ts';

type PodObject = Pod & KubeObject;

/** What the terminal's end of a connection says about itself. */
export interface ConnectOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * pods/NAME/exec and pods/NAME/attach. `path` is the subresource's; the query has `container` and the words of `command`.
 * @throws ApiError in the server's or the kubelet's words
 */
export function connect(server: ApiServer, path: string, query: URLSearchParams, options: ConnectOptions): ExecSession {
  const { pod, subresource } = podOf(server, path);
  if (subresource !== 'exec' && subresource !== 'attach') throw errors.noResource();
  const container = containerOf(pod, query.get('container') ?? '', 'other');
  if (subresource === 'exec' && query.getAll('command').length === 0)
    throw errors.badRequest('you must specify at least 1 command for the container');
  if ((pod.spec?.nodeName ?? '') === '')
    throw errors.badRequest(`pod ${pod.metadata?.name ?? ''} does not have a host assigned`);
  const { nodes } = server;
  if (nodes === undefined) throw errors.serviceUnavailable('no kubelet answers');
  const session =
    subresource === 'attach'
      ? nodes.attach(pod, container, options)
      : nodes.exec(pod, container, { command: query.getAll('command'), ...options });
  if (isRefusal(session)) throw refusal(session.error, session.code);
  return session;
}

/** What a query says of the terminal: `stdin=true&tty=true`. */
export function connectOptions(query: URLSearchParams): ConnectOptions {
  return { stdin: isTrue(query.get('stdin')), tty: isTrue(query.get('tty')) };
}

/** pods/NAME/portforward: the network of the pod, to dial its localhost. @throws ApiError */
export function podNetwork(server: ApiServer, path: string): NetworkNamespace {
  const { pod } = podOf(server, path);
  if (server.nodes === undefined) throw errors.serviceUnavailable('no kubelet answers');
  const network = server.nodes.network(pod);
  if (isRefusal(network)) throw refusal(network.error, network.code);
  return network;
}

/** pods/NAME/portforward: opens connections to ports of the pod. @throws ApiError, as does what is returned */
export function dialer(server: ApiServer, path: string): (port: number) => PortConnection {
  const { pod, subresource } = podOf(server, path);
  if (subresource !== 'portforward') throw errors.noResource();
  if ((pod.spec?.nodeName ?? '') === '')
    throw errors.badRequest(`pod ${pod.metadata?.name ?? ''} does not have a host assigned`);
  return (port) => {
    if (server.nodes?.dial === undefined) throw errors.serviceUnavailable('no kubelet answers');
    const connection = server.nodes.dial(pod, port);
    if (isRefusal(connection)) throw refusal(connection.error, connection.code);
    return connection;
  };
}

function podOf(server: ApiServer, path: string): { pod: PodObject; subresource: string } {
  const group = groupPath(path);
  const target = group === undefined ? undefined : resolve(server, group);
  if (target?.shelf.kind.kind !== 'Pod' || target.name === undefined || target.subresource === undefined)
    throw errors.noResource();
  const pod = server.get(target.shelf, target.name, target.namespace) as PodObject;
  return { pod, subresource: target.subresource };
}

/** The kubelet's answer as the API server passes it on: its words alone. */
function refusal(message: string, code = 500): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: code === 500 ? 'InternalError' : 'BadRequest',
    code,
  });
}
