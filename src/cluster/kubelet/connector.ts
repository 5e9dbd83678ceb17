import type { NodeConnector, Refusal } from '../api/nodes.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import type { Cluster } from '../cluster.ts';
import type { ContainerState } from './container-state.ts';

/** The API server's way to the kubelets of a cluster. */
export function nodeConnector(cluster: () => Cluster): NodeConnector {
  const find = (
    pod: Pod & KubeObject,
    container: string,
    what: 'containerLogs' | 'exec' | 'attach',
  ): ContainerState | Refusal => {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const node = pod.spec?.nodeName ?? '';
    const kubelet = cluster().kubelet(node);
    if (kubelet?.powered !== true) {
      const ip = cluster().nodes.find((each) => each.name === node)?.internalIP ?? node;
      const call = `"https://${ip}:10250/${what}/${namespace}/${name}/${container}": `;
      // Only logs are fetched with a plain GET; the others dial first.
      return {
        error: `${what === 'containerLogs' ? `Get ${call}` : 'error dialing backend: '}dial tcp ${ip}:10250: i/o timeout`,
      };
    }
    return kubelet.worker(namespace, name)?.container(container) ?? { error: `container not found ("${container}")` };
  };
  return {
    log({ pod, container, previous }) {
      const state = find(pod, container, 'containerLogs');
      if ('error' in state) return state;
      const log = previous ? state.previousLog : state.lastLog;
      if (log !== undefined) return log;
      const { name = '' } = pod.metadata ?? {};
      if (previous)
        return { error: `previous terminated container "${container}" in pod "${name}" not found`, code: 400 };
      const reason = state.status(true).state?.waiting?.reason ?? 'ContainerCreating';
      const pulling = reason === 'ErrImagePull' || reason === 'ImagePullBackOff';
      return {
        error: `container "${container}" in pod "${name}" is waiting to start: ${pulling ? 'trying and failing to pull image' : reason}`,
        code: 400,
      };
    },
    exec(pod, container, options) {
      const state = find(pod, container, 'exec');
      if ('error' in state) return state;
      return state.running?.exec(options) ?? { error: `container not found ("${container}")` };
    },
    attach(pod, container, options) {
      const state = find(pod, container, 'attach');
      if ('error' in state) return state;
      return state.running?.attach(options) ?? { error: `container not found ("${container}")` };
    },
  };
}
