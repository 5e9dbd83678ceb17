import type { Command } from '../command.ts';
import type { Flag } from '../flags.ts';
import { service } from '../generators/service.ts';
import { creator } from './subcommand.ts';

const TCP: Flag = { name: 'tcp', type: 'strings' };

type ServiceType = Parameters<typeof service>[0]['type'];

function serviceCreator(name: string, type: ServiceType, flags: readonly Flag[]): Command {
  return creator({
    name,
    flags: [TCP, ...flags],
    failure: `failed to create ${type} service: `,
    make: ({ flags: given }, serviceName, namespace) =>
      service({
        name: serviceName,
        ...(namespace === undefined ? {} : { namespace }),
        type,
        tcp: given.list('tcp'),
        ...(given.has('clusterip') ? { clusterIP: given.string('clusterip') } : {}),
        ...(given.has('node-port') ? { nodePort: given.number('node-port') } : {}),
        ...(given.has('external-name') ? { externalName: given.string('external-name') } : {}),
      }),
  });
}

/** `kubectl create service TYPE` */
export const createService: Command = {
  name: 'service',
  aliases: ['svc'],
  subcommands: [
    serviceCreator('clusterip', 'ClusterIP', [{ name: 'clusterip', type: 'string' }]),
    serviceCreator('nodeport', 'NodePort', [{ name: 'node-port', type: 'int' }]),
    serviceCreator('loadbalancer', 'LoadBalancer', []),
    serviceCreator('externalname', 'ExternalName', [{ name: 'external-name', type: 'string', required: true }]),
  ],
};
