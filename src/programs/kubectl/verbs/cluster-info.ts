import type { KubeObject, Service } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { type Failure, StatusFailure, UnreachableFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { select } from '../resource/selection.ts';
import { PRINT_FLAGS } from '../shared-flags.ts';
import { clusterInfoDump } from './cluster-info-dump.ts';

const command: Command = {
  name: 'cluster-info',
  aliases: ['clusterinfo'],
  subcommands: [
    {
      name: 'dump',
      flags: [
        ...PRINT_FLAGS.map((flag) => (flag.name === 'output' ? { ...flag, default: 'json' } : flag)),
        { name: 'output-directory', type: 'string' },
        { name: 'namespaces', type: 'strings' },
        { name: 'all-namespaces', short: 'A', type: 'bool' },
        { name: 'pod-running-timeout', type: 'duration', default: '20s' },
      ],
      run: clusterInfoDump,
    },
  ],
  *run(invocation) {
    const namespace = invocation.flags.string('namespace');
    const { server } = invocation.client.config;
    let failure: Failure | undefined;
    try {
      const services = yield* clusterServices(invocation, namespace === '' ? 'kube-system' : namespace);
      yield* invocation.out(`Kubernetes control plane is running at ${server}\n`);
      for (const service of services) {
        const name = service.metadata?.labels?.['kubernetes.io/name'] || service.metadata?.name || '';
        yield* invocation.out(`${name} is running at ${link(service, server)}\n`);
      }
    } catch (error) {
      if (!(error instanceof StatusFailure || error instanceof UnreachableFailure)) throw error;
      failure = error;
    }
    yield* invocation.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    if (failure !== undefined) throw failure;
  },
};

export default command;

function* clusterServices(invocation: Invocation, namespace: string): Routine<Service[]> {
  const selection = yield* select(invocation, {
    args: ['services'],
    labelSelector: 'kubernetes.io/cluster-service=true',
    namespace,
    latest: true,
  });
  const { infos } = yield* selection.infos();
  return infos.flatMap(({ object }) => ((object as KubeObject | undefined)?.['items'] ?? []) as Service[]);
}

/** Where a browser would reach it: its load balancer, or the API server's proxy. */
function link(service: Service, server: string): string {
  const [ingress] = service.status?.loadBalancer?.ingress ?? [];
  const ports = service.spec?.ports ?? [];
  if (ingress !== undefined)
    return ports.map((port) => `http://${ingress.ip || ingress.hostname || ''}:${port.port} `).join('');
  let name = service.metadata?.name ?? '';
  const [port] = ports;
  if (port !== undefined) {
    const scheme = port.name === 'https' || port.port === 443 ? 'https' : '';
    const portName = port.name ?? '';
    if (scheme !== '') name = `${scheme}:${name}:${portName}`;
    else if (portName !== '') name = `${name}:${portName}`;
  }
  return `${server}/api/v1/namespaces/${service.metadata?.namespace ?? ''}/services/${name}/proxy`;
}
