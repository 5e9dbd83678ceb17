import type { Simulation } from '../../sim/simulation.ts';
import type { NodeConnector, Refusal } from '../api/nodes.ts';
import type { KubeObject, Pod } from '../api/types.ts';
import type { NodeSpec } from '../flavours/flavour.ts';
import type { Network } from '../network/network.ts';
import type { ContainerWorker } from './container.ts';
import type { Kubelet } from './kubelet.ts';
import { dialPort } from './port-forward.ts';
import type { ContainerLog } from './runtime.ts';

/** What the connector needs of a cluster. */
export interface KubeletDirectory {
  readonly sim: Simulation;
  readonly network: Network;
  readonly nodes: readonly NodeSpec[];
  kubelet(node: string): Kubelet | undefined;
}

/** The API server's way to the kubelets of a cluster, on their port 10250. */
export function nodeConnector(cluster: () => KubeletDirectory): NodeConnector {
  /** The container, or why it cannot be reached. `path` is the kubelet's endpoint. */
  const find = (pod: Pod & KubeObject, container: string, path: string): ContainerWorker | Refusal => {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const node = pod.spec?.nodeName ?? '';
    const kubelet = cluster().kubelet(node);
    if (kubelet?.powered !== true) {
      const ip = cluster().nodes.find((each) => each.name === node)?.internalIP ?? node;
      const url = `https://${ip}:10250/${path}/${namespace}/${name}/${container}`;
      return { error: `Get "${url}": dial tcp ${ip}:10250: i/o timeout`, code: 500 };
    }
    const found = kubelet.worker(pod.metadata?.uid ?? '')?.container(container);
    return found ?? { error: `container not found ("${container}")`, code: 404 };
  };
  const running = (pod: Pod & KubeObject, container: string, path: string) => {
    const found = find(pod, container, path);
    if ('error' in found) return found;
    return found.running ?? { error: `container not found ("${container}")`, code: 404 };
  };
  return {
    log({ pod, container, previous }) {
      const found = find(pod, container, 'containerLogs');
      return 'error' in found ? found : logOf(found, pod.metadata?.name ?? '', previous);
    },
    network(pod) {
      const { name = '', namespace = '' } = pod.metadata ?? {};
      const kubelet = cluster().kubelet(pod.spec?.nodeName ?? '');
      if (kubelet?.powered !== true) {
        const ip = pod.status?.hostIP ?? pod.spec?.nodeName ?? '';
        const url = `https://${ip}:10250/portForward/${namespace}/${name}`;
        return { error: `error dialing backend: Post "${url}": dial tcp ${ip}:10250: i/o timeout`, code: 500 };
      }
      const network = kubelet.worker(pod.metadata?.uid ?? '')?.network;
      return network ?? { error: `pods "${name}" not found`, code: 404 };
    },
    exec(pod, container, options) {
      const found = running(pod, container, 'exec');
      return 'error' in found ? found : found.exec(options);
    },
    attach(pod, container, options) {
      const found = running(pod, container, 'attach');
      return 'error' in found ? found : found.attach(options);
    },
    dial(pod, port) {
      const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
      const node = pod.spec?.nodeName ?? '';
      const kubelet = cluster().kubelet(node);
      if (kubelet?.powered !== true) {
        const ip = cluster().nodes.find((each) => each.name === node)?.internalIP ?? node;
        return { error: `error dialing backend: dial tcp ${ip}:10250: i/o timeout` };
      }
      const inside = kubelet.worker(uid)?.network;
      if (inside === undefined) return { error: `pod not found ("${name}_${namespace}")`, code: 404 };
      const { sim, network } = cluster();
      return dialPort({ sim, network, namespace: inside, podUid: uid }, port);
    },
  };
}

/** validateContainerLogStatus of pkg/kubelet/kubelet_pods.go: which run's log is meant, or why there is none. */
function logOf(worker: ContainerWorker, pod: string, previous: boolean): ContainerLog | Refusal {
  const { name } = worker.spec;
  if (previous)
    return (
      worker.previousLog ?? { error: `previous terminated container "${name}" in pod "${pod}" not found`, code: 400 }
    );
  if (worker.log !== undefined) return worker.log;
  const reason = worker.waitingReason;
  const why =
    reason === 'ErrImagePull'
      ? "image can't be pulled"
      : reason === 'ImagePullBackOff'
        ? 'trying and failing to pull image'
        : (reason ?? 'ContainerCreating');
  return { error: `container "${name}" in pod "${pod}" is waiting to start: ${why}`, code: 400 };
}
