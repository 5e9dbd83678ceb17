import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
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
    for (const word of args.slice(1)) checkPort(word, info.object, pod);
    throw new Failure(
      'this kubectl forwards no ports: reach the Service by its external address or node port, or from inside a pod with kubectl exec',
    );
  },
};

export default command;

type Ports = readonly { readonly name?: string; readonly port?: number; readonly containerPort?: number }[];

/** `[LOCAL:]REMOTE`, where REMOTE is a port of the Service or one that the pod names. @throws Failure */
function checkPort(word: string, object: KubeObject | undefined, pod: Pod): void {
  const remote = word.split(':').at(-1) ?? '';
  if (object?.kind === 'Service') {
    const { ports = [] } = (object['spec'] ?? {}) as { ports?: Ports };
    if (!ports.some(({ name, port }) => name === remote || String(port) === remote))
      throw new Failure(
        /^\d+$/.test(remote)
          ? `Service ${object.metadata?.name ?? ''} does not have a service port ${remote}`
          : `Service '${object.metadata?.name ?? ''}' does not have a named port '${remote}'`,
      );
    return;
  }
  if (/^\d+$/.test(remote)) return;
  const named = (pod.spec?.containers ?? []).some(({ ports = [] }) => ports.some(({ name }) => name === remote));
  if (!named) throw new Failure(`Pod '${pod.metadata?.name ?? ''}' does not have a named port '${remote}'`);
}
