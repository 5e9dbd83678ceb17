import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';

const RESOURCES = [
  ['/api/v1', 'events', 'EventList'],
  ['/api/v1', 'replicationcontrollers', 'ReplicationControllerList'],
  ['/api/v1', 'services', 'ServiceList'],
  ['/apis/apps/v1', 'daemonsets', 'DaemonSetList'],
  ['/apis/apps/v1', 'deployments', 'DeploymentList'],
  ['/apis/apps/v1', 'replicasets', 'ReplicaSetList'],
  ['/api/v1', 'pods', 'PodList'],
] as const;

/** `kubectl cluster-info dump`: the objects and logs of some namespaces, to stdout or as files in a folder. */
export function* clusterInfoDump(invocation: Invocation): Routine {
  const { flags, client } = invocation;
  const directory = flags.string('output-directory');
  const extension = flags.string('output') === 'yaml' ? '.yaml' : '.json';
  const put = function* (path: string, text: string): Routine {
    if (directory === '' || directory === '-') yield* invocation.out(text);
    else {
      const place = invocation.fs.resolve(invocation.context.cwd, `${directory}/${path}`);
      invocation.fs.makeDirectory(place.slice(0, place.lastIndexOf('/')), { parents: true });
      invocation.fs.write(place, text);
    }
  };
  const printed = function* (path: string, object: KubeObject): Routine {
    const printer = yield* objectPrinter(invocation, '');
    yield* put(`${path}${extension}`, printer(object));
  };
  yield* printed('nodes', (yield* client.get('/api/v1/nodes')) as KubeObject);
  let namespaces = flags.list('namespaces');
  if (flags.bool('all-namespaces')) {
    const list = (yield* client.get('/api/v1/namespaces')) as { items?: KubeObject[] };
    namespaces = (list.items ?? []).map(({ metadata }) => metadata?.name ?? '');
  } else if (namespaces.length === 0) {
    const flag = flags.string('namespace');
    namespaces = ['kube-system', flag === '' ? invocation.namespace.name : flag];
  }
  for (const namespace of namespaces) {
    let pods: KubeObject[] = [];
    for (const [group, resource, kind] of RESOURCES) {
      const served = (yield* invocation.mapper()).all().some(({ name }) => name === resource);
      const list = served
        ? ((yield* client.get(`${group}/namespaces/${namespace}/${resource}`)) as KubeObject)
        : { apiVersion: group.replace(/^\/apis?\//, ''), kind, metadata: {}, items: [] };
      if (resource === 'pods') pods = (list['items'] ?? []) as KubeObject[];
      yield* printed(`${namespace}/${resource.replace('replicationcontrollers', 'replication-controllers')}`, list);
    }
    for (const pod of pods) {
      const name = pod.metadata?.name ?? '';
      const containers = (pod['spec'] as { containers?: { name: string }[] } | undefined)?.containers ?? [];
      let text = '';
      for (const container of containers) {
        text += `==== START logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
        try {
          const response = yield* client.request('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
            query: { container: container.name },
          });
          text += typeof response.body === 'string' ? response.body : '';
        } catch (error) {
          text += `Request log error: ${error instanceof Error ? error.message : String(error)}\n`;
        }
        text += `==== END logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
      }
      yield* put(`${namespace}/${name}/logs.txt`, text);
    }
  }
  if (directory !== '' && directory !== '-') yield* invocation.out(`Cluster info dumped to ${directory}\n`);
}
