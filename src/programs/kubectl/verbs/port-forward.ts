import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import { type ForwardedPort, forward } from '../remote/forward.ts';
import { podFor } from '../remote/pods.ts';
import { select } from '../resource/selection.ts';
import { podArgument } from './exec.ts';

const command: Command = {
  name: 'port-forward',
  flags: [
    { name: 'address', type: 'strings', default: 'localhost' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s' },
  ],
  *run(invocation) {
    const { args, flags, namespace } = invocation;
    if (args.length < 2)
      throw usageFailure(invocation.path, 'TYPE/NAME and list of ports are required for port-forward');
    const selection = yield* select(invocation, { args: podArgument(args[0] ?? ''), namespace: namespace.name });
    const [info] = (yield* selection.infos()).infos;
    if (info === undefined) throw new Failure('no object to forward to');
    const { pod } = yield* podFor(invocation, info, 'attach', flags.number('pod-running-timeout'));
    const phase = pod.status?.phase ?? '';
    if (phase !== 'Running')
      throw new Failure(`unable to forward port because pod is not running. Current status=${phase}`);
    const ports = args.slice(1).map((word) => forwardedPort(word, info.object, pod));
    const { name = '', namespace: space = '' } = pod.metadata ?? {};
    const path = `/api/v1/namespaces/${space}/pods/${name}/portforward`;
    const api = invocation.client.api('Post', path);
    if (api.forward === undefined)
      throw new Failure('this kubectl forwards no ports of another API server: use the kubectl of your own machine');
    const network = yield* api.forward(path);
    if ('error' in network) throw new Failure(`error upgrading connection: ${network.error}`);
    yield* forward(invocation.context, network, flags.list('address'), ports);
  },
};

export default command;

interface NamedPort {
  readonly name?: string;
  readonly port?: number;
  readonly containerPort?: number;
  readonly targetPort?: number | string;
}

/** `[LOCAL:]REMOTE`, where REMOTE is a port of the Service, or one of the pod by number or name. @throws Failure */
function forwardedPort(word: string, object: KubeObject | undefined, pod: Pod): ForwardedPort {
  const parts = word.split(':');
  const remote = parts.at(-1) ?? '';
  const local = parts.length > 1 ? (parts[0] ?? '') : remote;
  if (object?.kind === 'Service') {
    const { ports = [] } = (object['spec'] ?? {}) as { ports?: readonly NamedPort[] };
    const found = ports.find(({ name, port }) => name === remote || String(port) === remote);
    const service = object.metadata?.name ?? '';
    if (found === undefined)
      throw new Failure(
        /^\d+$/.test(remote)
          ? `Service ${service} does not have a service port ${remote}`
          : `Service '${service}' does not have a named port '${remote}'`,
      );
    const target = found.targetPort ?? found.port ?? 0;
    const number = typeof target === 'number' ? target : portOf(pod, target);
    return { local: parse('local', parts.length > 1 ? local : String(found.port)), remote: number };
  }
  const number = /^\d+$/.test(remote) ? parse('remote', remote) : portOf(pod, remote);
  if (number === 0) throw new Failure('remote port must be > 0');
  return { local: parts.length > 1 ? parse('local', local) : number, remote: number };
}

/** The number of a port that a container of the pod names. @throws Failure */
function portOf(pod: Pod, wanted: string): number {
  for (const { ports = [] } of pod.spec?.containers ?? [])
    for (const { name, containerPort } of ports as readonly NamedPort[])
      if (name === wanted && containerPort !== undefined) return containerPort;
  throw new Failure(`Pod '${pod.metadata?.name ?? ''}' does not have a named port '${wanted}'`);
}

/** A number as strconv.ParseUint of 16 bits takes it; nothing before the colon asks for any free port. @throws Failure */
function parse(side: 'local' | 'remote', text: string): number {
  if (text === '') return 0;
  const why = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65535 ? 'value out of range' : undefined;
  if (why !== undefined)
    throw new Failure(`error parsing ${side} port '${text}': strconv.ParseUint: parsing "${text}": ${why}`);
  return Number(text);
}
